package op

import "facrnn/layers/op/kernel"

// Pool is threads that share the work of one step. Whatever their number, not a bit of the result changes; nil is the
// calling thread alone.
type Pool = kernel.Pool

// NewPool starts threads, which wait for work until Close; nil for fewer than two.
func NewPool(threads int) *Pool { return kernel.NewPool(threads) }

// Gather copies rows of x (T,N) to y (M,N).
func Gather[T Float](p *Pool, y, x []T, rows []int, N int) { kernel.Gather(p, y, x, rows, N) }

// Adam is one step of the optimiser's arithmetic, for parameters p with gradient g, given the running means of the
// gradient and of its square, which it updates.
func Adam[T Float](s AdamStep, p, g, mean, square []T) { kernel.Adam(s, p, g, mean, square) }

// AdamStep is the constants of a step.
type AdamStep = kernel.AdamStep
