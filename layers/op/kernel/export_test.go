package kernel

import "testing"

// EachLevel runs a test with every instruction set of this processor.
func EachLevel(t *testing.T, test func(t *testing.T)) {
	t.Helper()
	top := best()
	defer func() { level = top }()
	for level = plain; level <= top; level++ {
		t.Run([...]string{"plain", "AVX2", "AVX-512"}[level], test)
	}
}

// Vectors reports whether the kernels in use are vector kernels.
func Vectors() bool { return level > plain }
