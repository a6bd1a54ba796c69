package simulate

import (
	"fmt"
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/stat"
)

// newVoltageNetwork draws the maps A and the bias and computes B, for two latents per group.
//
// The group of the puff comes first, and its maps and rows of B consist of whole regions. J_50 is a quarter turn per
// frame, z1 <- -z2 and z2 <- z1. Two latents can then carry a pathway, because a latent need not be read from the
// regions that it writes to. Row 1 of B reads the posterior half of right S2 barrel, negatively. Row 2 reads its
// anterior half and left M2. Each row is scaled for its entry of J. The other maps are orthogonal to these two rows,
// so that B_50 A_other = 0, and the other rows are J pinv(A). So B A is J, except where the blur makes the halves
// overlap.
func newVoltageNetwork(c *cortex, dynamics *mat.Dense, rng *rand.Rand) (*network, error) {
	K, _ := dynamics.Dims()
	N := len(c.pixels)
	a := voltageMaps(c, K, rng)
	template := [2][]float64{c.maskWhere(posteriorBarrel), c.maskWhere(anteriorBarrel)}
	floats.Scale(-1, template[0])
	floats.AddScaled(template[1], .5, c.mask("lM2"))
	for k, t := range template {
		other := 1 - k // the source of this latent in the quarter turn
		floats.Scale(math.Abs(dynamics.At(k, other)/dot(t, mat.Col(nil, other, a))), t)
		for l := 2; l < K; l++ { // the templates do not overlap, so they can be projected out one by one
			column := mat.Col(nil, l, a)
			floats.AddScaled(column, -dot(t, column)/dot(t, t), t)
			a.SetCol(l, column)
		}
	}
	var gram, inverse mat.Dense // pinv(A) = (A'A)^-1 A'; the maps are far from collinear
	gram.Mul(a.T(), a)
	if err := inverse.Solve(&gram, a.T()); err != nil {
		return nil, fmt.Errorf("simulating voltage imaging: the random maps are collinear: %w: choose "+
			"another seed", err)
	}
	net := &network{a: a, b: mat.NewDense(K, N, nil), c: make([]float64, K), bias: normals(N, .05, rng), noiseStd: .15}
	net.b.Mul(dynamics, &inverse)
	for k, t := range template {
		net.b.SetRow(k, t)
	}
	return net, nil
}

func anteriorBarrel(region string, y float64) bool  { return region == "rS2b" && y < .5 }
func posteriorBarrel(region string, y float64) bool { return region == "rS2b" && y >= .5 }

// voltageMaps returns A (N,K). The puff's first latent is written to the anterior half of right S2 barrel, negatively
// to right M2 and weakly to left M2. The second is written to the posterior half of right S2 barrel and to both RSC.
// All others are smooth random fields, mostly equal on the left and right. Columns 2 and 4 (heartbeat and delta) are
// raised so that most of the cortex has one sign.
func voltageMaps(c *cortex, K int, rng *rand.Rand) *mat.Dense {
	const gain, edge = .15, .012 // a map's root mean square; the blur at a region's edge as a fraction of the side
	a := mat.NewDense(len(c.pixels), K, nil)
	first, second := c.maskWhere(anteriorBarrel), c.maskWhere(posteriorBarrel)
	floats.AddScaled(first, -.8, c.mask("rM2"))
	floats.AddScaled(first, .35, c.mask("lM2"))
	floats.AddScaled(second, .8, c.mask("lRSC"))
	floats.AddScaled(second, .8, c.mask("rRSC"))
	for k, field := range [][]float64{first, second} {
		field = c.soften(field, edge)
		floats.Scale(1.6*gain, field)
		a.SetCol(k, field)
	}
	for k := 2; k < K; k++ {
		even, odd := c.randomField(rng), c.randomField(rng)
		grid := make([]float64, len(even))
		for p := range grid {
			mirrored := p - p%c.side + c.side - 1 - p%c.side
			grid[p] = (even[p]+even[mirrored])/1.4 + .5*odd[p]
			if k == 2 || k == 4 {
				grid[p] += .7
			}
		}
		field := c.inBrain(grid)
		floats.Scale(gain*math.Sqrt(float64(len(field)))/floats.Norm(field, 2), field)
		a.SetCol(k, field)
	}
	return a
}

// randomField returns a smooth grid of standard deviation 1.
func (c *cortex) randomField(rng *rand.Rand) []float64 {
	grid := c.blur(normals(c.side*c.side, 1, rng), .12)
	floats.Scale(1/stat.PopStdDev(grid, nil), grid)
	return grid
}

// keep restricts the network to the given latents.
func (net *network) keep(latents []int) {
	N, _ := net.a.Dims()
	a, b := mat.NewDense(N, len(latents), nil), mat.NewDense(len(latents), N, nil)
	c := make([]float64, len(latents))
	for i, k := range latents {
		a.SetCol(i, mat.Col(nil, k, net.a))
		b.SetRow(i, net.b.RawRowView(k))
		c[i] = net.c[k]
	}
	net.a, net.b, net.c = a, b, c
}
