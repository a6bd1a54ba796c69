package layers

import G "gorgonia.org/gorgonia"

// HistoryKernel is the weights psi_1..psi_L of the past bins; psi_1 weighs the newest. A new kernel is one file: the
// type, and an init function that calls [RegisterKernel].
type HistoryKernel interface {
	// Fixed is psi (L) where it is not trained, and nil where it is.
	Fixed(lags int) []float64
	// Weights builds the node of psi (L).
	Weights(b *Builder, lags int) *G.Node
}

var kernels = NewTable[HistoryKernel]("history kernel")

// RegisterKernel adds a kernel for --kernel; doc says in a few words how its weights come about. Call it from an init
// function only.
func RegisterKernel(name, doc string, k HistoryKernel) { kernels.Register(name, doc, k) }

// Kernels returns the registered kernels, ordered by name.
func Kernels() []Entry[HistoryKernel] { return kernels.Entries() }

// KernelName returns the name by which a kernel is registered; "" for none, such as a FixedKernel.
func KernelName(k HistoryKernel) string { return kernels.Name(k) }

// ParseKernel returns the kernel of a name.
func ParseKernel(name string) (HistoryKernel, error) { return kernels.Parse(name) }

// FixedKernel is given weights, not trained.
type FixedKernel []float64

// Fixed is psi.
func (k FixedKernel) Fixed(int) []float64 { return k }

// Weights builds psi.
func (k FixedKernel) Weights(b *Builder, _ int) *G.Node { return fixedWeights(b, k) }

func fixedWeights(b *Builder, psi []float64) *G.Node {
	n := b.Data("psi", len(psi))
	b.Fill(n, psi)
	return n
}
