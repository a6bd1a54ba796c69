package rundir

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"facrnn/graph"
	"facrnn/train"
	"facrnn/train/method"
)

// TestReadMetrics checks that rows that are written are read, all but the weights, and so is their course. A file that
// is damaged, or of another objective, is an error that names it.
func TestReadMetrics(t *testing.T) {
	c := graph.Config{Terms: graph.Objective(20, 0.5)}
	rows := []train.Epoch{
		{Epoch: 1, Step: 8, Seconds: 0.25, Rate: 1e-3, Weights: []float64{1, 1, 20, 0},
			Train: train.Losses{Loss: 2.5, Terms: []float64{1, 2, 3, 4}}},
		{Epoch: 2, Step: 16, Seconds: 0.5, Rate: 5e-4, Weights: []float64{1, 1, 5, 0},
			Train: train.Losses{Loss: -2.5, Terms: []float64{5, 6, 7, 8}},
			Test:  &train.Losses{Loss: 9, Terms: []float64{1, 3, 5, 7}}},
	}
	f := &Folder{Dir: t.TempDir()}
	if err := f.writeMetrics(c, rows); err != nil {
		t.Fatal(err)
	}
	got, err := ReadMetrics(f.Dir, c)
	if d := cmp.Diff(rows, got, cmpopts.IgnoreFields(train.Epoch{}, "Weights")); err != nil || d != "" {
		t.Errorf("%v: %s", err, d)
	}
	if c, want := method.Course(c.Terms, got), method.Course(c.Terms, rows); !cmp.Equal(c, want) {
		t.Errorf("the course that is read is %+v, want %+v", c, want)
	}
	path := filepath.Join(f.Dir, "metrics.csv")
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for name, damaged := range map[string]string{
		"empty":           "",
		"other columns":   strings.Replace(string(text), "kl", "kI", 1),
		"no epoch":        strings.Replace(string(text), "\n2,", "\n,", 1),
		"no number":       strings.Replace(string(text), "-2.5", "x", 1),
		"a row cut short": string(text[:len(text)-20]),
	} {
		if err := os.WriteFile(path, []byte(damaged), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := ReadMetrics(f.Dir, c); err == nil || !strings.HasPrefix(err.Error(), path+": damaged") {
			t.Errorf("%s: %v, want that %s is damaged", name, err, path)
		}
	}
}
