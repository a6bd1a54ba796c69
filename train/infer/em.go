package infer

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"gonum.org/v1/gonum/mat"

	"facrnn/train/internal/regress"
)

// Options says how to refit. The zero value estimates the noise in 20 steps, then everything in 5 steps, with a ridge
// of 3.
type Options struct {
	NoiseSteps int     // steps for Q and R only; 0 means 20
	Steps      int     // steps for everything; 0 means 5, a negative value none
	Ridge      float64 // penalty on B, in units of bins; 0 means 3
}

func (o Options) withDefaults() Options {
	if o.NoiseSteps == 0 {
		o.NoiseSteps = 20
	}
	if o.Steps == 0 {
		o.Steps = 5
	}
	if o.Ridge == 0 {
		o.Ridge = 3
	}
	return o
}

// EM returns the model after the steps, and leaves m unchanged. It first sets Q and R from the residuals, so they
// need no starting values. If ctx ends first, it returns ctx.Err(), except during the factorization of one matrix.
func (m *Gaussian) EM(ctx context.Context, d Data, o Options) (*Gaussian, error) {
	o = o.withDefaults()
	if len(d.Rows) < 2 {
		return nil, fmt.Errorf("%d bins are too few to refit a model; it needs at least 2", len(d.Rows))
	}
	f, err := newFit(m, d.thinned(), o)
	if err != nil {
		return nil, err
	}
	for range o.NoiseSteps {
		if err := f.step(ctx, true); err != nil {
			return nil, err
		}
	}
	if o.Steps > 0 {
		noise := f.Gaussian
		if f, err = newFit(m, d, o); err != nil {
			return nil, err
		}
		f.Q, f.R = noise.Q, noise.R
	}
	for range max(0, o.Steps) {
		if err := f.step(ctx, false); err != nil {
			return nil, err
		}
	}
	return f.Gaussian, nil
}

// fit is a model during the refit, with the moments that do not change.
type fit struct {
	*Gaussian
	data   Data
	n      float64
	ridge  float64
	meanH  []float64
	meanX  []float64
	powerX []float64 // (N) mean of x^2
	hh     *history  // computed at its first use
}

func newFit(m *Gaussian, d Data, o Options) (*fit, error) {
	N, K := m.A.Dims()
	f := &fit{
		Gaussian: &Gaussian{A: mat.DenseCopyOf(m.A), B: mat.DenseCopyOf(m.B), D: m.D,
			Bias: slices.Clone(m.Bias), C: slices.Clone(m.C)},
		data: d, n: float64(len(d.Rows)), ridge: o.Ridge,
		meanH: make([]float64, N), meanX: make([]float64, N), powerX: make([]float64, N),
	}
	residual, noGain := make([]float64, N), mat.NewDense(K, N, nil)
	d.blocks(func(b block) {
		_, _, e := f.filter(noGain, b)
		rows, _ := e.Dims()
		for i := range rows {
			xi, hi, ei := b.x.RawRowView(i), b.h.RawRowView(i), e.RawRowView(i)
			for n, r := range ei {
				f.meanX[n] += xi[n] / f.n
				f.meanH[n] += hi[n] / f.n
				f.powerX[n] += xi[n] * xi[n] / f.n
				residual[n] += r * r / f.n
			}
		}
	})
	f.R = make([]float64, N)
	for n, r := range residual {
		f.R[n] = max(0.3*r, f.floor(n))
	}
	// a very wide Q: the first step reduces it to the covariance of the latents that the residuals imply
	f.Q = mat.NewSymDense(K, nil)
	for k := range K {
		precision := 0.0
		for n := range N {
			precision += f.A.At(n, k) * f.A.At(n, k) / f.R[n]
		}
		if precision == 0 {
			return nil, fmt.Errorf("latent %d drives no neuron, so the model cannot be refitted", k+1)
		}
		f.Q.SetSym(k, k, 1e4/precision)
	}
	return f, nil
}

// floor returns the smallest variance of neuron n's noise. It is 1 for a constant neuron, so that the neuron has no
// influence.
func (f *fit) floor(n int) float64 {
	if v := f.powerX[n] - f.meanX[n]*f.meanX[n]; v > 1e-12*f.powerX[n] {
		return minVariance * v
	}
	return 1
}

// step takes one step of EM, of the noise only or of everything.
func (f *fit) step(ctx context.Context, noiseOnly bool) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	g, v, err := f.gain()
	if err != nil {
		return err
	}
	s := f.moments(g)
	for i := range v.SymmetricDim() {
		for j := i; j < v.SymmetricDim(); j++ {
			s.zz.SetSym(i, j, s.zz.At(i, j)+v.At(i, j))
		}
	}
	if !noiseOnly {
		if err := f.decoder(s); err != nil {
			return err
		}
		if err := f.encoder(ctx, s); err != nil {
			return err
		}
	}
	f.noise(s, noiseOnly, v)
	return nil
}

// moments holds means over the bins. Measured inputs follow the latents, as P more latents.
type moments struct {
	z          []float64     // (K+P)
	zz         *mat.SymDense // (K+P,K+P); the posterior covariance is added to it
	innovation *mat.SymDense // (K,K) second moment of z - mu
	xz         *mat.Dense    // (N,K+P)
	hz         *mat.Dense    // (N,K)
}

func (f *fit) moments(g *mat.Dense) *moments {
	N, K := f.A.Dims()
	wide := K + f.data.P
	s := &moments{z: make([]float64, wide), xz: mat.NewDense(N, wide, nil), hz: mat.NewDense(N, K, nil)}
	zz, innovation := mat.NewDense(wide, wide, nil), mat.NewDense(K, K, nil)
	f.data.blocks(func(b block) {
		mu, z, _ := f.filter(g, b)
		add := func(sum *mat.Dense, a, b *mat.Dense) {
			var p mat.Dense
			p.Mul(a.T(), b)
			sum.Add(sum, &p)
		}
		add(s.hz, b.h, z)
		mu.Sub(z, mu)
		add(innovation, mu, mu)
		if b.u != nil {
			var both mat.Dense
			both.Augment(z, b.u)
			z = &both
		}
		add(s.xz, b.x, z)
		add(zz, z, z)
		rows, _ := z.Dims()
		for i := range rows {
			for k, v := range z.RawRowView(i) {
				s.z[k] += v / f.n
			}
		}
	})
	for _, m := range []*mat.Dense{s.xz, s.hz, zz, innovation} {
		m.Scale(1/f.n, m)
	}
	s.zz, s.innovation = mat.NewSymDense(wide, nil), mat.NewSymDense(K, nil)
	regress.Symmetric(s.zz, zz)
	regress.Symmetric(s.innovation, innovation)
	return s
}

// decoder regresses x on the latents and measured inputs: A = cov(x,z) cov(z)^-1, b = mean x - A mean z. A ridge of a
// millionth of their square makes dependent inputs solvable, such as the columns of all values of a text.
func (f *fit) decoder(s *moments) error {
	N, K := f.A.Dims()
	wide := len(s.z)
	cov, cross := mat.NewSymDense(wide, nil), mat.NewDense(wide, N, nil)
	for i := range wide {
		for j := i; j < wide; j++ {
			cov.SetSym(i, j, s.zz.At(i, j)-s.z[i]*s.z[j])
		}
		if i >= K {
			cov.SetSym(i, i, cov.At(i, i)+1e-6*s.zz.At(i, i)+1e-12) // a constant input gets the weight 0
		}
		for n := range N {
			cross.Set(i, n, s.xz.At(n, i)-f.meanX[n]*s.z[i])
		}
	}
	var chol mat.Cholesky
	if !chol.Factorize(cov) {
		return errors.New("the latents are linearly dependent, so A is not identifiable; fit fewer latents")
	}
	var at mat.Dense
	if err := chol.SolveTo(&at, cross); err != nil {
		return fmt.Errorf("solve for A: %w", err)
	}
	f.A.CloneFrom(at.Slice(0, K, 0, N).T())
	if wide > K {
		f.D = mat.DenseCopyOf(at.Slice(K, wide, 0, N).T())
	}
	for n := range N {
		f.Bias[n] = f.meanX[n]
		for k, z := range s.z {
			f.Bias[n] -= at.At(k, n) * z
		}
	}
	return nil
}

// weights returns [A D] (N,K+P).
func (f *fit) weights() *mat.Dense {
	if f.D == nil {
		return f.A
	}
	var both mat.Dense
	both.Augment(f.A, f.D)
	return &both
}

// encoder updates B and c by ridge regression of the latents on h, both centred.
func (f *fit) encoder(ctx context.Context, s *moments) error {
	if f.hh == nil {
		var err error
		if f.hh, err = f.history(ctx); err != nil {
			return err
		}
	}
	N, K := f.A.Dims()
	cross := mat.NewDense(N, K, nil)
	for n := range N {
		for k, z := range s.z[:K] {
			cross.Set(n, k, f.n*(s.hz.At(n, k)-f.meanH[n]*z))
		}
	}
	bt, err := f.hh.solve(cross)
	if err != nil {
		return fmt.Errorf("solve for B: %w", err)
	}
	f.B.CloneFrom(bt.T())
	for k, z := range s.z[:K] {
		f.C[k] = z
		for n, h := range f.meanH {
			f.C[k] -= f.B.At(k, n) * h
		}
	}
	// the innovation's covariance with the new B: cov(z) - B cov(h,z) - cov(z,h) B' + B cov(h) B'
	var bc mat.Dense
	bc.Mul(f.B, cross)
	bhb := f.hh.between(f.B)
	for i := range K {
		for j := i; j < K; j++ {
			ridge := 0.0
			for n := range N {
				ridge += f.ridge * f.B.At(i, n) * f.B.At(j, n)
			}
			// s.zz includes the posterior covariance
			s.innovation.SetSym(i, j, s.zz.At(i, j)-s.z[i]*s.z[j]+(-bc.At(i, j)-bc.At(j, i)+bhb.At(i, j)-ridge)/f.n)
		}
	}
	return nil
}

// noise updates Q and R.
func (f *fit) noise(s *moments, noiseOnly bool, v *mat.SymDense) {
	weights := f.weights()
	N, wide := weights.Dims()
	if noiseOnly {
		f.Q.AddSym(s.innovation, v)
	} else {
		f.Q.CopySym(s.innovation)
	}
	// mean of (x - A z - D u - b)^2, including the posterior covariance of z
	var azz mat.Dense
	azz.Mul(weights, s.zz)
	for n := range N {
		b, a := f.Bias[n], weights.RawRowView(n)
		r := f.powerX[n] - 2*b*f.meanX[n] + b*b
		for k := range wide {
			r += a[k] * (azz.At(n, k) - 2*s.xz.At(n, k) + 2*b*s.z[k])
		}
		f.R[n] = max(r, f.floor(n))
	}
}
