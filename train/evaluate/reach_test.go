package evaluate

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"gonum.org/v1/gonum/mat"

	"facrnn/data"
)

// TestCumulative checks that sums start anew with each trial.
func TestCumulative(t *testing.T) {
	v := mat.NewDense(5, 2, []float64{1, 0, 2, 1, 3, 0, 10, 5, 20, -1})
	got := Cumulative(v, []int{0, 0, 0, 1, 1})
	if want := mat.NewDense(5, 2, []float64{1, 0, 3, 1, 6, 1, 10, 5, 30, 4}); !mat.Equal(got, want) {
		t.Errorf("%v", mat.Formatted(got))
	}
}

// TestHandR2 checks that latents whose groups are the hand's own axes explain it wholly, and, where the axes have equal
// variances and nothing in common, share r2 = max(cos^2, sin^2) of axes turned by an angle. A quarter turn changes the
// axes' places.
func TestHandR2(t *testing.T) {
	const trials, bins = 8, 14
	trial, velocity, mu := make([]int, trials*bins), mat.NewDense(trials*bins, 2, nil), mat.NewDense(trials*bins, 3,
		nil)
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
		t.Errorf("assigned %v, after a quarter turn %v", first.Assignment, last.Assignment)
	}
	if swapped := Rows(got[12].Matrix, []int{1, 0}); !mat.EqualApprox(got[0].Matrix, swapped, 1e-9) {
		t.Error("a quarter turn is not a change of places")
	}
	if _, err := HandR2(mu, velocity, trial, Sizes(3)); err == nil {
		t.Error("two axes were assigned one group")
	}
}

// TestHeldOutHandR2 checks that maps and assignment are of the training bins. Latents that lie along the hand in the
// training trials alone say nothing of it in the held-out ones, where a fit to those would find chance; and latents
// that hold the hand everywhere explain it wholly.
func TestHeldOutHandR2(t *testing.T) {
	const trials, bins = 40, 10
	random := rand.New(rand.NewPCG(3, 4))
	var trial, train, test []int
	velocity, good, lost := mat.NewDense(trials*bins, 2, nil), mat.NewDense(trials*bins, 4,
		nil), mat.NewDense(trials*bins, 4, nil)
	for i := range trials * bins {
		k := i / bins
		trial = append(trial, k)
		x, y := random.NormFloat64(), random.NormFloat64()
		velocity.SetRow(i, []float64{x, y})
		good.SetRow(i, []float64{2 * y, 0, 3 * x, 0})
		if k%4 > 0 {
			train = append(train, i)
			lost.SetRow(i, []float64{2 * y, 0, 3 * x, 0})
			continue
		}
		test = append(test, i)
		lost.SetRow(i, []float64{random.NormFloat64(), 0, random.NormFloat64(), 0})
	}
	for _, c := range []struct {
		mu        *mat.Dense
		low, high float64
	}{{good, 1 - 1e-9, 1 + 1e-9}, {lost, math.Inf(-1), 0}} {
		got, err := HeldOutHandR2(c.mu, velocity, trial, train, test, Sizes(2, 2))
		if err != nil {
			t.Fatal(err)
		}
		if !(got.R2 >= c.low && got.R2 <= c.high) || !slices.Equal(got.Assignment, []int{1, 0}) {
			t.Errorf("R2 %g by groups %v; want %g to %g by groups 1, 0", got.R2, got.Assignment, c.low, c.high)
		}
	}
}

// TestVelocity checks that what velocities add up to in each trial is the way from the trial's first position.
func TestVelocity(t *testing.T) {
	position := data.Matrix{Rows: 5, Cols: 2, Data: []float32{4, 1, 6, 1, 5, 3, 9, 9, 8, 7}}
	trial := []int{0, 0, 0, 1, 1}
	got := Cumulative(Dense(Velocity(position, trial)), trial)
	if want := mat.NewDense(5, 2, []float64{0, 0, 2, 0, 1, 2, 0, 0, -1, -2}); !mat.Equal(got, want) {
		t.Errorf("the way from the first position is\n%v, want\n%v", mat.Formatted(got), mat.Formatted(want))
	}
}

// TestEndSectors checks that sector 0 is centred on the positive x axis, and sectors go round counterclockwise.
func TestEndSectors(t *testing.T) {
	velocity := mat.NewDense(5, 2, []float64{1, 0, 1, 0.1, 0, 3, -1, -1.1, -9, 1})
	if got, want := EndSectors(velocity, []int{0, 0, 1, 3, 4}, 5, 8), []int{0, 2, -1, 5, 4}; !slices.Equal(got, want) {
		t.Errorf("sectors %v, want %v", got, want)
	}
}
