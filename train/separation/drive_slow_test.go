//go:build slow

package separation_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/stat"

	"facrnn/data"
	"facrnn/data/simulate"
	"facrnn/train/evaluate"
)

// inputs holds kinds of random measured input (T,P).
var inputs = map[string]func(T int, r *rand.Rand) data.Matrix{
	"a wave, noise and a switch": func(T int, r *rand.Rand) data.Matrix {
		u, phase := data.NewMatrix(T, 3), 6*r.Float64()
		for t := range T {
			copy(u.Row(t), []float32{float32(math.Sin(float64(t)/13 + phase)),
				float32(r.NormFloat64()), float32(min(1, t/40%3))})
		}
		return u
	},
	"pulses of 5 bins": func(T int, r *rand.Rand) data.Matrix {
		u := data.NewMatrix(T, 3)
		for p := range 3 {
			for t := 20 + int(60*r.ExpFloat64()); t < T; t += 25 + int(60*r.ExpFloat64()) {
				for i := t; i < min(T, t+5); i++ {
					u.Row(i)[p] = 1
				}
			}
		}
		return u
	},
	"slow waves": func(T int, r *rand.Rand) data.Matrix {
		u := data.NewMatrix(T, 3)
		for p, period := range []float64{60, 100, 170} {
			phase := 6 * r.Float64()
			for t := range T {
				u.Row(t)[p] = float32(math.Sin(2*math.Pi*float64(t)/period + phase))
			}
		}
		return u
	},
	"conditions of 40 bins": func(T int, r *rand.Rand) data.Matrix {
		u := data.NewMatrix(T, 4)
		for t := range T {
			if t%40 == 0 {
				u.Row(t)[r.IntN(4)] = 1
			} else {
				copy(u.Row(t), u.Row(t-1))
			}
		}
		return u
	},
}

// TestDriveKinds checks five recordings with each kind of input. The groups must be found about as well as in the
// same recordings without the input. D u must be recovered, up to the part that it shares with slow systems. The
// values are those in choosing.md.
func TestDriveKinds(t *testing.T) {
	const seeds = 5
	for kind, input := range inputs {
		t.Run(kind, func(t *testing.T) {
			var encoded, filtered, alone, aloneFiltered, correlations []float64
			for seed := range uint64(seeds) {
				rec, truth, err := simulate.LorenzThomas(rand.New(rand.NewPCG(1+seed, 0)))
				if err != nil {
					t.Fatal(err)
				}
				split, err := data.NewSplit(rec, data.SplitOptions{Kind: data.SplitBlocks}, nil)
				if err != nil {
					t.Fatal(err)
				}
				_, e, f := fitDriven(t, rec, truth.Z, split, seed)
				alone, aloneFiltered = append(alone, e), append(aloneFiltered, f)
				r := rand.New(rand.NewPCG(seed, 77))
				rec.Drive = input(rec.Bins(), r)
				rec.DriveNames = []string{"a", "b", "c", "d"}[:rec.Drive.Cols]
				rec.ScaleDrive(split.Train)
				d := mat.NewDense(rec.Activity.Cols, rec.Drive.Cols, nil)
				d.Apply(func(_, _ int, _ float64) float64 { return 0.4 * r.NormFloat64() }, d)
				effect := func(d *mat.Dense) *mat.Dense {
					var out mat.Dense
					out.Mul(evaluate.Dense(rec.Drive), d.T())
					return &out
				}
				added := effect(d)
				for t := range rec.Bins() {
					for n, v := range added.RawRowView(t) {
						rec.Activity.Row(t)[n] += float32(v)
					}
				}
				res, e, f := fitDriven(t, rec, truth.Z, split, seed)
				encoded, filtered = append(encoded, e), append(filtered, f)
				correlations = append(correlations, correlation(effect(learned(res)), added))
			}
			mean := func(x []float64) float64 { return stat.Mean(x, nil) }
			t.Logf("group R2 encoded %.3f (least %.3f), filtered %.3f (%.3f); without input %.3f (%.3f), %.3f"+
				" (%.3f); correlation of D u %.3f (%.3f)", mean(encoded), slices.Min(encoded),
				mean(filtered), slices.Min(filtered),
				mean(alone), slices.Min(alone), mean(aloneFiltered), slices.Min(aloneFiltered),
				mean(correlations), slices.Min(correlations))
			if !(mean(encoded) >= mean(alone)-0.04) || !(mean(filtered) >= mean(aloneFiltered)-0.05) ||
				!(slices.Min(correlations) >= 0.98) {
				t.Error("the values are worse than the measured values")
			}
		})
	}
}
