package evaluate

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"gonum.org/v1/gonum/mat"

	"facrnn/layers"
)

// planted is a decoder of K latents in N channels, and T bins of latents and of input.
func planted(seed uint64, T, N, K int) (g LinearGaussian, z, eta *mat.Dense) {
	r := rand.New(rand.NewPCG(seed, 11))
	g = LinearGaussian{A: normal(r, N, K), Bias: normal(r, 1, N).RawMatrix().Data, LogStdX: make([]float64, N)}
	for n := range g.LogStdX {
		g.LogStdX[n] = -1 + 0.3*r.NormFloat64()
	}
	return g, normal(r, T, K), normal(r, T, N)
}

// activity is A z + b + eta and noise of standard deviations exp(r) times scale.
func (g LinearGaussian) activity(z, eta *mat.Dense, scale float64) *mat.Dense {
	x := affine(z, g.A, g.Bias)
	x.Add(x, eta)
	T, N := x.Dims()
	noise := normal(rand.New(rand.NewPCG(12, 12)), T, N)
	x.Apply(func(i, j int, v float64) float64 { return v + scale*math.Exp(g.LogStdX[j])*noise.At(i, j) }, x)
	return x
}

func diagonal(K int, v float64) *mat.DiagDense {
	d := mat.NewDiagDense(K, nil)
	for k := range K {
		d.SetDiag(k, v)
	}
	return d
}

func same(t *testing.T, what string, got, want *mat.Dense, tolerance float64) {
	t.Helper()
	var d mat.Dense
	d.Sub(got, want)
	if worst := mat.Max(absolute(&d)); !(worst <= tolerance) {
		t.Errorf("%s: off by %g, want at most %g", what, worst, tolerance)
	}
}

func absolute(m *mat.Dense) *mat.Dense {
	out := mat.DenseCopyOf(m)
	out.Apply(func(_, _ int, v float64) float64 { return math.Abs(v) }, out)
	return out
}

// TestDecoded: without noise the latents are read exactly, whatever the channels' noise was thought to be; a long recording may be read in
// pieces; a channel of infinite noise may hold anything. The latents are of size 1, hence 1e-12.
func TestDecoded(t *testing.T) {
	const T, N, K = 50, 12, 3
	g, z, eta := planted(1, T, N, K)
	x := g.activity(z, eta, 0)
	got, err := g.Decoded(x, eta)
	if err != nil {
		t.Fatal(err)
	}
	same(t, "decoded from activity without noise", got, z, 1e-12)

	var without mat.Dense
	without.Sub(x, eta)
	got, err = g.Decoded(&without, nil)
	if err != nil {
		t.Fatal(err)
	}
	same(t, "decoded without input", got, z, 1e-12)

	x = g.activity(z, eta, 1)
	whole, err := g.Decoded(x, eta)
	if err != nil {
		t.Fatal(err)
	}
	rows := []int{30, 31, 32}
	piece, err := g.Decoded(Rows(x, rows), Rows(eta, rows))
	if err != nil {
		t.Fatal(err)
	}
	same(t, "a piece", piece, Rows(whole, rows), 1e-12)

	blind := g
	blind.LogStdX = slices.Clone(g.LogStdX)
	blind.LogStdX[4] = math.Inf(1)
	first, err := blind.Decoded(x, eta)
	if err != nil {
		t.Fatal(err)
	}
	for i := range T {
		x.Set(i, 4, 1e3)
	}
	second, err := blind.Decoded(x, eta)
	if err != nil {
		t.Fatal(err)
	}
	same(t, "with anything in a channel that counts for nothing", second, first, 0)

	for n := range N {
		g.A.Set(n, 2, 0)
	}
	if _, err := g.Decoded(x, eta); err == nil {
		t.Error("a latent that no channel shows was decoded")
	}
}

// TestLinearDecoder: a fitted model's decoder predicts as the model does, all channels but those that never changed count, and a model
// whose decoder is not linear is refused. Means are in single precision, hence 1e-6.
func TestLinearDecoder(t *testing.T) {
	m, samples, rec := drawn(t, true)
	g, err := LinearDecoder(m)
	if err != nil {
		t.Fatal(err)
	}
	for n, r := range g.LogStdX {
		if math.IsInf(r, 1) != (n == 2) {
			t.Errorf("channel %d has ln std %g", n, r)
		}
	}
	mu, _, err := Encode(m, samples)
	if err != nil {
		t.Fatal(err)
	}
	p, err := Predict(m, samples, all(rec.Bins()))
	if err != nil {
		t.Fatal(err)
	}
	x, estimate := Dense(rec.Activity), affine(Dense(mu), g.A, g.Bias)
	near(t, "R2", R2(x, estimate), p.R2, 1e-6) // channel 2 is constant

	m.Config.Decoder = layers.LinearDecoder{Link: layers.ReLU}
	if _, err := LinearDecoder(m); err == nil {
		t.Error("latents of a rectified decoder have a closed form")
	}
}

// TestFiltered: the mean of a Gaussian posterior is where its log-density is level, A' R^-1 (x - b - eta - A z) = S^-1 (z - mu), for any S.
// Where the history tells nothing it is the decoded latent, where it tells all, mu: 1e-6 is the variance of S against the activity's.
func TestFiltered(t *testing.T) {
	const T, N, K = 40, 10, 3
	g, z, eta := planted(2, T, N, K)
	x := g.activity(z, eta, 1)
	mu := normal(rand.New(rand.NewPCG(13, 13)), T, K)
	S := mat.NewSymDense(K, []float64{1, 0.5, 0.1, 0.5, 2, 0.3, 0.1, 0.3, 0.5})
	got, err := g.Filtered(x, eta, mu, S)
	if err != nil {
		t.Fatal(err)
	}
	residual := affine(got, g.A, g.Bias)
	residual.Add(residual, eta)
	residual.Sub(x, residual)
	residual.Apply(func(_, n int, v float64) float64 { return v * math.Exp(-2*g.LogStdX[n]) }, residual)
	var pull, inverse, back, away mat.Dense
	pull.Mul(residual, g.A)
	if err := inverse.Inverse(S); err != nil {
		t.Fatal(err)
	}
	away.Sub(got, mu)
	back.Mul(&away, &inverse)
	same(t, "the slope of the posterior", &pull, &back, 1e-10) // of terms of size 100

	decoded, err := g.Decoded(x, eta)
	if err != nil {
		t.Fatal(err)
	}
	for _, limit := range []struct {
		name     string
		variance float64
		want     *mat.Dense
	}{{"where the history tells nothing", 1e8, decoded}, {"where the history tells all", 1e-9, mu}} {
		got, err := g.Filtered(x, eta, mu, diagonal(K, limit.variance))
		if err != nil {
			t.Fatal(err)
		}
		same(t, limit.name, got, limit.want, 1e-6)
	}
	if _, err := g.Filtered(x, eta, mu, diagonal(K, 0)); err == nil {
		t.Error("a history without variance was inverted")
	}
}

// TestFilteredIsNearest: where the model is right, filtered latents are nearer to the true ones than the decoded ones and than what the
// history tells.
func TestFilteredIsNearest(t *testing.T) {
	const T, N, K = 2000, 10, 3
	g, z, eta := planted(3, T, N, K)
	g.A.Scale(0.1, g.A)
	x := g.activity(z, eta, 1)
	mu := normal(rand.New(rand.NewPCG(14, 14)), T, K)
	mu.Scale(0.5, mu)
	mu.Add(mu, z) // so that z given mu is N(mu, 0.25), for a flat prior
	decoded, err := g.Decoded(x, eta)
	if err != nil {
		t.Fatal(err)
	}
	filtered, err := g.Filtered(x, eta, mu, diagonal(K, 0.25))
	if err != nil {
		t.Fatal(err)
	}
	f, d, m := R2(z, filtered), R2(z, decoded), R2(z, mu)
	t.Logf("R2 filtered %.3f, decoded %.3f, encoded %.3f", f, d, m)
	if f <= d || f <= m {
		t.Errorf("R2 filtered %.3f, decoded %.3f, encoded %.3f", f, d, m)
	}
}
