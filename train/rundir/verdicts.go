package rundir

import (
	"math"
	"slices"

	"facrnn/graph"
	"facrnn/layers/op"
	"facrnn/train"
	"facrnn/train/evaluate"
)

// Course returns the losses of a restart with these terms, for a verdict on its convergence; nil if no epoch was
// trained.
func Course(terms []graph.Weighted, rows []train.Row) *evaluate.Course {
	if len(rows) == 0 {
		return nil
	}
	isPenalty := func(t graph.Weighted) bool { return t.Term.Name() == "partial_correlation" }
	penalty := slices.IndexFunc(terms, isPenalty)
	weight := func(r train.Row) float64 {
		if penalty < 0 || penalty >= len(r.Weights) {
			return math.NaN()
		}
		return r.Weights[penalty]
	}
	last := rows[len(rows)-1]
	c, looked := &evaluate.Course{Epochs: last.Epoch}, 0
	for _, r := range rows {
		if r.Test != nil {
			looked++
		}
	}
	c.Held = looked > 1
	for _, r := range rows {
		of := &r.Train
		if c.Held {
			of = r.Test
		}
		if of == nil {
			continue
		}
		loss := of.Loss
		if change := weight(r) - weight(last); change > 0 || change < 0 { // neither 0 nor NaN
			loss -= change * of.Terms[penalty]
			c.Reweighted = true
		}
		c.Epoch, c.Loss = append(c.Epoch, float64(r.Epoch)), append(c.Loss, loss)
	}
	return c
}

// evidence collects the numbers that verdicts are made of; they are of the held-out bins, or of the training bins if
// none are held out.
func evidence[T op.Float](o Outcome[T], out *Fitted) (evaluate.Evidence, error) {
	s, rows, bins := out.Summary, o.Result.Rows, o.Split.Test
	if len(rows) == 0 {
		rows = o.Rows
	}
	of := s.Test
	if len(bins) == 0 {
		of, bins = s.Train, o.Split.Train
	}
	e := evaluate.Evidence{
		Course: Course(o.Result.Model.Config.Terms, rows), Smoothed: o.Recording.Smoothed.SD > 0, R2: score(s, "r2"),
		BitsPerSpike: score(s, "bits_per_spike"), Warned: o.Warned || o.Result.Interrupted || len(s.Warnings) > 0,
	}
	var latents evaluate.Groups
	for i, g := range o.Result.Model.Config.Structure.Groups() {
		group := evaluate.GroupEvidence{Name: g.Title(), Variance: float64(s.VarianceExplained[i])}
		if len(s.Behavior) > i+1 {
			group.Decoded = best(out.Decoder.Names, s.Behavior[i+1])
		}
		latents, e.Groups = append(latents, g.Latents), append(e.Groups, group)
	}
	if out.Shifted != nil {
		e.Independence = &evaluate.IndependenceEvidence{Partial: number(of, "partial_correlation"), Shifted: out.Shifted}
	}
	z := evaluate.Dense(out.Mu)
	shares, _ := evaluate.RhythmShares(z, latents, bins, o.Recording.Starts, o.Recording.BinWidth)
	for i := range shares { // none if it failed: such groups have no rhythms
		e.Groups[i].Rhythms = shares[i]
	}
	err := drives(&e, o, latents)
	return e, err
}

// drives adds the strongest drives between regions, of all groups and of each.
func drives[T op.Float](e *evaluate.Evidence, o Outcome[T], latents evaluate.Groups) error {
	a, b := evaluate.Weights(o.Result.Model)
	if a == nil {
		return nil
	}
	e.Drive = &evaluate.DriveEvidence{}
	var region, known []string
	for _, c := range o.Recording.Channels {
		if region = append(region, c.Region); c.Region != "" && !slices.Contains(known, c.Region) {
			known = append(known, c.Region)
		}
	}
	if len(known) < 2 {
		return nil
	}
	K := o.Result.Model.Config.Structure.Latents()
	all, err := evaluate.RegionFlows(a, b, evaluate.Sizes(K)[0], region)
	if err != nil {
		return err
	}
	e.Drive.Strongest = all.Strongest()
	for i, g := range latents {
		flows, err := evaluate.RegionFlows(a, b, g, region)
		if err != nil {
			return err
		}
		e.Groups[i].Strongest = flows.Strongest()
	}
	return nil
}

// score is a figure of a summary; nil if neither bins have it.
func score(s Summary, key string) *evaluate.Score {
	v := evaluate.Score{Train: number(s.Train, key), Test: number(s.Test, key)}
	if math.IsNaN(v.Train) && math.IsNaN(v.Test) {
		return nil
	}
	return &v
}

// number is a figure; NaN if it is missing.
func number(of map[string]Number, key string) float64 {
	if v, ok := of[key]; ok {
		return float64(v)
	}
	return math.NaN()
}

// best is the column with the largest R2; nil if no R2 is known.
func best(columns []string, s evaluate.BehaviorScore) (top *evaluate.ColumnScore) {
	for i, v := range s.Columns {
		if r2 := float64(v); finite(r2) && (top == nil || r2 > top.R2) {
			top = &evaluate.ColumnScore{Name: columns[i], R2: r2}
		}
	}
	return top
}
