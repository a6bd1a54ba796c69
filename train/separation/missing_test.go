package separation_test

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"facrnn/data"
	"facrnn/graph"
	"facrnn/layers"
	"facrnn/train"
	"facrnn/train/evaluate"
	"facrnn/train/internal/traintest"
	"facrnn/train/separation"
)

// removals holds ways to remove values of a recording.
var removals = map[string]func(*data.Recording){
	"a tenth at random": func(rec *data.Recording) {
		r := rand.New(rand.NewPCG(10, 10))
		for i := range rec.Activity.Data {
			if r.Float64() < 0.1 {
				rec.Activity.Data[i] = float32(math.NaN())
			}
		}
	},
	"a stretch of a channel": func(rec *data.Recording) {
		for t := rec.Bins() / 4; t < rec.Bins()/2; t++ {
			rec.Activity.Row(t)[7] = float32(math.NaN())
		}
	},
	"a channel, and a stretch of all others": func(rec *data.Recording) {
		for t := range rec.Bins() {
			for n := range rec.Activity.Row(t) {
				if n == 3 || t >= 700 && t < 800 {
					rec.Activity.Row(t)[n] = float32(math.NaN())
				}
			}
		}
	},
}

// refitted trains, refits and filters a model, and compares its latents with the ground truth, in held-out bins with
// any observed value.
func refitted(t *testing.T, c graph.Config, rec *data.Recording, z data.Matrix, split data.Split, o train.Options,
	steps int, sizes layers.Partition) (encoded, filtered float64) {
	t.Helper()
	res, err := train.Fit(context.Background(), c, rec, split, o, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	seen := split
	seen.Test = slices.DeleteFunc(slices.Clone(split.Test), func(t int) bool {
		return !slices.ContainsFunc(rec.Activity.Row(t), func(v float32) bool { return v == v })
	})
	encoded, filtered = measured(t, res, z, seen, steps, sizes)
	after, err := evaluate.Predict(res.Model, res.Samples, split.Test)
	if err != nil || !(after.R2 > 0) || math.IsNaN(after.LogLikelihood) {
		t.Fatalf("%+v, %v", after, err)
	}
	return encoded, filtered
}

// TestMissingRecovered checks that the recipe best finds the demo's true groups with values removed, within .05 of
// the R2 for the complete recording.
func TestMissingRecovered(t *testing.T) {
	t.Parallel()
	fit := func(remove func(*data.Recording)) (encoded, filtered float64, how separation.Imputation) {
		rec, truth, split := traintest.Demo(t)
		remove(rec)
		c, o := recommended(rec, split, layers.Partition{2, 2})
		start, err := separation.InitFromActivity(c, rec, split)
		if err != nil {
			t.Fatal(err)
		}
		o.InitialParams = start.Arrays
		encoded, filtered = refitted(t, c, rec, truth.Z, split, o, 5, layers.Partition{2, 2})
		return encoded, filtered, start.Completed
	}
	encoded, filtered, how := fit(func(*data.Recording) {})
	if how != (separation.Imputation{}) {
		t.Errorf("a complete recording has the imputation %s", how)
	}
	for name, remove := range removals {
		t.Run(name, func(t *testing.T) {
			e, f, how := fit(remove)
			t.Logf("group R2 encoded %.3f of %.3f, filtered %.3f of %.3f; %s", e, encoded, f, filtered, how)
			if !(e >= encoded-0.05) || !(f >= filtered-0.05) {
				t.Errorf("group R2 encoded %.3f of %.3f, filtered %.3f of %.3f", e, encoded, f, filtered)
			}
		})
	}
}

// TestMissingFromRandomStart repeats the test without components, with the recipe paper: 8 restarts, and filtered
// latents of the trained model without a refit.
func TestMissingFromRandomStart(t *testing.T) {
	t.Parallel()
	fit := func(remove func(*data.Recording)) (encoded, filtered float64) {
		rec, truth, split := traintest.Demo(t)
		remove(rec)
		c := graph.Config{Neurons: rec.Activity.Cols, Bins: len(split.Train), Structure: layers.Partition{2, 2},
			Terms: graph.Objective(20, 0)}
		c.Silent, c.Missing = rec.Constant(split.Train), graph.NewMissing(c, rec, split.Train)
		return refitted(t, c, rec, truth.Z, split,
			train.Options{Epochs: 1000, Optimizer: train.AdamW, Restarts: 4}, 0, layers.Partition{2, 2})
	}
	encoded, filtered := fit(func(*data.Recording) {})
	e, f := fit(removals["a tenth at random"])
	t.Logf("group R2 encoded %.3f of %.3f, filtered %.3f of %.3f", e, encoded, f, filtered)
	if !(e >= encoded-0.05) || !(f >= filtered-0.05) {
		t.Errorf("group R2 encoded %.3f of %.3f, filtered %.3f of %.3f", e, encoded, f, filtered)
	}
}

// TestMissingCounts repeats TestMissingRecovered for spike counts.
func TestMissingCounts(t *testing.T) {
	t.Parallel()
	fit := func(remove func(*data.Recording)) (encoded, filtered float64) {
		c, rec, truth, split := counted(t)
		remove(rec)
		c.Silent, c.Missing = rec.Constant(split.Train), graph.NewMissing(c, rec, split.Train)
		start, err := separation.InitFromActivity(c, rec, split)
		if err != nil {
			t.Fatal(err)
		}
		return refitted(t, c, rec, truth.Z, split,
			train.Options{Epochs: 200, InitialParams: start.Arrays}, 3, layers.Partition{3, 3})
	}
	encoded, filtered := fit(func(*data.Recording) {})
	for _, name := range []string{"a tenth at random", "a stretch of a channel"} {
		e, f := fit(removals[name])
		t.Logf("%s: group R2 encoded %.3f of %.3f, filtered %.3f of %.3f", name, e, encoded, f, filtered)
		if !(e >= encoded-0.05) || !(f >= filtered-0.05) {
			t.Errorf("%s: group R2 encoded %.3f of %.3f, filtered %.3f of %.3f", name, e, encoded, f, filtered)
		}
	}
}

// TestMissingDiscovered checks that components are grouped as in the complete recording. With a tenth of the values
// removed, they are filled. With a stretch of a channel removed, its bins are left out.
func TestMissingDiscovered(t *testing.T) {
	t.Parallel()
	rec, _, split := traintest.Demo(t)
	whole, how, err := separation.DiscoverRecording(rec, split, 4, false)
	if err != nil || how.String() != "" {
		t.Fatal(how, err)
	}
	for name, want := range map[string]string{"a tenth at random": "values are set to",
		"a stretch of a channel": "bins with missing values are not used"} {
		rec, _, split := traintest.Demo(t)
		removals[name](rec)
		found, how, err := separation.DiscoverRecording(rec, split, 4, false)
		if err != nil {
			t.Fatal(err)
		}
		if s := fmt.Sprint(how); !slices.Equal(found.Sizes, whole.Sizes) || !strings.Contains(s, want) ||
			(how.Filled > 0) == (how.LeftOut > 0) {
			t.Errorf("%s: groups %v, %s", name, found.Sizes, s)
		}
	}
}

// TestMissingFittedStart checks that the start from a pretrained model accepts missing values.
func TestMissingFittedStart(t *testing.T) {
	t.Parallel()
	c, rec, _, split := counted(t)
	removals["a tenth at random"](rec)
	c.Missing = graph.NewMissing(c, rec, split.Train)
	start, err := separation.InitFromPretrained(context.Background(), c, rec, split,
		separation.PretrainedOptions{}, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range start.Arrays {
		if slices.ContainsFunc(a.Data, math.IsNaN) {
			t.Errorf("%s holds NaN", a.Name)
		}
	}
}

// TestMissingWithoutMask checks that missing values give an error, not a loss of NaN, if the model has no mask for
// them.
func TestMissingWithoutMask(t *testing.T) {
	t.Parallel()
	c, rec, split := traintest.Small(t)
	rec.Activity.Data[5] = float32(math.NaN())
	_, err := train.Fit(context.Background(), c, rec, split, train.Options{Epochs: 1}, time.Now)
	_, untrained := train.FromParams(c, rec, train.Options{})
	_, separate := separation.InitFromActivity(c, rec, split)
	for _, err := range []error{err, untrained, separate} {
		if err == nil || !strings.Contains(err.Error(), "graph.NewMissing") {
			t.Errorf("the error is %v", err)
		}
	}
}
