// Package train is the program that fits FacRNN to a recording and leaves a run folder. Without --data it fits the embedded demo recording.
//
// Start with Run: it reads the recording, resolves the settings, fits, and writes what was found.
package train

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"
	"time"

	"github.com/alecthomas/kong"
	"github.com/sirupsen/logrus"

	"facrnn/cmd/internal/cli"
	"facrnn/cmd/internal/flags"
	"facrnn/cmd/internal/recordings"
	"facrnn/data"
	"facrnn/train"
	"facrnn/train/method"
	"facrnn/train/report/content"
	"facrnn/train/report/plot"
	"facrnn/train/report/publish"
	"facrnn/train/rundir"
)

// arguments are train's own beside the settings: where a run goes and how it speaks. They do not change its numbers.
type arguments struct {
	flags.Settings

	Config          string             `help:"TOML file of settings. Flags override it." placeholder:"FILE" group:"Running"`
	Resume          string             `help:"Resume the interrupted run in this folder, with the settings of its config.toml." placeholder:"DIR" group:"Running"`
	CheckpointEvery recordings.Seconds `help:"Time between checkpoints." default:"60" placeholder:"SECONDS" group:"Running"`
	Watch           bool               `help:"Show the training curves, and the report at the end, in a browser on this machine." group:"Running"`
	WatchPort       int                `help:"Port of --watch. Default: any free port." placeholder:"PORT" group:"Running"`

	Out          string        `help:"Run folder for the results. Default: runs/NAME-TIME." placeholder:"DIR" group:"Output"`
	JSON         bool          `name:"json" help:"Print summary.json instead of a table." group:"Output"`
	NoReport     bool          `help:"Write no report.html and no figures." group:"Output"`
	FigureFormat []plot.Format `help:"Formats of the figures: png, svg, pdf. Separate several by commas." default:"png,svg" placeholder:"FORMAT" group:"Output"`
	Tensorboard  bool          `help:"Write event files for TensorBoard to the run folder." group:"Output"`

	cli.LogFlags

	call   cli.Call    // of the program
	record *cli.Record // of the log
}

// Info describes the program.
func Info() cli.Info {
	return cli.Info{
		Name:  "train",
		About: "Fit FacRNN to a recording. Without --data, fit the embedded demo.",
		Common: []string{"data", "series", "units", "bin-width", "trials", "where", "align", "behavior", "drive", "groups",
			"latents", "lags", "observation", "seed", "config", "resume", "out"},
		Examples: []string{
			"--data reach.nwb --behavior hand_velocity",
			"--data spikes.nwb --units --groups 3,3",
			"--resume runs/reach",
		},
	}
}

// Run runs the program and returns its exit status.
func Run(ctx context.Context, call cli.Call, stdout, stderr io.Writer, now train.Clock) int {
	var f arguments
	if done, err := parse(&f, call, stdout, stderr); err != nil || done {
		return cli.Report(stderr, err)
	}
	f.call = call
	log, err := cli.Logger(stderr, f.LogLevel, f.LogFormat)
	if err != nil {
		return cli.Report(stderr, cli.Input{Err: err})
	}
	f.record = cli.NewRecord(log)
	err = errors.Join(fit(ctx, f, log, stdout, stderr, now), f.record.Close())
	if errors.Is(err, context.Canceled) {
		return cli.Interrupted
	}
	return cli.Report(stderr, err)
}

// parse reads the command line and the file of --config. It returns done if the line only asks for help or the version.
func parse(f *arguments, call cli.Call, stdout, stderr io.Writer) (done bool, err error) {
	args, options := call.Args, []kong.Option{flags.Vars()}
	path, resume := before(args, "--config"), before(args, "--resume")
	if resume != "" {
		path = filepath.Join(resume, "config.toml")
		if _, err := os.Stat(path); err != nil {
			path = "" // there is no run, which rundir.Open says
		}
	}
	if path != "" {
		r, err := flags.Config(path)
		if err != nil {
			return false, cli.Input{Err: err}
		}
		options = append(options, kong.Resolvers(r))
	}
	c, err := cli.Parse(f, Info(), call, stdout, stderr, options...)
	if c == nil {
		return err == nil, err
	}
	if err := f.check(path); err != nil {
		return false, cli.Input{Err: err}
	}
	return false, nil
}

// check reports flags that cannot be, or not together; path is the file of settings.
func (f *arguments) check(path string) error {
	switch {
	case !(f.CheckpointEvery >= 0 && f.CheckpointEvery < 1e9):
		return fmt.Errorf("--checkpoint-every is %g: give seconds, 0 or more", f.CheckpointEvery)
	case f.WatchPort < 0 || f.WatchPort > 65535:
		return fmt.Errorf("--watch-port is %d: give a port, up to 65535", f.WatchPort)
	case f.WatchPort != 0 && !f.Watch:
		return fmt.Errorf("--watch-port %d: it is for --watch: give that too", f.WatchPort)
	case f.Resume == "" || path == "":
		return nil
	case f.Config != "":
		return fmt.Errorf("--config %s: a run that is resumed has the settings of %s: leave it out", f.Config, path)
	case f.Out != "" && filepath.Clean(f.Out) != filepath.Clean(f.Resume):
		return fmt.Errorf("--out %s: a run is resumed in its own folder, %s: leave it out", f.Out, f.Resume)
	}
	alone, err := flags.Read(path)
	if err != nil {
		return err
	}
	if name, value, have, ok := f.Settings.Contradicts(alone); ok {
		return fmt.Errorf("--%s %v: %s says %v: leave it out", name, value, path, have)
	}
	return nil
}

// before finds a flag before the flags are read, one that says what the others default to. A flag that is given twice
// is refused afterwards.
func before(args []string, flag string) (value string) {
	for i, a := range args {
		if v, ok := strings.CutPrefix(a, flag+"="); ok {
			value = v
		} else if a == flag && i+1 < len(args) {
			value = args[i+1]
		}
	}
	return value
}

// fit does the work, and returns context.Canceled where it was interrupted, after saving what there is.
func fit(ctx context.Context, f arguments, log *logrus.Logger, stdout, stderr io.Writer, now train.Clock) error {
	var listener net.Listener
	if f.Watch {
		var err error
		if listener, err = listen(f.WatchPort); err != nil {
			return cli.Input{Err: err}
		}
		defer listener.Close()
	}
	folder, plan, err := begin(ctx, f, log, now, cli.Reading(stderr, log, now, f.NoProgress))
	if errors.Is(err, rundir.ErrFinished) {
		return finished(f, stdout, stderr)
	}
	if err != nil {
		return cli.Input{Err: err}
	}
	defer folder.Close()
	if err := f.record.Append(folder.Path("log.txt")); err != nil {
		return err
	}
	announce(log, plan, folder)
	hs := hooks(f, plan, folder, log, stderr, now)
	var served *watch
	if f.Watch {
		if served, err = newWatch(listener, plan, f.call, now); err != nil {
			return err
		}
		defer served.close()
		log.Infof("the report, as it grows: %s", served.URL)
		hs = append(hs, served.hook())
	}
	err = carryOut(ctx, f, plan, folder, hs, log, stdout, stderr, now, served)
	if gone := folder.Held(); gone != nil { // whatever else failed
		return gone
	}
	if w := (*rundir.WriteError)(nil); errors.As(err, &w) {
		return fmt.Errorf("%w: mend that, and go on by %s", w, f.call.Again("--resume", folder.Dir))
	}
	if bad := (*train.StateError)(nil); errors.As(err, &bad) {
		return cli.Input{Err: unfit(folder, bad)}
	}
	return err
}

// unfit says what to do about a checkpoint that a restart cannot continue from.
func unfit(folder *rundir.Folder, bad *train.StateError) error {
	path := folder.Path(rundir.StatePath(bad.Restart))
	if bad.Damaged {
		return fmt.Errorf("%s: damaged (%w): remove it, and that restart begins anew", path, bad.Err)
	}
	return fmt.Errorf("%s: %w: bring %s back to what it was, or remove %s, and that restart begins anew",
		folder.Path("checkpoint"), bad, folder.Path("config.toml"), path)
}

// begin makes the folder of a run, or opens that of one that is gone on with, and resolves the settings. All that can be wrong is the user's to mend.
func begin(ctx context.Context, f arguments, log *logrus.Logger, now train.Clock, progress data.Progress) (*rundir.Folder, *method.Plan, error) {
	if f.Resume == "" {
		plan, err := resolve(ctx, f, log, now, progress, func(data.Source) error { return nil })
		if err != nil {
			return nil, nil, err
		}
		folder, err := rundir.Create(outDir(f.Out, plan.Recording.Source, now()), plan)
		return folder, plan, err
	}
	folder, err := rundir.Open(f.Resume) // before anything is read, which may take long
	if err != nil {
		return nil, nil, err
	}
	plan, err := resolve(ctx, f, log, now, progress, folder.CheckSource)
	if err == nil {
		plan.Options.Resume, err = folder.States(plan.Options.Restarts)
	}
	if err != nil {
		folder.Close()
		return nil, nil, err
	}
	return folder, plan, nil
}

// resolve reads the recording, which is to pass a check, and resolves the settings.
func resolve(ctx context.Context, f arguments, log *logrus.Logger, now train.Clock, progress data.Progress, check func(data.Source) error) (*method.Plan, error) {
	usual := debug.SetGCPercent(10) // beside a large recording little else lives, and memory is what runs out
	read := recordings.Open
	if f.Resume != "" {
		read = recordings.OpenAgain
	}
	rec, err := read(ctx, f.Flags, progress)
	if err != nil {
		return nil, err
	}
	if large := 64 << 20; len(rec.Activity.Data) <= large {
		debug.SetGCPercent(usual)
	}
	if err := check(rec.Source); err != nil {
		return nil, err
	}
	defer cli.Step(log, "resolving the settings, and looking for components to start from")()
	spec, err := f.Spec()
	if err != nil {
		return nil, err
	}
	spec.Clock = now
	plan, err := method.Resolve(rec, spec)
	if err != nil {
		return nil, err
	}
	return plan, plan.Prepare(ctx)
}

// carryOut fits and writes what comes of it, which served, if anything, is shown at the end.
func carryOut(ctx context.Context, f arguments, plan *method.Plan, folder *rundir.Folder, hs []train.Hook, log *logrus.Logger, stdout, stderr io.Writer, now train.Clock, served *watch) error {
	rec := plan.Recording
	fit, err := plan.Fit(ctx, hs...)
	if err != nil {
		return fmt.Errorf("%s: %w", rec.Source.Path, err)
	}
	result, summary := fit.Result, rundir.Summarize(fit)
	ended := now()
	done := cli.Step(log, "writing the results")
	err = folder.WriteFit(fit, ended)
	done()
	if err != nil {
		return err
	}
	var p *content.Page
	var undrawn bool
	if !f.NoReport {
		drawing := ctx
		if result.Interrupted {
			drawing = context.WithoutCancel(ctx) // it has ended: of what was fitted until then there is a report
		}
		done := cli.Step(log, "drawing the report")
		p, err = picture(drawing, f, fit, summary, folder, ended)
		done()
		if undrawn = errors.Is(err, context.Canceled); undrawn {
			err = folder.RemoveReport()
		}
		if err != nil {
			return err
		}
	}
	if err := folder.WriteSummary(summary); err != nil {
		return err
	}
	switch {
	case undrawn:
		log.Warnf("interrupted: the run is complete but for its report, which %s makes", f.call.Sibling("train", "evaluate", "--run", folder.Dir))
	case result.Interrupted:
		log.Warnf("interrupted: what was fitted so far is saved; %s goes on", f.call.Again("--resume", folder.Dir))
	}
	if f.JSON {
		err = inJSON(stdout, stderr, summary, folder.Dir)
	} else {
		err = summarize(stdout, summary, folder, p != nil)
	}
	if err != nil && !result.Interrupted { // the terminal that closed cannot show it
		return err
	}
	if served != nil {
		served.finish(p)
	}
	if result.Interrupted || undrawn {
		return context.Canceled
	}
	return nil
}

// picture draws the figures and writes the page of what was fitted, or returns the context's error where that ends before.
func picture(ctx context.Context, f arguments, fit *method.Fitted, summary rundir.Summary, folder *rundir.Folder, ended time.Time) (*content.Page, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	o := publish.Options{Program: "facrnn train", Command: f.call.Shown(), At: ended, Formats: f.FigureFormat}
	if fit.Result.Interrupted {
		o.Warnings = append(o.Warnings, fmt.Sprintf("The run was interrupted: all of this is of what was fitted until then. %s goes on with it.", f.call.Again("--resume", folder.Dir)))
	}
	return publish.Report(ctx, folder, fit, summary, o)
}

// outDir is where the run goes: runs/NAME-TIME unless --out says otherwise.
func outDir(out string, source data.Source, now time.Time) string {
	if out != "" {
		return out
	}
	return filepath.Join("runs", source.Name()+"-"+now.Format("20060102-150405"))
}

// hooks are what happens along the training. Patience may end it, and then takes the parameters back, which the checkpoint is to see.
func hooks(f arguments, plan *method.Plan, folder *rundir.Folder, log *logrus.Logger, stderr io.Writer, now train.Clock) []train.Hook {
	hs := []train.Hook{
		cli.Progress(stderr, log, now, f.NoProgress),
		folder.Metrics(plan.Config),
		{Name: "log", Step: func(what string) func() { return cli.Step(log, what) }},
		{Name: "warnings", OnRollback: func(r *train.Progress) error { log.Warn(r.Warnings[len(r.Warnings)-1]); return nil }},
	}
	if f.Tensorboard {
		hs = append(hs, folder.TensorBoard(plan.Config, now))
	}
	if plan.Spec.Patience > 0 {
		hs = append(hs, train.Patience(plan.Spec.Patience))
	}
	return append(hs, folder.Checkpoint(time.Duration(float64(f.CheckpointEvery)*float64(time.Second)), now))
}

func announce(log *logrus.Logger, plan *method.Plan, folder *rundir.Folder) {
	for _, n := range plan.Notes() {
		log.Info(n)
	}
	for _, w := range plan.Warnings {
		log.Warn(w)
	}
	rec := plan.Recording
	log.WithFields(logrus.Fields{
		"bins": rec.Bins(), "channels": rec.Activity.Cols, "trials": rec.Trials, "held_out": len(plan.Split.Test), "folder": folder.Dir,
	}).Infof("fitting %s", rec.Source.Path)
	for _, s := range plan.Options.Resume {
		if s.Done {
			log.Infof("restart %d is done", s.Restart+1)
		} else {
			log.Infof("restart %d goes on in epoch %d of %d", s.Restart+1, s.Epoch, plan.Options.Epochs)
		}
	}
}
