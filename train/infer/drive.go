package infer

import (
	"gonum.org/v1/gonum/mat"

	"facrnn/graph"
	"facrnn/train"
	"facrnn/train/evaluate"
	"facrnn/train/internal/regress"
)

// DriveArray is D (N,P) as a parameter of a model.
func DriveArray(d *mat.Dense) train.Array {
	N, P := d.Dims()
	return train.Array{Name: "Dt", Shape: []int{P, N}, Data: regress.Flat(d.T())}
}

// DriveMatrix is a model's D (N,P); nil of one without a drive.
func DriveMatrix(m *graph.Model[float32]) *mat.Dense {
	p := m.Param("Dt")
	if p == nil {
		return nil
	}
	return evaluate.Transposed(p)
}

// driven is what measured inputs add to some bins inside the decoder's link, D u (n,N); nil where there are none.
func driven(r *train.Result, rows []int) *mat.Dense {
	d := DriveMatrix(r.Model)
	if d == nil {
		return nil
	}
	var out mat.Dense
	out.Mul(regress.Rows(r.Samples.Drive(), r.Model.Config.Drive, rows), d.T())
	return &out
}
