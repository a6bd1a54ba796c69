package evaluate

import (
	"context"
	"fmt"
	"io"
	"text/tabwriter"
	"time"

	"facrnn/cmd/internal/cli"
	"facrnn/train/report/content"
	"facrnn/train/report/plot"
	"facrnn/train/report/publish"
	"facrnn/train/rundir"
)

// print says what was found; its last line says where the rest is.
func (e *evaluation) print(w io.Writer, reported bool) error {
	s := e.summary
	which := "another recording: all bins are held out"
	if e.same {
		which = "the recording of the fit"
	}
	of := fmt.Sprintf("%s: %d channels, %d bins; model of %s with groups of %v latents; %s",
		cli.EscapeControl(s.Data.Path),
		s.Data.Units, s.Data.Bins, cli.EscapeControl(s.Run.Folder), s.Groups, which)
	fmt.Fprintf(w, "%s\n\n", cli.Wrap(of, 0))
	if err := cli.Figures(w, s.Train, s.Test, s.Warnings, s.Verdicts); err != nil {
		return err
	}
	if e.recovered != nil {
		if err := e.recovered.print(w, e.bins()); err != nil {
			return err
		}
	}
	if reported {
		fmt.Fprintf(w, "\nreport in %s", cli.EscapeControl(e.folder.Path("report.html")))
	}
	_, err := fmt.Fprintf(w, "\nresults in %s\n", cli.EscapeControl(e.folder.Dir))
	return err
}

// bins says which are compared with a truth.
func (e *evaluation) bins() string {
	if len(e.fit.Split.Test) == 0 {
		return "training bins"
	}
	return "held-out bins"
}

// print prints how well the fit recovers the ground truth.
func (r *recovered) print(w io.Writer, bins string) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintf(t, "\nground truth, %s\tfrom past\tpast and present\n", bins)
	figure := func(key string) string {
		if v, ok := r.Figures[key]; ok {
			return fmt.Sprintf("%.3f", v)
		}
		return "-"
	}
	for _, row := range [][3]string{
		{"group R2", figure("group_r2"), figure("group_r2_filtered")},
		{"component R2", figure("component_r2"), figure("component_r2_filtered")},
	} {
		fmt.Fprintf(t, "%s\t%s\t%s\n", row[0], row[1], row[2])
	}
	if len(r.units) > 0 {
		fmt.Fprintln(t, "\tfitted B\tridge B")
		fmt.Fprintf(t, "correlation of W_g, all groups\t%s\t%s\n", figure("subconnectivity_corr"),
			figure("subconnectivity_corr_ridge"))
		fmt.Fprintf(t, "correlation of W\t%s\t-\n", figure("connectivity_corr"))
	}
	return t.Flush()
}

// draw draws the page and the figures, as train does. The loss is drawn only for the recording of the fit. With a
// ground truth, it is drawn beside the estimate.
func (e *evaluation) draw(ctx context.Context, figures plot.Options, call cli.Call, now time.Time) error {
	if err := e.fit.Past.Err; err != nil {
		e.summary.Warnings = append(e.summary.Warnings, fmt.Sprintf("the loss is not drawn: %v", err))
	}
	made := publish.Options{Program: "facrnn evaluate", Command: call.Shown(), At: now, Figures: figures}
	if r := e.recovered; r != nil {
		made.Truth = &content.Truth{Planted: r.truth, Found: r.found, Recovery: r.Recovery, Rows: r.rows}
		made.Warnings = r.warnings
	}
	_, err := publish.Report(ctx, e.folder, e.fit, rundir.Summarize(e.fit), made)
	return err
}
