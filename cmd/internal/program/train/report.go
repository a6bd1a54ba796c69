package train

import (
	"fmt"
	"io"

	"facrnn/cmd/internal/cli"
	"facrnn/train/rundir"
)

// finished reports that a run of --resume is complete already.
func finished(f arguments, stdout, stderr io.Writer) error {
	if !f.JSON {
		_, err := fmt.Fprintf(stdout, "%v: nothing is left to do, and the results stay as they are\n\nresults in %s\n",
			rundir.ErrFinished, cli.EscapeControl(f.Resume))
		return err
	}
	run, err := rundir.Load(f.Resume)
	if err != nil {
		return cli.Input{Err: err}
	}
	return inJSON(stdout, stderr, run.Summary, f.Resume)
}

// inJSON prints summary.json, for a script to read, and says beside it where the rest is.
func inJSON(stdout, stderr io.Writer, s rundir.Summary, dir string) error {
	if err := cli.JSON(stdout, s); err != nil {
		return err
	}
	_, err := fmt.Fprintf(stderr, "results in %s\n", cli.EscapeControl(dir))
	return err
}

// summarize prints what was found; its last line says where the rest is.
func summarize(w io.Writer, s rundir.Summary, folder *rundir.Folder, reported bool) error {
	of := fmt.Sprintf("%s: %d channels, %d bins; groups of %v latents; %d epochs in %.1f s",
		cli.EscapeControl(s.Data.Path), s.Data.Units, s.Data.Bins, s.Groups, s.Epochs, s.Seconds)
	fmt.Fprintf(w, "%s\n\n", cli.Wrap(of, 0))
	if err := cli.Figures(w, s.Train, s.Test, s.Warnings, s.Verdicts); err != nil {
		return err
	}
	if reported {
		fmt.Fprintf(w, "\nreport in %s", cli.EscapeControl(folder.Path("report.html")))
	}
	_, err := fmt.Fprintf(w, "\nresults in %s\n", cli.EscapeControl(folder.Dir))
	return err
}
