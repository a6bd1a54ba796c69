// Command inspect is facrnn inspect as a program of its own.
package main

import (
	"os"

	"facrnn/cmd/internal/cli"
	"facrnn/cmd/internal/program/inspect"
)

func main() { os.Exit(cli.Main(inspect.Run)) }
