package method

import (
	"math"
	"strings"
	"testing"
)

// TestAdvice checks that a model that has learned its training bins by heart needs no more epochs, and smoothing is
// never the cure.
func TestAdvice(t *testing.T) {
	for _, c := range []struct {
		trained float64
		want    string
	}{{0.83, "by heart (R2 0.83)"}, {0.01, "--latents or --groups"}, {math.NaN(), "--latents or --groups"}} {
		got := noBetterThanMean(-3.7, c.trained, true)
		if !strings.Contains(got, c.want) || strings.Contains(got, "--epochs") || strings.Contains(got, "--smooth") {
			t.Errorf("trained R2 %g: %q", c.trained, got)
		}
	}
}
