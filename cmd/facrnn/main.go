// Command facrnn has every program of the project as a subcommand: facrnn train, facrnn evaluate and so on.
package main

import (
	"context"
	"fmt"
	"io"
	"os"

	"facrnn/cmd/internal/cli"
	"facrnn/cmd/internal/program/bench"
	"facrnn/cmd/internal/program/evaluate"
	"facrnn/cmd/internal/program/experiment"
	"facrnn/cmd/internal/program/inspect"
	"facrnn/cmd/internal/program/train"
	facrnn "facrnn/train"
	"facrnn/train/rundir"
)

func main() { os.Exit(cli.Main(run)) }

// program is a subcommand.
type program struct {
	cli.Info
	run cli.Program
}

// programs returns the subcommands, in the order in which a new user needs them.
func programs() []program {
	return []program{
		{inspect.Info(), inspect.Run},
		{train.Info(), train.Run},
		{evaluate.Info(), evaluate.Run},
		{experiment.Info(), experiment.Run},
		{bench.Info(), bench.Run},
	}
}

// run runs the subcommand that the first argument names, and returns its exit status.
func run(ctx context.Context, call cli.Call, stdout, stderr io.Writer, now facrnn.Clock) int {
	if len(call.Args) == 0 {
		call.Args = []string{"--help"}
	}
	name := call.Args[0]
	for _, p := range programs() {
		if p.Name == name {
			return p.run(ctx, call.Subcommand(), stdout, stderr, now)
		}
	}
	var err error
	switch name {
	case "--help", "-h", "--help-all", "help":
		err = help(stdout, call.Name)
	case "--version":
		_, err = fmt.Fprintln(stdout, "facrnn", rundir.Version())
	default:
		err = cli.Input{Err: fmt.Errorf("%s has no command %s; %s --help lists the commands", call.Name, name,
			call.Name)}
	}
	return cli.Report(stderr, err)
}

// help lists the subcommands. name is the program as it was run.
func help(w io.Writer, name string) error {
	var infos []cli.Info
	for _, p := range programs() {
		infos = append(infos, p.Info)
	}
	about := "Fit a factorized low-rank RNN to neural recordings, and find independent groups of latents."
	return cli.List(w, name, about, infos, []string{
		"train", "inspect --data reach.nwb", "train --data reach.nwb --behavior hand_velocity",
	})
}
