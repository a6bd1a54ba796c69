package evaluate

import (
	"math/rand/v2"
	"slices"

	"gonum.org/v1/gonum/mat"
)

// ShiftedPartialCorrelations is what [PartialCorrelation] comes to where groups have nothing to do with one another: each of count times, the groups' means are moved in time
// against one another, circularly, any two of G groups by at least n/(5 G) bins. A record that holds few of the latents' own time scales makes these large too, which is
// what the partial correlation is to be compared with. Rows of mu (n,K), and of std where it has as many, are to follow one another in time.
func ShiftedPartialCorrelations(mu, std *mat.Dense, groups Groups, count int, random *rand.Rand, eps ...*mat.Dense) []float64 {
	n, _ := mu.Dims()
	values := make([]float64, count)
	moved, wide := mat.DenseCopyOf(mu), mat.DenseCopyOf(std)
	perBin := wide.RawMatrix().Rows == n
	for i := range values {
		for g, by := range apart(len(groups), n, random) {
			for t := range n {
				for _, k := range groups[g] {
					moved.Set((t+by)%n, k, mu.At(t, k))
					if perBin {
						wide.Set((t+by)%n, k, std.At(t, k))
					}
				}
			}
		}
		values[i] = PartialCorrelation(moved, wide, groups, eps...)
	}
	return values
}

// apart draws places for count groups on a circle of n bins, any two of them n/(5 count) apart at least: between places that are drawn anywhere on what is left, that much is put in.
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
