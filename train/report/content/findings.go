package content

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"gonum.org/v1/gonum/mat"

	"facrnn/data"
	"facrnn/graph"
	"facrnn/train"
	"facrnn/train/evaluate"
	"facrnn/train/rundir"
)

// Fit is a fitted model on a recording of N channels and T bins, with K latents in G groups. The page lacks the parts
// whose fields are empty.
type Fit struct {
	Program   string // such as "facrnn train"
	Model     *graph.Model[float32]
	Samples   *graph.Samples[float32]
	Recording *data.Recording
	Split     data.Split
	Summary   rundir.Summary
	Mu, Logs  data.Matrix               // as evaluate.Encode returns them
	Filtered  data.Matrix               // (T,K); empty if there are none
	Shifted   []float64                 // the partial correlations of the circular-shift control
	Evidence  evaluate.Evidence         // of the verdicts in Summary
	Decoder   *evaluate.BehaviorDecoder // of the recording's behaviour; nil if there is none
	DecodeErr error                     // why Decoder is nil although there is behaviour

	Histories [][]train.Epoch // every restart's epochs; Summary.Restart is the one chosen
	Truth     *Truth          // nil if it is unknown

	Command string // shell command of the run
	Config  string // the text of config.toml
	Made    time.Time
}

// findings holds a fit, and the values that several parts of the page need.
type findings struct {
	Fit
	groups  evaluate.Groups
	names   []string // of the groups
	kinds   []latentsView
	bins    []int  // of the figures: the held-out bins, or the training bins if no bin is held out
	binsAre string // in words
	time    *timeline
	a, b    *mat.Dense // (N,K), (K,N); nil for a model that is not linear
	page    *Page
}

// latentsView is one estimate of the latents.
type latentsView struct {
	name string
	z    *mat.Dense // (T,K)
}

// New makes all parts of a page. If a part cannot be made, the page has the reason in Missing. New returns an error if
// the shapes of a fit do not match, or if the model cannot be run.
func New(fit Fit) (*Page, error) {
	f, err := newFindings(fit)
	if err != nil {
		return nil, fmt.Errorf("report of %s: %w", fit.Summary.Data.Path, err)
	}
	f.facts()
	f.figures()
	f.reproduction()
	f.training(fit.Model.Config.Terms)
	for _, part := range []struct {
		name string
		make func() error
	}{
		{"independence", f.independence}, {"latents", f.latents}, {"connectivity", f.connectivity},
		{"spectra", f.spectra}, {"behavior", f.behavior}, {"recovery", f.recovery},
	} {
		if err := part.make(); err != nil {
			f.page.Missing[part.name] = err.Error()
		}
	}
	return f.page, nil
}

func newFindings(fit Fit) (*findings, error) {
	f := &findings{Fit: fit, page: &Page{
		Title: fit.Recording.Title(), Program: fit.Program + " " + fit.Summary.Version,
		Warnings: slices.Clone(fit.Summary.Warnings), Notes: fit.Summary.Notes, Missing: map[string]string{},
		Verdicts: verdicts(fit.Summary.Verdicts),
	}}
	if !fit.Made.IsZero() {
		f.page.Made = fit.Made.Format(time.RFC3339)
	}
	if err := f.check(); err != nil {
		return nil, err
	}
	for i, g := range fit.Model.Config.Structure.Groups() {
		name := g.Title()
		f.groups, f.names = append(f.groups, g.Latents), append(f.names, name)
		group := Group{Name: name, Latents: g.Latents, VarianceExplained: Number(nan)}
		if i < len(fit.Evidence.Groups) {
			atAGlance(&group, fit.Evidence.Groups[i])
		}
		f.page.Groups = append(f.page.Groups, group)
	}
	f.kinds = []latentsView{{"encoded", evaluate.Dense(fit.Mu)}}
	if !fit.Filtered.Empty() {
		f.kinds = append(f.kinds, latentsView{"filtered", evaluate.Dense(fit.Filtered)})
	}
	f.bins, f.binsAre = fit.Split.Test, "held-out bins"
	if len(f.bins) == 0 {
		f.bins, f.binsAre = fit.Split.Train, "bins that were trained on, as none are held out"
	}
	f.time = newTimeline(fit.Recording)
	f.a, f.b = evaluate.Weights(fit.Model)
	return f, nil
}

// check returns an error for the first shape of a fit that does not match.
func (f *findings) check() error {
	rec, T, K := f.Recording, f.Recording.Bins(), f.Model.Config.Structure.Latents()
	for _, m := range []struct {
		name string
		have data.Matrix
	}{{"encoded", f.Mu}, {"filtered", f.Filtered}} {
		if m.name == "filtered" && m.have.Empty() {
			continue
		}
		if m.have.Rows != T || m.have.Cols != K {
			return fmt.Errorf("the %s latents are %d x %d, but the recording has %d bins and the model has %d "+
				"latents", m.name, m.have.Rows, m.have.Cols,
				T, K)
		}
	}
	if len(f.Split.Train)+len(f.Split.Test) == 0 {
		return errors.New("no bin was trained on or held out")
	}
	for _, c := range []struct {
		what       string
		have, want int
	}{
		{"conditions for trials", len(rec.Condition), rec.Trials}, {"events for trials", len(rec.Event), rec.Trials},
		{"names for columns of behaviour", len(rec.BehaviorNames), rec.Behavior.Cols},
	} {
		if c.have > 0 && c.have != c.want {
			return fmt.Errorf("there are %d %s, but %d are needed", c.have, c.what, c.want)
		}
	}
	return nil
}

// latent names a latent, counted from 1 as the paper does.
func latent(k int) string { return fmt.Sprintf("z%d", k+1) }

// values returns numbers for a figure.
func values(x []float64) Values {
	v := make(Values, len(x))
	for i := range x {
		v[i] = float32(x[i])
	}
	return v
}

// numbers returns numbers that may be missing.
func numbers(x []float64) []Number {
	n := make([]Number, len(x))
	for i := range x {
		n[i] = Number(x[i])
	}
	return n
}
