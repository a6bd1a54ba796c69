package layers

import G "gorgonia.org/gorgonia"

// LatentStd is how the posterior's standard deviation s of each latent comes about. A new one is one file: the type,
// and an init function that calls [RegisterLatentStd].
type LatentStd interface {
	// LogStd builds the node of ln s, for a model trained on that many bins: (K) where it is the same in every bin,
	// (M,K) where it follows the convolved history h (M,N). What uses it tells them apart by their dimensions.
	LogStd(b *Builder, h *G.Node, latents, bins int) *G.Node
}

var latentStds = NewTable[LatentStd]("posterior std of the latents")

// RegisterLatentStd adds one for --latent-std; doc says in a few words how the std comes about. Call it from an init
// function only.
func RegisterLatentStd(name, doc string, s LatentStd) { latentStds.Register(name, doc, s) }

// LatentStds returns those that are registered, ordered by name.
func LatentStds() []Entry[LatentStd] { return latentStds.Entries() }

// LatentStdName returns the text that ParseLatentStd reads back; "" if there is none, such as for a FixedStd.
func LatentStdName(s LatentStd) string { return latentStds.Name(s) }

// ParseLatentStd returns the one of a name, or of a number.
func ParseLatentStd(text string) (LatentStd, error) { return latentStds.Parse(text) }
