package evaluate

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"
)

// Agreement compares two connectivities over all their entries.
type Agreement struct {
	Error       float64 // mean |difference|
	RMSE        float64
	Correlation float64 // Pearson's
	R2          float64 // 1 - SS_res / SS_tot over all entries together
}

// Connectivity compares an estimated W (N,N) with the ground truth.
func Connectivity(truth, estimate *mat.Dense) Agreement {
	var s entries
	s.add(truth, estimate)
	return s.agreement()
}

// SubConnectivity compares the sub-connectivities of groups, W_g = A_g B_g, with the ground truth. All matrices are
// (N,N). It first matches each true group with one estimated group, so that the sum of mean errors is smallest. It
// returns the index of the matched group for each true group. There must be at least as many estimated groups as true
// groups.
func SubConnectivity(truth, estimate []*mat.Dense) (Agreement, []int, error) {
	cost := mat.NewDense(len(truth), len(estimate), nil)
	for i, t := range truth {
		for j, e := range estimate {
			cost.Set(i, j, Connectivity(t, e).Error)
		}
	}
	match, err := Assign(cost)
	if err != nil {
		return Agreement{}, nil, fmt.Errorf("match the true sub-connectivities with the estimated ones: %w", err)
	}
	var s entries
	for i, t := range truth {
		s.add(t, estimate[match[i]])
	}
	return s.agreement(), match, nil
}

// SubConnectivities returns W_g = A[:,g] B[g,:] of each group, for A (N,K) and B (K,N).
func SubConnectivities(a, b *mat.Dense, groups Groups) []*mat.Dense {
	var ws []*mat.Dense
	for _, g := range groups {
		var w mat.Dense
		w.Mul(Columns(a, g), Rows(b, g))
		ws = append(ws, &w)
	}
	return ws
}

// entries keeps running sums over pairs of entries, because the entries of thousands of neurons are too many to copy.
type entries struct {
	truth    deviation // residual holds the estimate's difference from the truth
	absolute float64   // sum of |difference|
	estimate deviation // only its deviation from its own mean is used
	product  float64   // sum of the products of the two deviations from the mean
}

func (s *entries) add(truth, estimate *mat.Dense) {
	n, _ := truth.Dims()
	for i := range n {
		estimates := estimate.RawRowView(i)
		for j, t := range truth.RawRowView(i) {
			e := estimates[j]
			s.product += (e - s.estimate.mean) * (t - s.truth.mean) * s.truth.n / (s.truth.n + 1)
			s.truth.add(t, e)
			s.estimate.add(e, e)
			s.absolute += math.Abs(t - e)
		}
	}
}

func (s *entries) agreement() Agreement {
	return Agreement{
		Error:       s.absolute / s.truth.n,
		RMSE:        math.Sqrt(s.truth.residual / s.truth.n),
		Correlation: s.product / math.Sqrt(s.truth.total*s.estimate.total),
		R2:          1 - s.truth.residual/s.truth.total,
	}
}
