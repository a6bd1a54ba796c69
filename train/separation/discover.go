package separation

import (
	"fmt"
	"slices"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

// Options says what is known about the groups. The zero value means one stretch of time and an unknown number of
// latents and groups.
type Options struct {
	Starts    []int            // first rows of stretches of time, ascending from 0; nil means one stretch
	Sizes     []int            // sizes of the groups, in order; nil if unknown; their sum is K
	Apart     [][]float64      // (G,G) weight of the independence of two groups of Sizes; nil means all pairs alike
	K         int              // number of latents; 0 means the sum of Sizes, or unknown
	Dimension DimensionOptions // how to find K
	// Refits is the number of parts of the bins; each part is left out of one fit, as a test. 0 means 5. A negative
	// value means no refits, and Status is then at best Tentative.
	Refits int
}

// Discovery holds K components of N neurons in groups, found from T bins. Components are in the order of their
// groups: the largest first, or the order of Options.Sizes. Within a group, and among groups of one size, the
// components that drive the neurons most are first.
type Discovery struct {
	K          int
	Dimension  *Dimension // how K was found; nil if it was given
	Sizes      []int      // of the groups
	Factors    *Factors   // of x, before unmixing
	Unmixing   *Unmixing  // from the latents of Factors to Components
	Components *mat.Dense // (T,K), uncorrelated, of mean 0 and variance 1
	A          *mat.Dense // (N,K), their loadings: x = A s + Factors.Mean + noise
	Links      *mat.SymDense
	Noise      []bool    // (K) true for noise: neighbouring bins predict the component with R2 < .05
	Times      []float64 // (K) length of the recording in correlation times of the component

	Within  float64 // lowest link that joined clusters of one group; 1 if there was none
	Between float64 // highest mean link between clusters that were not joined; 0 if there was none
	Evidence
}

// Linked reports whether components of different groups predict one another as well as components of one group
// should.
func (d *Discovery) Linked() bool { return len(d.Sizes) > 1 && d.Between >= Threshold }

// Discover finds groups of latents in activity x (T,N) minus the offset, in six steps: the number of latents
// ([LatentDimension]), factor analysis ([Factors]), components ([Unmixing]), links between them ([Links]), groups
// ([Group]), and the evidence for the groups ([Evidence]). The same x gives the same result.
//
// It assumes that activity is linear in the latents, with noise that is white in time. Groups that drive one another
// or share an input are found as one group. Gaussian components with equal spectra cannot be separated, nor can
// periodic components whose frequencies have a simple ratio. If trials are too short for slow changes, links within a
// group can be weak and the group is split. Give sizes to prevent it.
func Discover(x *mat.Dense, o Options) (*Discovery, error) {
	d, err := discover(x, o)
	if err != nil {
		return nil, fmt.Errorf("find groups of latents: %w", err)
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
		return nil, fmt.Errorf("groups of %d make %d latents, not %d; give sizes that add up, or omit the number",
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
	whole, err := r.fitAll(d.K)
	if err != nil {
		return nil, err
	}
	if err := d.arrange(whole, o); err != nil {
		return nil, err
	}
	d.Evidence = r.evidence(whole, d.Times)
	return d, nil
}

// FromLatents runs [Discover] on known latents z (T,K) of a trained model. factors says how they drive the neurons.
// It only unmixes them, by u unless u is nil, and groups them. There are no refits, so Status is at best Tentative.
func FromLatents(factors *Factors, z *mat.Dense, u *Unmixing, o Options) (*Discovery, error) {
	bins, k := z.Dims()
	ss, err := newStretches(o.Starts, bins)
	if err != nil {
		return nil, fmt.Errorf("group latents: %w", err)
	}
	d, r := &Discovery{K: k}, &refits{stretches: ss, sizes: o.Sizes}
	f, err := r.group(&separation{factors: factors, latents: z, unmixing: u}, 0, 0)
	if err != nil {
		return nil, fmt.Errorf("group latents: %w", err)
	}
	if err := d.arrange(f, o); err != nil {
		return nil, fmt.Errorf("group latents: %w", err)
	}
	d.Evidence = r.evidence(f, d.Times)
	return d, nil
}

// arrange stores the result of a fit, with its components in the order of groups. The sign of each component makes
// the sum of its loadings non-negative.
func (d *Discovery) arrange(f *separation, o Options) error {
	a, err := loadings(f.factors.A, f.unmixing.W)
	if err != nil {
		return err
	}
	groups := arrangement(f.owner, power(a), o.Sizes)
	d.Factors, d.Within, d.Between = f.factors, f.within, f.between
	if !interchangeable(o.Apart) {
		d.Between = swapGroups(groups, f.matrix, o.Apart)
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

// loadings converts the loadings A (N,K) of latents to those for components, A W^-T.
func loadings(a, w *mat.Dense) (*mat.Dense, error) {
	var t mat.Dense
	if err := t.Solve(w, a.T()); err != nil { // W^-1 A', the transpose
		if _, bad := err.(mat.Condition); !bad { // latents of very different strengths are allowed
			return nil, fmt.Errorf("unmix latents: %w", err)
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

// ComponentsOf returns the components (T',K) of other bins x (T',N) of the same neurons, bin by bin.
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
