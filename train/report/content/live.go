package content

import (
	"path/filepath"
	"slices"

	"facrnn/graph"
	"facrnn/train"
	"facrnn/train/evaluate"
	"facrnn/train/method"
	"facrnn/train/rundir"
)

// Begun is a run during training: the recording, the settings, and the epochs so far.
type Begun struct {
	Program   string // such as "facrnn train"
	Config    graph.Config
	Summary   rundir.Summary  // as far as it is known: version, data, method, seed, warnings
	Histories [][]train.Epoch // every restart's epochs so far
	Command   string          // shell command of the run
	Settings  string          // the text of config.toml
}

// Growing returns the page of a run that has not ended: its training curves so far. The findings from the fitted model
// are missing in it until the end.
func Growing(b Begun) *Page {
	s := b.Summary
	for _, rows := range b.Histories {
		if n := len(rows); n > 0 {
			s.Epochs, s.Steps, s.Seconds = max(s.Epochs, rows[n-1].Epoch), max(s.Steps, rows[n-1].Step), max(s.Seconds,
				rows[n-1].Seconds)
		}
	}
	s.Restart = -1 // none is chosen yet
	for _, g := range b.Config.Structure.Groups() {
		s.Groups = append(s.Groups, len(g.Latents))
	}
	f := &findings{
		Fit: Fit{Program: b.Program, Summary: s, Histories: b.Histories, Command: b.Command, Config: b.Settings},
		page: &Page{
			Title: filepath.Base(s.Data.Path), Program: b.Program + " " + s.Version, Running: true,
			Warnings: slices.Clone(s.Warnings), Missing: map[string]string{},
		},
	}
	f.facts()
	f.reproduction()
	f.training(b.Config.Terms)
	f.page.Verdicts = verdicts(evaluate.Verdicts(evaluate.Evidence{
		Course: method.Course(b.Config.Terms, shown(b.Histories, -1)), Running: true, Warned: len(s.Warnings) > 0,
	}))
	for _, part := range []string{"latents", "connectivity", "spectra", "behavior", "independence", "recovery"} {
		f.page.Missing[part] = "this comes from the fitted model, at the end of the run"
	}
	if f.page.Training == nil {
		f.page.Missing["training"] = "no epoch has ended yet"
	}
	return f.page
}
