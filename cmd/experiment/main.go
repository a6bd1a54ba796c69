// Command experiment repeats the paper's experiments: fits by several methods and seeds, measured against what was planted. It leaves one table, a row a
// method and seed, and goes on where it was stopped.
//
// Start with run; synthetic.go, reach.go, voltage.go, robustness.go and scaling.go are the experiments, experiment.go carries one out, table.go is what it leaves,
// pictures.go and the files named like it draw that, from what artifacts.go keeps.
package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"

	"github.com/alecthomas/kong"

	"facrnn/cmd/internal/cli"
	"facrnn/train"
	"facrnn/train/report/plot"
)

func main() { os.Exit(cli.Main(run)) }

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

// run is the program; it returns the exit status.
func run(ctx context.Context, call cli.Call, stdout, stderr io.Writer, now train.Clock) int {
	var c commands
	chosen, err := cli.Parse(&c, call.Args, stdout, stderr, kong.Name("experiment"), kong.Description("Repeat the paper's experiments."))
	if chosen == nil {
		return cli.Report(stderr, err)
	}
	switch chosen.Command() {
	case "synthetic":
		err = c.Synthetic.run(ctx, call, stdout, stderr, now)
	case "reach":
		err = c.Reach.run(ctx, call, stdout, stderr, now)
	case "robustness":
		err = c.Robustness.run(ctx, call, stdout, stderr, now)
	case "scaling":
		err = c.Scaling.run(ctx, call, stdout, stderr, now)
	case "voltage":
		err = c.Voltage.run(ctx, call, stdout, stderr, now)
	}
	if ctx.Err() != nil {
		return cli.Interrupted
	}
	return cli.Report(stderr, err)
}

// check reports the first of them that is wrong, and fills in those that are not given: the folder is the experiment's name and the time.
func (s *shared) check(name string, now train.Clock) error {
	switch {
	case s.Seeds < 1 || s.Seeds > 10000:
		return fmt.Errorf("--seeds is %d: give 1 to 10000", s.Seeds)
	case s.Jobs < 0 || s.Jobs > train.MostThreads:
		return fmt.Errorf("--jobs is %d: give 0 to %d", s.Jobs, train.MostThreads)
	case s.Jobs == 0:
		s.Jobs = runtime.NumCPU()
	}
	if s.Out == "" {
		s.Out = filepath.Join("runs", name+"-"+now().Format("20060102-150405"))
	}
	return nil
}
