package kernel_test

import (
	"math"
	"testing"

	"facrnn/layers/op/kernel"
)

// expTolerance is relative. The largest error over all float32s of 0.001 <= |x| < 1 is 2.51e-7, at 0.346641, the seam
// with the next polynomial. It is two units of the 24-bit mantissa.
const expTolerance = 2.6e-7

const smallestNormal = 0x1p-126

// checkExp compares Exp with math.Exp at one float32: within the tolerance if e^x is a normal float32, 0 below
// and +Inf above.
func checkExp(t *testing.T, x float32) {
	t.Helper()
	got, want := float64(kernel.Exp(x)), math.Exp(float64(x))
	switch {
	case want < smallestNormal:
		if got != 0 {
			t.Errorf("Exp(%.9g) = %g, want 0: e^x is %g, no normal float32", x, got, want)
		}
	case want > math.MaxFloat32:
		if !math.IsInf(got, 1) {
			t.Errorf("Exp(%.9g) = %g, want +Inf", x, got)
		}
	case !(math.Abs(got-want) <= expTolerance*want):
		t.Errorf("Exp(%.9g) = %.9g, want %.9g: off by %.2g relative", x, got, want, math.Abs(got-want)/want)
	}
}

// TestExpRange steps through the bit patterns of the finite float32s of both signs, with thousands of mantissas
// in every binade.
func TestExpRange(t *testing.T) {
	const stride = 2003 // a prime, so that the low bits of the mantissa vary
	for b := uint32(0); b < math.Float32bits(float32(math.Inf(1))); b += stride {
		checkExp(t, math.Float32frombits(b))
		checkExp(t, -math.Float32frombits(b))
		if t.Failed() {
			return
		}
	}
}

// TestExpEnds checks every float32 near the two ends: ln of the largest float32 and ln of the smallest normal
// one. It also checks the polynomial's seams, the half multiples of ln 2.
func TestExpEnds(t *testing.T) {
	seams := []float64{math.Log(math.MaxFloat32), math.Log(smallestNormal), -126.5 * math.Ln2, 127.5 * math.Ln2,
		0.5 * math.Ln2, -0.5 * math.Ln2, math.Ln2}
	for _, seam := range seams {
		below, above := float32(seam), float32(seam)
		for range 50 {
			checkExp(t, below)
			checkExp(t, above)
			below, above = math.Nextafter32(below, -1000), math.Nextafter32(above, 1000)
		}
	}
}

func TestExpEdges(t *testing.T) {
	inf := float32(math.Inf(1))
	for _, c := range []struct {
		what    string
		x, want float32
	}{
		{"0 is exact", 0, 1},
		{"-0 is exact", float32(math.Copysign(0, -1)), 1},
		{"the smallest subnormal", math.SmallestNonzeroFloat32, 1},
		{"e^-87.4 is subnormal", -87.4, 0},
		{"e^-103 is subnormal", -103, 0},
		{"e^-104 is no float32", -104, 0},
		{"e^88.8 overflows", 88.8, inf},
		{"the largest finite", math.MaxFloat32, inf},
		{"the least finite", -math.MaxFloat32, 0},
		{"+Inf", inf, inf},
		{"-Inf", -inf, 0},
	} {
		if got := kernel.Exp(c.x); got != c.want {
			t.Errorf("%s: Exp(%g) = %g, want %g", c.what, c.x, got, c.want)
		}
	}
	if got := kernel.Exp(float32(math.NaN())); got == got {
		t.Errorf("Exp(NaN) = %g, want NaN", got)
	}
	if got := kernel.Exp(float32(88.72)); math.IsInf(float64(got), 0) {
		t.Error("Exp(88.72) overflows; e^88.72 = 3.39e38 is a float32")
	}
	if got := kernel.Exp(float32(-87.3)); got == 0 {
		t.Error("Exp(-87.3) is 0; e^-87.3 = 1.2e-38 is a normal float32")
	}
}

// TestExpDouble checks that Exp in float64 equals math.Exp in every bit.
func TestExpDouble(t *testing.T) {
	for _, x := range []float64{0, 1, -1, 0.1, 700, -700, 710, -746, math.Inf(1), math.Inf(-1)} {
		if got, want := kernel.Exp(x), math.Exp(x); got != want {
			t.Errorf("Exp(%g) = %g, want %g", x, got, want)
		}
	}
}
