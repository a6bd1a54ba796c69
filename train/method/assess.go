package method

import (
	"errors"
	"fmt"
	"slices"

	"gonum.org/v1/gonum/stat"

	"facrnn/data"
	"facrnn/graph"
	"facrnn/train"
	"facrnn/train/evaluate"
	"facrnn/train/internal/jsonnum"
)

// errNoNoise is why a stored model has no filtered latents.
var errNoNoise = errors.New("this run has no noise estimate (Q, R), so its latents cannot be filtered")

// Assessment has the latents from the past and the numbers of a fit.
type Assessment struct {
	Mu, LogS data.Matrix // (T,K), and ln s, (1,K) or (T,K)
	A, B     data.Matrix // (N,K), (K,N) with W = A B; empty for a model that is not linear

	// Train and Test are figures of the training and the held-out bins, by name; nil without such bins.
	Train, Test map[string]Number
	// Promises holds how well each factorization of the structure holds, on the bins of Shifted.
	Promises []evaluate.Promise
	// Shifted is the circular-shift control of the partial correlation, of the held-out bins if there are any; nil if
	// nothing has to be independent.
	Shifted           []float64
	VarianceExplained []Number                 // of each group (G): the R2 that is lost without it
	Behavior          []evaluate.BehaviorScore // decoded from all latents, and from each group

	Decoder   *evaluate.BehaviorDecoder // of the recording's behaviour; nil without behaviour
	DecodeErr error                     // why there is no decoder although there is behaviour

	Evidence evaluate.Evidence
	Verdicts []evaluate.Verdict // answers to the first questions of a reader, by the evidence

	Remarks []string // warnings that follow from the numbers, one sentence each
}

// Number is a figure that may be missing.
type Number = jsonnum.Float

// Evaluate computes the latents from the past and the numbers of the fit. decoder is the decoder of a stored model; nil
// fits one on the training bins.
func (f *Fitted) Evaluate(decoder *evaluate.BehaviorDecoder) (err error) {
	m := f.Result.Model
	f.Assessment = Assessment{}
	a := &f.Assessment
	if a.Mu, a.LogS, err = evaluate.Encode(m, f.Result.Samples); err != nil {
		return err
	}
	a.A, a.B = matrices(m)
	if !f.Recording.Behavior.Empty() {
		a.Decoder, a.DecodeErr = f.decode(decoder)
	}
	if err := f.figures(); err != nil {
		return err
	}
	if err := f.perGroup(); err != nil {
		return err
	}
	if a.Evidence, err = f.evidence(); err != nil {
		return err
	}
	a.Verdicts = evaluate.Verdicts(a.Evidence)
	return nil
}

// decode returns the decoder of behaviour: the stored one if it decodes the behaviour of this recording, else a decoder
// that is fitted on the training bins.
func (f *Fitted) decode(stored *evaluate.BehaviorDecoder) (*evaluate.BehaviorDecoder, error) {
	if stored != nil {
		if err := stored.Of(f.Recording); err != nil {
			return nil, err
		}
		return stored, nil
	}
	if len(f.Split.Train) == 0 {
		return nil, errors.New("the run holds no decoder of behaviour, for it was fitted without any, or by an older " +
			"version: fit again, with --behavior where none is chosen")
	}
	groups, _ := f.latentGroups()
	return evaluate.FitBehavior(f.Recording, f.Mu, f.Split.Train, groups)
}

// latentGroups returns the latents and the titles of the groups of the results.
func (f *Fitted) latentGroups() (groups evaluate.Groups, titles []string) {
	for _, g := range f.Result.Model.Config.Structure.Groups() {
		groups, titles = append(groups, g.Latents), append(titles, g.Title())
	}
	return groups, titles
}

// perGroup computes the share of the activity that each group explains, and how well the behaviour is decoded from it.
// It uses the held-out bins if there are any.
func (f *Fitted) perGroup() error {
	bins := f.Split.Test
	if len(bins) == 0 {
		bins = f.Split.Train
	}
	groups, titles := f.latentGroups()
	explained, _, err := evaluate.VarianceExplained(f.Result.Model, f.Result.Samples, bins, f.Mu, f.LogS, groups)
	if err != nil {
		return err
	}
	for _, v := range explained {
		f.VarianceExplained = append(f.VarianceExplained, Number(v))
	}
	if f.Decoder != nil {
		f.Behavior = f.Decoder.Scores(evaluate.Dense(f.Recording.Behavior), evaluate.Dense(f.Mu), bins, titles)
	}
	return nil
}

// figures computes the figures of the training and the held-out bins, and the circular-shift control.
func (f *Fitted) figures() (err error) {
	r, c := f.Result, f.Result.Model.Config
	var onTrain, onTest *train.Losses // unknown if no epoch was finished
	if len(r.Rows) > 0 {
		onTrain, onTest = &r.Best.Train, r.Best.Test
	}
	rows, of := f.Split.Train, f.Train
	if len(rows) > 0 {
		if f.Train, err = f.figuresOf(rows, onTrain); err != nil {
			return err
		}
		of = f.Train
	}
	if len(f.Split.Test) > 0 {
		if f.Test, err = f.figuresOf(f.Split.Test, onTest); err != nil {
			return err
		}
		rows, of = f.Split.Test, f.Test
	}
	if r2 := float64(of["r2"]); r2 <= 0 {
		f.Remarks = append(f.Remarks, noBetterThanMean(r2, number(f.Train, "r2"), len(f.Split.Test) > 0))
	}
	f.Promises = evaluate.Promises(c.Structure, c.Bins, f.Mu, f.LogS, rows)
	if f.Shifted = evaluate.SumOfShifts(f.Promises); f.Shifted == nil {
		return nil
	}
	pc, highest := float64(of["partial_correlation"]), slices.Max(f.Shifted)
	mean, p := stat.Mean(f.Shifted, nil), evaluate.PValue(pc, f.Shifted)
	of["partial_correlation_null"], of["partial_correlation_null_highest"] = Number(mean), Number(highest)
	of["partial_correlation_p"], of["partial_correlation_shifts"] = Number(p), Number(len(f.Shifted))
	if evaluate.ExceedsNull(pc, f.Shifted) {
		f.Remarks = append(f.Remarks,
			fmt.Sprintf("the groups are not independent of one another: their partial correlation is %.3f nats, and "+
				"%.3f on average over %d circular shifts of their time courses (p = %.2g)",
				pc, mean, len(f.Shifted), p))
	}
	for _, p := range f.Promises {
		if p.Dependent && len(f.Promises) > 1 {
			f.Remarks = append(f.Remarks,
				fmt.Sprintf("%s: not independent: the partial correlation is %.3f nats, and %.3f on average over %d "+
					"circular shifts (p = %.2g)",
					p.Name, p.Partial, stat.Mean(p.Shifted, nil), len(p.Shifted), evaluate.PValue(p.Partial,
						p.Shifted)))
		}
	}
	return nil
}

// figuresOf computes the figures of some bins, given their losses, nil if there are none.
func (f *Fitted) figuresOf(rows []int, losses *train.Losses) (map[string]Number, error) {
	m := f.Result.Model
	out := map[string]Number{}
	if losses != nil {
		out["loss"] = Number(losses.Loss)
		for i, v := range losses.Terms {
			// the minibatches' own estimate of the partial correlation is not the reported one
			if name := m.Config.Terms[i].Term.Name(); name != "partial_correlation" {
				out[name] = Number(v)
			}
		}
	}
	p, err := evaluate.Predict(m, f.Result.Samples, rows)
	if err != nil {
		return nil, err
	}
	out["loglik"], out["r2"] = Number(p.LogLikelihood), Number(p.R2)
	out["loglik_recording"] = Number(p.LogLikelihood + f.Scaling.LogJacobian(f.Recording, rows, m.Config.Silent))
	if m.Config.Observation().Counts() {
		out["bits_per_spike"] = Number(p.BitsPerSpike)
	}
	out["partial_correlation"] = Number(evaluate.Dependence(m.Config.Structure, m.Config.Bins, f.Mu, f.LogS, rows))
	return out, nil
}

// overfit is a limit of R2 on the training bins. A model above it that predicts held-out bins no better than their mean
// has only memorised its training bins.
const overfit = 0.1

// advice says what to try, given the R2 of the training bins; NaN for none.
func advice(trained float64) string {
	if trained > overfit {
		return fmt.Sprintf("it has learned the training bins by heart (R2 %.2g); try fewer --latents, more trials, "+
			"--patience, or --split blocks if trials differ", trained)
	}
	return "try other --latents or --groups, wider bins (--bin-width), or leaving out silent units (--min-rate)"
}

// noBetterThanMean returns the warning of a fit that predicts no better than each channel's mean. trained is the R2 of
// the training bins.
func noBetterThanMean(r2, trained float64, held bool) string {
	bins := "training bins"
	if held {
		bins = "held-out bins"
	}
	return fmt.Sprintf("the model predicts the %s no better than each channel's mean (R2 %.2g), so its latents and "+
		"connectivity say little: %s", bins, r2, advice(trained))
}

// matrices returns A (N,K) and B (K,N) of a linear model, nothing of another.
func matrices(m *graph.Model[float32]) (a, b data.Matrix) {
	at, bt := m.Recurrence()
	if at == nil {
		return a, b
	}
	K, N := at.Shape[0], at.Shape[1]
	a, b = data.NewMatrix(N, K), data.NewMatrix(K, N)
	for k := range K {
		for n := range N {
			a.Row(n)[k], b.Row(k)[n] = at.Data[k*N+n], bt.Data[k*N+n]
		}
	}
	return a, b
}
