package evaluate

import "math"

// fineness is the number of steps that a factor of two is divided into.
const fineness = 128

// power holds the bits of 2^(i/fineness) for i = 0 ... fineness-1.
type power [fineness]uint64

func newPower() *power {
	var p power
	for i := range p {
		p[i] = math.Float64bits(math.Exp2(float64(i) / fineness))
	}
	return &p
}

// multiply multiplies each product by e = 2^(-d/fineness) of its d >= 0. It returns the sum of all e and the sum of
// all products. Its relative error is at most 2e-15, and it is several times as fast as math.Exp2. No e is less than
// 2^-1000.
//
// It splits -d into i + r, with i whole and |r| <= 1/2. The table gives 2^(i/fineness) except the exponent, and four
// terms of the series give 2^(r/fineness).
func (p *power) multiply(products, d []float64) (sum, joint float64) {
	const (
		whole = 3 << 51 // adding it leaves the nearest integer in the low bits
		c1    = math.Ln2 / fineness
		c2    = c1 * c1 / 2
		c3    = c2 * c1 / 3
		c4    = c3 * c1 / 4
	)
	products = products[:len(d)]
	for j, d := range d {
		d = min(d, 1000*fineness)
		b := whole - d
		i := int32(math.Float64bits(b))
		r := whole - b - d
		e := math.Float64frombits(p[i&(fineness-1)]+uint64(i>>7)<<52) * (1 + r*(c1+r*(c2+r*(c3+r*c4))))
		sum += e
		e *= products[j]
		products[j] = e
		joint += e
	}
	return sum, joint
}
