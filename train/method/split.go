package method

import (
	"fmt"
	"math/rand/v2"

	"facrnn/data"
)

// streamSplit is the stream of random numbers that draws the held-out trials; train.Fit uses the first few.
const streamSplit = 100

func (p *Plan) split() (err error) {
	s := &p.Spec
	o := s.Split.WithDefaults(p.Recording)
	if s.Split.Kind == "" {
		p.chose("split by %s, %g of them held out (--split, --test-fraction)", o.Kind, o.Fraction)
	}
	s.Split = o
	o.Leaky = p.leaky
	p.Split, err = data.NewSplit(p.Recording, o, rand.New(rand.NewPCG(s.Training.Seed, streamSplit)))
	if err != nil {
		return fmt.Errorf("--split %s: %w", o.Kind, err)
	}
	p.sharing(o)
	p.history()
	if o.Kind == data.SplitInterleaved && p.Recording.Smoothed.SD > 0 {
		p.Warnings = append(p.Warnings,
			fmt.Sprintf("--smooth %g mixes each held-out bin with the training bins beside it; --split blocks or "+
				"trials tests on unseen data", p.Recording.Smoothed.SD))
	}
	return nil
}

// observed says how many bins train, and finds what of the scaled activity is silent or missing in them.
func (p *Plan) observed() error {
	p.Config.Bins, p.Config.Neurons = len(p.Split.Train), p.Recording.Activity.Cols
	if err := p.silent(); err != nil {
		return err
	}
	p.missing()
	return nil
}

// sharing says how trials that share time were split.
func (p *Plan) sharing(o data.SplitOptions) {
	if o.Kind == data.SplitNone {
		return
	}
	rec := p.Recording
	overlap := rec.Overlap()
	if overlap.Shared == 0 {
		return
	}
	T := rec.Bins()
	switch {
	case o.Leaky:
		p.Warnings = append(p.Warnings,
			fmt.Sprintf("this run was split by an older version, which ignored that %d of %d bins lie in more than "+
				"one trial: bins that were trained on are among the held-out bins, so the held-out figures are too "+
				"high; train again", overlap.Shared, T))
	case o.Kind == data.SplitTrials:
		p.chose("trials that share time are held out together: the %d trials form %d groups, and %.2g of all bins "+
			"are held out", rec.Trials, overlap.Groups,
			float64(len(p.Split.Test))/float64(T))
	case len(p.Split.Train)+len(p.Split.Test) < T:
		p.Warnings = append(p.Warnings,
			fmt.Sprintf("%d of %d bins share time with a held-out bin of another trial, and neither train nor are "+
				"held out",
				T-len(p.Split.Train)-len(p.Split.Test), T))
	}
}

// history warns if most bins begin a stretch: their history is padding, so their prediction says little of the
// activity's course.
func (p *Plan) history() {
	T, starts := p.Recording.Bins(), len(p.Recording.SegmentStarts)
	const use = "use longer trials, shorter bins or --trials none"
	switch {
	case starts == T:
		p.Warnings = append(p.Warnings,
			fmt.Sprintf("none of the %d bins has a history, because each begins a trial or follows a gap, so nothing "+
				"is predicted from the past and R2 only measures how well the bins are reconstructed; %s", T, use))
	case 2*starts > T:
		p.Warnings = append(p.Warnings,
			fmt.Sprintf("only %d of %d bins have a history, because the others begin a trial or follow a gap, so "+
				"the scores are mostly of padding; %s", T-starts, T, use))
	}
}
