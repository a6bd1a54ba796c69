// Package kernel holds the few loops that decide how fast a training step is. Only operations import it, and it imports
// nothing of the project.
//
// All arrays are row-major and all functions work for float32 and float64; a slice that is written never overlaps one that is
// read. Start with matmul.go.
package kernel
