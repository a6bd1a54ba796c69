// Package kernel holds the loops that decide how fast a training step is. Only operations import it, and it imports
// nothing of the project.
//
// All arrays are row-major and all functions work for float32 and float64; a slice that is written never overlaps one
// that is read, but where that is said. Every function is a loop in plain Go, which float64 and other processors run,
// and for float32 on amd64 kernels in assembly with the same results up to rounding: matmul.go has the matrix products,
// pair.go the densities of pairs, elementwise.go the rest, and the files of these names with _amd64 hand blocks of
// arguments to kernels_amd64.s. That is written by the generator in asm, for AVX2 and for AVX-512 from one text. A Pool
// shares a kernel's work among threads. Start with matmul.go.
package kernel
