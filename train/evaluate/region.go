package evaluate

import (
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/stat"
)

// Regional is a connectivity between R regions.
type Regional struct {
	Names []string   // R, in alphabetical order
	Sum   *mat.Dense // (R,R), row <- column: the sum of W over all pairs of their channels
}

// RegionSums sums W (N,N), row i <- column j, over the channels of every two regions. region (N) names the region of
// each channel; channels without a region are left out. It returns an error if the lengths differ or no channel has a
// region.
func RegionSums(w *mat.Dense, region []string) (Regional, error) {
	if r, c := w.Dims(); r != len(region) || c != len(region) {
		return Regional{}, fmt.Errorf("region sums: W is %d x %d, but regions are given for %d channels", r, c,
			len(region))
	}
	names, place, err := places(region)
	if err != nil {
		return Regional{}, err
	}
	out := Regional{Names: names, Sum: mat.NewDense(len(names), len(names), nil)}
	for i, to := range place {
		if to < 0 {
			continue
		}
		row := out.Sum.RawRowView(to)
		for j, v := range w.RawRowView(i) {
			if from := place[j]; from >= 0 {
				row[from] += v
			}
		}
	}
	return out, nil
}

// RegionFlows returns [RegionSums] for W = A B of the given latents, with A (N,K) and B (K,N), without computing W.
// It multiplies the sums of A's rows by the sums of B's columns.
func RegionFlows(a, b *mat.Dense, latents []int, region []string) (Regional, error) {
	if N, _ := a.Dims(); N != len(region) {
		return Regional{}, fmt.Errorf("region sums: W is %d x %d, but regions are given for %d channels", N, N,
			len(region))
	}
	names, place, err := places(region)
	if err != nil {
		return Regional{}, err
	}
	R := len(names)
	to, from := mat.NewDense(R, len(latents), nil), mat.NewDense(len(latents), R, nil)
	for n, r := range place {
		for i, k := range latents {
			if r >= 0 {
				to.Set(r, i, to.At(r, i)+a.At(n, k))
				from.Set(i, r, from.At(i, r)+b.At(k, n))
			}
		}
	}
	out := Regional{Names: names, Sum: new(mat.Dense)}
	out.Sum.Mul(to, from)
	return out, nil
}

// places returns the names of all regions, and the index of each channel's region in them, -1 if it has none.
func places(region []string) (names []string, place []int, err error) {
	names = slices.Sorted(slices.Values(region))
	names = slices.DeleteFunc(slices.Compact(names), func(name string) bool { return name == "" })
	if len(names) == 0 {
		return nil, nil, fmt.Errorf("region sums: no channel has a region")
	}
	place = make([]int, len(region))
	for i, name := range region {
		place[i] = slices.Index(names, name)
	}
	return names, place, nil
}

// Correlation returns Pearson's correlation with another connectivity of the same regions, over the R(R-1) ordered
// pairs of different regions. Weights within a region are left out. It returns an error if the regions differ.
func (r Regional) Correlation(other Regional) (float64, error) {
	if !slices.Equal(r.Names, other.Names) {
		return 0, fmt.Errorf("region sums: cannot compare regions %v with regions %v", r.Names, other.Names)
	}
	return stat.Correlation(r.pairs(), other.pairs(), nil), nil
}

// WorstRank ranks the signed sums of all ordered pairs of different regions, from the largest (rank 1) down. It
// returns the worst rank of the given pathways {to, from}; this is the number of pathways if they are the largest of
// all. Equal sums share the last of their ranks. It returns an error if there is no pathway, a region is unknown, or
// a pathway stays within a region.
func (r Regional) WorstRank(pathways ...[2]string) (int, error) {
	if len(pathways) == 0 {
		return 0, fmt.Errorf("region sums: no pathways to rank")
	}
	pairs, worst := r.pairs(), 0
	for _, p := range pathways {
		to, from := slices.Index(r.Names, p[0]), slices.Index(r.Names, p[1])
		if to < 0 || from < 0 || to == from {
			return 0, fmt.Errorf("region sums: %s <- %s is not a pathway between two of the regions %v",
				p[0], p[1], r.Names)
		}
		rank := 0
		for _, v := range pairs {
			if v >= r.Sum.At(to, from) {
				rank++
			}
		}
		worst = max(worst, rank)
	}
	return worst, nil
}

// Flow is the sum of the weights from all channels of one region to all channels of a region.
type Flow struct {
	From, To string
	Weight   float64
}

// String names the regions and the sign, as in "M1 → S1, excitatory".
func (f Flow) String() string {
	sign := "inhibitory"
	if f.Weight > 0 {
		sign = "excitatory"
	}
	if f.From == f.To {
		return fmt.Sprintf("within %s, %s", f.To, sign)
	}
	return fmt.Sprintf("%s → %s, %s", f.From, f.To, sign)
}

// Strongest returns the sums with the largest magnitude, between two regions and within one region.
func (r Regional) Strongest() (s Strongest) {
	for i, to := range r.Names {
		for j, from := range r.Names {
			best := &s.Between
			if i == j {
				best = &s.Within
			}
			v := r.Sum.At(i, j)
			if finite(v) && v != 0 && (*best == nil || math.Abs(v) > math.Abs((*best).Weight)) {
				*best = &Flow{from, to, v}
			}
		}
	}
	return s
}

// RegionAgreement compares a connectivity between regions with the ground truth.
type RegionAgreement struct {
	Estimate, Truth Regional
	WorstRank       int     // of the true pathways in the estimate, see [Regional.WorstRank]
	Correlation     float64 // see [Regional.Correlation]
}

// CompareRegions compares an estimated W (N,N) with the ground truth by their sums between regions. region (N) is the
// region of each channel. pathways {to, from} are the strong connections of the true W. It returns the errors of
// [RegionSums] and [Regional.WorstRank].
func CompareRegions(estimate, truth *mat.Dense, region []string, pathways ...[2]string) (a RegionAgreement, err error) {
	if a.Estimate, err = RegionSums(estimate, region); err != nil {
		return a, err
	}
	if a.WorstRank, err = a.Estimate.WorstRank(pathways...); err != nil {
		return a, err
	}
	if a.Truth, err = RegionSums(truth, region); err != nil {
		return a, err
	}
	a.Correlation, err = a.Estimate.Correlation(a.Truth)
	return a, err
}

// RegionMeans returns the mean of a value (N) over the channels of each region; region (N) is the region of each
// channel.
func RegionMeans(values []float64, region []string) map[string]float64 {
	sums, counts := map[string]float64{}, map[string]float64{}
	for i, name := range region {
		sums[name] += values[i]
		counts[name]++
	}
	for name, n := range counts {
		sums[name] /= n
	}
	return sums
}

// pairs returns the sums of all ordered pairs of different regions.
func (r Regional) pairs() []float64 {
	var pairs []float64
	for i := range r.Names {
		for j := range r.Names {
			if i != j {
				pairs = append(pairs, r.Sum.At(i, j))
			}
		}
	}
	return pairs
}
