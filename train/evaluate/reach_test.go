package evaluate

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"gonum.org/v1/gonum/mat"

	"facrnn/data"
)

// TestCumulative checks that sums restart with each trial.
func TestCumulative(t *testing.T) {
	v := mat.NewDense(5, 2, []float64{1, 0, 2, 1, 3, 0, 10, 5, 20, -1})
	got := Cumulative(v, []int{0, 0, 0, 1, 1})
	if want := mat.NewDense(5, 2, []float64{1, 0, 3, 1, 6, 1, 10, 5, 30, 4}); !mat.Equal(got, want) {
		t.Errorf("%v", mat.Formatted(got))
	}
}

// TestHandR2 checks that groups along the hand's own axes explain it completely. If the axes have equal variances and
// no correlation, axes rotated by an angle have R2 = max(cos^2, sin^2). A quarter turn exchanges the axes.
func TestHandR2(t *testing.T) {
	const trials, bins = 8, 14
	trial, velocity, mu := make([]int, trials*bins), mat.NewDense(trials*bins, 2, nil),
		mat.NewDense(trials*bins, 3, nil)
	for i := range trial {
		trial[i] = i / bins
		angle := 2 * math.Pi * float64(trial[i]) / trials // reaches in all directions: equal variances, no correlation
		vx, vy := math.Cos(angle), math.Sin(angle)
		velocity.SetRow(i, []float64{vx, vy})
		mu.SetRow(i, []float64{-2 * vy, 3 * vx, float64(i % 5)}) // group 0 is y, group 1 holds x
	}
	got, err := HandR2(mu, velocity, trial, Sizes(1, 2))
	if err != nil {
		t.Fatal(err)
	}
	if len(got) != 13 || got[0].Degrees != 0 || got[6].Degrees != 45 || got[12].Degrees != 90 {
		t.Fatalf("%d rotations: %v", len(got), got)
	}
	for _, r := range got {
		sin, cos := math.Sincos(r.Degrees * math.Pi / 180)
		// the latent that is neither axis explains up to a hundredth
		near(t, "R2", r.R2, max(cos*cos, sin*sin), 0.01)
	}
	near(t, "R2 of the hand's own axes", got[0].R2, 1, 1e-9)
	if first, last := got[0], got[12]; !slices.Equal(first.Assignment, []int{1, 0}) ||
		!slices.Equal(last.Assignment, []int{0, 1}) {
		t.Errorf("the assignment is %v, and %v after a quarter turn", first.Assignment, last.Assignment)
	}
	if swapped := Rows(got[12].Matrix, []int{1, 0}); !mat.EqualApprox(got[0].Matrix, swapped, 1e-9) {
		t.Error("a quarter turn does not exchange the axes")
	}
	if _, err := HandR2(mu, velocity, trial, Sizes(3)); err == nil {
		t.Error("two axes were assigned to one group, want an error")
	}
}

// TestHeldOutHandR2 checks that maps and assignment come from the training bins. Latents that follow the hand only in
// the training trials explain nothing in the held-out trials. Latents that always follow the hand explain it
// completely.
func TestHeldOutHandR2(t *testing.T) {
	const trials, bins = 40, 10
	random := rand.New(rand.NewPCG(3, 4))
	var trial, train, test []int
	velocity, good, unrelated := mat.NewDense(trials*bins, 2, nil), mat.NewDense(trials*bins, 4, nil),
		mat.NewDense(trials*bins, 4, nil)
	for i := range trials * bins {
		k := i / bins
		trial = append(trial, k)
		x, y := random.NormFloat64(), random.NormFloat64()
		velocity.SetRow(i, []float64{x, y})
		good.SetRow(i, []float64{2 * y, 0, 3 * x, 0})
		if k%4 > 0 {
			train = append(train, i)
			unrelated.SetRow(i, []float64{2 * y, 0, 3 * x, 0})
			continue
		}
		test = append(test, i)
		unrelated.SetRow(i, []float64{random.NormFloat64(), 0, random.NormFloat64(), 0})
	}
	for _, c := range []struct {
		mu        *mat.Dense
		low, high float64
	}{{good, 1 - 1e-9, 1 + 1e-9}, {unrelated, math.Inf(-1), 0}} {
		got, err := HeldOutHandR2(c.mu, velocity, trial, train, test, Sizes(2, 2))
		if err != nil {
			t.Fatal(err)
		}
		if !(got.R2 >= c.low && got.R2 <= c.high) || !slices.Equal(got.Assignment, []int{1, 0}) {
			t.Errorf("R2 is %g with groups %v, want %g to %g with groups 1, 0", got.R2, got.Assignment, c.low, c.high)
		}
	}
}

// TestVelocity checks that velocities sum to the displacement from each trial's first position.
func TestVelocity(t *testing.T) {
	position := data.Matrix{Rows: 5, Cols: 2, Data: []float32{4, 1, 6, 1, 5, 3, 9, 9, 8, 7}}
	trial := []int{0, 0, 0, 1, 1}
	got := Cumulative(Dense(Velocity(position, trial)), trial)
	if want := mat.NewDense(5, 2, []float64{0, 0, 2, 0, 1, 2, 0, 0, -1, -2}); !mat.Equal(got, want) {
		t.Errorf("the displacement from the first position is\n%v, want\n%v", mat.Formatted(got), mat.Formatted(want))
	}
}

// TestEndSectors checks that sector 0 is centred on the positive x axis, and that sectors follow counterclockwise.
func TestEndSectors(t *testing.T) {
	velocity := mat.NewDense(5, 2, []float64{1, 0, 1, 0.1, 0, 3, -1, -1.1, -9, 1})
	if got, want := EndSectors(velocity, []int{0, 0, 1, 3, 4}, 5, 8), []int{0, 2, -1, 5, 4}; !slices.Equal(got, want) {
		t.Errorf("sectors %v, want %v", got, want)
	}
}
