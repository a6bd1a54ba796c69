// Command train is facrnn train as a program of its own.
package main

import (
	"os"

	"facrnn/cmd/internal/cli"
	"facrnn/cmd/internal/program/train"
)

func main() { os.Exit(cli.Main(train.Run)) }
