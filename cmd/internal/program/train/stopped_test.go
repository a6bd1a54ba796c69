//go:build unix

package train

import (
	"errors"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"facrnn/cmd/internal/cli"
)

// endless returns the flags of a run that does not end by itself within a test.
func endless(t *testing.T, dir string) []string {
	t.Helper()
	return []string{"--data", recording(t, nil), "--no-report", "--epochs=100000000", "--restarts=1",
		"--checkpoint-every=0", "--out", dir}
}

// TestFolderGone checks that a run ends with status 1 and one line if its folder, config.toml or lock is removed while
// it trains. It does not create the folder again.
func TestFolderGone(t *testing.T) {
	for _, c := range []struct {
		name   string
		remove func(dir string) error
		left   bool
	}{
		{"", func(dir string) error { return os.Rename(dir, dir+"-moved") }, false},
		{"config.toml", func(dir string) error { return os.Remove(filepath.Join(dir, "config.toml")) }, true},
		{".lock", func(dir string) error { return os.Remove(filepath.Join(dir, ".lock")) }, true},
	} {
		t.Run("the folder's "+c.name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "run")
			p, errs := process(t, endless(t, dir)...)
			begun := there(dir, "checkpoint/restart-0.npz")
			err, _ := stop(t, p, syscall.Signal(0), func() bool { // which only looks for the process
				if !begun() {
					return false
				}
				if err := c.remove(dir); err != nil {
					t.Error(err)
				}
				return true
			})
			all := lines(errs.String())
			last := all[len(all)-1]
			if exit := (*exec.ExitError)(nil); !errors.As(err, &exit) || exit.ExitCode() != cli.Failed {
				t.Errorf("%v, want status %d: %s", err, cli.Failed, errs)
			}
			if want := "error: " + filepath.Join(dir, c.name) + ": it was removed"; !strings.HasPrefix(last, want) ||
				!strings.Contains(last, "nothing was saved") {
				t.Errorf("%q, want %q", last, want)
			}
			if _, err := os.Stat(dir); c.left != (err == nil) {
				t.Errorf("the folder: %v", err)
			}
		})
	}
}

// TestSignals checks that a run that gets SIGTERM, or SIGHUP as its terminal closes, saves what it has as after an
// interrupt.
func TestSignals(t *testing.T) {
	for _, with := range []os.Signal{syscall.SIGTERM, syscall.SIGHUP} {
		if signal.Ignored(with) {
			t.Logf("%v is ignored here, as nohup has it: a run then goes on, which TestNohup shows", with)
			continue
		}
		dir := filepath.Join(t.TempDir(), "run")
		p, errs := process(t, endless(t, dir)...)
		err, _ := stop(t, p, with, rows(dir, 50))
		if exit := (*exec.ExitError)(nil); !errors.As(err, &exit) || exit.ExitCode() != cli.Interrupted ||
			!strings.Contains(errs.String(), "--resume "+dir) {
			t.Errorf("%v: %v, want status %d: %s", with, err, cli.Interrupted, errs)
		}
		for _, name := range []string{"model.npz", "latents.npz", "summary.json", "checkpoint/restart-0.npz"} {
			read(t, dir, name)
		}
	}
}

// TestNohup checks that a run that starts with SIGHUP ignored, as under nohup, continues after SIGHUP.
func TestNohup(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "run")
	p := exec.Command("sh", append([]string{"-c", `trap "" HUP; exec "$0" "$@"`, os.Args[0]}, endless(t, dir)...)...)
	p.Env = append(os.Environ(), "FACRNN_TRAIN_PROCESS=1")
	if err := p.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = p.Process.Kill() }) // where the test has ended before it
	hung, more := false, false
	err, _ := stop(t, p, syscall.SIGKILL, func() bool {
		if !hung && rows(dir, 50)() {
			if err := p.Process.Signal(syscall.SIGHUP); err != nil {
				t.Error(err)
			}
			hung = true
		}
		more = hung && rows(dir, 2000)()
		return more
	})
	if !more {
		t.Errorf("it ended after SIGHUP: %v", err)
	}
}
