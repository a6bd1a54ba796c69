package separation

import (
	"fmt"
	"slices"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

// Options says what is known. Its zero value knows nothing: one stretch of time, and the number of latents and their
// groups to be found.
type Options struct {
	// first rows of stretches of time, ascending from 0, such as data.Recording's; nil: one stretch
	Starts []int
	Sizes  []int // of the groups, in order; nil: found. Their sum is K
	// (G,G) how much groups of Sizes are to be independent of each other; nil: all pairs alike
	Apart     [][]float64
	K         int              // latents; 0: the sum of Sizes, or found
	Dimension DimensionOptions // how K is found
	// fits without one of so many parts of the bins, as a test; 0: 5; below 0: none, and Status is at best Tentative
	Refits int
}

// Discovery is K components of N neurons in groups, found from T bins. Components lie in the order of their groups:
// largest first, or in the order of Options.Sizes; within a group, and of groups of one size, those that drive the
// neurons most come first.
type Discovery struct {
	K          int
	Dimension  *Dimension // how K was found; nil where it was given
	Sizes      []int      // of the groups
	Factors    *Factors   // of x, before unmixing
	Unmixing   *Unmixing  // from the latents of Factors to Components
	Components *mat.Dense // (T,K), uncorrelated, of mean 0 and variance 1
	A          *mat.Dense // (N,K), their loadings: x = A s + Factors.Mean + noise
	Links      *mat.SymDense
	// K; components that bins before and after predict by less than .05: noise, or very short-lived
	Noise []bool
	// K; correlation times in the recording, T over the correlation time: how much of a component was seen
	Times []float64

	Within  float64 // the lowest link that joined clusters of one group; 1 where there was none
	Between float64 // the highest mean link between clusters that were kept apart; 0 where there was none
	Evidence
}

// Linked reports whether components of different groups predict one another as well as those of one group are to.
func (d *Discovery) Linked() bool { return len(d.Sizes) > 1 && d.Between >= Threshold }

// Discover finds groups of latents in activity x (T,N), known input taken off, by six steps: the number of latents
// ([LatentDimension]), the latents ([FactorAnalysis]), components ([Unmix]), links between them ([Link]), groups
// ([Group]), and how far that can be trusted ([Evidence]). The same x gives the same answer.
//
// It looks at activity as linear in the latents, with noise that is white in time. Groups that drive one another or are
// driven by one input come out as one; Gaussian components of equal spectra cannot be told apart, nor can periodic ones
// whose frequencies are in a simple ratio. Links within a group can be weak where trials are so short that slow changes
// are not seen, and the group then comes apart: give sizes.
func Discover(x *mat.Dense, o Options) (*Discovery, error) {
	d, err := discover(x, o)
	if err != nil {
		return nil, fmt.Errorf("finding groups of latents: %w", err)
	}
	return d, nil
}

func discover(x *mat.Dense, o Options) (*Discovery, error) {
	bins, _ := x.Dims()
	ss, err := newStretches(o.Starts, bins)
	if err != nil {
		return nil, err
	}
	d := &Discovery{}
	for _, n := range o.Sizes {
		d.K += n
	}
	switch {
	case len(o.Sizes) > 0 && o.K > 0 && o.K != d.K:
		return nil, fmt.Errorf("groups of %d make %d latents, not %d: give sizes that add up, or leave the number out",
			o.Sizes, d.K, o.K)
	case len(o.Sizes) == 0 && o.K > 0:
		d.K = o.K
	case len(o.Sizes) == 0:
		if d.Dimension, err = LatentDimension(x, o.Dimension); err != nil {
			return nil, err
		}
		d.K = d.Dimension.K
	}
	r := newRefits(x, ss, o)
	whole, err := r.whole(d.K)
	if err != nil {
		return nil, err
	}
	if err := d.arrange(whole, o); err != nil {
		return nil, err
	}
	d.Evidence = r.evidence(whole, d.Times)
	return d, nil
}

// FromLatents is [Discover] for latents z (T,K) that are known already: those of a trained model, of which factors says
// how they drive the neurons. It only unmixes, by u where that is not nil, and groups; nothing is fitted again without
// a part of the bins, so Status is at best Tentative.
func FromLatents(factors *Factors, z *mat.Dense, u *Unmixing, o Options) (*Discovery, error) {
	bins, k := z.Dims()
	ss, err := newStretches(o.Starts, bins)
	if err != nil {
		return nil, fmt.Errorf("grouping latents: %w", err)
	}
	d, r := &Discovery{K: k}, &refits{stretches: ss, sizes: o.Sizes}
	f, err := r.unmixed(&separation{factors: factors, latents: z, unmixing: u}, 0, 0)
	if err != nil {
		return nil, fmt.Errorf("grouping latents: %w", err)
	}
	if err := d.arrange(f, o); err != nil {
		return nil, fmt.Errorf("grouping latents: %w", err)
	}
	d.Evidence = r.evidence(f, d.Times)
	return d, nil
}

// arrange takes what was fitted, with its components in order of groups and with signs such that their loadings sum to
// 0 or more.
func (d *Discovery) arrange(f *separation, o Options) error {
	a, err := loadings(f.factors.A, f.unmixing.W)
	if err != nil {
		return err
	}
	groups := arrangement(f.owner, power(a), o.Sizes)
	d.Factors, d.Within, d.Between = f.factors, f.within, f.between
	if !alike(o.Apart) {
		d.Between = seat(groups, f.matrix, o.Apart)
	}
	order := slices.Concat(groups...)
	for _, ks := range groups {
		d.Sizes = append(d.Sizes, len(ks))
	}
	d.Unmixing = &Unmixing{W: mat.NewDense(d.K, d.K, nil), Mean: f.unmixing.Mean}
	n, _ := a.Dims()
	bins, _ := f.components.Dims()
	d.A, d.Components, d.Links = mat.NewDense(n, d.K, nil), mat.NewDense(bins, d.K, nil), mat.NewSymDense(d.K, nil)
	self := f.links.Self()
	for to, from := range order {
		column := mat.Col(nil, from, a)
		sign := 1.0
		if floats.Sum(column) < 0 {
			sign = -1
		}
		take := func(dst *mat.Dense, src mat.Matrix) {
			column := mat.Col(nil, from, src)
			floats.Scale(sign, column)
			dst.SetCol(to, column)
		}
		take(d.A, a)
		take(d.Unmixing.W, f.unmixing.W)
		take(d.Components, f.components)
		for i, j := range order[:to+1] {
			d.Links.SetSym(i, to, f.matrix.At(j, from))
		}
		const noise = 0.05
		d.Noise = append(d.Noise, self[from] < noise)
		d.Times = append(d.Times, float64(bins)/correlationTime(mat.Col(nil, from, f.components), f.stretches))
	}
	return nil
}

// loadings turns A (N,K) of latents into that of components, A W^-T.
func loadings(a, w *mat.Dense) (*mat.Dense, error) {
	var t mat.Dense
	if err := t.Solve(w, a.T()); err != nil { // W^-1 A', its transpose
		if _, bad := err.(mat.Condition); !bad { // latents of very different strengths are no error
			return nil, fmt.Errorf("unmixing: %w", err)
		}
	}
	return mat.DenseCopyOf(t.T()), nil
}

// power returns the squared length of each column: the variance that a component of variance 1 adds to the neurons.
func power(a *mat.Dense) []float64 {
	n, k := a.Dims()
	p := make([]float64, k)
	for i := range n {
		for j, v := range a.RawRowView(i) {
			p[j] += v * v
		}
	}
	return p
}

// ComponentsOf returns the components (T',K) of other bins x (T',N) of the same neurons, found bin by bin.
func (d *Discovery) ComponentsOf(x *mat.Dense) (*mat.Dense, error) {
	z, err := d.Factors.Latents(x)
	if err != nil {
		return nil, err
	}
	return d.Unmixing.Apply(z), nil
}

// Owner returns the group of each component, K values counted from 0, ascending.
func (d *Discovery) Owner() []int {
	var owner []int
	for g, n := range d.Sizes {
		for range n {
			owner = append(owner, g)
		}
	}
	return owner
}
