package train

import (
	"errors"
	"fmt"

	"gonum.org/v1/gonum/mat"

	"facrnn/graph"
	"facrnn/layers/op"
	"facrnn/train/evaluate"
	"facrnn/train/gram"
)

// undriven takes what measured inputs u (n,P) explain of activity x (n,N), complete, out of it: D u, which is regressed in the rows places, with an offset. It returns D (N,P). A ridge
// of a millionth of their variance settles inputs that are not independent of one another; of an input that never changes there, D is 0.
func undriven(x, u *mat.Dense, places []int) (*mat.Dense, error) {
	in, out := evaluate.Rows(u, places), evaluate.Rows(x, places)
	for _, m := range []*mat.Dense{in, out} {
		means := columnMeans(m)
		for t := range len(places) {
			row := m.RawRowView(t)
			for i, v := range means {
				row[i] -= v
			}
		}
	}
	_, P := in.Dims()
	cov := mat.NewSymDense(P, nil)
	cov.SymOuterK(1/float64(len(places)), in.T())
	for p := range P {
		cov.SetSym(p, p, cov.At(p, p)*(1+1e-6)+1e-12)
	}
	var chol mat.Cholesky
	if !chol.Factorize(cov) {
		return nil, errors.New("the drive's covariance is not positive definite: leave out columns that are the same")
	}
	var cross, dt, driven mat.Dense
	cross.Mul(in.T(), out)
	cross.Scale(1/float64(len(places)), &cross)
	if err := chol.SolveTo(&dt, &cross); err != nil {
		var condition mat.Condition
		if !errors.As(err, &condition) {
			return nil, fmt.Errorf("solving for D: %w", err)
		}
	}
	driven.Mul(u, &dt)
	x.Sub(x, &driven)
	return mat.DenseCopyOf(dt.T()), nil
}

// driveArray is D (N,P) as a parameter of a model.
func driveArray(d *mat.Dense) Array {
	N, P := d.Dims()
	return Array{Name: "Dt", Shape: []int{P, N}, Data: flat(d.T())}
}

// driveMatrix is a model's D (N,P); nil of one without a drive.
func driveMatrix[T op.Float](m *graph.Model[T]) *mat.Dense {
	p := m.Param("Dt")
	if p == nil {
		return nil
	}
	return transposed(p)
}

// driven is what measured inputs add to some bins inside the decoder's link, D u (n,N); nil where there are none.
func driven[T op.Float](r *Result[T], rows []int) *mat.Dense {
	d := driveMatrix(r.Model)
	if d == nil {
		return nil
	}
	var out mat.Dense
	out.Mul(gram.Rows(r.Samples.Drive(), r.Model.Config.Drive, rows), d.T())
	return &out
}

// picked is some rows of x; nil where x is.
func picked(x *mat.Dense, rows []int) *mat.Dense {
	if x == nil {
		return nil
	}
	return evaluate.Rows(x, rows)
}
