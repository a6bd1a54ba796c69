// Command train fits FacRNN to a recording and leaves a run folder. Without --data it fits the embedded demo recording.
//
// Start with run: it reads the recording, resolves the settings, fits, and writes what was found.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"
	"time"

	"github.com/alecthomas/kong"
	"github.com/sirupsen/logrus"

	"facrnn/cmd/internal/console"
	"facrnn/cmd/internal/fits"
	"facrnn/cmd/internal/recordings"
	"facrnn/cmd/internal/settings"
	"facrnn/train"
	"facrnn/train/results"
)

func main() { os.Exit(console.Main(run)) }

// flags are train's own beside the settings: where a run goes and how it speaks. They do not change its numbers.
type flags struct {
	settings.Settings

	Config          string  `help:"TOML file of settings; a flag beats it." placeholder:"FILE" group:"Running"`
	Out             string  `help:"Run folder (default: runs/NAME-TIME)." placeholder:"DIR" group:"Running"`
	CheckpointEvery float64 `help:"Seconds between checkpoints." default:"60" placeholder:"SECONDS" group:"Running"`
	LogLevel        string  `help:"debug, info, warning or error." default:"info" group:"Running"`
	LogFormat       string  `help:"text or json." default:"text" enum:"text,json" group:"Running"`
	NoProgress      bool    `help:"No progress bar." group:"Running"`
	NoReport        bool    `help:"No figures." group:"Running"`
}

// run is the program; it returns the exit status.
func run(ctx context.Context, args []string, stdout, stderr io.Writer, now train.Clock) int {
	var f flags
	if done, err := parse(&f, args, stdout, stderr); err != nil || done {
		return console.Report(stderr, err)
	}
	log, err := console.Logger(stderr, f.LogLevel, f.LogFormat)
	if err != nil {
		return console.Report(stderr, console.Input{Err: err})
	}
	err = fit(ctx, f, log, stdout, stderr, now)
	if errors.Is(err, context.Canceled) {
		return console.Interrupted
	}
	return console.Report(stderr, err)
}

// parse reads the command line and the file of --config. It is done where only help was asked for.
func parse(f *flags, args []string, stdout, stderr io.Writer) (done bool, err error) {
	options := []kong.Option{
		kong.Name("train"), kong.Description("Fit FacRNN to a recording; without --data, to the embedded demo."),
		kong.Writers(stdout, stderr), kong.WithHyphenPrefixedParameters(true), kong.Exit(func(int) { done = true }),
	}
	if path := configPath(args); path != "" {
		r, err := settings.Config(path)
		if err != nil {
			return false, console.Input{Err: err}
		}
		options = append(options, kong.Resolvers(r))
	}
	p, err := kong.New(f, options...)
	if err != nil {
		return false, err
	}
	if _, err = p.Parse(args); err != nil && !done {
		return false, console.Input{Err: fmt.Errorf("%w: --help lists the flags", err)}
	}
	return done, nil
}

// configPath finds --config before the flags are read, since it says what the others default to; the last one counts.
func configPath(args []string) (path string) {
	for i, a := range args {
		if v, ok := strings.CutPrefix(a, "--config="); ok {
			path = v
		} else if a == "--config" && i+1 < len(args) {
			path = args[i+1]
		}
	}
	return path
}

// fit does the work, and returns context.Canceled where it was interrupted, after saving what there is.
func fit(ctx context.Context, f flags, log *logrus.Logger, stdout, stderr io.Writer, now train.Clock) error {
	rec, err := recordings.Open(f.Flags)
	if err != nil {
		return console.Input{Err: err}
	}
	if large := 64 << 20; len(rec.Activity.Data) > large {
		debug.SetGCPercent(5) // beside such a recording little else lives, and memory is what runs out
	}
	plan, err := f.Settings.Resolve(rec)
	if err != nil {
		return console.Input{Err: fmt.Errorf("%s: %w", rec.Source.Path, err)}
	}
	folder, err := results.Create(outDir(f.Out, rec.Source.Path, now()))
	if err != nil {
		return console.Input{Err: err}
	}
	text, err := plan.Settings.TOML()
	if err == nil {
		err = folder.Write("config.toml", text)
	}
	if err != nil {
		return err
	}
	announce(log, plan, folder)
	about := plan.About()
	fit, err := fits.Run(ctx, plan, now, hooks(f, plan, folder, log, stderr, now, about)...)
	if err != nil {
		return fmt.Errorf("%s: %w", rec.Source.Path, err)
	}
	result := fit.Result
	if fit.Unfiltered != nil {
		plan.Warnings = append(plan.Warnings, fmt.Sprintf("the model is not refitted, and its latents are not filtered: %v", fit.Unfiltered))
	}
	written, err := results.Finish(folder, results.Outcome[float32]{
		Result: result, Recording: rec, Scaling: plan.Scaling, Split: plan.Split, About: about, Filtered: fit.Filtered, Q: fit.Q, R: fit.R, Ridge: fit.Ridge,
		Settings: string(text), Now: now(),
		Summary: results.Summary{Version: settings.Version(), Method: plan.Settings.Method, Seed: plan.Settings.Seed, Warnings: plan.Warnings},
	})
	if err != nil {
		return err
	}
	if !f.NoReport {
		if err := draw(folder, plan, result.Rows, written); err != nil {
			return err
		}
	}
	if result.Interrupted {
		log.Warn("interrupted: what was fitted so far is saved")
	}
	if err := summarize(stdout, written, folder); err != nil {
		return err
	}
	if result.Interrupted {
		return context.Canceled
	}
	return nil
}

// outDir is where the run goes: runs/NAME-TIME unless --out says otherwise.
func outDir(out, source string, now time.Time) string {
	if out != "" {
		return out
	}
	name := strings.TrimSuffix(filepath.Base(source), filepath.Ext(source))
	return filepath.Join("runs", name+"-"+now.Format("20060102-150405"))
}

// hooks are what happens along the training. Patience comes last: it may end it.
func hooks(f flags, plan *settings.Plan, folder *results.Folder, log *logrus.Logger, stderr io.Writer, now train.Clock, about map[string]string) []train.Hook {
	every := time.Duration(f.CheckpointEvery * float64(time.Second))
	hs := []train.Hook{
		console.Progress(stderr, log, now, f.NoProgress),
		folder.Metrics(plan.Config),
		folder.Checkpoint(every, now, plan.Config, plan.Recording, plan.Scaling, about),
	}
	if plan.Settings.Patience > 0 {
		hs = append(hs, train.Patience(plan.Settings.Patience))
	}
	return hs
}

func announce(log *logrus.Logger, plan *settings.Plan, folder *results.Folder) {
	for _, n := range append(plan.Recording.Notes, plan.Chosen...) {
		log.Info(n)
	}
	for _, w := range plan.Warnings {
		log.Warn(w)
	}
	rec := plan.Recording
	log.WithFields(logrus.Fields{
		"bins": rec.Bins(), "channels": rec.Activity.Cols, "trials": rec.Trials, "held_out": len(plan.Split.Test), "folder": folder.Dir,
	}).Infof("fitting %s", rec.Source.Path)
}
