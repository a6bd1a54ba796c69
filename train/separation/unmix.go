package separation

import (
	"errors"
	"fmt"
	"math"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"

	"facrnn/train/internal/regress"
)

// Unmixing is an affine map from latents to components, s(t) = W'(z(t) - Mean). Over the bins that it was found from,
// the components are uncorrelated, with mean 0 and variance 1.
type Unmixing struct {
	W    *mat.Dense // (K,K), one component per column
	Mean []float64  // K
}

// Apply returns the components (T,K) of latents z (T,K).
func (u *Unmixing) Apply(z *mat.Dense) *mat.Dense {
	bins, k := z.Dims()
	s := mat.NewDense(bins, k, nil)
	for t := range bins {
		floats.SubTo(s.RawRowView(t), z.RawRowView(t), u.Mean)
	}
	s.Mul(mat.DenseCopyOf(s), u.W)
	return s
}

// unmix separates latents z (T,K) into components by JADE (Cardoso and Souloumiac 1993) and SOBI (Belouchrani and
// others 1997) together: a rotation of the whitened latents that diagonalizes two sets of matrices with equal
// weights. The fourth cumulants separate components that are not Gaussian. The covariances at lags of 1, 2, 3, 5, 8,
// 12 and 20 bins separate Gaussian components with different spectra. Each method fails if only the other's condition
// holds.
//
// Lags at which fewer than a quarter of the bins have a partner in their stretch are left out, because they are
// mostly noise. It returns an error if latents are linearly dependent.
func unmix(z *mat.Dense, ss []stretch) (*Unmixing, error) {
	u, err := whitening(z)
	if err != nil {
		return nil, fmt.Errorf("unmix latents: %w", err)
	}
	white := u.Apply(z)
	ms := cumulants(white)
	for _, lag := range []int{1, 2, 3, 5, 8, 12, 20} {
		if 4*pairs(ss, lag) >= total(ss) {
			ms = append(ms, laggedCovariance(white, ss, lag))
		}
	}
	u.W.Mul(mat.DenseCopyOf(u.W), diagonalize(ms))
	return u, nil
}

// whitening returns the map to uncorrelated latents of variance 1, along the principal axes.
func whitening(z *mat.Dense) (*Unmixing, error) {
	_, k := z.Dims()
	m := regress.MomentsOf(z)
	u := &Unmixing{Mean: m.Mean()}
	identity := mat.NewDense(k, k, nil)
	for i := range k {
		identity.Set(i, i, 1)
	}
	p, err := ritz(m.Covariance(u.Mean), identity)
	if err != nil {
		return nil, err
	}
	if p.values[k-1] <= 1e-10*p.values[0] {
		return nil, errors.New("the latents are linearly dependent; choose fewer")
	}
	u.W = p.vectors
	for j, v := range p.values {
		for i := range k {
			u.W.Set(i, j, u.W.At(i, j)/math.Sqrt(v))
		}
	}
	return u, nil
}

// cumulants returns JADE's matrices for white latents. For i >= j, the matrix over k, l is cum(z_i, z_j, z_k, z_l) =
// mean(z_i z_j z z') - d_ij I - e_i e_j' - e_j e_i'. It is multiplied by sqrt 2 if i and j differ, because it also
// stands for j, i.
func cumulants(white *mat.Dense) []*mat.Dense {
	bins, k := white.Dims()
	_, cols := pairIndex(k)
	fourth := regress.NewMoments(make([]float64, len(cols)))
	const chunk = 512 // the products of all bins at once would need many times the memory of the latents
	for lo := 0; lo < bins; lo += chunk {
		part := products(white.Slice(lo, min(bins, lo+chunk), 0, k).(*mat.Dense))
		rows, _ := part.Dims()
		fourth.Add(part, 0, rows)
	}
	return cumulantMatrices(fourth, k)
}

func cumulantMatrices(fourth *regress.Moments, k int) []*mat.Dense {
	at, cols := pairIndex(k)
	var out []*mat.Dense
	for p, ij := range cols {
		i, j := ij[0], ij[1]
		q := mat.NewDense(k, k, nil)
		for a := range k {
			for b := range k {
				q.Set(a, b, fourth.Gram.At(p, at[a][b])/fourth.N)
			}
			if i == j {
				q.Set(a, a, q.At(a, a)-1)
			}
		}
		q.Set(i, j, q.At(i, j)-1)
		q.Set(j, i, q.At(j, i)-1)
		if i != j {
			q.Scale(math.Sqrt2, q)
		}
		out = append(out, q)
	}
	return out
}

// pairIndex numbers the pairs of k columns, including each column with itself. Pair number at[i][j] is columns
// cols[at[i][j]], in either order.
func pairIndex(k int) (at [][]int, cols [][2]int) {
	at = make([][]int, k)
	for i := range at {
		at[i] = make([]int, k)
	}
	for i := range k {
		for j := i; j < k; j++ {
			at[i][j], at[j][i] = len(cols), len(cols)
			cols = append(cols, [2]int{i, j})
		}
	}
	return at, cols
}

// products returns the products of all pairs of columns of x (T,K), as (T, K(K+1)/2), in the order of pairIndex.
func products(x *mat.Dense) *mat.Dense {
	bins, k := x.Dims()
	out := mat.NewDense(bins, k*(k+1)/2, nil)
	for t := range bins {
		multiplyPairs(out.RawRowView(t), x.RawRowView(t))
	}
	return out
}

func multiplyPairs(dst, x []float64) {
	p := 0
	for i, v := range x {
		for _, w := range x[i:] {
			dst[p] = v * w
			p++
		}
	}
}

// laggedCovariance returns the mean of (z(t+lag) z(t)' + z(t) z(t+lag)') / 2 over the bins with a bin lag later in
// their stretch.
func laggedCovariance(white *mat.Dense, ss []stretch, lag int) *mat.Dense {
	_, k := white.Dims()
	sum := mat.NewDense(k, k, nil)
	var part mat.Dense
	for _, s := range ss {
		if s.bins() <= lag {
			continue
		}
		part.Mul(white.Slice(s.first+lag, s.end, 0, k).T(), white.Slice(s.first, s.end-lag, 0, k))
		sum.Add(sum, &part)
	}
	sum.Scale(1/float64(pairs(ss, lag)), sum)
	part.CloneFrom(sum.T())
	sum.Add(sum, &part)
	sum.Scale(0.5, sum)
	return sum
}
