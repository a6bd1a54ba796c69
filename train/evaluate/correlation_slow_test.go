//go:build slow

package evaluate

import (
	"math"
	"math/rand/v2"
	"runtime"
	"testing"
	"time"
)

// TestPartialCorrelationOfLongRecordings checks that 20,000 bins with 10 samples each take less than 500 MB, noise
// included. The partial and total correlation of independent latents must be near 0. The mixture itself leaves up to
// 0.02 nats per group.
func TestPartialCorrelationOfLongRecordings(t *testing.T) {
	const n, K = 20_000, 4
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	r := rand.New(rand.NewPCG(18, 18))
	mu, eps, std := normal(r, n, K), Noise(r, 10, n, K), make([]float64, K)
	for k := range std {
		std[k] = math.Pow(n, -1./(K+4))
	}
	for name, groups := range map[string]Groups{"partial": Sizes(2, 2), "total": SingletonGroups(K)} {
		began := time.Now()
		got := PartialCorrelation(mu, common(std...), groups, eps...)
		t.Logf("%s correlation %.4f nats, %.1f s", name, got, time.Since(began).Seconds())
		if !(math.Abs(got) <= 0.02*float64(len(groups))) {
			t.Errorf("the %s correlation of independent latents is %g nats", name, got)
		}
	}
	runtime.ReadMemStats(&after)
	if bytes := after.TotalAlloc - before.TotalAlloc; bytes > 500e6 {
		t.Errorf("%d bytes", bytes)
	} else {
		t.Logf("%d MB", bytes/1e6)
	}
}
