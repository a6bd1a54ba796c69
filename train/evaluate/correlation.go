package evaluate

import (
	"math"
	"math/rand/v2"
	"runtime"
	"sync"
	"sync/atomic"

	"gonum.org/v1/gonum/mat"
)

// PartialCorrelation is KL( q(z) || prod_g q(z_g) ) of the mixture that the posteriors N(mu_i, std^2) of n bins make, by Monte Carlo:
// the mean over samples z of ln q(z) - sum_g ln q(z_g), where q(z) is the mean of all n densities, with no weights. mu is (n,K), std
// (K), and every eps (n,K) gives one sample a bin. Of groups of one latent, [Singles], it is the total correlation.
//
// Its time grows with the square of the bins and is shared by all processors, whose number changes no bit of it. Beside its arguments it
// takes the memory of another mu.
func PartialCorrelation(mu *mat.Dense, std []float64, groups Groups, eps ...*mat.Dense) float64 {
	n, _ := mu.Dims()
	m := newMixture(mu, std, groups)
	tasks := (n + task - 1) / task
	values := make([]float64, tasks*len(eps)) // added up in order, whoever worked on them
	var next atomic.Int64
	var workers sync.WaitGroup
	for range min(len(values), runtime.GOMAXPROCS(0)) {
		workers.Go(func() {
			room := newRoom(m)
			for t := int(next.Add(1)) - 1; t < len(values); t = int(next.Add(1)) - 1 {
				first := t % tasks * task
				for i := first; i < min(n, first+task); i++ {
					values[t] += m.term(i, eps[t/tasks].RawRowView(i), room)
				}
			}
		})
	}
	workers.Wait()
	sum := 0.0
	for _, v := range values {
		sum += v
	}
	return sum/float64(n*len(eps)) + float64(len(groups)-1)*math.Log(float64(n))
}

const (
	task  = 32  // samples that a worker takes at a time
	block = 256 // bins that a sample is compared with at a time: few enough for the fastest cache
)

// mixture is n posteriors, in units in which a pair's density is 2^(-d/fineness), d the squared distance.
type mixture struct {
	n     int
	unit  float64 // a standard deviation
	power *power
	parts [][]latent // of each group
}

type latent struct {
	column int
	v      []float64 // the n means
}

func newMixture(mu *mat.Dense, std []float64, groups Groups) *mixture {
	n, _ := mu.Dims()
	m := &mixture{n: n, unit: math.Sqrt(fineness * math.Log2E / 2), power: newPower()}
	for _, g := range groups {
		var part []latent
		for _, k := range g {
			l := latent{column: k, v: make([]float64, n)}
			for i := range l.v {
				l.v[i] = mu.At(i, k) / std[k] * m.unit
			}
			part = append(part, l)
		}
		m.parts = append(m.parts, part)
	}
	return m
}

// room is what one worker needs.
type room struct {
	distance, joint []float64 // (block)
	sums            []float64 // of each group's densities
}

func newRoom(m *mixture) *room {
	return &room{distance: make([]float64, block), joint: make([]float64, block), sums: make([]float64, len(m.parts))}
}

// term is ln sum_j J_j - sum_g ln sum_j E^g_j for a sample of bin i, where E^g_j is its density under bin j's posterior in group g and
// J_j their product. The constants cancel, and bin i itself keeps the sums away from 0.
func (m *mixture) term(i int, eps []float64, r *room) float64 {
	clear(r.sums)
	joint := 0.0
	for lo := 0; lo < m.n; lo += block {
		hi := min(m.n, lo+block)
		d, products, sum := r.distance[:hi-lo], r.joint[:hi-lo], 0.0
		for j := range products {
			products[j] = 1
		}
		for g, part := range m.parts {
			clear(d)
			for _, l := range part {
				u, v := l.v[i]+m.unit*eps[l.column], l.v[lo:hi]
				for j := range d {
					d[j] += (u - v[j]) * (u - v[j])
				}
			}
			var own float64
			own, sum = m.power.multiply(products, d)
			r.sums[g] += own
		}
		joint += sum
	}
	out := math.Log(joint)
	for _, s := range r.sums {
		out -= math.Log(s)
	}
	return out
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
