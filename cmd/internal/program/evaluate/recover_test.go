package evaluate

import (
	"math"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"facrnn/cmd/internal/clitest"
	"facrnn/cmd/internal/flags"
	"facrnn/cmd/internal/recordings"
	"facrnn/data"
	"facrnn/data/npz"
)

// TestTruth checks that what can be compared is, of the units and bins that the recording's file has; a truth of others
// is refused.
func TestTruth(t *testing.T) {
	path := recording(t, nil)
	dir := fitted(t, recordings.Flags{Data: path}, nil)
	truth := func(change func(map[string]npz.Array)) string {
		z := make([]float32, 160*2)
		for i := range z {
			z[i] = float32(math.Sin(float64(i)))
		}
		weights := func(rows, cols int) npz.Array {
			w := data.NewMatrix(rows, cols)
			for i := range w.Data {
				w.Data[i] = float32(math.Cos(float64(i)))
			}
			return npz.FromMatrix(w)
		}
		arrays := map[string]npz.Array{"z": {Shape: []int{160, 2}, Data: z}, "A": weights(8, 2), "B": weights(2, 8),
			"owner": npz.Ints([]int{0, 1})}
		change(arrays)
		to := filepath.Join(t.TempDir(), "truth.npz")
		clitest.Save(t, to, arrays)
		return to
	}
	_, s, _ := succeed(t, "--run", dir, "--no-report", "--truth", truth(asItIs))
	_, other, _ := succeed(t, "--run", dir, "--no-report", "--out", filepath.Join(t.TempDir(), "out"), "--truth",
		truth(asItIs), "--data", changed(t, path, pick(7, 1, 2, 0, 4, 5, 6, 3)))
	if len(s.Recovery) != 7 || len(other.Recovery) != 7 ||
		other.Recovery["connectivity_corr"] == s.Recovery["connectivity_corr"] {
		t.Errorf("recovery is %v, of units in another order %v", s.Recovery, other.Recovery)
	}
	reordered := truth(func(a map[string]npz.Array) {
		w, b := a["A"].Data.([]float32), a["B"].Data.([]float32)
		for k := range 2 {
			w[k], w[7*2+k], w[3*2+k] = w[7*2+k], w[3*2+k], w[k]
			b[k*8], b[k*8+7], b[k*8+3] = b[k*8+7], b[k*8+3], b[k*8]
		}
	})
	_, other, _ = succeed(t, "--run", dir, "--no-report", "--out", filepath.Join(t.TempDir(), "out"), "--truth",
		reordered, "--data", changed(t, path, pick(7, 1, 2, 0, 4, 5, 6, 3)))
	for _, key := range []string{"connectivity_corr", "subconnectivity_corr", "subconnectivity_corr_ridge"} {
		if other.Recovery[key] != s.Recovery[key] {
			t.Errorf("%s is %v, of units in another order %v", key, s.Recovery[key], other.Recovery[key])
		}
	}

	_, s, _ = succeed(t, "--run", dir, "--no-report", "--truth",
		truth(func(a map[string]npz.Array) { delete(a, "A"); delete(a, "owner") }))
	if len(s.Recovery) != 4 {
		t.Errorf("of latents alone: %v", s.Recovery)
	}
	whole := fitted(t, recordings.Flags{Data: path}, func(s *flags.Settings) { s.Groups = "2" })
	_, s, out := succeed(t, "--run", whole, "--truth", truth(asItIs))
	if _, ok := s.Recovery["group_r2"]; ok || !warned(s, "fewer groups of latents than the ground truth") ||
		!strings.Contains(out, "group R2") {
		t.Errorf("of one group: %v, %q\n%s", s.Recovery, s.Warnings, out)
	}
	for want, change := range map[string]func(map[string]npz.Array){
		"the truth is of 150 bins": func(a map[string]npz.Array) {
			a["z"] = npz.Array{Shape: []int{150, 2}, Data: a["z"].Data.([]float32)[:300]}
		},
		"the ground truth has no latents": func(a map[string]npz.Array) { delete(a, "z") },
		"does not have the 3 latents of groups": func(a map[string]npz.Array) {
			a["owner"] = npz.Ints([]int{0, 0,
				1})
		},
		"array owner: latent 0 belongs to group": func(a map[string]npz.Array) {
			a["owner"] = npz.Ints([]int{1, 1})
		},
		"latent 0 of the ground truth never changes, or": func(a map[string]npz.Array) {
			clear(a["z"].Data.([]float32))
		},
		"the ground truth A and B have 7 units": func(a map[string]npz.Array) {
			a["A"], a["B"] = npz.FromMatrix(data.NewMatrix(7, 2)), npz.FromMatrix(data.NewMatrix(2, 7))
		},
	} {
		mistaken(t, want, "--run", dir, "--truth", truth(change))
	}
	mistaken(t, "absent.npz", "--run", dir, "--truth", "absent.npz")
}

// TestOtherTrials checks the numbers of the manual for other trials of the demo, with all units and with some. The
// bounds leave room for the rounding of other processors.
func TestOtherTrials(t *testing.T) {
	demo := filepath.Join("..", "..", "..", "..", "data", "demo", "reach.npz")
	some := func(from, to int, units ...int) string {
		return changed(t, demo, func(a map[string]npz.Array) {
			const bins = 20 // of a trial
			for _, name := range []string{"activity", "z"} {
				m, err := a[name].Matrix()
				if err != nil {
					t.Fatal(err)
				}
				a[name] = npz.FromMatrix(data.Matrix{Rows: (to - from) * bins, Cols: m.Cols,
					Data: m.Data[from*bins*m.Cols : to*bins*m.Cols]})
			}
			for _, name := range []string{"trial", "time", "velocity", "region", "target"} {
				delete(a, name)
			}
			var trial []int
			var at []float64
			for i := range (to - from) * bins {
				trial, at = append(trial, i/bins), append(at, 0.05*float64(i))
			}
			a["trial"], a["time"] = npz.Ints(trial), npz.Vector(at)
			if len(units) > 0 {
				pick(units...)(a)
			}
		})
	}
	dir := fitted(t, recordings.Flags{Data: some(0, 60)}, func(s *flags.Settings) { s.Groups, s.Epochs = "2,2", nil })
	random := rand.New(rand.NewPCG(1, 2)).Perm(60)
	for _, c := range []struct {
		absent                int
		r2, latents, filtered float64
	}{{0, 0.72, 0.77, 0.98}, {6, 0.7, 0.75, 0.98}, {30, 0.4, 0.6, 0.95}} {
		path := some(60, 80)
		if c.absent > 0 {
			path = some(60, 80, slices.Sorted(slices.Values(random[c.absent:]))...)
		}
		_, s, _ := succeed(t, "--run", dir, "--no-report", "--allow-missing-units", "--data", path, "--truth",
			truthOfAll(t, some(60, 80), random[c.absent:]))
		r2, latents := float64(s.Test["r2"]), float64(s.Recovery["group_r2"])
		filtered := float64(s.Recovery["group_r2_filtered"])
		t.Logf("%d units absent: R2 %.3f, group R2 %.3f, filtered %.3f", c.absent, r2, latents, filtered)
		if r2 < c.r2 || latents < c.latents || filtered < c.filtered {
			t.Errorf("%d units absent: R2 %.3f, group R2 %.3f, filtered %.3f; want at least %+v", c.absent, r2, latents,
				filtered, c)
		}
	}
}

// truthOfAll returns a file's truth without the units that are absent.
func truthOfAll(t *testing.T, path string, there []int) string {
	t.Helper()
	return changed(t, path, func(a map[string]npz.Array) {
		there := slices.Sorted(slices.Values(there))
		A, err := a["A"].Matrix()
		B, wrong := a["B"].Matrix()
		if err != nil || wrong != nil {
			t.Fatal(err, wrong)
		}
		rows, cols := data.NewMatrix(len(there), A.Cols), data.NewMatrix(B.Rows, len(there))
		for i, n := range there {
			copy(rows.Row(i), A.Row(n))
			for k := range B.Rows {
				cols.Row(k)[i] = B.Row(k)[n]
			}
		}
		a["A"], a["B"] = npz.FromMatrix(rows), npz.FromMatrix(cols)
	})
}
