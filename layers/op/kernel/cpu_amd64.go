package kernel

import "golang.org/x/sys/cpu"

func best() instructions {
	x := &cpu.X86
	switch {
	case x.HasAVX512F && x.HasAVX512DQ && x.HasAVX512VL && x.HasBMI2:
		return avx512
	case x.HasAVX2 && x.HasFMA:
		return avx2
	}
	return plain
}

// zeros is the initial value of sums that start at 0; one is the weight of rows that are only summed.
var (
	zeros [64]float32
	one   = [1]float32{1}
)

// vectors returns the number of full vectors before the last one, and the number of floats in the last, for n
// floats, at least one.
func vectors(n int) (full, last int) {
	full = (n - 1) / level.lanes()
	return full, n - full*level.lanes()
}

// tile returns the first of the sizes that is at most n.
func tile(n int, sizes ...int) int {
	for _, s := range sizes {
		if s <= n {
			return s
		}
	}
	return 1
}
