package evaluate_test

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"

	"facrnn/data"
	"facrnn/train/evaluate"
	"facrnn/train/internal/regress"
)

// watched returns a recording with a behaviour of two columns, and latents that explain the first column exactly and
// the second with noise.
func watched(bins int) (*data.Recording, data.Matrix) {
	r := rand.New(rand.NewPCG(1, 2))
	rec := &data.Recording{Behavior: data.NewMatrix(bins, 2), BehaviorName: "processing/hand", BehaviorUnit: "cm/s"}
	mu := data.NewMatrix(bins, 3)
	for t := range bins {
		z, y := mu.Row(t), rec.Behavior.Row(t)
		for k := range z {
			z[k] = float32(r.NormFloat64()) + 5
		}
		y[0], y[1] = 3*z[0]+100, z[1]-2*z[2]+float32(r.NormFloat64())
	}
	return rec, mu
}

// TestFitBehavior checks that the decoders are the least-squares maps of all latents and of each group's latents.
// They are fitted on the bins with all of the behaviour, and a latent outside the group has weight 0.
func TestFitBehavior(t *testing.T) {
	rec, mu := watched(50)
	rec.Behavior.Row(3)[1], rec.Behavior.Row(4)[0] = float32(math.NaN()), float32(math.Inf(1))
	var train, known []int
	for i := range 40 {
		train = append(train, i)
		if i != 3 && i != 4 {
			known = append(known, i)
		}
	}
	groups := evaluate.Groups{{0}, {1, 2}}
	d, err := evaluate.FitBehavior(rec, mu, train, groups)
	if err != nil {
		t.Fatal(err)
	}
	if d.Bins != 38 || d.Unit != "cm/s" || strings.Join(d.Names, ", ") != "hand 0, hand 1" || len(d.Maps) != 3 {
		t.Errorf("the decoder is %+v, want 38 bins of hand 0 and hand 1 in cm/s and three maps", d)
	}
	z, y := evaluate.Dense(mu), evaluate.Rows(evaluate.Dense(rec.Behavior), known)
	for i, g := range append(evaluate.Groups{{0, 1, 2}}, groups...) {
		a, err := regress.LeastSquares(evaluate.Rows(evaluate.Columns(z, g), known), y)
		if err != nil {
			t.Fatal(err)
		}
		// the values are about 100
		if got, want := d.Decode(i, z), a.Apply(evaluate.Columns(z, g)); !mat.EqualApprox(got, want, 1e-11) {
			t.Errorf("decoder %d gives %v, want %v", i, got.RawRowView(0), want.RawRowView(0))
		}
	}
	if d.Maps[1].At(1, 1) != 0 || d.Maps[1].At(2, 0) != 0 || d.Maps[2].At(0, 0) != 0 || d.Maps[1].At(0, 0) == 0 {
		t.Errorf("the groups' weights are %v and %v", mat.Formatted(d.Maps[1]), mat.Formatted(d.Maps[2]))
	}
	if _, err := evaluate.FitBehavior(rec, mu, train[:6], groups); err == nil ||
		!strings.Contains(err.Error(), "only 4 training bins have all of the behaviour") {
		t.Errorf("4 bins give the error %v", err)
	}
}

// TestBehaviorOf checks that a decoder accepts only the columns that it was fitted to, by name and number, in their
// unit. An unknown unit is accepted.
func TestBehaviorOf(t *testing.T) {
	d := &evaluate.BehaviorDecoder{Names: []string{"hand 0", "hand 1"}, Unit: "cm/s"}
	for _, c := range []struct {
		rec  data.Recording
		want string
	}{
		{data.Recording{Behavior: data.NewMatrix(1, 2), BehaviorName: "a/hand", BehaviorUnit: "cm/s"}, ""},
		{data.Recording{Behavior: data.NewMatrix(1, 2), BehaviorNames: []string{"hand 0", "hand 1"}}, ""},
		{data.Recording{Behavior: data.NewMatrix(1, 2), BehaviorName: "hand", BehaviorUnit: "m/s"},
			"the run decodes behaviour in cm/s, but the behaviour of this recording is in m/s"},
		{data.Recording{Behavior: data.NewMatrix(1, 2), BehaviorName: "eye"},
			"decodes hand 0, hand 1, but the behaviour of this recording is eye 0, eye 1; choose the same columns" +
				" with --behavior"},
		{data.Recording{Behavior: data.NewMatrix(1, 3), BehaviorName: "hand"},
			"the behaviour of this recording is hand 0, hand 1, hand 2"},
		{data.Recording{Behavior: data.NewMatrix(1, 2), BehaviorNames: []string{"hand 1", "hand 0"}},
			"the behaviour of this recording is hand 1, hand 0"},
	} {
		if err := d.Of(&c.rec); (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
			t.Errorf("%v %s: %v, want %q", c.rec.BehaviorColumns(), c.rec.BehaviorUnit, err, c.want)
		}
	}
}
