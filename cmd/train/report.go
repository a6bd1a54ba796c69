package main

import (
	"fmt"
	"io"
	"math"
	"path/filepath"
	"text/tabwriter"

	"facrnn/cmd/internal/console"
	"facrnn/cmd/internal/settings"
	"facrnn/train"
	"facrnn/train/report"
	"facrnn/train/results"
)

// draw makes the figures of a run.
func draw(folder *results.Folder, plan *settings.Plan, rows []train.Row, fitted *results.Fitted) error {
	rec := plan.Recording
	r := report.Run{
		Title: filepath.Base(rec.Source.Path), Curves: curves(plan, rows), Latents: fitted.Mu, Time: rec.Time, Trial: rec.Trial, Trials: rec.Trials,
		BinWidth: rec.BinWidth, W: fitted.W, WGroups: fitted.WGroups, Channels: rec.Channels, Unit: rec.Unit,
	}
	for _, g := range plan.Config.Structure.Groups() {
		r.Groups = append(r.Groups, report.Group{Name: "group " + g.Name, Latents: g.Latents})
	}
	_, err := report.Figures(folder.Path("figures"), r)
	return err
}

// curves are the loss and its terms over epochs.
func curves(plan *settings.Plan, rows []train.Row) []report.Curve {
	pick := func(name string, of func(train.Losses) float64) report.Curve {
		c := report.Curve{Name: name}
		for _, r := range rows {
			c.Epoch, c.Train = append(c.Epoch, float64(r.Epoch)), append(c.Train, of(r.Train))
			if r.Test != nil {
				c.TestEpoch, c.Test = append(c.TestEpoch, float64(r.Epoch)), append(c.Test, of(*r.Test))
			}
		}
		return c
	}
	names := map[string]string{"kl": "KL", "partial_correlation": "partial correlation", "block_diagonal": "block-diagonal"}
	cs := []report.Curve{pick("loss", func(l train.Losses) float64 { return l.Loss })}
	for i, t := range plan.Config.Terms {
		name := t.Term.Name()
		if n, ok := names[name]; ok {
			name = n
		}
		cs = append(cs, pick(name, func(l train.Losses) float64 { return l.Terms[i] }))
	}
	return cs
}

// summarize prints what was found; its last line says where the rest is.
func summarize(w io.Writer, fitted *results.Fitted, folder *results.Folder, reported bool) error {
	s := fitted.Summary
	fmt.Fprintf(w, "%s: %d channels, %d bins; groups of %v latents; %d epochs in %.1f s\n\n", console.Plain(s.Data.Path), s.Data.Units, s.Data.Bins, s.Groups, s.Epochs, s.Seconds)
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "\ttrained on\theld out\t")
	for _, row := range []struct{ key, name, means string }{
		{"r2", "R2 of the activity", "share of each channel's variance that is predicted one bin ahead"},
		{"bits_per_spike", "bits per spike", "gained over each unit's mean count"},
		{"loglik", "log-likelihood", "nats a bin, decoding from the posterior mean"},
		{"partial_correlation", "partial correlation", "nats; no more than by chance where the groups are independent"},
		{"partial_correlation_null", "the same by chance", "with the groups' time courses moved against one another"},
		{"loss", "loss", "what was minimised"},
	} {
		if figure(s.Train, row.key) == "-" && figure(s.Test, row.key) == "-" {
			continue
		}
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\n", row.name, figure(s.Train, row.key), figure(s.Test, row.key), row.means)
	}
	if err := t.Flush(); err != nil {
		return err
	}
	for _, warning := range s.Warnings {
		fmt.Fprintf(w, "warning: %s\n", console.Plain(warning))
	}
	fmt.Fprintln(w)
	if reported {
		fmt.Fprintf(w, "report in %s\n", folder.Path("report.html"))
	}
	_, err := fmt.Fprintf(w, "results in %s\n", folder.Dir)
	return err
}

func figure(of map[string]results.Number, key string) string {
	v, ok := of[key]
	if !ok || math.IsNaN(float64(v)) {
		return "-"
	}
	return fmt.Sprintf("%.3f", float64(v))
}
