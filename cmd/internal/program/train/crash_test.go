//go:build unix

package train

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"facrnn/cmd/internal/cli"
	"facrnn/cmd/internal/clitest"
	"facrnn/data/npz"
	"facrnn/data/simulate"
)

// TestMain is the program itself in a process that a test starts to stop it.
func TestMain(m *testing.M) {
	if os.Getenv("FACRNN_TRAIN_PROCESS") != "" {
		os.Exit(cli.Main(Run))
	}
	os.Exit(m.Run())
}

// process starts train in a process of its own.
func process(t *testing.T, args ...string) (*exec.Cmd, *bytes.Buffer) {
	t.Helper()
	c := exec.Command(os.Args[0], args...)
	c.Env = append(os.Environ(), "FACRNN_TRAIN_PROCESS=1")
	errs := &bytes.Buffer{}
	c.Stderr = errs
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Process.Kill() }) // where the test has ended before it
	return c, errs
}

// stop sends a signal to the process as soon as a condition holds. It returns the error with which the process ended,
// and whether the process still ran at the signal.
func stop(t *testing.T, c *exec.Cmd, with os.Signal, when func() bool) (err error, stopped bool) {
	t.Helper()
	ended := make(chan error, 1)
	go func() { ended <- c.Wait() }()
	for deadline := time.Now().Add(5 * time.Minute); time.Now().Before(deadline); time.Sleep(200 * time.Microsecond) {
		select {
		case err := <-ended:
			return err, false
		default:
		}
		if when() {
			stopped = c.Process.Signal(with) == nil
			return <-ended, stopped
		}
	}
	t.Fatal("it neither ends nor gets to where it is to be stopped")
	return nil, false
}

// there returns a condition: the folder holds a file.
func there(dir, name string) func() bool {
	return func() bool { _, err := os.Stat(filepath.Join(dir, name)); return err == nil }
}

// rows returns a condition: metrics.csv has that many rows.
func rows(dir string, n int) func() bool {
	return func() bool {
		text, err := os.ReadFile(filepath.Join(dir, "metrics.csv"))
		return err == nil && bytes.Count(text, []byte("\n")) > n
	}
}

// later returns a condition: some time has passed.
func later(d time.Duration) func() bool {
	at := time.Now().Add(d)
	return func() bool { return time.Now().After(at) }
}

// sameRun compares the files of two runs, byte for byte, except for times.
func sameRun(t *testing.T, a, b string) {
	t.Helper()
	for _, name := range []string{"config.toml", "model.npz", "latents.npz", "connectivity.npz"} {
		if !bytes.Equal(read(t, a, name), read(t, b, name)) {
			t.Errorf("%s is not the same", name)
		}
	}
	untimed := func(dir string) (all []string) {
		for _, l := range lines(string(read(t, dir, "metrics.csv"))) {
			all = append(all, strings.Join(slices.Delete(strings.Split(l, ","), 2, 3), ","))
		}
		return all
	}
	if !slices.Equal(untimed(a), untimed(b)) {
		t.Error("metrics.csv is not the same")
	}
	got, want := tree(t, b), tree(t, a)
	if !slices.Equal(got, want) {
		t.Errorf("the folder holds %v, want %v", got, want)
	}
}

// kinds returns runs that differ in every part of a checkpoint.
func kinds(t *testing.T) map[string][]string {
	t.Helper()
	driven := recording(t, func(a map[string]npz.Array) {
		light := make([]float64, 40)
		for i := range light {
			light[i] = math.Sin(float64(i * i))
		}
		a["light"], a["side"] = npz.Vector(light), npz.Vector([]string{"l", "r", "l", "r", "l", "l", "r", "l"})
	})
	path, long := recording(t, nil), clitest.Recording(t,
		simulate.ReachingOptions{Neurons: 6, Side: 2, Repeats: 6, Bins: 20, Seed: 1}, nil)
	return map[string][]string{
		"one start": {"--data", path, "--no-report", "--recipe=paper", "--epochs=3000", "--restarts=1", "--batch=7",
			"--split=interleaved", "--seed=3"},
		"restarts and threads": {"--data", path, "--no-report", "--epochs=1500", "--restarts=4", "--threads=2",
			"--batch=7", "--lags=3", "--kernel=softmax", "--latent-std=amortized",
			"--groups=1,1+1", "--alpha=0.1", "--schedule=cosine", "--optimizer=adamw", "--patience=700", "--seed=12",
			"--scale=zscore", "--split=interleaved"},
		"with a drive": {"--data", driven, "--drive=light", "--drive=side", "--no-report", "--groups=1,1",
			"--epochs=1500", "--batch=16", "--split=interleaved", "--seed=3"},
		"after a fit before": {"--data", long, "--no-report", "--start=ica", "--decoder=relu", "--groups=1,1",
			"--epochs=400", "--restarts=2", "--threads=1", "--batch=64"},
	}
}

// TestKilled checks a run that is killed at many moments, while it starts, trains and writes, and is resumed each time.
// It leaves the same files as a run that never stopped, byte for byte. At no time can more than the last interval be
// lost, which is a hundred steps here.
func TestKilled(t *testing.T) {
	for name, args := range kinds(t) {
		t.Run(name, func(t *testing.T) {
			whole, dir := filepath.Join(t.TempDir(), "whole"), filepath.Join(t.TempDir(), "killed")
			succeed(t, append(args, "--out", whole)...)
			args := append(args, "--out", dir, "--checkpoint-every=0")
			killed := 0
			for _, when := range []func() bool{
				there(dir, ".lock"), there(dir, "config.toml"), there(dir, "metrics.csv"),
				there(dir, "checkpoint/restart-0.npz"), rows(dir, 100), rows(dir, 137), rows(dir, 700),
				there(dir, "checkpoint/restart-1.npz"), there(dir, "model.npz"), there(dir, "connectivity.npz"),
			} {
				c, errs := process(t, args...)
				err, stopped := stop(t, c, syscall.SIGKILL, when)
				if !stopped && err != nil {
					t.Fatalf("%v: %s", err, errs)
				}
				if there(dir, "summary.json")() {
					break
				}
				killed++
				recent(t, dir)
				if there(dir, "config.toml")() {
					args = []string{"--resume", dir, "--no-report", "--checkpoint-every=0"}
				}
			}
			if killed < 5 {
				t.Errorf("killed %d times", killed)
			}
			t.Logf("killed %d times", killed)
			out, _ := succeed(t, args...)
			if last := lines(out); last[len(last)-1] != "results in "+dir {
				t.Errorf("the last line is %q", last[len(last)-1])
			}
			sameRun(t, whole, dir)
		})
	}
}

// recent checks that the checkpoint of the first restart is at most a hundred steps, and the steps of the current
// epoch, behind metrics.csv.
func recent(t *testing.T, dir string) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(dir, "metrics.csv"))
	if err != nil {
		return // it had not begun
	}
	all := lines(string(text))
	steps := 0
	if len(all) > 1 {
		if _, err := fmt.Sscanf(strings.Split(all[len(all)-1], ",")[1], "%d", &steps); err != nil {
			t.Errorf("the last row of metrics.csv is %q", all[len(all)-1])
		}
	}
	state, err := npz.Load(filepath.Join(dir, "checkpoint", "restart-0.npz"))
	if errors.Is(err, os.ErrNotExist) && steps < 100 {
		return
	}
	if err != nil {
		t.Fatal(err)
	}
	if at, err := state["steps"].Ints(); err != nil || steps-at[0] > 100 {
		t.Errorf("metrics.csv is at step %d, the checkpoint at %v, %v", steps, at, err)
	}
}

// TestKilledAnywhere does so at random moments, and with signals that the program sees mixed in.
func TestKilledAnywhere(t *testing.T) {
	for name, args := range kinds(t) {
		t.Run(name, func(t *testing.T) {
			random := rand.New(rand.NewPCG(1, 2))
			whole, dir := filepath.Join(t.TempDir(), "whole"), filepath.Join(t.TempDir(), "killed")
			succeed(t, append(args, "--out", whole)...)
			args := append(args, "--out", dir, "--checkpoint-every=0.02")
			killed, interrupted := 0, 0
			for range 40 {
				with := os.Signal(syscall.SIGKILL)
				if random.IntN(3) == 0 {
					with = os.Interrupt
				}
				c, errs := process(t, args...)
				err, stopped := stop(t, c, with, later(time.Duration(random.IntN(250))*time.Millisecond))
				exit := (*exec.ExitError)(nil)
				switch {
				case err == nil:
				case !stopped || !errors.As(err, &exit):
					t.Fatalf("%v: %s", err, errs)
				case exit.ExitCode() == cli.Interrupted:
					interrupted++
				default: // killed, or by the signal before the program looked out for it
					killed++
				}
				if there(dir, "config.toml")() {
					args = []string{"--resume", dir, "--no-report", "--checkpoint-every=0.02"}
				}
				if err == nil {
					break
				}
			}
			t.Logf("killed %d times, interrupted %d times", killed, interrupted)
			succeed(t, args...)
			sameRun(t, whole, dir)
		})
	}
}

// TestInterruptedThenResumed checks that an interrupt saves the state and says how to continue, and that the resumed
// run ends like a run without an interrupt.
func TestInterruptedThenResumed(t *testing.T) {
	for name, args := range kinds(t) {
		t.Run(name, func(t *testing.T) {
			whole, dir := filepath.Join(t.TempDir(), "whole"), filepath.Join(t.TempDir(), "stopped")
			succeed(t, append(args, "--out", whole)...)
			args := append(args, "--out", dir)
			for range 2 {
				text, _ := os.ReadFile(filepath.Join(dir, "metrics.csv")) // there is none at first
				// more, by when the program looks out for signals
				fifty := rows(dir, bytes.Count(text, []byte("\n"))+50)
				slow := append(slices.Clone(args), "--checkpoint-every=0") // so that there is time to interrupt it
				c, errs := process(t, slow...)
				err, stopped := stop(t, c, os.Interrupt, fifty)
				if exit := (*exec.ExitError)(nil); !stopped || !errors.As(err, &exit) || exit.ExitCode() != 130 ||
					!strings.Contains(errs.String(), "--resume "+dir) {
					t.Fatalf("%v, %v: %s", err, stopped, errs)
				}
				for _, name := range []string{"model.npz", "latents.npz", "summary.json", "checkpoint/restart-0.npz"} {
					read(t, dir, name)
				}
				args = []string{"--resume", dir, "--no-report"}
			}
			succeed(t, args...)
			sameRun(t, whole, dir)
		})
	}
}

// TestSecondRun checks that a second program is refused while another one writes to the folder.
func TestSecondRun(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "run")
	path := recording(t, nil)
	c, _ := process(t, "--data", path, "--epochs=100000000", "--restarts=1", "--out", dir, "--checkpoint-every=0")
	_, stopped := stop(t, c, syscall.SIGKILL, func() bool {
		if !there(dir, "checkpoint/restart-0.npz")() {
			return false
		}
		for _, other := range []struct{ flag, want string }{{"--resume", "another program is writing there"},
			{"--out", "holds a run already"}} {
			args := []string{other.flag, dir}
			if other.flag == "--out" {
				args = append(args, "--data", path)
			}
			mistaken(t, other.want, args...)
		}
		return true
	})
	if !stopped {
		t.Error("it ended by itself")
	}
}

// mount makes a file system of that many bytes in memory; only root can.
func mount(t *testing.T, size int) (dir string, remount func(how string)) {
	t.Helper()
	dir = t.TempDir()
	if runtime.GOOS != "linux" || exec.Command("mount", "-t", "tmpfs", "-o", fmt.Sprintf("size=%d", size), "tmpfs",
		dir).Run() != nil {
		t.Skip("a file system in memory takes Linux and root")
	}
	t.Cleanup(func() {
		if err := exec.Command("umount", dir).Run(); err != nil {
			t.Error(err)
		}
	})
	return dir, func(how string) {
		if err := exec.Command("mount", "-o", "remount,"+how, dir).Run(); err != nil {
			t.Fatal(err)
		}
	}
}

// TestFullDisk checks that a full disk ends the run in one line that says where, and how to continue. The run then
// continues from the last checkpoint.
func TestFullDisk(t *testing.T) {
	disk, _ := mount(t, 1<<20)
	args := kinds(t)["one start"]
	whole, dir := filepath.Join(t.TempDir(), "whole"), filepath.Join(disk, "run")
	succeed(t, append(args, "--out", whole)...)
	filler := filepath.Join(disk, "filler")
	if err := os.WriteFile(filler, make([]byte, 1<<20-160<<10), 0o600); err != nil {
		t.Fatal(err)
	}
	status, _, errs := program(append(args, "--out", dir, "--checkpoint-every=0")...)
	last := lines(errs)[len(lines(errs))-1]
	if status != 1 || !strings.HasPrefix(last, "error: "+dir) || !strings.Contains(last, "no space left on device") ||
		!strings.HasSuffix(last, "--resume "+dir) {
		t.Fatalf("status %d: %s", status, errs)
	}
	if names := tree(t, dir); slices.ContainsFunc(names,
		func(n string) bool { return strings.Contains(n, ".npz") && !strings.HasSuffix(n, ".npz") }) {
		t.Errorf("left is %v", names)
	}
	recent(t, dir)
	if err := os.Remove(filler); err != nil {
		t.Fatal(err)
	}
	_, errs = succeed(t, "--resume", dir, "--no-report")
	if !strings.Contains(errs, "restart 1 continues after epoch ") {
		t.Errorf("%s", errs)
	}
	sameRun(t, whole, dir)
}

// TestReadOnly checks that a folder without write access is reported before any work. A complete run needs no writing.
func TestReadOnly(t *testing.T) {
	disk, remount := mount(t, 1<<24)
	path, done, begun := recording(t, nil), filepath.Join(disk, "done"), filepath.Join(disk, "begun")
	succeed(t, "--data", path, "--epochs=1", "--restarts=1", "--no-report", "--out", done)
	c, _ := process(t, "--data", path, "--epochs=100000000", "--restarts=1", "--out", begun)
	if _, stopped := stop(t, c, syscall.SIGKILL, rows(begun, 5)); !stopped {
		t.Fatal("it ended by itself")
	}
	remount("ro")
	mistaken(t, "cannot write there (read-only file system)", "--data", path, "--out", filepath.Join(disk, "new"))
	mistaken(t, "cannot write there (read-only file system)", "--resume", begun)
	if out, _ := succeed(t, "--resume", done); !strings.Contains(out, "the run is complete") {
		t.Errorf("%s", out)
	}
}
