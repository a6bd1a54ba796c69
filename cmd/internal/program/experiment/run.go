// Package experiment is the program that repeats the experiments of the paper. It fits simulated or given recordings
// with several methods and seeds, and compares the fits with the ground truth. It writes one table with a row per
// method and seed, and continues a table that is incomplete.
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

	"facrnn/cmd/internal/cli"
	"facrnn/train"
	"facrnn/train/report/plot"
)

// shared are the flags of every experiment that fits; each sets how many seeds there are by default.
type shared struct {
	Seeds int    `help:"Number of seeds, from 0 upwards." default:"${seeds}" placeholder:"N"`
	Jobs  int    `help:"Fits in parallel, each with one thread. Default: one for each processor." default:"0" placeholder:"N"`
	Out   string `help:"Folder of the results. A folder with part of the table is continued. Default: runs/NAME-TIME." default:"" placeholder:"DIR"`

	FigureFormat []plot.Format `help:"Formats of the figures besides png and svg: pdf." placeholder:"FORMAT"`
	cli.FigureFlags
}

type commands struct {
	Synthetic  synthetic  `cmd:"" help:"Compare methods on two simulated groups of latents, a Lorenz and a Thomas system."`
	Reach      reach      `cmd:"" help:"Decode the two axes of a reaching hand from two groups of latents."`
	Robustness robustness `cmd:"" help:"Repeat the synthetic experiment with one assumption violated at a time."`
	Scaling    scaling    `cmd:"" help:"Measure the time and memory of a training step as sizes grow."`
	Voltage    voltage    `cmd:"" help:"Find a 50 Hz oscillation and its sub-connectivity in simulated voltage imaging."`
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

// Info describes the program.
func Info() cli.Info {
	return cli.Info{
		Name:  "experiment",
		About: "Repeat the experiments of the paper. An interrupted experiment continues with the same --out.",
		Common: []string{"data", "behavior", "seeds", "methods", "recipe", "observation", "conditions", "latents",
			"split", "jobs", "small", "out"},
		Examples: []string{
			"synthetic --seeds 10 --out runs/synthetic",
			"reach --data reach.nwb --split trials",
			"robustness --conditions noise",
			"scaling --small",
			"voltage --seeds 3",
		},
	}
}

// Run runs the program and returns its exit status.
func Run(ctx context.Context, call cli.Call, stdout, stderr io.Writer, now train.Clock) int {
	var c commands
	chosen, err := cli.Parse(&c, Info(), call, stdout, stderr)
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
