package content

import (
	"fmt"

	"gonum.org/v1/gonum/mat"

	"facrnn/train/evaluate"
)

const (
	recoveredBins     = 1000 // of the latents, next to the true latents
	recoveredChannels = 100  // along a side of the connectivities
)

// Truth holds the ground truth of a simulated recording, the estimate, and evaluate.Recover's comparison of both.
type Truth struct {
	Planted  evaluate.GroundTruth
	Found    evaluate.Estimate
	Recovery *evaluate.Recovery
	Rows     []int // bins of the recording that are compared
}

// recovery fills in how latents and sub-connectivities compare with the ground truth.
func (f *findings) recovery() error {
	if f.Truth == nil {
		f.page.Missing["recovery"] = "there is no ground truth; pass one to evaluate with --truth"
		return nil
	}
	t, r := f.Truth, f.Truth.Recovery
	out := &Recovery{}
	for _, m := range []struct{ key, name, means string }{
		{"group_r2", "latent R² by group",
			"The share of the true latents' variance that an affine map of the assigned group explains."},
		{"group_r2_filtered", "latent R² by group, filtered",
			"The share that the latents from past and present explain."},
		{"component_r2", "latent R² one by one",
			"The share that single latents explain, each assigned to one true latent."},
		{"component_r2_filtered", "latent R² one by one, filtered",
			"The share that single latents from past and present explain."},
		{"connectivity_corr", "correlation of W", "Pearson's correlation of all entries of W with the true entries."},
		{"subconnectivity_corr", "correlation of the W of groups",
			"Pearson's correlation over the entries of all groups' W_g. Each true W_g is compared with the nearest " +
				"estimate."},
		{"subconnectivity_corr_ridge", "correlation of the W of groups, B by ridge",
			"The same correlation, with B from a ridge regression on the filtered latents."},
	} {
		if v, ok := r.Figures[m.key]; ok {
			out.Metrics = append(out.Metrics, Metric{Key: m.key, Name: m.name, Train: Number(nan), Test: Number(v),
				Means: m.means})
		}
	}
	var planted, found []*mat.Dense
	if r.Match != nil {
		planted, found = evaluate.SubConnectivities(t.Planted.A, t.Planted.B,
			t.Planted.Groups), evaluate.SubConnectivities(t.Found.A, t.Found.B, t.Found.Groups)
	}
	for i, g := range t.Planted.Groups {
		if r.Assignment == nil {
			break // there are fewer groups than true groups
		}
		group := f.recovered(i, g)
		if planted != nil {
			group.W, group.N = thin(planted[i])
			group.WFound, _ = thin(found[r.Match[i]])
			if t.Found.RidgeB != nil {
				group.WRidge, _ = thin(evaluate.SubConnectivities(t.Found.A, t.Found.RidgeB,
					t.Found.Groups)[r.Match[i]])
			}
		}
		out.Groups = append(out.Groups, group)
	}
	f.page.Recovery = out
	return nil
}

// recovered returns a true group's latents in the first bins, and the aligned latents of the estimated group.
func (f *findings) recovered(i int, group []int) GroupTruths {
	t := f.Truth
	out := GroupTruths{Name: fmt.Sprintf("true group %d", i+1), Found: t.Recovery.Assignment[i]}
	n := min(len(t.Rows), recoveredBins)
	for _, row := range t.Rows[:n] {
		out.Time = append(out.Time, float32(f.Recording.Time[row]))
	}
	for _, k := range group {
		out.True = append(out.True, values(mat.Col(nil, k, t.Planted.Z)[:n]))
		out.Latent = append(out.Latent, values(mat.Col(nil, k, t.Recovery.Mu)[:n]))
		if t.Recovery.Filtered != nil {
			out.Filtered = append(out.Filtered, values(mat.Col(nil, k, t.Recovery.Filtered)[:n]))
		}
	}
	return out
}

// thin returns a connectivity between at most recoveredChannels channels, evenly spaced, and their number.
func thin(w *mat.Dense) (Values, int) {
	N, _ := w.Dims()
	n := min(N, recoveredChannels)
	var out Values
	for i := range n {
		for j := range n {
			out = append(out, float32(w.At(i*N/n, j*N/n)))
		}
	}
	return out, n
}
