package kernel

import "math"

// Exp returns e^x. In float64 it is math.Exp. In float32 it is a polynomial with a relative error of 2.6e-7,
// four times as fast. The polynomial is exact at 0, +Inf above the largest float32, 0 below the smallest normal
// one, and keeps NaN.
func Exp[T Float](x T) T {
	if v, ok := any(x).(float32); ok {
		return T(power2(float64(v) * math.Log2E))
	}
	return T(math.Exp(float64(x)))
}

// exp2 returns 2^x, as accurate as Exp.
func exp2[T Float](x T) T {
	if v, ok := any(x).(float32); ok {
		return T(power2(float64(v)))
	}
	return T(math.Exp2(float64(x)))
}

// power2 returns 2^y. It splits y = n + g, |g| <= 1/2; the polynomial is the minimax polynomial of degree 5 for
// 2^g.
func power2(y float64) float32 {
	if !(y > -126 && y < 128) {
		switch {
		case y != y:
			return float32(y)
		case y < 0:
			return 0
		}
		return float32(math.Inf(1))
	}
	const round = 3 << 51 // adding this leaves the nearest integer in the low bits
	b := y + round
	n := int32(math.Float64bits(b))
	g := float32(y - (b - round))
	p := float32(0.0013276452664285898)
	p = p*g + 0.009675541892647743
	p = p*g + 0.05550713464617729
	p = p*g + 0.24022120237350464
	p = p*g + 0.6931469440460205
	p = p*g + 1
	if n == 128 { // 2^128 is not a float32, but 2^128 p may be
		return p * 2 * math.Float32frombits(254<<23)
	}
	return p * math.Float32frombits(uint32(n+127)<<23)
}
