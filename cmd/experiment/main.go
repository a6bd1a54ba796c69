// Command experiment is facrnn experiment as a program of its own.
package main

import (
	"os"

	"facrnn/cmd/internal/cli"
	"facrnn/cmd/internal/program/experiment"
)

func main() { os.Exit(cli.Main(experiment.Run)) }
