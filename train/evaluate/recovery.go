package evaluate

import (
	"errors"
	"fmt"

	"gonum.org/v1/gonum/mat"
)

// GroundTruth is what a simulated recording was made of: N neurons, K latents, in the bins (n) that are compared.
type GroundTruth struct {
	Z      *mat.Dense // (n,K)
	A, B   *mat.Dense // (N,K), (K,N); nil where they are not known
	Groups Groups
}

// Estimate is what a fit has of it, in the same bins and of the same neurons. Only Mu and Groups have to be there.
type Estimate struct {
	Mu       *mat.Dense // (n,K) encoded
	Filtered *mat.Dense // (n,K)
	A, B     *mat.Dense // (N,K), (K,N)
	RidgeB   *mat.Dense // (K,N) by ridge regression of the filtered latents
	Groups   Groups
}

// ErrFewer is what Recover returns, beside what can be said all the same, where there are fewer groups than were
// planted.
var ErrFewer = errors.New("there are fewer groups of latents than were planted")

// Recovery is how far what was planted is found again. The truth is in nothing but the assignment of groups and their
// alignment.
type Recovery struct {
	// Figures are group_r2 and component_r2 of the encoded latents (see [LatentR2]), the same with _filtered of the
	// filtered ones, connectivity_corr and subconnectivity_corr (Pearson's, see [SubConnectivity]), the latter with
	// _ridge of RidgeB as well. What cannot be compared is left out.
	Figures map[string]float64
	// the found group that each planted one is compared with, by the encoded latents; nil where there are fewer
	Assignment []int
	Match      []int // the same by the connectivity
	// The latents (n,K) of each planted group as its found one has them, by the affine map that comes closest; nil
	// where there is nothing to show.
	Mu, Filtered *mat.Dense
}

// Recover compares a fit with what was planted.
func Recover(p GroundTruth, f Estimate) (*Recovery, error) {
	r := &Recovery{Figures: map[string]float64{}}
	fewer := len(f.Groups) < len(p.Groups)
	var err error
	if r.Mu, r.Assignment, err = r.latents(p, f.Mu, f.Groups, ""); err != nil {
		return nil, err
	}
	if f.Filtered != nil {
		if r.Filtered, _, err = r.latents(p, f.Filtered, f.Groups, "_filtered"); err != nil {
			return nil, err
		}
	}
	if err := r.connectivity(p, f, fewer); err != nil {
		return nil, err
	}
	if fewer {
		return r, fmt.Errorf("%w, %d for %d", ErrFewer, len(f.Groups), len(p.Groups))
	}
	return r, nil
}

// latents compares latents (n,K), and returns them aligned, and the assignment of their groups, where there are as many
// as were planted.
func (r *Recovery) latents(
	p GroundTruth, mu *mat.Dense, groups Groups, name string,
) (aligned *mat.Dense, assignment []int, err error) {
	_, planted := p.Z.Dims()
	if _, K := mu.Dims(); K >= planted {
		got, err := LatentR2(p.Z, mu, SingletonGroups(planted), SingletonGroups(K))
		if err != nil {
			return nil, nil, err
		}
		r.Figures["component_r2"+name] = got.R2
	}
	if len(groups) < len(p.Groups) {
		return nil, nil, nil
	}
	got, err := LatentR2(p.Z, mu, p.Groups, groups)
	if err != nil {
		return nil, nil, err
	}
	r.Figures["group_r2"+name] = got.R2
	aligned, err = got.Align(p.Z, mu, mu, p.Groups, groups)
	return aligned, got.Assignment, err
}

// connectivity compares W and the sub-connectivities, as fitted and with B by ridge regression.
func (r *Recovery) connectivity(p GroundTruth, f Estimate, fewer bool) (err error) {
	if p.A == nil || p.B == nil || f.A == nil || f.B == nil {
		return nil
	}
	var truth, w mat.Dense
	truth.Mul(p.A, p.B)
	w.Mul(f.A, f.B)
	r.Figures["connectivity_corr"] = Connectivity(&truth, &w).Correlation
	if fewer {
		return nil
	}
	planted := SubConnectivities(p.A, p.B, p.Groups)
	for name, b := range map[string]*mat.Dense{"subconnectivity_corr": f.B, "subconnectivity_corr_ridge": f.RidgeB} {
		if b == nil {
			continue
		}
		got, match, err := SubConnectivity(planted, SubConnectivities(f.A, b, f.Groups))
		if err != nil {
			return err
		}
		r.Figures[name] = got.Correlation
		if name == "subconnectivity_corr" {
			r.Match = match
		}
	}
	return nil
}
