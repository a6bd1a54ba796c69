package evaluate

import (
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/mat"
)

// PartialCorrelation is KL( q(z) || prod_g q(z_g) ) of the mixture that the posteriors N(mu_i, std^2) of n bins make, by Monte Carlo:
// the mean over samples z of ln q(z) - sum_g ln q(z_g), where q(z) is the mean of all n densities, with no weights. mu is (n,K), std
// (K), and every eps (n,K) gives one sample a bin.
func PartialCorrelation(mu *mat.Dense, std []float64, groups Groups, eps ...*mat.Dense) float64 {
	n, _ := mu.Dims()
	sum := 0.0
	e := make([]float64, len(groups)*n)
	for _, noise := range eps {
		for i := range n {
			sum += sampleCorrelation(mu, std, groups, i, noise.RawRowView(i), e)
		}
	}
	return sum/float64(n*len(eps)) + float64(len(groups)-1)*math.Log(float64(n))
}

// sampleCorrelation is ln sum_j J_j - sum_g ln sum_j E^g_j for bin i's sample; e (groups, n) is room. The densities' constants cancel.
func sampleCorrelation(mu *mat.Dense, std []float64, groups Groups, i int, eps, e []float64) float64 {
	n, _ := mu.Dims()
	m := mu.RawRowView(i)
	for g, ks := range groups {
		for j := range n {
			row, d := mu.RawRowView(j), 0.0
			for _, k := range ks {
				v := (m[k]-row[k])/std[k] + eps[k]
				d += v * v
			}
			e[g*n+j] = math.Exp(-0.5 * d)
		}
	}
	out, joint := 0.0, 0.0
	for g := range groups {
		s := 0.0
		for _, v := range e[g*n : (g+1)*n] {
			s += v
		}
		out -= math.Log(s)
	}
	for j := range n {
		p := 1.0
		for g := range groups {
			p *= e[g*n+j]
		}
		joint += p
	}
	return out + math.Log(joint)
}

// Noise draws count standard normal arrays (n,K).
func Noise(r *rand.Rand, count, n, k int) []*mat.Dense {
	out := make([]*mat.Dense, count)
	for i := range out {
		x := make([]float64, n*k)
		for j := range x {
			x[j] = r.NormFloat64()
		}
		out[i] = mat.NewDense(n, k, x)
	}
	return out
}
