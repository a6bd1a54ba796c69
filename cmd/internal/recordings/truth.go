package recordings

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/stat"

	"facrnn/data/npz"
	"facrnn/data/simulate"
	"facrnn/layers"
	"facrnn/train/evaluate"
)

// Truth reads the ground truth of a simulated recording from an .npz file: z (T,K), and A (N,K) and B (K,N) if it has
// them. If the file has no owner, the groups have the given sizes. Errors are one line that names the file.
func Truth(path string, sizes []int) (*simulate.Truth, error) {
	arrays, err := npz.Load(path, "z", "A", "B", "owner")
	if err != nil {
		return nil, err
	}
	t, err := simulate.TruthFrom(arrays)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	if len(t.Groups) == 0 {
		t.Groups = sizes
	}
	K := layers.Partition(t.Groups).Latents()
	switch {
	case t.Z.Empty():
		return nil, fmt.Errorf("%s: the ground truth has no latents; store them in an array z (T,K)", path)
	case t.Z.Cols != K || !t.A.Empty() && t.A.Cols != K || !t.B.Empty() && t.B.Rows != K || !t.A.Empty() &&
		!t.B.Empty() && t.A.Rows != t.B.Cols:
		return nil, fmt.Errorf("%s: the ground truth z (T,K), A (N,K) and B (K,N) does not have the %d latents of "+
			"groups %v; store the group of each latent in an array owner (K)", path, K, t.Groups)
	}
	for k := range K {
		if v := stat.Variance(mat.Col(nil, k, evaluate.Dense(t.Z)), nil); !(v > 0) || math.IsInf(v, 0) {
			return nil, fmt.Errorf("%s: latent %d of the ground truth never changes, or is not finite; "+
				"leave it out", path, k)
		}
	}
	return t, nil
}
