package experiment

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"facrnn/cmd/internal/clitest"
	"facrnn/data/npz"
	"facrnn/train/rundir"
)

// call runs the program with some arguments.
func call(ctx context.Context, args ...string) (status int, stdout, stderr string) {
	return clitest.Run(ctx, Run, args...)
}

// numbers marks a test of the numbers that fits come to, of which it makes many. The race detector leaves it out:
// TestReach and TestRepeats carry out fits side by side and draw them, with fewer steps.
func numbers(t *testing.T) {
	t.Helper()
	if raced {
		t.Skip("a test of numbers, which takes minutes under the race detector")
	}
}

func table1(t *testing.T, dir string) [][]string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(dir, "results.csv"))
	if err != nil {
		t.Fatal(err)
	}
	lines, err := csv.NewReader(bytes.NewReader(text)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return lines
}

// TestSynthetic runs every method on the simulated recording, trained a little: a row a method and seed, in order, with
// every column filled in, a table and a summary. Run again with another seed, it makes only the fits that are missing,
// and those that were made stay as they are.
func TestSynthetic(t *testing.T) {
	numbers(t)
	dir := filepath.Join(t.TempDir(), "out")
	const methods = "facrnn,facrnn-full,lrrnn,lrrnn-ica,lint,bdrnn,components"
	args := []string{"synthetic", "--epochs=3", "--restarts=2", "--recipe=paper", "--methods=" + methods, "--out", dir}
	status, out, stderr := call(context.Background(), append(args, "--seeds=1")...)
	if status != 0 {
		t.Fatalf("exit %d: %s", status, stderr)
	}
	if lines := strings.Split(strings.TrimSpace(out), "\n"); !strings.HasSuffix(lines[len(lines)-1], dir) {
		t.Errorf("the last line is %q, want the folder", lines[len(lines)-1])
	}
	first := table1(t, dir)
	const columns = "method,seed,recipe,split,loss,loglik,reconstruction_r2,partial_correlation,total_correlation," +
		"group_r2,component_r2,group_r2_filtered,connectivity_corr,subconnectivity_corr,subconnectivity_corr_ridge," +
		"seconds,group_r2_best_grouping,observation,restarts,bits_per_spike"
	if got := strings.Join(first[0], ","); got != columns || len(first) != 8 {
		t.Fatalf("%d lines under %s, want 8 under %s", len(first), got, columns)
	}
	for i, l := range first[1:] {
		if want := strings.Split(methods, ",")[i]; l[0] != want {
			t.Errorf("row %d is of %s, want %s", i+1, l[0], want)
		}
		for j, v := range l {
			if v == "" && !(l[0] == "components" && first[0][j] == "loss" || first[0][j] == "bits_per_spike") {
				t.Errorf("%s: no %s", l[0], first[0][j])
			}
		}
	}
	status, _, stderr = call(context.Background(), append(args, "--seeds=2")...)
	if status != 0 || !strings.Contains(stderr, "7 fits to go") {
		t.Fatalf("exit %d: %s", status, stderr)
	}
	second := table1(t, dir)
	if len(second) != 15 {
		t.Errorf("%d lines after the second seed", len(second))
	}
	for i, l := range first[1:] {
		if strings.Join(second[1+2*i], ",") != strings.Join(l, ",") {
			t.Errorf("row %q has become %q", l, second[1+2*i])
		}
	}
	for _, name := range []string{"boxes.png", "boxes.svg"} {
		if info, err := os.Stat(filepath.Join(dir, "figures", name)); err != nil || info.Size() == 0 {
			t.Errorf("figure %s: %v", name, err)
		}
	}
	if status, _, stderr := call(context.Background(), "synthetic", "--epochs=2", "--methods=facrnn", "--out",
		dir); status != 2 || !strings.Contains(stderr, "with --epochs 3, not 2") {
		t.Errorf("other settings into the same folder: exit %d, %s", status, stderr)
	}
	var summary map[string]map[string]any
	text, err := os.ReadFile(filepath.Join(dir, "summary.json"))
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, &summary); err != nil ||
		summary["facrnn paper interleaved gaussian 2"]["seeds"] != 2.0 {
		t.Errorf("summary.json: %v, %s", err, text)
	}
}

// TestReach runs methods, all of them where nothing is held out, on the simulated reaching, trained next to nothing: a
// row a method, size and seed, with the hand's R2 on held-out trials where some are.
func TestReach(t *testing.T) {
	for split, heldOut := range map[string]bool{"none": false, "trials": true} {
		if raced && !heldOut {
			continue
		}
		dir := t.TempDir()
		args := []string{"reach", "--epochs=2", "--seeds=1", "--split=" + split, "--out", dir}
		if heldOut {
			args = append(args, "--methods=lrrnn,facrnn")
		} else {
			args = append(args, "--latents=2")
		}
		status, _, stderr := call(context.Background(), args...)
		if status != 0 {
			t.Fatalf("exit %d: %s", status, stderr)
		}
		lines := table1(t, dir)
		if want := map[bool]int{false: 1 + 4, true: 1 + 2*2}[heldOut]; len(lines) != want { // methods times sizes
			t.Fatalf("%d lines", len(lines))
		}
		for _, l := range lines[1:] {
			for j, v := range l {
				if want := (lines[0][j] != "hand_r2_heldout" || heldOut) &&
					lines[0][j] != "bits_per_spike"; (v != "") != want {
					t.Errorf("%s, split %s: %s is %q", l[0], split, lines[0][j], v)
				}
			}
		}
	}
}

// TestRobustness checks that two true groups are found without a warning. A system without groups gives a warning, and
// scores higher without groups before the refit. Wrong sizes leave the metrics empty that compare equal numbers of
// groups.
func TestRobustness(t *testing.T) {
	numbers(t)
	dir := t.TempDir()
	status, out, stderr := call(context.Background(), "robustness", "--conditions=as-planted,groups-6,coupled,noise-2",
		"--seeds=1", "--out", dir)
	if status != 0 {
		t.Fatalf("exit %d: %s", status, stderr)
	}
	lines := table1(t, dir)
	rows := map[string]line{}
	for _, l := range lines[1:] {
		r := line{}
		for i, c := range lines[0] {
			r[c] = l[i]
		}
		rows[r["condition"]] = r
	}
	figure := func(condition, column string) float64 {
		v, err := strconv.ParseFloat(rows[condition][column], 64)
		if err != nil {
			t.Fatalf("%s of %s: %v\n%s", column, condition, err, out)
		}
		return v
	}
	if r2 := figure("as-planted", "group_r2"); r2 < 0.85 || figure("as-planted", "warned") != 0 {
		t.Errorf("as planted: group R2 %.3f, %v", r2, rows["as-planted"])
	}
	if figure("coupled", "warned") != 1 || figure("coupled", "loglik_unrefitted") > figure("coupled",
		"loglik_one_group") {
		t.Errorf("coupled latents look like a success: %v", rows["coupled"])
	}
	if figure("groups-6", "latents_r2") < 0.85 || rows["groups-6"]["group_r2"] != "" ||
		rows["groups-6"]["partial_correlation_null"] != "" {
		t.Errorf("one group: %v", rows["groups-6"])
	}
	if figure("noise-2", "group_r2") >= figure("as-planted", "group_r2") {
		t.Error("noise does no harm")
	}
}

// TestConditions checks that each condition changes the recording as its text says, and that the result can be fitted.
func TestConditions(t *testing.T) {
	for _, c := range conditions {
		e := robustness{groundTruth: groundTruth{Groups: []int{3, 3}}}
		rec, truth, err := e.open(&c, 1)
		if err != nil {
			t.Fatal(err)
		}
		if err := rec.Check(); err != nil {
			t.Errorf("%s: %v", c.name, err)
		}
		if rec.Bins() != truth.Z.Rows || rec.Activity.Cols != truth.A.Rows || rec.Activity.Cols != truth.B.Cols ||
			rec.Activity.Cols != len(rec.Channels) {
			t.Errorf("%s: %d bins of %d neurons, the truth's z (%d), A (%d), B (%d)", c.name, rec.Bins(),
				rec.Activity.Cols, truth.Z.Rows, truth.A.Rows, truth.B.Cols)
		}
		bins, neurons, input := 2000, 20, true
		switch c.name {
		case "bins-500":
			bins = 500
		case "bins-1000":
			bins = 1000
		case "half-unseen":
			neurons = rec.Activity.Cols
			if neurons >= 20 || neurons < 15 {
				t.Errorf("%d of 20 neurons are left", neurons)
			}
		case "input-unknown", "coupled":
			input = false
		}
		if rec.Bins() != bins || rec.Activity.Cols != neurons || rec.Input.Empty() == input {
			t.Errorf("%s: %d bins, %d neurons, no input: %t", c.name, rec.Bins(), rec.Activity.Cols, rec.Input.Empty())
		}
	}
}

// TestScaling checks that a row a size, each with a time and a memory.
func TestScaling(t *testing.T) {
	args := []string{"scaling", "--small", "--seeds=1", "--figure-format=pdf"}
	r, _ := runs(t, t.TempDir(), args...)
	for _, name := range []string{"time.png", "memory.svg", "memory.pdf"} {
		if _, err := os.Stat(filepath.Join(r.dir, "figures", name)); err != nil {
			t.Error(err)
		}
	}
	if want := 2 * len(grown); len(r.rows) != want {
		t.Fatalf("%d rows, want %d", len(r.rows), want)
	}
	for _, l := range r.rows {
		for _, column := range []string{"us_per_step", "megabytes"} {
			if v := l.figure(t, column); !(v > 0) {
				t.Errorf("%v: %s is %g", l, column, v)
			}
		}
	}
	r.standsAlone(t, args...)
}

// TestCounts checks that the synthetic experiment on spike counts has their bits per spike.
func TestCounts(t *testing.T) {
	numbers(t)
	args := []string{"synthetic", "--observation=poisson", "--methods=components", "--seeds=1"}
	r, _ := runs(t, t.TempDir(), args...)
	if v := r.rows[0].figure(t, "bits_per_spike"); !(v > 0.1) {
		t.Errorf("%g bits per spike, want more than 0.1", v)
	}
	r.standsAlone(t, args...)
}

// TestRepeats checks that one seed gives one row, however many fits run side by side.
func TestRepeats(t *testing.T) {
	var rows []string
	for _, jobs := range []string{"--jobs=1", "--jobs=3"} {
		dir := t.TempDir()
		if status, _, stderr := call(context.Background(), "synthetic", "--epochs=2", "--restarts=1", "--seeds=2",
			"--methods=lrrnn,facrnn", "--recipe=paper", jobs, "--out", dir); status != 0 {
			t.Fatal(stderr)
		}
		var b strings.Builder
		lines := table1(t, dir)
		seconds := slices.Index(lines[0], "seconds")
		for _, l := range lines {
			l[seconds] = ""
			b.WriteString(strings.Join(l, ",") + "\n")
		}
		rows = append(rows, b.String())
	}
	if rows[0] != rows[1] {
		t.Errorf("one at a time:\n%s\nside by side:\n%s", rows[0], rows[1])
	}
}

// TestTaken checks that a folder is not touched while another program writes to it.
func TestTaken(t *testing.T) {
	dir := t.TempDir()
	unlock, err := rundir.Lock(dir)
	if err != nil {
		t.Fatal(err)
	}
	if status, _, stderr := call(context.Background(), "synthetic", "--methods=components", "--seeds=1", "--out",
		dir); status != 2 || !strings.Contains(stderr, "another program") {
		t.Errorf("exit %d, %s", status, stderr)
	}
	unlock()
	if status, _, stderr := call(context.Background(), "synthetic", "--methods=components", "--seeds=1", "--out",
		dir); status != 0 {
		t.Errorf("exit %d, %s", status, stderr)
	}
}

func TestInterrupted(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if status, _, stderr := call(ctx, "synthetic", "--seeds=1", "--out", t.TempDir()); status != 130 {
		t.Errorf("exit %d: %s", status, stderr)
	}
}

func TestWrong(t *testing.T) {
	broken := filepath.Join(t.TempDir(), "results.csv")
	if err := os.WriteFile(broken, []byte("a,b\n1,2\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, z := range map[string][]float32{"planted.npz": {1, 2, 3, 4, 5, 6, 7, 9},
		"constant.npz": {1, 2, 3, 2, 5, 2, 7, 2}} {
		four := func(rows int) npz.Array { return npz.Array{Shape: []int{rows, 4}, Data: make([]float32, 4*rows)} }
		arrays := map[string]npz.Array{"activity": four(4), "z": four(4), "A": four(4), "B": four(4),
			"owner": npz.Ints([]int{0, 0, 1, 1})}
		for i, v := range z {
			arrays["z"].Data.([]float32)[i/2*4+i%2], arrays["z"].Data.([]float32)[i/2*4+i%2+2] = v, v
			arrays["activity"].Data.([]float32)[i] = v
		}
		clitest.Save(t, filepath.Join(filepath.Dir(broken), name), arrays)
	}
	for _, c := range []struct{ args, want string }{
		{"", "expected"},
		{"magnetic", "unexpected argument"},
		{"synthetic --seeds=0", "--seeds is 0"},
		{"synthetic --restarts=0", "--restarts is 0"},
		{"synthetic --jobs=-1", "--jobs is -1"},
		{"synthetic --methods=pca", `no method "pca"`},
		{"synthetic --data=nowhere.npz", "nowhere.npz"},
		{"reach --latents=3", "even numbers"},
		{"reach --methods=bdrnn", `no method "bdrnn"`},
		{"synthetic --methods=lint,lint", "named twice"},
		{"synthetic --methods=", "nothing to fit"},
		{"synthetic --methods=lrrnn --epochs=0", "epochs"},
		{"reach --latents=400", "more than the recording's"},
		{"robustness --groups=2,2 --data=" + filepath.Join(filepath.Dir(broken), "planted.npz"),
			"two true groups of three"},
		{"synthetic --data=" + filepath.Join(filepath.Dir(broken), "constant.npz"),
			"latent 1 of the ground truth never changes"},
		{"voltage --side=3", "--side is 3"},
		{"reach --observation=poisson", "facrnn-mlp has no rates"},
		{"robustness --conditions=easy", `no condition "easy"`},
		{"scaling --seeds=0", "--seeds is 0"},
		{"synthetic --split=half", "split"},
		{"synthetic --out=" + filepath.Dir(broken), "holds no table of this experiment"},
	} {
		status, _, stderr := call(context.Background(), strings.Fields(c.args)...)
		if status != 2 || !strings.Contains(stderr, c.want) || strings.Count(stderr, "\n") != 1 {
			t.Errorf("%q: exit %d, %q, want exit 2 and %q", c.args, status, stderr, c.want)
		}
	}
}
