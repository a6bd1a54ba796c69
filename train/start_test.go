package train_test

import (
	"context"
	"math"
	"strings"
	"testing"
	"time"

	"facrnn/graph"
	"facrnn/train"
	"facrnn/train/internal/traintest"
)

// TestStart checks that restarts begin with the parameters that they are given, and with their own random ones else.
// With a rate of next to nothing they end there too.
func TestStart(t *testing.T) {
	first := mustFit(t, train.Options{Epochs: 1, Seed: 3})
	var given []train.Array
	for _, a := range train.Params(first.Model) {
		if a.Name == "B" || a.Name == "log_std_x" {
			for i := range a.Data {
				a.Data[i] = float64(i%7) / 8
			}
			given = append(given, a)
		}
	}
	if len(given) != 2 {
		t.Fatalf("%d of the parameters that are given exist", len(given))
	}
	res := mustFit(t, train.Options{Epochs: 1, Seed: 4, Rate: 1e-30, InitialParams: given})
	random := mustFit(t, train.Options{Epochs: 1, Seed: 4, Rate: 1e-30})
	for _, a := range train.Params(res.Model) {
		want := train.Params(random.Model)
		for _, g := range append(want, given...) {
			if g.Name == a.Name {
				want = []train.Array{g} // the last one counts: what is given
			}
		}
		for i, v := range a.Data {
			if !(math.Abs(v-want[0].Data[i]) <= 1e-29) {
				t.Fatalf("%s[%d] is %g, want %g", a.Name, i, v, want[0].Data[i])
			}
		}
	}
}

func TestStartMisfits(t *testing.T) {
	for _, c := range []struct {
		a    train.Array
		want string
	}{
		{train.Array{Name: "Q", Shape: []int{1}, Data: []float64{1}}, "array Q, which is no parameter"},
		{train.Array{Name: "log_std_x", Shape: []int{1}, Data: []float64{1}}, "of shape [1], the parameter of"},
	} {
		if _, err := fit(t, context.Background(), train.Options{Epochs: 1,
			InitialParams: []train.Array{c.a}}); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("error %v, want %q", err, c.want)
		}
	}
}

// TestWeightSchedule checks that a weight goes from From to Weight in a straight line over the first half of the steps,
// and stays there. Weights are in single precision, hence 1e-5.
func TestWeightSchedule(t *testing.T) {
	c, rec, split := traintest.Small(t)
	c.Terms = graph.Objective(10, 0)
	c.Terms[2].From = new(50.0)
	res, err := train.Fit(context.Background(), c, rec, split, train.Options{Epochs: 8, Batch: 1 << 20}, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []float64{50, 40, 30, 20, 10, 10, 10, 10} { // one step an epoch
		w := res.Rows[i].Weights
		if !(math.Abs(w[2]-want) <= 1e-5) || w[0] != 1 || w[1] != 1 {
			t.Errorf("epoch %d: weights %v, want 1, 1, %g", i+1, w, want)
		}
	}
}
