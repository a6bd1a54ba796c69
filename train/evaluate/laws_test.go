package evaluate

import (
	"context"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"gonum.org/v1/gonum/mat"
	"pgregory.net/rapid"

	"facrnn/data"
	"facrnn/data/simulate"
	"facrnn/graph"
	"facrnn/layers"
	"facrnn/train"
)

// normal is a standard normal matrix.
func normal(r *rand.Rand, n, k int) *mat.Dense { return Noise(r, 1, n, k)[0] }

func near(t *testing.T, what string, got, want, tolerance float64) {
	t.Helper()
	if !(math.Abs(got-want) <= tolerance*max(1, math.Abs(want))) {
		t.Errorf("%s is %.15g, want %.15g", what, got, want)
	}
}

// TestAssignIsLeast: the assignment's cost is the least of all, which are tried one by one, and no column is given twice. Costs are
// small integers, so that sums are exact and ties are frequent.
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
				t.Fatalf("column %d is given twice: %v", j, got)
			}
			used[j] = true
			sum += cost.At(i, j)
		}
		if least := cheapest(cost, 0, make([]bool, m)); sum != least {
			t.Fatalf("%v costs %g, the least is %g\n%v", got, sum, least, mat.Formatted(cost))
		}
	})
}

// cheapest tries every column for row i and those after it.
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
		t.Error("two rows were given one column")
	}
	if _, err := Assign(mat.NewDense(1, 2, []float64{math.NaN(), math.NaN()})); err == nil {
		t.Error("a row of NaN was given a column")
	}
}

// TestPartialCorrelationLaws: of one group it is 0; it does not depend on the order of groups, of bins, or on the latents' units.
// All are the same sums in another order: 1e-10 is a million roundings.
func TestPartialCorrelationLaws(t *testing.T) {
	const n, K = 40, 4
	r := rand.New(rand.NewPCG(1, 1))
	mu, std, eps := normal(r, n, K), []float64{0.3, 0.5, 0.2, 1}, Noise(r, 3, n, K)
	groups := Sizes(2, 1, 1)
	want := PartialCorrelation(mu, std, groups, eps...)
	near(t, "of one group", PartialCorrelation(mu, std, Sizes(K), eps...), 0, 1e-10)
	near(t, "with the groups in another order", PartialCorrelation(mu, std, Groups{{3}, {1, 0}, {2}}, eps...), want, 1e-10)

	order := r.Perm(n)
	var shuffled []*mat.Dense
	for _, e := range eps {
		shuffled = append(shuffled, Rows(e, order))
	}
	near(t, "with the bins in another order", PartialCorrelation(Rows(mu, order), std, groups, shuffled...), want, 1e-10)

	units, scaled := []float64{10, 0.1, -3, 7}, slices.Clone(std)
	moved := mat.DenseCopyOf(mu)
	for k, u := range units {
		scaled[k] *= math.Abs(u)
		for i := range n {
			moved.Set(i, k, u*moved.At(i, k)+1)
		}
	}
	var mirrored []*mat.Dense
	for _, e := range eps {
		m := mat.DenseCopyOf(e)
		for i := range n {
			m.Set(i, 2, -m.At(i, 2)) // as its unit is negative
		}
		mirrored = append(mirrored, m)
	}
	near(t, "in other units", PartialCorrelation(moved, scaled, groups, mirrored...), want, 1e-10)
}

// TestPartialCorrelationMeasures: groups that are copies of one another have the entropy of their mixture in common, independent ones
// nothing. 300 posteriors of std 0.3 whose means are standard normal make a mixture close to N(0, 1.09) of each latent; posteriors that agree
// up to their own noise then have -0.5 ln(1 - rho^2), rho = 1/1.09, = 0.92 nats in common. The tolerance of 0.15 is three times the
// spread over seeds.
func TestPartialCorrelationMeasures(t *testing.T) {
	const n = 300
	r := rand.New(rand.NewPCG(2, 2))
	independent := normal(r, n, 2)
	same := mat.NewDense(n, 2, nil)
	for i := range n {
		same.SetRow(i, []float64{independent.At(i, 0), independent.At(i, 0)})
	}
	std, eps := []float64{0.3, 0.3}, Noise(r, 10, n, 2)
	if got := PartialCorrelation(independent, std, Sizes(1, 1), eps...); math.Abs(got) > 0.15 {
		t.Errorf("of independent groups: %g nats", got)
	}
	rho := 1 / 1.09
	if got, want := PartialCorrelation(same, std, Sizes(1, 1), eps...), -0.5*math.Log(1-rho*rho); math.Abs(got-want) > 0.15 {
		t.Errorf("of groups with the same means: %g nats, want %g", got, want)
	}
}

// TestLatentR2Laws: latents match themselves wholly, whatever the affine map within a group and the order of groups; what is matched is
// said. 1e-9 is what least squares with maps of a condition below 1e3 leave.
func TestLatentR2Laws(t *testing.T) {
	const n = 60
	r := rand.New(rand.NewPCG(3, 3))
	z := normal(r, n, 5)
	truth := Sizes(2, 3)
	same, err := LatentR2(z, z, truth, truth)
	if err != nil {
		t.Fatal(err)
	}
	near(t, "R2 of latents with themselves", same.R2, 1, 1e-9)
	if !slices.Equal(same.Assignment, []int{0, 1}) {
		t.Errorf("assigned %v", same.Assignment)
	}

	mu := mat.NewDense(n, 6, nil) // group 0: unrelated; 1: the second true one; 2: the first
	within := func(to, from []int) {
		var mixed mat.Dense
		mixed.Mul(columns(z, from), normal(r, len(from), len(to)))
		for i := range n {
			for j, k := range to {
				mu.Set(i, k, 3+mixed.At(i, j))
			}
		}
	}
	for i := range n {
		mu.Set(i, 0, r.NormFloat64())
	}
	within([]int{1, 2, 3}, []int{2, 3, 4})
	within([]int{4, 5}, []int{0, 1})
	got, err := LatentR2(z, mu, truth, Sizes(1, 3, 2))
	if err != nil {
		t.Fatal(err)
	}
	near(t, "R2 after maps within the groups", got.R2, 1, 1e-9)
	if !slices.Equal(got.Assignment, []int{2, 1}) {
		t.Errorf("assigned %v, want 2, 1", got.Assignment)
	}
	for i := range 2 {
		for j := range 3 {
			if v := got.Matrix.At(i, j); v < -1e-12 || v > 1+1e-12 {
				t.Errorf("a least-squares fit of group %d by %d has R2 %g", i, j, v)
			}
		}
	}
	if _, err := LatentR2(z, z, truth, Sizes(5)); err == nil {
		t.Error("two true groups were assigned one")
	}
}

// TestAlignOfCollinear: latents that say the same thing twice still have a best fit.
func TestAlignOfCollinear(t *testing.T) {
	r := rand.New(rand.NewPCG(4, 4))
	x := normal(r, 30, 1)
	twice, y := mat.NewDense(30, 2, nil), mat.NewDense(30, 1, nil)
	for i := range 30 {
		twice.SetRow(i, []float64{x.At(i, 0), x.At(i, 0)})
		y.Set(i, 0, 2*x.At(i, 0)-1)
	}
	fit, err := Align(twice, y)
	if err != nil {
		t.Fatal(err)
	}
	near(t, "R2", R2(y, fit), 1, 1e-9)
}

// TestConnectivityLaws: sub-connectivities of a partition add up to W = A B, and compare as equal in whatever order they come.
func TestConnectivityLaws(t *testing.T) {
	const N, K = 6, 4
	r := rand.New(rand.NewPCG(5, 5))
	a, b := normal(r, N, K), normal(r, K, N)
	parts := SubConnectivities(a, b, Groups{{0, 3}, {1}, {2}})
	var w, sum mat.Dense
	w.Mul(a, b)
	sum.Add(parts[0], parts[1])
	sum.Add(&sum, parts[2])
	if !mat.EqualApprox(&w, &sum, 1e-12) {
		t.Error("the parts do not add up to A B")
	}
	same := Connectivity(&w, mat.DenseCopyOf(&w))
	if same.Error != 0 || same.RMSE != 0 || same.R2 != 1 {
		t.Errorf("W with itself: %+v", same)
	}
	near(t, "correlation with itself", same.Correlation, 1, 1e-12)
	got, match, err := SubConnectivity(parts, []*mat.Dense{parts[2], parts[0], parts[1]})
	if err != nil || got.Error != 0 || got.RMSE != 0 || !slices.Equal(match, []int{1, 2, 0}) {
		t.Errorf("the same parts in another order: %+v, matched %v, %v", got, match, err)
	}
	var double mat.Dense
	double.Scale(-2, &w)
	near(t, "correlation with -2 W", Connectivity(&w, &double).Correlation, -1, 1e-12)
	if _, _, err := SubConnectivity(parts, parts[:2]); err == nil {
		t.Error("three parts were matched with two")
	}
}

// fitted is a model of 8 neurons, trained a little, over more bins than go through the graph at once.
func fitted(t *testing.T, silent bool) (*train.Result[float64], *data.Recording) {
	t.Helper()
	rec, _, err := simulate.Reaching(simulate.ReachingOptions{Neurons: 8, Side: 3, Repeats: 3, Bins: 13, Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	c := graph.Config{Neurons: 8, Bins: rec.Bins(), Structure: layers.Partition{1, 1}}
	if silent {
		for i := range rec.Bins() {
			rec.Activity.Row(i)[2] = 0.5
		}
		c.Silent = rec.Silent(all(rec.Bins()))
	}
	res, err := train.Fit[float64](context.Background(), c, rec, data.Split{Train: all(rec.Bins())}, train.Options{Epochs: 20}, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	if rec.Bins() <= chunk || rec.Bins()%chunk == 0 {
		t.Fatalf("%d bins are no test of chunks of %d", rec.Bins(), chunk)
	}
	return res, rec
}

// TestModelByHand: Encode is mu = B h + c and Predict compares x with A mu + b, h being tanh of the bin before, 0 at a trial's start. Means
// are returned in single precision, hence 1e-6; the rest is float64, hence 1e-9.
func TestModelByHand(t *testing.T) {
	for _, silent := range []bool{false, true} {
		res, rec := fitted(t, silent)
		m := res.Model
		mu, logs, err := Encode(m, res.Samples)
		if err != nil {
			t.Fatal(err)
		}
		at, b, c, bias, logX := m.Param("At").Data, m.Param("B").Data, m.Param("c").Data, m.Param("b").Data, m.Param("log_std_x").Data
		rows := []int{0, 1, 13, 14, 200, 300, rec.Bins() - 1}
		const N, K = 8, 2
		x, y := mat.NewDense(len(rows), N, nil), mat.NewDense(len(rows), N, nil)
		loglik := 0.0
		for i, bin := range rows {
			z := slices.Clone(c)
			if !slices.Contains(rec.Starts, bin) {
				for k := range K {
					for n := range N {
						z[k] += b[k*N+n] * math.Tanh(float64(rec.Activity.Row(bin - 1)[n]))
					}
				}
			}
			for k := range K {
				near(t, "mu", float64(mu.Row(bin)[k]), z[k], 1e-6)
			}
			for n := range N {
				v := bias[n]
				for k := range K {
					v += at[k*N+n] * z[k]
				}
				x.Set(i, n, float64(rec.Activity.Row(bin)[n]))
				y.Set(i, n, v)
				if silent && n == 2 {
					continue
				}
				s := math.Exp(logX[n])
				loglik += (-0.5*math.Pow((x.At(i, n)-v)/s, 2) - math.Log(s) - 0.5*math.Log(2*math.Pi)) / float64(len(rows))
			}
		}
		if len(logs) != K {
			t.Errorf("ln s has %d entries", len(logs))
		}
		p, err := Predict(m, res.Samples, rows)
		if err != nil {
			t.Fatal(err)
		}
		kept := []int{0, 1, 3, 4, 5, 6, 7}
		if !silent {
			kept = all(N)
		}
		near(t, "log-likelihood", p.LogLikelihood, loglik, 1e-9)
		near(t, "R2", p.R2, R2(columns(x, kept), columns(y, kept)), 1e-9)
	}
}

// TestPredictNothing: of no bins there is nothing to say.
func TestPredictNothing(t *testing.T) {
	res, _ := fitted(t, false)
	if p, err := Predict(res.Model, res.Samples, nil); err != nil || p != (Prediction{}) {
		t.Errorf("%+v, %v", p, err)
	}
}
