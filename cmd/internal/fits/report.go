package fits

import (
	"fmt"
	"io"
	"math"
	"text/tabwriter"

	"facrnn/cmd/internal/cli"
	"facrnn/cmd/internal/flags"
	"facrnn/train"
	"facrnn/train/evaluate"
	"facrnn/train/report/content"
	"facrnn/train/report/plot"
	"facrnn/train/rundir"
)

// Picture is what there is to draw of a fit, and of the epochs of its training; no rows, no losses.
func Picture(plan *flags.Plan, f *Fit, fitted *rundir.Fitted, rows []train.Row) plot.Run {
	rec := plan.Recording
	r := plot.Run{
		Title: rec.Title(), Latents: fitted.Mu, Time: rec.Time, Trial: rec.Trial, Trials: rec.Trials,
		BinWidth: rec.BinWidth, A: fitted.A, B: fitted.B, Channels: rec.Channels, Unit: rec.Unit,
	}
	for _, g := range f.Result.Model.Config.Structure.Groups() {
		r.Groups = append(r.Groups, plot.Group{Name: g.Title(), Latents: g.Latents})
	}
	if len(rows) > 0 {
		r.Curves = curves(plan, rows)
	}
	return r
}

// curves are the loss and its terms over epochs.
func curves(plan *flags.Plan, rows []train.Row) []plot.Curve {
	pick := func(name string, of func(train.Losses) float64) plot.Curve {
		c := plot.Curve{Name: name}
		for _, r := range rows {
			c.Epoch, c.Train = append(c.Epoch, float64(r.Epoch)), append(c.Train, of(r.Train))
			if r.Test != nil {
				c.TestEpoch, c.Test = append(c.TestEpoch, float64(r.Epoch)), append(c.Test, of(*r.Test))
			}
		}
		return c
	}
	names := map[string]string{"kl": "KL", "partial_correlation": "partial correlation", "block_diagonal": "block-diagonal"}
	cs := []plot.Curve{pick("loss", func(l train.Losses) float64 { return l.Loss })}
	for i, t := range plan.Config.Terms {
		name := t.Term.Name()
		if n, ok := names[name]; ok {
			name = n
		}
		cs = append(cs, pick(name, func(l train.Losses) float64 { return l.Terms[i] }))
	}
	return cs
}

// Table prints the figures of the training and the held-out bins, as far as there are any, the warnings, and the verdicts.
func Table(w io.Writer, train, test map[string]rundir.Number, warnings []string, verdicts []evaluate.Verdict) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "\ttrained on\theld out\t")
	for _, row := range []struct{ key, means string }{
		{"r2", "share of each channel's variance that is predicted one bin ahead"},
		{"bits_per_spike", "gained over each unit's mean count"},
		{"loglik", "nats a bin of the activity as it is scaled; compare runs of one scale only"},
		{"loglik_recording", "the same in the recording's own units, which compare across scales"},
		{"partial_correlation", "nats; how much the groups know of one another"},
		{"partial_correlation_null", "nats; mean over circular shifts of the groups' time courses"},
		{"partial_correlation_p", "share of the shifts that reach the partial correlation"},
		{"loss", "what was minimised"},
	} {
		if figure(train, row.key) == "-" && figure(test, row.key) == "-" {
			continue
		}
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\n", content.FigureName(row.key), figure(train, row.key), figure(test, row.key), row.means)
	}
	if err := t.Flush(); err != nil {
		return err
	}
	for _, warning := range warnings {
		fmt.Fprintf(w, "warning: %s\n", cli.Plain(warning))
	}
	if len(verdicts) > 0 {
		fmt.Fprintln(w)
	}
	marks := map[evaluate.Status]string{evaluate.Good: "+", evaluate.Care: "!", evaluate.Unsure: "?"}
	for _, v := range verdicts {
		if _, err := fmt.Fprintf(w, "%1s %s %s\n", marks[v.Status], v.Question, cli.Plain(v.Sentence)); err != nil {
			return err
		}
	}
	return nil
}

func figure(of map[string]rundir.Number, key string) string {
	v, ok := of[key]
	if !ok || math.IsNaN(float64(v)) {
		return "-"
	}
	return fmt.Sprintf("%.3f", float64(v))
}
