package infer

import (
	"context"
	"math"

	"gonum.org/v1/gonum/mat"

	"facrnn/data"
	"facrnn/graph"
	"facrnn/train"
)

// refitClosed takes steps from a model with a linear Gaussian decoder. With no steps it does not change the model,
// and returns only the noise estimate.
func refitClosed(ctx context.Context, r *train.Result, split data.Split, steps int) (*Gaussian, error) {
	d, err := refitData(r)
	if err != nil {
		return nil, err
	}
	d.Rows = split.Train
	o := Options{Steps: steps}
	if steps == 0 {
		o.Steps = -1
	}
	model := NewGaussian(r.Model)
	m, err := train.Await(ctx, func() (*Gaussian, error) { return model.EM(ctx, d, o) })
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

// Noise returns Q and R.
func (m *Gaussian) Noise() (*mat.SymDense, []float64) { return m.Q, m.R }

// Infer returns the latents E[z | h, x] (T,K) of all bins.
func (m *Gaussian) Infer(ctx context.Context, r *train.Result) (data.Matrix, error) {
	d, err := refitData(r)
	if err != nil {
		return data.Matrix{}, err
	}
	for t := range r.Samples.Bins {
		d.Rows = append(d.Rows, t)
	}
	_, K := m.A.Dims()
	return train.Await(ctx, func() (data.Matrix, error) {
		out, at := data.NewMatrix(r.Samples.Bins, K), 0
		err := m.Each(d, func(_, z *mat.Dense) {
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

// NewGaussian returns a trained model with a linear Gaussian decoder as a filter without noise.
func NewGaussian(m *graph.Model[float32]) *Gaussian {
	w := m.Matrices()
	return &Gaussian{A: w.A, B: w.B, D: w.D, Bias: w.Bias, C: w.C}
}

// refitData returns the activity minus the offset, the history and the measured input of all bins.
func refitData(r *train.Result) (Data, error) {
	d := Data{N: r.Model.Config.Neurons, P: r.Model.Config.Drive, U: r.Samples.Drive()}
	var err error
	d.X, d.H, err = r.Samples.RegressionData(r.Model)
	return d, err
}
