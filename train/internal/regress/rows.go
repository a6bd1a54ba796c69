package regress

import (
	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/stat"
)

// Rows returns some rows of x (T,cols) in float64, or nil if x has no columns.
func Rows[T float32 | float64](x []T, cols int, rows []int) *mat.Dense {
	if cols == 0 {
		return nil
	}
	out := mat.NewDense(len(rows), cols, nil)
	for i, t := range rows {
		row := out.RawRowView(i)
		for n, v := range x[t*cols : (t+1)*cols] {
			row[n] = float64(v)
		}
	}
	return out
}

// Flat returns the entries of m, row by row.
func Flat(m mat.Matrix) []float64 {
	r, c := m.Dims()
	x := make([]float64, 0, r*c)
	for i := range r {
		for j := range c {
			x = append(x, m.At(i, j))
		}
	}
	return x
}

// Subsample returns at most count of the rows, evenly spaced. It returns all rows if there are not more.
func Subsample(rows []int, count int) []int {
	if len(rows) <= count {
		return rows
	}
	some := make([]int, count)
	for i := range some {
		some[i] = rows[i*len(rows)/count]
	}
	return some
}

// Means returns the means (D) of the columns of x (n,D).
func Means(x *mat.Dense) []float64 {
	n, cols := x.Dims()
	out := make([]float64, cols)
	for t := range n {
		floats.Add(out, x.RawRowView(t))
	}
	floats.Scale(1/float64(n), out)
	return out
}

// AddRow adds scale times a row to every row of x, in place.
func AddRow(x *mat.Dense, scale float64, row []float64) {
	n, _ := x.Dims()
	for i := range n {
		floats.AddScaled(x.RawRowView(i), scale, row)
	}
}

// Shifted returns a copy of x with scale times a row added to every row.
func Shifted(x *mat.Dense, scale float64, row []float64) *mat.Dense {
	out := mat.DenseCopyOf(x)
	AddRow(out, scale, row)
	return out
}

// Centred returns a copy of x minus the mean of every column.
func Centred(x *mat.Dense) *mat.Dense { return Shifted(x, -1, Means(x)) }

// FillMeans replaces NaN in x (n,N) by the mean of the column's other values, or 0 if there are none.
func FillMeans(x *mat.Dense) {
	rows, N := x.Dims()
	mean, seen := make([]float64, N), make([]float64, N)
	for t := range rows {
		for n, v := range x.RawRowView(t) {
			if v == v {
				mean[n] += v
				seen[n]++
			}
		}
	}
	for t := range rows {
		row := x.RawRowView(t)
		for n, v := range row {
			if v != v {
				row[n] = mean[n] / max(1, seen[n])
			}
		}
	}
}

// Variances returns the diagonal matrix (K,K) of the variances of x (n,K).
func Variances(x *mat.Dense) *mat.SymDense {
	_, K := x.Dims()
	q := mat.NewSymDense(K, nil)
	for k := range K {
		q.SetSym(k, k, stat.Variance(mat.Col(nil, k, x), nil)+1e-6)
	}
	return q
}

// Symmetric writes (x + x') / 2 to s (n,n).
func Symmetric(s *mat.SymDense, x *mat.Dense) {
	for i := range s.SymmetricDim() {
		for j := i; j < s.SymmetricDim(); j++ {
			s.SetSym(i, j, 0.5*(x.At(i, j)+x.At(j, i)))
		}
	}
}
