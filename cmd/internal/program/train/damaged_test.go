package train

import (
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"facrnn/cmd/internal/clitest"
	"facrnn/data/npz"
)

// TestDamagedCheckpoint checks that a checkpoint with changed arrays is called damaged, with its path and the remedy.
// So is a checkpoint of an older version, which has no digest, if its values are impossible. A file with the same
// arrays that another program wrote is read.
func TestDamagedCheckpoint(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "run")
	interrupted(t, "--data", recording(t, nil), "--epochs=100000", "--restarts=2", "--threads=1", "--no-report",
		"--groups=1,1", "--out", dir)
	path := filepath.Join(dir, "checkpoint", "restart-0.npz")
	whole := read(t, dir, "checkpoint/restart-0.npz")
	put := func(name string, v float64) func(map[string]npz.Array) {
		return func(a map[string]npz.Array) { a[name].Data.([]float64)[0] = v }
	}
	transpose := func(name string) func(map[string]npz.Array) {
		return func(a map[string]npz.Array) {
			x := a[name]
			rows, cols := x.Shape[0], x.Shape[1]
			y := npz.Array{Shape: []int{cols, rows}, Data: make([]float64, rows*cols)}
			for i, v := range x.Data.([]float64) {
				y.Data.([]float64)[i%cols*rows+i/cols] = v
			}
			a[name] = y
		}
	}
	old := func(change func(map[string]npz.Array)) func(map[string]npz.Array) {
		return func(a map[string]npz.Array) { delete(a, "sha256"); change(a) }
	}
	for _, c := range []struct {
		name   string
		change func(map[string]npz.Array)
		want   string
	}{
		{"a parameter is NaN", put("param_At", math.NaN()), "damaged"},
		{"a parameter is absurd", put("param_B", 1e30), "damaged"},
		{"a parameter is a little off", put("param_b", 0.25), "damaged"},
		{"a parameter is transposed", transpose("param_At"), "damaged"},
		{"a mean is NaN", put("mean_At", math.NaN()), "damaged"},
		{"a mean square is absurd", put("square_At", 1e30), "damaged"},
		{"a row is changed", put("rows_loss", 7), "damaged"},
		{"the order of bins is changed", func(a map[string]npz.Array) { slices.Reverse(a["order"].Data.([]int64)) },
			"damaged"},
		{"old: a parameter is NaN", old(put("param_At", math.NaN())), "damaged (array At: it holds NaN)"},
		{"old: a parameter is absurd", old(put("param_B", 1e30)), "damaged (array B: it holds 1e+30)"},
		{"old: the loss is infinite", old(put("param_b", 1e19)), "damaged (the loss of its first step is +Inf)"},
		{"old: a mean square is below 0", old(put("square_At", -1)), "damaged (array At: it holds -1)"},
		{"old: a parameter is transposed", old(transpose("param_At")), "or remove " + path},
	} {
		if err := os.WriteFile(path, clitest.Arrays(t, c.change)(slices.Clone(whole)), 0o600); err != nil {
			t.Fatal(err)
		}
		status, _, errs := program("--resume", dir)
		last := lines(errs)[len(lines(errs))-1]
		if status != 2 || !strings.Contains(last, path) || !strings.Contains(last, c.want) ||
			!strings.Contains(last, "remove ") || strings.Contains(last, "--lr") {
			t.Errorf("%s: status %d, %q, want 2 and %q", c.name, status, last, c.want)
		}
	}
	for _, change := range []func(map[string]npz.Array){func(map[string]npz.Array) {},
		old(func(map[string]npz.Array) {})} {
		if err := os.WriteFile(path, clitest.Arrays(t, change)(slices.Clone(whole)), 0o600); err != nil {
			t.Fatal(err)
		}
		interrupted(t, "--resume", dir, "--no-report") // The run continues.
	}
}

// TestTidy checks that the checkpoints of a complete run, which a kill right after summary.json leaves, are removed by
// the next --resume.
func TestTidy(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "run")
	succeed(t, "--data", recording(t, nil), "--epochs=1", "--restarts=1", "--no-report", "--out", dir)
	want := tree(t, dir)
	for range 2 {
		if err := os.MkdirAll(filepath.Join(dir, "checkpoint"), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, "checkpoint", "restart-0.npz"), []byte("x"), 0o600); err != nil {
			t.Fatal(err)
		}
		succeed(t, "--resume", dir)
		if got := tree(t, dir); !slices.Equal(got, want) {
			t.Errorf("there are %v, want %v", got, want)
		}
	}
}
