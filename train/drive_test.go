package train_test

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"gonum.org/v1/gonum/mat"

	"facrnn/data"
	"facrnn/train"
	"facrnn/train/internal/traintest"
)

// stimuli is measured input (T,3) that has been brought to mean 0 and standard deviation 1: a slow wave, noise, and
// whether every third stretch of 40 bins is under way.
func stimuli(rec *data.Recording, split data.Split) {
	r := rand.New(rand.NewPCG(20, 21))
	rec.Drive, rec.DriveNames = data.NewMatrix(rec.Bins(), 3), []string{"wave", "noise", "on"}
	for t := range rec.Bins() {
		u := rec.Drive.Row(t)
		u[0], u[1] = float32(20+5*math.Sin(float64(t)/13)), float32(r.NormFloat64())
		if t/40%3 == 0 {
			u[2] = 1
		}
	}
	rec.ScaleDrive(split.Train)
}

// TestDriveResumes from every state, and repeats, bit for bit; D moves from the zero that it starts at. What the
// history leaves out is the state's.
func TestDriveResumes(t *testing.T) {
	c, rec, split := traintest.Small(t)
	stimuli(rec, split)
	c.Drive = rec.Drive.Cols
	c.LeftOut = make([]float32, c.Drive*c.Neurons)
	for i := range c.LeftOut {
		c.LeftOut[i] = float32(i%3) / 4
	}
	o := train.Options{Epochs: 60, Batch: 16, Seed: 3}
	var seen []train.State
	fit := func(o train.Options, hooks ...train.Hook) *train.Result {
		res, err := train.Fit(context.Background(), c, rec, split, o, time.Now, hooks...)
		if err != nil {
			t.Fatal(err)
		}
		return res
	}
	whole := fit(o, states(&seen))
	sameBits(t, "again", whole, fit(o))
	for _, s := range seen {
		o.Resume = []train.State{s}
		sameBits(t, "resumed", whole, fit(o))
	}
	if mat.Max(whole.Model.Matrices().D) == 0 {
		t.Error("D is still zero")
	}
	c.LeftOut = nil
	if _, err := train.Fit(context.Background(), c, rec, split, o, time.Now); !errors.Is(err, train.ErrState) {
		t.Errorf("a state of another history ends with %v", err)
	}
}

// TestDriveUntold checks that a drive that the model does not know of, or another than it knows of, is an error.
func TestDriveUntold(t *testing.T) {
	c, rec, split := traintest.Small(t)
	stimuli(rec, split)
	for _, c.Drive = range []int{0, 2} {
		_, err := train.Fit(context.Background(), c, rec, split, train.Options{Epochs: 1}, time.Now)
		says(t, err, "drive", "3 columns", "graph.Config.Drive")
	}
}
