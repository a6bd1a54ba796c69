package rundir

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"facrnn/data"
	"facrnn/graph"
	"facrnn/train"
)

// TestHeld checks a folder that is removed, moved or replaced after its creation, or that loses its config.toml or its
// lock. Held, the hooks of the training and every write report it, and none of them creates the folder again.
func TestHeld(t *testing.T) {
	for _, c := range []struct {
		name     string
		damage   func(dir string) error
		path     string // that is named, below the folder
		replaced bool
		absent   bool // the folder stays absent
	}{
		{name: "removed", damage: os.RemoveAll, absent: true},
		{name: "moved", damage: func(dir string) error { return os.Rename(dir, dir+"-moved") }, absent: true},
		{name: "config removed", damage: func(dir string) error { return os.Remove(filepath.Join(dir, "config.toml")) },
			path: "config.toml"},
		{name: "lock removed", damage: func(dir string) error { return os.Remove(filepath.Join(dir, ".lock")) },
			path: ".lock"},
		{name: "replaced", damage: func(dir string) error {
			return errors.Join(os.Rename(dir, dir+"-moved"), os.CopyFS(dir, os.DirFS(dir+"-moved")))
		}, path: ".lock", replaced: true},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "run")
			f, err := create(dir, []byte("seed = 1\n"), data.Source{Path: "a.npz"})
			if err != nil {
				t.Fatal(err)
			}
			defer f.Close()
			if err := f.Held(); err != nil {
				t.Fatalf("a folder that is as it was: %v", err)
			}
			if err := c.damage(dir); err != nil {
				t.Fatal(err)
			}
			for what, err := range map[string]error{
				"Held":             f.Held(),
				"a write":          f.Write("model.npz", nil),
				"Conclude":         f.WriteSummary(Summary{Complete: true}),
				"Metrics.Epoch":    f.Metrics(graph.Config{}).Epoch(&train.Progress{Restart: 1}),
				"Checkpoint.State": f.Checkpoint(1e9, nil).OnSnapshot(&train.Progress{}),
			} {
				gone := (*GoneError)(nil)
				if !errors.As(err, &gone) || gone.Path != filepath.Join(dir, c.path) || gone.Replaced != c.replaced {
					t.Errorf("%s: %v, want that %s has gone, replaced: %v", what, err, filepath.Join(dir, c.path),
						c.replaced)
				}
			}
			if _, err := os.Stat(dir); c.absent != os.IsNotExist(err) {
				t.Errorf("the folder: %v, want it absent: %v", err, c.absent)
			}
			if _, err := os.Stat(filepath.Join(dir, "summary.json")); err == nil {
				t.Error("there is a summary.json")
			}
		})
	}
}

// TestTidy checks that the checkpoints of a complete run are removed. Checkpoints of an interrupted run, and of a
// folder that another program uses, stay.
func TestTidy(t *testing.T) {
	for _, c := range []struct {
		name           string
		complete, held bool
		want           bool // checkpoint/ is still there
	}{{"complete", true, false, false}, {"interrupted", false, false, true}, {"held by another program", true, true,
		true}} {
		dir := filepath.Join(t.TempDir(), "run")
		f, err := create(dir, []byte("seed = 1\n"), data.Source{Path: "a.npz"})
		if err != nil {
			t.Fatal(err)
		}
		if err := errors.Join(f.WriteSummary(Summary{Complete: c.complete}), f.writeOrigin(data.Source{})); err != nil {
			t.Fatal(err)
		}
		if !c.held {
			f.Close()
		}
		Tidy(dir)
		f.Close()
		if _, err := os.Stat(filepath.Join(dir, "checkpoint")); c.want != (err == nil) {
			t.Errorf("%s: checkpoint/: %v, want it there: %v", c.name, err, c.want)
		}
	}
}
