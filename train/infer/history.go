package infer

import (
	"context"
	"errors"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"

	"facrnn/train/internal/regress"
)

// history is H'H + ridge I of the centred history H (n,N), for ridge regression. If there are fewer bins than
// neurons, it holds H and HH' + ridge I instead, and uses the matrix inversion lemma:
//
//	(H'H + ridge I)^-1 = (I - H' (HH' + ridge I)^-1 H) / ridge
type history struct {
	ridge   float64
	hh      *mat.SymDense // (N,N)
	centred *mat.Dense    // H' (N,n); nil if hh is set
	solver  mat.Cholesky  // of hh, or of HH' + ridge I
}

func (f *fit) history(ctx context.Context) (*history, error) {
	N, n := f.data.N, len(f.data.Rows)
	out := &history{ridge: f.ridge}
	sum := mat.NewSymDense(min(N, n), nil)
	if n < N {
		out.centred = mat.NewDense(N, n, nil)
	} else {
		out.hh = sum
	}
	at := 0
	f.data.blocks(func(b block) {
		if ctx.Err() != nil {
			return
		}
		regress.AddRow(b.h, -1, f.meanH)
		if out.centred == nil {
			regress.Add(sum, b.h)
			return
		}
		rows, _ := b.h.Dims()
		out.centred.Slice(0, N, at, at+rows).(*mat.Dense).Copy(b.h.T())
		at += rows
	})
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	if out.centred != nil {
		regress.Add(sum, out.centred)
	}
	for i := range min(N, n) {
		sum.SetSym(i, i, sum.At(i, i)+f.ridge)
	}
	if !out.solver.Factorize(sum) {
		return nil, errors.New("the history's covariance is not positive definite; give a larger ridge")
	}
	return out, nil
}

// solve returns (H'H + ridge I)^-1 x, for x (N,K).
func (h *history) solve(x *mat.Dense) (*mat.Dense, error) {
	var out mat.Dense
	if h.centred == nil {
		return &out, h.solver.SolveTo(&out, x)
	}
	var hx, w mat.Dense
	hx.Mul(h.centred.T(), x)
	if err := h.solver.SolveTo(&w, &hx); err != nil {
		return nil, err
	}
	out.Mul(h.centred, &w)
	out.Sub(x, &out)
	out.Scale(1/h.ridge, &out)
	return &out, nil
}

// between returns B (H'H + ridge I) B' for B (K,N).
func (h *history) between(b *mat.Dense) *mat.Dense {
	var bh, out mat.Dense
	if h.centred == nil {
		bh.Mul(b, h.hh)
		out.Mul(&bh, b.T())
		return &out
	}
	bh.Mul(b, h.centred)
	out.Mul(&bh, bh.T())
	K, _ := b.Dims()
	for i := range K {
		for j := range K {
			out.Set(i, j, out.At(i, j)+h.ridge*floats.Dot(b.RawRowView(i), b.RawRowView(j)))
		}
	}
	return &out
}
