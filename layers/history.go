package layers

import (
	"fmt"

	G "gorgonia.org/gorgonia"

	"facrnn/layers/op"
	"facrnn/layers/op/kernel"
)

// History is the convolved history h(t) = sum over l = 1..L of psi_l sigma(x(t-l)). It is the model's only view
// of the past, and never crosses the start of a segment (data.Recording.SegmentStarts). If graph.Config.LeftOut
// is set, x is the activity without the contribution E u of measured inputs.
//
// sigma has no parameters, so NewPast applies it to a recording once. If the kernel is fixed, h is evaluated
// once, too. If the kernel is learned, h is a node of the graph, computed from windows of L past bins. Both use
// the same loop.
//
// If x is missing, sigma(x) is the channel's mean over the training bins that observed it, for either kind of
// kernel (Past.FillMissing). The alternative, a kernel rescaled to the observed bins, would give a learned
// kernel other weights in every window.
type History struct {
	Lags       int           // L; 0 for 1
	Kernel     HistoryKernel // nil for ExponentialKernel
	Activation Activation    // sigma; "" for Tanh
	Padding    Padding       // replaces bins before the start of a segment; "" for PadZero
}

// Padding names the replacement for bins before the start of a segment.
type Padding string

// The paddings.
const (
	PadZero  Padding = "zero"  // such bins add nothing to h
	PadFirst Padding = "first" // the first bin of the segment, repeated
)

// WithDefaults returns the history with a value for every field that is not set.
func (h History) WithDefaults() History {
	if h.Lags == 0 {
		h.Lags = 1
	}
	if h.Kernel == nil {
		h.Kernel = ExponentialKernel{}
	}
	if h.Activation == "" {
		h.Activation = Tanh
	}
	if h.Padding == "" {
		h.Padding = PadZero
	}
	return h
}

// Check returns an error for the first setting that is invalid.
func (h History) Check() error {
	if h.Lags < 1 {
		return fmt.Errorf("the history has %d lags; give at least 1", h.Lags)
	}
	if psi := h.Kernel.Fixed(h.Lags); psi != nil && len(psi) != h.Lags {
		return fmt.Errorf("the history kernel has %d weights for %d lags; give one weight per lag", len(psi), h.Lags)
	}
	if h.Padding != PadZero && h.Padding != PadFirst {
		return fmt.Errorf("unknown padding %q; choose zero or first", string(h.Padding))
	}
	return h.Activation.Check()
}

// Past is the history layer's view of a recording: sigma(x), and the start of each bin's segment.
type Past[T op.Float] struct {
	layer   History
	neurons int
	sigma   []T   // (T,N)
	start   []int // (T) the first bin of the segment that contains the bin
}

// NewPast applies sigma to x (T,N). starts holds the first bins of the segments, ascending from 0.
func NewPast[T op.Float](h History, x []T, neurons int, starts []int) *Past[T] {
	p := &Past[T]{layer: h, neurons: neurons, sigma: make([]T, len(x)), start: make([]int, len(x)/neurons)}
	slope := make([]T, neurons)
	for t := 0; t < len(x); t += neurons {
		activate(h.Activation, p.sigma[t:t+neurons], slope, x[t:t+neurons])
	}
	at := 0
	for t := range p.start {
		if at+1 < len(starts) && starts[at+1] <= t {
			at++
		}
		p.start[t] = starts[at]
	}
	return p
}

// FillMissing replaces sigma(x) by mean (N) for missing values. x (T,N) is the activity that the Past was made
// from, with NaN for missing values. A channel whose mean is NaN is 0 in all bins.
func (p *Past[T]) FillMissing(x []T, mean []float64) {
	for i, v := range x {
		switch m := mean[i%p.neurons]; {
		case m != m:
			p.sigma[i] = 0
		case v != v:
			p.sigma[i] = T(m)
		}
	}
}

// Window writes sigma(x) of the L bins before t to dst (L,N), the newest bin first.
func (p *Past[T]) Window(dst []T, t int) {
	N := p.neurons
	for l := range p.layer.Lags {
		from, d := t-1-l, dst[l*N:(l+1)*N]
		if from < p.start[t] {
			if p.layer.Padding == PadZero {
				clear(d)
				continue
			}
			from = p.start[t]
		}
		copy(d, p.sigma[from*N:(from+1)*N])
	}
}

// Evaluate returns h (T,N) of the whole recording for a fixed kernel. It overwrites sigma(x) to save memory,
// because recordings are large. The Past must not be used afterwards.
func (p *Past[T]) Evaluate() []T {
	N, L := p.neurons, p.layer.Lags
	psi := make([]T, L)
	for l, v := range p.layer.Kernel.Fixed(L) {
		psi[l] = T(v)
	}
	window := make([]T, L*N)
	for t := len(p.start) - 1; t >= 0; t-- { // backwards, because h(t) needs the bins before t
		p.Window(window, t)
		kernel.Convolve(p.sigma[t*N:(t+1)*N], window, psi, 1, N)
	}
	return p.sigma
}

// Convolved returns h (T,N) of the whole recording for the kernel psi (L).
func (p *Past[T]) Convolved(psi []T) []T {
	N := p.neurons
	h, window := make([]T, len(p.sigma)), make([]T, len(psi)*N)
	for t := range p.start {
		p.Window(window, t)
		kernel.Convolve(h[t*N:(t+1)*N], window, psi, 1, N)
	}
	return h
}

// Learned reports whether the kernel is trained, so that every step must compute h.
func (h History) Learned() bool { return h.Kernel.Fixed(h.Lags) == nil }

// Convolve builds h (M,N) from windows of sigma(x) (M,L*N), the newest bin first, and the kernel's weights psi
// (L).
func Convolve(b *Builder, windows, psi *G.Node) *G.Node {
	if b.Double {
		return convolveOp[float64](b, windows, psi)
	}
	return convolveOp[float32](b, windows, psi)
}

func convolveOp[T op.Float](b *Builder, windows, psi *G.Node) *G.Node {
	M, L := windows.Shape()[0], psi.Shape()[0]
	N := windows.Shape()[1] / L
	return op.Apply(op.Def[T]{
		Name: "history", Shape: []int{M, N}, Wrt: b.Differentiable(windows, psi),
		Forward: func(out []T, in, _ [][]T) {
			kernel.Convolve(out, in[0], in[1], M, N)
		},
		Backward: func(grad [][]T, up, _ []T, in [][]T) {
			if grad[1] != nil {
				kernel.Correlate(grad[1], up, in[0], M, N)
			}
		},
	}, windows, psi)
}
