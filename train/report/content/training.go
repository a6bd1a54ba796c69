package content

import (
	"fmt"

	"facrnn/graph"
	"facrnn/train"
	"facrnn/train/method"
)

// maxEpochs is the largest number of points of a curve, because more are not visible.
const maxEpochs = 500

// training fills in the loss and its terms over epochs.
func (f *findings) training(objective []graph.Weighted) {
	terms, penalty := []string{"loss"}, -1
	names := map[string]string{"kl": "KL", "partial_correlation": "partial correlation",
		"block_diagonal": "block-diagonal"}
	for i, t := range objective {
		name := t.Term.Name()
		if name == "partial_correlation" {
			penalty = i
		}
		if n, ok := names[name]; ok {
			name = n
		}
		terms = append(terms, name)
	}
	out, most := &Training{Terms: terms}, 0
	for i, rows := range f.Histories {
		most = max(most, len(rows))
		r := Restart{Name: fmt.Sprintf("restart %d", i+1), Chosen: i == f.Summary.Restart,
			Train: make([]Values, len(terms)), Test: make([]Values, len(terms))}
		weighs := false
		for _, row := range spaced(rows) {
			r.Epoch, r.Rate = append(r.Epoch, float32(row.Epoch)), append(r.Rate, float32(row.Rate))
			add(r.Train, row.Train)
			if penalty >= 0 && penalty < len(row.Weights) { // rows that were read from a file have no weights
				r.Beta = append(r.Beta, float32(row.Weights[penalty]))
				weighs = weighs || row.Weights[penalty] != 0
			}
		}
		if !weighs {
			r.Beta = nil
		}
		var looked []train.Epoch
		for _, row := range rows {
			if row.Test != nil {
				looked = append(looked, row)
			}
		}
		for _, row := range spaced(looked) {
			r.TestEpoch = append(r.TestEpoch, float32(row.Epoch))
			add(r.Test, *row.Test)
		}
		out.Restarts = append(out.Restarts, r)
	}
	if most == 0 {
		f.page.Missing["training"] = "no epoch was trained"
		return
	}
	if s := stride(most); s > 1 {
		out.Note = fmt.Sprintf("Of the longest training's %d epochs, one in %d is drawn, and the last.", most, s)
	}
	if c := method.Course(objective, shown(f.Histories, f.Summary.Restart)); c != nil {
		out.Course = c.Describe()
	}
	f.page.Training = out
}

func add(curves []Values, l train.Losses) {
	for i, v := range append([]float64{l.Loss}, l.Terms...) {
		curves[i] = append(curves[i], float32(v))
	}
}

// stride returns the distance of rows that are drawn.
func stride(n int) int { return max(1, (n-1+maxEpochs-2)/(maxEpochs-1)) }

// spaced returns at most maxEpochs rows: the first, equally spaced rows, and the last.
func spaced(rows []train.Epoch) (some []train.Epoch) {
	for i, s := 0, stride(len(rows)); i < len(rows); i += s {
		some = append(some, rows[i])
	}
	if n := len(rows); n > 0 && some[len(some)-1].Epoch != rows[n-1].Epoch {
		some = append(some, rows[n-1])
	}
	return some
}
