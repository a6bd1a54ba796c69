package kernel

import "testing"

// EachLevel runs a test with every set of instructions that this processor has.
func EachLevel(t *testing.T, test func(t *testing.T)) {
	t.Helper()
	top := best()
	defer func() { level = top }()
	for level = plain; level <= top; level++ {
		t.Run([...]string{"plain", "AVX2", "AVX-512"}[level], test)
	}
}

// Vectors reports whether the kernels in use are those of a vector unit.
func Vectors() bool { return level > plain }
