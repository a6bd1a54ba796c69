package method

import (
	"math"
	"slices"

	"facrnn/graph"
	"facrnn/train"
	"facrnn/train/evaluate"
)

// Course returns the losses of a restart with these terms, for a verdict on its convergence; nil if no epoch was
// trained.
func Course(terms []graph.Weighted, rows []train.Epoch) *evaluate.Course {
	if len(rows) == 0 {
		return nil
	}
	isPenalty := func(t graph.Weighted) bool { return t.Term.Name() == "partial_correlation" }
	penalty := slices.IndexFunc(terms, isPenalty)
	weight := func(r train.Epoch) float64 {
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
// none are held f.
func (f *Fitted) evidence() (evaluate.Evidence, error) {
	rows, bins := f.Result.Rows, f.Split.Test
	if len(rows) == 0 {
		rows = f.Past.Rows
	}
	of := f.Test
	if len(bins) == 0 {
		of, bins = f.Train, f.Split.Train
	}
	e := evaluate.Evidence{
		Course: Course(f.Result.Model.Config.Terms, rows), Smoothed: f.Recording.Smoothed.SD > 0, R2: f.score("r2"),
		BitsPerSpike: f.score("bits_per_spike"), Warned: f.Past.Warned || f.Result.Interrupted || len(f.Warnings)+
			len(f.Result.Warnings)+len(f.Remarks) > 0,
	}
	var latents evaluate.Groups
	for i, g := range f.Result.Model.Config.Structure.Groups() {
		group := evaluate.GroupEvidence{Name: g.Title(), Variance: float64(f.VarianceExplained[i])}
		if len(f.Behavior) > i+1 {
			group.Decoded = best(f.Decoder.Names, f.Behavior[i+1])
		}
		latents, e.Groups = append(latents, g.Latents), append(e.Groups, group)
	}
	if f.Shifted != nil {
		e.Independence = &evaluate.IndependenceEvidence{Partial: number(of, "partial_correlation"), Shifted: f.Shifted}
	}
	z := evaluate.Dense(f.Mu)
	shares, _ := evaluate.RhythmShares(z, latents, bins, f.Recording.SegmentStarts, f.Recording.BinWidth)
	for i := range shares { // none if it failed: such groups have no rhythms
		e.Groups[i].Rhythms = shares[i]
	}
	err := f.drives(&e, latents)
	return e, err
}

// drives adds the strongest drives between regions, of all groups and of each.
func (f *Fitted) drives(e *evaluate.Evidence, latents evaluate.Groups) error {
	a, b := evaluate.Weights(f.Result.Model)
	if a == nil {
		return nil
	}
	e.Drive = &evaluate.DriveEvidence{}
	var region, known []string
	for _, c := range f.Recording.Channels {
		if region = append(region, c.Region); c.Region != "" && !slices.Contains(known, c.Region) {
			known = append(known, c.Region)
		}
	}
	if len(known) < 2 {
		return nil
	}
	K := f.Result.Model.Config.Structure.Latents()
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

// score returns a figure of the training and the held-out bins; nil if neither bins have it.
func (f *Fitted) score(key string) *evaluate.Score {
	v := evaluate.Score{Train: number(f.Train, key), Test: number(f.Test, key)}
	if math.IsNaN(v.Train) && math.IsNaN(v.Test) {
		return nil
	}
	return &v
}

// number returns a figure; NaN if it is missing.
func number(of map[string]Number, key string) float64 {
	if v, ok := of[key]; ok {
		return float64(v)
	}
	return math.NaN()
}

// best returns the column with the largest R2; nil if no R2 is known.
func best(columns []string, s evaluate.BehaviorScore) (top *evaluate.ColumnScore) {
	for i, v := range s.Columns {
		if r2 := float64(v); !math.IsNaN(r2) && !math.IsInf(r2, 0) && (top == nil || r2 > top.R2) {
			top = &evaluate.ColumnScore{Name: columns[i], R2: r2}
		}
	}
	return top
}
