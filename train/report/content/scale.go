package content

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"gonum.org/v1/gonum/stat"
)

// quantile returns the least of the finite values that a part q of them does not exceed; NaN if no value is finite.
func quantile[F float32 | float64](q float64, of ...[]F) float64 {
	var all []float64
	for _, values := range of {
		for _, v := range values {
			if finite(float64(v)) {
				all = append(all, float64(v))
			}
		}
	}
	if len(all) == 0 {
		return nan
	}
	slices.Sort(all)
	return stat.Quantile(q, stat.Empirical, all, nil)
}

// extent returns the range of the finite values; low is above high if there are none.
func extent[V ~[]float32](of ...V) (low, high float64) {
	low, high = math.Inf(1), math.Inf(-1)
	for _, values := range of {
		for _, v := range values {
			if finite(float64(v)) {
				low, high = min(low, float64(v)), max(high, float64(v))
			}
		}
	}
	return low, high
}

func finite(v float64) bool { return !math.IsNaN(v) && !math.IsInf(v, 0) }

// domain returns the limits of an axis, with a part of the range added on both sides; nil if there is no range.
func domain(low, high, part float64) []Number {
	if !(low <= high) || !finite(low) || !finite(high) {
		return nil
	}
	room := part * (high - low)
	return []Number{Number(low - room), Number(high + room)}
}

// written returns a number with some digits, as people write it: a true minus, powers of ten if it is very large or
// small.
func written(v float64, digits int) string {
	size := math.Abs(v)
	var s string
	switch {
	case !finite(v):
		return "–"
	case v == 0:
		return "0"
	case size >= 1e6 || size < 1e-3:
		m, e, _ := strings.Cut(strconv.FormatFloat(v, 'e', digits-1, 64), "e")
		power, _ := strconv.Atoi(e)
		s = fmt.Sprintf("%s × 10%s", m, superscript(power))
	case size >= 1000:
		s = grouped(int(math.Round(v)))
	default:
		rounded, _ := strconv.ParseFloat(strconv.FormatFloat(v, 'e', digits-1, 64), 64)
		s = strconv.FormatFloat(rounded, 'f', -1, 64)
	}
	return strings.ReplaceAll(s, "-", "−")
}

func superscript(n int) string {
	var out strings.Builder
	for _, r := range strconv.Itoa(n) {
		if r == '-' {
			out.WriteRune('⁻')
			continue
		}
		out.WriteRune([]rune("⁰¹²³⁴⁵⁶⁷⁸⁹")[r-'0'])
	}
	return out.String()
}
