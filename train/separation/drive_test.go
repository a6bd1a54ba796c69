package separation_test

import (
	"context"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/stat"

	"facrnn/data"
	"facrnn/data/simulate"
	"facrnn/graph"
	"facrnn/layers"
	"facrnn/train"
	"facrnn/train/infer"
	"facrnn/train/separation"
)

// stimuli adds measured input (T,3) with mean 0 and standard deviation 1: a slow wave, noise, and a switch that is on
// in every third stretch of 40 bins.
func stimuli(rec *data.Recording, split data.Split) {
	r := rand.New(rand.NewPCG(20, 21))
	rec.Drive, rec.DriveNames = data.NewMatrix(rec.Bins(), 3), []string{"wave", "noise", "on"}
	for t := range rec.Bins() {
		u := rec.Drive.Row(t)
		u[0], u[1] = float32(20+5*math.Sin(float64(t)/13)), float32(r.NormFloat64())
		if t/40%3 == 0 {
			u[2] = 1
		}
	}
	rec.ScaleDrive(split.Train)
}

// drivenSystems returns two systems recorded by neurons that measured input also drives. The entries of the true D
// (N,P) are about as large as the entries of A.
func drivenSystems(t *testing.T) (rec, alone *data.Recording, truth *simulate.Truth, d *mat.Dense, split data.Split) {
	t.Helper()
	alone, truth, err := simulate.LorenzThomas(rand.New(rand.NewPCG(1, 0)))
	if err != nil {
		t.Fatal(err)
	}
	if split, err = data.NewSplit(alone, data.SplitOptions{Kind: data.SplitBlocks}, nil); err != nil {
		t.Fatal(err)
	}
	with := *alone
	rec = &with
	stimuli(rec, split)
	d = randomMatrix(rec.Activity.Cols, rec.Drive.Cols, 0.4)
	rec.Activity = data.NewMatrix(alone.Bins(), alone.Activity.Cols)
	for t := range rec.Bins() {
		for n, x := range alone.Activity.Row(t) {
			for p, u := range rec.Drive.Row(t) {
				x += float32(d.At(n, p)) * u
			}
			rec.Activity.Row(t)[n] = x
		}
	}
	return rec, alone, truth, d, split
}

func randomMatrix(rows, cols int, size float64) *mat.Dense {
	r := rand.New(rand.NewPCG(22, 23))
	d := mat.NewDense(rows, cols, nil)
	d.Apply(func(_, _ int, _ float64) float64 { return size * r.NormFloat64() }, d)
	return d
}

// learned returns a model's D (N,P).
func learned(r *train.Result) *mat.Dense { return r.Model.Matrices().D }

// correlation returns the correlation of all entries of two matrices.
func correlation(a, b *mat.Dense) float64 {
	return stat.Correlation(a.RawMatrix().Data, b.RawMatrix().Data, nil)
}

// withoutInput returns a configuration after RemoveInput.
func withoutInput(t *testing.T, c graph.Config, rec *data.Recording, split data.Split) graph.Config {
	t.Helper()
	c, err := separation.RemoveInput(c, rec, split)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// fitDriven fits the recording and its measured input with the recipe best and refits. It compares the latents with
// the true latents z (T,6) in two groups.
func fitDriven(t *testing.T, rec *data.Recording, z data.Matrix, split data.Split, seed uint64) (res *train.Result,
	encoded, filtered float64) {
	t.Helper()
	c, o := recommended(rec, split, layers.Partition{3, 3})
	c.Drive = rec.Drive.Cols
	c = withoutInput(t, c, rec, split)
	start, err := separation.InitFromActivity(c, rec, split)
	if err != nil {
		t.Fatal(err)
	}
	o.InitialParams, o.Seed = start.Arrays, seed
	if res, err = train.Fit(context.Background(), c, rec, split, o, time.Now); err != nil {
		t.Fatal(err)
	}
	encoded, filtered = measured(t, res, z, split, 5, layers.Partition{3, 3})
	return res, encoded, filtered
}

// TestDriveRecovered checks that the recipe best recovers the true D with a correlation of .98. Slow systems and
// inputs share the rest in 1500 bins. The group R2 may be at most .04 lower than for the recording without input. A
// model without the input must be much worse.
func TestDriveRecovered(t *testing.T) {
	t.Parallel()
	rec, alone, truth, d, split := drivenSystems(t)
	_, wantEncoded, wantFiltered := fitDriven(t, alone, truth.Z, split, 0)
	res, encoded, filtered := fitDriven(t, rec, truth.Z, split, 0)
	got := correlation(learned(res), d)
	hidden := *rec
	hidden.Drive, hidden.DriveNames = data.Matrix{}, nil
	_, without, withoutFiltered := fitDriven(t, &hidden, truth.Z, split, 0)
	t.Logf("correlation of D %.4f; group R2 encoded %.3f, filtered %.3f; without input in the recording %.3f,"+
		" %.3f; in the recording and not in the model %.3f, %.3f", got, encoded, filtered, wantEncoded,
		wantFiltered, without, withoutFiltered)
	if !(got >= 0.98) {
		t.Errorf("the correlation of D with the true D is %.3f", got)
	}
	if !(encoded >= wantEncoded-0.04) || !(filtered >= wantFiltered-0.04) {
		t.Errorf("group R2 %.3f, filtered %.3f; without input in the recording %.3f, %.3f", encoded,
			filtered, wantEncoded, wantFiltered)
	}
	if !(encoded >= without+0.1) || !(filtered >= withoutFiltered+0.2) {
		t.Errorf("group R2 %.3f, filtered %.3f if the model has no input; %.3f, %.3f if it has", without,
			withoutFiltered, encoded, filtered)
	}
}

// TestRemoveInput checks that the history excludes the input if the latents do not depend on it, and keeps it if the
// neurons pass it on: z(t) = B tanh(x(t-1)) + noise then depends on all activity. Without inputs, or behind a link,
// nothing is excluded. The excluded part is the D of a regression.
func TestRemoveInput(t *testing.T) {
	t.Parallel()
	rec, alone, _, d, split := drivenSystems(t)
	c, _ := recommended(rec, split, layers.Partition{3, 3})
	if out := withoutInput(t, c, alone, split).LeftOut; out != nil {
		t.Errorf("without an input, the history excludes %v", out)
	}
	c.Drive = rec.Drive.Cols
	out := withoutInput(t, c, rec, split).LeftOut
	if out == nil {
		t.Fatal("the history keeps an input that the latents do not depend on")
	}
	var flat []float64
	for _, v := range out {
		flat = append(flat, float64(v))
	}
	if r := correlation(mat.DenseCopyOf(mat.NewDense(c.Drive, c.Neurons, flat).T()), d); !(r >= 0.95) {
		t.Errorf("the correlation of the excluded input with the true D is %.3f", r)
	}
	gap := *rec
	gap.Activity.Data = slices.Clone(rec.Activity.Data)
	gap.Activity.Row(3)[1] = float32(math.NaN())
	c.Missing = graph.NewMissing(c, &gap, split.Train)
	if left := withoutInput(t, c, &gap, split); left.LeftOut == nil ||
		!slices.Equal(left.Missing.Fill, graph.HistoryMeans(left, &gap, split.Train)) {
		t.Error("missing values are not filled with the mean of the reduced activity")
	}
	c.Missing = nil
	linked := c
	if linked.Decoder = (layers.LinearDecoder{Link: layers.ReLU}); withoutInput(t, linked, rec, split).LeftOut != nil {
		t.Error("behind a link, the history excludes an input that is not additive")
	}
	if passing(rec, d); withoutInput(t, c, rec, split).LeftOut != nil {
		t.Error("the history excludes an input that the neurons pass on")
	}
}

// passing sets the activity to a network with two pairs of latents, x(t) = A z(t) + D u(t) + noise. The pairs rotate
// at two speeds, and all activity drives them.
func passing(rec *data.Recording, d *mat.Dense) {
	const K = 4
	N, _ := d.Dims()
	r := rand.New(rand.NewPCG(26, 27))
	var qr mat.QR
	var q, b mat.Dense
	qr.Factorize(randomMatrix(N, K, 1))
	qr.QTo(&q)
	a := q.Slice(0, N, 0, K)
	turn := mat.NewDense(K, K, nil)
	for g, angle := range []float64{0.15, 0.6} {
		cos, sin := 1.15*math.Cos(angle), 1.15*math.Sin(angle)
		turn.Slice(2*g, 2*g+2, 2*g, 2*g+2).(*mat.Dense).Copy(mat.NewDense(2, 2, []float64{cos, -sin, sin, cos}))
	}
	b.Mul(turn, a.T())
	h := mat.NewVecDense(N, nil)
	for t := range rec.Bins() {
		var z, x mat.VecDense
		z.MulVec(&b, h)
		for k := range K {
			z.SetVec(k, z.AtVec(k)+0.3*r.NormFloat64())
		}
		x.MulVec(a, &z)
		for n := range N {
			v := x.AtVec(n) + 0.1*r.NormFloat64()
			for p, u := range rec.Drive.Row(t) {
				v += d.At(n, p) * float64(u)
			}
			rec.Activity.Row(t)[n] = float32(v)
			h.SetVec(n, math.Tanh(v))
		}
	}
}

// TestDriveOfCounts checks that D is found inside the link of spike counts: from separated components, from a
// pretrained model, and from zero at random starts. The counts' noise in 1000 bins limits the accuracy of D, hence a
// correlation of .9.
func TestDriveOfCounts(t *testing.T) {
	t.Parallel()
	c, rec, truth, split := counted(t)
	stimuli(rec, split)
	c.Drive = rec.Drive.Cols
	d := randomMatrix(c.Neurons, c.Drive, 0.5)
	r := rand.New(rand.NewPCG(24, 25))
	for t := range rec.Bins() { // new counts, with about the rate of the old ones times exp(D u), as with the link exp
		for n, x := range rec.Activity.Row(t) {
			gain := 0.0
			for p, u := range rec.Drive.Row(t) {
				gain += d.At(n, p) * float64(u)
			}
			rec.Activity.Row(t)[n] = poisson(r, float64(x)*math.Exp(gain))
		}
	}
	c.Decoder = layers.LinearDecoder{Link: layers.Exp}
	starts := map[string]func() (*separation.Init, error){
		"counts": func() (*separation.Init, error) { return separation.InitFromActivity(c, rec, split) },
		"a fitted model": func() (*separation.Init, error) {
			return separation.InitFromPretrained(context.Background(), c, rec, split,
				separation.PretrainedOptions{}, time.Now)
		},
		"random": func() (*separation.Init, error) { return &separation.Init{}, nil },
	}
	for name, separate := range starts {
		t.Run(name, func(t *testing.T) {
			start, err := separate()
			if err != nil {
				t.Fatal(err)
			}
			drive, _, _ := c.DriveParams()
			if i := slices.IndexFunc(start.Arrays, func(a train.Array) bool { return a.Name == drive }); i < 0 &&
				name != "random" {
				t.Error("the start has no D")
			}
			res, err := train.Fit(context.Background(), c, rec, split,
				train.Options{Epochs: 200, Rate: 5e-3, InitialParams: start.Arrays}, time.Now)
			if err != nil {
				t.Fatal(err)
			}
			_, filtered := measured(t, res, truth.Z, split, 1, layers.Partition{3, 3})
			t.Logf("correlation of D %.3f; group R2 filtered %.3f", correlation(learned(res), d), filtered)
			if !(correlation(learned(res), d) >= 0.9) {
				t.Errorf("the correlation of D with the true D is %.3f", correlation(learned(res), d))
			}
		})
	}
}

// poisson draws a count (Knuth 1969).
func poisson(r *rand.Rand, rate float64) float32 {
	n, left := 0, math.Exp(-rate)
	for p := r.Float64(); p > left; p *= r.Float64() {
		n++
	}
	return float32(n)
}

// TestDriveWithMissing checks that D is also found with a tenth of the activity missing. The refit keeps the trained
// D, and the search for each bin's latents uses it.
func TestDriveWithMissing(t *testing.T) {
	t.Parallel()
	rec, _, truth, d, split := drivenSystems(t)
	removals["a tenth at random"](rec)
	res, encoded, filtered := fitDriven(t, rec, truth.Z, split, 0)
	t.Logf("correlation of D %.3f; group R2 encoded %.3f, filtered %.3f",
		correlation(learned(res), d), encoded, filtered)
	if !(correlation(learned(res), d) >= 0.95) || !(encoded >= 0.65) || !(filtered >= 0.8) {
		t.Errorf("the correlation of D with the true D is %.3f; group R2 of encoded latents %.3f, of filtered"+
			" latents %.3f", correlation(learned(res), d), encoded, filtered)
	}
}

// TestDriveRedundant checks that dependent inputs, such as all values of a text column, cause no error, and that
// their joint effect is found.
func TestDriveRedundant(t *testing.T) {
	t.Parallel()
	rec, _, _, d, split := drivenSystems(t)
	off := data.NewMatrix(rec.Bins(), 2) // one is on when the third input is off, and one is constant
	for t := range off.Rows {
		off.Row(t)[0] = -rec.Drive.Row(t)[2]
	}
	rec.Drive, rec.DriveNames = data.HStack(rec.Drive, off), append(rec.DriveNames, "off", "never")
	c, o := recommended(rec, split, layers.Partition{3, 3})
	c.Drive = rec.Drive.Cols
	start, err := separation.InitFromActivity(c, rec, split)
	if err != nil {
		t.Fatal(err)
	}
	o.InitialParams, o.Epochs = start.Arrays, 20
	res, err := train.Fit(context.Background(), c, rec, split, o, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := infer.Refit(t.Context(), res, split, 3); err != nil {
		t.Fatal(err)
	}
	got := learned(res)
	var on mat.VecDense
	on.SubVec(got.ColView(2), got.ColView(3))
	if r := stat.Correlation(on.RawVector().Data, mat.Col(nil, 2, d), nil); !(r >= 0.95) {
		t.Errorf("the correlation of the joint effect with the true column is %.3f", r)
	}
	if worst := mat.Norm(got.ColView(4), 1); worst != 0 {
		t.Errorf("a constant input has the weight %g, want 0", worst)
	}
}

// TestDriveDiscovered checks that groups are found in the activity without the inputs' contribution.
func TestDriveDiscovered(t *testing.T) {
	t.Parallel()
	rec, alone, _, _, split := drivenSystems(t)
	want, _, err := separation.DiscoverRecording(alone, split, 6, false)
	if err != nil {
		t.Fatal(err)
	}
	got, _, err := separation.DiscoverRecording(rec, split, 6, false)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(got.Sizes, want.Sizes) {
		t.Errorf("groups %v, want %v as without input", got.Sizes, want.Sizes)
	}
}
