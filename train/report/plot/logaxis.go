package plot

import (
	"math"
	"strconv"
	"strings"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
)

// logarithmic makes an axis whose range is of decimal logarithms say the numbers themselves, about count of them.
func logarithmic(a *plot.Axis, count int) {
	a.Tick.Marker = logTicks{max(2, count)}
	a.Tick.Label.Handler = powers{text.Plain{Fonts: font.DefaultCache}}
}

// logTicks marks numbers on an axis of decimal logarithms: powers of ten, or 1, 2 and 5 times powers of ten if there
// is room. If the axis is short, it marks round numbers.
type logTicks struct{ count int }

// Ticks implements plot.Ticker.
func (t logTicks) Ticks(lo, hi float64) []plot.Tick {
	if !(hi > lo) {
		return nil
	}
	all, tens := multiples(lo, hi, 1, 2, 5), multiples(lo, hi, 1)
	switch {
	case len(all) < 3:
		return t.round(lo, hi)
	case len(all) <= t.count || len(tens) < 2:
		return written(all)
	}
	every := (len(tens) + t.count - 1) / t.count
	var numbered, bare []decimal
	for i, d := range tens {
		if i%every == 0 {
			numbered = append(numbered, d)
		} else {
			bare = append(bare, d)
		}
	}
	if every == 1 {
		bare = multiples(lo, hi, 2, 3, 4, 5, 6, 7, 8, 9)
	}
	out := written(numbered)
	for _, d := range bare {
		out = append(out, plot.Tick{Value: d.log()})
	}
	return out
}

// round marks round numbers one apart.
func (t logTicks) round(lo, hi float64) []plot.Tick {
	var out []plot.Tick
	for _, m := range (ticks{count: t.count}).Ticks(math.Pow(10, lo), math.Pow(10, hi)) {
		if m.Value > 0 {
			out = append(out, plot.Tick{Value: math.Log10(m.Value), Label: m.Label})
		}
	}
	return out
}

// decimal is a digit times a power of ten.
type decimal struct{ digit, exponent int }

func (d decimal) log() float64 { return math.Log10(float64(d.digit)) + float64(d.exponent) }

// multiples returns the digits times powers of ten whose logarithms lie from lo to hi, rising where the digits do.
func multiples(lo, hi float64, digits ...int) []decimal {
	var out []decimal
	for e := int(math.Floor(lo)); e <= int(math.Ceil(hi)); e++ {
		for _, digit := range digits {
			if d := (decimal{digit, e}); d.log() >= lo && d.log() <= hi {
				out = append(out, d)
			}
		}
	}
	return out
}

// written returns ticks with their numbers: in full if all of them are short, else all as powers of ten.
func written(marks []decimal) []plot.Tick {
	full := true
	for _, d := range marks {
		full = full && d.exponent >= -4 && d.exponent <= 4
	}
	var out []plot.Tick
	for _, d := range marks {
		label := strconv.FormatFloat(float64(d.digit)*math.Pow10(d.exponent), 'f', max(0, -d.exponent), 64)
		if !full {
			label = strings.ReplaceAll("10^"+strconv.Itoa(d.exponent), "-", "−")
			if d.digit > 1 {
				label = strconv.Itoa(d.digit) + "·" + label
			}
		}
		out = append(out, plot.Tick{Value: d.log(), Label: label})
	}
	return out
}

// powers writes what follows a ^ raised and small: the font has no raised minus, 0 or 9 of its own. Its texts have one
// line and are not turned.
type powers struct{ text.Plain }

const (
	exponentSize = 0.75 // of the text's size
	exponentRise = 0.38
)

// Box implements text.Handler.
func (p powers) Box(s string, f font.Font) (width, height, depth vg.Length) {
	base, exponent, _ := strings.Cut(s, "^")
	width, height, depth = p.Plain.Box(base, f)
	f.Size *= exponentSize
	w, _, _ := p.Plain.Box(exponent, f)
	return width + w, height, depth
}

// Draw implements text.Handler.
func (p powers) Draw(c vg.Canvas, s string, style text.Style, at vg.Point) {
	base, exponent, _ := strings.Cut(s, "^")
	at.X += vg.Length(style.XAlign) * style.Width(s)
	style.XAlign = text.XLeft
	p.Plain.Draw(c, base, style, at)
	at.X += style.Width(base)
	// The distance from a text's point to its baseline is a multiple of its size. Here the size of the base counts.
	size := style.Font.Size
	down := vg.Length(style.YAlign)*style.Height(s) - style.FontExtents().Ascent + size
	at.Y += (1-exponentSize)*down + exponentRise*size
	style.Font.Size *= exponentSize
	p.Plain.Draw(c, exponent, style, at)
}
