// Command evaluate is facrnn evaluate as a program of its own.
package main

import (
	"os"

	"facrnn/cmd/internal/cli"
	"facrnn/cmd/internal/program/evaluate"
)

func main() { os.Exit(cli.Main(evaluate.Run)) }
