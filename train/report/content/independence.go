package content

import (
	"fmt"

	"gonum.org/v1/gonum/mat"

	"facrnn/train/evaluate"
	"facrnn/train/internal/regress"
)

const (
	dependenceBins = 1000 // the time grows with the square of this number
)

// independence fills in how far groups and latents depend on one another, and the variance that each group explains.
func (f *findings) independence() error {
	of := f.Summary.Test
	if len(f.Split.Test) == 0 {
		of = f.Summary.Train
	}
	out := &Independence{Partial: Number(nan), P: Number(nan), Null: numbers(f.Shifted)}
	if pc, ok := of["partial_correlation"]; ok && len(f.groups) > 1 {
		out.Partial, out.P = Number(pc), Number(evaluate.PValue(float64(pc), f.Shifted))
	}
	if asked := f.Summary.Factorizations; len(asked) > 1 {
		out.Promises = asked
	}
	for k := range f.Mu.Cols {
		out.Latents = append(out.Latents, latent(k))
	}
	rows := regress.Subsample(f.bins, dependenceBins)
	d := evaluate.DistanceCorrelations(evaluate.Rows(f.kinds[0].z, rows))
	out.Dependence = values(mat.DenseCopyOf(d).RawMatrix().Data)
	out.Measure = "Distance correlation of encoded latents, bias-corrected (Szekely and Rizzo 2013): 0 for " +
		"independent latents, 1 for latents that differ only in scale. It detects curves as well as straight lines. " +
		"Slow latents seem dependent even if they are not."
	out.Bins = "Computed on the " + f.binsAre + "."
	if len(rows) < len(f.bins) {
		out.Bins = fmt.Sprintf("Of the %s, of which %d, evenly spaced, make up the dependence of latents.", f.binsAre,
			len(rows))
	}
	explained, rows, err := evaluate.VarianceExplained(f.Model, f.Samples, f.bins, f.Mu, f.Logs, f.groups)
	if err != nil {
		return err
	}
	over := "the " + f.binsAre
	if len(rows) < len(f.bins) {
		over = fmt.Sprintf("%d of the %s, evenly spaced,", len(rows), f.binsAre)
	}
	out.Variance = fmt.Sprintf("The loss of R² of the activity, predicted one bin ahead in %s if the group's latents "+
		"are held at their mean. Losses add up to R² only if groups are independent and the decoder is linear.", over)
	for g, r2 := range explained {
		f.page.Groups[g].VarianceExplained = Number(r2)
	}
	f.Model.Release()
	f.page.Independence = out
	return nil
}
