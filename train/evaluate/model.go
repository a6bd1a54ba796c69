package evaluate

import (
	"gonum.org/v1/gonum/mat"

	"facrnn/data"
	"facrnn/graph"
	"facrnn/train/internal/regress"
)

// chunk is the number of bins that go through the graph at once.
const chunk = 256

// Encode returns the posterior means mu (T,K) of all bins of a recording, and ln s: (1,K), or (T,K) if every bin has
// its own.
func Encode(m *graph.Model[float32], s *graph.Samples[float32]) (mu, logs data.Matrix, err error) {
	return EncodeRows(m, s, all(s.Bins))
}

// EncodeRows returns the posterior means mu (n,K) of some bins, and ln s: (1,K), or (n,K) if every bin has its own.
func EncodeRows(m *graph.Model[float32], s *graph.Samples[float32], rows []int) (mu, logs data.Matrix, err error) {
	K := m.Config.Structure.Latents()
	mu.Cols, logs.Cols = K, K
	mu.Data = make([]float32, 0, len(rows)*K)
	err = forward(m, s, rows, noiseless, func(p *graph.Program[float32], _ []int) {
		mu.Data = append(mu.Data, p.Mu()...)
		if p.StdPerBin() || logs.Empty() {
			logs.Data = append(logs.Data, p.LogStdZ()...)
		}
	})
	mu.Rows, logs.Rows = len(mu.Data)/K, len(logs.Data)/K
	return mu, logs, err
}

// noiseless returns 0, so that z equals mu.
func noiseless(int, int) float64 { return 0 }

// forward runs bins through the graph in order, with z = mu + s noise(bin, latent), and calls f after each minibatch.
func forward(m *graph.Model[float32], s *graph.Samples[float32], rows []int, noise func(t, k int) float64,
	f func(*graph.Program[float32], []int)) error {
	K := m.Config.Structure.Latents()
	b := data.NewBatches(rows, chunk)
	for i := range b.Count() {
		batch := b.Batch(i)
		p, err := m.Program(len(batch), false)
		if err != nil {
			return err
		}
		s.Load(p, batch)
		for i, t := range batch {
			for k := range K {
				p.Noise[i*K+k] = float32(noise(t, k))
			}
		}
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

// Weights returns A (N,K) and B (K,N) of a linear model. It returns nil for other models.
func Weights(m *graph.Model[float32]) (a, b *mat.Dense) {
	w := m.Matrices()
	if w.A == nil || w.B == nil {
		return nil, nil
	}
	return w.A, w.B
}

// Ridge is an encoder mu = B h + c, fitted by ridge regression.
type Ridge = regress.Ridge

// Dense converts a matrix to float64.
func Dense(m data.Matrix) *mat.Dense {
	return mat.NewDense(m.Rows, m.Cols, data.Float64s(m.Data))
}
