// Package evaluate is the program that applies a fitted model to a recording: the recording of the fit, or a new one of
// the same units. It writes the latents and scores the model. For a simulation, it also compares the model with the
// ground truth.
//
// Start with Run. conform.go matches a new recording to the model, recover.go compares with the ground truth, and
// report.go prints and draws the results.
package evaluate

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"

	"github.com/alecthomas/kong"
	"github.com/sirupsen/logrus"

	"facrnn/cmd/internal/cli"
	"facrnn/cmd/internal/flags"
	"facrnn/cmd/internal/recordings"
	"facrnn/data"
	"facrnn/train"
	"facrnn/train/method"
	"facrnn/train/report/plot"
	"facrnn/train/rundir"
)

// arguments are the flags. A flag of the recording that is left out has the value of the run.
type arguments struct {
	recordings.Flags

	Run               string `help:"Run folder of the fitted model." placeholder:"DIR" required:"" group:"Evaluation"`
	Truth             string `help:"Ground truth of a simulated recording: an .npz file of z (T,K), A (N,K), B (K,N) and owner (K), the group of each latent." placeholder:"FILE" group:"Evaluation"`
	AllowMissingUnits bool   `help:"Accept a recording that lacks units of the model. They count as missing." group:"Evaluation"`

	Out          string        `help:"Folder for the results. Default: evaluate-NAME in the run folder." placeholder:"DIR" group:"Output"`
	JSON         bool          `name:"json" help:"Print summary.json instead of a table." group:"Output"`
	NoReport     bool          `help:"Write no report.html and no figures." group:"Output"`
	FigureFormat []plot.Format `help:"Formats of the figures: png, svg, pdf. Separate several by commas." default:"png,svg" placeholder:"FORMAT" group:"Output"`
	cli.FigureFlags

	cli.LogFlags

	figures plot.Options
}

// Info describes the program.
func Info() cli.Info {
	return cli.Info{
		Name: "evaluate",
		About: "Apply a fitted model to a recording, and score it. A flag of the recording that you leave out has " +
			"the value of the run.",
		Common: []string{"run", "data", "behavior", "truth", "allow-missing-units", "out", "json", "no-report",
			"figure-format"},
		Examples: []string{
			"--run runs/reach",
			"--run runs/reach --data next_day.nwb",
			"--run runs/demo --truth data/demo/reach.npz",
		},
	}
}

// Run runs the program and returns its exit status.
func Run(ctx context.Context, call cli.Call, stdout, stderr io.Writer, now train.Clock) int {
	var f arguments
	if done, err := f.parse(call, stdout, stderr); err != nil || done {
		return cli.Report(stderr, err)
	}
	log, err := cli.Logger(stderr, f.LogLevel, f.LogFormat)
	if err != nil {
		return cli.Report(stderr, cli.Input{Err: err})
	}
	if f.figures, err = f.Figures(f.FigureFormat); err != nil {
		return cli.Report(stderr, err)
	}
	e, err := f.begin(ctx, call, cli.Reading(stderr, log, now, f.NoProgress))
	if ctx.Err() != nil {
		if err == nil {
			e.folder.Close()
		}
		return cli.Interrupted
	}
	if err != nil {
		return cli.Report(stderr, cli.Input{Err: err})
	}
	defer e.folder.Close()
	e.announce(log)
	err = e.finish(ctx, f, call, stdout, stderr, now)
	if errors.Is(err, context.Canceled) {
		log.Warn("interrupted: report and summary.json are missing; evaluate again")
		return cli.Interrupted
	}
	return cli.Report(stderr, err)
}

// parse reads the command line. It returns done if the line only asks for help or the version.
func (f *arguments) parse(call cli.Call, stdout, stderr io.Writer, options ...kong.Option) (done bool, err error) {
	c, err := cli.Parse(f, Info(), call, stdout, stderr,
		append(options, kong.Vars(recordings.Vars("the recording of the run")))...)
	return c == nil && err == nil, err
}

// evaluation is a fitted model, applied to a recording, with everything that a report of it needs.
type evaluation struct {
	run       *rundir.Stored
	settings  flags.Settings // Settings of the run.
	fit       *method.Fitted // The model applied to the recording.
	recovered *recovered     // Comparison with the ground truth; nil without one.
	summary   rundir.Evaluation

	folder *rundir.Folder
	same   bool     // The recording is the one of the fit, read with the same settings.
	order  []int    // (N) Index of each of the model's channels in the file; -1 if the file lacks the channel.
	absent []string // Names of the channels that the file lacks.
	notes  []string
}

// begin reads the run and the recording, evaluates, and opens the folder of the results. Its errors are errors of the
// user's input.
func (f arguments) begin(ctx context.Context, call cli.Call, progress data.Progress) (*evaluation, error) {
	run, err := rundir.Load(f.Run)
	if u := (*rundir.Unfinished)(nil); errors.As(err, &u) {
		return nil, fmt.Errorf("%s: the run has not ended (%w); continue it with %s", u.Summary, u.Err,
			call.Sibling("evaluate", "train", "--resume", u.Dir()))
	}
	if err != nil {
		return nil, err
	}
	rundir.Tidy(f.Run)
	e := &evaluation{run: run}
	if e.settings, err = flags.Read(filepath.Join(f.Run, "config.toml")); err != nil {
		return nil, err
	}
	if own := &e.settings.Flags; own.Data != "" && own.Series == "" && !own.Units {
		own.Series = run.Summary.Data.Series // Another version may choose another series by default.
	}
	rec, err := e.open(ctx, f, call, progress)
	if err != nil {
		return nil, err
	}
	warnings := []string{}
	if e.same {
		e.fit, err = run.ForSameRecording(ctx, rec)
		for n := range rec.Channels {
			e.order = append(e.order, n)
		}
	} else {
		if warnings, err = e.conform(ctx, rec, f.AllowMissingUnits, progress); err != nil {
			return nil, fmt.Errorf("%s: %w", rec.Source.Path, err)
		}
		if err = e.complete(ctx, progress); err == nil {
			e.fit, err = run.ForNewRecording(ctx, rec, warnings)
		}
	}
	if err != nil {
		return nil, err
	}
	e.notes = rec.Notes
	if f.Truth != "" {
		if err := e.recover(f.Truth); err != nil {
			return nil, err
		}
	}
	out := f.Out
	if out == "" {
		out = filepath.Join(f.Run, "evaluate-"+rec.Source.Name())
	}
	if e.folder, err = rundir.OpenEvaluation(out, rec.Source); err != nil {
		return nil, err
	}
	if err := e.summarize(f.Run); err != nil {
		e.folder.Close()
		return nil, err
	}
	return e, nil
}

// open reads the recording of the run with the settings of the run, or another recording. The flags of the run also
// apply to another recording, except flags that choose units and flags that its format does not have. The model finds
// its units by their names.
func (e *evaluation) open(
	ctx context.Context, f arguments, call cli.Call, progress data.Progress,
) (*data.Recording, error) {
	own := e.settings.Flags
	given := f.Flags
	given.Data = ""
	if f.Data == "" && given.Selection().IsZero() {
		rec, err := recordings.OpenAgain(ctx, own, progress)
		e.same = true
		if err != nil {
			err = fmt.Errorf("%w; if the recording of run %s has moved, pass its new path with --data", err, f.Run)
		}
		return rec, err
	}
	path := filepath.Join(f.Run, "config.toml")
	resolver, err := flags.Config(path)
	if err != nil {
		return nil, err
	}
	left := []string{"where-units", "min-rate"}
	if f.Data == "" {
		left = nil // The recording is the same file.
	} else if format, err := f.Format(); err != nil {
		return nil, err
	} else if format == "nwb" {
		left = append(left, "rate")
	} else {
		left = append(left, "units", "absent-units", "pixels", "bin-width", "where", "align", "before", "after")
	}
	var all arguments
	inherit := func(c *kong.Context, p *kong.Path, flag *kong.Flag) (any, error) {
		if slices.Contains(left, flag.Name) {
			return nil, nil
		}
		return resolver.Resolve(c, p, flag)
	}
	_, err = all.parse(call, io.Discard, io.Discard, kong.Resolvers(kong.ResolverFunc(inherit)))
	if err != nil {
		return nil, err
	}
	read := recordings.Open
	if f.Data == "" {
		read = recordings.OpenAgain
	}
	rec, err := read(ctx, all.Flags, progress)
	if err != nil && ctx.Err() == nil {
		if units := e.checkUnits(ctx, f, all.Flags); units != nil {
			return nil, units
		}
		return nil, inherited(err, f.Run, own, f.Flags)
	}
	if err == nil && e.run.Trained(rec) && given.Selection().IsZero() { // The recording of the run has moved.
		own.Data, e.same = f.Data, true
		return recordings.OpenAgain(ctx, own, progress)
	}
	return rec, err
}

// complete reads the recording of the fit again if an older version of the program stored too little of it.
func (e *evaluation) complete(ctx context.Context, progress data.Progress) error {
	if e.run.Known.Complete {
		return nil
	}
	rec, err := recordings.OpenAgain(ctx, e.settings.Flags, progress)
	if err == nil {
		err = e.run.Complete(rec)
	}
	if err != nil {
		return fmt.Errorf("%s is of an older version, so the recording of the fit must be read too: %w",
			filepath.Join(e.run.Dir, "model.npz"), err)
	}
	return nil
}

// summarize fills the contents of summary.json.
func (e *evaluation) summarize(dir string) error {
	path := filepath.Join(dir, "model.npz")
	model, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	sum := sha256.Sum256(model)
	s, of := rundir.Summarize(e.fit), e.run.Summary
	e.summary = rundir.Evaluation{
		Version: s.Version, Folder: e.folder.Dir, Data: s.Data, Groups: s.Groups, Method: s.Method,
		Absent: append([]string{}, e.absent...), Train: s.Train, Test: s.Test, Warnings: s.Warnings,
		Verdicts: s.Verdicts, Factorizations: s.Factorizations,
		Run: rundir.RunSummary{
			Folder: dir, Version: of.Version, Path: of.Data.Path, SHA256: of.Data.SHA256, Complete: of.Complete,
			Same: e.same, Seed: of.Seed, Model: hex.EncodeToString(sum[:]),
		},
	}
	if e.recovered != nil {
		e.summary.Recovery = map[string]rundir.Number{}
		for name, v := range e.recovered.Figures {
			e.summary.Recovery[name] = rundir.Number(v)
		}
		e.summary.Warnings = append(e.summary.Warnings, e.recovered.warnings...)
	}
	return nil
}

// finish writes the files and prints the results.
func (e *evaluation) finish(
	ctx context.Context, f arguments, call cli.Call, stdout, stderr io.Writer, now train.Clock,
) error {
	err := e.folder.WriteLatents(e.fit)
	if err == nil && !f.NoReport {
		err = e.draw(ctx, f.figures, call, now())
	}
	if err == nil {
		err = e.folder.ConcludeEvaluation(e.summary)
	}
	if lost := e.folder.Held(); lost != nil { // A lost folder explains every other error.
		return lost
	}
	if w := (*rundir.WriteError)(nil); errors.As(err, &w) {
		return fmt.Errorf("%w; solve this, then evaluate again", w)
	}
	if err != nil {
		return err
	}
	if !f.JSON {
		return e.print(stdout, !f.NoReport)
	}
	if err := cli.JSON(stdout, e.summary); err != nil {
		return err
	}
	_, err = fmt.Fprintf(stderr, "results in %s\n", cli.EscapeControl(e.folder.Dir))
	return err
}

// announce logs the notes of the recording and the warnings.
func (e *evaluation) announce(log *logrus.Logger) {
	for _, n := range e.notes {
		log.Info(n)
	}
	for _, w := range e.summary.Warnings {
		log.Warn(w)
	}
}
