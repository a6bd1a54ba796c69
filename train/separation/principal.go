package separation

import (
	"errors"
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

// principal holds the largest eigenvalues of a covariance, descending, and their vectors (N,K) as columns. EM starts
// from them.
type principal struct {
	values  []float64
	vectors *mat.Dense
}

// newPrincipal finds at least k eigenvectors. Above a few hundred channels it uses an orthogonal iteration (Golub and
// Van Loan, 7.3). It is accurate enough for a start and much cheaper than all eigenvectors.
func newPrincipal(s *mat.Dense, k int) (*principal, error) {
	const few = 256
	n, _ := s.Dims()
	basis := mat.NewDense(n, n, nil)
	if n <= few {
		for i := range n {
			basis.Set(i, i, 1)
		}
	} else {
		basis = orthogonalIteration(s, min(n, k+8))
	}
	return ritz(s, basis)
}

// orthogonalIteration returns k orthonormal columns that nearly span the space of the largest eigenvectors.
func orthogonalIteration(s *mat.Dense, k int) *mat.Dense {
	const rounds = 30
	n, _ := s.Dims()
	random := rand.New(rand.NewPCG(1, 1)) // almost any start works, so it is fixed
	q := mat.NewDense(k, n, nil)          // one vector per row, contiguous in memory
	q.Apply(func(int, int, float64) float64 { return random.NormFloat64() }, q)
	var y mat.Dense
	for range rounds {
		y.Mul(q, s)
		orthonormalize(&y)
		q.Copy(&y)
	}
	return mat.DenseCopyOf(q.T())
}

// orthonormalize applies Gram-Schmidt to the rows, twice, because the first pass leaves rounding errors if rows are
// nearly equal.
func orthonormalize(rows *mat.Dense) {
	k, _ := rows.Dims()
	for range 2 {
		for i := range k {
			r := rows.RawRowView(i)
			for j := range i {
				floats.AddScaled(r, -floats.Dot(r, rows.RawRowView(j)), rows.RawRowView(j))
			}
			if norm := floats.Norm(r, 2); norm > 0 {
				floats.Scale(1/norm, r)
			}
		}
	}
}

// ritz returns the eigenvalues and vectors of s within the space of the orthonormal columns of basis (N,p).
func ritz(s, basis *mat.Dense) (*principal, error) {
	var sb, small mat.Dense
	sb.Mul(s, basis)
	small.Mul(basis.T(), &sb)
	p, _ := small.Dims()
	sym := mat.NewSymDense(p, nil)
	for i := range p {
		for j := i; j < p; j++ {
			sym.SetSym(i, j, small.At(i, j))
		}
	}
	var eig mat.EigenSym
	if !eig.Factorize(sym, true) {
		return nil, errors.New("the covariance has no eigenvalues; check the activity for NaN or very large values")
	}
	ascending := eig.Values(nil)
	var v mat.Dense
	eig.VectorsTo(&v)
	descending := mat.NewDense(p, p, nil)
	out := &principal{vectors: new(mat.Dense)}
	for j := range p {
		out.values = append(out.values, ascending[p-1-j])
		descending.SetCol(j, mat.Col(nil, p-1-j, &v))
	}
	out.vectors.Mul(basis, descending)
	return out, nil
}

// factors returns probabilistic PCA of the covariance s with k latents, with a separate noise variance for every
// channel.
func (p *principal) factors(s *mat.Dense, k int) *Factors {
	n, _ := s.Dims()
	rest := mat.Trace(s)
	for _, v := range p.values[:k] {
		rest -= v
	}
	rest /= float64(n - k)
	f := &Factors{A: mat.NewDense(n, k, nil), Psi: make([]float64, n)}
	for j, v := range p.values[:k] {
		scale := math.Sqrt(max(v-rest, 1e-6*max(v, 1e-300)))
		for i := range n {
			f.A.Set(i, j, scale*p.vectors.At(i, j))
		}
	}
	for i := range n {
		explained := 0.0
		for _, a := range f.A.RawRowView(i) {
			explained += a * a
		}
		f.Psi[i] = noise(s.At(i, i)-explained, 1e-3, s.At(i, i))
	}
	return f
}
