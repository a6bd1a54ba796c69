// Package kernel holds the loops that decide the speed of a training step. Only operations import it, and it
// imports nothing from this repository.
//
// All arrays are row-major, and all functions take float32 or float64. A slice that is written never overlaps
// one that is read, unless the function's comment allows it. Every function has a loop in plain Go, which
// float64 and other processors use. For float32 on amd64 there are also kernels in assembly, with the same
// results up to rounding. A Pool shares a kernel's work among threads.
//
// matmul.go has the matrix products, pair.go the densities of pairs, and elementwise.go the rest. The files of
// these names with _amd64 pass blocks of arguments to kernels_amd64.s. The generator in asm writes that file,
// for AVX2 and for AVX-512 from one source. Read matmul.go first.
package kernel
