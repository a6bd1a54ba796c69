package evaluate

import (
	"math"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"

	"facrnn/data"
)

// Velocity returns the differences (T,D) of positions between the bins of each trial, 0 in a trial's first bin. trial
// (T) holds the trial of each bin. It inverts [Cumulative] up to the position at which each trial starts.
func Velocity(position data.Matrix, trial []int) data.Matrix {
	out := data.NewMatrix(position.Rows, position.Cols)
	for t := 1; t < position.Rows; t++ {
		if trial[t] == trial[t-1] {
			for d := range out.Row(t) {
				out.Row(t)[d] = position.Row(t)[d] - position.Row(t - 1)[d]
			}
		}
	}
	return out
}

// Cumulative returns the running sum of m (T,D) over the bins of each trial. trial (T) holds the trial of each bin.
// For a velocity per bin, the sum is the displacement from the start of the trial.
func Cumulative(m *mat.Dense, trial []int) *mat.Dense {
	out := mat.DenseCopyOf(m)
	for t := 1; t < len(trial); t++ {
		if trial[t] == trial[t-1] {
			floats.Add(out.RawRowView(t), out.RawRowView(t-1))
		}
	}
	return out
}

// Rotation says how well latents match the hand's position in axes that are rotated by some degrees.
type Rotation struct {
	Degrees float64
	GroupR2
}

// HandR2 compares the sums of latents mu (T,K) within trials with the hand's position, the sum of its velocity (T,2).
// The score is the group latent R2 with two true groups, one for each axis of the hand (the paper's figure for
// reaching).
//
// The first of the 13 results is for the original axes. Each further result rotates them by another 7.5 degrees, up
// to 90, where the axes are exchanged. Latents that separate the hand's own axes, and not any two axes, score best
// near 0 and 90.
func HandR2(mu, velocity *mat.Dense, trial []int, groups Groups) ([]Rotation, error) {
	const steps = 13
	z, hand := Cumulative(mu, trial), Cumulative(velocity, trial)
	out := make([]Rotation, steps)
	for i := range out {
		degrees := 90 * float64(i) / (steps - 1)
		sin, cos := math.Sincos(degrees * math.Pi / 180)
		var turned mat.Dense
		turned.Mul(hand, mat.NewDense(2, 2, []float64{cos, -sin, sin, cos})) // x cos + y sin, -x sin + y cos
		r2, err := LatentR2(&turned, z, SingletonGroups(2), groups)
		if err != nil {
			return nil, err
		}
		out[i] = Rotation{degrees, r2}
	}
	return out, nil
}

// HeldOutHandR2 returns the first result of [HandR2], for the original axes, on the bins test. Its maps and
// assignment are fitted on the bins train. mu (T,K), velocity (T,2) and trial (T) hold all bins. Sums run over the
// bins of each trial that are in the same list.
func HeldOutHandR2(mu, velocity *mat.Dense, trial, train, test []int, groups Groups) (GroupR2, error) {
	summed := func(m *mat.Dense, bins []int) *mat.Dense { return Cumulative(Rows(m, bins), TrialsOf(trial, bins)) }
	hand, z := summed(velocity, train), summed(mu, train)
	heldHand, heldZ := summed(velocity, test), summed(mu, test)
	return HeldOutLatentR2(hand, z, heldHand, heldZ, SingletonGroups(2), groups)
}

// TrialsOf returns the trials of some bins (n), given the trial of every bin (T).
func TrialsOf(trial, bins []int) []int {
	out := make([]int, len(bins))
	for i, t := range bins {
		out[i] = trial[t]
	}
	return out
}

// EndSectors returns the sector of a circle in which the summed velocity (T,2) of each trial ends. trial (T) holds
// the trial of each bin, numbered from 0 to trials-1. Sector i is centred on i/sectors of a turn. A trial without
// bins has sector -1.
func EndSectors(velocity *mat.Dense, trial []int, trials, sectors int) []int {
	out := make([]int, trials)
	for i := range out {
		out[i] = -1
	}
	position := Cumulative(velocity, trial)
	for t, tr := range trial {
		if t+1 == len(trial) || trial[t+1] != tr {
			turn := math.Atan2(position.At(t, 1), position.At(t, 0)) / (2 * math.Pi)
			out[tr] = int(math.Round(turn*float64(sectors))+float64(sectors)) % sectors
		}
	}
	return out
}
