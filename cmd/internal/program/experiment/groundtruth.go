package experiment

import (
	"cmp"
	"context"
	"fmt"
	"math/rand/v2"
	"strings"

	"gonum.org/v1/gonum/mat"

	"facrnn/cmd/internal/recordings"
	"facrnn/data"
	"facrnn/data/simulate"
	"facrnn/layers"
	"facrnn/train/evaluate"
)

// groundTruth are the flags of a recording with known latents.
type groundTruth struct {
	Data   string `help:"Recording: an .npz file with its ground truth z, A, B and owner. Default: a simulated one." placeholder:"FILE"`
	Groups []int  `help:"Sizes of the true groups, if the file lacks owner." default:"3,3"`
}

// recording reads the file, or simulates a recording with the seed.
func (e *groundTruth) recording(seed uint64) (*data.Recording, *simulate.Truth, error) {
	if e.Data == "" {
		return simulate.LorenzThomas(rand.New(rand.NewPCG(seed, 0)))
	}
	truth, err := recordings.Truth(e.Data, e.Groups)
	if err == nil && (truth.A.Empty() || truth.B.Empty()) {
		err = fmt.Errorf("%s: the true A (N,K) and B (K,N) are missing", e.Data)
	}
	if err != nil {
		return nil, nil, err
	}
	// The file is an .npz file, which is read at once.
	rec, err := recordings.Open(context.Background(), recordings.Flags{Data: e.Data}, nil)
	if err == nil && (rec.Bins() != truth.Z.Rows || rec.Activity.Cols != truth.A.Rows) {
		err = fmt.Errorf("%s: the ground truth has %d bins and %d neurons, but the activity has %d and %d",
			e.Data, truth.Z.Rows, truth.A.Rows, rec.Bins(), rec.Activity.Cols)
	}
	return rec, truth, err
}

// settings returns the settings of a folder of fits to a recording of ground truth.
func (e *groundTruth) settings(rec *data.Recording, epochs int) map[string]string {
	return map[string]string{
		"data": fingerprint(rec), "epochs": fmt.Sprint(epochs), "groups": layers.Partition(e.Groups).String(),
	}
}

// fingerprint identifies a recording: the digest of its file, or the name of a simulation.
func fingerprint(rec *data.Recording) string { return cmp.Or(rec.Source.SHA256, rec.Source.Path) }

// heldOut returns the held-out rows of a matrix.
func (f *fit) heldOut(m data.Matrix) *mat.Dense { return at(m, f.plan.Split.Test) }

// recover compares a fit of a linear model, with its latents in these groups, with the ground truth in the held-out
// bins.
func (f *fit) recover(truth *simulate.Truth, groups evaluate.Groups) (*evaluate.Recovery, error) {
	a, b := evaluate.Weights(f.Result.Model)
	return evaluate.Recover(
		evaluate.GroundTruth{
			Z: f.heldOut(truth.Z), A: evaluate.Dense(truth.A), B: evaluate.Dense(truth.B),
			Groups: evaluate.Sizes(truth.Groups...),
		},
		evaluate.Estimate{Mu: f.heldOut(f.mu), Filtered: f.heldOut(f.Filtered), A: a, B: b, RidgeB: f.Ridge.B,
			Groups: groups},
	)
}

// figuresOf returns some of the figures of a comparison, by their columns.
func figuresOf(r *evaluate.Recovery, columns string) (values []float64) {
	for _, column := range strings.Fields(columns) {
		values = append(values, r.Figures[column])
	}
	return values
}
