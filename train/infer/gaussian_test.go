package infer_test

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/mat"

	"facrnn/train/infer"
)

const (
	neurons = 9
	latents = 3
)

// groundTruth draws a model, and bins from it. The history is white.
func groundTruth(bins int) (*infer.Gaussian, infer.Data) {
	r := rand.New(rand.NewPCG(1, 2))
	normal := func(rows, cols int) *mat.Dense {
		m := mat.NewDense(rows, cols, nil)
		for i := range rows {
			for j := range cols {
				m.Set(i, j, r.NormFloat64())
			}
		}
		return m
	}
	m := &infer.Gaussian{A: normal(neurons, latents), B: normal(latents, neurons), C: []float64{1, -2, 0.5}}
	root := mat.NewDense(latents, latents, []float64{0.5, 0, 0, 0.3, 0.4, 0, -0.2, 0.1, 0.6})
	var q mat.Dense
	q.Mul(root, root.T())
	m.Q = mat.NewSymDense(latents, nil)
	for i := range latents {
		for j := i; j < latents; j++ {
			m.Q.SetSym(i, j, q.At(i, j))
		}
	}
	for n := range neurons {
		m.Bias, m.R = append(m.Bias, float64(n)/4), append(m.R, 0.05*float64(1+n%3))
	}
	d := infer.Data{N: neurons, X: make([]float32, bins*neurons), H: make([]float32, bins*neurons)}
	for t := range bins {
		d.Rows = append(d.Rows, t)
		h := d.H[t*neurons : (t+1)*neurons]
		for n := range h {
			h[n] = float32(r.NormFloat64())
		}
		var z, e [latents]float64
		for k := range e {
			e[k] = r.NormFloat64()
		}
		for k := range z {
			z[k] = m.C[k]
			for n, v := range h {
				z[k] += m.B.At(k, n) * float64(v)
			}
			for l := range e {
				z[k] += root.At(k, l) * e[l]
			}
		}
		for n := range neurons {
			x := m.Bias[n] + math.Sqrt(m.R[n])*r.NormFloat64()
			for k, v := range z {
				x += m.A.At(n, k) * v
			}
			d.X[t*neurons+n] = float32(x)
		}
	}
	return m, d
}

// density computes ln p(x | h) by the definition of the normal distribution, x ~ N( A mu + b, A Q A' + R ).
func density(m *infer.Gaussian, x, h []float32) float64 {
	var aq, cov mat.Dense
	aq.Mul(m.A, m.Q)
	cov.Mul(&aq, m.A.T())
	s := mat.NewSymDense(neurons, nil)
	for i := range neurons {
		for j := i; j < neurons; j++ {
			s.SetSym(i, j, cov.At(i, j))
		}
		s.SetSym(i, i, s.At(i, i)+m.R[i])
	}
	d := mat.NewVecDense(neurons, nil)
	for n := range neurons {
		v := float64(x[n]) - m.Bias[n]
		for k := range latents {
			mu := m.C[k]
			for l := range neurons {
				mu += m.B.At(k, l) * float64(h[l])
			}
			v -= m.A.At(n, k) * mu
		}
		d.SetVec(n, v)
	}
	var c mat.Cholesky
	c.Factorize(s)
	var w mat.VecDense
	if err := c.SolveVecTo(&w, d); err != nil {
		panic(err)
	}
	return -0.5 * (mat.Dot(d, &w) + c.LogDet() + neurons*math.Log(2*math.Pi))
}

// TestLogLikelihood compares the log-likelihood with the density of every bin. Sums of a few hundred numbers in
// float64 agree to 1e-10.
func TestLogLikelihood(t *testing.T) {
	m, d := groundTruth(300)
	want := 0.0
	for t := range 300 {
		want += density(m, d.X[t*neurons:(t+1)*neurons], d.H[t*neurons:(t+1)*neurons]) / 300
	}
	got, err := m.LogLikelihood(d)
	if err != nil {
		t.Fatal(err)
	}
	if !(math.Abs(got-want) <= 1e-10*math.Abs(want)) {
		t.Errorf("log-likelihood %.15g, want %.15g", got, want)
	}
}

// TestLikelihoodRises checks that no step of EM lowers the likelihood without a ridge. From wrong noise and wrong A,
// B, b and c, it must end at least at the likelihood of the true model.
func TestLikelihoodRises(t *testing.T) {
	truth, d := groundTruth(1000)
	best, err := truth.LogLikelihood(d)
	if err != nil {
		t.Fatal(err)
	}
	r := rand.New(rand.NewPCG(3, 4))
	start := &infer.Gaussian{A: mat.DenseCopyOf(truth.A), B: mat.DenseCopyOf(truth.B),
		Bias: make([]float64, neurons), C: make([]float64, latents)}
	start.A.Apply(func(_, _ int, v float64) float64 { return v + 0.3*r.NormFloat64() }, start.A)
	start.B.Apply(func(_, _ int, v float64) float64 { return v + 0.3*r.NormFloat64() }, start.B)
	last := math.Inf(-1)
	for steps := 1; steps <= 60; steps++ {
		noise, all := min(steps, 10), steps-10
		if all <= 0 {
			all = -1
		}
		m, err := start.EM(t.Context(), d, infer.Options{NoiseSteps: noise, Steps: all, Ridge: 1e-9})
		if err != nil {
			t.Fatal(err)
		}
		l, err := m.LogLikelihood(d)
		if err != nil {
			t.Fatal(err)
		}
		if l < last-1e-9 {
			t.Errorf("step %d lowers the log-likelihood from %.12g to %.12g", steps, last, l)
		}
		last = l
	}
	if last < best {
		t.Errorf("the log-likelihood after 60 steps is %g, but the true model has %g", last, best)
	}
}

// TestNoise checks that the noise is recovered with the true A, B, b and c. The tolerance covers its sampling error
// of about 1/sqrt(20000) and the remaining steps of EM.
func TestNoise(t *testing.T) {
	truth, d := groundTruth(20000)
	m, err := truth.EM(t.Context(), d, infer.Options{NoiseSteps: 60, Steps: -1})
	if err != nil {
		t.Fatal(err)
	}
	for n, want := range truth.R {
		if !(math.Abs(m.R[n]-want) <= 0.05*want) {
			t.Errorf("R[%d] is %g, want %g", n, m.R[n], want)
		}
	}
	for i := range latents {
		for j := range latents {
			if want := truth.Q.At(i, j); !(math.Abs(m.Q.At(i, j)-want) <= 0.05*0.25) {
				t.Errorf("Q[%d,%d] is %g, want %g", i, j, m.Q.At(i, j), want)
			}
		}
	}
	if !mat.Equal(m.A, truth.A) || !mat.Equal(m.B, truth.B) {
		t.Error("A or B changed, but only the noise was requested")
	}
}

// TestFilter compares the filtered latents with the textbook's mu + Q A' (A Q A' + R)^-1 (x - A mu - b), another form
// of the same algebra.
func TestFilter(t *testing.T) {
	m, d := groundTruth(300)
	at := 0
	err := m.Each(d, func(mu, z *mat.Dense) {
		rows, _ := z.Dims()
		var aq, cov mat.Dense
		aq.Mul(m.A, m.Q)
		cov.Mul(&aq, m.A.T())
		for n, r := range m.R {
			cov.Set(n, n, cov.At(n, n)+r)
		}
		for i := range rows {
			e := mat.NewVecDense(neurons, nil)
			for n := range neurons {
				v := float64(d.X[at*neurons+n]) - m.Bias[n]
				for k := range latents {
					v -= m.A.At(n, k) * mu.At(i, k)
				}
				e.SetVec(n, v)
			}
			var w, want mat.VecDense
			if err := w.SolveVec(&cov, e); err != nil {
				t.Fatal(err)
			}
			want.MulVec(aq.T(), &w)
			for k := range latents {
				if d := z.At(i, k) - mu.At(i, k) - want.AtVec(k); !(math.Abs(d) <= 1e-10) {
					t.Fatalf("bin %d, latent %d: the error is %g", at, k, d)
				}
			}
			at++
		}
	})
	if err != nil || at != 300 {
		t.Errorf("%d bins were filtered, want 300; error %v", at, err)
	}
}

// TestRefused checks that a model that cannot be refitted gives an error, not NaN.
func TestRefused(t *testing.T) {
	m, d := groundTruth(50)
	same := mat.DenseCopyOf(m.A)
	same.SetCol(1, make([]float64, neurons))
	if _, err := (&infer.Gaussian{A: same, B: m.B, Bias: m.Bias, C: m.C}).EM(t.Context(), d,
		infer.Options{}); err == nil {
		t.Error("a latent that drives nothing was refitted, want an error")
	}
	ended, end := context.WithCancel(t.Context())
	end()
	if _, err := m.EM(ended, d, infer.Options{}); !errors.Is(err, context.Canceled) {
		t.Errorf("an interrupted refit returns %v, want context.Canceled", err)
	}
	d.Rows = d.Rows[:1]
	if _, err := m.EM(t.Context(), d, infer.Options{}); err == nil {
		t.Error("a model was refitted to one bin, want an error")
	}
}

// TestConstantNeuron checks that a constant neuron does not disturb the refit.
func TestConstantNeuron(t *testing.T) {
	m, d := groundTruth(500)
	for t := range 500 {
		d.X[t*neurons+4] = 3
	}
	got, err := m.EM(t.Context(), d, infer.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if v := got.R[4]; !(v > 0) || math.IsInf(v, 0) {
		t.Errorf("the noise of the constant neuron is %g", v)
	}
	for k := range latents {
		if v := got.A.At(4, k); !(math.Abs(v) <= 1e-6) {
			t.Errorf("latent %d drives the constant neuron with weight %g, want 0", k, v)
		}
	}
}

// withInput adds D u to bins. u has two white columns, a copy of the second, and a constant 1.
func withInput(d infer.Data) (*mat.Dense, infer.Data) {
	r := rand.New(rand.NewPCG(5, 6))
	D := mat.NewDense(neurons, 4, nil)
	for n := range neurons {
		D.SetRow(n, []float64{r.NormFloat64(), r.NormFloat64(), 0, 0})
	}
	d.P, d.U, d.X = 4, make([]float32, 4*len(d.Rows)), append([]float32(nil), d.X...)
	for _, t := range d.Rows {
		u := d.U[t*4 : (t+1)*4]
		u[0], u[1], u[3] = float32(r.NormFloat64()), float32(r.NormFloat64()), 1
		u[2] = u[1]
		for n := range neurons {
			d.X[t*neurons+n] += float32(D.At(n, 0))*u[0] + float32(D.At(n, 1))*u[1]
		}
	}
	return D, infer.Data{X: d.X, H: d.H, U: d.U, N: d.N, P: d.P, Rows: d.Rows}
}

// TestDrive checks that the likelihood and the filtered latents equal the values for x - D u without an input, within
// the rounding of x in float32.
func TestDrive(t *testing.T) {
	m, plain := groundTruth(300)
	D, input := withInput(plain)
	with := *m
	with.D = D
	want, err := m.LogLikelihood(plain)
	if err != nil {
		t.Fatal(err)
	}
	got, err := with.LogLikelihood(input)
	if err != nil || !(math.Abs(got-want) <= 1e-5*math.Abs(want)) {
		t.Errorf("the log-likelihood is %.9g, want %.9g as without an input, %v", got, want, err)
	}
	var z, zDriven mat.Dense
	for _, f := range []struct {
		m  *infer.Gaussian
		d  infer.Data
		to *mat.Dense
	}{{m, plain, &z}, {&with, input, &zDriven}} {
		if err := f.m.Each(f.d, func(_, z *mat.Dense) {
			if f.to.IsEmpty() {
				f.to.CloneFrom(z)
			}
		}); err != nil {
			t.Fatal(err)
		}
	}
	if !mat.EqualApprox(&z, &zDriven, 1e-5) {
		t.Error("the input changes the filtered latents")
	}
}

// TestDriveRises starts from D = 0 with two equal inputs and one constant input. No step of EM may lower the
// likelihood. The equal inputs must share the true weight, within its sampling error of about 1/sqrt(1000), and the
// constant input must have weight 0.
func TestDriveRises(t *testing.T) {
	truth, d := groundTruth(1000)
	D, d := withInput(d)
	start := &infer.Gaussian{A: truth.A, B: truth.B, D: mat.NewDense(neurons, 4, nil),
		Bias: make([]float64, neurons), C: make([]float64, latents)}
	last := math.Inf(-1)
	for steps := 1; steps <= 20; steps++ {
		m, err := start.EM(t.Context(), d, infer.Options{Steps: steps, Ridge: 1e-9})
		if err != nil {
			t.Fatal(err)
		}
		l, err := m.LogLikelihood(d)
		if err != nil {
			t.Fatal(err)
		}
		if l < last-1e-7 { // the ridge on D may cost this much
			t.Errorf("step %d lowers the log-likelihood from %.12g to %.12g", steps, last, l)
		}
		last = l
	}
	// The latents are slow to release the input's variance, hence 300 steps.
	m, err := start.EM(t.Context(), d, infer.Options{Steps: 300, Ridge: 1e-9})
	if err != nil {
		t.Fatal(err)
	}
	for n := range neurons {
		got := m.D.RawRowView(n)
		for p, is := range []float64{got[0], got[1] + got[2]} {
			if want := D.At(n, p); !(math.Abs(is-want) <= 0.15) {
				t.Errorf("D[%d,%d] is %.3f, want %.3f", n, p, is, want)
			}
		}
		if !(math.Abs(got[1]-got[2]) <= 1e-3) || !(math.Abs(got[3]) <= 1e-6) {
			t.Errorf("neuron %d: the equal inputs have weights %g and %g, the constant input %g", n, got[1], got[2],
				got[3])
		}
	}
}
