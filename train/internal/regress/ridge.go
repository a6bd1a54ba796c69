package regress

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"sync"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/stat"
)

// Ridge is an encoder mu = B h + c, fitted by ridge regression.
type Ridge struct {
	B       *mat.Dense // (K,N)
	C       []float64  // c (K)
	Penalty float64    // lambda
}

// RidgeB fits the encoder that predicts latents z (T,K) from the convolved history h (T,N), both about their means: B
// = argmin |z - B h|^2 + lambda |B|^2. B is poorly determined if h varies little, and the penalty lambda makes it
// unique.
//
// If there are several penalties, by default 0.1, 0.3, 1, ... 1000, blocked cross-validation chooses one. It predicts
// each of five stretches of time from the other four. Among the penalties that predict as well as the best penalty,
// it takes the largest.
//
// Time grows as T N^2, and as N^3 for each penalty. Memory is h and about twenty N x N matrices. With one penalty,
// and fewer bins than channels, time grows as N T^2, and memory is twice h.
func RidgeB(z, h *mat.Dense, penalties ...float64) (Ridge, error) {
	if len(penalties) == 0 {
		penalties = []float64{0.1, 0.3, 1, 3, 10, 30, 100, 300, 1000}
	}
	for _, p := range penalties {
		if !(p >= 0) || math.IsInf(p, 1) {
			return Ridge{}, fmt.Errorf("ridge: the penalty is %g, but must be finite and at least 0", p)
		}
	}
	folds := 5
	if len(penalties) == 1 {
		folds = 1 // no choice is needed
	}
	T, _ := z.Dims()
	if T < 2*folds {
		return Ridge{}, fmt.Errorf("ridge: %d bins are too few; it needs at least %d", T, 2*folds)
	}
	if _, N := h.Dims(); folds == 1 && T < N && penalties[0] > 0 {
		return wide(z, h, penalties[0])
	}
	zs, hs, parts := stretches(z, folds), stretches(h, folds), make([]*products, folds)
	var workers sync.WaitGroup // these products take most of the time
	for f := range parts {
		workers.Go(func() { parts[f] = multiply(zs[f], hs[f]) })
	}
	workers.Wait()
	if folds == 1 {
		return parts[0].ridge(penalties[0])
	}
	squares := mat.NewDense(len(penalties), folds, nil)
	for f := range folds {
		others := sum(slices.Concat(parts[:f], parts[f+1:]))
		for i, p := range penalties {
			r, err := others.ridge(p)
			if err != nil {
				return Ridge{}, err
			}
			var residual mat.Dense
			residual.Sub(zs[f], Linear(hs[f], r.B, r.C))
			norm := mat.Norm(&residual, 2)
			squares.Set(i, f, norm*norm)
		}
	}
	return sum(parts).ridge(largest(penalties, squares))
}

// largest returns the largest penalty whose errors are not significantly above the smallest errors: the mean
// difference is at most its standard error. squares (penalties, stretches) holds the squared errors. Over a wide
// range of penalties the prediction hardly changes, and B becomes less noisy.
func largest(penalties []float64, squares *mat.Dense) float64 {
	totals := make([]float64, len(penalties))
	for i := range totals {
		totals[i] = floats.Sum(squares.RawRowView(i))
	}
	best := floats.MinIdx(totals)
	out, difference := penalties[best], make([]float64, squares.RawMatrix().Cols)
	for i, p := range penalties {
		floats.SubTo(difference, squares.RawRowView(i), squares.RawRowView(best))
		if mean, std := stat.MeanStdDev(difference, nil); mean <= stat.StdErr(std, float64(len(difference))) {
			out = max(out, p)
		}
	}
	return out
}

// stretches returns count parts of m's rows in order, of equal length. They share the memory of m.
func stretches(m *mat.Dense, count int) []*mat.Dense {
	n, cols := m.Dims()
	out := make([]*mat.Dense, count)
	for i := range out {
		out[i] = m.Slice(i*n/count, (i+1)*n/count, 0, cols).(*mat.Dense)
	}
	return out
}

// products holds the sums over bins that a regression of z on h needs.
type products struct {
	h  *Moments   // about 0
	z  []float64  // (K)
	hz *mat.Dense // (N,K)
}

func noProducts(K, N int) *products {
	return &products{h: NewMoments(make([]float64, N)), z: make([]float64, K), hz: mat.NewDense(N, K, nil)}
}

func multiply(z, h *mat.Dense) *products {
	T, K := z.Dims()
	_, N := h.Dims()
	p := noProducts(K, N)
	p.h.Add(h, 0, T)
	for t := range T {
		floats.Add(p.z, z.RawRowView(t))
	}
	p.hz.Mul(h.T(), z)
	return p
}

func sum(parts []*products) *products {
	N, K := parts[0].hz.Dims()
	out := noProducts(K, N)
	for _, p := range parts {
		out.h.Accumulate(1, p.h)
		floats.Add(out.z, p.z)
		out.hz.Add(out.hz, p.hz)
	}
	return out
}

// ridge solves (H' H + lambda I) B' = H' Z about the means.
func (p *products) ridge(lambda float64) (Ridge, error) {
	var hh mat.SymDense
	var hz mat.Dense
	h := mat.NewVecDense(len(p.h.sum), p.h.sum)
	hh.SymRankOne(p.h.Gram, -1/p.h.N, h)
	hz.RankOne(p.hz, -1/p.h.N, h, mat.NewVecDense(len(p.z), p.z))
	b, err := penalized(&hh, &hz, lambda)
	if err != nil {
		return Ridge{}, err
	}
	return encoder(b, p.h.N, p.h.sum, p.z, lambda)
}

// penalized returns (a + lambda I)^-1 b. It overwrites a.
func penalized(a *mat.SymDense, b *mat.Dense, lambda float64) (*mat.Dense, error) {
	for i := range a.SymmetricDim() {
		a.SetSym(i, i, a.At(i, i)+lambda)
	}
	var chol mat.Cholesky
	if !chol.Factorize(a) {
		return nil, fmt.Errorf("ridge: a penalty of %g does not determine B; give a larger penalty", lambda)
	}
	var out mat.Dense
	if err := chol.SolveTo(&out, b); err != nil {
		return nil, fmt.Errorf("ridge: with a penalty of %g: %w", lambda, err)
	}
	return &out, nil
}

// encoder returns the encoder with B' (N,K), from the sums of h and z over n bins.
func encoder(b *mat.Dense, n float64, h, z []float64, lambda float64) (Ridge, error) {
	if floats.HasNaN(b.RawMatrix().Data) {
		return Ridge{}, errors.New("ridge: the latents or the history are not finite")
	}
	var c mat.VecDense
	c.MulVec(b.T(), mat.NewVecDense(len(h), h))
	c.SubVec(mat.NewVecDense(len(z), z), &c)
	c.ScaleVec(1/n, &c)
	return Ridge{B: mat.DenseCopyOf(b.T()), C: c.RawVector().Data, Penalty: lambda}, nil
}

// wide computes the ridge regression for fewer bins than channels. About the means, B' = H' (H H' + lambda I)^-1 Z,
// by the matrix inversion lemma.
func wide(z, h *mat.Dense, lambda float64) (Ridge, error) {
	T, K := z.Dims()
	_, N := h.Dims()
	bins, sumZ, sumH := float64(T), make([]float64, K), make([]float64, N)
	for t := range T {
		floats.Add(sumZ, z.RawRowView(t))
		floats.Add(sumH, h.RawRowView(t))
	}
	ht := mat.DenseCopyOf(h.T())
	for n := range N {
		floats.AddConst(-sumH[n]/bins, ht.RawRowView(n))
	}
	hh := mat.NewSymDense(T, nil)
	Add(hh, ht)
	w, err := penalized(hh, Shifted(z, -1/bins, sumZ), lambda)
	if err != nil {
		return Ridge{}, err
	}
	var b mat.Dense
	b.Mul(ht, w)
	return encoder(&b, bins, sumH, sumZ, lambda)
}
