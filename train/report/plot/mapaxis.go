package plot

import (
	"cmp"
	"fmt"
	"image/color"
	"math"
	"slices"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// axisLook holds the labels of the axes of one map. Maps stand close together, so only maps at the left and at the
// bottom have labels.
type axisLook struct {
	n, block     int
	regions      []region
	left, bottom bool
	order        string // of the neurons, for the axes to name; empty to leave it
}

// label sets a map's ranges, ticks and axis labels, and outlines it.
func (p *panel) label(a axisLook) {
	cells := float64((a.n + a.block - 1) / a.block * a.block)
	span{0, cells}.show(&p.X)
	span{0, cells}.show(&p.Y)
	p.X.Tick.Marker, p.Y.Tick.Marker = plot.ConstantTicks(nil), plot.ConstantTicks(nil)
	extra := ""
	if a.order != "" {
		extra = ", " + a.order
	}
	if a.block > 1 {
		extra += fmt.Sprintf(" (means of %d × %d neurons)", a.block, a.block)
	}
	if a.left {
		p.Y.Label.Text = "to neuron i" + extra
		p.Y.Tick.Marker = a.ticks()
	}
	if a.bottom {
		p.X.Label.Text = "from neuron j" + extra
		p.X.Tick.Marker = a.ticks()
	}
	if len(a.regions) > 0 {
		p.X.Tick.Color, p.Y.Tick.Color = color.Transparent, color.Transparent // ticks only hold names off the map
		p.X.Tick.Length, p.Y.Tick.Length = 4, 2
		if a.crowded(p.w) {
			p.X.Tick.Label.Rotation = math.Pi / 2
			p.X.Tick.Label.XAlign, p.X.Tick.Label.YAlign = draw.XRight, draw.YCenter
		}
	}
	f := frame{}
	for i := 1; i < len(a.regions); i++ {
		f.at = append(f.at, float64(a.regions[i].first))
	}
	p.Plot.Add(f)
}

// ticks returns the names of the regions, or else the numbers of neurons.
func (a axisLook) ticks() plot.ConstantTicks {
	var out plot.ConstantTicks
	if len(a.regions) == 0 {
		step := int(math.Ceil(roundStep(float64(a.n) / 5)))
		for i := 0; i < a.n; i += max(1, step) {
			// A neuron's number stands at the middle of its cell.
			out = append(out, plot.Tick{Value: float64(i) + 0.5, Label: fmt.Sprint(i)})
		}
		return out
	}
	for _, r := range a.named() {
		out = append(out, plot.Tick{Value: r.middle(), Label: shorten(sans(tickSize), r.name, 2.2*vg.Centimeter)})
	}
	return out
}

// middle is where a region's name stands.
func (r region) middle() float64 { return float64(r.first+r.end) / 2 }

// named returns the regions whose names can stand without touching each other, the largest first to get their place.
func (a axisLook) named() []region {
	apart := float64(1.25 * tickSize / mapSide * vg.Length(a.n))
	sorted := slices.SortedStableFunc(slices.Values(a.regions),
		func(x, y region) int { return cmp.Compare(y.end-y.first, x.end-x.first) })
	var out []region
	for _, r := range sorted {
		if !slices.ContainsFunc(out, func(o region) bool { return math.Abs(o.middle()-r.middle()) < apart }) {
			out = append(out, r)
		}
	}
	return out
}

// crowded reports whether names side by side would touch each other along an axis of length w.
func (a axisLook) crowded(w vg.Length) bool {
	style := sans(tickSize)
	names := slices.SortedFunc(slices.Values(a.named()), func(x, y region) int { return cmp.Compare(x.first, y.first) })
	for i := 1; i < len(names); i++ {
		free := vg.Length(names[i].middle()-names[i-1].middle()) / vg.Length(a.n) * w
		if (style.Width(names[i].name)+style.Width(names[i-1].name))/2+4 > free {
			return true
		}
	}
	return false
}
