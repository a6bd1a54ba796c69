package method

import (
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"facrnn/data"
	"facrnn/data/demo"
)

// TestResolveMissing checks that choices are made from observed values, that the model stores their means, and that one
// warning counts the missing values. One note says how the start treats them.
func TestResolveMissing(t *testing.T) {
	nan := float32(math.NaN())
	said := func(all []string, what string) (n int) {
		for _, s := range all {
			if strings.Contains(s, what) {
				n++
			}
		}
		return n
	}
	some := func(rec *data.Recording) *data.Recording {
		rec.Activity.Row(3)[2], rec.Activity.Row(3)[4], rec.Activity.Row(9)[2] = nan, nan, nan
		return rec
	}
	p, err := flags(t).Resolve(some(positive(t)))
	if err != nil || p.Settings().Decoder != "relu" || p.Config.Missing == nil || p.Config.Silent != nil ||
		said(p.Warnings,
			"3 values of the activity are missing (NaN), 1.2 % of all, in 2 of 6 channels and 2 of 40 bins") != 1 {
		t.Errorf("%v, decoder %s, %q", err, p.Settings().Decoder, p.Warnings)
	}
	if p, err = flags(t).Resolve(some(signed(t))); err != nil || p.Settings().Decoder != "identity" {
		t.Errorf("%v, decoder %s", err, p.Settings().Decoder)
	}
	if p, err = flags(t).Resolve(signed(t)); err != nil || p.Config.Missing != nil || said(p.Warnings, "missing") != 0 {
		t.Errorf("a whole recording: %v, %+v, %q", err, p.Config.Missing, p.Warnings)
	}
	counts := positive(t)
	for i, v := range counts.Activity.Data {
		counts.Activity.Data[i] = float32(math.Round(float64(v)))
	}
	if p, err = flags(t, "--observation=poisson", "--scale=none").Resolve(some(counts)); err != nil ||
		p.Config.Missing == nil {
		t.Errorf("counts: %v", err)
	}

	gone := signed(t)
	for i := range gone.Bins() {
		gone.Activity.Row(i)[1], gone.Activity.Row(i)[5] = nan, 0.5
	}
	p, err = flags(t).Resolve(gone)
	if err != nil || !slices.Equal(p.Config.Silent, []bool{false, true, false, false, false, true}) ||
		!math.IsNaN(p.Config.Missing.Fill[1]) ||
		said(p.Warnings, "1 of 6 channels are missing in all training bins, and left out of the model: "+
			gone.Channels[1].Name) != 1 || said(p.Warnings, "1 of 6 channels never change") != 1 {
		t.Errorf("%v, silent %v, %q", err, p.Config.Silent, p.Warnings)
	}

	for share, what := range map[float64]string{
		0.1:   "missing values are set to their channel's mean to find components",
		0.001: "bins with missing values are not used to find components"} {
		rec, err := demo.Recording()
		if err != nil {
			t.Fatal(err)
		}
		r := rand.New(rand.NewPCG(1, 1))
		for i := range rec.Activity.Data {
			if r.Float64() < share {
				rec.Activity.Data[i] = nan
			}
		}
		p, err := flags(t, "--groups=auto").Resolve(rec)
		if err != nil || p.Start == nil || said(p.Chosen, what) != 1 {
			t.Errorf("%g missing: %v, %q", share, err, p.Chosen)
		}
	}
}
