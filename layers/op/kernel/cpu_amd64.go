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

// zeros is where a sum starts that starts from nothing, and one weighs a row that is only summed.
var (
	zeros [64]float32
	one   = [1]float32{1}
)

// vectors is how many vectors n floats, at least one, fill before the last one, and how many are in the last.
func vectors(n int) (full, last int) {
	full = (n - 1) / level.lanes()
	return full, n - full*level.lanes()
}

// tile is the first of the sizes that is not more than n.
func tile(n int, sizes ...int) int {
	for _, s := range sizes {
		if s <= n {
			return s
		}
	}
	return 1
}
