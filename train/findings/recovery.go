package findings

import (
	"fmt"

	"gonum.org/v1/gonum/mat"

	"facrnn/train/evaluate"
	"facrnn/train/report/page"
)

const (
	recoveredBins     = 1000 // of the latents beside the true ones
	recoveredChannels = 100  // along a side of the connectivities
)

// Truth is what a simulated recording was made of. A and B may be nil.
type Truth struct {
	Z      *mat.Dense // (T,K')
	A, B   *mat.Dense // (N,K'), (K',N)
	Groups evaluate.Groups
}

// recovery compares latents and sub-connectivities with a truth, on the bins that figures are of, by the functions of train/evaluate that the experiments use.
func (f *findings) recovery() error {
	if f.Truth == nil {
		f.page.Missing["recovery"] = "there is no truth to compare with: evaluate takes one by --truth"
		return nil
	}
	truth := f.Truth
	if n, _ := truth.Z.Dims(); n != f.Mu.Rows {
		return fmt.Errorf("the truth is of %d bins, the recording of %d", n, f.Mu.Rows)
	}
	out := &page.Recovery{}
	add := func(key, name string, test float64, means string) {
		out.Figures = append(out.Figures, page.Figure{Key: key, Name: name, Train: page.Number(nan), Test: page.Number(test), Means: means})
	}
	z := evaluate.Rows(truth.Z, f.bins)
	var encoded evaluate.GroupR2
	for i, k := range f.kinds {
		got, err := evaluate.LatentR2(z, evaluate.Rows(k.z, f.bins), truth.Groups, f.groups)
		if err != nil {
			return err
		}
		key, name := "group_r2", "latent R2 by group"
		if i == 0 {
			encoded = got
		} else {
			key, name = "group_r2_filtered", name+", filtered"
		}
		add(key, name, got.R2, "The share of the true latents' variance that an affine map of the one group assigned to theirs explains.")
	}
	match := encoded.Assignment
	var planted, found []*mat.Dense
	if truth.A != nil && truth.B != nil && f.a != nil {
		planted, found = evaluate.SubConnectivities(truth.A, truth.B, truth.Groups), evaluate.SubConnectivities(f.a, f.b, f.groups)
		var w, whole mat.Dense
		w.Mul(f.a, f.b)
		whole.Mul(truth.A, truth.B)
		add("connectivity_corr", "correlation of W", evaluate.Connectivity(&whole, &w).Correlation, "Pearson's correlation of all entries of W with the true ones.")
		got, matched, err := evaluate.SubConnectivity(planted, found)
		if err != nil {
			return err
		}
		match = matched
		add("subconnectivity_corr", "correlation of the W of groups", got.Correlation, "The same over the entries of all groups' W_g, each true one beside the found one that differs least from it.")
	}
	for i, g := range truth.Groups {
		group, err := f.recovered(i, g, encoded.Assignment[i], z)
		if err != nil {
			return err
		}
		if planted != nil {
			group.W, group.N = thin(planted[i])
			group.WFound, _ = thin(found[match[i]])
		}
		out.Groups = append(out.Groups, group)
	}
	f.page.Recovery = out
	return nil
}

// recovered is a true group's latents in the first of the bins, and those of the found group, aligned.
func (f *findings) recovered(i int, truth []int, found int, z *mat.Dense) (page.GroupTruths, error) {
	out := page.GroupTruths{Name: fmt.Sprintf("true group %d", i+1), Found: found}
	want := columns(z, truth)
	aligned, err := evaluate.Align(evaluate.Rows(columns(f.kinds[0].z, f.groups[found]), f.bins), want)
	if err != nil {
		return out, err
	}
	n := min(len(f.bins), recoveredBins)
	for _, t := range f.bins[:n] {
		out.Time = append(out.Time, float32(f.Recording.Time[t]))
	}
	for j := range truth {
		out.True = append(out.True, values(mat.Col(nil, j, want)[:n]))
		out.Latent = append(out.Latent, values(mat.Col(nil, j, aligned)[:n]))
	}
	return out, nil
}

// thin is a connectivity between at most recoveredChannels channels, evenly spaced, and how many they are.
func thin(w *mat.Dense) (page.Values, int) {
	N, _ := w.Dims()
	n := min(N, recoveredChannels)
	var out page.Values
	for i := range n {
		for j := range n {
			out = append(out, float32(w.At(i*N/n, j*N/n)))
		}
	}
	return out, n
}
