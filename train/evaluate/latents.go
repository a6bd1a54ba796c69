package evaluate

import (
	"fmt"
	"slices"

	"gonum.org/v1/gonum/mat"

	"facrnn/train/internal/regress"
)

// GroupR2 says how well groups of latents match the true groups (the paper's group latent R2). An affine map of each
// learned group explains each true group, which gives an R2 for each pair. The assignment of learned to true groups
// maximizes the sum of these R2. The result is the R2 of all columns under this assignment.
type GroupR2 struct {
	R2         float64
	Matrix     *mat.Dense // (true group, learned group)
	Assignment []int      // the learned group of each true group
}

// LatentR2 compares latents mu (n,K) with the true latents z (n,K'), in groups of any sizes. There must be at least
// as many groups as true groups. For [SingletonGroups] it is the component R2.
func LatentR2(z, mu *mat.Dense, truth, groups Groups) (GroupR2, error) {
	out, _, err := matchGroups(z, mu, truth, groups)
	return out, err
}

// HeldOutLatentR2 computes [LatentR2] on held-out bins. The maps and the assignment are fitted on z (n,K') and mu
// (n,K). R2 and Matrix are computed from heldZ (n',K') and heldMu (n',K).
func HeldOutLatentR2(z, mu, heldZ, heldMu *mat.Dense, truth, groups Groups) (GroupR2, error) {
	out, maps, err := matchGroups(z, mu, truth, groups)
	if err != nil {
		return out, err
	}
	byGroup := make([][]deviation, len(groups))
	for j, g := range groups {
		byGroup[j] = deviations(heldZ, maps[j].Apply(Columns(heldMu, g)))
	}
	out.score(byGroup, truth)
	return out, nil
}

// Align returns the latents of (n',K) in the coordinates of the true latents, (n',K'). Each true group is the affine
// map of the learned group that is assigned to it. The maps are fitted from mu (n,K) to z (n,K'), in the groups that
// r compares.
func (r GroupR2) Align(z, mu, of *mat.Dense, truth, groups Groups) (*mat.Dense, error) {
	n, _ := of.Dims()
	_, K := z.Dims()
	out := mat.NewDense(n, K, nil)
	for i, t := range truth {
		g := groups[r.Assignment[i]]
		a, err := regress.LeastSquares(Columns(mu, g), Columns(z, t))
		if err != nil {
			return nil, err
		}
		aligned := a.Apply(Columns(of, g))
		for j, k := range t {
			out.SetCol(k, mat.Col(nil, j, aligned))
		}
	}
	return out, nil
}

// BestGroupingR2 returns the largest group latent R2 over all ways to divide latents mu (n,K) into groups of the true
// sizes. A method without groups would reach this R2 if the ground truth z (n,K) chose its grouping. The number of
// ways grows as K!.
func BestGroupingR2(z, mu *mat.Dense, sizes ...int) (float64, error) {
	best, truth := -1.0, Sizes(sizes...)
	_, K := mu.Dims()
	var try func(k int, groups Groups) error
	try = func(k int, groups Groups) error {
		if k == K {
			got, err := LatentR2(z, mu, truth, groups)
			best = max(best, got.R2)
			return err
		}
		for g, n := range sizes {
			// Groups of one size are interchangeable: only the first empty one takes the next latent.
			if len(groups[g]) == n || g > 0 && sizes[g-1] == n && len(groups[g-1]) == 0 {
				continue
			}
			next := slices.Clone(groups)
			next[g] = append(slices.Clone(groups[g]), k)
			if err := try(k+1, next); err != nil {
				return err
			}
		}
		return nil
	}
	return best, try(0, make(Groups, len(sizes)))
}

// matchGroups returns [LatentR2] and the map of every learned group to all true latents.
func matchGroups(z, mu *mat.Dense, truth, groups Groups) (GroupR2, []regress.Affine, error) {
	out := GroupR2{Matrix: mat.NewDense(len(truth), len(groups), nil)}
	byGroup := make([][]deviation, len(groups)) // how well each group explains every true latent
	maps := make([]regress.Affine, len(groups))
	for j, g := range groups {
		x := Columns(mu, g)
		a, err := regress.LeastSquares(x, z)
		if err != nil {
			return out, nil, fmt.Errorf("group %d: %w", j, err)
		}
		byGroup[j], maps[j] = deviations(z, a.Apply(x)), a
		for i, t := range truth {
			out.Matrix.Set(i, j, explained(subset(byGroup[j], t)))
		}
	}
	var cost mat.Dense
	cost.Scale(-1, out.Matrix)
	var err error
	if out.Assignment, err = Assign(&cost); err != nil {
		return out, nil, fmt.Errorf("match the true groups with the learned groups: %w", err)
	}
	out.score(byGroup, truth)
	return out, maps, nil
}

// score sets Matrix and R2 from how well each learned group explains every true latent.
func (r *GroupR2) score(byGroup [][]deviation, truth Groups) {
	var aligned []deviation
	for i, t := range truth {
		for j := range byGroup {
			r.Matrix.Set(i, j, explained(subset(byGroup[j], t)))
		}
		aligned = append(aligned, subset(byGroup[r.Assignment[i]], t)...)
	}
	r.R2 = explained(aligned)
}

func subset(x []deviation, indices []int) []deviation {
	out := make([]deviation, len(indices))
	for i, j := range indices {
		out[i] = x[j]
	}
	return out
}
