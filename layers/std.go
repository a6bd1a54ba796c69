package layers

import G "gorgonia.org/gorgonia"

// LatentStd computes the posterior standard deviation s of each latent. A new one is one file: the type,
// and an init function that calls [RegisterLatentStd].
type LatentStd interface {
	// LogStd builds the node of ln s, for a model with that many training bins. Its shape is (K) if s is the same in
	// every bin, and (M,K) if s depends on the convolved history h (M,N).
	LogStd(b *Builder, h *G.Node, latents, bins int) *G.Node
}

var latentStds = NewTable[LatentStd]("posterior std of the latents")

// RegisterLatentStd adds a LatentStd for --latent-std; doc describes it in a few words. Call it only from an
// init function.
func RegisterLatentStd(name, doc string, s LatentStd) { latentStds.Register(name, doc, s) }

// LatentStds returns the registered entries, ordered by name.
func LatentStds() []Entry[LatentStd] { return latentStds.Entries() }

// LatentStdName returns the text that ParseLatentStd reads back; "" if there is none, such as for a FixedStd.
func LatentStdName(s LatentStd) string { return latentStds.Name(s) }

// ParseLatentStd returns the LatentStd with that name, or a Std for a number.
func ParseLatentStd(text string) (LatentStd, error) { return latentStds.Parse(text) }
