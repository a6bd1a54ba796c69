package method

import (
	"errors"
	"fmt"
	"math"
	"slices"

	"facrnn/data"
	"facrnn/graph"
	"facrnn/layers"
)

// ForSameRecording returns the plan of a resolved spec for the recording of its fit. It has the same scale, split and
// model, and no start for training. Its groups are the groups of the results.
func ForSameRecording(rec *data.Recording, s Spec, known TrainingContext) (*Plan, error) {
	p, err := restored(rec, s)
	if err != nil {
		return nil, err
	}
	p.Scaling, p.leaky = known.Scaling, !known.Apart
	if e := known.LeftOut; e != nil && len(e) != rec.Drive.Cols*rec.Activity.Cols {
		return nil, fmt.Errorf("the recording has %d channels and %d columns of measured input, but the model has "+
			"others; choose the same input with --drive", rec.Activity.Cols, rec.Drive.Cols)
	}
	p.Config.LeftOut = known.LeftOut
	return p, p.again(p.rescale, p.split, p.observed, p.drive, p.counts, p.groups, p.method, p.model, p.recipe,
		p.objective)
}

// ForNewRecording returns the plan of a resolved spec for another recording with the same channels. The recording is
// scaled as the one that was fitted, and all its bins are held out.
func ForNewRecording(rec *data.Recording, s Spec, known TrainingContext) (*Plan, error) {
	p, err := restored(rec, s)
	if err != nil {
		return nil, err
	}
	p.Scaling = known.Scaling
	if N := rec.Activity.Cols; N != len(known.HistoryMeans) {
		return nil, fmt.Errorf("the recording has %d channels, the model %d", N, len(known.HistoryMeans))
	}
	if (known.Input != "") != !rec.Input.Empty() {
		return nil, errors.New("the recording and the model do not both have a known input")
	}
	if len(known.Drive) > 0 {
		if err := rec.PickDrive(known.Drive); err != nil {
			return nil, err
		}
		rec.ApplyDrive(known.Driven)
		p.Driven = known.Driven
	}
	c := &p.Config
	c.Drive, c.LeftOut = len(known.Drive), known.LeftOut
	c.Bins, c.Neurons, c.Silent = known.Bins, rec.Activity.Cols, known.Silent
	for t := range rec.Bins() {
		p.Split.Test = append(p.Split.Test, t)
	}
	p.missing()
	if err := p.again(p.rescale, p.counts, p.groups, p.method, p.model, p.recipe, p.objective); err != nil {
		return nil, err
	}
	p.maskConstant(known.HistoryMeans)
	if c.Missing = nil; rec.Missing() > 0 || slices.ContainsFunc(known.HistoryMeans, math.IsNaN) {
		c.Missing = &graph.Missing{Fill: known.HistoryMeans}
	}
	if d, ok := c.Decoder.(layers.MLPDecoder); ok {
		d.Link = known.Link
		c.Decoder = d
	}
	return p, c.Check()
}

// restored begins a plan of a spec that was resolved before.
func restored(rec *data.Recording, s Spec) (*Plan, error) {
	if s.Decoder == nil {
		return nil, errors.New("the settings name no decoder: fit again with one of --decoder, or write it as the " +
			"settings do")
	}
	p, err := begin(rec, s)
	if err == nil {
		p.prepared = true
	}
	return p, err
}

// rescale scales the recording as the one that was fitted.
func (p *Plan) rescale() error {
	if err := p.Recording.Apply(p.Scaling); err != nil {
		return fmt.Errorf("the model was fitted to an activity scaled by %s: %w: for such a recording, fit by "+
			"--scale none", p.Scaling.Kind, err)
	}
	return nil
}

// again takes steps of Resolve, and reports the groups that the method formed.
func (p *Plan) again(steps ...func() error) error {
	if err := p.steps(steps...); err != nil {
		return err
	}
	p.Config.Structure = p.Groups
	return p.Config.Check()
}

// maskConstant masks channels that never changed in training where they differ from their constant value. No data
// determined the model's weights for such values.
func (p *Plan) maskConstant(means []float64) {
	rec, sigma := p.Recording, p.Config.History.Activation
	var names []string
	for n, silent := range p.Config.Silent {
		moved := false
		for t := 0; silent && t < rec.Bins(); t++ {
			y, _ := sigma.At(float64(rec.Activity.Row(t)[n]))
			// a mean of equal numbers may be rounded
			moved = moved || math.Abs(y-means[n]) > 1e-6*(1+math.Abs(means[n]))
		}
		if !moved {
			continue
		}
		names = append(names, rec.Channels[n].Name)
		for t := range rec.Bins() {
			rec.Activity.Row(t)[n] = float32(math.NaN())
		}
	}
	if len(names) > 0 {
		p.Warnings = append(p.Warnings,
			fmt.Sprintf("%d channels that never changed in the training bins do so now, and are taken as they were "+
				"then: %s", len(names), first(names)))
	}
}
