package evaluate

import (
	"fmt"

	"gonum.org/v1/gonum/mat"
)

// R2 is the uniform mean over columns of 1 - SS_res / SS_tot.
func R2(truth, estimate *mat.Dense) float64 {
	n, cols := truth.Dims()
	sum := 0.0
	for j := range cols {
		mean := 0.0
		for i := range n {
			mean += truth.At(i, j) / float64(n)
		}
		var res, tot float64
		for i := range n {
			d, e := truth.At(i, j)-mean, truth.At(i, j)-estimate.At(i, j)
			tot += d * d
			res += e * e
		}
		sum += 1 - res/tot
	}
	return sum / float64(cols)
}

// Align returns the affine map of x (n,p), by least squares, that is closest to y (n,q), applied to x.
func Align(x, y *mat.Dense) (*mat.Dense, error) {
	n, p := x.Dims()
	one := mat.NewDense(n, p+1, nil)
	for i := range n {
		copy(one.RawRowView(i), x.RawRowView(i))
		one.Set(i, p, 1)
	}
	var w, fit mat.Dense
	if err := w.Solve(one, y); err != nil {
		if _, bad := err.(mat.Condition); !bad { // collinear latents still have a best fit
			return nil, fmt.Errorf("least squares: %w", err)
		}
	}
	fit.Mul(one, &w)
	return &fit, nil
}

// Groups holds the columns of each group of latents.
type Groups [][]int

// Sizes makes groups of the given sizes, in order.
func Sizes(sizes ...int) Groups {
	var gs Groups
	at := 0
	for _, n := range sizes {
		var g []int
		for range n {
			g = append(g, at)
			at++
		}
		gs = append(gs, g)
	}
	return gs
}

// GroupR2 says how well groups of latents match true ones (model.md's "group latent R2"): every true group is explained by an affine map
// of every learned one, the R2 of all pairs are assigned one to one for the largest sum, and R2 of all columns so aligned is taken
// together.
type GroupR2 struct {
	R2         float64
	Matrix     *mat.Dense // (true group, learned group)
	Assignment []int      // the learned group of each true one
}

// LatentR2 compares latents mu (n,K) with true ones z (n,K'). There are to be at least as many groups as true groups.
func LatentR2(z, mu *mat.Dense, truth, groups Groups) (GroupR2, error) {
	out := GroupR2{Matrix: mat.NewDense(len(truth), len(groups), nil)}
	aligned := make([][]*mat.Dense, len(truth))
	for i, t := range truth {
		zt := columns(z, t)
		for j, g := range groups {
			a, err := Align(columns(mu, g), zt)
			if err != nil {
				return out, err
			}
			aligned[i] = append(aligned[i], a)
			out.Matrix.Set(i, j, R2(zt, a))
		}
	}
	var cost mat.Dense
	cost.Scale(-1, out.Matrix)
	var err error
	if out.Assignment, err = Assign(&cost); err != nil {
		return out, err
	}
	cols := 0
	for i, t := range truth {
		out.R2 += R2(columns(z, t), aligned[i][out.Assignment[i]]) * float64(len(t))
		cols += len(t)
	}
	out.R2 /= float64(cols)
	return out, nil
}

func columns(m *mat.Dense, cols []int) *mat.Dense {
	n, _ := m.Dims()
	out := mat.NewDense(n, len(cols), nil)
	for i := range n {
		for j, c := range cols {
			out.Set(i, j, m.At(i, c))
		}
	}
	return out
}
