package experiment

import (
	"context"
	"fmt"
	"math"
	"strings"

	"gonum.org/v1/gonum/mat"

	"facrnn/data"
	"facrnn/data/simulate"
	"facrnn/train/evaluate"
	"facrnn/train/report/plot"
)

const syntheticIntro = "The paper's synthetic experiment (section 5.1). Neurons of a low-rank network see two true " +
	"groups of three latents, a Lorenz and a Thomas system. Methods are compared by how well they find the two groups."

// pictures returns box plots, attractors and sub-connectivities.
func (e *synthetic) pictures(_ context.Context, t *table[syntheticCell]) ([]picture, error) {
	out := []picture{t.boxes("How well each method does",
		"A box for each method, a dot for each seed, a diamond for the paper's mean. The group latent R² (a) and the "+
			"sub-connectivity correlation (d) measure how well the true groups are found; 1 is perfect. The partial "+
			"correlation (g) measures how much the groups depend on each other; 0 is none. Filtered latents (b) use "+
			"the activity of their own bin, so do not compare them with encoded latents.",
		panels[syntheticCell]("group_r2 group_r2_filtered component_r2 subconnectivity_corr "+
			"subconnectivity_corr_ridge connectivity_corr partial_correlation total_correlation loglik "+
			"bits_per_spike")...)}
	fits, why, err := drawnFits[recovered](t, "group_r2", nil)
	if err != nil || len(fits) == 0 {
		return out, err
	}
	_, truth, err := e.open()
	if err != nil {
		return nil, err
	}
	for _, f := range fits {
		n, k := f.artifact.aligned.Dims()
		N, M := f.artifact.w[0].Dims()
		if n != truth.Z.Rows || k != truth.Z.Cols || N != truth.A.Rows || M != N ||
			len(f.artifact.w) != len(truth.Groups) {
			return nil, fmt.Errorf("%s holds another recording's arrays: remove it, and the "+
				"figures do without", t.artifactPath(f.row))
		}
	}
	return append(out, attractors(fits, truth, why), subconnectivities(fits, truth, why)), nil
}

type syntheticFit = drawn[syntheticCell, recovered]

// groupNames returns the names of the true groups.
func groupNames(truth *simulate.Truth) []string {
	if len(truth.Groups) == 2 && truth.Groups[0] == 3 && truth.Groups[1] == 3 {
		return []string{"Lorenz", "Thomas"}
	}
	var names []string
	for g := range truth.Groups {
		names = append(names, fmt.Sprintf("group %d", g+1))
	}
	return names
}

// attractors returns the true and the found groups in their own space: a group of one latent over time, a larger one by
// its first three.
func attractors(fits []syntheticFit, truth *simulate.Truth, why string) picture {
	names := groupNames(truth)
	f := plot.Paths{Name: "attractors", Title: "Attractors: ground truth, and found by each method"}
	f.Note = why + " All bins; latents by the affine map to the true ones that the metric fits on held-out bins. " +
		"One projection for all."
	p := newPicture("Attractors", plot.Table{
		Caption: "R² of each true group, held-out bins, and of all latents as in results.csv.",
		Head:    []string{"group"},
	})
	for g, latents := range evaluate.Sizes(truth.Groups...) {
		line := []string{names[g]}
		panels := []plot.PathPanel{space(evaluate.Dense(truth.Z), latents,
			plot.PathPanel{Title: names[g] + ", ground truth"})}
		for _, fit := range fits {
			r2 := brief(fit.artifact.r2[g])
			panel := plot.PathPanel{Title: names[g] + ", " + fit.name, Note: "R² " + r2, Method: fit.name}
			panels, line = append(panels, space(fit.artifact.aligned, latents, panel)), append(line, r2)
		}
		f.Rows, p.Table.Rows = append(f.Rows, panels), append(p.Table.Rows, line)
	}
	p.figure = f
	byGroup(&p, fits, "group_r2", "all",
		why+"Each row is a group: first the ground truth, then the group that each method found, in one projection "+
			"and on one scale. A found group has the shape of the true one. If groups are mixed, one shows through "+
			"the other. Group R² of the whole fit: ",
		"Trajectories in three dimensions of the true groups ("+strings.Join(names, ", ")+
			") and of the found groups. Group R²: ")
	return p
}

// byGroup completes a picture of ground-truth groups: the table's heading and last row, which are of fits, and a column
// of results.csv in caption and alt.
func byGroup(p *picture, fits []syntheticFit, column, last, caption, alt string) {
	line := []string{last}
	for _, f := range fits {
		p.Table.Head = append(p.Table.Head, fmt.Sprintf("%s %s, seed %d", f.name, f.cell.Recipe, f.seed))
		line = append(line, f.rounded(column))
	}
	p.Table.Rows = append(p.Table.Rows, line)
	p.Caption, p.Alt = caption+said(fits, column)+".", alt+said(fits, column)+"."
}

// space fills in a panel of latents against each other.
func space(z *mat.Dense, latents []int, p plot.PathPanel) plot.PathPanel {
	n, _ := z.Dims()
	w := plot.Way{Hue: math.NaN(), Points: make([][3]float64, n)}
	first := 0
	if len(latents) == 1 {
		first, p.Axes[0] = 1, "bin"
		for i := range n {
			w.Points[i][0] = float64(i)
		}
	}
	for j, k := range latents[:min(len(latents), 3)] {
		p.Axes[first+j] = fmt.Sprint("latent ", k+1)
		for i := range n {
			w.Points[i][first+j] = z.At(i, k)
		}
	}
	p.Ways = []plot.Way{w}
	return p
}

// subconnectivities returns the figure of W_g, true and found.
func subconnectivities(fits []syntheticFit, truth *simulate.Truth, why string) picture {
	names := groupNames(truth)
	f := plot.Maps{Name: "subconnectivity", Title: "Sub-connectivities: ground truth, and found by each method"}
	f.Note = why + " Found groups are matched to the true ones by the least mean error."
	p := newPicture("Sub-connectivities", plot.Table{
		Caption: "Correlation of each group's sub-connectivity with the true one, and of both groups as in " +
			"results.csv.",
		Head: []string{"group"},
	})
	for g := range truth.Groups {
		line := []string{names[g]}
		maps := []plot.Map{{Title: names[g] + ", ground truth", W: truth.SubConnectivity(g)}}
		for _, fit := range fits {
			corr := brief(fit.artifact.wCorr[g])
			found := plot.Map{Title: names[g] + ", " + fit.name, Note: "correlation " + corr,
				W: matrix(fit.artifact.w[g])}
			maps, line = append(maps, found), append(line, corr)
		}
		f.Rows, p.Table.Rows = append(f.Rows, maps), append(p.Table.Rows, line)
	}
	p.figure = f
	byGroup(&p, fits, "subconnectivity_corr", "both",
		why+" W_g = A_g B_g, row i <- column j, of each true group and of the found group matched to it, on one "+
			"scale: red excites, blue inhibits, white is 0. Correlation of all entries of both groups: ",
		"Matrices of the true sub-connectivities beside those found. Correlations: ")
	return p
}

// matrix is m in single precision.
func matrix(m *mat.Dense) data.Matrix {
	rows, cols := m.Dims()
	out := data.NewMatrix(rows, cols)
	for i := range rows {
		for j, v := range m.RawRowView(i) {
			out.Row(i)[j] = float32(v)
		}
	}
	return out
}
