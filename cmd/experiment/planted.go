package main

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/stat"

	"facrnn/cmd/internal/recordings"
	"facrnn/data"
	"facrnn/data/npz"
	"facrnn/data/simulate"
	"facrnn/layers"
	"facrnn/train/evaluate"
)

// planted is a recording whose latents are known.
type planted struct {
	Data   string `help:"The recording, an .npz file with its truth z, A, B and owner; one is simulated without." placeholder:"FILE"`
	Groups []int  `help:"Sizes of the planted groups, where the file does not say." default:"3,3"`
}

// recording is that of the file, or simulated by the seed.
func (e *planted) recording(seed uint64) (*data.Recording, *simulate.Truth, error) {
	if e.Data == "" {
		return simulate.LorenzThomas(rand.New(rand.NewPCG(seed, 0)))
	}
	arrays, err := npz.Load(e.Data)
	if err != nil {
		return nil, nil, err
	}
	truth, err := simulate.TruthFrom(arrays)
	if err != nil {
		return nil, nil, fmt.Errorf("%s: %w", e.Data, err)
	}
	if len(truth.Groups) == 0 {
		truth.Groups = e.Groups
	}
	if K := layers.Partition(truth.Groups).Latents(); truth.Z.Empty() || truth.Z.Cols != K || truth.A.Cols != K || truth.B.Rows != K {
		return nil, nil, fmt.Errorf("%s: the planted z (T,K), A (N,K) and B (K,N) are missing or not of the %d latents of groups %v", e.Data, K, truth.Groups)
	}
	for k := range truth.Z.Cols {
		column := mat.Col(nil, k, evaluate.Dense(truth.Z))
		if v := stat.Variance(column, nil); !(v > 0) || math.IsInf(v, 0) {
			return nil, nil, fmt.Errorf("%s: the planted latent %d never changes, or is not finite: leave it out", e.Data, k)
		}
	}
	flags := recordings.Flags{Data: e.Data}
	if _, ok := arrays["input"]; ok {
		flags.Input = "input"
	}
	rec, err := recordings.Open(context.Background(), flags, nil) // an .npz file, which is read at once, as above
	if err == nil && (rec.Bins() != truth.Z.Rows || rec.Activity.Cols != truth.A.Rows) {
		err = fmt.Errorf("%s: the truth is of %d bins and %d neurons, the activity of %d and %d", e.Data, truth.Z.Rows, truth.A.Rows, rec.Bins(), rec.Activity.Cols)
	}
	return rec, truth, err
}
