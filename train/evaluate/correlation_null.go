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

// ShiftedPartialCorrelations returns the circular-shift control of [PartialCorrelation]: count values for groups that
// are independent. For each value it shifts the groups' posteriors and samples circularly in time. Any two of G
// groups are shifted against one another by at least n/(5 G) bins.
//
// A recording that is short compared with the latents' time scales makes these values large. It makes the partial
// correlation itself large too, so the two must be compared. Rows of mu (n,K), and of std if it has n rows, must
// follow one another in time. Each eps (n,K) gives one sample per bin.
//
// A shift changes no density within a group. So the densities are computed once, in 4 G n^2 bytes, and each shift
// costs n^2 products.
func ShiftedPartialCorrelations(mu, std *mat.Dense, groups Groups, count int, random *rand.Rand,
	eps ...*mat.Dense) []float64 {
	n, _ := mu.Dims()
	shifts := make([][]int, count)
	for i := range shifts {
		shifts[i] = drawShifts(len(groups), n, random)
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

// addShifted adds share times the partial correlation under each shift to the values. It uses all processors.
func addShifted(values []float64, densities []*groupDensity, shifts [][]int, share float64) {
	var next atomic.Int64
	var workers sync.WaitGroup
	for range min(len(shifts), runtime.GOMAXPROCS(0)) {
		workers.Go(func() {
			row := make([]float32, densities[0].n)
			for i := int(next.Add(1)) - 1; i < len(shifts); i = int(next.Add(1)) - 1 {
				values[i] += share * shiftedCorrelation(densities, shifts[i], row)
			}
		})
	}
	workers.Wait()
}

// groupDensity holds the densities of one group's samples.
type groupDensity struct {
	n        int
	of       []float32 // (n,n) density of bin i's sample under bin j's posterior, up to a factor for each i
	marginal float64   // sum over i of the logarithm of row i's sum
}

// newGroupDensity computes the densities for some latents. A sample that equals its own bin's mean has the density 1.
func newGroupDensity(mu, std, eps *mat.Dense, latents []int) *groupDensity {
	n, _ := mu.Dims()
	rows, _ := std.Dims()
	d := &groupDensity{n: n, of: make([]float32, n*n)}
	precision, volume := mat.NewDense(len(latents), n, nil), make([]float64, n) // 1/s and sum ln s of every bin
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

// shifted writes row i of the densities, with both bins shifted, into dst (n). If multiply is set, it multiplies dst
// by the row.
func (d *groupDensity) shifted(dst []float32, i, by int, multiply bool) {
	from := (i - by%d.n + d.n) % d.n
	row := d.of[from*d.n : (from+1)*d.n]
	cut := (d.n - by%d.n) % d.n // bin j of the shifted group is bin j - by of the row
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

// shiftedCorrelation returns the partial correlation with group g shifted by shifts[g] bins. It overwrites row (n).
func shiftedCorrelation(groups []*groupDensity, shifts []int, row []float32) float64 {
	n, sum := len(row), 0.0
	for _, d := range groups {
		sum -= d.marginal
	}
	for i := range n {
		for g, d := range groups {
			d.shifted(row, i, shifts[g], g > 0)
		}
		joint := 0.0
		for _, v := range row {
			joint += float64(v)
		}
		sum += math.Log(joint)
	}
	return sum/float64(n) + float64(len(groups)-1)*math.Log(float64(n))
}

// drawShifts draws a shift for each of count groups on a circle of n bins, any two at least n/(5 count) apart. It draws
// sorted places on the circle without these gaps, and then inserts the gaps between them.
func drawShifts(count, n int, random *rand.Rand) []int {
	gap := n / (5 * count)
	places := make([]int, count)
	for i := range places[1:] {
		places[i+1] = random.IntN(n - count*gap)
	}
	slices.Sort(places)
	for i := range places {
		places[i] += i * gap
	}
	random.Shuffle(count, func(i, j int) { places[i], places[j] = places[j], places[i] })
	return places
}
