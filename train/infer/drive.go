package infer

import (
	"gonum.org/v1/gonum/mat"

	"facrnn/train"
	"facrnn/train/internal/regress"
)

// inputContribution returns the contribution of measured inputs inside the decoder's link, D u (n,N), in the given
// bins. It returns nil if there are no inputs.
func inputContribution(r *train.Result, rows []int) *mat.Dense {
	d := r.Model.Matrices().D
	if d == nil {
		return nil
	}
	var out mat.Dense
	out.Mul(regress.Rows(r.Samples.Drive(), r.Model.Config.Drive, rows), d.T())
	return &out
}
