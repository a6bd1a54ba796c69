package layers

import G "gorgonia.org/gorgonia"

// HistoryKernel computes the weights psi_1..psi_L of the past bins; psi_1 is for the newest. A new kernel is
// one file: the type, and an init function that calls [RegisterKernel].
type HistoryKernel interface {
	// Fixed returns psi (L), or nil if psi is trained.
	Fixed(lags int) []float64
	// Weights builds the node of psi (L).
	Weights(b *Builder, lags int) *G.Node
}

var kernels = NewTable[HistoryKernel]("history kernel")

// RegisterKernel adds a kernel for --kernel; doc describes its weights in a few words. Call it only from an
// init function.
func RegisterKernel(name, doc string, k HistoryKernel) { kernels.Register(name, doc, k) }

// Kernels returns the registered kernels, ordered by name.
func Kernels() []Entry[HistoryKernel] { return kernels.Entries() }

// KernelName returns the registered name of a kernel; "" if it has none, such as a FixedKernel.
func KernelName(k HistoryKernel) string { return kernels.Name(k) }

// ParseKernel returns the kernel with that name.
func ParseKernel(name string) (HistoryKernel, error) { return kernels.Parse(name) }

// FixedKernel holds given weights, which are not trained.
type FixedKernel []float64

// Fixed returns psi.
func (k FixedKernel) Fixed(int) []float64 { return k }

// Weights builds psi.
func (k FixedKernel) Weights(b *Builder, _ int) *G.Node { return fixedWeights(b, k) }

func fixedWeights(b *Builder, psi []float64) *G.Node {
	n := b.Data("psi", len(psi))
	b.Fill(n, psi)
	return n
}
