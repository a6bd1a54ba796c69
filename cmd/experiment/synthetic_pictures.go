package main

import (
	"fmt"
	"math"
	"strings"

	"gonum.org/v1/gonum/mat"

	"facrnn/data"
	"facrnn/data/npz"
	"facrnn/data/simulate"
	"facrnn/train/evaluate"
	"facrnn/train/method"
	"facrnn/train/report/plot"
)

// keepSynthetic is what the pictures of a fit need: aligned (T,K), its latents in the place of the planted ones, by the affine maps that group_r2 fits on held-out bins; test,
// those bins; latent_r2 (G), how well each planted group is explained there; W (G,N,N), the sub-connectivities in the order of the planted ones, and W_corr (G).
func keepSynthetic(f *method.Fitted, plan *method.Plan, truth *simulate.Truth) (arrays, error) {
	mu, _, err := evaluate.Encode(f.Result.Model, f.Result.Samples)
	if err != nil {
		return nil, err
	}
	groups, test := evaluate.Sizes(truth.Groups...), plan.Split.Test
	latents, z := evaluate.Dense(mu), evaluate.Rows(evaluate.Dense(truth.Z), test)
	got, err := evaluate.LatentR2(z, evaluate.Rows(latents, test), groups, groups)
	if err != nil {
		return nil, err
	}
	T, K := latents.Dims()
	aligned, r2 := mat.NewDense(T, K, nil), make([]float64, len(groups))
	for g, planted := range groups {
		r2[g] = got.Matrix.At(g, got.Assignment[g])
		part, err := alignAll(evaluate.Columns(latents, groups[got.Assignment[g]]), evaluate.Columns(z, planted), test)
		if err != nil {
			return nil, err
		}
		for i, k := range planted {
			aligned.SetCol(k, mat.Col(nil, i, part))
		}
	}
	a, b := evaluate.Weights(f.Result.Model)
	planted, found := evaluate.SubConnectivities(evaluate.Dense(truth.A), evaluate.Dense(truth.B), groups), evaluate.SubConnectivities(a, b, groups)
	_, match, err := evaluate.SubConnectivity(planted, found)
	if err != nil {
		return nil, err
	}
	N, _ := a.Dims()
	w := npz.Array{Shape: []int{len(groups), N, N}}
	var all, corr []float64
	for g, m := range match {
		all = append(all, found[m].RawMatrix().Data...)
		corr = append(corr, evaluate.Connectivity(planted[g], found[m]).Correlation)
	}
	w.Data = all
	return arrays{"aligned": fromDense(aligned), "test": npz.Ints(test), "latent_r2": npz.Vector(r2), "W": w, "W_corr": npz.Vector(corr)}, nil
}

// alignAll applies the affine map that is fitted on some rows, from x to y which has only these, to all rows of x.
func alignAll(x, y *mat.Dense, rows []int) (*mat.Dense, error) {
	fit, err := evaluate.Align(evaluate.Rows(x, rows), y)
	if err != nil {
		return nil, err
	}
	n, p := x.Dims()
	design := mat.NewDense(n, p+1, nil)
	for i := range n {
		design.SetRow(i, append([]float64{1}, x.RawRowView(i)...))
	}
	var svd mat.SVD
	if !svd.Factorize(evaluate.Rows(design, rows), mat.SVDThin) {
		return nil, fmt.Errorf("the latents cannot be aligned")
	}
	var by, out mat.Dense // the fit is a map of these rows already: this finds which
	svd.SolveTo(&by, fit, svd.Rank(1e-12))
	out.Mul(design, &by)
	return &out, nil
}

// pictures are box plots, attractors and sub-connectivities.
func (e *synthetic) pictures(b batch, t *table) ([]picture, error) {
	out := []picture{t.boxed(b, "How well each method does", "A box a method, a dot a seed, a diamond for the paper's mean. Above all the group latent R² (a) and the sub-connectivity correlation (d) say how well the planted groups are found, 1 being perfect; "+
		"the partial correlation (g) says how far groups of latents still depend on one another, 0 being none. Filtered latents (b) know the activity of their own bin, and are not to be compared with encoded ones.",
		ofAll("group_r2", "group_r2_filtered", "component_r2",
			"subconnectivity_corr", "subconnectivity_corr_ridge", "connectivity_corr",
			"partial_correlation", "total_correlation", "loglik",
			"bits_per_spike")...)}
	rows, why := t.pictured(b, "group_r2", func(row) bool { return true })
	_, truth, err := e.open()
	if err != nil {
		return nil, err
	}
	var kept []arrays
	var with []row
	for _, r := range rows {
		a, err := t.kept(r)
		if err != nil {
			return nil, err
		}
		if a != nil {
			kept, with = append(kept, a), append(with, r)
		}
	}
	if len(kept) == 0 {
		return out, nil
	}
	attractors, err := attractors(with, kept, truth, why)
	if err != nil {
		return nil, err
	}
	w, err := subconnectivities(with, kept, truth, why)
	return append(out, attractors, w), err
}

// groupNames are the planted groups'.
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

// attractors are the planted and the found groups in their own space: of a group of one latent over time, of more than three the first three.
func attractors(rows []row, kept []arrays, truth *simulate.Truth, why string) (picture, error) {
	names := groupNames(truth)
	f := plot.Paths{Name: "attractors", Title: "Attractors: planted, and found by each method", Note: why + " All bins; latents by the affine map to the planted ones that the metric fits on held-out bins. One projection for all."}
	p := picture{title: "Attractors", table: plot.Table{Caption: "R² of each planted group, held-out bins, and of all latents as in results.csv.", Head: []string{"group"}}}
	for g, latents := range evaluate.Sizes(truth.Groups...) {
		line := []string{names[g]}
		panels := []plot.PathPanel{space(names[g]+", planted", "", "", evaluate.Dense(truth.Z), latents)}
		for i, a := range kept {
			aligned, err := a.dense("aligned")
			if err != nil {
				return p, err
			}
			if n, k := aligned.Dims(); n != truth.Z.Rows || k != truth.Z.Cols {
				return p, fmt.Errorf("%d x %d latents are kept, %d x %d planted", n, k, truth.Z.Rows, truth.Z.Cols)
			}
			r2, err := a["latent_r2"].Float64s()
			if err != nil || len(r2) != len(names) {
				return p, fmt.Errorf("array latent_r2 is missing, or not of %d groups", len(names))
			}
			name := methodName(rows[i]["method"])
			panels = append(panels, space(names[g]+", "+name, "R² "+brief(r2[g]), name, aligned, latents))
			line = append(line, brief(r2[g]))
		}
		f.Rows, p.table.Rows = append(f.Rows, panels), append(p.table.Rows, line)
	}
	all := []string{"all"}
	var said []string
	for _, r := range rows {
		name := methodName(r["method"])
		p.table.Head = append(p.table.Head, name+" "+r["recipe"]+", seed "+r["seed"])
		all = append(all, roundedCell(r, "group_r2"))
		said = append(said, name+" "+roundedCell(r, "group_r2"))
	}
	p.table.Rows = append(p.table.Rows, all)
	p.figure = f
	p.caption = why + " Each row is a planted group, first as planted and then as each method found it, in one fixed projection and on one scale. A group that is found has the shape of the planted one; where groups are mixed, one shows through the other. " +
		"Group R² of the whole fit: " + strings.Join(said, ", ") + "."
	p.alt = "Trajectories in three dimensions of the planted groups (" + strings.Join(names, ", ") + ") beside those found. Group R²: " + strings.Join(said, ", ") + "."
	return p, nil
}

// space is a panel of latents against each other.
func space(title, note, method string, z *mat.Dense, latents []int) plot.PathPanel {
	p := plot.PathPanel{Title: title, Note: note, Method: method}
	n, _ := z.Dims()
	w := plot.Way{Hue: math.NaN(), Points: make([][3]float64, n)}
	p.Axes = [3]string{"bin", "latent " + fmt.Sprint(latents[0]+1), ""}
	for i := range n {
		w.Points[i] = [3]float64{float64(i), z.At(i, latents[0]), 0}
	}
	if len(latents) > 1 {
		for axis := range p.Axes {
			if axis < len(latents) {
				p.Axes[axis] = "latent " + fmt.Sprint(latents[axis]+1)
				for i := range n {
					w.Points[i][axis] = z.At(i, latents[axis])
				}
			}
		}
	}
	p.Ways = []plot.Way{w}
	return p
}

// roundedCell is a figure of results.csv as figures and pages write it.
func roundedCell(r row, column string) string {
	v := values([]row{r}, column)
	if len(v) == 0 {
		return "–"
	}
	return brief(v[0])
}

// subconnectivities are W_g as planted and as found.
func subconnectivities(rows []row, kept []arrays, truth *simulate.Truth, why string) (picture, error) {
	names := groupNames(truth)
	f := plot.Maps{Name: "subconnectivity", Title: "Sub-connectivities: planted, and found by each method", Note: why + " Found groups are matched to the planted ones by the least mean error."}
	p := picture{title: "Sub-connectivities", table: plot.Table{Caption: "Correlation of each group's sub-connectivity with the planted one, and of both together as in results.csv.", Head: []string{"group"}}}
	N := truth.A.Rows
	for g := range truth.Groups {
		line := []string{names[g]}
		maps := []plot.Map{{Title: names[g] + ", planted", W: truth.SubConnectivity(g)}}
		for i, a := range kept {
			w, err := a["W"].Float32s()
			corr, bad := a["W_corr"].Float64s()
			if err != nil || bad != nil || len(w) != len(names)*N*N || len(corr) != len(names) {
				return p, fmt.Errorf("arrays W and W_corr are missing, or not of %d groups of %d neurons", len(names), N)
			}
			maps = append(maps, plot.Map{Title: names[g] + ", " + methodName(rows[i]["method"]), Note: "correlation " + brief(corr[g]), W: data.Matrix{Rows: N, Cols: N, Data: w[g*N*N : (g+1)*N*N]}})
			line = append(line, brief(corr[g]))
		}
		f.Rows, p.table.Rows = append(f.Rows, maps), append(p.table.Rows, line)
	}
	both := []string{"both"}
	var said []string
	for _, r := range rows {
		p.table.Head = append(p.table.Head, methodName(r["method"])+" "+r["recipe"]+", seed "+r["seed"])
		both = append(both, roundedCell(r, "subconnectivity_corr"))
		said = append(said, methodName(r["method"])+" "+roundedCell(r, "subconnectivity_corr"))
	}
	p.table.Rows = append(p.table.Rows, both)
	p.figure = f
	p.caption = why + " W_g = A_g B_g, row i <- column j, of each planted group and of the found group matched to it, on one scale: red excites, blue inhibits, white is 0. Correlation of all entries of both groups: " + strings.Join(said, ", ") + "."
	p.alt = "Matrices of the planted sub-connectivities beside those found. Correlations: " + strings.Join(said, ", ") + "."
	return p, nil
}
