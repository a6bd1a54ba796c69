package plot

import (
	"fmt"
	"slices"

	"gonum.org/v1/plot/vg"
)

// lossFigure draws one panel a loss term, training and held-out data in each.
func lossFigure(run Run) figure {
	f := figure{name: "loss", title: heading("Loss", run), key: []entry{{name: "training", colour: category(0), width: 2}}}
	var panels []*panel
	for _, c := range run.Curves {
		if len(c.Train)+len(c.Test) > 0 {
			panels = append(panels, lossPanel(c))
		}
	}
	if slices.ContainsFunc(run.Curves, func(c Curve) bool { return len(c.Test) > 0 }) {
		f.key = append(f.key, entry{name: "held out", colour: category(1), width: 2})
	}
	if slices.ContainsFunc(panels, func(p *panel) bool { return p.note != "" }) {
		f.note = "Percentiles are of the epochs after the first 2%."
	}
	columns := min(len(panels), 3)
	if len(panels) == 4 {
		columns = 2
	}
	f.rows = rowsOf(panels, columns)
	return f
}

func lossPanel(c Curve) *panel {
	const w, h = 7 * vg.Centimeter, 4.6 * vg.Centimeter
	p := &panel{Plot: newPlot(w, h, "epoch", "nats per bin"), w: w, h: h, title: c.Name, letter: true}
	p.Plot.Add(line(c.Epoch, c.Train, category(0), 1.2), line(c.TestEpoch, c.Test, category(1), 1.2))
	epochs := spanOf(c.Epoch, c.TestEpoch)
	axis := epochs
	if axis.lo > 0 && axis.lo < 0.1*axis.hi {
		axis.lo = 0
	}
	axis.padded(0).show(&p.X)
	marks := p.X.Tick.Marker.(ticks)
	marks.whole = true
	p.X.Tick.Marker = marks
	shown, cut := robust(c, epochs)
	shown.show(&p.Y)
	if cut {
		all := spanOf(c.Train, c.Test)
		p.note = fmt.Sprintf("2nd–98th percentile shown; %s to %s in all", brief(all.lo), brief(all.hi))
	}
	return p
}

// robust is the range of a loss term that is worth looking at: the 2nd to the 98th percentile after the first 2% of the epochs,
// for the first steps are often so far off that the rest would be a flat line, with the last values always in view. It reports
// whether values lie outside.
func robust(c Curve, epochs span) (shown span, cut bool) {
	from := epochs.lo + 0.02*(epochs.hi-epochs.lo)
	values := slices.Concat(after(from, c.Epoch, c.Train), after(from, c.TestEpoch, c.Test))
	all := spanOf(c.Train, c.Test)
	if len(values) < 4 {
		return all.padded(0.05), false
	}
	slices.Sort(values)
	core := span{quantile(values, 0.02), quantile(values, 0.98)}
	for _, vs := range [][]float64{c.Train, c.Test} {
		if n := len(vs); n > 0 && finite(vs[n-1]) {
			core = core.with(vs[n-1])
		}
	}
	// What leaves the rest a good part of the panel is no reason to cut.
	if all.hi-all.lo <= 3*(core.hi-core.lo) {
		return all.padded(0.05), false
	}
	shown = core.padded(0.1)
	return shown, all.lo < shown.lo || all.hi > shown.hi
}

// after lists the finite values of the epochs later than from.
func after(from float64, epoch, values []float64) []float64 {
	var out []float64
	for i := range min(len(epoch), len(values)) {
		if epoch[i] > from && finite(values[i]) {
			out = append(out, values[i])
		}
	}
	return out
}

// quantile is the value at fraction q of a sorted list.
func quantile[F float32 | float64](sorted []F, q float64) F {
	return sorted[int(q*float64(len(sorted)-1)+0.5)]
}

// rowsOf breaks panels into rows.
func rowsOf(panels []*panel, columns int) [][]*panel {
	if len(panels) == 0 {
		return nil
	}
	return slices.Collect(slices.Chunk(panels, columns))
}
