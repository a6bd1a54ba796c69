package evaluate

import (
	"math"
	"testing"

	"gonum.org/v1/gonum/mat"
	"pgregory.net/rapid"
)

// TestAssignIsLeast compares the assignment's cost with the smallest cost of all assignments, found by trying each,
// and checks that no column is assigned twice. Costs are small integers, so that sums are exact and ties are
// frequent.
func TestAssignIsLeast(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 5).Draw(t, "rows")
		m := rapid.IntRange(n, 6).Draw(t, "columns")
		cost := mat.NewDense(n, m, nil)
		for i := range n {
			for j := range m {
				cost.Set(i, j, float64(rapid.IntRange(-9, 9).Draw(t, "cost")))
			}
		}
		got, err := Assign(cost)
		if err != nil {
			t.Fatal(err)
		}
		sum, used := 0.0, make([]bool, m)
		for i, j := range got {
			if used[j] {
				t.Fatalf("column %d is assigned twice: %v", j, got)
			}
			used[j] = true
			sum += cost.At(i, j)
		}
		if least := cheapest(cost, 0, make([]bool, m)); sum != least {
			t.Fatalf("%v costs %g, but the smallest cost is %g\n%v", got, sum, least, mat.Formatted(cost))
		}
	})
}

// cheapest tries every column for row i and the rows after it, and returns the smallest cost.
func cheapest(cost mat.Matrix, i int, used []bool) float64 {
	if n, _ := cost.Dims(); i == n {
		return 0
	}
	least := math.Inf(1)
	for j := range used {
		if !used[j] {
			used[j] = true
			least = min(least, cost.At(i, j)+cheapest(cost, i+1, used))
			used[j] = false
		}
	}
	return least
}

func TestAssignRefuses(t *testing.T) {
	if _, err := Assign(mat.NewDense(2, 1, nil)); err == nil {
		t.Error("two rows got one column, want an error")
	}
	if _, err := Assign(mat.NewDense(1, 2, []float64{math.NaN(), math.NaN()})); err == nil {
		t.Error("a row of NaN got a column, want an error")
	}
}
