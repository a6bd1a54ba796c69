package publish_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"facrnn/data/demo"
	"facrnn/layers"
	"facrnn/train"
	"facrnn/train/method"
	"facrnn/train/report/publish"
	"facrnn/train/rundir"
)

// ring is a structure of one's own: three groups of two latents in a ring, in which only the first and the last are
// independent.
type ring struct{ layers.Partition }

func (ring) String() string { return "ring of three" }

func (ring) Factorizations() []layers.Factorization {
	return []layers.Factorization{{Name: "first and last", Parts: [][]int{{0, 1}, {4, 5}}, Weight: 1}}
}

// This program fits the demo with a structure of its own and the best recipe, and writes the run folder and its report.
// The program evaluate reads the folder.
func Example() {
	rec, err := demo.Recording()
	check(err)
	structure := ring{layers.Partition{2, 2, 2}}
	// Epochs only makes this example fast.
	spec := method.Spec{Structure: structure, Training: train.Options{Epochs: 5}}
	fitted, err := method.Fit(context.Background(), rec, spec)
	check(err)
	parent, err := os.MkdirTemp("", "runs")
	check(err)
	defer func() { check(os.RemoveAll(parent)) }()
	dir := filepath.Join(parent, "ring")
	check(rundir.Write(dir, fitted))
	check(publish.Write(dir, fitted))
	run, err := rundir.Load(dir)
	check(err)
	fmt.Println(fitted.Spec.Recipe.Name, run.Known.Structure, run.Summary.Groups, run.Summary.Complete)
	// Output: best ring of three [2 2 2] true
}

func check(err error) {
	if err != nil {
		panic(err)
	}
}
