package experiment

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"gonum.org/v1/gonum/mat"

	"facrnn/data/npz"
	"facrnn/train/evaluate"
	"facrnn/train/rundir"
)

// artifact holds the arrays that the figures of a fit need, besides the columns of results.csv. Each fit has a file of
// them, so that a continued experiment draws the same figures without fitting again.
type artifact interface {
	// fields are the arrays of the file: a name, and a pointer to int, []int, []float64, []string, *mat.Dense or
	// []*mat.Dense of one shape.
	fields() []field
	// consistent reports whether the arrays that were read fit together.
	consistent() bool
}

type field struct {
	name string
	to   any
}

// artifactPath returns the file of a fit.
func (t *table[C]) artifactPath(r row[C]) string {
	name := strings.NewReplacer(" ", "_", ",", "+").Replace(kind(r.cell))
	return filepath.Join(t.dir, "fits", fmt.Sprintf("%s_seed%d.npz", name, r.seed))
}

// keep writes the artifact of a fit; a fit without an artifact has no file.
func (t *table[C]) keep(r row[C]) error {
	if r.artifact == nil {
		return nil
	}
	path, arrays := t.artifactPath(r), map[string]npz.Array{}
	for _, f := range r.artifact.fields() {
		arrays[f.name] = f.array()
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	return rundir.WriteFile(path, func(w io.Writer) error { return npz.Save(w, arrays, true) })
}

// load reads the artifact of a fit into a. It reports false if there is no file, as in a table that is older than
// artifacts.
func (t *table[C]) load(r row[C], a artifact) (bool, error) {
	arrays, err := npz.Load(t.artifactPath(r))
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("%w: remove it, and the figures do without", err)
	}
	for _, f := range a.fields() {
		if err := f.read(arrays[f.name]); err != nil {
			return false, fmt.Errorf("%s: array %s: %w: remove it, and the figures do without", t.artifactPath(r),
				f.name, err)
		}
	}
	if !a.consistent() {
		return false, fmt.Errorf("%s: its arrays do not fit together: remove it, and the "+
			"figures do without", t.artifactPath(r))
	}
	return true, nil
}

// array returns the field as it is written.
func (f field) array() npz.Array {
	switch from := f.to.(type) {
	case *int:
		return npz.Ints([]int{*from})
	case *[]int:
		return npz.Ints(*from)
	case *[]float64:
		return npz.Vector(*from)
	case *[]string:
		return npz.Vector(*from)
	case **mat.Dense:
		rows, cols := (*from).Dims()
		return npz.Array{Shape: []int{rows, cols}, Data: mat.DenseCopyOf(*from).RawMatrix().Data}
	}
	stack := *f.to.(*[]*mat.Dense)
	rows, cols := stack[0].Dims()
	var all []float64
	for _, m := range stack {
		all = append(all, mat.DenseCopyOf(m).RawMatrix().Data...)
	}
	return npz.Array{Shape: []int{len(stack), rows, cols}, Data: all}
}

// read fills the field in; the error says what is wrong with the array.
func (f field) read(a npz.Array) (err error) {
	var v []int
	switch to := f.to.(type) {
	case *int:
		if v, err = a.Ints(); err == nil && len(v) != 1 {
			err = errors.New("no single number")
		}
		if err == nil {
			*to = v[0]
		}
	case *[]int:
		*to, err = a.Ints()
	case *[]float64:
		*to, err = a.Float64s()
	case *[]string:
		*to, err = a.Strings()
	case **mat.Dense:
		a.Shape = append([]int{1}, a.Shape...)
		var stack []*mat.Dense
		if stack, err = matrices(a); err == nil {
			*to = stack[0]
		}
	case *[]*mat.Dense:
		*to, err = matrices(a)
	}
	return err
}

// matrices returns the matrices (n,m) of an array (G,n,m).
func matrices(a npz.Array) (stack []*mat.Dense, err error) {
	v, err := a.Float64s()
	if err != nil {
		return nil, err
	}
	if len(a.Shape) != 3 || len(v) == 0 || len(v) != a.Shape[0]*a.Shape[1]*a.Shape[2] {
		return nil, errors.New("missing, or no matrix")
	}
	for m := range slices.Chunk(v, a.Shape[1]*a.Shape[2]) {
		stack = append(stack, mat.NewDense(a.Shape[1], a.Shape[2], m))
	}
	return stack, nil
}

// drawn is a fit that a figure shows.
type drawn[C comparable, A any] struct {
	row[C]
	name     string // of the method, as the paper writes it
	artifact *A
}

// artifactOf is the pointer to an artifact.
type artifactOf[A any] interface {
	*A
	artifact
}

// drawnFits returns the fits that represent the methods of a figure: lrRNN and FacRNN if they are among the fits, all
// with one seed. At this seed the last method has the median of a column; why says so. The median is the lower one of
// an even number, and the first seed of equal values. of selects cells; nil selects all. Fits without a file are left
// out.
func drawnFits[A any, P artifactOf[A], C comparable](
	t *table[C], column string, of func(C) bool,
) (fits []drawn[C, A], why string, err error) {
	kinds := slices.DeleteFunc(t.kinds(), func(k []row[C]) bool {
		return !slices.Contains(t.cells, k[0].cell) || of != nil && !of(k[0].cell)
	})
	rank := func(k []row[C]) int { return slices.Index([]string{"lrrnn", "facrnn"}, texts(k[0].cell)[0]) }
	if slices.ContainsFunc(kinds, func(k []row[C]) bool { return rank(k) >= 0 }) {
		kinds = slices.DeleteFunc(kinds, func(k []row[C]) bool { return rank(k) < 0 })
		slices.SortStableFunc(kinds, func(a, b []row[C]) int { return rank(a) - rank(b) })
	}
	if len(kinds) == 0 {
		return nil, "", nil
	}
	kinds = kinds[:min(2, len(kinds))]
	seed, why := medianSeed(kinds[len(kinds)-1], column)
	for _, k := range kinds {
		for _, r := range k {
			if r.seed != seed || why == "" {
				continue
			}
			f := drawn[C, A]{r, methodName(texts(r.cell)[0]), new(A)}
			found, err := t.load(r, P(f.artifact))
			if err != nil {
				return nil, "", err
			}
			if found {
				fits = append(fits, f)
			}
		}
	}
	return fits, why, nil
}

// medianSeed returns the seed at which a column has its median over the rows, and says so; no words if no row has a
// value.
func medianSeed[C comparable](rows []row[C], column string) (seed uint64, why string) {
	var values []float64
	for _, r := range rows {
		v, ok := r.values[column]
		if !ok {
			v = math.NaN()
		}
		values = append(values, v)
	}
	i, n := evaluate.MedianIndex(values)
	switch n {
	case 0:
		return 0, ""
	case 1:
		return rows[i].seed, fmt.Sprintf("Seed %d, the only one.", rows[i].seed)
	}
	return rows[i].seed, fmt.Sprintf("Seed %d, at which the %s of %s is the median of %d seeds (%s).",
		rows[i].seed, column, methodName(texts(rows[i].cell)[0]), n, brief(values[i]))
}

// said lists a column of the fits: "lrRNN 0.631, FacRNN 0.924".
func said[C comparable, A any](fits []drawn[C, A], column string) string {
	var parts []string
	for _, f := range fits {
		parts = append(parts, f.name+" "+f.rounded(column))
	}
	return strings.Join(parts, ", ")
}

// rounded returns a number of results.csv as figures and pages write it.
func (r *row[C]) rounded(column string) string {
	v := values([]row[C]{*r}, column)
	if len(v) == 0 {
		return "–"
	}
	return brief(v[0])
}
