package rundir

import (
	"slices"

	"gonum.org/v1/gonum/stat"

	"facrnn/data"
	"facrnn/train/evaluate"
	"facrnn/train/internal/jsonnum"
	"facrnn/train/method"
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
	// Verdicts are the answers to the first questions of a reader; nil in runs of older programs.
	Verdicts []evaluate.Verdict `json:"verdicts,omitempty"`
	Measures
}

// Measures are numbers of the groups besides Train and Test, and the settings. They are of the held-out bins, or of the
// training bins if none are held out.
type Measures struct {
	Settings          map[string]any           `json:"settings,omitempty"`           // as in config.toml
	VarianceExplained []Number                 `json:"variance_explained,omitempty"` // of each group: the R2 lost without it
	Behavior          []evaluate.BehaviorScore `json:"behavior_r2,omitempty"`        // decoded from all latents, and from each group
	Factorizations    []Factorization          `json:"factorizations,omitempty"`     // what the structure promises to be independent
	Links             *Links                   `json:"links,omitempty"`              // of the components that training started from
}

// Factorization is how far one promise of independence of the structure holds; see [evaluate.Promise].
type Factorization struct {
	Name      string `json:"name"`
	Weight    Number `json:"weight"`
	Partial   Number `json:"partial_correlation"` // nats
	Null      Number `json:"partial_correlation_null"`
	Highest   Number `json:"partial_correlation_null_highest"`
	P         Number `json:"partial_correlation_p"`
	Shifts    int    `json:"partial_correlation_shifts"`
	Dependent bool   `json:"dependent"`
}

// factorizations returns the factorizations of a fit.
func factorizations(promises []evaluate.Promise) (all []Factorization) {
	for _, p := range promises {
		all = append(all, Factorization{
			Name: p.Name, Weight: Number(p.Weight), Partial: Number(p.Partial), Null: Number(stat.Mean(p.Shifted, nil)),
			Highest: Number(slices.Max(p.Shifted)),
			P:       Number(evaluate.PValue(p.Partial, p.Shifted)), Shifts: len(p.Shifted), Dependent: p.Dependent,
		})
	}
	return all
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

// Describe says what is fitted: a recording, scaled and split.
func Describe(rec *data.Recording, scaling data.Scaling, split data.Split) DataSummary {
	gaps := rec.Gaps()
	return DataSummary{
		Path: rec.Source.Path, SHA256: rec.Source.SHA256, Series: rec.Source.Series, Unit: rec.Unit,
		Scale: string(scaling.Kind),
		Bins:  rec.Bins(), Units: rec.Activity.Cols, Trials: rec.Trials, BinWidth: rec.BinWidth,
		Train:   len(split.Train),
		Test:    len(split.Test),
		Missing: gaps.Values, MissingChannels: gaps.Channels, MissingBins: gaps.Bins,
		Drive: rec.DriveNames,
	}
}

// Summarize returns the summary of a fit.
func Summarize(f *method.Fitted) Summary {
	r := f.Result
	s := Summary{
		Version: Version(), Data: Describe(f.Recording, f.Scaling, f.Split), Method: f.Spec.Method.Name(),
		Seed:    f.Spec.Training.Seed,
		Restart: r.Restart, Train: f.Train, Test: f.Test, Warnings: append([]string{},
			slices.Concat(f.Warnings, r.Warnings, f.Remarks)...),
		Notes: f.Notes(), Complete: !r.Interrupted, Verdicts: f.Verdicts,
		Measures: Measures{Settings: method.Values(f.Settings()), VarianceExplained: f.VarianceExplained,
			Behavior: f.Behavior, Factorizations: factorizations(f.Promises)},
	}
	for _, g := range r.Model.Config.Structure.Groups() {
		s.Groups = append(s.Groups, len(g.Latents))
	}
	for _, l := range r.Losses {
		s.Restarts = append(s.Restarts, Number(l))
	}
	if n := len(r.Rows); n > 0 {
		last := r.Rows[n-1]
		s.Epochs, s.Steps, s.Seconds = last.Epoch, last.Step, last.Seconds
	}
	if f.Start != nil {
		d := f.Start.Discovery
		s.Links = &Links{Within: Number(d.Within), Between: Number(d.Between)}
	}
	return s
}
