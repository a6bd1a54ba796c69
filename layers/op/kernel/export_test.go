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

// Plain runs f without vector kernels.
func Plain(f func()) {
	top := level
	defer func() { level = top }()
	level = plain
	f()
}
