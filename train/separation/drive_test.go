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

// stimuli is measured input (T,3) that has been brought to mean 0 and standard deviation 1: a slow wave, noise, and
// whether every third stretch of 40 bins is under way.
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

// drivenSystems is two systems seen by neurons that measured input drives too, by a planted D (N,P), whose entries are
// about as large as those of A.
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
	d = planted(rec.Activity.Cols, rec.Drive.Cols, 0.4)
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

func planted(rows, cols int, size float64) *mat.Dense {
	r := rand.New(rand.NewPCG(22, 23))
	d := mat.NewDense(rows, cols, nil)
	d.Apply(func(_, _ int, _ float64) float64 { return size * r.NormFloat64() }, d)
	return d
}

// learned returns a model's D (N,P).
func learned(r *train.Result) *mat.Dense { return r.Model.Matrices().D }

// alike returns the correlation of all entries of two matrices.
func alike(a, b *mat.Dense) float64 {
	return stat.Correlation(a.RawMatrix().Data, b.RawMatrix().Data, nil)
}

// leaving returns a configuration whose history leaves out what it is to of the drive.
func leaving(t *testing.T, c graph.Config, rec *data.Recording, split data.Split) graph.Config {
	t.Helper()
	c, err := separation.RemoveInput(c, rec, split)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// fitDriven fits by the recipe best, with the measured input that the recording has, refits, and compares the latents
// with planted ones z (T,6) in two groups.
func fitDriven(
	t *testing.T, rec *data.Recording, z data.Matrix, split data.Split, seed uint64,
) (res *train.Result, encoded, filtered float64) {
	t.Helper()
	c, o := recommended(rec, split, layers.Partition{3, 3})
	c.Drive = rec.Drive.Cols
	c = leaving(t, c, rec, split)
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

// TestDriveRecovered checks that the recipe best finds a planted D, of which a correlation of .98 leaves a twentieth of
// the variance to what slow systems and inputs have in common by chance in 1500 bins. The groups are found as well as
// where there is no input in the recording at all, but for .04, and much better than by a model that is not told of it.
func TestDriveRecovered(t *testing.T) {
	t.Parallel()
	rec, alone, truth, d, split := drivenSystems(t)
	_, wantEncoded, wantFiltered := fitDriven(t, alone, truth.Z, split, 0)
	res, encoded, filtered := fitDriven(t, rec, truth.Z, split, 0)
	got := alike(learned(res), d)
	hidden := *rec
	hidden.Drive, hidden.DriveNames = data.Matrix{}, nil
	_, without, withoutFiltered := fitDriven(t, &hidden, truth.Z, split, 0)
	t.Logf("correlation of D %.4f; group R2 encoded %.3f, filtered %.3f; without input in the recording %.3f, %.3f; in the recording and not in the model %.3f, %.3f", got, encoded, filtered, wantEncoded, wantFiltered, without, withoutFiltered)
	if !(got >= 0.98) {
		t.Errorf("the correlation of D with the planted one is %.3f", got)
	}
	if !(encoded >= wantEncoded-0.04) || !(filtered >= wantFiltered-0.04) {
		t.Errorf("group R2 %.3f, filtered %.3f; without input in the recording %.3f, %.3f", encoded, filtered,
			wantEncoded, wantFiltered)
	}
	if !(encoded >= without+0.1) || !(filtered >= withoutFiltered+0.2) {
		t.Errorf("group R2 %.3f, filtered %.3f, where the model knows nothing of the input; %.3f, %.3f where it does",
			without, withoutFiltered, encoded, filtered)
	}
}

// TestRemoveInput checks that the history leaves out the drive of latents that know nothing of it, and keeps that which
// the neurons pass on, where z(t) = B tanh(x(t-1)) + noise is of all of their activity; without a drive, or behind a
// link, there is nothing to leave out. What is left out is what a regression tells of D.
func TestRemoveInput(t *testing.T) {
	t.Parallel()
	rec, alone, _, d, split := drivenSystems(t)
	c, _ := recommended(rec, split, layers.Partition{3, 3})
	if out := leaving(t, c, alone, split).LeftOut; out != nil {
		t.Errorf("without a drive %v is left out", out)
	}
	c.Drive = rec.Drive.Cols
	out := leaving(t, c, rec, split).LeftOut
	if out == nil {
		t.Fatal("the history keeps an input that the latents know nothing of")
	}
	var flat []float64
	for _, v := range out {
		flat = append(flat, float64(v))
	}
	if r := alike(mat.DenseCopyOf(mat.NewDense(c.Drive, c.Neurons, flat).T()), d); !(r >= 0.95) {
		t.Errorf("the correlation of what is left out with the planted D is %.3f", r)
	}
	gap := *rec
	gap.Activity.Data = slices.Clone(rec.Activity.Data)
	gap.Activity.Row(3)[1] = float32(math.NaN())
	c.Missing = graph.NewMissing(c, &gap, split.Train)
	if left := leaving(t, c, &gap, split); left.LeftOut == nil ||
		!slices.Equal(left.Missing.Fill, graph.HistoryMeans(left, &gap, split.Train)) {
		t.Error("what stands for missing values is not the mean of what the history is of")
	}
	c.Missing = nil
	linked := c
	if linked.Decoder = (layers.LinearDecoder{Link: layers.ReLU}); leaving(t, linked, rec, split).LeftOut != nil {
		t.Error("behind a link the history leaves out what was not added")
	}
	if passing(rec, d); leaving(t, c, rec, split).LeftOut != nil {
		t.Error("the history leaves out an input that the neurons pass on")
	}
}

// passing makes the activity that of a network of two pairs of latents, x(t) = A z(t) + D u(t) + noise, which turn at
// two speeds, whatever moves them.
func passing(rec *data.Recording, d *mat.Dense) {
	const K = 4
	N, _ := d.Dims()
	r := rand.New(rand.NewPCG(26, 27))
	var qr mat.QR
	var q, b mat.Dense
	qr.Factorize(planted(N, K, 1))
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

// TestDriveOfCounts checks that in spike counts D is found inside the link, from separated components, from a model
// that is trained before, and from zero at random starts. Its entries are told up to what the counts' own noise leaves
// in 1000 bins, for which .9 is room enough.
func TestDriveOfCounts(t *testing.T) {
	t.Parallel()
	c, rec, truth, split := counted(t)
	stimuli(rec, split)
	c.Drive = rec.Drive.Cols
	d := planted(c.Neurons, c.Drive, 0.5)
	r := rand.New(rand.NewPCG(24, 25))
	// drawn anew, about the counts there are times exp(D u), which is what a link exp makes of D u
	for t := range rec.Bins() {
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
			return separation.InitFromPretrained(context.Background(), c, rec, split, separation.PretrainedOptions{},
				time.Now)
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
				t.Error("the start knows nothing of the drive")
			}
			res, err := train.Fit(context.Background(), c, rec, split,
				train.Options{Epochs: 200, Rate: 5e-3, InitialParams: start.Arrays}, time.Now)
			if err != nil {
				t.Fatal(err)
			}
			_, filtered := measured(t, res, truth.Z, split, 1, layers.Partition{3, 3})
			t.Logf("correlation of D %.3f; group R2 filtered %.3f", alike(learned(res), d), filtered)
			if !(alike(learned(res), d) >= 0.9) {
				t.Errorf("the correlation of D with the planted one is %.3f", alike(learned(res), d))
			}
		})
	}
}

// poisson draws a count (Knuth).
func poisson(r *rand.Rand, rate float64) float32 {
	n, left := 0, math.Exp(-rate)
	for p := r.Float64(); p > left; p *= r.Float64() {
		n++
	}
	return float32(n)
}

// TestDriveWithMissing checks that with a tenth of the activity missing D is found too, where the refit leaves it as it
// was trained; the drive reaches latents that are sought bin by bin.
func TestDriveWithMissing(t *testing.T) {
	t.Parallel()
	rec, _, truth, d, split := drivenSystems(t)
	removals["a tenth at random"](rec)
	res, encoded, filtered := fitDriven(t, rec, truth.Z, split, 0)
	t.Logf("correlation of D %.3f; group R2 encoded %.3f, filtered %.3f", alike(learned(res), d), encoded, filtered)
	if !(alike(learned(res), d) >= 0.95) || !(encoded >= 0.65) || !(filtered >= 0.8) {
		t.Errorf("the correlation of D with the planted one is %.3f; group R2 of encoded latents %.3f, of filtered ones %.3f", alike(learned(res), d), encoded, filtered)
	}
}

// TestDriveRedundant checks that inputs that say the same, such as all values of a word, are no error, and what they do
// together is found.
func TestDriveRedundant(t *testing.T) {
	t.Parallel()
	rec, _, _, d, split := drivenSystems(t)
	off := data.NewMatrix(rec.Bins(), 2) // one that is on when the third is not, and one that never changes
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
		t.Errorf("the correlation of the two together with the planted column is %.3f", r)
	}
	if worst := mat.Norm(got.ColView(4), 1); worst != 0 {
		t.Errorf("of an input that never changes, %g is learned", worst)
	}
}

// TestDriveDiscovered checks that groups are read off what the inputs leave.
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
		t.Errorf("groups %v, without input %v", got.Sizes, want.Sizes)
	}
}
