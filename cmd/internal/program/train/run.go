// Package train is the program that fits FacRNN to a recording and writes a run folder. Without --data it fits the
// embedded demo.
//
// Start with Run: it reads the recording, resolves the settings, fits, and writes the results.
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

// arguments are the flags. Those besides the settings do not change the numbers of a run.
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
	cli.FigureFlags
	Tensorboard bool `help:"Write event files for TensorBoard to the run folder." group:"Output"`

	cli.LogFlags
}

// session is one call of the program.
type session struct {
	arguments
	call           cli.Call
	log            *logrus.Logger
	record         *cli.Record // the log, for the run folder
	stdout, stderr io.Writer
	now            train.Clock
	figures        plot.Options
}

// Info describes the program.
func Info() cli.Info {
	return cli.Info{
		Name:  "train",
		About: "Fit FacRNN to a recording. Without --data, fit the embedded demo.",
		Common: []string{"data", "series", "units", "bin-width", "trials", "where", "align", "behavior", "drive",
			"groups", "latents", "lags", "observation", "seed", "config", "resume", "out"},
		Examples: []string{
			"--data reach.nwb --behavior hand_velocity",
			"--data spikes.nwb --units --groups 3,3",
			"--resume runs/reach",
		},
	}
}

// Run runs the program and returns its exit status.
func Run(ctx context.Context, call cli.Call, stdout, stderr io.Writer, now train.Clock) int {
	s := session{call: call, stdout: stdout, stderr: stderr, now: now}
	if done, err := s.parse(call, stdout, stderr); err != nil || done {
		return cli.Report(stderr, err)
	}
	var err error
	if s.log, err = cli.Logger(stderr, s.LogLevel, s.LogFormat); err != nil {
		return cli.Report(stderr, cli.Input{Err: err})
	}
	if s.figures, err = s.Figures(s.FigureFormat); err != nil {
		return cli.Report(stderr, err)
	}
	s.record = cli.NewRecord(s.log)
	err = errors.Join(s.run(ctx), s.record.Close())
	if errors.Is(err, context.Canceled) {
		return cli.Interrupted
	}
	return cli.Report(stderr, err)
}

// parse reads the command line and the file of --config. It returns done if the line only asks for help or the version.
func (f *arguments) parse(call cli.Call, stdout, stderr io.Writer) (done bool, err error) {
	options := []kong.Option{flags.Vars()}
	path, resume := flagValue(call.Args, "--config"), flagValue(call.Args, "--resume")
	if resume != "" {
		path = filepath.Join(resume, "config.toml")
		if _, err := os.Stat(path); err != nil {
			path = "" // The folder holds no run: rundir.Open reports it.
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

// check reports a flag with a wrong value, or two flags that exclude each other. path is the file of settings, if any.
func (f *arguments) check(path string) error {
	switch {
	case !(f.CheckpointEvery >= 0 && f.CheckpointEvery < 1e9):
		return fmt.Errorf("--checkpoint-every is %g: give seconds, 0 or more", f.CheckpointEvery)
	case f.WatchPort < 0 || f.WatchPort > 65535:
		return fmt.Errorf("--watch-port is %d: give a port, up to 65535", f.WatchPort)
	case f.WatchPort != 0 && !f.Watch:
		return fmt.Errorf("--watch-port %d needs --watch: add it", f.WatchPort)
	case f.Resume == "" || path == "":
		return nil
	case f.Config != "":
		return fmt.Errorf("--config %s: a resumed run takes its settings from %s; leave --config out", f.Config, path)
	case f.Out != "" && filepath.Clean(f.Out) != filepath.Clean(f.Resume):
		return fmt.Errorf("--out %s: a run is resumed in its own folder, %s; leave --out out", f.Out, f.Resume)
	}
	stored, err := flags.Read(path)
	if err != nil {
		return err
	}
	if name, value, have, ok := f.Settings.Contradicts(stored); ok {
		return fmt.Errorf("--%s %v: %s has %v; leave the flag out", name, value, path, have)
	}
	return nil
}

// flagValue returns the value of a flag before the command line is parsed, because that flag sets the defaults of other
// flags. It returns the last value; parsing refuses a flag that is given twice.
func flagValue(args []string, flag string) (value string) {
	for i, a := range args {
		if v, ok := strings.CutPrefix(a, flag+"="); ok {
			value = v
		} else if a == flag && i+1 < len(args) {
			value = args[i+1]
		}
	}
	return value
}

// run does the work. If the user interrupts it, it saves the state and returns context.Canceled.
func (s *session) run(ctx context.Context) error {
	var listener net.Listener
	if s.Watch {
		var err error
		if listener, err = listen(s.WatchPort); err != nil {
			return cli.Input{Err: err}
		}
		defer listener.Close()
	}
	folder, plan, err := s.open(ctx)
	if errors.Is(err, rundir.ErrFinished) {
		return finished(s.arguments, s.stdout, s.stderr)
	}
	if err != nil {
		return cli.Input{Err: err}
	}
	defer folder.Close()
	if err := s.record.Append(folder.Path("log.txt")); err != nil {
		return err
	}
	s.announce(plan, folder)
	hooks := s.hooks(plan, folder)
	var served *watch
	if s.Watch {
		if served, err = newWatch(listener, plan, s.call, s.now); err != nil {
			return err
		}
		defer served.close()
		s.log.Infof("live report: %s", served.URL)
		hooks = append(hooks, served.hook())
	}
	err = s.fit(ctx, plan, folder, hooks, served)
	if lost := folder.Held(); lost != nil { // A lost folder explains every other error.
		return lost
	}
	if w := (*rundir.WriteError)(nil); errors.As(err, &w) {
		return fmt.Errorf("%w; solve this, then continue with %s", w, s.call.Again("--resume", folder.Dir))
	}
	if bad := (*train.StateError)(nil); errors.As(err, &bad) {
		return cli.Input{Err: checkpointError(folder, bad)}
	}
	return err
}

// checkpointError describes a checkpoint from which a restart cannot continue, and the remedy.
func checkpointError(folder *rundir.Folder, bad *train.StateError) error {
	path := folder.Path(rundir.StatePath(bad.Restart))
	if bad.Damaged {
		return fmt.Errorf("%s is damaged (%w); remove it to start this restart again", path, bad.Err)
	}
	return fmt.Errorf("%s: %w; restore the original %s, or remove %s to start this restart again",
		folder.Path("checkpoint"), bad, folder.Path("config.toml"), path)
}

// open creates the folder of a new run, or opens the folder of --resume, and resolves the settings. Its errors are
// errors of the user's input.
func (s *session) open(ctx context.Context) (*rundir.Folder, *method.Plan, error) {
	if s.Resume == "" {
		plan, err := s.resolve(ctx, func(data.Source) error { return nil })
		if err != nil {
			return nil, nil, err
		}
		folder, err := rundir.Create(outDir(s.Out, plan.Recording.Source, s.now()), plan)
		return folder, plan, err
	}
	folder, err := rundir.Open(s.Resume) // Before the recording, which may take long to read.
	if err != nil {
		return nil, nil, err
	}
	plan, err := s.resolve(ctx, folder.CheckSource)
	if err == nil {
		plan.Options.Resume, err = folder.States(plan.Options.Restarts)
	}
	if err != nil {
		folder.Close()
		return nil, nil, err
	}
	return folder, plan, nil
}

// resolve reads the recording, checks its source, and resolves the settings.
func (s *session) resolve(ctx context.Context, check func(data.Source) error) (*method.Plan, error) {
	usual := debug.SetGCPercent(10) // A large recording is nearly all of the memory, so collection is cheap.
	read := recordings.Open
	if s.Resume != "" {
		read = recordings.OpenAgain
	}
	rec, err := read(ctx, s.Flags, cli.Reading(s.stderr, s.log, s.now, s.NoProgress))
	if err != nil {
		return nil, err
	}
	if large := 64 << 20; len(rec.Activity.Data) <= large {
		debug.SetGCPercent(usual)
	}
	if err := check(rec.Source); err != nil {
		return nil, err
	}
	defer cli.Step(s.log, "resolving the settings, and looking for components to start from")()
	spec, err := s.Spec()
	if err != nil {
		return nil, err
	}
	spec.Clock = s.now
	plan, err := method.Resolve(rec, spec)
	if err != nil {
		return nil, err
	}
	return plan, plan.Prepare(ctx)
}

// fit fits, writes the results and prints them. served, unless nil, shows the final report.
func (s *session) fit(
	ctx context.Context, plan *method.Plan, folder *rundir.Folder, hooks []train.Hook, served *watch,
) error {
	fit, err := plan.Fit(ctx, hooks...)
	if err != nil {
		return fmt.Errorf("%s: %w", plan.Recording.Source.Path, err)
	}
	summary, ended := rundir.Summarize(fit), s.now()
	done := cli.Step(s.log, "writing the results")
	err = folder.WriteFit(fit, ended)
	done()
	if err != nil {
		return err
	}
	interrupted := fit.Result.Interrupted
	page, err := s.report(ctx, fit, summary, folder, ended)
	undrawn := errors.Is(err, context.Canceled)
	if undrawn {
		err = folder.RemoveReport()
	}
	if err != nil {
		return err
	}
	if err := folder.WriteSummary(summary); err != nil {
		return err
	}
	switch {
	case undrawn:
		s.log.Warnf("interrupted: the run is complete, but has no report; draw it with %s",
			s.call.Sibling("train", "evaluate", "--run", folder.Dir))
	case interrupted:
		s.log.Warnf("interrupted: the state is saved; continue with %s", s.call.Again("--resume", folder.Dir))
	}
	if err := s.print(summary, folder, page != nil); err != nil && !interrupted { // A closed terminal shows nothing.
		return err
	}
	if served != nil {
		served.finish(page)
	}
	if interrupted || undrawn {
		return context.Canceled
	}
	return nil
}

// report draws the figures and writes the page of a fit. It returns nil with --no-report, and the context's error if
// the context ends first. It draws the report of an interrupted fit all the same.
func (s *session) report(
	ctx context.Context, fit *method.Fitted, summary rundir.Summary, folder *rundir.Folder, ended time.Time,
) (*content.Page, error) {
	if s.NoReport {
		return nil, nil
	}
	o := publish.Options{Program: "facrnn train", Command: s.call.Shown(), At: ended, Figures: s.figures}
	if fit.Result.Interrupted {
		ctx = context.WithoutCancel(ctx)
		resume := s.call.Again("--resume", folder.Dir)
		o.Warnings = append(o.Warnings,
			"The run was interrupted, and this report shows the fit at that time. Continue with "+resume+".")
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	defer cli.Step(s.log, "drawing the report")()
	return publish.Report(ctx, folder, fit, summary, o)
}

// print prints the summary as a table, or as JSON.
func (s *session) print(summary rundir.Summary, folder *rundir.Folder, reported bool) error {
	if s.JSON {
		return inJSON(s.stdout, s.stderr, summary, folder.Dir)
	}
	return summarize(s.stdout, summary, folder, reported)
}

// outDir returns the folder of --out, or else runs/NAME-TIME.
func outDir(out string, source data.Source, now time.Time) string {
	if out != "" {
		return out
	}
	return filepath.Join("runs", source.Name()+"-"+now.Format("20060102-150405"))
}

// hooks returns the hooks of the training loop. The checkpoint comes last, because Patience may restore the best
// parameters.
func (s *session) hooks(plan *method.Plan, folder *rundir.Folder) []train.Hook {
	all := []train.Hook{
		cli.Progress(s.stderr, s.log, s.now, s.NoProgress),
		folder.Metrics(plan.Config),
		{Name: "log", Step: func(what string) func() { return cli.Step(s.log, what) }},
		{Name: "warnings", OnRollback: func(p *train.Progress) error {
			s.log.Warn(p.Warnings[len(p.Warnings)-1])
			return nil
		}},
	}
	if s.Tensorboard {
		all = append(all, folder.TensorBoard(plan.Config, s.now))
	}
	if plan.Spec.Patience > 0 {
		all = append(all, train.Patience(plan.Spec.Patience))
	}
	every := time.Duration(float64(s.CheckpointEvery) * float64(time.Second))
	return append(all, folder.Checkpoint(every, s.now))
}

// announce logs the choices, the warnings and the sizes of a plan.
func (s *session) announce(plan *method.Plan, folder *rundir.Folder) {
	for _, n := range plan.Notes() {
		s.log.Info(n)
	}
	for _, w := range plan.Warnings {
		s.log.Warn(w)
	}
	rec := plan.Recording
	s.log.WithFields(logrus.Fields{
		"bins": rec.Bins(), "channels": rec.Activity.Cols, "trials": rec.Trials,
		"held_out": len(plan.Split.Test), "folder": folder.Dir,
	}).Infof("fitting %s", rec.Source.Path)
	for _, state := range plan.Options.Resume {
		if state.Done {
			s.log.Infof("restart %d is complete", state.Restart+1)
		} else {
			s.log.Infof("restart %d continues after epoch %d of %d", state.Restart+1, state.Epoch, plan.Options.Epochs)
		}
	}
}
