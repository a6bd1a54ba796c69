package method

import (
	"facrnn/data"
	"facrnn/graph"
	"facrnn/layers"
	"facrnn/losses"
	"facrnn/train"
)

// Spec says which model is fitted to a recording, and how. The zero value fits FacRNN by the recipe [Best]. Resolve
// chooses every field that is left open from the recording.
type Spec struct {
	Method Method  // nil: FacRNN
	Recipe *Recipe // nil: Best if it applies to the model, else Paper

	Scale       data.ScaleKind       // of the activity; "": by the activity
	Structure   layers.Structure     // groups of latents; nil: two groups
	FindGroups  bool                 // find the groups in the recording; Structure is nil then
	Latents     int                  // K; 0 for the latents of Structure, or else 4
	Lags        int                  // past bins in the history, L; 0: 1
	Kernel      layers.HistoryKernel // nil: exponential
	Activation  layers.Activation    // of the history; "": tanh
	Padding     layers.Padding       // of the history before a start; "": first with trials, else zero
	Encoder     layers.Encoder       // nil: the one that mirrors the decoder
	Decoder     layers.Decoder       // nil: by the activity
	LatentStd   layers.LatentStd     // posterior std; nil: by the recipe. A FixedStd of one value holds for all latents
	Observation losses.Observation   // nil: Gaussian

	Beta      *float64         // weight of the partial correlation; nil: by the recipe
	BetaStart *float64         // weight that training begins with, until it is halfway; nil: by the recipe
	Estimator losses.Estimator // of the partial correlation; nil: by the recipe
	Alpha     float64          // weight of the block-diagonal penalty
	Terms     []graph.Weighted // further terms of the loss

	Init  Init // "": by the recipe
	Refit *int // steps of expectation-maximisation after training; nil: by the recipe

	// Training has the options of the loop. Fields that are zero are chosen by the recipe; a Decay below zero is none
	// at all. Start, Resume and TestEvery are not read.
	Training train.Options
	Patience int // epochs without a lower held-out loss after which training stops; 0: never

	Split data.SplitOptions

	// ScaleByAllBins computes the scale from all bins, not from the training bins, as runs of older versions did.
	ScaleByAllBins bool

	Clock train.Clock // nil: time.Now

	notes []string // what a file of groups says, for the log
}

// Init is where training starts.
type Init string

// The places where training starts. The zero value leaves the choice to the recipe.
const (
	InitComponents Init = "components" // separated components of the activity (JADE and SOBI)
	// components (FastICA) of the latents of a model without groups, which is trained before
	InitICA    Init = "ica"
	InitRandom Init = "random"
)

// isMLP reports whether a decoder is a multilayer perceptron, which has no matrix A.
func isMLP(d layers.Decoder) bool {
	_, ok := d.(layers.MLPDecoder)
	return ok
}

// linkOf returns the link of a decoder with one matrix A; ok is false for any other decoder.
func linkOf(d layers.Decoder) (link layers.Activation, ok bool) {
	l, ok := d.(layers.LinearDecoder)
	if link = l.Link; link == "" {
		link = layers.Identity
	}
	return link, ok
}

// isIdentity reports whether a decoder is x = A z + b.
func isIdentity(d layers.Decoder) bool {
	link, ok := linkOf(d)
	return ok && link == layers.Identity
}

func pointer[T any](v T) *T { return &v }
