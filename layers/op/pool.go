package op

import "facrnn/layers/op/kernel"

// Pool is a set of threads that share the work of one step. Their number changes no bit of the result. nil
// means only the calling thread.
type Pool = kernel.Pool

// NewPool starts threads, which wait for work until Close. It returns nil for fewer than two.
func NewPool(threads int) *Pool { return kernel.NewPool(threads) }

// Gather copies rows of x (T,N) to y (M,N).
func Gather[T Float](p *Pool, y, x []T, rows []int, N int) { kernel.Gather(p, y, x, rows, N) }

// Adam takes one step of the optimiser for parameters p with gradient g. It updates the running means of the
// gradient and of its square.
func Adam[T Float](s AdamStep, p, g, mean, square []T) { kernel.Adam(s, p, g, mean, square) }

// AdamStep holds the constants of a step.
type AdamStep = kernel.AdamStep
