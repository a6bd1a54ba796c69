package content

import (
	"fmt"
	"math"
	"slices"
	"strings"
)

func init() { register("loss", lossFigure) }

// lossFigure draws the loss, its terms and the schedules over epochs, all restarts over one another and the one that
// was kept in front.
func lossFigure(p *Page) []Figure {
	shown := mainRestart(p.Training)
	if shown < 0 {
		return nil
	}
	f := Figure{Name: "loss", Section: "training", Title: "Loss", Note: p.Training.Note}
	var restarts []Restart // that have begun; the main one is the last
	for i, r := range p.Training.Restarts {
		if i != shown && len(r.Epoch) > 0 {
			restarts = append(restarts, r)
		}
	}
	main := p.Training.Restarts[shown]
	restarts = append(restarts, main)
	row := Row{Key: trainingKey(restarts)}
	for m, term := range p.Training.Terms {
		row.Panels = append(row.Panels, termPanel(m, term, restarts))
	}
	rate, beta := func(r Restart) Values { return r.Rate }, func(r Restart) Values { return r.Beta }
	row.Panels = append(row.Panels, schedulePanel("Learning rate", "learning rate", restarts, rate))
	if len(main.Beta) > 0 {
		row.Panels = append(row.Panels, schedulePanel("Weight of partial correlation", "β", restarts, beta))
	}
	f.Rows = []Row{row}
	return []Figure{f}
}

// mainRestart returns the index of the restart that was kept. Before one is kept, it returns the restart with the most
// epochs, or -1 if none has begun.
func mainRestart(t *Training) int {
	best := -1
	if t == nil {
		return best
	}
	for i, r := range t.Restarts {
		switch {
		case len(r.Epoch) == 0:
		case r.Chosen:
			return i
		case best < 0 || slices.Max(r.Epoch) > slices.Max(t.Restarts[best].Epoch):
			best = i
		}
	}
	return best
}

func trainingKey(restarts []Restart) []Entry {
	key := []Entry{{Name: "trained on"}}
	if slices.ContainsFunc(restarts, func(r Restart) bool { return len(r.TestEpoch) > 0 }) {
		key = append(key, Entry{Name: "held out", Look: Look{Of: OfHeldOut}})
	}
	if n := len(restarts) - 1; n > 0 {
		main, how := restarts[n], "in full colour"
		if main.Chosen {
			how = "kept"
		}
		key = append(key, Entry{
			Name: fmt.Sprintf(
				"faint, in the same colours: the other %s (%s: %s)", counted(n, "restart"), how, main.Name,
			),
			Look: Look{Of: OfControl}, Faint: true,
		})
	}
	return key
}

// termMeanings returns the meaning of each term of the loss.
func termMeanings() map[string]string {
	return map[string]string{
		"loss":           "Training minimizes the loss: the sum of its terms, each with its weight.",
		"reconstruction": "How improbable the activity is under the prediction: lower is better.",
		"KL": "How far the latents are from noise. It bounds the information that they hold about past " +
			"activity.",
		"partial correlation": "How much the groups depend on one another. Minibatches give a quick estimate, which " +
			"may lie below 0; the summary has a more accurate one.",
	}
}

// at returns a curve of some terms, empty if there is none.
func at(curves []Values, m int) Values {
	if m < len(curves) {
		return curves[m]
	}
	return nil
}

func termPanel(m int, term string, restarts []Restart) Panel {
	y, cut := lossAxis(m, restarts)
	lines := &Lines{X: Axis{Label: "epoch", Whole: true}, Plots: []Plot{{Y: y}}}
	var epochs []Values
	for i, r := range restarts {
		epochs = append(epochs, r.Epoch, r.TestEpoch)
		faint := i < len(restarts)-1
		lines.Plots[0].Series = append(lines.Plots[0].Series, Series{
			Name: "trained on", At: 2 * i, Y: at(r.Train, m), Faint: faint,
		},
			Series{Name: "held out", Look: Look{Of: OfHeldOut}, At: 2*i + 1, Y: at(r.Test, m), Faint: faint})
	}
	lines.At = epochs
	low, high := extent(epochs...)
	lines.X.Domain = domain(low, high, 0)
	title := "Loss"
	if m > 0 && term != "" {
		title = strings.ToUpper(term[:1]) + term[1:]
	}
	return Panel{
		Key: "training-" + term, Title: title, Note: strings.TrimSpace(termMeanings()[term] + " " + cut), Lines: lines,
	}
}

// lossAxis returns the axis of a term's values, and what it leaves out. If most values lie in a small part of their
// range, because the first epochs are far off, a straight axis would hide them: positive values then get a logarithmic
// axis, others one that ends above what later epochs reach.
func lossAxis(m int, restarts []Restart) (y Axis, cut string) {
	var all, later []Values
	for _, r := range restarts {
		for _, curve := range []Values{at(r.Train, m), at(r.Test, m)} {
			all, later = append(all, curve), append(later, curve[(len(curve)+11)/12:])
		}
	}
	y.Label = "nats a bin"
	low, high := extent(all...)
	if !(high > low) || quantile(0.9, slices.Concat(all...))-quantile(0.2, slices.Concat(all...)) >= 0.2*(high-low) {
		return y, ""
	}
	if low > 0 && high/low > 10 {
		y.Log, y.Label = true, "nats a bin (log)"
		return y, ""
	}
	from, to := extent(later...)
	if size := to - from; size > 0 && high-from > 3*size {
		end := to + 0.15*size
		y.Domain = []Number{Number(low - 0.05*size), Number(end)}
		cut = fmt.Sprintf("The axis ends at %s; the first epochs reach %s.", written(end, 3), written(high, 3))
	}
	return y, cut
}

func schedulePanel(title, name string, restarts []Restart, of func(Restart) Values) Panel {
	lines := &Lines{X: Axis{Label: "epoch", Whole: true}, Plots: []Plot{{Y: Axis{Label: name}}}}
	var curves []Values
	for i, r := range restarts {
		curves, lines.At = append(curves, of(r)), append(lines.At, r.Epoch)
		lines.Plots[0].Series = append(
			lines.Plots[0].Series, Series{Name: name, At: i, Y: of(r), Faint: i < len(restarts)-1},
		)
	}
	low, high := extent(lines.At...)
	lines.X.Domain = domain(low, high, 0)
	if low, high = extent(curves...); high > 0 {
		room := 1.3
		if high > low {
			room = 1.05
		}
		lines.Plots[0].Y.Domain = domain(math.Min(0, low), high*room, 0)
	}
	return Panel{Key: "training-" + name, Title: title, Lines: lines}
}
