package evaluate

import (
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"

	"gonum.org/v1/gonum/mat"
)

// PartialCorrelation estimates KL( q(z) || prod_g q(z_g) ) in nats by Monte Carlo: the mean over samples z of ln q(z)
// - sum_g ln q(z_g). Here q is the mixture of the posteriors N(mu_i, std_i^2) of n bins, with equal weights. mu is
// (n,K). std is (1,K), or (n,K) if every bin has its own. Each eps (n,K) gives one sample per bin. For
// [SingletonGroups] it is the total correlation.
//
// Its time grows with the square of n. All processors share the work, and their number does not change the result. It
// allocates the memory of one more mu, and of two further ones if every bin has its own std.
func PartialCorrelation(mu, std *mat.Dense, groups Groups, eps ...*mat.Dense) float64 {
	n, _ := mu.Dims()
	m := newMixture(mu, std, groups)
	tasks := (n + task - 1) / task
	values := make([]float64, tasks*len(eps)) // added up in a fixed order, whichever worker computed them
	var next atomic.Int64
	var workers sync.WaitGroup
	for range min(len(values), runtime.GOMAXPROCS(0)) {
		workers.Go(func() {
			work := newWorkspace(m)
			for t := int(next.Add(1)) - 1; t < len(values); t = int(next.Add(1)) - 1 {
				first := t % tasks * task
				for i := first; i < min(n, first+task); i++ {
					values[t] += m.term(i, eps[t/tasks].RawRowView(i), work)
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
	block = 256 // bins that a sample is compared with at a time; their arrays fit in the fastest cache
)

// mixture holds n posteriors. Its unit makes the density of a pair of bins 2^(-d/fineness), where d is their squared
// distance.
type mixture struct {
	n     int
	unit  float64 // one standard deviation in this unit
	power *power
	parts []groupMixture // one per group
}

// groupMixture holds the latents of one group.
type groupMixture struct {
	latents []latent
	// lower (n) holds how much lower the peak of each bin's density is than the highest peak, as an addition to d. It
	// is nil if all bins have one std, because then the peaks are equal.
	lower []float64
}

type latent struct {
	column int
	v      []float64 // (n) means, in the mixture's unit if all bins have one std
	per    []float64 // (n) factors from v to the mixture's unit; nil if all bins have one std
}

func newMixture(mu, std *mat.Dense, groups Groups) *mixture {
	n, _ := mu.Dims()
	m := &mixture{n: n, unit: math.Sqrt(fineness * math.Log2E / 2), power: newPower()}
	rows, _ := std.Dims()
	for _, g := range groups {
		var p groupMixture
		if rows > 1 {
			p.lower = make([]float64, n)
		}
		for _, k := range g {
			l := latent{column: k, v: mat.Col(nil, k, mu)}
			s := mat.Col(nil, k, std)
			if rows > 1 {
				l.per = s
				least := slices.Min(s)
				for i := range s {
					p.lower[i] += fineness * math.Log2(s[i]/least)
					l.per[i] = m.unit / s[i]
				}
			} else {
				for i := range l.v {
					l.v[i] = l.v[i] / s[0] * m.unit
				}
			}
			p.latents = append(p.latents, l)
		}
		m.parts = append(m.parts, p)
	}
	return m
}

// add adds the squared distances between the sample of bin i and the means of the bins from lo on to d. The sample is
// eps units away from the mean of bin i.
func (l latent) add(d []float64, lo, i int, eps float64) {
	v := l.v[lo : lo+len(d)]
	if l.per == nil {
		u := l.v[i] + eps
		for j := range d {
			d[j] += (u - v[j]) * (u - v[j])
		}
		return
	}
	u, per := l.v[i]+eps/l.per[i], l.per[lo:lo+len(d)]
	for j := range d {
		x := (u - v[j]) * per[j]
		d[j] += x * x
	}
}

// workspace holds the buffers of one worker.
type workspace struct {
	distance, joint []float64 // (block)
	sums            []float64 // of each group's densities
}

func newWorkspace(m *mixture) *workspace {
	buffers := make([]float64, 2*block)
	return &workspace{distance: buffers[:block], joint: buffers[block:], sums: make([]float64, len(m.parts))}
}

// term computes ln sum_j J_j - sum_g ln sum_j E^g_j for a sample of bin i. E^g_j is the sample's density under bin
// j's posterior in group g, and J_j is the product of E^g_j over groups. Factors that all densities share cancel. The
// density under bin i's own posterior keeps the sums above 0.
func (m *mixture) term(i int, eps []float64, w *workspace) float64 {
	clear(w.sums)
	joint := 0.0
	for lo := 0; lo < m.n; lo += block {
		hi := min(m.n, lo+block)
		d, products, sum := w.distance[:hi-lo], w.joint[:hi-lo], 0.0
		for j := range products {
			products[j] = 1
		}
		for g, part := range m.parts {
			clear(d)
			if part.lower != nil {
				copy(d, part.lower[lo:hi])
			}
			for _, l := range part.latents {
				l.add(d, lo, i, m.unit*eps[l.column])
			}
			var own float64
			own, sum = m.power.multiply(products, d)
			w.sums[g] += own
		}
		joint += sum
	}
	out := math.Log(joint)
	for _, s := range w.sums {
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
