// Package experiment is the program that repeats the paper's experiments: it fits simulated or given recordings by several methods and
// seeds, and compares the fits with the ground truth. It leaves one table with a row per method and seed, and continues
// a table that is incomplete.
//
// Start with Run. synthetic.go, reach.go, voltage.go, robustness.go and scaling.go each declare one experiment, and
// experiment.go carries out what they declare. fit.go makes one fit, table.go keeps the rows, artifacts.go what the
// figures need beside them, and summary.go, figures.go and pictures.go write what comes of it.
package experiment

import (
	"context"
	"fmt"
	"io"
	"path/filepath"
	"runtime"
	"slices"

	"github.com/alecthomas/kong"

	"facrnn/cmd/internal/cli"
	"facrnn/train"
	"facrnn/train/report/plot"
)

// shared are the flags of every experiment that fits; each sets how many seeds there are by default.
type shared struct {
	Seeds int    `help:"Seeds, from 0." default:"${seeds}"`
	Jobs  int    `help:"Fits side by side, one thread each (default: one a processor)." default:"0"`
	Out   string `help:"Folder for the table; one that holds part of it is gone on with." default:"" placeholder:"DIR"`

	FigureFormat []plot.Format `help:"What figures are written as beside png and svg, which the page is made of: pdf." placeholder:"FORMAT"`
}

type commands struct {
	Synthetic  synthetic  `cmd:"" help:"Lorenz and Thomas systems in two groups, by the paper's methods."`
	Reach      reach      `cmd:"" help:"Reaching: the hand's two axes in two groups of latents that know nothing of it."`
	Robustness robustness `cmd:"" help:"The synthetic experiment where its assumptions fail: wrong groups, noise, few bins, unseen neurons and inputs, coupled latents."`
	Scaling    scaling    `cmd:"" help:"Time and memory of a training step over its sizes."`
	Voltage    voltage    `cmd:"" help:"Simulated voltage imaging during an air puff: which group holds the 50 Hz oscillation, and what its connectivity shows."`
}

// command is a subcommand: its flags declare an experiment.
type command interface {
	common() *shared
	experiment(ctx context.Context, s session) (runnable, error)
}

// runnable is an experiment that can be carried out.
type runnable interface {
	run(ctx context.Context, s session, flags shared) error
}

// session is one call of the program.
type session struct {
	call           cli.Call
	stdout, stderr io.Writer
	now            train.Clock
}

// Run is the program; it returns the exit status.
func Run(ctx context.Context, call cli.Call, stdout, stderr io.Writer, now train.Clock) int {
	var c commands
	chosen, err := cli.Parse(&c, call.Args, stdout, stderr,
		kong.Name("experiment"), kong.Description("Repeat the paper's experiments."))
	if chosen == nil {
		return cli.Report(stderr, err)
	}
	name := chosen.Command()
	named := map[string]command{
		"synthetic": &c.Synthetic, "reach": &c.Reach, "robustness": &c.Robustness, "scaling": &c.Scaling,
		"voltage": &c.Voltage,
	}[name]
	flags, s := named.common(), session{call, stdout, stderr, now}
	var e runnable
	if err = flags.check(name, now); err == nil {
		e, err = named.experiment(ctx, s)
	}
	if err != nil {
		err = cli.Input{Err: err}
	} else {
		err = e.run(ctx, s, *flags)
	}
	if ctx.Err() != nil {
		return cli.Interrupted
	}
	return cli.Report(stderr, err)
}

func (s *shared) common() *shared { return s }

// check reports the first flag that is wrong, and fills in the flags that are not given. The folder's name is the
// experiment and the time.
func (s *shared) check(name string, now train.Clock) error {
	switch {
	case s.Seeds < 1 || s.Seeds > 10000:
		return fmt.Errorf("--seeds is %d: give 1 to 10000", s.Seeds)
	case s.Jobs < 0 || s.Jobs > train.MaxThreads:
		return fmt.Errorf("--jobs is %d: give 0 to %d", s.Jobs, train.MaxThreads)
	case s.Jobs == 0:
		s.Jobs = runtime.NumCPU()
	}
	if s.Out == "" {
		s.Out = filepath.Join("runs", name+"-"+now().Format("20060102-150405"))
	}
	return nil
}

// checkMethods reports the first method that an experiment does not have.
func checkMethods(methods []string, known ...string) error {
	for _, m := range methods {
		if !slices.Contains(known, m) {
			return fmt.Errorf("--methods: there is no method %q here; choose from %q", m, known)
		}
	}
	return nil
}
