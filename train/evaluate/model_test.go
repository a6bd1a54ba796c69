package evaluate

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"gonum.org/v1/gonum/mat"

	"facrnn/data"
	"facrnn/data/simulate"
	"facrnn/graph"
	"facrnn/layers"
	"facrnn/losses"
	"facrnn/train/internal/regress"
)

// randomModel returns a model of 8 neurons with random parameters, and more bins than go through the graph at once.
func randomModel(t *testing.T, silent bool) (*graph.Model[float32], *graph.Samples[float32], *data.Recording) {
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
		c.Silent = rec.Constant(all(rec.Bins()))
	}
	m, err := graph.New[float32](c, rand.New(rand.NewPCG(1, 2)))
	if err != nil {
		t.Fatal(err)
	}
	if rec.Bins() <= chunk || rec.Bins()%chunk == 0 {
		t.Fatalf("%d bins do not test chunks of %d", rec.Bins(), chunk)
	}
	return m, graph.NewSamples[float32](c, rec), rec
}

// TestModelByHand checks that Encode computes mu = B h + c, and that Predict compares x with A mu + b. h is tanh of
// the bin before, and 0 at a trial's start. A model computes in single precision, hence 1e-6.
func TestModelByHand(t *testing.T) {
	for _, silent := range []bool{false, true} {
		m, samples, rec := randomModel(t, silent)
		mu, logs, err := Encode(m, samples)
		if err != nil {
			t.Fatal(err)
		}
		param := func(name string) []float64 { return data.Float64s(m.Param(name).Data) }
		at, b, c, bias, logX := param("At"), param("B"), param("c"), param("b"), param("log_std_x")
		rows := []int{0, 1, 13, 14, 200, 300, rec.Bins() - 1}
		const N, K = 8, 2
		x, y := mat.NewDense(len(rows), N, nil), mat.NewDense(len(rows), N, nil)
		loglik := 0.0
		for i, bin := range rows {
			z := slices.Clone(c)
			if !slices.Contains(rec.SegmentStarts, bin) {
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
				loglik += (-0.5*math.Pow((x.At(i, n)-v)/s,
					2) - math.Log(s) - 0.5*math.Log(2*math.Pi)) / float64(len(rows))
			}
		}
		if logs.Rows != 1 || logs.Cols != K {
			t.Errorf("ln s is %d x %d", logs.Rows, logs.Cols)
		}
		p, err := Predict(m, samples, rows)
		if err != nil {
			t.Fatal(err)
		}
		kept := []int{0, 1, 3, 4, 5, 6, 7}
		if !silent {
			kept = all(N)
		}
		near(t, "log-likelihood", p.LogLikelihood, loglik, 1e-6)
		near(t, "R2", p.R2, R2(Columns(x, kept), Columns(y, kept)), 1e-6)
	}
}

// TestStdOfBins checks that a ln s that depends on the history is S h + s0 in every bin, also in a last chunk of one
// bin.
func TestStdOfBins(t *testing.T) {
	_, _, rec := randomModel(t, false)
	c := graph.Config{Neurons: 8, Bins: rec.Bins(), Structure: layers.Partition{1, 1}, LatentStd: layers.Amortized{}}
	m, err := graph.New[float32](c, rand.New(rand.NewPCG(1, 2)))
	if err != nil {
		t.Fatal(err)
	}
	w, b := m.Param("log_std_z_w").Data, m.Param("log_std_z_b").Data
	for i := range w {
		w[i] = float32(i%5) / 4
	}
	const N, K = 8, 2
	mu, logs, err := EncodeRows(m, graph.NewSamples[float32](c, rec), all(chunk+1))
	if err != nil {
		t.Fatal(err)
	}
	if mu.Rows != chunk+1 || logs.Rows != chunk+1 || logs.Cols != K {
		t.Fatalf("mu has %d rows, ln s is %d x %d", mu.Rows, logs.Rows, logs.Cols)
	}
	for _, bin := range []int{0, 1, 14, 200, chunk - 1, chunk} {
		for k := range K {
			want := float64(b[k])
			for n := 0; n < N && !slices.Contains(rec.SegmentStarts, bin); n++ {
				want += float64(w[k*N+n]) * math.Tanh(float64(rec.Activity.Row(bin - 1)[n]))
			}
			near(t, "ln s", float64(logs.Row(bin)[k]), want, 1e-6)
		}
	}
}

// TestReconstruction checks three predictions. The exact activity has R2 1 and the peak of the noise's log-density.
// The mean has R2 0. An error of one standard deviation everywhere costs half a nat per channel.
func TestReconstruction(t *testing.T) {
	x := mat.NewDense(3, 2, []float64{1, 10, 2, 20, 3, 60})
	r := []float64{math.Log(2), math.Log(0.5)}
	peak := -math.Log(2 * math.Pi) // the product of the standard deviations is 1
	for _, test := range []struct {
		name       string
		estimate   []float64
		r2, loglik float64
	}{
		{"exact", []float64{1, 10, 2, 20, 3, 60}, 1, peak},
		{"the mean of one channel", []float64{2, 10, 2, 20, 2, 60}, 0.5, peak - 0.5*(2./3)/4},
		{"off by one standard deviation", []float64{3, 10.5, 4, 19.5, 1, 60.5}, 1 - 0.5*(12./2) - 0.5*(0.75/1400),
			peak - 1},
	} {
		p := reconstructed(x, mat.NewDense(3, 2, test.estimate), r)
		near(t, test.name+": R2", p.R2, test.r2, 1e-12)
		near(t, test.name+": log-likelihood", p.LogLikelihood, test.loglik, 1e-12)
	}
}

// reconstructed returns the scores of an estimate of activity x (T,N), with Gaussian noise of standard deviations
// exp(logStdX).
func reconstructed(x, estimate *mat.Dense, logStdX []float64) Prediction {
	s := newScores(losses.Gaussian{}, logStdX)
	T, N := x.Dims()
	for t := range T {
		for n := range N {
			s.add(n, x.At(t, n), estimate.At(t, n))
		}
	}
	return s.prediction()
}

// TestPredictNothing checks that a prediction of no bins is empty.
func TestPredictNothing(t *testing.T) {
	m, samples, _ := randomModel(t, false)
	if p, err := Predict(m, samples, nil); err != nil || p != (Prediction{}) {
		t.Errorf("no bins give %+v, %v, want the zero value", p, err)
	}
}

// TestPredictWithout checks that the prediction with some latents held constant is A mu + b with their columns of mu
// set to the mean. With no latent held constant, it equals Predict. The model's means have single precision, hence
// 1e-5.
func TestPredictWithout(t *testing.T) {
	for _, std := range []layers.LatentStd{layers.Bandwidth{}, layers.Amortized{}} {
		predictWithout(t, std)
	}
}

func predictWithout(t *testing.T, std layers.LatentStd) {
	_, _, rec := randomModel(t, false)
	c := graph.Config{Neurons: 8, Bins: rec.Bins(), Structure: layers.Partition{1, 1}, LatentStd: std}
	m, err := graph.New[float32](c, rand.New(rand.NewPCG(1, 2)))
	if err != nil {
		t.Fatal(err)
	}
	samples := graph.NewSamples[float32](c, rec)
	mu, logs, err := Encode(m, samples)
	if err != nil {
		t.Fatal(err)
	}
	rows := []int{0, 1, 13, 14, 200, 300, rec.Bins() - 1}
	z, x := Rows(Dense(mu), rows), Rows(Dense(rec.Activity), rows)
	whole, err := Predict(m, samples, rows)
	if err != nil {
		t.Fatal(err)
	}
	for _, held := range [][]int{nil, {0}, {1}, {0, 1}} {
		changed := mat.DenseCopyOf(z)
		for _, k := range held {
			mean := regress.Means(z)[k]
			for i := range rows {
				changed.Set(i, k, mean)
			}
		}
		y := regress.Linear(changed, mat.DenseCopyOf(mat.NewDense(2, 8, data.Float64s(m.Param("At").Data)).T()),
			data.Float64s(m.Param("b").Data))
		got, err := PredictWithout(m, samples, rows, mu, logs, held)
		if err != nil {
			t.Fatal(err)
		}
		near(t, "R2", got.R2, R2(x, y), 1e-5)
		if held == nil && got != whole {
			t.Errorf("with no latent held constant it is %+v, but Predict returns %+v", got, whole)
		}
	}
}
