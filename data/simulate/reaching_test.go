package simulate

import (
	"math"
	"reflect"
	"testing"

	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/stat"

	"facrnn/data"
)

func reaches(t *testing.T, o ReachingOptions) (*data.Recording, *Truth) {
	t.Helper()
	r, truth, err := Reaching(o)
	if err != nil {
		t.Fatal(err)
	}
	return r, truth
}

func dense(m data.Matrix) *mat.Dense {
	d := mat.NewDense(m.Rows, m.Cols, nil)
	for i, v := range m.Data {
		d.RawMatrix().Data[i] = float64(v)
	}
	return d
}

func column(m data.Matrix, j int) []float64 { return mat.Col(nil, j, dense(m)) }

// leastSquares regresses the columns of y on the columns of x and a constant, whose coefficients come last. It returns
// each column's R2.
func leastSquares(t *testing.T, x, y *mat.Dense) (coef *mat.Dense, r2 []float64) {
	t.Helper()
	rows, cols := x.Dims()
	design := mat.NewDense(rows, cols+1, nil)
	design.Slice(0, rows, 0, cols).(*mat.Dense).Copy(x)
	for i := range rows {
		design.Set(i, cols, 1)
	}
	var fitted mat.Dense
	coef = new(mat.Dense)
	if err := coef.Solve(design, y); err != nil {
		t.Fatal(err)
	}
	fitted.Mul(design, coef)
	_, outputs := y.Dims()
	for j := range outputs {
		r2 = append(r2, stat.RSquaredFrom(mat.Col(nil, j, &fitted), mat.Col(nil, j, y), nil))
	}
	return coef, r2
}

// history returns tanh of the bin before, or zeros at the start of a trial.
func history(r *data.Recording) *mat.Dense {
	h := mat.NewDense(r.Bins(), r.Activity.Cols, nil)
	for t := 1; t < r.Bins(); t++ {
		if r.Trial[t] != r.Trial[t-1] {
			continue
		}
		for n, v := range r.Activity.Row(t - 1) {
			h.Set(t, n, math.Tanh(float64(v)))
		}
	}
	return h
}

func TestReachingRepeatsBitForBitWithItsSeed(t *testing.T) {
	r, truth := reaches(t, ReachingOptions{Seed: 3})
	again, truthAgain := reaches(t, ReachingOptions{Seed: 3})
	if !reflect.DeepEqual(r, again) || !reflect.DeepEqual(truth, truthAgain) {
		t.Error("the same seed gave two simulations")
	}
	if other, _ := reaches(t, ReachingOptions{Seed: 4}); reflect.DeepEqual(r.Activity, other.Activity) {
		t.Error("two seeds gave the same simulation")
	}
}

func TestReachingIsARecording(t *testing.T) {
	r, truth := reaches(t, ReachingOptions{})
	if err := r.Check(); err != nil {
		t.Fatal(err)
	}
	if r.Bins() != 16*5*20 || r.Activity.Cols != 60 || r.Trials != 80 || len(r.SegmentStarts) != 80 ||
		r.SegmentStarts[1] != 20 || r.BinWidth != 0.05 {
		t.Errorf("%d bins, %d neurons, %d trials, bin width %v", r.Bins(), r.Activity.Cols, r.Trials, r.BinWidth)
	}
	if r.Channels[7] != (data.Channel{Name: "n07", Region: "M1"}) || r.Channels[59].Region != "PMd" {
		t.Errorf("channels %v", r.Channels)
	}
	count := make([]int, 16)
	for _, d := range truth.Target {
		count[d]++
	}
	for d, n := range count {
		if n != 5 {
			t.Errorf("%d trials to target %d", n, d)
		}
	}
	if owner := truth.Owner(); !reflect.DeepEqual(owner, []int{0, 0, 1, 1}) {
		t.Errorf("owners %v", owner)
	}
}

func TestReachingPlantsOneDecayForEachGroup(t *testing.T) {
	_, truth := reaches(t, ReachingOptions{Seed: 1})
	var ba mat.Dense
	ba.Mul(dense(truth.B), dense(truth.A))
	if !mat.EqualApprox(&ba, dynamics(), 1e-5) { // single precision
		t.Errorf("B A is\n%.3f, want\n%.3f", mat.Formatted(&ba), mat.Formatted(dynamics()))
	}
	var eigen mat.Eigen
	eigen.Factorize(dynamics(), mat.EigenNone)
	for _, v := range eigen.Values(nil) {
		if math.Hypot(real(v), imag(v)) >= 1 {
			t.Errorf("the dynamics grow: eigenvalue %v", v)
		}
	}
}

func TestReachingFollowsTheModel(t *testing.T) {
	const noise = 0.1
	r, truth := reaches(t, ReachingOptions{Seed: 1, NoiseStd: noise})
	var mean mat.Dense
	mean.Mul(dense(truth.Z), dense(truth.A).T())
	var residual []float64
	for i, v := range r.Activity.Data {
		residual = append(residual, float64(v)-mean.RawMatrix().Data[i]-float64(truth.Bias[i%r.Activity.Cols]))
	}
	// five standard errors
	if m, sd := stat.MeanStdDev(residual, nil); !(math.Abs(m) <= 0.002) || !(math.Abs(sd-noise) <= 0.002) {
		t.Errorf("x - A z - b has mean %v and standard deviation %v, want 0 and %v", m, sd, noise)
	}
}

// TestReachingIsRecoverable checks properties that hold for any seed; three seeds are tested.
func TestReachingIsRecoverable(t *testing.T) {
	for seed := range uint64(3) {
		r, truth := reaches(t, ReachingOptions{Seed: seed})
		z := dense(truth.Z)
		coef, r2 := leastSquares(t, history(r), z)
		for k, v := range r2 {
			if !(v >= 0.7) {
				t.Errorf("seed %d: history explains latent %d with R2 %.3f only", seed, k, v)
			}
			if sd := stat.StdDev(column(truth.Z, k), nil); !(sd >= 0.6) || !(sd <= 1.4) {
				t.Errorf("seed %d: latent %d has standard deviation %.2f", seed, k, sd)
			}
		}
		// Neurons outnumber latents, so least squares finds B only as far as A reads it out: B A, with a bias by the
		// cue's slow pulses.
		var found mat.Dense
		found.Mul(coef.Slice(0, r.Activity.Cols, 0, reachLatents).T(), dense(truth.A))
		for k := range reachLatents {
			for l := range reachLatents {
				if d := math.Abs(found.At(k, l) - dynamics().At(k, l)); !(d <= 0.35) {
					t.Errorf("seed %d: B A [%d,%d] is %.3f", seed, k, l, found.At(k, l))
				}
			}
		}
		if large := share(r.Activity, 1.5); !(large <= 0.02) {
			t.Errorf("seed %d: %.3f of the activity is beyond 1.5", seed, large)
		}
		if _, r2 := leastSquares(t, z, dense(r.Activity)); !(stat.Mean(r2, nil) >= 0.8) {
			t.Errorf("seed %d: latents explain the activity with a mean R2 of %.2f only", seed, stat.Mean(r2, nil))
		}
	}
}

func share(m data.Matrix, beyond float64) float64 {
	n := 0
	for _, v := range m.Data {
		if !(math.Abs(float64(v)) <= beyond) {
			n++
		}
	}
	return float64(n) / float64(len(m.Data))
}

func TestReachingGroupsAreIndependent(t *testing.T) {
	for seed := range uint64(3) {
		_, truth := reaches(t, ReachingOptions{Seed: seed})
		size := func(g int) []float64 {
			x, y := column(truth.Z, 2*g), column(truth.Z, 2*g+1)
			for i := range x {
				x[i] = math.Hypot(x[i], y[i])
			}
			return x
		}
		if c := stat.Correlation(size(0), size(1), nil); !(math.Abs(c) <= 0.15) {
			t.Errorf("seed %d: the groups' sizes correlate by %.3f", seed, c)
		}
		for i := range 2 {
			for j := range 2 {
				if c := stat.Correlation(column(truth.Z, i), column(truth.Z, 2+j), nil); !(math.Abs(c) <= 0.15) {
					t.Errorf("seed %d: latents %d and %d correlate by %.3f", seed, i, 2+j, c)
				}
			}
		}
		velocity, speed := column(truth.Z, 0), column(truth.Z, 1)
		if c := stat.Correlation(velocity, speed, nil); !(math.Abs(c) <= 0.15) {
			t.Errorf("seed %d: velocity and speed correlate by %.3f", seed, c)
		}
		for i, v := range velocity {
			velocity[i] = math.Abs(v)
		}
		if c := stat.Correlation(velocity, speed, nil); !(c >= 0.5) {
			t.Errorf("seed %d: a group's latents hardly depend on one another: speed correlates with |velocity| "+
				"by %.3f", seed, c)
		}
	}
}

func TestReachingHandsGoTheirWay(t *testing.T) {
	r, truth := reaches(t, ReachingOptions{Seed: 2})
	var dx, dy, right, up []float64
	for k, d := range truth.Target {
		x, y := 0.0, 0.0
		for t := r.SegmentStarts[k]; t < r.Bins() && r.Trial[t] == k; t++ {
			x, y = x+float64(r.Behavior.Row(t)[0])*r.BinWidth, y+float64(r.Behavior.Row(t)[1])*r.BinWidth
		}
		dx, dy, right, up = append(dx, x), append(dy, y), append(right, float64(d%4)), append(up, float64(d/4))
	}
	if cx, cy := stat.Correlation(dx, right, nil), stat.Correlation(dy, up, nil); !(cx >= 0.6) || !(cy >= 0.6) {
		t.Errorf("displacement correlates with the target by %.2f and %.2f", cx, cy)
	}
}

func TestReachingRefusesBadOptions(t *testing.T) {
	for _, o := range []ReachingOptions{{Neurons: 3}, {Bins: -1}, {Repeats: -1}, {Side: -2}, {BinWidth: -1},
		{NoiseStd: math.NaN()}} {
		if _, _, err := Reaching(o); err == nil {
			t.Errorf("simulated %+v", o)
		}
	}
}
