package main

import (
	"fmt"
	"io"

	"facrnn/cmd/internal/console"
	"facrnn/cmd/internal/fits"
	"facrnn/cmd/internal/settings"
	"facrnn/train/report"
	"facrnn/train/results"
)

// draw makes the figures of a run.
func draw(folder *results.Folder, formats []report.Format, plan *settings.Plan, f *fits.Fit, fitted *results.Fitted) error {
	_, err := report.Figures(folder.Path("figures"), formats, fits.Picture(plan, f, fitted, f.Result.Rows))
	return err
}

// finished says that a run which was to be gone on with is complete.
func finished(f flags, stdout, stderr io.Writer) error {
	if !f.JSON {
		_, err := fmt.Fprintf(stdout, "%v: nothing is left to do, and the results stay as they are\n\nresults in %s\n",
			results.ErrFinished, console.Plain(f.Resume))
		return err
	}
	run, err := results.Load(f.Resume)
	if err != nil {
		return console.Input{Err: err}
	}
	return inJSON(stdout, stderr, run.Summary, f.Resume)
}

// inJSON prints summary.json, for a script to read, and says beside it where the rest is.
func inJSON(stdout, stderr io.Writer, s results.Summary, dir string) error {
	if err := console.JSON(stdout, s); err != nil {
		return err
	}
	_, err := fmt.Fprintf(stderr, "results in %s\n", console.Plain(dir))
	return err
}

// summarize prints what was found; its last line says where the rest is.
func summarize(w io.Writer, fitted *results.Fitted, folder *results.Folder, reported bool) error {
	s := fitted.Summary
	fmt.Fprintf(w, "%s: %d channels, %d bins; groups of %v latents; %d epochs in %.1f s\n\n", console.Plain(s.Data.Path), s.Data.Units, s.Data.Bins, s.Groups, s.Epochs, s.Seconds)
	if err := fits.Table(w, s.Train, s.Test, s.Warnings); err != nil {
		return err
	}
	if reported {
		fmt.Fprintf(w, "\nreport in %s", console.Plain(folder.Path("report.html")))
	}
	_, err := fmt.Fprintf(w, "\nresults in %s\n", console.Plain(folder.Dir))
	return err
}
