// Command inspect says what a recording holds that could be modelled, and what train would take of it by default.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime/debug"

	"github.com/alecthomas/kong"

	"facrnn/cmd/internal/console"
	"facrnn/cmd/internal/recordings"
	"facrnn/data"
	"facrnn/train"
)

// options are the flags of the command line.
type options struct {
	recordings.Flags
	JSON   bool   `name:"json" help:"Print JSON instead of a table."`
	Export string `placeholder:"OUT.npz" help:"Write what train would see to an .npz file."`

	LogLevel   string `help:"debug, info, warning or error." default:"info"`
	LogFormat  string `help:"text or json." default:"text" enum:"text,json"`
	NoProgress bool   `help:"No progress bar."`
}

func main() { os.Exit(console.Main(run)) }

// run is the program; it returns the exit status.
func run(ctx context.Context, call console.Call, stdout, stderr io.Writer, now train.Clock) int {
	var o options
	c, err := console.Parse(&o, call.Args, stdout, stderr, kong.Name("inspect"), kong.Description("Say what a recording holds that could be modelled, and what train would take of it."))
	if c == nil {
		return console.Report(stderr, err)
	}
	log, err := console.Logger(stderr, o.LogLevel, o.LogFormat)
	if err != nil {
		return console.Report(stderr, console.Input{Err: err})
	}
	err = o.inspect(ctx, stdout, stderr, console.Reading(stderr, log, now, o.NoProgress))
	if errors.Is(err, context.Canceled) {
		return console.Interrupted
	}
	return console.Report(stderr, err)
}

// inspect reads the recording, prints what is asked for, and exports. Its errors are console.Input where the user can mend them. Values of
// a large series are read only for an export.
func (o options) inspect(ctx context.Context, stdout, stderr io.Writer, progress data.Progress) error {
	contents, err := recordings.List(ctx, o.Flags, progress)
	if err != nil {
		return console.Input{Err: err}
	}
	debug.SetGCPercent(10) // beside a large recording little else lives
	open := recordings.Outline
	if o.Export != "" {
		open = recordings.Open
	}
	rec, why := open(ctx, o.Flags, progress)
	if why != nil && (o.chooses() || modelable(contents) && !errors.Is(why, data.ErrTooLarge)) {
		return console.Input{Err: why}
	}
	if o.Export != "" {
		if err := export(o.Export, rec); err != nil {
			return fmt.Errorf("%w: choose another --export", err)
		}
	}
	if o.JSON {
		err = console.JSON(stdout, o.report(contents, rec))
		stdout = stderr // which is left for words
	} else {
		err = printText(stdout, contents, rec, why)
	}
	if err == nil && o.Export != "" {
		_, err = fmt.Fprintln(stdout, "wrote", o.Export)
	}
	return err
}

// chooses reports whether the user wants something that the file must have.
func (o options) chooses() bool { return o.Export != "" || !o.Selection().IsZero() }

// modelable reports whether the file holds anything that train would take.
func modelable(c *data.Contents) bool {
	for _, s := range c.Series {
		if s.Role == "activity" {
			return true
		}
	}
	return c.Units.Spikes > 0
}

// table is the table of trials that would be taken; false for none.
func (o options) table(c *data.Contents) (data.Table, bool) {
	for _, t := range c.Tables {
		wanted := o.Trials == t.Path || o.Trials == t.Name
		if o.Trials == "" {
			wanted = c.Format != "nwb" || t.Path == "intervals/trials"
		}
		if wanted {
			return t, true
		}
	}
	return data.Table{}, false
}
