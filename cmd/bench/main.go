// Command bench is facrnn bench as a program of its own.
package main

import (
	"os"

	"facrnn/cmd/internal/cli"
	"facrnn/cmd/internal/program/bench"
)

func main() { os.Exit(cli.Main(bench.Run)) }
