package train

import (
	"bytes"
	"context"
	"encoding/json"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/alecthomas/kong"

	"facrnn/cmd/internal/cli"
	"facrnn/cmd/internal/clitest"
	"facrnn/cmd/internal/flags"
	"facrnn/data"
	"facrnn/data/hdf5"
	"facrnn/data/npz"
	"facrnn/data/nwb"
	"facrnn/data/sharedtest"
	"facrnn/data/simulate"
)

// program runs train and returns its exit status and what it wrote.
func program(args ...string) (status int, stdout, stderr string) {
	return clitest.Run(context.Background(), Run, args...)
}

// succeed is program where nothing may go wrong.
func succeed(t *testing.T, args ...string) (stdout, stderr string) {
	t.Helper()
	status, out, errs := program(args...)
	if status != 0 {
		t.Fatalf("%v: status %d: %s", args, status, errs)
	}
	return out, errs
}

// tree lists what is under a folder.
func tree(t *testing.T, dir string) (names []string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err == nil && path != dir {
			name, _ := filepath.Rel(dir, path)
			names = append(names, filepath.ToSlash(name))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return names
}

// recording writes an npz recording of 6 channels in 8 trials of 5 bins, changed as asked, and returns its path.
func recording(t *testing.T, change func(map[string]npz.Array)) string {
	t.Helper()
	return clitest.Recording(t, simulate.ReachingOptions{Neurons: 6, Side: 2, Repeats: 2, Bins: 5, Seed: 1}, change)
}

// activity returns a change that leaves only the activity, with this shape and these values.
func activity(values []float32, shape ...int) func(map[string]npz.Array) {
	return func(a map[string]npz.Array) {
		clear(a)
		a["activity"] = npz.Array{Shape: shape, Data: values}
	}
}

// check checks that the run folder holds exactly the files of the contract, and that the last line of output names it.
// An interrupted run also has the checkpoint of a restart.
func check(t *testing.T, dir, stdout string, checkpoint bool, figures ...string) {
	t.Helper()
	want := []string{".lock"}
	if checkpoint {
		want = append(want, "checkpoint", "checkpoint/restart-0.npz", "checkpoint/run.json")
	}
	want = append(want, "config.toml", "connectivity.npz")
	if len(figures) > 0 {
		want = append(want, "figures")
		for _, name := range figures {
			want = append(want, "figures/"+name+".png", "figures/"+name+".svg")
		}
	}
	want = append(want, "latents.npz", "log.txt", "metrics.csv", "model.npz")
	if len(figures) > 0 {
		want = append(want, "report.html")
	}
	want = append(want, "results.nwb", "summary.json")
	if got := tree(t, dir); !slices.Equal(got, want) {
		t.Errorf("the folder holds %v, want %v", got, want)
	}
	if last := lines(stdout); !strings.HasSuffix(last[len(last)-1], dir) {
		t.Errorf("the last line does not name %s:\n%s", dir, stdout)
	}
	if said := strings.Contains(stdout, "report in "+filepath.Join(dir, "report.html")+
		"\n"); said != (len(figures) > 0) {
		t.Errorf("a report is spoken of: %v\n%s", said, stdout)
	}
}

// drawn returns the figures of every linear model, and some more.
func drawn(more ...string) []string {
	return slices.Sorted(slices.Values(append(more, "connectivity", "independence", "latents", "latents_filtered",
		"loss")))
}

func lines(text string) []string { return strings.Split(strings.TrimSuffix(text, "\n"), "\n") }

func read(t *testing.T, path ...string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(path...))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// TestDemo checks that without a recording the demo is fitted, all the files are left, and its config.toml repeats the
// run byte for byte.
func TestDemo(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "runs", "demo")
	out, errs := succeed(t, "--epochs", "2", "--restarts", "1", "--out", dir)
	check(t, dir, out, false, drawn("behavior", "regions", "spectra")...)
	for _, want := range []string{"groups default to 2,2", "fitting demo", "recipe best", "4 separated components"} {
		if !strings.Contains(errs, want) {
			t.Errorf("%q is not in the log:\n%s", want, errs)
		}
	}
	if command := "./program --epochs 2 --restarts 1 --out " +
		dir; !strings.Contains(string(read(t, dir, "report.html")), command) {
		t.Errorf("%q is not in the report", command)
	}
	if rows := lines(string(read(t, dir, "metrics.csv"))); len(rows) != 3 {
		t.Errorf("2 epochs left\n%s", strings.Join(rows, "\n"))
	}

	again := filepath.Join(t.TempDir(), "again")
	out, _ = succeed(t, "--config", filepath.Join(dir, "config.toml"), "--out", again, "--no-report")
	check(t, again, out, false)
	for _, name := range []string{"config.toml", "model.npz", "latents.npz", "connectivity.npz"} {
		if !bytes.Equal(read(t, dir, name), read(t, again, name)) {
			t.Errorf("%s is not the same when the run is repeated", name)
		}
	}

	other := filepath.Join(t.TempDir(), "other") // a flag beats the file
	succeed(t, "--config="+filepath.Join(dir, "config.toml"), "--out", other, "--seed", "1", "--epochs", "1",
		"--figure-format", "pdf,png")
	for _, name := range drawn("behavior", "regions", "spectra") {
		for _, path := range []string{"figures/" + name + ".pdf", "figures/" + name + ".png"} {
			if got := tree(t, other); !slices.Contains(got, path) || slices.Contains(got, "figures/"+name+".svg") {
				t.Errorf("the folder holds %v, not %s, or an SVG", got, path)
			}
		}
	}
	if bytes.Equal(read(t, dir, "model.npz"), read(t, other, "model.npz")) ||
		len(lines(string(read(t, other, "metrics.csv")))) != 2 {
		t.Error("--seed 1 --epochs 1 was not heeded")
	}
}

// TestNWBRepeats checks that at the same time, results.nwb is the same byte for byte, too.
func TestNWBRepeats(t *testing.T) {
	now := func() time.Time { return time.Date(2031, 2, 3, 4, 5, 6, 0, time.UTC) }
	path, dirs := recording(t, nil), [2]string{}
	for i := range dirs {
		dirs[i] = filepath.Join(t.TempDir(), "run")
		var out, errs bytes.Buffer
		if status := Run(context.Background(), cli.Call{Args: []string{"--data", path, "--epochs=3", "--restarts=1",
			"--no-report", "--out", dirs[i]}}, &out, &errs, now); status != 0 {
			t.Fatalf("status %d: %s", status, errs.String())
		}
	}
	if !bytes.Equal(read(t, dirs[0], "results.nwb"), read(t, dirs[1], "results.nwb")) {
		t.Error("results.nwb is not the same when the run is repeated")
	}
}

// TestRepeats checks that a run with every kind of setting repeats byte for byte, in parallel and on a given recording.
func TestRepeats(t *testing.T) {
	dir := t.TempDir()
	a, b := filepath.Join(dir, "a"), filepath.Join(dir, "b")
	succeed(t, "--data", recording(t, nil), "--out", a, "--no-report", "--epochs=60", "--restarts=3", "--threads=2",
		"--batch=7", "--lags=3", "--kernel=softmax",
		"--latent-std=per-dimension", "--groups=1,1+1", "--alpha=0.1", "--schedule=cosine", "--patience=10",
		"--seed=12", "--scale=zscore", "--split=interleaved")
	succeed(t, "--config", filepath.Join(a, "config.toml"), "--out", b, "--no-report", "--threads=1")
	for _, name := range []string{"model.npz", "latents.npz", "connectivity.npz"} {
		if !bytes.Equal(read(t, a, name), read(t, b, name)) {
			t.Errorf("%s is not the same when the run is repeated", name)
		}
	}
}

// TestAmortized checks --latent-std amortized: ln s of every bin is stored beside its mu, s depends on the history, and
// the run repeats. It covers the paper's estimator, whose densities depend on s, the standardized one, and an mlp.
func TestAmortized(t *testing.T) {
	path := recording(t, nil)
	for name, args := range map[string][]string{
		"paper": {"--estimator=importance"}, "standardized": {"--estimator=standardized"},
		"mlp": {"--decoder=mlp", "--hidden=4", "--estimator=mss"},
	} {
		dir := t.TempDir()
		a, b := filepath.Join(dir, "a"), filepath.Join(dir, "b")
		succeed(t, append([]string{"--data", path, "--latent-std=amortized", "--groups=2,1", "--epochs=30",
			"--restarts=1", "--lr=0.01", "--no-report", "--out", a}, args...)...)
		latents, err := npz.Load(filepath.Join(a, "latents.npz"))
		if err != nil {
			t.Fatal(err)
		}
		logs, err := latents["log_std_z"].Matrix()
		if err != nil || logs.Rows != 40 || logs.Cols != 3 || slices.Min(logs.Data) == slices.Max(logs.Data) {
			t.Errorf("%s: ln s is %v, %v", name, logs, err)
		}
		model, err := npz.Load(filepath.Join(a, "model.npz"))
		if err != nil {
			t.Fatal(err)
		}
		if w, bias := model["log_std_z_w"].Shape, model["log_std_z_b"].Shape; !slices.Equal(w, []int{3, 6}) ||
			!slices.Equal(bias, []int{3}) {
			t.Errorf("%s: log_std_z_w is %v and log_std_z_b %v", name, w, bias)
		}
		if kind, err := model["latent_std"].Strings(); err != nil || !slices.Equal(kind, []string{"amortized"}) {
			t.Errorf("%s: latent_std is %v, %v", name, kind, err)
		}
		var summary struct {
			Test struct {
				PC *float64 `json:"partial_correlation"`
			}
		}
		if err := json.Unmarshal(read(t, a, "summary.json"), &summary); err != nil || summary.Test.PC == nil {
			t.Errorf("%s: the partial correlation is %v, %v", name, summary.Test.PC, err)
		}
		succeed(t, "--config", filepath.Join(a, "config.toml"), "--out", b, "--no-report")
		for _, file := range []string{"model.npz", "latents.npz"} {
			if !bytes.Equal(read(t, a, file), read(t, b, file)) {
				t.Errorf("%s: %s is not the same when the run is repeated", name, file)
			}
		}
	}
}

// TestDefaultFolder is runs/NAME-TIME, by the clock.
func TestDefaultFolder(t *testing.T) {
	path := recording(t, nil)
	t.Chdir(t.TempDir())
	var out, errs bytes.Buffer
	now := func() time.Time { return time.Date(2031, 2, 3, 4, 5, 6, 0, time.UTC) }
	if status := Run(context.Background(), cli.Call{Args: []string{"--data", path, "--epochs=1", "--restarts=1",
		"--no-report"}}, &out, &errs, now); status != 0 {
		t.Fatalf("status %d: %s", status, errs.String())
	}
	check(t, filepath.Join("runs", "session-20310203-040506"), out.String(), false)
}

// TestMLP has no connectivity, and says so.
func TestMLP(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "run")
	_, errs := succeed(t, "--data", recording(t, nil), "--decoder=mlp", "--hidden=4", "--epochs=2", "--restarts=1",
		"--out", dir)
	if got := tree(t, dir); slices.Contains(got, "connectivity.npz") ||
		slices.Contains(got, "figures/connectivity.png") || !slices.Contains(got, "figures/loss.png") {
		t.Errorf("the folder holds %v", got)
	}
	if !strings.Contains(errs, "an mlp has no connectivity matrix") {
		t.Errorf("%s", errs)
	}
}

// TestMistakes checks that wrong input ends with status 2 and one line that names it, and that nothing is written.
func TestMistakes(t *testing.T) {
	dir := t.TempDir() // what the cases need; nothing may be added to it
	file := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	text, empty := file("text.npz", "not a recording"), file("empty.npz", "")
	whole := recording(t, nil)
	cut := file("cut.npz", string(read(t, whole)[:2000]))
	inFile := filepath.Join(text, "run")
	inf, nan := make([]float32, 40), slices.Repeat([]float32{float32(math.NaN())}, 40)
	inf[23], inf[24] = float32(math.Inf(-1)), nan[0]
	if err := os.Mkdir(filepath.Join(dir, "old"), 0o755); err != nil {
		t.Fatal(err)
	}
	file("old/config.toml", "seed = 1\n")

	good := []string{"--data", whole}
	cases := map[string]struct {
		args []string
		want string
	}{
		"unknown flag":         {append(good, "--bogus"), "--bogus"},
		"stray word":           {append(good, "bogus"), "bogus"},
		"flag without value":   {append(good, "--epochs"), "--epochs"},
		"not a number":         {append(good, "--epochs", "ten"), "--epochs"},
		"not a whole number":   {append(good, "--epochs", "1.5"), "--epochs"},
		"no epochs":            {append(good, "--epochs", "0"), "epochs is 0"},
		"rate below zero":      {append(good, "--lr", "-1"), "learning rate is -1"},
		"a choice of others":   {append(good, "--kernel", "gauss"), "--kernel"},
		"log format":           {append(good, "--log-format", "xml"), "--log-format"},
		"figure format":        {append(good, "--figure-format", "png,jpg"), `--figure-format: "jpg" is no format of figures: choose png, svg or pdf`},
		"log level":            {append(good, "--log-level", "loud"), "--log-level loud"},
		"groups":               {append(good, "--groups", "3,x"), "--groups"},
		"groups and latents":   {append(good, "--groups", "2,2", "--latents", "5"), "--groups 2,2"},
		"too many latents":     {append(good, "--latents", "7"), "7 latents"},
		"split":                {append(good, "--split", "half"), "half"},
		"fraction":             {append(good, "--test-fraction", "2"), "fraction"},
		"patience":             {append(good, "--split", "none", "--patience", "3"), "--patience"},
		"square root":          {append(good, "--scale", "sqrt"), "no square root"},
		"no such series":       {append(good, "--series", "y"), "y"},
		"no such input":        {append(good, "--input", "y"), "y"},
		"truth as activity":    {append(good, "--series", "A"), "A"},
		"choice of demo":       {[]string{"--series", "activity"}, "demo: "},
		"missing file":         {[]string{"--data", filepath.Join(dir, "absent.npz")}, "absent.npz: "},
		"another kind of file": {[]string{"--data", "a.mat"}, "a.mat: "},
		"a folder":             {[]string{"--data", filepath.Join(dir, "old")}, "old: "},
		"text":                 {[]string{"--data", text}, "text.npz: "},
		"an empty file":        {[]string{"--data", empty}, "empty.npz: "},
		"half a file":          {[]string{"--data", cut}, "cut.npz: "},
		"no activity": {[]string{"--data", recording(t,
			func(a map[string]npz.Array) { delete(a, "activity") })}, "session.npz: "},
		"one bin": {[]string{"--data", recording(t, activity(make([]float32, 10), 1, 10))},
			"session.npz: activity has 1 time bin(s)"},
		"no bins":       {[]string{"--data", recording(t, activity(nil, 0, 10))}, "session.npz: "},
		"no channels":   {[]string{"--data", recording(t, activity(nil, 10, 0))}, "session.npz: "},
		"one dimension": {[]string{"--data", recording(t, activity(nan, 40))}, "session.npz: "},
		"an infinity":   {[]string{"--data", recording(t, activity(inf, 10, 4))}, "(column 3) at row 5"},
		"nothing but NaN": {[]string{"--data", recording(t, activity(nan, 10, 4))},
			"session.npz: all values of activity are missing"},
		"silence": {[]string{"--data", recording(t, activity(make([]float32, 40), 10, 4))},
			"no channel ever changes"},
		"missing config": {append(good, "--config", filepath.Join(dir, "absent.toml")), "absent.toml"},
		"a key in config": {append(good, "--config", file("key.toml", "seed = 1\nepoch = 2\n")),
			"key.toml: line 2"},
		"a value in config":  {append(good, "--config", file("value.toml", "epochs = 'x'\n")), "value.toml: line 1"},
		"a choice in config": {append(good, "--config="+file("choice.toml", "kernel = 'gauss'\n")), "--kernel"},
		"a sum in config": {append(good, "--config", file("sum.toml", "groups = '2,2'\nlatents = 3\n")),
			"--latents is 3"},
		"out under a file": {append(good, "--out", inFile), "text.npz/run: "},
		"out is a file":    {append(good, "--out", text), "text.npz: "},
		"out holds a run":  {append(good, "--out", filepath.Join(dir, "old")), "old holds a run already"},
	}
	before := tree(t, dir)
	t.Chdir(t.TempDir())
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			args := slices.Clone(c.args)
			if !slices.Contains(args, "--out") {
				args = append([]string{"--out", filepath.Join(dir, "new")}, args...)
			}
			status, out, errs := program(args...)
			if status != 2 || out != "" || !strings.HasPrefix(errs, "error: ") || strings.Count(errs, "\n") != 1 ||
				!strings.HasSuffix(errs, "\n") {
				t.Errorf("status %d, %q, %q", status, out, errs)
			}
			if !strings.Contains(errs, c.want) {
				t.Errorf("%q is not in %q", c.want, errs)
			}
			if after := tree(t, dir); !slices.Equal(before, after) {
				t.Errorf("there are now %v", after)
			}
			if after := tree(t, "."); len(after) != 0 {
				t.Errorf("the working folder now holds %v", after)
			}
		})
	}
	if text := string(read(t, dir, "old", "config.toml")); text != "seed = 1\n" {
		t.Errorf("the old run's config.toml now holds %q", text)
	}
}

// TestMethodsDrawn checks that methods that form their groups after training are drawn with these.
func TestMethodsDrawn(t *testing.T) {
	for _, method := range []string{"lint", "lrrnn-ica"} {
		dir := filepath.Join(t.TempDir(), method)
		out, _ := succeed(t, "--method", method, "--epochs=2", "--restarts=1", "--out", dir)
		check(t, dir, out, false, drawn("behavior", "regions", "spectra")...)
	}
}

// TestReplacesNothing checks that what the user has in a folder under the name of a file of a run stays.
func TestReplacesNothing(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "results.nwb")
	if err := os.WriteFile(path, []byte("mine"), 0o600); err != nil {
		t.Fatal(err)
	}
	status, out, errs := program("--epochs=2", "--restarts=1", "--out", dir)
	if status != 2 || out != "" || strings.Count(errs, "\n") != 1 ||
		!strings.Contains(errs, path+": is there already") {
		t.Errorf("status %d: %s%s", status, out, errs)
	}
	if names := tree(t, dir); len(names) != 1 || string(read(t, path)) != "mine" {
		t.Errorf("the folder holds %q", names)
	}
}

// TestEmptyFiles checks that a file or a folder that is named by nothing is not taken for another one.
func TestEmptyFiles(t *testing.T) {
	for _, flag := range []string{"data", "config", "out", "resume"} {
		for _, args := range [][]string{{"--" + flag + "="}, {"--" + flag, ""}} {
			if status, out, errs := program(args...); status != 2 || out != "" || errs != "error: --"+flag+
				" is empty; give it a value, or leave it out\n" {
				t.Errorf("%q: status %d: %s", args, status, errs)
			}
		}
	}
}

// TestFailure checks that a failure while working ends with status 1 and one line that says where, at the end of the
// log. Here the loss is not finite.
func TestFailure(t *testing.T) {
	path := recording(t, nil)
	status, _, errs := program("--data", path, "--lr=1e10", "--epochs=9", "--restarts=1", "--batch=8", "--out",
		filepath.Join(t.TempDir(), "run"))
	last := lines(errs)
	if status != 1 || !strings.HasPrefix(last[len(last)-1], "error: "+path+": epoch 1, step ") {
		t.Errorf("status %d: %s", status, errs)
	}
}

// TestSilentChannel checks that a channel that never changes causes a warning in the log, in the output and in the
// summary, and no NaN.
func TestSilentChannel(t *testing.T) {
	path := recording(t, func(a map[string]npz.Array) {
		x := a["activity"].Data.([]float32)
		for i := 2; i < len(x); i += 6 {
			x[i] = 0.25
		}
	})
	dir := filepath.Join(t.TempDir(), "run")
	out, errs := succeed(t, "--data", path, "--epochs=3", "--restarts=1", "--out", dir)
	check(t, dir, out, false, drawn("behavior", "regions")...)
	var summary struct {
		Warnings    []string
		Train, Test map[string]*float64
	}
	if err := json.Unmarshal(read(t, dir, "summary.json"), &summary); err != nil {
		t.Fatal(err)
	}
	const want = "1 of 6 channels never change" // which so short a training adds a warning to: it predicts nothing
	if len(summary.Warnings) == 0 || !strings.Contains(summary.Warnings[0], want) || !strings.Contains(out, want) ||
		!strings.Contains(errs, want) {
		t.Errorf("warnings %q\n%s%s", summary.Warnings, out, errs)
	}
	for _, side := range []map[string]*float64{summary.Train, summary.Test} {
		for name, v := range side {
			if v == nil {
				t.Errorf("%s is null", name)
			}
		}
		if len(side) < 4 {
			t.Errorf("the summary has only %v", side)
		}
	}
}

// TestInterrupted checks that a fit that would take years ends when the context does, with status 130 and all its
// files.
func TestInterrupted(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	readings := 0
	now := func() time.Time { // the clock is read a few times an epoch, so this is well into the training
		if readings++; readings == 200 {
			cancel()
		}
		return time.Now()
	}
	dir := filepath.Join(t.TempDir(), "run")
	var out, errs bytes.Buffer
	status := Run(ctx, cli.Call{Args: []string{"--data", recording(t, nil), "--epochs=1000000000", "--restarts=1",
		"--out", dir}}, &out, &errs, now)
	if status != 130 {
		t.Fatalf("status %d: %s", status, errs.String())
	}
	// which comes after training
	unfiltered := slices.DeleteFunc(drawn("behavior", "regions"),
		func(name string) bool { return name == "latents_filtered" })
	check(t, dir, out.String(), true, unfiltered...)
	if !strings.Contains(errs.String(), "interrupted") || strings.Contains(errs.String(), "error: ") {
		t.Errorf("%s", errs.String())
	}
	if page := string(read(t, dir, "report.html")); !strings.Contains(page, "The run was interrupted") ||
		!strings.Contains(page, "--resume "+dir) {
		t.Error("the report does not say that the run was interrupted, and how it goes on")
	}
	var summary struct {
		Complete bool
		Epochs   int
	}
	if err := json.Unmarshal(read(t, dir, "summary.json"), &summary); err != nil || summary.Complete ||
		summary.Epochs < 10 {
		t.Errorf("%+v, %v", summary, err)
	}
	if rows := len(lines(string(read(t, dir, "metrics.csv")))) - 1; rows != summary.Epochs {
		t.Errorf("%d rows for %d epochs", rows, summary.Epochs)
	}
}

// TestInterruptedDrawing checks that an interrupt while the report is drawn ends the run with status 130. The run is
// complete except for the report, and the message says how to draw it. No part of a report, and no older report, is
// left.
func TestInterruptedDrawing(t *testing.T) {
	path := recording(t, nil)
	fit := func(dir string, last int) (status, readings int, out, errs string) {
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		now := func() time.Time {
			if readings++; readings == last {
				cancel()
			}
			return time.Now()
		}
		var o, e bytes.Buffer
		status = Run(ctx, cli.Call{Name: "./bin/train", Args: []string{"--data", path, "--epochs=2", "--restarts=1",
			"--out", dir}}, &o, &e, now)
		return status, readings, o.String(), e.String()
	}
	whole, dir := filepath.Join(t.TempDir(), "whole"), filepath.Join(t.TempDir(), "run")
	status, all, _, errs := fit(whole, -1)
	if status != 0 {
		t.Fatal(errs)
	}
	status, _, out, errs := fit(dir, all) // the clock is last read when all is fitted
	if status != 130 || strings.Contains(errs, "error: ") ||
		!strings.Contains(errs,
			"interrupted: the run is complete, but has no report; draw it with ./bin/evaluate --run "+dir) {
		t.Errorf("status %d: %s", status, errs)
	}
	check(t, dir, out, false)
	for _, name := range []string{"model.npz", "latents.npz", "connectivity.npz"} {
		if !bytes.Equal(read(t, whole, name), read(t, dir, name)) {
			t.Errorf("%s is not what it is without an interrupt", name)
		}
	}
	if out, _ := succeed(t, "--resume", dir); !strings.Contains(out, "the run is complete") {
		t.Error(out)
	}
}

// TestInterruptedAtOnce checks that so does one that did not get to its first epoch.
func TestInterruptedAtOnce(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	dir := filepath.Join(t.TempDir(), "run")
	var out, errs bytes.Buffer
	now := func() time.Time { // which is first asked for the name of the folder
		cancel()
		return time.Now()
	}
	if status := Run(ctx, cli.Call{Args: []string{"--data", recording(t, nil), "--out", dir}}, &out, &errs,
		now); status != 130 {
		t.Fatalf("status %d: %s", status, errs.String())
	}
	for _, name := range []string{"model.npz", "summary.json", "metrics.csv", "latents.npz", "results.nwb",
		"report.html"} {
		read(t, dir, name)
	}
}

// TestInterruptedResolving checks that an interrupt while the settings are resolved, which may look for components,
// ends it with the same status, and leaves no folder.
func TestInterruptedResolving(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	dir := filepath.Join(t.TempDir(), "run")
	var out, errs bytes.Buffer
	if status := Run(ctx, cli.Call{Args: []string{"--data", recording(t, nil), "--out", dir}}, &out, &errs,
		time.Now); status != 130 || strings.Contains(errs.String(), "error: ") {
		t.Errorf("status %d: %s", status, errs.String())
	}
	if _, err := os.Stat(dir); !os.IsNotExist(err) {
		t.Errorf("a folder is left: %v", err)
	}
}

// TestInterruptedReading checks that an interrupt while the recording is read ends it with the same status, and leaves
// no folder.
func TestInterruptedReading(t *testing.T) {
	dir := t.TempDir()
	w, err := hdf5.Create(filepath.Join(dir, "a.nwb"))
	if err != nil {
		t.Fatal(err)
	}
	w.Root().Attr("nwb_version", "2.8.0")
	x := w.Root().Group("acquisition").Group("x")
	x.Dataset("starting_time", 0.0, nil, hdf5.Options{}).Attr("rate", 10.0)
	x.Dataset("data", make([]float32, 80), []int{40, 2}, hdf5.Options{})
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	var out, errs bytes.Buffer
	if status := Run(ctx, cli.Call{Args: []string{"--data", filepath.Join(dir, "a.nwb"), "--out",
		filepath.Join(dir, "run")}}, &out, &errs, time.Now); status != 130 ||
		strings.Contains(errs.String(), "error: ") {
		t.Errorf("status %d: %s", status, errs.String())
	}
	if _, err := os.Stat(filepath.Join(dir, "run")); !os.IsNotExist(err) {
		t.Errorf("a folder is left: %v", err)
	}
}

// TestHelp checks that --help-all names every flag, and that it does nothing else.
func TestHelp(t *testing.T) {
	t.Chdir(t.TempDir())
	out, errs := succeed(t, "--help-all")
	p, err := kong.New(&arguments{}, flags.Vars())
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, group := range p.Model.AllFlags(true) {
		for _, f := range group {
			n++
			if !strings.Contains(out, "--"+f.Name) {
				t.Errorf("--%s is not in the help", f.Name)
			}
			if f.Help == "" {
				t.Errorf("--%s has no help", f.Name)
			}
		}
	}
	if n < 30 || errs != "" || len(tree(t, ".")) != 0 {
		t.Errorf("%d flags; %q", n, errs)
	}
}

// TestJSONLog checks that every line of the log is a JSON object.
func TestJSONLog(t *testing.T) {
	_, errs := succeed(t, "--data", recording(t, nil), "--epochs=1", "--restarts=1", "--no-report", "--log-format=json",
		"--log-level=debug", "--out", filepath.Join(t.TempDir(), "run"))
	for _, line := range lines(errs) {
		if !json.Valid([]byte(line)) {
			t.Errorf("%s", line)
		}
	}
}

// TestPageHasNoFolder checks that the report names the recording without the folder of an absolute path, however the
// flag is written; the config file keeps it.
func TestPageHasNoFolder(t *testing.T) {
	path := recording(t, nil)
	for _, data := range [][]string{{"--data", path}, {"--data=" + path}} {
		dir := filepath.Join(t.TempDir(), "run")
		succeed(t, append(data, "--epochs=1", "--restarts=1", "--out", dir)...)
		page := string(read(t, dir, "report.html"))
		if folder := filepath.Dir(path); strings.Contains(page, folder) ||
			!strings.Contains(string(read(t, dir, "config.toml")), folder) {
			t.Errorf("%s: the folder of the recording is in the report, or is not in config.toml", data[0])
		}
		if want := strings.ReplaceAll(data[0]+" ", path, "session.npz"); !strings.Contains(page, want) {
			t.Errorf("%q is not in the report", want)
		}
	}
}

// TestReach fits the authors' monkey data, as an NWB file from another program, where it lies beside the repository.
func TestReach(t *testing.T) {
	path := sharedtest.File(t, "nwb/reach.nwb")
	dir := filepath.Join(t.TempDir(), "run")
	out, _ := succeed(t, "--data", path, "--epochs=2", "--restarts=1", "--out", dir)
	check(t, dir, out, false, drawn("spectra")...)
	source, err := nwb.Read(path, data.Selection{})
	if err != nil {
		t.Fatal(err)
	}
	latents, err := nwb.Read(filepath.Join(dir, "results.nwb"), data.Selection{Series: "latents"})
	if err != nil {
		t.Fatal(err)
	}
	if s, of := latents.Session, source.Session; !strings.HasPrefix(s.Identifier, "reach-facrnn-") ||
		s.Start != of.Start || s.Description != of.Description {
		t.Errorf("results.nwb is of the session %+v, the recording of %+v", s, of)
	}
	for row, at := range source.Time { // a rate stands for the times
		if !(math.Abs(latents.Time[row]-at) <= 1e-8) || latents.Trial[row] != source.Trial[row] {
			t.Fatalf("row %d is at %g s in trial %d, the recording's at %g s in trial %d", row, latents.Time[row],
				latents.Trial[row], at, source.Trial[row])
		}
	}
	w, err := npz.Load(filepath.Join(dir, "connectivity.npz"), "W")
	if err != nil || !slices.Equal(w["W"].Shape, []int{154, 154}) {
		t.Errorf("W is %v, %v", w["W"].Shape, err)
	}
}

// TestMissing checks that NaN are masked and counted in a warning in the log, in the output and in the summary. All
// numbers and latents are finite, also in a bin without any observation, and with a channel that no training bin has.
func TestMissing(t *testing.T) {
	nan := float32(math.NaN())
	for name, c := range map[string]struct {
		file                   string // nwb/bad_nan.nwb of the shared files if empty
		values, channels, bins int
		warnings               []string
		more                   []string
	}{
		"a stretch of a channel": {"", 20, 1, 20, []string{"20 values of the activity are missing"}, nil},
		"a bin and a channel": {recording(t, func(a map[string]npz.Array) {
			x := a["activity"].Data.([]float32)
			for i := range x {
				if i/6 == 9 || i%6 == 2 {
					x[i] = nan
				}
			}
		}), 0, 6, 0, []string{"1 of 6 channels are missing in all training bins", "1 bins have no values at all"},
			[]string{"--epochs=3", "--restarts=1"}},
		"counts": {recording(t, func(a map[string]npz.Array) {
			x := a["activity"].Data.([]float32)
			for i, v := range x {
				if x[i] = float32(math.Round(math.Abs(4 * float64(v)))); i%11 == 0 {
					x[i] = nan
				}
			}
		}), 0, 6, 0, []string{"values of the activity are missing"},
			[]string{"--observation=poisson", "--scale=none", "--epochs=3", "--restarts=1", "--refit=2"}},
	} {
		t.Run(name, func(t *testing.T) {
			if c.file == "" {
				c.file = sharedtest.File(t, "nwb/bad_nan.nwb")
			}
			dir := filepath.Join(t.TempDir(), "run")
			out, errs := succeed(t, append([]string{"--data", c.file, "--no-report", "--out", dir}, c.more...)...)
			var summary struct {
				Data struct {
					Missing  int
					Channels int `json:"missing_channels"`
					Bins     int `json:"missing_bins"`
				}
				Warnings    []string
				Train, Test map[string]*float64
			}
			if err := json.Unmarshal(read(t, dir, "summary.json"), &summary); err != nil {
				t.Fatal(err)
			}
			d := summary.Data
			if c.values > 0 && d.Missing != c.values || d.Missing == 0 || d.Channels != c.channels || c.bins > 0 &&
				d.Bins != c.bins {
				t.Errorf("the summary says %+v", d)
			}
			for _, w := range c.warnings {
				if !slices.ContainsFunc(summary.Warnings, func(s string) bool { return strings.Contains(s, w) }) ||
					!strings.Contains(out, w) || !strings.Contains(errs, w) {
					t.Errorf("%q is not in the warnings %q\n%s%s", w, summary.Warnings, out, errs)
				}
			}
			for _, side := range []map[string]*float64{summary.Train, summary.Test} {
				for name, v := range side {
					if v == nil {
						t.Errorf("%s is null", name)
					}
				}
			}
			for _, file := range []string{"latents.npz", "model.npz", "connectivity.npz"} {
				arrays, err := npz.Load(filepath.Join(dir, file))
				if err != nil {
					t.Fatal(err)
				}
				for name, a := range arrays {
					if x, ok := a.Data.([]float32); ok && slices.ContainsFunc(x,
						func(v float32) bool { return v != v }) {
						t.Errorf("%s of %s holds NaN", name, file)
					}
					if x, ok := a.Data.([]float64); ok && slices.ContainsFunc(x, math.IsNaN) {
						t.Errorf("%s of %s holds NaN", name, file)
					}
				}
			}
		})
	}
}
