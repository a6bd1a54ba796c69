package separation

import "fmt"

// stretch holds the bins first <= t < end, without a gap in time.
type stretch struct{ first, end int }

func (s stretch) bins() int { return s.end - s.first }

// newStretches divides bins into stretches at starts, their first rows, ascending. Without starts there is one
// stretch.
func newStretches(starts []int, bins int) ([]stretch, error) {
	if len(starts) == 0 {
		starts = []int{0}
	}
	if starts[0] != 0 {
		return nil, fmt.Errorf("the first stretch starts at row %d; it must start at row 0", starts[0])
	}
	var out []stretch
	for i, first := range starts {
		end := bins
		if i+1 < len(starts) {
			end = starts[i+1]
		}
		if end <= first || end > bins {
			return nil, fmt.Errorf("a stretch from row %d to row %d of %d is not possible; starts must ascend"+
				" and lie within the rows", first, end, bins)
		}
		out = append(out, stretch{first, end})
	}
	return out, nil
}

// without removes the bins lo <= t < hi and renumbers the others. The bins before and after the gap are not
// neighbours.
func without(ss []stretch, lo, hi int) []stretch {
	var out []stretch
	for _, s := range ss {
		if before := (stretch{s.first, min(s.end, lo)}); before.bins() > 0 {
			out = append(out, before)
		}
		if after := (stretch{max(s.first, hi), s.end}); after.bins() > 0 {
			out = append(out, stretch{after.first - (hi - lo), after.end - (hi - lo)})
		}
	}
	return out
}

// pairs counts the bins that have a bin lag later in their stretch.
func pairs(ss []stretch, lag int) int {
	n := 0
	for _, s := range ss {
		n += max(0, s.bins()-lag)
	}
	return n
}

// total counts all bins.
func total(ss []stretch) int { return pairs(ss, 0) }

// edges divides n rows into blocks of nearly equal length: block b is rows e[b] <= t < e[b+1].
func edges(n, blocks int) []int {
	e := make([]int, blocks+1)
	for b := range e {
		e[b] = b * n / blocks
	}
	return e
}
