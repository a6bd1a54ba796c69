// Package inspect is the program that lists the contents of a recording, and what train would read from it.
//
// It lists the whole file, and names a problem of a part beside that part. It ends with status 0 even if train could
// read nothing. Status 2 means that the file cannot be opened, that a flag is wrong for every file, or that the file
// allows no --export. Status 1 means that the export cannot be written.
package inspect

import (
	"context"
	"errors"
	"fmt"
	"io"
	"runtime/debug"

	"github.com/alecthomas/kong"

	"facrnn/cmd/internal/cli"
	"facrnn/cmd/internal/recordings"
	"facrnn/data"
	"facrnn/train"
)

// options are the flags of the command line.
type options struct {
	recordings.Flags
	JSON   bool   `name:"json" help:"Print JSON instead of tables." group:"Output"`
	Export string `placeholder:"OUT.npz" help:"Write the activity that train would read to an .npz file." group:"Output"`

	cli.LogFlags
}

// Info describes the program.
func Info() cli.Info {
	return cli.Info{
		Name:  "inspect",
		About: "List the contents of a recording, and what train would read from it.",
		Common: []string{"data", "series", "units", "bin-width", "trials", "where", "align", "behavior", "export",
			"json"},
		Examples: []string{"--data reach.nwb", "--data reach.nwb --export reach.npz"},
	}
}

// Run runs the program and returns its exit status.
func Run(ctx context.Context, call cli.Call, stdout, stderr io.Writer, now train.Clock) int {
	var o options
	c, err := cli.Parse(&o, Info(), call, stdout, stderr, kong.Vars(recordings.Vars("the embedded demo")))
	if c == nil {
		return cli.Report(stderr, err)
	}
	log, err := cli.Logger(stderr, o.LogLevel, o.LogFormat)
	if err != nil {
		return cli.Report(stderr, cli.Input{Err: err})
	}
	err = o.inspect(ctx, stdout, stderr, cli.Reading(stderr, log, now, o.NoProgress))
	if errors.Is(err, context.Canceled) {
		return cli.Interrupted
	}
	return cli.Report(stderr, err)
}

// inspect reads the recording, prints its contents, and exports it. An error that the user can mend is of type
// cli.Input. The values of a large series are read only for an export.
func (o options) inspect(ctx context.Context, stdout, stderr io.Writer, progress data.Progress) error {
	if err := o.Selection().Check(); err != nil {
		return cli.Input{Err: err}
	}
	contents, err := recordings.List(ctx, o.Flags, progress)
	if err != nil {
		return cli.Input{Err: err}
	}
	debug.SetGCPercent(10) // A large recording is nearly all of the memory.
	open := recordings.Outline
	if o.Export != "" {
		open = recordings.Open
	}
	rec, why := open(ctx, o.Flags, progress)
	if err := ctx.Err(); err != nil {
		return err
	}
	if why != nil && o.Data == "" { // The demo has no choices.
		return cli.Input{Err: why}
	}
	if o.JSON {
		err = cli.JSON(stdout, o.report(contents, rec, why))
		stdout = stderr // Standard output holds only the JSON.
	} else {
		err = printText(stdout, contents, rec, why)
	}
	if err != nil || o.Export == "" {
		return err
	}
	if why != nil {
		return cli.Input{Err: fmt.Errorf("%w; nothing was exported", why)}
	}
	if err := export(o.Export, rec); err != nil {
		return fmt.Errorf("%w: choose another --export", err)
	}
	_, err = fmt.Fprintln(stdout, "wrote", cli.EscapeControl(o.Export))
	return err
}

// table returns the table of trials that train would read, and false if there is none.
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
