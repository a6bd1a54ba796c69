package evaluate

import (
	"errors"
	"math"

	"gonum.org/v1/gonum/mat"
)

// Assign assigns a different column to every row of cost (n,m), n <= m, so that the sum of costs is smallest. It is
// the Hungarian method with potentials (Kuhn 1955), in O(n^2 m). Negate the costs for the largest sum.
func Assign(cost mat.Matrix) ([]int, error) {
	n, m := cost.Dims()
	if n > m {
		return nil, errors.New("assignment: there are more rows than columns")
	}
	a := assignment{cost: cost, row: make([]int, m+1), rowPotential: make([]float64, n+1),
		colPotential: make([]float64, m+1)}
	for i := 1; i <= n; i++ {
		if err := a.add(i); err != nil {
			return nil, err
		}
	}
	out := make([]int, n)
	for j, i := range a.row {
		if j > 0 && i > 0 {
			out[i-1] = j - 1
		}
	}
	return out, nil
}

// assignment numbers rows and columns from 1; 0 means none.
type assignment struct {
	cost                       mat.Matrix
	row                        []int // the row that each column is assigned to
	rowPotential, colPotential []float64
}

// add assigns a column to row i, along the cheapest path of reassignments.
func (a *assignment) add(i int) error {
	m := len(a.row) - 1
	dist, from, done := make([]float64, m+1), make([]int, m+1), make([]bool, m+1)
	for j := range dist {
		dist[j] = math.Inf(1)
	}
	a.row[0] = i
	col := 0
	for a.row[col] != 0 {
		done[col] = true
		r, next, step := a.row[col], -1, math.Inf(1)
		for j := 1; j <= m; j++ {
			if done[j] {
				continue
			}
			if c := a.cost.At(r-1, j-1) - a.rowPotential[r] - a.colPotential[j]; c < dist[j] {
				dist[j], from[j] = c, col
			}
			if dist[j] < step {
				step, next = dist[j], j
			}
		}
		if next < 0 {
			return errors.New("assignment: the costs are not finite")
		}
		for j := range dist {
			if done[j] {
				a.rowPotential[a.row[j]] += step
				a.colPotential[j] -= step
			} else {
				dist[j] -= step
			}
		}
		col = next
	}
	for col != 0 {
		a.row[col], col = a.row[from[col]], from[col]
	}
	return nil
}
