package simulate

import (
	"fmt"
	"math"
)

// cortex is the dorsal cortex from above: side x side pixels, of which N are in the brain. A place is x from -1 (left)
// to 1 (right) and y from 0 (anterior) to 1 (posterior). A field has one value per brain pixel (N), a grid one value
// per pixel (side x side).
type cortex struct {
	side   int
	pixels []int    // N; row*side + column of each pixel in the brain
	region []string // N; "" outside the regions
}

// area is a region, shaped as an ellipse and mirrored at the midline: |x| and y of its centre, and its radii.
type area struct {
	name         string
	x, y, rx, ry float64
}

// areas returns the regions of one hemisphere, which do not overlap.
func areas() []area {
	return []area{
		{"M2", .17, .20, .11, .13},  // secondary motor cortex
		{"M1", .46, .25, .13, .12},  // primary motor cortex
		{"S1", .50, .47, .13, .08},  // primary somatosensory cortex, limbs and trunk
		{"S2b", .76, .50, .11, .12}, // secondary somatosensory cortex, barrel field
		{"PPC", .42, .64, .12, .06}, // posterior parietal cortex
		{"RSC", .12, .72, .09, .17}, // retrosplenial cortex
		{"V1", .50, .82, .17, .10},  // primary visual cortex
	}
}

func newCortex(side int) *cortex {
	c := &cortex{side: side}
	for p := range side * side {
		x, y := c.place(p)
		if square(x/.98)+square((y-.5)/.49) <= 1 {
			c.pixels = append(c.pixels, p)
			c.region = append(c.region, regionAt(x, y))
		}
	}
	return c
}

// place returns the centre of a pixel of the grid.
func (c *cortex) place(pixel int) (x, y float64) {
	side := float64(c.side)
	return 2*(float64(pixel%c.side)+.5)/side - 1, (float64(pixel/c.side) + .5) / side
}

// regionAt returns the region at a place, with the hemisphere first: "lM2", "rS2b". It returns "" between the regions.
func regionAt(x, y float64) string {
	hemisphere := "r"
	if x < 0 {
		hemisphere = "l"
	}
	for _, a := range areas() {
		if square((math.Abs(x)-a.x)/a.rx)+square((y-a.y)/a.ry) <= 1 {
			return hemisphere + a.name
		}
	}
	return ""
}

// mask returns the field that is 1 in a region and 0 elsewhere.
func (c *cortex) mask(region string) []float64 {
	return c.maskWhere(func(r string, _ float64) bool { return r == region })
}

// maskWhere returns the field that is 1 where in(region, y) holds.
func (c *cortex) maskWhere(in func(region string, y float64) bool) []float64 {
	m := make([]float64, len(c.pixels))
	for n, p := range c.pixels {
		if _, y := c.place(p); in(c.region[n], y) {
			m[n] = 1
		}
	}
	return m
}

// inBrain returns the brain pixels of a grid, as a field.
func (c *cortex) inBrain(grid []float64) []float64 {
	field := make([]float64, len(c.pixels))
	for n, p := range c.pixels {
		field[n] = grid[p]
	}
	return field
}

// soften blurs a field, which is 0 outside the brain; sigma is a fraction of the grid's side.
func (c *cortex) soften(field []float64, sigma float64) []float64 {
	grid := make([]float64, c.side*c.side)
	for n, p := range c.pixels {
		grid[p] = field[n]
	}
	return c.inBrain(c.blur(grid, sigma))
}

// blur convolves a grid with a Gaussian, one axis after the other. Its standard deviation is sigma times the side, and
// it is cut off at four standard deviations. The grid is mirrored at its edges.
func (c *cortex) blur(grid []float64, sigma float64) []float64 {
	return c.blurRows(c.blurRows(grid, sigma*float64(c.side)), sigma*float64(c.side))
}

// blurRows blurs every row and transposes the grid; sigma is in pixels.
func (c *cortex) blurRows(grid []float64, sigma float64) []float64 {
	P, radius := c.side, int(4*sigma+.5)
	weight, total := make([]float64, 2*radius+1), 0.0
	for i := range weight {
		weight[i] = math.Exp(-.5 * square(float64(i-radius)/sigma))
		total += weight[i]
	}
	out := make([]float64, P*P)
	for row := range P {
		for col := range P {
			sum := 0.0
			for i, w := range weight {
				at := col + i - radius
				if at < 0 {
					at = -1 - at
				}
				if at >= P {
					at = 2*P - 1 - at
				}
				sum += w / total * grid[row*P+at]
			}
			out[col*P+row] = sum
		}
	}
	return out
}

// name returns the name of a pixel's channel.
func (c *cortex) name(pixel int) string { return fmt.Sprintf("y%02dx%02d", pixel/c.side, pixel%c.side) }

func square(x float64) float64 { return x * x }
