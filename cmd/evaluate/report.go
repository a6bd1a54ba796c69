package main

import (
	"context"
	"fmt"
	"io"
	"text/tabwriter"
	"time"

	"gonum.org/v1/gonum/mat"

	"facrnn/cmd/internal/cli"
	"facrnn/data"
	"facrnn/train/evaluate"
	"facrnn/train/report/content"
	"facrnn/train/report/plot"
	"facrnn/train/report/publish"
	"facrnn/train/rundir"
)

// print says what was found; its last line says where the rest is.
func (e *evaluation) print(w io.Writer, reported bool) error {
	s := e.summary
	which := "another recording than it was fitted to: all bins are held out"
	if e.same {
		which = "the recording that it was fitted to"
	}
	fmt.Fprintf(w, "%s: %d channels, %d bins; the model of %s, groups of %v latents, on %s\n\n", cli.Plain(s.Data.Path), s.Data.Units, s.Data.Bins, cli.Plain(s.Run.Folder), s.Groups, which)
	if err := cli.Figures(w, s.Train, s.Test, s.Warnings, s.Verdicts); err != nil {
		return err
	}
	if e.recovered != nil {
		if err := e.recovered.print(w, e.bins()); err != nil {
			return err
		}
	}
	if reported {
		fmt.Fprintf(w, "\nreport in %s", cli.Plain(e.folder.Path("report.html")))
	}
	_, err := fmt.Fprintf(w, "\nresults in %s\n", cli.Plain(e.folder.Dir))
	return err
}

// bins says which are compared with a truth.
func (e *evaluation) bins() string {
	if len(e.fit.Split.Test) == 0 {
		return "training bins"
	}
	return "held-out bins"
}

// print says how far what was planted is found.
func (r *recovered) print(w io.Writer, bins string) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintf(t, "\nwhat was planted, %s\tencoded\tfiltered\t\n", bins)
	figure := func(key string) string {
		if v, ok := r.Figures[key]; ok {
			return fmt.Sprintf("%.3f", v)
		}
		return "-"
	}
	for _, row := range [][4]string{
		{"group R2", figure("group_r2"), figure("group_r2_filtered"), "of the planted latents, from the group that is matched to theirs"},
		{"component R2", figure("component_r2"), figure("component_r2_filtered"), "from one latent each"},
	} {
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\n", row[0], row[1], row[2], row[3])
	}
	if len(r.units) > 0 {
		fmt.Fprintln(t, "\tas fitted\tB by ridge\t")
		fmt.Fprintf(t, "sub-connectivity\t%s\t%s\t%s\n", figure("subconnectivity_corr"), figure("subconnectivity_corr_ridge"), "correlation with the planted weights W_g, all groups together")
		fmt.Fprintf(t, "connectivity\t%s\t-\t%s\n", figure("connectivity_corr"), "the same of W")
	}
	return t.Flush()
}

// draw makes the figures that train makes, the loss only for the recording that was fitted, and beside a truth those
// of what was planted and found; and the page.
func (e *evaluation) draw(ctx context.Context, formats []plot.Format, call cli.Call, now time.Time) error {
	if err := e.fit.Past.Err; err != nil {
		e.summary.Warnings = append(e.summary.Warnings, fmt.Sprintf("the loss is not drawn: %v", err))
	}
	if err := publish.Figures(e.folder, e.fit, formats, e.fit.Past.Rows); err != nil {
		return err
	}
	made := publish.Options{Program: "facrnn evaluate", Command: call.Shown(), At: now, Formats: formats}
	if r := e.recovered; r != nil {
		if _, err := plot.RecoveryFigures(e.folder.Path("figures"), formats, r.picture(e)); err != nil {
			return err
		}
		made.Truth = &content.Truth{Planted: r.truth, Found: r.found, Recovery: r.Recovery, Rows: r.rows}
		made.Warnings = r.warnings
	}
	_, err := publish.Report(ctx, e.folder, e.fit, rundir.Summarize(e.fit), made)
	return err
}

// picture is what there is to draw beside a truth.
func (r *recovered) picture(e *evaluation) plot.Recovery {
	rec := e.fit.Recording
	p := plot.Recovery{
		Title: rec.Title(), Bins: e.bins(), Trials: rec.Trials, BinWidth: rec.BinWidth, Truth: matrix(r.truth.Z), Encoded: matrix(r.Mu), Filtered: matrix(r.Filtered),
	}
	for _, t := range r.rows {
		p.Time, p.Trial = append(p.Time, rec.Time[t]), append(p.Trial, rec.Trial[t])
	}
	for _, n := range r.units {
		p.Channels = append(p.Channels, rec.Channels[n])
	}
	groups := e.fit.Groups.Groups()
	for i, g := range r.truth.Groups {
		pair := plot.Pair{Group: plot.Group{Name: fmt.Sprintf("planted group %d", i+1), Latents: g}}
		if r.Assignment != nil {
			pair.Name += ", found as " + groups[r.Assignment[i]].Title()
			pair.Note = "R2 " + r2(r.truth.Z, r.Mu, g) + " encoded"
			if r.Filtered != nil {
				pair.Note += ", " + r2(r.truth.Z, r.Filtered, g) + " filtered"
			}
		}
		if r.Match != nil {
			name, match := fmt.Sprintf("group %d", i+1), r.found.Groups[r.Match[i]]
			one := func(a, b *mat.Dense, g []int) data.Matrix {
				return matrix(evaluate.SubConnectivities(a, b, evaluate.Groups{g})[0])
			}
			pair.W = append(pair.W, plot.Named{Name: "planted W: " + name, Matrix: one(r.truth.A, r.truth.B, g)},
				plot.Named{Name: "found W: " + groups[r.Match[i]].Title(), Matrix: one(r.found.A, r.found.B, match)})
			if r.found.RidgeB != nil {
				pair.W = append(pair.W, plot.Named{Name: "found, B by ridge", Matrix: one(r.found.A, r.found.RidgeB, match)})
			}
		}
		p.Groups = append(p.Groups, pair)
	}
	return p
}

// r2 is that of some columns.
func r2(truth, found *mat.Dense, cols []int) string {
	return fmt.Sprintf("%.2f", evaluate.R2(evaluate.Columns(truth, cols), evaluate.Columns(found, cols)))
}

// matrix is m in single precision; empty for nil.
func matrix(m *mat.Dense) data.Matrix {
	if m == nil {
		return data.Matrix{}
	}
	n, cols := m.Dims()
	out := data.NewMatrix(n, cols)
	for i := range n {
		for j, v := range m.RawRowView(i) {
			out.Row(i)[j] = float32(v)
		}
	}
	return out
}
