package content

import (
	"fmt"

	"gonum.org/v1/gonum/mat"

	"facrnn/train/evaluate"
)

const (
	recoveredBins     = 1000 // of the latents beside the true ones
	recoveredChannels = 100  // along a side of the connectivities
)

// Truth is what a simulated recording was made of, what was found of it, and how far, as evaluate.Recover has it.
type Truth struct {
	Planted  evaluate.GroundTruth
	Found    evaluate.Estimate
	Recovery *evaluate.Recovery
	Rows     []int // bins of the recording that are compared
}

// recovery shows how latents and sub-connectivities compare with a truth.
func (f *findings) recovery() error {
	if f.Truth == nil {
		f.page.Missing["recovery"] = "there is no truth to compare with: evaluate takes one by --truth"
		return nil
	}
	t, r := f.Truth, f.Truth.Recovery
	out := &Recovery{}
	for _, m := range []struct{ key, name, means string }{
		{"group_r2", "latent R² by group",
			"The share of the true latents' variance that an affine map of the one group assigned to theirs explains."},
		{"group_r2_filtered", "latent R² by group, filtered",
			"The same of the latents that are read from each bin's own activity too."},
		{"component_r2", "latent R² one by one", "The same of single latents, each assigned to one true latent."},
		{"component_r2_filtered", "latent R² one by one, filtered", "The same of the filtered ones."},
		{"connectivity_corr", "correlation of W", "Pearson's correlation of all entries of W with the true ones."},
		{"subconnectivity_corr", "correlation of the W of groups",
			"The same over the entries of all groups' W_g, each true one beside the found one that differs least " +
				"from it."},
		{"subconnectivity_corr_ridge", "the same, B by ridge",
			"The same with B told from the filtered latents by ridge regression."},
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
			break // there are fewer groups than were planted
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

// recovered returns a true group's latents in the first of the bins, and those of the found group, aligned.
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

// thin returns a connectivity between at most recoveredChannels channels, evenly spaced, and how many they are.
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
