package evaluate

import (
	"encoding/json"
	"maps"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"facrnn/cmd/internal/flags"
	"facrnn/cmd/internal/recordings"
	"facrnn/data"
	"facrnn/data/npz"
	"facrnn/train/evaluate"
)

// behavior is the part of a report about behaviour.
type behavior struct {
	How string
	R2  []struct {
		Name    string
		Mean    float64
		Columns []float64
	}
	missing string
}

// reported evaluates and reads the behaviour's section.
func reported(t *testing.T, args ...string) (b behavior) {
	t.Helper()
	dir, _, _ := succeed(t, append(args, "--figure-format=svg", "--out", filepath.Join(t.TempDir(), "out"))...)
	html, err := os.ReadFile(filepath.Join(dir, "report.html"))
	if err != nil {
		t.Fatal(err)
	}
	text := regexp.MustCompile(`<script type="application/json" id="page">(.*?)</script>`).FindSubmatch(html)
	var p struct {
		Behavior *behavior
		Missing  map[string]string
	}
	if text == nil {
		t.Fatal("the report holds no numbers")
	}
	if err := json.Unmarshal(text[1], &p); err != nil {
		t.Fatal(err)
	}
	_, drawn := os.Stat(filepath.Join(dir, "figures", "behavior.svg"))
	if (p.Behavior == nil) != (p.Missing["behavior"] != "") || (p.Behavior == nil) != (drawn != nil) {
		t.Fatalf("behaviour %v, missing %q, figure: %v", p.Behavior, p.Missing["behavior"], drawn)
	}
	if p.Behavior != nil {
		b = *p.Behavior
	}
	b.missing = p.Missing["behavior"]
	return b
}

// TestBehaviorOfOwnRecording checks that for the recording of the fit, the decoders are the stored ones, bit for bit,
// wherever the file lies. For an unknown copy of the recording, they decode the same values from its latents.
func TestBehaviorOfOwnRecording(t *testing.T) {
	path := recording(t, func(a map[string]npz.Array) {
		a["behavior"].Data.([]float32)[7] = float32(math.NaN())
	})
	dir := fitted(t, recordings.Flags{Data: path}, nil)
	own := reported(t, "--run", dir)
	if strings.Contains(own.How, "the run's") || !strings.Contains(own.How, "1 bin with missing behaviour") {
		t.Error(own.How)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	moved := filepath.Join(t.TempDir(), "moved.npz")
	if err := os.WriteFile(moved, text, 0o600); err != nil {
		t.Fatal(err)
	}
	model := load(t, dir, "model.npz")
	weights, err := model["behavior_map"].Float64s()
	intercepts, wrong := model["behavior_intercept"].Float64s()
	// all and two groups, of one latent each
	if shape := model["behavior_map"].Shape; err != nil || wrong != nil || !slices.Equal(shape, []int{3, 2, 2}) {
		t.Fatalf("behavior_map is of shape %v: %v, %v", shape, err, wrong)
	}
	mu, err := load(t, dir, "latents.npz")["mu"].Matrix()
	recorded, wrong := load(t, path)["behavior"].Matrix()
	held, bad := load(t, dir, "latents.npz")["split"].Ints()
	if err != nil || wrong != nil || bad != nil {
		t.Fatal(err, wrong, bad)
	}
	for name, c := range map[string]struct {
		got  behavior
		bins func(t int) bool
	}{
		"moved":  {reported(t, "--run", dir, "--data", moved), func(t int) bool { return held[t] == 1 }},
		"copied": {reported(t, "--run", dir, "--data", changed(t, path, asItIs)), func(int) bool { return true }},
	} {
		if name == "moved" && c.got.How != own.How {
			t.Error(c.got.How)
		}
		if name == "copied" && !strings.Contains(c.got.How,
			"The decoder belongs to the run: it was fitted to the recording of the run, not to this recording."+
				" R² is of the held-out bins.") {
			t.Error(c.got.How)
		}
		var rows []int
		for i := range mu.Rows {
			if c.bins(i) {
				rows = append(rows, i)
			}
		}
		z, y := evaluate.Dense(mu), evaluate.Dense(recorded)
		for i, r := range c.got.R2[:3] {
			told := data.NewMatrix(mu.Rows, 2)
			estimate := evaluate.Dense(told)
			for t := range mu.Rows {
				for d := range 2 {
					v := 0.0
					for k := range 2 {
						v += z.At(t, k) * weights[i*4+k*2+d]
					}
					estimate.Set(t, d, v+intercepts[i*2+d])
				}
			}
			if want := evaluate.R2(evaluate.Rows(y, rows), evaluate.Rows(estimate, rows)); r.Mean != want {
				t.Errorf("%s: R2 of %s is %.17g, by the stored decoder %.17g", name, r.Name, r.Mean, want)
			}
			if name == "moved" && (r.Mean != own.R2[i].Mean || !slices.Equal(r.Columns, own.R2[i].Columns)) {
				t.Errorf("R2 of %s is %v, where the file was %v", r.Name, r, own.R2[i])
			}
		}
	}
}

// TestBehaviorOfOtherTrials checks that the decoder of a run on some trials of the demo decodes the hand in the other
// trials. Without a decoder, the report says why.
func TestBehaviorOfOtherTrials(t *testing.T) {
	demo := filepath.Join("..", "..", "..", "..", "data", "demo", "reach.npz")
	some := func(from, to int, change func(map[string]npz.Array)) string {
		return changed(t, demo, func(a map[string]npz.Array) {
			const bins = 20 // of a trial
			for _, name := range []string{"activity", "velocity"} {
				m, err := a[name].Matrix()
				if err != nil {
					t.Fatal(err)
				}
				a[name] = npz.FromMatrix(data.Matrix{Rows: (to - from) * bins, Cols: m.Cols,
					Data: m.Data[from*bins*m.Cols : to*bins*m.Cols]})
			}
			var trial []int
			var at []float64
			for i := range (to - from) * bins {
				trial, at = append(trial, i/bins), append(at, 0.05*float64(i))
			}
			for _, name := range slices.Collect(maps.Keys(a)) {
				if !slices.Contains([]string{"activity", "velocity"}, name) {
					delete(a, name)
				}
			}
			a["trial"], a["time"] = npz.Ints(trial), npz.Vector(at)
			change(a)
		})
	}
	dir := fitted(t, recordings.Flags{Data: some(0, 60, asItIs)},
		func(s *flags.Settings) { s.Groups, s.Epochs = "2,2", nil })
	b := reported(t, "--run", dir, "--data", some(60, 80, asItIs), "--behavior=velocity")
	// .85 here, with room for other processors; nothing was trained on, so there is no position by group
	if len(b.R2) != 3 || b.R2[0].Mean < 0.8 {
		t.Errorf("R2 is %v, %s", b.R2, b.missing)
	}
	t.Logf("%+v", b.R2)

	hand := func(a map[string]npz.Array) { a["hand"] = a["velocity"]; delete(a, "velocity") }
	one := func(a map[string]npz.Array) { a["velocity"] = npz.Array{Shape: []int{400}, Data: make([]float32, 400)} }
	for _, c := range []struct {
		data, flag, want string
	}{
		{some(60, 80, hand), "--behavior=hand",
			"the run decodes velocity 0, velocity 1, but the behaviour of this recording is hand 0, hand 1;" +
				" choose the same columns with --behavior"},
		{some(60, 80, one), "--behavior=velocity",
			"the run decodes velocity 0, velocity 1, but the behaviour of this recording is velocity"},
		{some(60, 80, asItIs), "--behavior=none", "no behaviour"},
	} {
		if b := reported(t, "--run", dir, "--data", c.data, c.flag); !strings.Contains(b.missing, c.want) {
			t.Errorf("%s: %q, want %q", c.flag, b.missing, c.want)
		}
	}

	without := fitted(t, recordings.Flags{Data: some(0, 60, asItIs), Behavior: []string{"none"}},
		func(s *flags.Settings) { s.Groups = "2,2" })
	if b := reported(t, "--run", without, "--data", some(60, 80, asItIs),
		"--behavior=velocity"); !strings.Contains(b.missing,
		"the run holds no decoder of behaviour, for it was fitted without any, or by an older version: fit again") {
		t.Errorf("of a run without behaviour: %q", b.missing)
	}
	if b := reported(t, "--run", old, "--data",
		changed(t, filepath.Join(old, "session.npz"), asItIs)); !strings.Contains(b.missing, "older version") {
		t.Errorf("of an older run: %q", b.missing)
	}
	if b := reported(t, "--run", old); len(b.R2) != 3 ||
		!strings.Contains(b.How, "fitted on 30 bins that were trained on") {
		t.Errorf("of an older run on its own recording: %v, %s", b, b.missing)
	}
}
