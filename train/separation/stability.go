package separation

import (
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/stat"

	"facrnn/train/evaluate"
	"facrnn/train/internal/regress"
)

// Status says how far the groups can be trusted.
type Status string

// The statuses.
const (
	OK        Status = "ok"
	Tentative Status = "tentative"       // the best guess
	NotEnough Status = "not enough data" // the result depends on a few bins or on the threshold
)

// Evidence is the evidence for and against the groups.
type Evidence struct {
	Status    Status
	Reasons   []string // why the status is not ok, one clause each
	Jackknife int      // how often of 20 the groups are the same if the links leave out one block of bins
	Refits    int      // number of refits, each without one part of the bins
	Agree     int      // how many refits found the same groups
}

// separation is one pass from latents to groups.
type separation struct {
	factors         *Factors
	unmixing        *Unmixing
	latents         *mat.Dense // of all bins, including bins that were left out
	components      *mat.Dense // of the fitted bins
	stretches       []stretch  // of the fitted bins
	links           *Links
	matrix          *mat.SymDense
	owner           []int
	within, between float64
}

// refits fits the bins again without one part of them. It reads the activity once and keeps the moments of the parts.
type refits struct {
	x         *mat.Dense
	stretches []stretch
	sizes     []int
	parts     []*regress.Moments
	edges     []int
	all       *regress.Moments
}

func newRefits(x *mat.Dense, ss []stretch, o Options) *refits {
	parts := o.Refits
	if parts == 0 {
		parts = 5
	}
	bins, _ := x.Dims()
	r := &refits{x: x, stretches: ss, sizes: o.Sizes, edges: edges(bins, max(1, parts))}
	shift := regress.Means(x)
	r.all = regress.NewMoments(shift)
	if parts < 2 { // no part is left out
		r.all.Add(x, 0, bins)
		return r
	}
	for i, hi := range r.edges[1:] {
		part := regress.NewMoments(shift)
		part.Add(x, r.edges[i], hi)
		r.parts = append(r.parts, part)
		r.all.Accumulate(1, part)
	}
	return r
}

// fitAll fits k latents to all bins.
func (r *refits) fitAll(k int) (*separation, error) {
	f, err := fitFactors(r.all, k, FactorOptions{})
	if err != nil {
		return nil, err
	}
	return r.separate(f, 0, 0)
}

// fitWithout fits without a part. EM starts from the factors of all bins, which saves most of its iterations.
func (r *refits) fitWithout(part int, start *Factors) (*separation, error) {
	mean, s := r.all.Without(r.parts[part])
	f, err := expectationMaximization(s, mean, FactorOptions{Start: start})
	if err != nil {
		return nil, err
	}
	return r.separate(f, r.edges[part], r.edges[part+1])
}

// separate computes groups from factors, from the bins without lo <= t < hi.
func (r *refits) separate(factors *Factors, lo, hi int) (*separation, error) {
	z, err := factors.Latents(r.x)
	if err != nil {
		return nil, err
	}
	return r.group(&separation{factors: factors, latents: z}, lo, hi)
}

// group computes groups from latents; f may already have its unmixing.
func (r *refits) group(f *separation, lo, hi int) (*separation, error) {
	f.stretches = without(r.stretches, lo, hi)
	z := cutOut(f.latents, lo, hi)
	var err error
	if f.unmixing == nil {
		if f.unmixing, err = unmix(z, f.stretches); err != nil {
			return nil, err
		}
	}
	f.components = f.unmixing.Apply(z)
	if f.links, err = link(f.components, f.stretches); err != nil {
		return nil, err
	}
	f.matrix = f.links.Matrix()
	if f.owner, err = Group(f.matrix, r.sizes...); err != nil {
		return nil, err
	}
	f.within, f.between = margins(f.matrix, f.owner)
	return f, nil
}

// cutOut returns x without the rows lo to hi.
func cutOut(x *mat.Dense, lo, hi int) *mat.Dense {
	if lo == hi {
		return x
	}
	n, k := x.Dims()
	out := mat.NewDense(n-(hi-lo), k, nil)
	for t := range n - (hi - lo) {
		from := t
		if t >= lo {
			from += hi - lo
		}
		out.SetRow(t, x.RawRowView(from))
	}
	return out
}

// evidence tests the groups found from all bins. It uses links without a block of bins and refits. If sizes are not
// given, it also uses a stricter and a more lenient threshold. It checks the length of the recording, in bins and in
// correlation times.
func (r *refits) evidence(whole *separation, times []float64) Evidence {
	const minBins, minTimes = 2000, 20 // with fewer bins, results that looked certain were wrong
	e := Evidence{Refits: len(r.parts), Status: OK}
	found := renumber(whole.owner)
	same := func(owner []int) bool { return slices.Equal(renumber(owner), found) }
	for b := range linkBlocks {
		if owner, err := Group(whole.links.Without(b), r.sizes...); err == nil && same(owner) {
			e.Jackknife++
		}
	}
	for i := range r.parts {
		again, err := r.fitWithout(i, whole.factors)
		if err == nil && same(again.ownerAs(whole)) { // too few bins for a refit count as disagreement
			e.Agree++
		}
	}
	tree := Linkage(whole.matrix)
	robust := len(r.sizes) > 0 || same(cut(tree, 0.125)) && same(cut(tree, 0.2))
	bins, _ := whole.components.Dims()
	slowest := slices.Min(times)
	disagree := fmt.Sprintf("only %d of %d refits without a part of the bins find the same groups", e.Agree, e.Refits)
	for _, against := range []struct {
		holds bool
		to    Status
		why   string
	}{
		{bins < minBins, Tentative, fmt.Sprintf("the recording has %d bins, fewer than %d", bins, minBins)},
		{slowest < minTimes, Tentative, fmt.Sprintf("the recording spans only %.1f correlation times of the"+
			" slowest component", slowest)},
		{e.Refits == 0, Tentative, "no refit without a part of the bins was made"},
		{e.Agree == e.Refits-2, Tentative, disagree},
		{e.Agree < e.Refits-2, NotEnough, disagree},
		{e.Jackknife < linkBlocks-2, NotEnough,
			fmt.Sprintf("only %d of %d links without one block of bins give the same groups", e.Jackknife, linkBlocks)},
		{!robust, NotEnough, fmt.Sprintf("a threshold of .125 or .2 instead of %g gives other groups", Threshold)},
	} {
		if against.holds { // the most serious come last
			e.Status = against.to
			e.Reasons = append(e.Reasons, against.why)
		}
	}
	return e
}

// ownerAs returns the groups of f in the order of another separation's components, matched by their correlations over
// all bins.
func (f *separation) ownerAs(whole *separation) []int {
	mine := f.unmixing.Apply(f.latents)
	k := len(f.owner)
	cost := mat.NewDense(k, k, nil)
	for i := range k {
		for j := range k {
			cost.Set(i, j, -math.Abs(stat.Correlation(mat.Col(nil, i, whole.components), mat.Col(nil, j, mine), nil)))
		}
	}
	match, err := evaluate.Assign(cost)
	if err != nil {
		return nil // constant components match nothing
	}
	owner := make([]int, k)
	for i, j := range match {
		owner[i] = f.owner[j]
	}
	return owner
}
