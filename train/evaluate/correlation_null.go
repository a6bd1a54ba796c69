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

// ShiftedPartialCorrelations returns count values that [PartialCorrelation] takes when groups have nothing to do with
// one another: each time, the groups' posteriors and their samples are shifted in time against one another, circularly,
// any two of G groups by at least n/(5 G) bins. A record that holds few of the latents' own time scales makes these
// values large, too, so the partial correlation must be compared with them. Rows of mu (n,K), and of std if it has n
// rows, must follow one another in time; every eps (n,K) is one sample a bin.
//
// A shift changes no density within a group, so these are computed once, and a shift costs n^2 products. They take 4 G
// n^2 bytes.
func ShiftedPartialCorrelations(
	mu, std *mat.Dense, groups Groups, count int, random *rand.Rand, eps ...*mat.Dense,
) []float64 {
	n, _ := mu.Dims()
	shifts := make([][]int, count)
	for i := range shifts {
		shifts[i] = apart(len(groups), n, random)
	}
	values, densities := make([]float64, count), make([]*groupDensity, len(groups))
	for _, sample := range eps {
		for g, latents := range groups {
			densities[g] = newGroupDensity(mu, std, sample, latents)
		}
		addShifted(values, densities, shifts, 1/float64(len(eps)))
	}
	return values
}

// addShifted adds a share of the partial correlation under each of the shifts to the values, on all processors.
func addShifted(values []float64, densities []*groupDensity, shifts [][]int, share float64) {
	var next atomic.Int64
	var workers sync.WaitGroup
	for range min(len(shifts), runtime.GOMAXPROCS(0)) {
		workers.Go(func() {
			room := make([]float32, densities[0].n)
			for i := int(next.Add(1)) - 1; i < len(shifts); i = int(next.Add(1)) - 1 {
				values[i] += share * shiftedCorrelation(densities, shifts[i], room)
			}
		})
	}
	workers.Wait()
}

// groupDensity is the densities of one group's samples.
type groupDensity struct {
	n        int
	of       []float32 // (n,n) density of bin i's sample under bin j's posterior, up to a factor of i
	marginal float64   // the sum over i of the logarithm of row i's sum
}

// newGroupDensity computes them for some latents. The factor makes the density of a sample that is its own bin's mean
// 1.
func newGroupDensity(mu, std, eps *mat.Dense, latents []int) *groupDensity {
	n, _ := mu.Dims()
	rows, _ := std.Dims()
	d := &groupDensity{n: n, of: make([]float32, n*n)}
	precision, volume := mat.NewDense(len(latents), n, nil), make([]float64, n) // 1/s and sum ln s, of every bin
	for j := range n {
		for l, k := range latents {
			s := std.At(min(j, rows-1), k)
			precision.Set(l, j, 1/s)
			volume[j] += math.Log(s)
		}
	}
	logs := make([]float64, n)
	for i := range n {
		for j := range logs {
			logs[j] = volume[i] - volume[j]
		}
		for l, k := range latents {
			z, means := mu.At(i, k)+eps.At(i, k)/precision.At(l, i), mu.ColView(k)
			for j, p := range precision.RawRowView(l) {
				u := (z - means.AtVec(j)) * p
				logs[j] -= 0.5 * u * u
			}
		}
		sum := 0.0
		for j, l := range logs {
			v := math.Exp(l)
			d.of[i*n+j] = float32(v)
			sum += v
		}
		d.marginal += math.Log(sum)
	}
	return d
}

// shifted writes row i of the densities, both bins moved by some places, into dst (n), or multiplies dst by it.
func (d *groupDensity) shifted(dst []float32, i, by int, multiply bool) {
	from := (i - by%d.n + d.n) % d.n
	row := d.of[from*d.n : (from+1)*d.n]
	cut := (d.n - by%d.n) % d.n // bin j of the moved group is bin j - by of the row
	for _, part := range [2]struct{ dst, row []float32 }{{dst[:d.n-cut], row[cut:]}, {dst[d.n-cut:], row[:cut]}} {
		if !multiply {
			copy(part.dst, part.row)
			continue
		}
		for j, v := range part.row {
			part.dst[j] *= v
		}
	}
}

// shiftedCorrelation returns the partial correlation with group g moved by shifts[g] bins; room (n) is overwritten.
func shiftedCorrelation(groups []*groupDensity, shifts []int, room []float32) float64 {
	n, sum := len(room), 0.0
	for _, d := range groups {
		sum -= d.marginal
	}
	for i := range n {
		for g, d := range groups {
			d.shifted(room, i, shifts[g], g > 0)
		}
		joint := 0.0
		for _, v := range room {
			joint += float64(v)
		}
		sum += math.Log(joint)
	}
	return sum/float64(n) + float64(len(groups)-1)*math.Log(float64(n))
}

// apart draws places for count groups on a circle of n bins, any two of them n/(5 count) apart at least: between places
// that are drawn anywhere on what is left, that much is put in.
func apart(count, n int, random *rand.Rand) []int {
	least := n / (5 * count)
	places := make([]int, count)
	for i := range places[1:] {
		places[i+1] = random.IntN(n - count*least)
	}
	slices.Sort(places)
	for i := range places {
		places[i] += i * least
	}
	random.Shuffle(count, func(i, j int) { places[i], places[j] = places[j], places[i] })
	return places
}
