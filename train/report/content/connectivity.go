package content

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"

	"facrnn/train/evaluate"
)

const (
	scaleAt      = 0.995   // quantile of magnitudes at which colours end
	scaleEntries = 250_000 // of each W_g, for the quantile

	maxClustered = 5000 // channels, whose links take 100 MB
)

// connectivity fills in A and B, the orders of channels, and the sums of weights between regions.
func (f *findings) connectivity() error {
	if f.a == nil {
		return errors.New("the model's encoder and decoder are networks (mlp): there is no W = A B")
	}
	N, K := f.a.Dims()
	out := &Connectivity{N: N, K: K, A: values(f.a.RawMatrix().Data), B: values(f.b.RawMatrix().Data),
		Unit: f.Recording.Unit}
	for i, c := range f.Recording.Channels {
		name := c.Name
		if name == "" {
			name = fmt.Sprint(i)
		}
		out.Names, out.Regions = append(out.Names, name), append(out.Regions, c.Region)
	}
	out.Scale, out.WScale, out.Note = f.scales()
	if out.Unit != "" && f.Summary.Data.Scale != "none" {
		out.Unit = fmt.Sprintf("%s, scaled by %s", out.Unit, f.Summary.Data.Scale)
	}
	asIs := Order{Name: "as in the file", Edges: []int{}}
	for i := range N {
		asIs.Permutation = append(asIs.Permutation, i)
	}
	named, within := slices.Compact(slices.Sorted(slices.Values(out.Regions))), asIs
	out.Orders = []Order{asIs}
	switch {
	case N > maxClustered:
		out.Note += fmt.Sprintf(" There is no order by clustering of more than %d channels.", maxClustered)
	case N > 2:
		within = clustered(f.a, f.b)
		out.Orders = append(out.Orders, within)
		out.Note += " Clusters: average linkage of the cosines between rows of [A, B'], each latent scaled to the " +
			"same size; edges where the tree is cut at a mean cosine of 0.5, or into 12."
	}
	if len(named) > 1 {
		out.Orders = slices.Insert(out.Orders, 1, byRegion(out.Regions, within.Permutation))
		if N > 2 && N <= maxClustered {
			out.Note += " By region, neurons of one are in the order of the clusters."
		}
	}
	if len(slices.DeleteFunc(named, func(name string) bool { return name == "" })) > 1 {
		var err error
		if out.Region, err = f.flows(out.Regions); err != nil {
			return err
		}
	}
	f.page.Connectivity = out
	return nil
}

// scales returns the quantiles of |W_g| over all groups and of |W|. If there are more than
// scaleEntries entries, it takes evenly spaced rows, so that no W needs to be made.
func (f *findings) scales() (scale, wScale float64, note string) {
	N, K := f.a.Dims()
	count := min(N, max(1, scaleEntries/N))
	var ofGroups, ofW []float64
	magnitudes := func(latents []int) (size []float64) {
		row := make([]float64, N)
		for i := range count {
			clear(row)
			for _, k := range latents {
				floats.AddScaled(row, f.a.At(i*N/count, k), f.b.RawRowView(k))
			}
			for _, v := range row {
				size = append(size, math.Abs(v))
			}
		}
		return size
	}
	for _, g := range f.groups {
		ofGroups = append(ofGroups, magnitudes(g)...)
	}
	ofW = magnitudes(evaluate.Sizes(K)[0])
	note = "Colours end at the 99.5th percentile of the magnitudes"
	if count < N {
		note += fmt.Sprintf(", over every entry of %d evenly spaced rows", count)
	}
	return ColourLimit(ofGroups), ColourLimit(ofW), note + "."
}

// ColourLimit returns the magnitude of weight at which colours end: a quantile of the magnitudes, so that one weight
// does not make all others white. It is the largest magnitude if the quantile is 0, because nearly all are, and 1 if
// all are 0.
func ColourLimit[F float32 | float64](weights ...[]F) float64 {
	var sizes []float64
	for _, some := range weights {
		for _, v := range some {
			sizes = append(sizes, math.Abs(float64(v)))
		}
	}
	for _, q := range []float64{scaleAt, 1} {
		if v := quantile(q, sizes); v > 0 {
			return v
		}
	}
	return 1
}

// byRegion orders channels by their region, regions by their names as evaluate.RegionSums does, those without one last.
// Channels of one region keep the order within, a permutation of all.
func byRegion(region []string, within []int) Order {
	out := Order{Name: "by region", Permutation: slices.Clone(within), Edges: []int{}}
	slices.SortStableFunc(out.Permutation, func(a, b int) int {
		if (region[a] == "") != (region[b] == "") {
			return cmp.Compare(region[b], region[a]) // the empty one is the least
		}
		return cmp.Compare(region[a], region[b])
	})
	for i, c := range out.Permutation {
		if i > 0 && region[c] != region[out.Permutation[i-1]] {
			out.Edges = append(out.Edges, i)
		}
	}
	return out
}

// flows returns the sums of W and of each W_g from region to region.
func (f *findings) flows(region []string) (*RegionFlows, error) {
	out := &RegionFlows{
		Note: "Sums of the weights of all channels of one region (column) on all of another (row); channels without " +
			"a region are left out."}
	sum := func(g []int) (Values, error) {
		r, err := evaluate.RegionFlows(f.a, f.b, g, region)
		if err != nil {
			return nil, err
		}
		out.Names = r.Names
		return values(r.Sum.RawMatrix().Data), nil
	}
	var err error
	if out.W, err = sum(evaluate.Sizes(f.a.RawMatrix().Cols)[0]); err != nil {
		return nil, err
	}
	for _, g := range f.groups {
		v, err := sum(g)
		if err != nil {
			return nil, err
		}
		out.Groups = append(out.Groups, v)
	}
	for _, name := range out.Names {
		n := 0
		for _, r := range region {
			if r == name {
				n++
			}
		}
		out.Counts = append(out.Counts, n)
	}
	return out, nil
}

// profiles returns the rows of [A, B'] (N,2K), unit vectors, after each column was scaled to the same size: what a
// channel gets from the latents and gives to them, whatever the latents' scales. A row without weights is 0.
func profiles(a, b *mat.Dense) *mat.Dense {
	N, K := a.Dims()
	out := mat.NewDense(N, 2*K, nil)
	for k := range K {
		for j, column := range [][]float64{mat.Col(nil, k, a), mat.Row(nil, k, b)} {
			if norm := floats.Norm(column, 2); norm > 0 {
				floats.Scale(1/norm, column)
			}
			out.SetCol(2*k+j, column)
		}
	}
	for i := range N {
		row := out.RawRowView(i)
		if norm := floats.Norm(row, 2); norm > 0 {
			floats.Scale(1/norm, row)
		}
	}
	return out
}
