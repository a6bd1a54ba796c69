package evaluate

import (
	"context"
	"encoding/json"
	"io/fs"
	"maps"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"facrnn/cmd/internal/clitest"
	"facrnn/cmd/internal/flags"
	"facrnn/cmd/internal/recordings"
	"facrnn/data/npz"
	"facrnn/data/simulate"
	"facrnn/train/evaluate"
	"facrnn/train/method"
	"facrnn/train/rundir"
)

// program runs evaluate and returns its exit status and what it wrote.
func program(args ...string) (status int, stdout, stderr string) {
	return clitest.Run(context.Background(), Run, args...)
}

// succeed is program where nothing may go wrong; it returns the folder, which the last line names, and summary.json.
func succeed(t *testing.T, args ...string) (dir string, s rundir.Evaluation, stdout string) {
	t.Helper()
	status, out, errs := program(args...)
	if status != 0 {
		t.Fatalf("%v: status %d: %s", args, status, errs)
	}
	lines := strings.Split(strings.TrimSpace(out), "\n")
	dir, ok := strings.CutPrefix(lines[len(lines)-1], "results in ")
	if !ok {
		t.Fatalf("the last line is %q", lines[len(lines)-1])
	}
	decode(t, filepath.Join(dir, "summary.json"), &s)
	return dir, s, out
}

func mistaken(t *testing.T, want string, args ...string) {
	t.Helper()
	clitest.Mistaken(t, Run, want, args...)
}

func decode(t *testing.T, path string, v any) {
	t.Helper()
	text, err := os.ReadFile(path)
	if err == nil {
		err = json.Unmarshal(text, v)
	}
	if err != nil {
		t.Fatal(err)
	}
}

func load(t *testing.T, path ...string) map[string]npz.Array {
	t.Helper()
	a, err := npz.Load(filepath.Join(path...))
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// recording writes an npz recording of 8 channels in 8 trials of 20 bins, changed as asked, and returns its path.
func recording(t *testing.T, change func(map[string]npz.Array)) string {
	t.Helper()
	return clitest.Recording(t, simulate.ReachingOptions{Neurons: 8, Side: 2, Repeats: 2, Bins: 20, Seed: 1}, change)
}

// changed writes a changed recording to another file.
func changed(t *testing.T, path string, change func(map[string]npz.Array)) string {
	t.Helper()
	arrays := load(t, path)
	arrays["note"] = npz.Scalar(int64(1)) // the hash is another one in any case
	change(arrays)
	dir := t.TempDir()
	to := filepath.Join(dir, "other"+filepath.Base(dir)+".npz") // as each is evaluated in a folder of that name
	clitest.Save(t, to, arrays)
	return to
}

func asItIs(map[string]npz.Array) {}

// fitted fits a recording for three epochs, or as asked, and returns the run's folder.
func fitted(t *testing.T, f recordings.Flags, change func(*flags.Settings)) string {
	t.Helper()
	s, err := flags.Defaults()
	if err != nil {
		t.Fatal(err)
	}
	epochs, restarts := 3, 1
	s.Flags, s.Groups, s.Epochs, s.Restarts = f, "1,1", &epochs, &restarts
	if change != nil {
		change(&s)
	}
	rec, err := recordings.Open(context.Background(), f, nil)
	if err != nil {
		t.Fatal(err)
	}
	spec, err := s.Spec()
	if err != nil {
		t.Fatal(err)
	}
	fit, err := method.Fit(context.Background(), rec, spec)
	if err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(t.TempDir(), "run")
	if err := rundir.Write(dir, fit); err != nil {
		t.Fatal(err)
	}
	return dir
}

// same compares arrays of two files bit for bit.
func same(t *testing.T, a, b map[string]npz.Array, names ...string) {
	t.Helper()
	for _, name := range names {
		x, err := a[name].Float64s()
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		y, err := b[name].Float64s()
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if !slices.Equal(x, y) {
			t.Errorf("%s is not the same", name)
		}
	}
}

// gappy has values missing, and one channel that no training bin shows.
func gappy(a map[string]npz.Array) {
	x := a["activity"].Data.([]float32)
	for i := range x {
		if i%11 == 0 || i%8 == 5 && i/8 < 100 {
			x[i] = float32(math.NaN())
		}
	}
}

func counts(a map[string]npz.Array) {
	x := a["activity"].Data.([]float32)
	for i, v := range x {
		x[i] = float32(math.Round(math.Abs(4 * float64(v))))
	}
}

// still has a channel that never changes.
func still(a map[string]npz.Array) {
	x := a["activity"].Data.([]float32)
	for i := range x {
		if i%8 == 3 {
			x[i] = 0.25
		}
	}
}

// driven has a known input.
func driven(a map[string]npz.Array) {
	x := a["activity"]
	in := make([]float32, len(x.Data.([]float32)))
	for i := range in {
		in[i] = float32(math.Sin(float64(i)))
	}
	a["input"] = npz.Array{Shape: x.Shape, Data: in}
}

// measured has inputs whose effect is learned: one of any size and place, and a word a trial, one-hot.
func measured(a map[string]npz.Array) {
	T := a["activity"].Shape[0]
	u := make([]float64, 0, 2*T)
	for t := range T {
		u = append(u, 40+7*math.Sin(float64(t)/3), float64(t/5%2))
	}
	a["drive"] = npz.Array{Shape: []int{T, 2}, Data: u}
	a["drive_names"] = npz.Array{Shape: []int{2}, Data: []string{"speed", "side=left"}}
}

// TestRoundTrip checks every kind of model. Read back, it has the numbers of the run's summary.json to the last digit
// and its latents to the last bit. An unknown copy of the recording gives the same, which shows that the model needs
// only its own files.
func TestRoundTrip(t *testing.T) {
	for name, c := range map[string]struct {
		data   func(map[string]npz.Array)
		change func(*flags.Settings)
	}{
		"recipe best": {nil, func(s *flags.Settings) {
			s.Split = "interleaved"
			s.TestFraction = 0.1
			s.Start = "components"
		}},
		"refitted, scaled": {nil, func(s *flags.Settings) {
			two := 2
			s.Recipe, s.Refit, s.Scale = "paper",
				&two, "zscore"
		}},
		"scaled by the maximum":         {counts, func(s *flags.Settings) { s.Scale = "max" }},
		"square roots":                  {counts, func(s *flags.Settings) { s.Scale, s.Decoder = "sqrt", "relu" }},
		"mlp":                           {nil, func(s *flags.Settings) { s.Decoder, s.Hidden = "mlp", 4 }},
		"mlp of what is never negative": {counts, func(s *flags.Settings) { s.Decoder, s.Hidden = "mlp", 4 }},
		"poisson":                       {counts, func(s *flags.Settings) { s.Observation = "poisson" }},
		"amortized":                     {nil, func(s *flags.Settings) { s.LatentStd = "amortized" }},
		"shared std, softmax": {nil, func(s *flags.Settings) {
			s.LatentStd, s.Lags, s.Kernel = "shared", 3,
				"softmax"
		}},
		"free kernel, std per latent": {nil, func(s *flags.Settings) {
			s.LatentStd, s.Lags,
				s.Kernel = "per-dimension", 2, "free"
		}},
		"a shared group":               {nil, func(s *flags.Settings) { s.Groups = "1,1+1" }},
		"lint":                         {nil, func(s *flags.Settings) { s.Method, s.Groups = "lint", "2,1" }},
		"ica":                          {nil, func(s *flags.Settings) { s.Method, s.Groups = "lrrnn-ica", "1,1" }},
		"missing values":               {gappy, func(s *flags.Settings) { s.Split, s.TestFraction = "blocks", 0.375 }},
		"a channel that never changes": {still, nil},
		"a known input":                {driven, nil},
		"measured inputs":              {measured, func(s *flags.Settings) { s.Scale = "zscore" }},
		"measured inputs of counts": {func(a map[string]npz.Array) { counts(a); measured(a) },
			func(s *flags.Settings) { s.Observation = "poisson" }},
		"measured inputs of an mlp": {measured, func(s *flags.Settings) { s.Decoder, s.Hidden = "mlp", 4 }},
		"nothing held out":          {nil, func(s *flags.Settings) { s.Split = "none" }},
	} {
		t.Run(name, func(t *testing.T) {
			path := recording(t, c.data)
			dir := fitted(t, recordings.Flags{Data: path}, c.change)
			var run rundir.Summary
			decode(t, filepath.Join(dir, "summary.json"), &run)
			latents := load(t, dir, "latents.npz")

			out, s, stdout := succeed(t, "--run", dir, "--no-report")
			if out != filepath.Join(dir, "evaluate-session") || !s.Run.Same {
				t.Errorf("%s: %+v", out, s.Run)
			}
			for side, pair := range map[string][2]map[string]rundir.Number{"train": {run.Train, s.Train},
				"test": {run.Test, s.Test}} {
				want, got := pair[0], pair[1]
				// Terms of the loss are from the training: they include its noise and come before the refit.
				for _, key := range slices.Collect(maps.Keys(want)) {
					if slices.Contains([]string{"loss", "reconstruction", "kl", "block_diagonal"}, key) {
						delete(want, key)
					}
				}
				if len(want) != len(got) || len(run.Train) == 0 {
					t.Errorf("%s: figures are %v, want %v", side, got, want)
				}
				for key, v := range want {
					if got[key] != v && !(math.IsNaN(float64(v)) && math.IsNaN(float64(got[key]))) {
						t.Errorf("%s: %s is %v, want %v", side, key, got[key], v)
					}
				}
			}
			if !strings.Contains(clitest.Unwrapped(stdout), "the recording of the fit") {
				t.Error(stdout)
			}
			if len(run.Verdicts) < 3 || !slices.Equal(s.Verdicts, run.Verdicts) {
				t.Errorf("the verdicts are %q, want those of the run, %q", s.Verdicts, run.Verdicts)
			}
			for _, v := range s.Verdicts {
				if !strings.Contains(clitest.Unwrapped(stdout), v.Question+" "+v.Sentence) {
					t.Errorf("the terminal lacks the verdict %q:\n%s", v, stdout)
				}
			}
			evaluated := load(t, out, "latents.npz")
			if len(evaluated) != len(latents) {
				t.Errorf("latents.npz has %d arrays, the run's %d", len(evaluated), len(latents))
			}
			same(t, latents, evaluated, slices.Collect(maps.Keys(latents))...)

			out, s, _ = succeed(t, "--run", dir, "--data", changed(t, path, asItIs), "--no-report")
			if s.Run.Same || s.Data.Train != 0 || s.Data.Test != s.Data.Bins || len(s.Train) != 0 ||
				len(s.Warnings) > len(run.Warnings)+1 {
				t.Errorf("a copy: %+v", s)
			}
			training := func(v evaluate.Verdict) bool { return v.Key == evaluate.Converged }
			if len(s.Verdicts) == 0 || slices.ContainsFunc(s.Verdicts, training) {
				t.Errorf("a copy, which trained nothing, has the verdicts %q", s.Verdicts)
			}
			evaluated = load(t, out, "latents.npz")
			same(t, latents, evaluated, "mu", "filtered", "time", "trial")
			if held, err := evaluated["split"].Ints(); err != nil || slices.Contains(held, 0) {
				t.Errorf("not all bins are held out, %v", err)
			}
		})
	}
}

// TestDemo evaluates the embedded recording with its ground truth, which is in the same file.
func TestDemo(t *testing.T) {
	dir := fitted(t, recordings.Flags{}, func(s *flags.Settings) { s.Groups = "2,2" })
	// as a kill right after summary.json leaves it
	if err := os.Mkdir(filepath.Join(dir, "checkpoint"), 0o755); err != nil {
		t.Fatal(err)
	}
	out, s, stdout := succeed(t, "--run", dir, "--truth",
		filepath.Join("..", "..", "..", "..", "data", "demo", "reach.npz"))
	var names []string
	err := filepath.WalkDir(out, func(path string, d fs.DirEntry, err error) error {
		if !d.IsDir() {
			names = append(names, strings.TrimPrefix(filepath.ToSlash(path), filepath.ToSlash(out)+"/"))
		}
		return err
	})
	want := []string{".lock"}
	for _, figure := range []string{"behavior", "connectivity", "independence", "latents", "latents_filtered", "loss",
		"recovered_connectivity", "recovered_latents", "regions", "spectra"} {
		want = append(want, "figures/"+figure+".png", "figures/"+figure+".svg")
	}
	want = append(want, "latents.npz", "report.html", "summary.json")
	if err != nil || !slices.Equal(names, want) {
		t.Errorf("the folder holds %v, %v, want %v", names, err, want)
	}
	// the components that it starts from find the groups; held-out bins of another split have come to .81 and .99
	if s.Recovery["group_r2"] < 0.7 || s.Recovery["group_r2_filtered"] < 0.9 ||
		s.Recovery["subconnectivity_corr_ridge"] < 0.8 || s.Recovery["component_r2"] > s.Recovery["group_r2"] {
		t.Errorf("recovery is %v", s.Recovery)
	}
	for _, key := range []string{"component_r2_filtered", "connectivity_corr", "subconnectivity_corr"} {
		if v := float64(s.Recovery[key]); !(v > 0 && v < 1) {
			t.Errorf("%s is %g", key, v)
		}
	}
	page, err := os.ReadFile(filepath.Join(out, "report.html"))
	for _, v := range s.Verdicts {
		if text, wrong := json.Marshal(v); err != nil || wrong != nil || !strings.Contains(string(page), string(text)) {
			t.Errorf("the page lacks the verdict %s of summary.json: %v, %v", text, err, wrong)
		}
	}
	if !strings.Contains(stdout, "group R2") || len(s.Warnings) != 0 {
		t.Errorf("%q\n%s", s.Warnings, stdout)
	}

	if _, err := os.Stat(filepath.Join(dir, "checkpoint")); err == nil {
		t.Error("the checkpoints of the complete run are still there")
	}
	mistaken(t, `--figure-format: "jpg" is no format of figures: choose png, svg or pdf`, "--run", dir, "--figure-format=jpg")
	inPDF, _, _ := succeed(t, "--run", dir, "--truth", filepath.Join("..", "..", "..", "..", "data", "demo",
		"reach.npz"), "--figure-format=pdf", "--out", filepath.Join(t.TempDir(), "pdf"))
	all, _ := filepath.Glob(filepath.Join(inPDF, "figures", "*"))
	if pdfs, _ := filepath.Glob(filepath.Join(inPDF, "figures", "*.pdf")); len(pdfs) != 10 || !slices.Equal(all, pdfs) {
		t.Errorf("as PDF the figures are %v", all)
	}
	status, printed, errs := program("--run", dir, "--json", "--no-report")
	text, err := os.ReadFile(filepath.Join(out, "summary.json"))
	if status != 0 || err != nil || printed != string(text) || !strings.HasSuffix(errs, "results in "+out+"\n") {
		t.Errorf("--json: %d, %v, %s\n%s", status, err, errs, printed)
	}
	if _, err := os.Stat(filepath.Join(out, "figures")); err == nil {
		t.Error("figures of the evaluation before are still there")
	}
	if _, err := os.Stat(filepath.Join(out, "report.html")); err == nil {
		t.Error("the report of the evaluation before is still there")
	}
}
