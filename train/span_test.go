package train_test

import (
	"math"
	"testing"

	"facrnn/train"
)

// TestSpan checks that the text stays short for any time, and is never negative.
func TestSpan(t *testing.T) {
	for seconds, want := range map[float64]string{
		-3: "0s", 0: "0s", 74.4: "1m14s", 86400: "24h0m0s", 5 * 86400: "5 days",
		1e9: "32 years", 1e12: "over 1000 years",
		math.Inf(1): "over 1000 years", math.NaN(): "over 1000 years", math.MaxFloat64: "over 1000 years",
	} {
		if got := train.Span(seconds); got != want {
			t.Errorf("%g s is formatted as %q, want %q", seconds, got, want)
		}
	}
}
