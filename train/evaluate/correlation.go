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

// PartialCorrelation is KL( q(z) || prod_g q(z_g) ) of the mixture that the posteriors N(mu_i, std_i^2) of n bins make,
// by Monte Carlo: the mean over samples z of ln q(z) - sum_g ln q(z_g), where q(z) is the mean of all n densities, with
// no weights. mu is (n,K), std (1,K), or (n,K) where every bin has its own, and every eps (n,K) gives one sample a bin.
// Of groups of one latent, [SingletonGroups], it is the total correlation.
//
// Its time grows with the square of the bins and is shared by all processors, whose number changes no bit of it. Beside
// its arguments it takes the memory of another mu, and of two more where every bin has its own std.
func PartialCorrelation(mu, std *mat.Dense, groups Groups, eps ...*mat.Dense) float64 {
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
	parts []part // one a group
}

// part is the latents of a group.
type part struct {
	latents []latent
	// lower (n) is how much lower than the highest peak each bin's is, as what it adds to d; nil where one std for all
	// bins makes them equal.
	lower []float64
}

type latent struct {
	column int
	v      []float64 // the n means: in units where one std serves all bins, else as they are
	per    []float64 // (n) units of d in 1, of every bin; nil where one std serves them all
}

func newMixture(mu, std *mat.Dense, groups Groups) *mixture {
	n, _ := mu.Dims()
	m := &mixture{n: n, unit: math.Sqrt(fineness * math.Log2E / 2), power: newPower()}
	rows, _ := std.Dims()
	for _, g := range groups {
		var p part
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

// add adds the squared distances d of bin i's sample, which is eps units away from its mean, to the means of the bins
// from lo on.
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

// room is what one worker needs.
type room struct {
	distance, joint []float64 // (block)
	sums            []float64 // of each group's densities
}

func newRoom(m *mixture) *room {
	return &room{distance: make([]float64, block), joint: make([]float64, block), sums: make([]float64, len(m.parts))}
}

// term is ln sum_j J_j - sum_g ln sum_j E^g_j for a sample of bin i, where E^g_j is its density under bin j's posterior
// in group g and J_j their product. What all bins' densities have in common cancels, and bin i itself keeps the sums
// away from 0.
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
			if part.lower != nil {
				copy(d, part.lower[lo:hi])
			}
			for _, l := range part.latents {
				l.add(d, lo, i, m.unit*eps[l.column])
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
