package evaluate

import (
	"errors"
	"fmt"

	"gonum.org/v1/gonum/mat"

	"facrnn/cmd/internal/recordings"
	"facrnn/data"
	"facrnn/data/simulate"
	"facrnn/train/evaluate"
)

// recovered compares a fit with the ground truth, in the held-out bins, or in all bins if none are held out.
type recovered struct {
	*evaluate.Recovery
	truth    evaluate.GroundTruth
	found    evaluate.Estimate
	rows     []int // bins of the recording that are compared
	units    []int // of the model that are there
	warnings []string
}

// recover compares the fit with the ground truth of a file. The bins and units of the ground truth are the bins and
// units of the recording's file.
func (e *evaluation) recover(path string) error {
	var own []int
	for _, g := range e.fit.Groups.Groups() {
		own = append(own, len(g.Latents))
	}
	truth, err := recordings.Truth(path, own)
	if err != nil {
		return err
	}
	rec := e.fit.Recording
	if truth.Z.Rows != rec.Bins() {
		return fmt.Errorf("%s: the truth is of %d bins, the recording %s as it is taken of %d: give the truth of "+
			"these bins", path, truth.Z.Rows, rec.Source.Path, rec.Bins())
	}
	r := &recovered{rows: e.fit.Split.Test}
	if len(r.rows) == 0 {
		r.rows = e.fit.Split.Train
	}
	rows := func(m data.Matrix) *mat.Dense {
		if m.Empty() {
			return nil
		}
		return evaluate.Rows(evaluate.Dense(m), r.rows)
	}
	r.truth = evaluate.GroundTruth{Z: rows(truth.Z), Groups: evaluate.Sizes(truth.Groups...)}
	r.found = evaluate.Estimate{Mu: rows(e.fit.Mu), Filtered: rows(e.fit.Filtered)}
	for _, g := range e.fit.Groups.Groups() {
		r.found.Groups = append(r.found.Groups, g.Latents)
	}
	if err := e.compareUnits(r, truth); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	r.Recovery, err = evaluate.Recover(r.truth, r.found)
	if errors.Is(err, evaluate.ErrFewer) {
		r.warnings = append(r.warnings, fmt.Sprintf("%v: groups are not compared", err))
	} else if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	e.recovered = r
	return nil
}

// compareUnits takes the weights of the units that both the model and the recording have, in the model's order.
func (e *evaluation) compareUnits(r *recovered, truth *simulate.Truth) error {
	a, b := evaluate.Weights(e.fit.Result.Model)
	if a == nil || truth.A.Empty() || truth.B.Empty() {
		return nil // An mlp, or a ground truth with only latents.
	}
	var planted []int
	for n, i := range e.order {
		if i >= truth.A.Rows {
			return fmt.Errorf("the ground truth A and B have %d units, but the recording has more; give the ground "+
				"truth of all units", truth.A.Rows)
		}
		if i >= 0 {
			planted, r.units = append(planted, i), append(r.units, n)
		}
	}
	r.truth.A, r.truth.B = evaluate.Rows(evaluate.Dense(truth.A), planted), evaluate.Columns(evaluate.Dense(truth.B),
		planted)
	r.found.A, r.found.B = evaluate.Rows(a, r.units), evaluate.Columns(b, r.units)
	if e.run.RidgeB != nil {
		r.found.RidgeB = evaluate.Columns(e.run.RidgeB, r.units)
	}
	if e.fit.Scaling.Kind != data.ScaleNone {
		r.warnings = append(r.warnings,
			fmt.Sprintf("the model's connectivity is for activity scaled by %s, but the ground truth is not scaled",
				e.fit.Scaling.Kind))
	}
	return nil
}
