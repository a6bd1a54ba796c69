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

// TestStart checks that restarts begin with the given parameters, and with their own random values for the
// others. The learning rate is almost 0, so they also end there.
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
		t.Fatalf("%d of the given parameters exist", len(given))
	}
	res := mustFit(t, train.Options{Epochs: 1, Seed: 4, Rate: 1e-30, InitialParams: given})
	random := mustFit(t, train.Options{Epochs: 1, Seed: 4, Rate: 1e-30})
	for _, a := range train.Params(res.Model) {
		want := train.Params(random.Model)
		for _, g := range append(want, given...) {
			if g.Name == a.Name {
				want = []train.Array{g} // given parameters replace random ones
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
		{train.Array{Name: "Q", Shape: []int{1}, Data: []float64{1}}, "the model has no parameter Q"},
		{train.Array{Name: "log_std_x", Shape: []int{1}, Data: []float64{1}},
			"log_std_x has shape [1], but the model's has"},
	} {
		o := train.Options{Epochs: 1, InitialParams: []train.Array{c.a}}
		if _, err := fit(t, context.Background(), o); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("error %v, want %q", err, c.want)
		}
	}
}

// TestWeightSchedule checks that a weight moves linearly from From to Weight over the first half of the steps,
// and then stays. Weights are float32, so the tolerance is 1e-5.
func TestWeightSchedule(t *testing.T) {
	c, rec, split := traintest.Small(t)
	c.Terms = graph.Objective(10, 0)
	c.Terms[2].From = new(50.0)
	res, err := train.Fit(context.Background(), c, rec, split, train.Options{Epochs: 8, Batch: 1 << 20}, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []float64{50, 40, 30, 20, 10, 10, 10, 10} { // one step per epoch
		w := res.Rows[i].Weights
		if !(math.Abs(w[2]-want) <= 1e-5) || w[0] != 1 || w[1] != 1 {
			t.Errorf("epoch %d: weights %v, want 1, 1, %g", i+1, w, want)
		}
	}
}
