package main

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"gonum.org/v1/gonum/mat"

	"facrnn/data/npz"
	"facrnn/train/rundir"
)

// arrays is what the pictures of a fit need and results.csv has no column for. It is kept in a file a fit, so that an experiment that is gone on with draws the same
// pictures without fitting again.
type arrays map[string]npz.Array

// keptPath is the file of a fit.
func (t *table) keptPath(r row) string {
	name := strings.NewReplacer(" ", "_", ",", "+").Replace(t.kind(r))
	return filepath.Join(t.dir, "fits", name+"_seed"+r["seed"]+".npz")
}

// keep writes a fit's arrays; of a fit without any there is no file.
func (t *table) keep(r row, a arrays) error {
	if len(a) == 0 {
		return nil
	}
	path := t.keptPath(r)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	return rundir.WriteFile(path, func(w io.Writer) error { return npz.Save(w, a, true) })
}

// kept reads a fit's arrays; none where there is no file, such as of a table that was made before there were any.
func (t *table) kept(r row) (arrays, error) {
	a, err := npz.Load(t.keptPath(r))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("%w: remove it, and the figures do without", err)
	}
	return a, nil
}

// dense is an array of two dimensions; an error says which is missing or of another shape.
func (a arrays) dense(name string) (*mat.Dense, error) {
	x := a[name]
	if len(x.Shape) != 2 {
		return nil, fmt.Errorf("array %s is missing, or no matrix", name)
	}
	v, err := x.Float64s()
	if err != nil || len(v) == 0 || len(v) != x.Shape[0]*x.Shape[1] {
		return nil, fmt.Errorf("array %s holds no values", name)
	}
	return mat.NewDense(x.Shape[0], x.Shape[1], v), nil
}

// fromDense is a matrix as an array.
func fromDense(m *mat.Dense) npz.Array {
	r, c := m.Dims()
	return npz.Array{Shape: []int{r, c}, Data: mat.DenseCopyOf(m).RawMatrix().Data}
}

// pictured are the rows that stand for a picture's methods, lrRNN and FacRNN where they are among the fits, all of one seed: that at which the last of them has the
// median of a column (the lower one of an even number; the first seed of equals), which is said in words.
func (t *table) pictured(b batch, column string, of func(row) bool) (rows []row, why string) {
	var kinds [][]row
	for _, m := range []string{"lrrnn", "facrnn", ""} {
		if m == "" && len(kinds) > 0 {
			break // methods as they come, but for the two
		}
		for _, k := range t.kinds() {
			asked := slices.ContainsFunc(b.fits, func(f row) bool { return t.kind(f) == t.kind(k[0]) })
			if asked && of(k[0]) && (k[0]["method"] == m || m == "") && len(kinds) < 2 {
				kinds = append(kinds, k)
			}
		}
	}
	if len(kinds) == 0 {
		return nil, ""
	}
	last := kinds[len(kinds)-1]
	seed, value, n := median(last, column)
	if n == 0 {
		return nil, ""
	}
	for _, k := range kinds {
		if i := slices.IndexFunc(k, func(r row) bool { return r["seed"] == seed }); i >= 0 {
			rows = append(rows, k[i])
		}
	}
	if n == 1 {
		return rows, fmt.Sprintf("Seed %s, the only one.", seed)
	}
	return rows, fmt.Sprintf("Seed %s, at which the %s of %s is the median of %d seeds (%s).", seed, column, methodName(last[0]["method"]), n, brief(value))
}

// median is the seed at which a column has its median, and the number of seeds that have it.
func median(rows []row, column string) (seed string, value float64, n int) {
	type at struct {
		value float64
		seed  int
	}
	var all []at
	for _, r := range rows {
		v, err := strconv.ParseFloat(r[column], 64)
		s, bad := strconv.Atoi(r["seed"])
		if err == nil && bad == nil && !math.IsNaN(v) && !math.IsInf(v, 0) {
			all = append(all, at{v, s})
		}
	}
	if len(all) == 0 {
		return "", 0, 0
	}
	slices.SortFunc(all, func(a, b at) int { return cmp.Or(cmp.Compare(a.value, b.value), a.seed-b.seed) })
	m := all[(len(all)-1)/2]
	return strconv.Itoa(m.seed), m.value, len(all)
}

// methodName is a method as the paper writes it.
func methodName(m string) string {
	names := map[string]string{"lrrnn": "lrRNN", "lrrnn-ica": "lrRNN+ICA", "lint": "LINT", "bdrnn": "bdRNN", "facrnn": "FacRNN", "facrnn-full": "FacRNN-full", "facrnn-mlp": "FacRNN-MLP"}
	if n, ok := names[m]; ok {
		return n
	}
	return m
}
