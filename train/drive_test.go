package train_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"gonum.org/v1/gonum/mat"

	"facrnn/data"
	"facrnn/train"
	"facrnn/train/internal/traintest"
)

// stimuli adds measured inputs (T,3), scaled to mean 0 and standard deviation 1: a slow wave, noise, and an
// indicator of every third block of 40 bins.
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

// TestDriveResumes checks that a fit with measured inputs repeats, and resumes from every state, with the same
// bits. D must move from its initial 0. Fit refuses a state with another LeftOut.
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
		t.Errorf("a state with another LeftOut: %v, want ErrState", err)
	}
}

// TestUnexpectedDrive checks that Fit refuses a recording whose number of measured inputs differs from the
// configuration.
func TestUnexpectedDrive(t *testing.T) {
	c, rec, split := traintest.Small(t)
	stimuli(rec, split)
	for _, c.Drive = range []int{0, 2} {
		_, err := train.Fit(context.Background(), c, rec, split, train.Options{Epochs: 1}, time.Now)
		says(t, err, "3 measured inputs", fmt.Sprintf("the model has %d", c.Drive), "graph.Config.Drive")
	}
}
