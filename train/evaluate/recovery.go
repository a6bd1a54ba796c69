package evaluate

import (
	"errors"
	"fmt"

	"gonum.org/v1/gonum/mat"
)

// GroundTruth holds the latents and weights that made a simulated recording: N neurons and K latents, in the n bins
// that are compared.
type GroundTruth struct {
	Z      *mat.Dense // (n,K)
	A, B   *mat.Dense // (N,K), (K,N); nil if unknown
	Groups Groups
}

// Estimate holds a fit's latents and weights, in the same bins and of the same neurons. Only Mu and Groups are
// required.
type Estimate struct {
	Mu       *mat.Dense // (n,K) latents from the past (encoded)
	Filtered *mat.Dense // (n,K) latents from past and present
	A, B     *mat.Dense // (N,K), (K,N)
	RidgeB   *mat.Dense // (K,N) by ridge regression on the filtered latents
	Groups   Groups
}

// ErrFewer is the error of [Recover] if the fit has fewer groups than the ground truth. Recover then also returns the
// metrics that need no groups.
var ErrFewer = errors.New("the fit has fewer groups of latents than the ground truth")

// Recovery says how well a fit recovers the ground truth. Only the assignment and the alignment of groups use the
// ground truth.
type Recovery struct {
	// Figures holds the metrics by name. group_r2 and component_r2 compare the encoded latents, see [LatentR2]. The
	// suffix _filtered marks the filtered latents. connectivity_corr and subconnectivity_corr are Pearson's
	// correlations, see [SubConnectivity]. The suffix _ridge marks RidgeB. Metrics that cannot be computed are
	// missing.
	Figures    map[string]float64
	Assignment []int // the fit's group for each true group, by the encoded latents; nil if there are fewer groups
	Match      []int // the fit's group for each true group, by the connectivity
	// Mu and Filtered are the fit's latents (n,K) in the coordinates of the true latents, see [GroupR2.Align]. They
	// are nil if they cannot be aligned.
	Mu, Filtered *mat.Dense
}

// Recover compares a fit with the ground truth.
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
		return r, fmt.Errorf("%w: %d, not %d", ErrFewer, len(f.Groups), len(p.Groups))
	}
	return r, nil
}

// latents compares latents (n,K). It returns them aligned, and the assignment of their groups. Both are nil if there
// are fewer groups than in the ground truth.
func (r *Recovery) latents(p GroundTruth, mu *mat.Dense, groups Groups, suffix string) (aligned *mat.Dense,
	assignment []int, err error) {
	_, trueK := p.Z.Dims()
	if _, K := mu.Dims(); K >= trueK {
		got, err := LatentR2(p.Z, mu, SingletonGroups(trueK), SingletonGroups(K))
		if err != nil {
			return nil, nil, err
		}
		r.Figures["component_r2"+suffix] = got.R2
	}
	if len(groups) < len(p.Groups) {
		return nil, nil, nil
	}
	got, err := LatentR2(p.Z, mu, p.Groups, groups)
	if err != nil {
		return nil, nil, err
	}
	r.Figures["group_r2"+suffix] = got.R2
	aligned, err = got.Align(p.Z, mu, mu, p.Groups, groups)
	return aligned, got.Assignment, err
}

// connectivity compares W and the sub-connectivities, with the fitted B and with the B of ridge regression.
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
	trueWs := SubConnectivities(p.A, p.B, p.Groups)
	for name, b := range map[string]*mat.Dense{"subconnectivity_corr": f.B, "subconnectivity_corr_ridge": f.RidgeB} {
		if b == nil {
			continue
		}
		got, match, err := SubConnectivity(trueWs, SubConnectivities(f.A, b, f.Groups))
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
