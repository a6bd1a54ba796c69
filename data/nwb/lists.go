package nwb

import (
	"fmt"
	"math"
)

// lists is a ragged column of a table: for each row, a list of numbers or of rows of numbers. Some lists are in memory at a time.
type lists struct {
	f      *file
	path   string
	values *dataset
	parts  [][2]int // of each row, where its list begins and ends
	width  int      // numbers in an entry of a list
	held   [2]int   // entries in memory
	x      []float64
}

// lists is a column of a table and its index.
func (f *file) lists(g *group, column string) (*lists, error) {
	d, err := f.dataset(g, column)
	if err != nil {
		return nil, err
	}
	l := &lists{f: f, path: g.path + "/" + column, values: d, width: 1}
	if len(d.shape) == 0 {
		return nil, fmt.Errorf("%s: it is a single value, not a list: write the table again", l.path)
	}
	for _, n := range d.shape[1:] {
		l.width *= n
	}
	l.parts, err = f.ragged(g, column, d.shape[0])
	return l, err
}

// list is the list of a row, row-major; it is good until the next call. Its lists should be asked for in their order.
func (l *lists) list(row int) ([]float64, error) {
	p := l.parts[row]
	if p[0] < l.held[0] || p[1] > l.held[1] {
		end := p[1] // and what else goes into a block; a chunk is read whole anyway
		most := l.f.blockValues
		if len(l.values.chunk) > 0 {
			most = max(most, min(mostValues, l.values.chunk[0]*l.width))
		}
		for _, next := range l.parts[row:] {
			if (next[1]-p[0])*l.width > most {
				break
			}
			end = max(end, next[1])
		}
		l.f.at = l.path
		l.x = nil // before the next takes memory
		x, err := l.values.rows(p[0], end)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", l.path, err)
		}
		l.x, l.held = x, [2]int{p[0], end}
		bytes := int64(l.width * l.values.size)
		if err := l.f.follow("reading "+l.path, int64(end)*bytes, int64(l.values.shape[0])*bytes); err != nil {
			return nil, err
		}
	}
	return l.x[(p[0]-l.held[0])*l.width : (p[1]-l.held[0])*l.width : (p[1]-l.held[0])*l.width], nil
}

// left is how many entries come after the last list.
func (l *lists) left() int {
	if len(l.parts) == 0 {
		return l.values.shape[0]
	}
	return l.values.shape[0] - l.parts[len(l.parts)-1][1]
}

// ragged is where each row of a ragged column begins and ends, by its index column.
func (f *file) ragged(g *group, column string, size int) ([][2]int, error) {
	ends, err := f.floats(g, column+"_index")
	if err != nil {
		return nil, err
	}
	parts, begin := make([][2]int, len(ends)), 0
	for n, e := range ends {
		if e < float64(begin) || e > float64(size) || e != math.Trunc(e) {
			return nil, fmt.Errorf("%s/%s_index: row %d ends at %v, after %d of %d values: write the index again", g.path, column, n, e, begin, size)
		}
		parts[n] = [2]int{begin, int(e)}
		begin = int(e)
	}
	return parts, nil
}
