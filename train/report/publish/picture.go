package publish

import (
	"facrnn/train"
	"facrnn/train/method"
	"facrnn/train/report/plot"
)

// Picture is what there is to draw of a fit, and of the epochs of its training; no rows, no losses.
func picture(fit *method.Fitted, rows []train.Row) plot.Run {
	rec := fit.Recording
	r := plot.Run{
		Title: rec.Title(), Latents: fit.Mu, Time: rec.Time, Trial: rec.Trial, Trials: rec.Trials,
		BinWidth: rec.BinWidth, A: fit.A, B: fit.B, Channels: rec.Channels, Unit: rec.Unit,
	}
	for _, g := range fit.Result.Model.Config.Structure.Groups() {
		r.Groups = append(r.Groups, plot.Group{Name: g.Title(), Latents: g.Latents})
	}
	if len(rows) > 0 {
		r.Curves = curves(fit.Plan, rows)
	}
	return r
}

// curves are the loss and its terms over epochs.
func curves(plan *method.Plan, rows []train.Row) []plot.Curve {
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
