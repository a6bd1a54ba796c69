package rundir

import (
	"context"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"facrnn/data"
	"facrnn/graph"
	"facrnn/layers"
	"facrnn/train"
	"facrnn/train/method"
)

var update = flag.Bool("update", false, "write testdata anew")

// fitStates fits as small does, for longer and with patience, and returns all states of all restarts.
func fitStates(t *testing.T, o *method.Fitted, opts train.Options) (states []train.State, of *method.Fitted) {
	t.Helper()
	note := func(r *train.Progress) error {
		if s := r.State(); s != nil {
			states = append(states, *s)
		}
		return nil
	}
	of = fit(t, context.Background(), o, o.Result.Model.Config, opts, train.Patience(60),
		train.Hook{Name: "states", OnSnapshot: note, End: note})
	return states, of
}

// TestStates checks that a state that is written and read is the same in every part.
func TestStates(t *testing.T) {
	o := small(t, graph.Config{Structure: layers.Partition{2, 1}})
	states, _ := fitStates(t, o, train.Options{Epochs: 200, Batch: 16, TestEvery: 3, Restarts: 2})
	if len(states) < 5 {
		t.Fatalf("there are %d states", len(states))
	}
	states[1].Warnings = []string{"once", "and \u00e9 again"}
	states[1].LeftOut = []float32{0.5, -1}
	for _, s := range states {
		f := &Folder{Dir: t.TempDir()}
		if err := f.writeState(&s); err != nil {
			t.Fatal(err)
		}
		got, err := f.States(2)
		if err != nil || len(got) != 1 {
			t.Fatalf("%d states, %v", len(got), err)
		}
		for _, s := range []*train.State{&s, &got[0]} { // none and empty are alike
			if len(s.Rows) == 0 {
				s.Rows = nil
			}
			if len(s.Order) == 0 {
				s.Order = nil
			}
			if len(s.Shuffle) == 0 {
				s.Shuffle = nil
			}
			if len(s.Warnings) == 0 {
				s.Warnings = nil
			}
		}
		if d := cmp.Diff(s, got[0]); d != "" {
			t.Errorf("restart %d, step %d: %s", s.Restart, s.Steps, d)
		}
	}
}

// stored is a checkpoint of version 2 in testdata, which -update writes: after 100 of the 200 steps of what
// TestStoredState fits.
const stored = "testdata/checkpoint_2"

// TestStoredState checks that a checkpoint of the first program with version 2 is read, and that a fit continues from
// it to its end. Files of one version stay readable. The final numbers depend on the machine, so they are not compared.
func TestStoredState(t *testing.T) {
	o := small(t, graph.Config{Structure: layers.Partition{2, 1}})
	opts := train.Options{Epochs: 100, Batch: 16, TestEvery: 3}
	f := &Folder{Dir: stored}
	if *update {
		states, _ := fitStates(t, o, opts)
		if err := f.writeState(&states[1]); err != nil {
			t.Fatal(err)
		}
		if err := f.writeOrigin(o.Recording.Source); err != nil {
			t.Fatal(err)
		}
	}
	if err := f.CheckSource(o.Recording.Source); err != nil {
		t.Error(err)
	}
	states, err := f.States(1)
	if err != nil || len(states) != 1 {
		t.Fatalf("%d states, %v", len(states), err)
	}
	if s := states[0]; s.Steps != 100 || s.Epoch != 51 || len(s.Rows) != 50 || s.Done || s.KeptEpoch == 0 ||
		s.Rows[2].Test == nil || s.Rows[3].Test != nil {
		t.Errorf("it is of step %d, epoch %d with %d rows, and kept epoch %d", s.Steps, s.Epoch, len(s.Rows),
			s.KeptEpoch)
	}
	opts.Resume = states
	if _, res := fitStates(t, o, opts); len(res.Result.Rows) < 51 || !cmp.Equal(res.Result.Rows[:50], states[0].Rows) {
		t.Errorf("it went on to %d rows", len(res.Result.Rows))
	}
}

// TestCheckpoint writes a state as soon as there is one and the interval has passed, and the one that a restart ends
// with.
func TestCheckpoint(t *testing.T) {
	f := &Folder{Dir: t.TempDir()}
	now := time.Unix(0, 0)
	h := f.Checkpoint(10*time.Second, func() time.Time { return now })
	state := &train.State{Restart: 2}
	r := &train.Progress{Restart: 2, State: func() *train.State { return state }}
	if err := h.Start(r); err != nil {
		t.Fatal(err)
	}
	look := func(what string, call func(*train.Progress) error, written bool) {
		t.Helper()
		if err := os.RemoveAll(f.Path("checkpoint")); err != nil {
			t.Fatal(err)
		}
		if err := call(r); err != nil {
			t.Fatal(err)
		}
		if names := files(t, f.Dir); written != slices.Equal(names, []string{"checkpoint/restart-2.npz"}) {
			t.Errorf("%s there are %v", what, names)
		}
	}
	for _, step := range []struct {
		seconds int
		written bool
	}{{9, false}, {1, true}, {9, false}, {3, true}} {
		now = now.Add(time.Duration(step.seconds) * time.Second)
		look("as time goes on", h.OnSnapshot, step.written)
	}
	look("at the end", h.End, true)
	state = nil
	look("of a restart that has not begun", h.End, false)
}

// TestOneAtATime checks that an open folder is not opened or created again before it is closed. The remains of a killed
// program are removed, and other files stay.
func TestOneAtATime(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "run")
	f, err := create(dir, []byte("seed = 1\n"), data.Source{Path: "a.npz", SHA256: "abc"})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Open(dir); err == nil || !strings.Contains(err.Error(), dir+": another program is writing there") {
		t.Errorf("opened twice: %v", err)
	}
	if err := os.Remove(f.Path("config.toml")); err != nil { // as if it were about to be written
		t.Fatal(err)
	}
	if _, err := create(dir, nil, data.Source{}); err == nil ||
		!strings.Contains(err.Error(), "another program is writing there") {
		t.Errorf("created twice: %v", err)
	}
	if err := f.Write("config.toml", []byte("seed = 1\n")); err != nil {
		t.Fatal(err)
	}
	f.Close()
	for _, name := range []string{".model.npz1234567", "checkpoint/.restart-0.npz77", ".gitignore", "notes.txt"} {
		if err := os.WriteFile(f.Path(name), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if f, err = Open(dir); err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if got, want := files(t, dir), []string{".gitignore", ".lock", "checkpoint/run.json", "config.toml",
		"notes.txt"}; !slices.Equal(got, want) {
		t.Errorf("there are %v, want %v", got, want)
	}
	if err := f.CheckSource(data.Source{Path: "b.npz", SHA256: "abc"}); err != nil {
		t.Errorf("the same file under another name: %v", err)
	}
	if err := f.CheckSource(data.Source{Path: "a.npz", SHA256: "abd"}); err == nil ||
		!strings.HasPrefix(err.Error(), "a.npz has changed") {
		t.Errorf("another file: %v", err)
	}
}

// BenchmarkCheckpoint measures the time to write the state of a fit of 1000 neurons, 12 latents and 1000 epochs,
// synced.
func BenchmarkCheckpoint(b *testing.B) {
	s := &train.State{Epoch: 1001, Order: make([]int, 10_000), Shuffle: make([]byte, 20)}
	for _, as := range []*[]train.Array{&s.Params, &s.Mean, &s.Square} {
		for _, name := range []string{"At", "B"} {
			*as = append(*as, train.Array{Name: name, Shape: []int{12, 1000}, Data: make([]float64, 12_000)})
		}
	}
	for i := range 1000 {
		s.Rows = append(s.Rows, train.Epoch{Epoch: i + 1, Train: train.Losses{Terms: make([]float64, 3)},
			Weights: make([]float64, 3)})
	}
	f := &Folder{Dir: b.TempDir()}
	for b.Loop() {
		if err := f.writeState(s); err != nil {
			b.Fatal(err)
		}
	}
}
