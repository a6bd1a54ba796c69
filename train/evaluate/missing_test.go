package evaluate

import (
	"math"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/mat"

	"facrnn/data"
	"facrnn/data/simulate"
	"facrnn/graph"
	"facrnn/layers"
	"facrnn/losses"
)

// TestPredictSkipsMissing computes every channel's metrics directly from the bins in which it was observed. The
// tolerance 1e-9 allows some thousand roundings of float64.
func TestPredictSkipsMissing(t *testing.T) {
	for _, counts := range []bool{false, true} {
		rec, _, err := simulate.Reaching(simulate.ReachingOptions{Neurons: 8, Side: 3, Repeats: 3, Bins: 13, Seed: 1})
		if err != nil {
			t.Fatal(err)
		}
		r := rand.New(rand.NewPCG(4, 4))
		for i, v := range rec.Activity.Data {
			rec.Activity.Data[i] = float32(math.Abs(math.Round(4 * float64(v))))
			if r.Float64() < 0.2 || i/8 == 5 || i%8 == 3 {
				rec.Activity.Data[i] = float32(math.NaN())
			}
		}
		rows := all(rec.Bins())
		c := graph.Config{Neurons: 8, Bins: rec.Bins(), Structure: layers.Partition{1, 1}}
		if counts {
			c.Terms, c.Decoder = graph.Objective(1, 0), layers.LinearDecoder{Link: layers.Exp}
			c.Observe(losses.Poisson{})
		}
		c.Missing = graph.NewMissing(c, rec, rows)
		m, err := graph.New[float32](c, rand.New(rand.NewPCG(1, 2)))
		if err != nil {
			t.Fatal(err)
		}
		samples := graph.NewSamples[float32](c, rec)
		got, err := Predict(m, samples, rows)
		if err != nil {
			t.Fatal(err)
		}
		y := data.NewMatrix(rec.Bins(), 8)
		prediction := make([]float64, len(y.Data))
		if err := forward(m, samples, rows, noiseless, func(p *graph.Program[float32], rows []int) {
			copy(prediction[rows[0]*8:], data.Float64s(p.Prediction()))
		}); err != nil {
			t.Fatal(err)
		}
		var want Prediction
		spikes, channels := 0.0, 0.0
		for n := range 8 {
			var x, y []float64
			for bin := range rec.Bins() {
				if v := rec.Activity.Row(bin)[n]; v == v {
					x, y = append(x, float64(v)), append(y, prediction[bin*8+n])
				}
			}
			if len(x) == 0 {
				continue
			}
			channels++
			one := mat.NewDense(len(x), 1, x)
			want.R2 += R2(one, mat.NewDense(len(x), 1, y))
			mean := mat.Sum(one) / float64(len(x))
			for i, v := range x {
				if !counts {
					l := float64(m.Param("log_std_x").Data[n])
					want.LogLikelihood -= (0.5*(v-y[i])*(v-y[i])*math.Exp(-2*l) + l +
						0.5*math.Log(2*math.Pi)) / float64(len(x))
					continue
				}
				f, _ := math.Lgamma(v + 1)
				want.LogLikelihood += (v*math.Log(y[i]) - y[i] - f) / float64(len(x))
				want.BitsPerSpike += v*math.Log(y[i]/mean) - y[i] + mean
				spikes += v
			}
		}
		want.R2 /= channels
		if counts {
			want.BitsPerSpike /= spikes * math.Ln2
		}
		for name, v := range map[string][2]float64{
			"R2": {got.R2, want.R2}, "log-likelihood": {got.LogLikelihood, want.LogLikelihood},
			"bits per spike": {got.BitsPerSpike, want.BitsPerSpike},
		} {
			if !(math.Abs(v[0]-v[1]) <= 1e-9*(1+math.Abs(v[1]))) {
				t.Errorf("counts %t: %s is %.12g, want %.12g", counts, name, v[0], v[1])
			}
		}
		mu, _, err := Encode(m, samples) // including bin 5, which has no observed value
		if err != nil {
			t.Fatal(err)
		}
		for i, v := range mu.Data {
			if v != v {
				t.Fatalf("entry %d of the latents is NaN", i)
			}
		}
	}
}

// TestScoresSkipMissing checks that missing true values count for neither R2 nor bits per spike.
func TestScoresSkipMissing(t *testing.T) {
	nan := math.NaN()
	whole := mat.NewDense(4, 1, []float64{1, 0, 2, 4})
	gaps := mat.NewDense(6, 1, []float64{1, nan, 0, 2, nan, 4})
	rates := mat.NewDense(4, 1, []float64{1.5, 0.5, 2, 3})
	wide := mat.NewDense(6, 1, []float64{1.5, 100, 0.5, 2, 0.1, 3})
	if a, b := R2(whole, rates), R2(gaps, wide); a != b {
		t.Errorf("R2 is %g, with gaps %g", a, b)
	}
	if a, b := BitsPerSpike(whole, rates), BitsPerSpike(gaps, wide); a != b {
		t.Errorf("bits per spike are %g, with gaps %g", a, b)
	}
}
