package train

import (
	"context"
	"errors"
	"math"

	"gonum.org/v1/gonum/mat"

	"facrnn/data"
	"facrnn/graph"
	"facrnn/layers/op"
	"facrnn/train/refit"
)

// refitClosed takes steps from a model with a linear Gaussian decoder. With no steps the model stays as it is, and what is returned has the noise that suits it.
func refitClosed[T op.Float](ctx context.Context, r *Result[T], split data.Split, steps int) (*refit.Model, error) {
	d, err := refitData(r)
	if err != nil {
		return nil, err
	}
	d.Rows = split.Train
	o := refit.Options{Steps: steps}
	if steps == 0 {
		o.Steps = -1
	}
	model := linear(r.Model)
	m, err := Await(ctx, func() (*refit.Model, error) { return model.EM(ctx, d, o) })
	if err != nil || steps == 0 {
		return m, err
	}
	logs := make([]float64, len(m.R))
	for n, v := range m.R {
		a := m.A.RowView(n)
		logs[n] = 0.5 * math.Log(v+mat.Inner(a, m.Q, a))
	}
	w := graph.Matrices{A: m.A, B: m.B, D: m.D, Bias: m.Bias, C: m.C, Noise: logs}
	return m, r.Model.Set(r.Model.Config.Arrays(w))
}

// filteredClosed is the latents E[z | h, x] (T,K) of all bins.
func filteredClosed[T op.Float](ctx context.Context, r *Result[T], m *refit.Model) (data.Matrix, error) {
	d, err := refitData(r)
	if err != nil {
		return data.Matrix{}, err
	}
	for t := range r.Samples.Bins {
		d.Rows = append(d.Rows, t)
	}
	_, K := m.A.Dims()
	return Await(ctx, func() (data.Matrix, error) {
		out, at := data.NewMatrix(r.Samples.Bins, K), 0
		err := m.Filter(d, func(_, z *mat.Dense) {
			rows, _ := z.Dims()
			for i := range rows {
				for k, v := range z.RawRowView(i) {
					out.Row(at)[k] = float32(v)
				}
				at++
			}
		})
		return out, err
	})
}

// linear is a trained model as refit takes it.
func linear[T op.Float](m *graph.Model[T]) *refit.Model {
	w := m.Matrices()
	return &refit.Model{A: w.A, B: w.B, D: w.D, Bias: w.Bias, C: w.C}
}

// refitData is the activity, less the known input, the history and the measured input of all bins.
func refitData[T op.Float](r *Result[T]) (refit.Data, error) {
	d := refit.Data{N: r.Model.Config.Neurons, P: r.Model.Config.Drive}
	x, h, err := r.Samples.Linear(r.Model)
	if err != nil {
		return d, err
	}
	var okX, okH, okU bool
	d.X, okX = any(x).([]float32)
	d.H, okH = any(h).([]float32)
	d.U, okU = any(r.Samples.Drive()).([]float32)
	if !okX || !okH || !okU {
		return d, errors.New("a model in float64 is for checks: refit one in float32")
	}
	return d, nil
}

func flat(m mat.Matrix) []float64 {
	r, c := m.Dims()
	x := make([]float64, 0, r*c)
	for i := range r {
		for j := range c {
			x = append(x, m.At(i, j))
		}
	}
	return x
}
