package rundir

import (
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"time"

	"gonum.org/v1/gonum/stat"

	"facrnn/data"
	"facrnn/data/npz"
	"facrnn/graph"
	"facrnn/layers/op"
	"facrnn/train"
	"facrnn/train/evaluate"
	"facrnn/train/internal/jsonnum"
)

// Summary is summary.json.
type Summary struct {
	Version  string            `json:"version"`
	Data     DataSummary       `json:"data"`
	Groups   []int             `json:"groups"`
	Method   string            `json:"method"`
	Seed     uint64            `json:"seed"`
	Epochs   int               `json:"epochs"` // trained for
	Steps    int               `json:"steps"`
	Seconds  float64           `json:"seconds"`  // of the chosen restart's training
	Restarts []Number          `json:"restarts"` // the training loss of each
	Restart  int               `json:"restart"`  // the one chosen
	Train    map[string]Number `json:"train"`
	Test     map[string]Number `json:"test,omitempty"`
	Warnings []string          `json:"warnings"`
	Notes    []string          `json:"notes,omitempty"` // what was chosen from the recording, and what was left out
	Complete bool              `json:"complete"`        // false where the run was interrupted
	Measures
}

// Measures are figures of the groups beside Train and Test, and the settings; of the held-out bins, or of those that were trained on if none are held out.
type Measures struct {
	Settings          map[string]any           `json:"settings,omitempty"`           // as in config.toml
	VarianceExplained []Number                 `json:"variance_explained,omitempty"` // of each group: the R2 lost without it
	Behavior          []evaluate.BehaviorScore `json:"behavior_r2,omitempty"`        // decoded from all latents, and from each group
	Links             *Links                   `json:"links,omitempty"`              // of the components that training started from
}

// Links are held-out R2 with which components help to predict one another.
type Links struct {
	Within  Number `json:"within"`  // the weakest that joins components of one group
	Between Number `json:"between"` // the strongest between two groups
}

// DataSummary says what was fitted.
type DataSummary struct {
	Path     string  `json:"path"`
	SHA256   string  `json:"sha256"`
	Series   string  `json:"series"`
	Unit     string  `json:"unit"`
	Scale    string  `json:"scale"`
	Bins     int     `json:"bins"`
	Units    int     `json:"units"`
	Trials   int     `json:"trials"`
	BinWidth float64 `json:"bin_width"`
	Train    int     `json:"train_bins"`
	Test     int     `json:"test_bins"`
	// What was masked: the values, and how many channels and bins have any.
	Missing         int `json:"missing"`
	MissingChannels int `json:"missing_channels"`
	MissingBins     int `json:"missing_bins"`
	// The columns of measured input whose effect was learned.
	Drive []string `json:"drive,omitempty"`
}

// Number is a figure that may be missing.
type Number = jsonnum.Float

// Outcome is all that Finish writes.
type Outcome[T op.Float] struct {
	Result    *train.Result[T]
	Recording *data.Recording
	Scaling   data.Scaling
	Split     data.Split
	Driven    data.Scaling              // of the drive (P); empty where there is none
	Filtered  data.Matrix               // (T,K) latents that know of their own bin; empty where there are none
	Q, R      []float64                 // (K,K), (N) the latents' covariance and the noise's variances that they are filtered with; of counts, R is nil
	Ridge     *evaluate.Ridge           // B told from the filtered latents; nil where there is none
	Decoder   *evaluate.BehaviorDecoder // of the run, as it was stored; nil where it is to be fitted on the training bins
	Summary   Summary                   // what the program knows: Version, Method, Seed, Warnings
	Settings  string                    // the text of config.toml, for results.nwb
	Now       time.Time                 // when it is written, which NWB asks for
}

// Fitted is what Finish worked out on the way, for the figures.
type Fitted struct {
	Mu, LogS data.Matrix // (T,K), and ln s, (1,K) or (T,K)
	A, B     data.Matrix // (N,K), (K,N) with W = A B; empty for a model that is not linear
	Shifted  []float64   // the partial correlations that there would be by chance, of the bins that the summary has it of; nil where nothing is to be independent

	Decoder   *evaluate.BehaviorDecoder // of the recording's behaviour; nil where there is none
	Undecoded error                     // why, where there is behaviour

	Summary Summary
}

// Assess works out the latents and figures of a result, of the bins that it was trained on and of those held out, as
// far as there are any of either.
func Assess[T op.Float](o Outcome[T]) (*Fitted, error) {
	mu, logs, err := evaluate.Encode(o.Result.Model, o.Result.Samples)
	if err != nil {
		return nil, err
	}
	out := &Fitted{Mu: mu, LogS: logs, Summary: o.Summary}
	out.A, out.B = weights(o.Result.Model)
	if !o.Recording.Behavior.Empty() {
		out.Decoder, out.Undecoded = decoder(o, mu)
	}
	if out.Shifted, err = summarize(&out.Summary, o, mu, logs); err != nil {
		return nil, err
	}
	return out, find(&out.Summary, o, out)
}

// find fills in what each group explains, and what is decoded from it.
func find[T op.Float](s *Summary, o Outcome[T], out *Fitted) (err error) {
	m, bins := o.Result.Model, o.Split.Test
	if len(bins) == 0 {
		bins = o.Split.Train
	}
	var groups evaluate.Groups
	var names []string
	for _, g := range m.Config.Structure.Groups() {
		groups, names = append(groups, g.Latents), append(names, g.Title())
	}
	explained, _, err := evaluate.VarianceExplained(m, o.Result.Samples, bins, out.Mu, out.LogS, groups)
	if err != nil {
		return err
	}
	for _, v := range explained {
		s.VarianceExplained = append(s.VarianceExplained, Number(v))
	}
	if out.Decoder != nil {
		s.Behavior = out.Decoder.Scores(evaluate.Dense(o.Recording.Behavior), evaluate.Dense(out.Mu), bins, names)
	}
	return nil
}

// decoder is the run's, where the recording has the behaviour that it is of; of a run without one, it is fitted on the bins that were trained on.
func decoder[T op.Float](o Outcome[T], mu data.Matrix) (*evaluate.BehaviorDecoder, error) {
	if o.Decoder != nil {
		if err := o.Decoder.Of(o.Recording); err != nil {
			return nil, err
		}
		return o.Decoder, nil
	}
	if len(o.Split.Train) == 0 {
		return nil, errors.New("the run holds no decoder of behaviour, for it was fitted without any, or by an older version: fit again, with --behavior where none is chosen")
	}
	var groups evaluate.Groups
	for _, g := range o.Result.Model.Config.Structure.Groups() {
		groups = append(groups, g.Latents)
	}
	return evaluate.FitBehavior(o.Recording, mu, o.Split.Train, groups)
}

// Finish evaluates a result and writes all of the folder's files but config.toml and summary.json, which is for Conclude to write after the figures.
func Finish[T op.Float](f *Folder, o Outcome[T]) (*Fitted, error) {
	m := o.Result.Model
	out, err := Assess(o)
	if err != nil {
		return nil, err
	}
	arrays := modelArrays(m.Config, inUnits(m.Config, train.Params(m), o.Driven), o.Recording, o.Scaling)
	more, err := derived(m, out.LogS)
	if err != nil {
		return nil, err
	}
	maps.Copy(arrays, more)
	maps.Copy(arrays, Knowledge(m.Config, o.Recording, o.Scaling, o.Driven, o.Split).arrays())
	maps.Copy(arrays, decoderArrays(out.Decoder))
	if K := m.Config.Structure.Latents(); len(o.Q) > 0 {
		arrays["Q"] = npz.Array{Shape: []int{K, K}, Data: o.Q}
		if o.R != nil {
			arrays["R"] = npz.Vector(o.R)
		}
	}
	m.Release()
	w, groups := connectivity(m)
	if err := f.writeArrays("model.npz", arrays); err != nil {
		return nil, err
	}
	if err := f.writeArrays("latents.npz", latentArrays(out.Mu, out.LogS, o.Filtered, o.Recording, o.Split)); err != nil {
		return nil, err
	}
	if arrays := connectivityArrays(m, w, groups, o.Ridge); len(arrays) > 0 {
		if err := f.writeArrays("connectivity.npz", arrays); err != nil {
			return nil, err
		}
	}
	if err := writeNWB(f, o, out, groups, arrays); err != nil {
		return nil, err
	}
	return out, f.writeMetrics(m.Config, o.Result.Rows)
}

// Describe says what is fitted: a recording, scaled and split.
func Describe(rec *data.Recording, scaling data.Scaling, split data.Split) DataSummary {
	gaps := rec.Gaps()
	return DataSummary{
		Path: rec.Source.Path, SHA256: rec.Source.SHA256, Series: rec.Source.Series, Unit: rec.Unit, Scale: string(scaling.Kind),
		Bins: rec.Bins(), Units: rec.Activity.Cols, Trials: rec.Trials, BinWidth: rec.BinWidth, Train: len(split.Train), Test: len(split.Test),
		Missing: gaps.Values, MissingChannels: gaps.Channels, MissingBins: gaps.Bins,
		Drive: rec.DriveNames,
	}
}

// summarize fills in what the result and its evaluation say, and returns the partial correlations that there would be by chance.
func summarize[T op.Float](s *Summary, o Outcome[T], mu, logs data.Matrix) (shifted []float64, err error) {
	r, c := o.Result, o.Result.Model.Config
	s.Data = Describe(o.Recording, o.Scaling, o.Split)
	for _, g := range c.Structure.Groups() {
		s.Groups = append(s.Groups, len(g.Latents))
	}
	for _, l := range r.Losses {
		s.Restarts = append(s.Restarts, Number(l))
	}
	s.Restart, s.Complete = r.Restart, !r.Interrupted
	s.Warnings = append(s.Warnings, r.Warnings...)
	if s.Warnings == nil {
		s.Warnings = []string{}
	}
	var onTrain, onTest *train.Losses // unknown where no epoch was finished
	if n := len(r.Rows); n > 0 {
		last := r.Rows[n-1]
		s.Epochs, s.Steps, s.Seconds = last.Epoch, last.Step, last.Seconds
		onTrain, onTest = &r.Kept.Train, r.Kept.Test
	}
	rows, of := o.Split.Train, s.Train
	if len(rows) > 0 {
		if s.Train, err = figures(o, mu, logs, rows, onTrain); err != nil {
			return nil, err
		}
		of = s.Train
	}
	if len(o.Split.Test) > 0 {
		if s.Test, err = figures(o, mu, logs, o.Split.Test, onTest); err != nil {
			return nil, err
		}
		rows, of = o.Split.Test, s.Test
	}
	if r2 := float64(of["r2"]); r2 <= 0 {
		s.Warnings = append(s.Warnings, meanless(r2, trainedR2(s.Train), len(o.Split.Test) > 0))
	}
	shifted = Shifted(c.Structure, c.Bins, mu, logs, rows)
	if shifted == nil {
		return nil, nil
	}
	pc, highest := float64(of["partial_correlation"]), slices.Max(shifted)
	mean, p := stat.Mean(shifted, nil), PValue(pc, shifted)
	of["partial_correlation_null"], of["partial_correlation_null_highest"] = Number(mean), Number(highest)
	of["partial_correlation_p"], of["partial_correlation_shifts"] = Number(p), Number(len(shifted))
	if Dependent(pc, shifted) {
		s.Warnings = append(s.Warnings, fmt.Sprintf("the groups are not independent of one another: their partial correlation is %.3f nats, and %.3f on average over %d circular shifts of their time courses (p = %.2g)",
			pc, mean, len(shifted), p))
	}
	return shifted, nil
}

// overfit is the R2 of the training bins from which on a model that predicts held-out bins no better than their mean has learned its
// training bins by heart.
const overfit = 0.1

// advice says what to try, given the R2 of the training bins; NaN for none.
func advice(trained float64) string {
	if trained > overfit {
		return fmt.Sprintf("it has learned the training bins by heart (R2 %.2g); try fewer --latents, more trials, --patience, or --split blocks if trials differ", trained)
	}
	return "try other --latents or --groups, wider bins (--bin-width), or leaving out silent units (--min-rate)"
}

// trainedR2 is the R2 of the training bins; NaN for none.
func trainedR2(figures map[string]Number) float64 {
	if r2, ok := figures["r2"]; ok {
		return float64(r2)
	}
	return math.NaN()
}

// meanless is the warning of a fit that predicts no better than each channel's mean. trained is the R2 of the training bins.
func meanless(r2, trained float64, held bool) string {
	bins := "training bins"
	if held {
		bins = "held-out bins"
	}
	return fmt.Sprintf("the model predicts the %s no better than each channel's mean (R2 %.2g), so its latents and connectivity say little: %s", bins, r2, advice(trained))
}

// figures are what is said of the training or the held-out bins.
func figures[T op.Float](o Outcome[T], mu, logs data.Matrix, rows []int, losses *train.Losses) (map[string]Number, error) {
	m := o.Result.Model
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
	p, err := evaluate.Predict(m, o.Result.Samples, rows)
	if err != nil {
		return nil, err
	}
	out["loglik"], out["r2"] = Number(p.LogLikelihood), Number(p.R2)
	out["loglik_recording"] = Number(p.LogLikelihood + o.Scaling.LogJacobian(o.Recording, rows, m.Config.Silent))
	if m.Config.Observation().Counts() {
		out["bits_per_spike"] = Number(p.BitsPerSpike)
	}
	out["partial_correlation"] = Number(PartialCorrelation(m.Config.Structure, m.Config.Bins, mu, logs, rows))
	return out, nil
}

// derived are arrays of model.npz that are not parameters as they stand: the history kernel and ln s, where that is the same in every bin.
func derived[T op.Float](m *graph.Model[T], logs data.Matrix) (map[string]npz.Array, error) {
	p, err := m.Program(2, false)
	if err != nil {
		return nil, err
	}
	clear(p.Past)
	if err := p.Run(); err != nil { // the kernel is a node; any minibatch will do
		return nil, err
	}
	out := map[string]npz.Array{"kernel": npz.Vector(p.Kernel())}
	if logs.Rows == 1 {
		out["log_std_z"] = npz.Vector(evaluate.Dense(logs).RawRowView(0))
	}
	return out, nil
}
