package infer_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"

	"facrnn/layers"
	"facrnn/losses"
	"facrnn/train/infer"
)

func normals(r *rand.Rand, rows, cols int, scale float64) *mat.Dense {
	m := mat.NewDense(rows, cols, nil)
	for i := range rows {
		for j := range cols {
			m.Set(i, j, scale*r.NormFloat64())
		}
	}
	return m
}

// decoders returns one decoder of every kind, from 3 latents to 12 neurons.
func decoders(r *rand.Rand) map[string]layers.Expectation {
	out := map[string]layers.Expectation{}
	for _, link := range []layers.Activation{layers.Identity, layers.ReLU, layers.Softplus, layers.Exp} {
		out[string(link)] = layers.LinearExpectation{A: normals(r, 12, 3, 0.5),
			Bias: normals(r, 1, 12, 0.5).RawRowView(0), Link: link}
	}
	out["mlp"] = layers.MLPExpectation{
		W1: normals(r, 8, 3, 1), B1: normals(r, 1, 8, 1).RawRowView(0), W2: normals(r, 12, 8, 0.5),
		B2: normals(r, 1, 12, 0.5).RawRowView(0), Link: layers.Softplus,
	}
	return out
}

// TestDerivatives compares the derivatives of the expected activity with central differences. A step of 1e-5 has an
// error of at most 1e-7 away from the ReLU's kink.
func TestDerivatives(t *testing.T) {
	const step = 1e-5
	for name, d := range decoders(rand.New(rand.NewPCG(1, 2))) {
		z := []float64{0.3, -0.7, 1.1}
		N, K := d.Neurons(), len(z)
		y, up, down := make([]float64, N), make([]float64, N), make([]float64, N)
		j := mat.NewDense(N, K, nil)
		d.Mean(y, j, z, nil)
		for k := range z {
			at := z[k]
			z[k] = at + step
			d.Mean(up, nil, z, nil)
			z[k] = at - step
			d.Mean(down, nil, z, nil)
			z[k] = at
			for n := range N {
				if want := (up[n] - down[n]) / (2 * step); !(math.Abs(j.At(n, k)-want) <= 1e-7) {
					t.Errorf("%s: d y_%d / d z_%d is %g, want %g from differences", name, n, k, j.At(n, k), want)
				}
			}
		}
	}
}

// logDensity computes ln p(x | z) + ln p(z) by the definition of the distributions, without terms that do not depend
// on z.
func logDensity(m *infer.Laplace, z, x, mu []float64) float64 {
	K, y := len(z), make([]float64, m.Decoder.Neurons())
	m.Decoder.Mean(y, nil, z, nil)
	sum := 0.0
	for n, v := range y {
		switch m.Observation {
		case losses.Poisson{}:
			sum += x[n]*math.Log(v) - v
		case losses.NegativeBinomial{}:
			sum += x[n]*math.Log(v/(1+m.R[n]*v)) - math.Log(1+m.R[n]*v)/m.R[n]
		default:
			sum -= (x[n] - v) * (x[n] - v) / (2 * m.R[n])
		}
	}
	var inverse mat.Dense
	if err := inverse.Inverse(m.Q); err != nil {
		panic(err)
	}
	d := mat.NewVecDense(K, nil)
	d.SubVec(mat.NewVecDense(K, z), mat.NewVecDense(K, mu))
	return sum - 0.5*mat.Inner(d, &inverse, d)
}

// TestModes checks that the posterior density is lower in every direction around the inferred latents, for every
// decoder and observation model. The tolerance covers the end of the search: it stops if a step would gain 1e-12 of
// the height, or on a ReLU kink. With an MLP the density may have several modes, and any one is accepted.
func TestModes(t *testing.T) {
	q := mat.NewSymDense(3, []float64{1, 0.3, 0, 0.3, 0.8, -0.2, 0, -0.2, 0.5})
	for name, d := range decoders(rand.New(rand.NewPCG(3, 4))) {
		for _, o := range []losses.Observation{losses.Gaussian{}, losses.Poisson{}, losses.NegativeBinomial{}} {
			if o.Counts() && (name == "identity" || name == "relu") {
				continue // the decoder can give negative rates
			}
			t.Run(fmt.Sprintf("%s, %s", name, o), func(t *testing.T) {
				const bins = 2000
				r := rand.New(rand.NewPCG(5, 6))
				m := &infer.Laplace{Decoder: d, Observation: o, Q: q}
				x, mu := normals(r, bins, 12, 1), normals(r, bins, 3, 1)
				if o.Counts() {
					x.Apply(func(_, _ int, v float64) float64 { return math.Floor(2 * math.Abs(v)) }, x)
				}
				if o.Param() != "" {
					for n := range 12 {
						m.R = append(m.R, 0.2+0.1*float64(n%3))
					}
				}
				z, err := m.Latents(x, mu, nil, nil)
				if err != nil {
					t.Fatal(err)
				}
				tolerance := 1e-8
				if name == "relu" || name == "mlp" {
					tolerance = 1e-2
				}
				for i := range bins {
					at, near := z.RawRowView(i), make([]float64, 3)
					top := logDensity(m, at, x.RawRowView(i), mu.RawRowView(i))
					for range 20 {
						for k := range near {
							near[k] = at[k] + 1e-3*r.NormFloat64()
						}
						if l := logDensity(m, near, x.RawRowView(i), mu.RawRowView(i)); l > top+tolerance {
							t.Fatalf("bin %d: the density rises by %g nearby", i, l-top)
						}
					}
				}
			})
		}
	}
}

// gaussianModel returns one linear Gaussian model in both forms, and T bins drawn from it.
func gaussianModel(T int) (*infer.Laplace, *infer.Gaussian, *mat.Dense, *mat.Dense, infer.Data) {
	const N, K = 9, 3
	r := rand.New(rand.NewPCG(5, 6))
	q := mat.NewSymDense(K, []float64{0.5, 0.1, 0, 0.1, 0.4, -0.1, 0, -0.1, 0.3})
	c := &infer.Gaussian{A: normals(r, N, K, 1), B: normals(r, K, N, 0.5), Bias: normals(r, 1, N, 1).RawRowView(0),
		C: []float64{1, -1, 0}, Q: q}
	for n := range N {
		c.R = append(c.R, 0.1+0.05*float64(n))
	}
	m := &infer.Laplace{Decoder: layers.LinearExpectation{A: c.A, Bias: c.Bias}, R: c.R, Q: q}
	var chol mat.Cholesky
	chol.Factorize(q)
	var root mat.TriDense
	chol.LTo(&root)
	d := infer.Data{N: N}
	x, mu := mat.NewDense(T, N, nil), mat.NewDense(T, K, nil)
	for t := range T {
		h, e := normals(r, 1, N, 1), normals(r, 1, K, 1)
		var z mat.Dense
		z.Mul(h, c.B.T())
		for k, v := range c.C {
			z.Set(0, k, z.At(0, k)+v)
		}
		mu.SetRow(t, z.RawRowView(0))
		var off mat.Dense
		off.Mul(e, root.T())
		z.Add(&z, &off)
		for n := range N {
			v := c.Bias[n] + math.Sqrt(c.R[n])*r.NormFloat64()
			for k := range K {
				v += c.A.At(n, k) * z.At(0, k)
			}
			x.Set(t, n, float64(float32(v)))
			d.X, d.H = append(d.X, float32(v)), append(d.H, float32(h.At(0, n)))
		}
		d.Rows = append(d.Rows, t)
	}
	return m, c, x, mu, d
}

// TestClosedForm checks that the latents of a linear Gaussian model equal the closed form. The tolerance 1e-5 is for
// the history in single precision.
func TestClosedForm(t *testing.T) {
	m, closed, x, mu, d := gaussianModel(50)
	z, err := m.Latents(x, mu, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	at := 0
	err = closed.Each(d, func(_, want *mat.Dense) {
		rows, _ := want.Dims()
		for i := range rows {
			for k, v := range want.RawRowView(i) {
				if !(math.Abs(z.At(at, k)-v) <= 1e-5) {
					t.Errorf("bin %d, latent %d: %g, want %g from the closed form", at, k, z.At(at, k), v)
				}
			}
			at++
		}
	})
	if err != nil || at != 50 {
		t.Fatal(at, err)
	}
}

// TestMissing checks that a NaN value has the same effect as a value of infinite variance.
func TestMissing(t *testing.T) {
	m, _, x, mu, _ := gaussianModel(5)
	x.Set(2, 4, math.NaN())
	missing, err := m.Latents(x, mu, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	m.R[4] = math.Inf(1)
	x.Set(2, 4, 77)
	ignored, err := m.Latents(x, mu, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	for k, v := range missing.RawRowView(2) {
		if v != ignored.At(2, k) {
			t.Errorf("latent %d is %g with NaN, but %g with infinite variance", k, v, ignored.At(2, k))
		}
	}
}

// TestLaplaceNoise recovers the true covariance and variances from a wrong start. With 3000 bins, a variance has a
// standard error of 3 %.
func TestLaplaceNoise(t *testing.T) {
	m, _, x, mu, _ := gaussianModel(3000)
	wrong := &infer.Laplace{Decoder: m.Decoder, Q: mat.NewSymDense(3, []float64{2, 0, 0, 0, 2, 0, 0, 0, 2})}
	for range m.R {
		wrong.R = append(wrong.R, 1)
	}
	got, err := wrong.EstimateNoise(x, mu, nil, 40)
	if err != nil {
		t.Fatal(err)
	}
	for n, v := range m.R {
		if !(math.Abs(got.R[n]/v-1) <= 0.15) {
			t.Errorf("variance of neuron %d is %.3f, want %.3f", n, got.R[n], v)
		}
	}
	for i := range 3 {
		for j := range 3 {
			if !(math.Abs(got.Q.At(i, j)-m.Q.At(i, j)) <= 0.06) {
				t.Errorf("Q(%d,%d) is %.3f, want %.3f", i, j, got.Q.At(i, j), m.Q.At(i, j))
			}
		}
	}
}

// TestInformation checks that the information of a linear Gaussian model is |a_k|^2 in units of the noise, for any
// latents.
func TestInformation(t *testing.T) {
	m, closed, _, mu, _ := gaussianModel(5)
	for k, got := range m.Information(mu, nil) {
		want := 0.0
		for n, v := range m.R {
			want += closed.A.At(n, k) * closed.A.At(n, k) / v
		}
		if !(math.Abs(got/want-1) <= 1e-12) {
			t.Errorf("latent %d: %g, want %g", k, got, want)
		}
	}
}

// TestUnknown checks that latents that neither the activity nor a prior determines give an error.
func TestUnknown(t *testing.T) {
	m := &infer.Laplace{Decoder: layers.LinearExpectation{A: mat.NewDense(2, 2, []float64{1, 0, 1, 0}),
		Bias: []float64{0, 0}}, R: []float64{1, 1}}
	if _, err := m.Latents(mat.NewDense(1, 2, nil), mat.NewDense(1, 2, nil), nil, nil); err == nil {
		t.Error("a latent that drives no neuron was inferred, want an error")
	}
	m.Q = mat.NewSymDense(2, []float64{1, 1, 1, 1})
	if _, err := m.Latents(mat.NewDense(1, 2, nil), mat.NewDense(1, 2, nil), nil, nil); err == nil {
		t.Error("two equal latents were inferred, want an error")
	}
	m.Q, m.R = nil, nil
	if _, err := m.Latents(mat.NewDense(1, 2, nil), mat.NewDense(1, 2, nil), nil, nil); err == nil {
		t.Error("latents were inferred without the variances of Gaussian noise, want an error")
	}
}

// TestInput checks that an input has the same effect as a larger decoder bias in its bin: on the mode, the noise and
// the information.
func TestInput(t *testing.T) {
	r := rand.New(rand.NewPCG(8, 9))
	m := &infer.Laplace{Decoder: decoders(r)["softplus"], R: slices.Repeat([]float64{0.1}, 12),
		Q: mat.NewSymDense(3, []float64{1, 0, 0, 0, 1, 0, 0, 0, 1})}
	const bins = 5
	x, mu, add := normals(r, bins, 12, 1), normals(r, bins, 3, 1), normals(r, 1, 12, 0.5).RawRowView(0)
	input := mat.NewDense(bins, 12, nil)
	for t := range bins {
		input.SetRow(t, add)
	}
	shifted := *m
	d := m.Decoder.(layers.LinearExpectation)
	d.Bias = slices.Clone(d.Bias)
	floats.Add(d.Bias, add)
	shifted.Decoder = d
	results := func(m *infer.Laplace, input *mat.Dense) []float64 {
		z, err := m.Latents(x, mu, input, nil)
		if err != nil {
			t.Fatal(err)
		}
		noise, err := m.EstimateNoise(x, mu, input, 2)
		if err != nil {
			t.Fatal(err)
		}
		return slices.Concat(z.RawMatrix().Data, noise.R, m.Information(z, input))
	}
	got, want, without := results(m, input), results(&shifted, nil), results(m, nil)
	if !floats.EqualApprox(got, want, 1e-9) || floats.EqualApprox(got, without, 1e-3) {
		t.Errorf("the results are %v, want %v; without the input they are %v", got, want, without)
	}
}
