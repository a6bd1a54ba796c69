package nwb

import (
	"fmt"
	"math"
)

// raggedColumn is a ragged column of a table: for each row, a list of numbers or of pairs of numbers. Only some lists
// are in memory at a time.
type raggedColumn struct {
	file       *file
	path       string
	values     *dataset
	parts      [][2]int // of each row, where its list begins and ends
	width      int      // numbers in an entry of a list, 1 or 2
	size       int      // entries in all
	transposed bool     // pairs stored as a row of first and a row of second numbers, as MATLAB may write them
	loaded     [2]int   // entries in memory
	x          []float64
}

// raggedColumn returns a column of numbers of a table, with its index.
func (g *group) raggedColumn(column string) (*raggedColumn, error) {
	d, err := g.dataset(column)
	if err != nil {
		return nil, err
	}
	l := &raggedColumn{file: g.file, path: g.path + "/" + column, values: d, width: 1, size: d.len()}
	if !d.isList() {
		return nil, fmt.Errorf("%s: its shape is %s, not a list: write the table again", l.path, shapeText(d.shape))
	}
	l.parts, err = g.raggedParts(column, l.size)
	return l, err
}

// pairs returns a column of pairs of numbers, M x 2 or 2 x M, without the parts of its rows. A single pair may be a
// list of two.
func (g *group) pairs(name string, d *dataset) (*raggedColumn, error) {
	l := &raggedColumn{file: g.file, path: g.path + "/" + name, values: d, width: 2}
	switch shape := d.shape; {
	case len(shape) == 1 && (shape[0] == 2 || shape[0] == 0), len(shape) == 2 && shape[0]*shape[1] == 0:
		l.size = d.len() / 2
	case len(shape) == 2 && shape[1] == 2:
		l.size = shape[0]
	case len(shape) == 2 && shape[0] == 2:
		l.size, l.transposed = shape[1], true
	default:
		return nil, fmt.Errorf("%s: its shape is %s, but it holds pairs of a start and a stop: write it again",
			l.path, shapeText(shape))
	}
	return l, nil
}

// read reads entries from first to last (excluded), row-major.
func (l *raggedColumn) read(first, last int) ([]float64, error) {
	switch {
	case l.width == 1:
		return l.values.entries(first, last)
	case len(l.values.shape) == 1:
		x, err := l.values.floats()
		if err != nil {
			return nil, err
		}
		return x[first*2 : last*2], nil
	case !l.transposed:
		return l.values.rows(first, last)
	}
	x, err := l.values.box([]int{0, first}, []int{2, last})
	if err != nil {
		return nil, err
	}
	n := last - first
	pairs := make([]float64, 0, 2*n)
	for i := range n {
		pairs = append(pairs, x[i], x[n+i])
	}
	return pairs, nil
}

// chunk returns the number of entries in a chunk of the file; 0 if the values are in one piece.
func (l *raggedColumn) chunk() int {
	switch d := l.values; {
	case len(d.chunk) == 0:
		return 0
	case l.transposed:
		return d.chunk[1]
	case l.width == 1:
		return d.chunk[d.axis()]
	default:
		return d.chunk[0]
	}
}

// list returns the list of a row, row-major. It is valid until the next call. Callers should ask for lists in the
// order of the rows.
func (l *raggedColumn) list(row int) ([]float64, error) {
	p := l.parts[row]
	if p[0] < l.loaded[0] || p[1] > l.loaded[1] {
		end := p[1] // extended by the lists that fit into a block; chunks are always read whole
		most := l.file.blockValues
		most = max(most, min(maxValues, l.chunk()*l.width))
		for _, next := range l.parts[row:] {
			if (next[1]-p[0])*l.width > most {
				break
			}
			end = max(end, next[1])
		}
		l.file.at = l.path
		l.x = nil // before the next takes memory
		x, err := l.read(p[0], end)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", l.path, err)
		}
		l.x, l.loaded = x, [2]int{p[0], end}
		bytes := int64(l.width * l.values.size)
		if err := l.file.progress("reading "+l.path, int64(end)*bytes, int64(l.size)*bytes); err != nil {
			return nil, err
		}
	}
	return l.x[(p[0]-l.loaded[0])*l.width : (p[1]-l.loaded[0])*l.width : (p[1]-l.loaded[0])*l.width], nil
}

// unassigned returns the number of entries after the last list.
func (l *raggedColumn) unassigned() int {
	if len(l.parts) == 0 {
		return l.size
	}
	return l.size - l.parts[len(l.parts)-1][1]
}

// raggedParts returns the beginning and end of each row of a ragged column, from its index column.
func (g *group) raggedParts(column string, size int) ([][2]int, error) {
	ends, err := g.floats(column + "_index")
	if err != nil {
		return nil, err
	}
	if d, err := g.dataset(column + "_index"); err == nil && d != nil && !d.isList() {
		return nil, fmt.Errorf("%s/%s_index: its shape is %s, not a list: write the index again",
			g.path, column, shapeText(d.shape))
	}
	parts, begin := make([][2]int, len(ends)), 0
	for n, e := range ends {
		if e < float64(begin) || e > float64(size) || e != math.Trunc(e) {
			return nil, fmt.Errorf("%s/%s_index: row %d ends at %v, after %d of %d values: write the index again",
				g.path, column, n, e, begin, size)
		}
		parts[n] = [2]int{begin, int(e)}
		begin = int(e)
	}
	return parts, nil
}
