package evaluate

import (
	"math"

	"gonum.org/v1/gonum/mat"

	"facrnn/data"
	"facrnn/graph"
	"facrnn/layers/op"
)

// chunk is how many bins go through the graph at once.
const chunk = 256

// Encode returns the posterior means mu (T,K) of all bins of a recording and ln s (K).
func Encode[T op.Float](m *graph.Model[T], s *graph.Samples[T]) (data.Matrix, []float64, error) {
	K := m.Config.Structure.Latents()
	mu := data.NewMatrix(s.Bins, K)
	var logs []float64
	err := forward(m, s, all(s.Bins), func(p *graph.Program[T], rows []int) {
		for i, t := range rows {
			for k, v := range p.Mu()[i*K : (i+1)*K] {
				mu.Row(t)[k] = float32(v)
			}
		}
		if logs == nil {
			for _, v := range p.LogStdZ() {
				logs = append(logs, float64(v))
			}
		}
	})
	return mu, logs, err
}

// Prediction is how well the activity of some bins is predicted, decoding from the posterior mean.
type Prediction struct {
	// LogLikelihood is the mean over bins of sum_n ln N( x_n; xhat_n, exp(2 r_n) ), in nats a bin.
	LogLikelihood float64
	// R2 is the mean over neurons of 1 - SS_res / SS_tot; channels that never change in these bins are left out.
	R2 float64
}

// Predict measures the prediction of the bins rows, over the channels that the model is trained on (all but graph.Config.Silent). It
// keeps sums only, whatever the number of bins.
func Predict[T op.Float](m *graph.Model[T], s *graph.Samples[T], rows []int) (Prediction, error) {
	N := m.Config.Neurons
	r := m.Param("log_std_x").Data
	sums := make([]moments, N)
	precision := make([]float64, N)
	for j, l := range r {
		precision[j] = math.Exp(-2 * float64(l))
	}
	ll, n := 0.0, 0
	err := forward(m, s, rows, func(p *graph.Program[T], rows []int) {
		y := p.Prediction()
		for i := range rows {
			for j := range N {
				if silent := m.Config.Silent; silent != nil && silent[j] {
					continue
				}
				x, d := float64(p.X[i*N+j]), float64(p.X[i*N+j]-y[i*N+j])
				sums[j].add(x, d)
				l := float64(r[j])
				ll -= 0.5*d*d*precision[j] + l + 0.5*math.Log(2*math.Pi)
			}
		}
		n += len(rows)
	})
	if err != nil || n == 0 {
		return Prediction{}, err
	}
	out := Prediction{LogLikelihood: ll / float64(n)}
	varying := 0
	for _, s := range sums {
		if s.total > 0 {
			out.R2 += 1 - s.residual/s.total
			varying++
		}
	}
	out.R2 /= float64(max(1, varying))
	return out, nil
}

// moments are a neuron's running sums (Welford's, so that a large mean costs no digits).
type moments struct {
	n, mean, total, residual float64
}

func (m *moments) add(x, residual float64) {
	m.n++
	d := x - m.mean
	m.mean += d / m.n
	m.total += d * (x - m.mean)
	m.residual += residual * residual
}

// forward runs bins through the graph in order, without noise, so that z is mu.
func forward[T op.Float](m *graph.Model[T], s *graph.Samples[T], rows []int, f func(*graph.Program[T], []int)) error {
	b := data.NewBatches(rows, chunk)
	for i := range b.Count() {
		batch := b.Batch(i)
		p, err := m.Program(len(batch), false)
		if err != nil {
			return err
		}
		s.Load(p, batch)
		clear(p.Noise)
		if err := p.Run(); err != nil {
			return err
		}
		f(p, batch)
	}
	return nil
}

func all(n int) []int {
	rows := make([]int, n)
	for i := range rows {
		rows[i] = i
	}
	return rows
}

// Dense is a matrix in float64.
func Dense(m data.Matrix) *mat.Dense {
	x := make([]float64, len(m.Data))
	for i, v := range m.Data {
		x[i] = float64(v)
	}
	return mat.NewDense(m.Rows, m.Cols, x)
}

// Rows are some rows of a matrix.
func Rows(m *mat.Dense, rows []int) *mat.Dense {
	_, c := m.Dims()
	out := mat.NewDense(len(rows), c, nil)
	for i, t := range rows {
		out.SetRow(i, m.RawRowView(t))
	}
	return out
}
