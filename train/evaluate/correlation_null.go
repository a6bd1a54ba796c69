package evaluate

import (
	"math/rand/v2"

	"gonum.org/v1/gonum/mat"
)

// ShiftedPartialCorrelations is what [PartialCorrelation] comes to where groups have nothing to do with one another: each of count times, the means of every group but the
// first are moved in time against the others', circularly, by at least a tenth of the bins. A record that holds few of the latents' own time scales makes these large too, which is
// what the partial correlation is to be compared with. Rows of mu (n,K) are to follow one another in time.
func ShiftedPartialCorrelations(mu, std *mat.Dense, groups Groups, count int, random *rand.Rand, eps ...*mat.Dense) []float64 {
	n, _ := mu.Dims()
	values := make([]float64, count)
	moved, wide := mat.DenseCopyOf(mu), mat.DenseCopyOf(std)
	perBin := wide.RawMatrix().Rows == n
	for i := range values {
		for _, g := range groups[1:] {
			by := n/10 + random.IntN(max(1, n-2*(n/10)))
			for t := range n {
				for _, k := range g {
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
