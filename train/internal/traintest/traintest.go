// Package traintest makes the recordings that the tests of training, inference and separation share. Only tests
// import it.
package traintest

import (
	"math/rand/v2"
	"testing"

	"facrnn/data"
	"facrnn/data/demo"
	"facrnn/data/simulate"
	"facrnn/graph"
	"facrnn/layers"
)

// Small returns a recording of 6 neurons and 80 bins, with the last 20 bins held out, and a model for it. A fit of a
// few epochs takes milliseconds.
func Small(t *testing.T) (graph.Config, *data.Recording, data.Split) {
	t.Helper()
	rec, _, err := simulate.Reaching(simulate.ReachingOptions{Neurons: 6, Side: 2, Repeats: 2, Bins: 10, Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	split, err := data.NewSplit(rec, data.SplitOptions{Kind: data.SplitBlocks}, nil)
	if err != nil {
		t.Fatal(err)
	}
	return graph.Config{Neurons: 6, Bins: len(split.Train), Structure: layers.Partition{1, 1},
		Terms: graph.Objective(2, 0)}, rec, split
}

// Demo returns the demo with its ground truth and a split by trials.
func Demo(t *testing.T) (*data.Recording, *simulate.Truth, data.Split) {
	t.Helper()
	rec, err := demo.Recording()
	if err != nil {
		t.Fatal(err)
	}
	truth, err := demo.Truth()
	if err != nil {
		t.Fatal(err)
	}
	split, err := data.NewSplit(rec, data.SplitOptions{}, rand.New(rand.NewPCG(1, 1)))
	if err != nil {
		t.Fatal(err)
	}
	return rec, truth, split
}
