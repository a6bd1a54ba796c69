package evaluate

import (
	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

// Groups holds the columns of each group of latents.
type Groups [][]int

// Sizes makes groups of the given sizes, in order.
func Sizes(sizes ...int) Groups {
	var gs Groups
	at := 0
	for _, n := range sizes {
		var g []int
		for range n {
			g = append(g, at)
			at++
		}
		gs = append(gs, g)
	}
	return gs
}

// SingletonGroups makes K groups of one latent each, for the component R2 and the total correlation.
func SingletonGroups(K int) Groups {
	gs := make(Groups, K)
	for k := range gs {
		gs[k] = []int{k}
	}
	return gs
}

// Columns returns the given columns of a matrix.
func Columns(m *mat.Dense, cols []int) *mat.Dense {
	n, _ := m.Dims()
	out := mat.NewDense(n, len(cols), nil)
	for i := range n {
		for j, c := range cols {
			out.Set(i, j, m.At(i, c))
		}
	}
	return out
}

// Rows returns the given rows of a matrix.
func Rows(m *mat.Dense, rows []int) *mat.Dense {
	_, c := m.Dims()
	out := mat.NewDense(len(rows), c, nil)
	for i, t := range rows {
		out.SetRow(i, m.RawRowView(t))
	}
	return out
}

// RowNorms returns the Euclidean norm of each row of m (n,D), as n values.
func RowNorms(m *mat.Dense) []float64 {
	n, _ := m.Dims()
	norms := make([]float64, n)
	for i := range norms {
		norms[i] = floats.Norm(m.RawRowView(i), 2)
	}
	return norms
}
