package train

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"facrnn/cmd/internal/cli"
	"facrnn/cmd/internal/clitest"
	"facrnn/data/npz"
)

// mistaken wants the program to end with status 2 and one line that says so.
func mistaken(t *testing.T, want string, args ...string) {
	t.Helper()
	clitest.Mistaken(t, Run, want, args...)
}

// interrupted runs train until its first restart has had a hundred readings of the clock, with restarts one after the
// other.
func interrupted(t *testing.T, args ...string) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	readings := 0
	now := func() time.Time {
		if readings++; readings == 100 {
			cancel()
		}
		return time.Now()
	}
	var out, errs bytes.Buffer
	if status := Run(ctx, cli.Call{Args: args}, &out, &errs, now); status != 130 {
		t.Fatalf("status %d: %s", status, errs.String())
	}
}

// contents returns the files of a folder.
func contents(t *testing.T, dir string) map[string]string {
	t.Helper()
	all := map[string]string{}
	for _, name := range tree(t, dir) {
		if info, err := os.Stat(filepath.Join(dir, name)); err == nil && !info.IsDir() {
			all[name] = string(read(t, dir, name)) + info.ModTime().String()
		}
	}
	return all
}

// TestResumeFinished says so and changes nothing. With --json, either prints what summary.json holds, and where the
// rest is beside it.
func TestResumeFinished(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "run")
	status, out, errs := program("--data", recording(t, nil), "--epochs=1", "--restarts=1", "--no-report", "--json",
		"--out", dir)
	if summary := string(read(t, dir, "summary.json")); status != 0 || out != summary ||
		!strings.HasSuffix(errs, "results in "+dir+"\n") {
		t.Errorf("--json: status %d, %q, not %q; %s", status, out, summary, errs)
	}
	if _, again, said := program("--resume", dir, "--json"); again != out || said != "results in "+dir+"\n" {
		t.Errorf("--json of a complete run: %q, not %q; %s", again, out, said)
	}
	before := contents(t, dir)
	out, errs = succeed(t, "--resume", dir)
	if !strings.Contains(out, "the run is complete") || !strings.HasSuffix(out, "results in "+dir+"\n") || errs != "" {
		t.Errorf("%q, %q", out, errs)
	}
	after := contents(t, dir)
	for name, text := range after {
		if before[name] != text {
			t.Errorf("%s has changed", name)
		}
	}
	if len(after) != len(before) {
		t.Errorf("there are now %d files, not %d", len(after), len(before))
	}
}

// TestResumeMistakes checks that flags that contradict a resumed run are refused in one line, and that the folder stays
// unchanged.
func TestResumeMistakes(t *testing.T) {
	path := recording(t, nil)
	dir := filepath.Join(t.TempDir(), "run")
	interrupted(t, "--data", path, "--epochs=100000", "--restarts=2", "--threads=1", "--no-report", "--groups=1,1",
		"--out", dir)
	before := contents(t, dir)
	state, origin := filepath.Join(dir, "checkpoint", "restart-0.npz"), filepath.Join(dir, "checkpoint", "run.json")

	// each puts something in the place of a file for a while
	instead := func(path string, change func([]byte) []byte, then func()) {
		t.Helper()
		info, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		old := read(t, path)
		if err := os.WriteFile(path, change(slices.Clone(old)), 0o600); err != nil {
			t.Fatal(err)
		}
		then()
		if err := os.WriteFile(path, old, 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(path, info.ModTime(), info.ModTime()); err != nil {
			t.Fatal(err)
		}
	}
	arrays := func(change func(map[string]npz.Array)) func([]byte) []byte { return clitest.Arrays(t, change) }
	replace := func(from, to string) func([]byte) []byte { return clitest.Replace(t, from, to) }

	version := func(v int64) func([]byte) []byte {
		return arrays(func(a map[string]npz.Array) { a["format_version"] = npz.Scalar(v) })
	}

	mistaken(t, "config.toml", "--resume", t.TempDir())
	mistaken(t, "absent: holds no run", "--resume", filepath.Join(dir, "absent"))
	mistaken(t, "--seed 5: "+filepath.Join(dir, "config.toml")+" has 0; leave the flag out", "--resume", dir,
		"--seed=5")
	mistaken(t, "--groups 2,2: ", "--resume="+dir, "--groups", "2,2")
	mistaken(t, "--epochs 7: ", "--resume", dir, "--epochs", "7", "--groups=1,1")
	mistaken(t, "--data other.npz: ", "--resume", dir, "--data=other.npz")
	mistaken(t, "--config ", "--resume", dir, "--config", filepath.Join(dir, "config.toml"))
	mistaken(t, "--out elsewhere", "--resume", dir, "--out", "elsewhere")
	mistaken(t, "--checkpoint-every is -1", "--resume", dir, "--checkpoint-every=-1")
	instead(path, func(b []byte) []byte { return append(b, 0) },
		func() { mistaken(t, path+" has changed since", "--resume", dir) })
	instead(path, func([]byte) []byte {
		return read(t, recording(t, func(a map[string]npz.Array) { a["activity"].Data.([]float32)[3]++ }))
	}, func() { mistaken(t, path+" has changed since", "--resume", dir) })
	instead(state, version(99), func() {
		mistaken(t, state+": written by a newer version of the program (format 99, this version reads up to 2)",
			"--resume",
			dir)
	})
	instead(state, version(1), func() { mistaken(t, state+": written by an older version", "--resume", dir) })
	instead(origin, replace(`"format_version": 2`, `"format_version": 3`), func() { mistaken(t, origin+": written by a newer version", "--resume", dir) })
	instead(origin, replace(`{`, ``), func() { mistaken(t, origin+" is damaged", "--resume", dir) })
	instead(state, func(b []byte) []byte { return b[:len(b)/2] }, func() { mistaken(t, state+": ", "--resume", dir) })
	instead(state, arrays(func(a map[string]npz.Array) { delete(a, "param_B") }),
		func() { mistaken(t, state+": damaged (array param_B: it is missing)", "--resume", dir) })
	instead(state, arrays(func(a map[string]npz.Array) { a["rows_loss"] = npz.Vector(make([]float64, 99)) }),
		func() { mistaken(t, state+": damaged", "--resume", dir) })
	instead(filepath.Join(dir, "config.toml"), replace("epochs = 100000", "epochz = 1"),
		func() { mistaken(t, "epochz", "--resume", dir) })
	if after := contents(t, dir); len(after) != len(before) {
		t.Errorf("there are now %d files, not %d", len(after), len(before))
	}
	for name, text := range contents(t, dir) {
		if before[name] != text {
			t.Errorf("%s has changed", name)
		}
	}
	config := filepath.Join(dir, "config.toml")
	other := func(b []byte) []byte {
		return replace("latents = 2", "latents = 3")(replace("groups = '1,1'", "groups = '1,2'")(b))
	}
	instead(config, other, func() { // found only when the model is there
		status, _, errs := program("--resume", dir)
		if last := lines(errs); status != 2 || !strings.Contains(last[len(last)-1], "checkpoint: ") ||
			!strings.Contains(last[len(last)-1], config) {
			t.Errorf("status %d: %s", status, errs)
		}
	})
}

// TestCannotWrite checks that a file that cannot be written ends the run with status 1 and one line.
func TestCannotWrite(t *testing.T) {
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "metrics.csv"), 0o755); err != nil {
		t.Fatal(err)
	}
	status, out, errs := program("--data", recording(t, nil), "--epochs=3", "--restarts=1", "--out", dir)
	last := lines(errs)
	if want := "error: " + filepath.Join(dir, "metrics.csv") + ": "; status != 1 || out != "" ||
		!strings.HasPrefix(last[len(last)-1], want) || !strings.HasSuffix(last[len(last)-1],
		"continue with ./program --resume "+dir) {
		t.Errorf("status %d: %s", status, errs)
	}
}

// TestGoesBack checks a loss that is not finite, at a large learning rate. It is in the log, in the output and in the
// summary, and metrics.csv has every epoch once.
func TestGoesBack(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "run")
	out, errs := succeed(t, "--data", recording(t, nil), "--recipe=paper", "--decoder=exp", "--epochs=60",
		"--restarts=1", "--batch=8", "--lr=3", "--no-report", "--out", dir)
	const want = "went back to the end of step "
	if !strings.Contains(clitest.Unwrapped(out), want) || !strings.Contains(errs, want) {
		t.Errorf("%s\n%s", out, errs)
	}
	var summary struct{ Warnings []string }
	if err := json.Unmarshal(read(t, dir, "summary.json"), &summary); err != nil ||
		!slices.ContainsFunc(summary.Warnings, func(w string) bool { return strings.Contains(w, want) }) {
		t.Errorf("%q, %v", summary.Warnings, err)
	}
	if rows := lines(string(read(t, dir, "metrics.csv"))); len(rows) != 61 || !strings.HasPrefix(rows[60], "60,") {
		t.Errorf("%d rows, the last %s", len(rows)-1, rows[len(rows)-1])
	}
}
