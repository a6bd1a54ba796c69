package evaluate

import (
	"fmt"
	"slices"

	"gonum.org/v1/gonum/mat"

	"facrnn/train/internal/regress"
)

// Align returns the affine map of x (n,p) that is closest to y (n,q) by least squares, applied to x: the projection of
// y on the columns of x and a constant.
func Align(x, y *mat.Dense) (*mat.Dense, error) {
	a, err := regress.LeastSquares(x, y)
	if err != nil {
		return nil, err
	}
	return a.Apply(x), nil
}

// GroupR2 says how well groups of latents match true ones (the paper's group latent R2): every true group is explained
// by an affine map of every learned one, the R2 of all pairs are assigned one to one for the largest sum, and R2 of all
// columns so aligned is taken together.
type GroupR2 struct {
	R2         float64
	Matrix     *mat.Dense // (true group, learned group)
	Assignment []int      // the learned group of each true one
}

// LatentR2 compares latents mu (n,K) with true ones z (n,K'), in groups of any sizes, of which there are to be at least
// as many as true ones. Of groups of one latent, [SingletonGroups], it is the component R2.
func LatentR2(z, mu *mat.Dense, truth, groups Groups) (GroupR2, error) {
	out, _, err := matchGroups(z, mu, truth, groups)
	return out, err
}

// HeldOutLatentR2 is [LatentR2] whose maps and assignment are fitted on some bins, z (n,K') and mu (n,K), and whose R2
// is of others, heldZ (n',K') and heldMu (n',K), of which neither knows. Its Matrix is of those others, too.
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

// Align returns latents of (n',K) in the place of the true ones, (n',K'): each true group is the affine map of the
// learned group that it is assigned to. The maps are fitted to z (n,K') by mu (n,K), in the same groups that r
// compares.
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

// BestGroupingR2 returns the largest group latent R2 over all ways to put latents mu (n,K) into groups of the true
// sizes: the R2 that a method without groups would reach if the true latents z (n,K) chose its grouping. The number of
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
			// Groups of one size are alike: the first empty one takes the next latent.
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

// matchGroups is LatentR2 with the map of every learned group to all true latents.
func matchGroups(z, mu *mat.Dense, truth, groups Groups) (GroupR2, []regress.Affine, error) {
	out := GroupR2{Matrix: mat.NewDense(len(truth), len(groups), nil)}
	byGroup := make([][]deviation, len(groups)) // how well each explains every true latent
	maps := make([]regress.Affine, len(groups))
	for j, g := range groups {
		x := Columns(mu, g)
		a, err := regress.LeastSquares(x, z)
		if err != nil {
			return out, nil, fmt.Errorf("group %d: %w", j, err)
		}
		byGroup[j], maps[j] = deviations(z, a.Apply(x)), a
		for i, t := range truth {
			out.Matrix.Set(i, j, explained(pick(byGroup[j], t)))
		}
	}
	var cost mat.Dense
	cost.Scale(-1, out.Matrix)
	var err error
	if out.Assignment, err = Assign(&cost); err != nil {
		return out, nil, fmt.Errorf("true groups to learned ones: %w", err)
	}
	out.score(byGroup, truth)
	return out, maps, nil
}

// score fills in Matrix and R2, given how well each learned group explains every true latent.
func (r *GroupR2) score(byGroup [][]deviation, truth Groups) {
	var aligned []deviation
	for i, t := range truth {
		for j := range byGroup {
			r.Matrix.Set(i, j, explained(pick(byGroup[j], t)))
		}
		aligned = append(aligned, pick(byGroup[r.Assignment[i]], t)...)
	}
	r.R2 = explained(aligned)
}

func pick(x []deviation, indices []int) []deviation {
	out := make([]deviation, len(indices))
	for i, j := range indices {
		out[i] = x[j]
	}
	return out
}
