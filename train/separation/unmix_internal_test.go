package separation

import (
	"math"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/mat"
)

func normal(rows, cols int, random *rand.Rand) *mat.Dense {
	m := mat.NewDense(rows, cols, nil)
	m.Apply(func(int, int, float64) float64 { return random.NormFloat64() }, m)
	return m
}

func rotation(k int, random *rand.Rand) *mat.Dense {
	r, err := nearestRotation(normal(k, k, random))
	if err != nil {
		panic(err) // normal numbers are finite
	}
	return r
}

// permutation measures how far m is from a permutation: the largest entries of a row and column of |m| must be 1, and
// the others 0.
func permutation(m *mat.Dense) float64 {
	k, _ := m.Dims()
	worst := 0.0
	for i := range k {
		top, sum := 0.0, 0.0
		for j := range k {
			v := math.Abs(m.At(i, j))
			top, sum = max(top, v), sum+v
		}
		worst = max(worst, math.Abs(top-1), sum-top)
	}
	return worst
}

func TestJointDiagonalizationFindsARotation(t *testing.T) {
	const k, count = 5, 4
	random := rand.New(rand.NewPCG(1, 1))
	want := rotation(k, random)
	var ms []*mat.Dense
	for range count {
		d := mat.NewDiagDense(k, normal(1, k, random).RawRowView(0))
		var m mat.Dense
		m.Product(want, d, want.T())
		ms = append(ms, &m)
	}
	v := diagonalize(ms)
	var both mat.Dense
	both.Mul(want.T(), v)
	if off := permutation(&both); off > 1e-7 { // rotations with sines up to 1e-8 are skipped
		t.Errorf("the rotation has the error %g", off)
	}
	for _, m := range ms { // diagonal after the rotation
		for i := range k {
			m.Set(i, i, 0)
		}
		if mat.Norm(m, 2) > 1e-6 { // for entries of about 1
			t.Errorf("a matrix is not diagonal: %v", mat.Formatted(m))
		}
	}
}

// TestJointDiagonalizationIsTheBest checks that no nearby rotation leaves less off the diagonals if no rotation is
// exact.
func TestJointDiagonalizationIsTheBest(t *testing.T) {
	const k = 4
	random := rand.New(rand.NewPCG(2, 2))
	var ms []*mat.Dense
	for range 3 {
		a := normal(k, k, random)
		var m mat.Dense
		m.Add(a, a.T())
		ms = append(ms, &m)
	}
	off := func(v mat.Matrix) (sum float64) {
		for _, m := range ms {
			var d mat.Dense
			d.Product(v.T(), m, v)
			for i := range k {
				d.Set(i, i, 0)
			}
			sum += math.Pow(mat.Norm(&d, 2), 2)
		}
		return sum
	}
	var copies []*mat.Dense
	for _, m := range ms {
		copies = append(copies, mat.DenseCopyOf(m))
	}
	v := diagonalize(copies)
	for p := range k {
		for q := range p {
			for _, angle := range []float64{-1e-3, 1e-3} {
				rotated := mat.DenseCopyOf(v)
				sin, cos := math.Sincos(angle)
				rotateColumns(rotated, p, q, cos, sin)
				if off(rotated) < off(v) {
					t.Errorf("rotating %d and %d by %g leaves %g, less than %g", p, q, angle, off(rotated), off(v))
				}
			}
		}
	}
}

func TestCumulantsAreTheirDefinition(t *testing.T) {
	const bins, k = 700, 3 // more bins than one chunk
	z := normal(bins, k, rand.New(rand.NewPCG(3, 3)))
	got := cumulants(z)
	at := 0
	delta := func(i, j int) float64 {
		if i == j {
			return 1
		}
		return 0
	}
	for i := range k {
		for j := i; j < k; j++ {
			for a := range k {
				for b := range k {
					sum := 0.0
					for t := range bins {
						sum += z.At(t, i) * z.At(t, j) * z.At(t, a) * z.At(t, b)
					}
					want := sum/bins - delta(i, j)*delta(a, b) - delta(i, a)*delta(j, b) - delta(i, b)*delta(j, a)
					if i != j {
						want *= math.Sqrt2
					}
					if d := got[at].At(a, b) - want; !(math.Abs(d) <= 1e-10) {
						t.Errorf("cumulant %d %d %d %d has the error %g", i, j, a, b, d)
					}
				}
			}
			at++
		}
	}
	if at != len(got) {
		t.Errorf("%d matrices, want %d", len(got), at)
	}
}

func TestLaggedCovariancesStayWithinStretches(t *testing.T) {
	z := mat.NewDense(5, 1, []float64{1, 2, 3, 4, 5})
	ss := []stretch{{0, 3}, {3, 5}}
	if got := laggedCovariance(z, ss, 1).At(0, 0); !(math.Abs(got-(1*2+2*3+4*5)/3.) <= 1e-12) {
		t.Errorf("the covariance at lag 1 is %g", got)
	}
	if got := laggedCovariance(z, ss, 2).At(0, 0); got != 1*3 {
		t.Errorf("the covariance at lag 2 is %g", got)
	}
	if got := laggedCovariance(mat.NewDense(2, 2, []float64{1, 2, 3, 4}), []stretch{{0, 2}}, 1); got.At(0,
		1) != (3*2+4*1)/2. || got.At(1, 0) != got.At(0, 1) {
		t.Errorf("the covariances of two components are %v", got)
	}
}

func TestPrincipalAxesOfManyChannels(t *testing.T) {
	random := rand.New(rand.NewPCG(4, 4))
	const n, k = 300, 3 // too many channels to compute all eigenvectors
	a := normal(n, k, random)
	s := mat.NewDense(n, n, nil)
	s.Mul(a, a.T())
	for i := range n {
		s.Set(i, i, s.At(i, i)+0.1)
	}
	some, err := newPrincipal(s, k)
	if err != nil {
		t.Fatal(err)
	}
	var sv mat.Dense
	sv.Mul(s, some.vectors)
	for j := range k {
		// the gap after the third eigenvalue is a factor of 1000, so 30 rounds leave only rounding errors
		for i := range n {
			if d := sv.At(i, j) - some.values[j]*some.vectors.At(i, j); !(math.Abs(d) <= 1e-8*some.values[0]) {
				t.Fatalf("column %d is not an eigenvector of value %g", j, some.values[j])
			}
		}
	}
	if some.values[0] < some.values[1] || some.values[1] < some.values[2] || some.values[2] < 100 {
		t.Errorf("values %v", some.values[:k])
	}
}
