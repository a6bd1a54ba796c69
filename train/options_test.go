package train_test

import (
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"

	"facrnn/train"
)

func TestOptionsCheck(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	for name, c := range map[string]struct {
		change func(*train.Options)
		want   string // "" if the options are valid
	}{
		"the defaults":       {func(*train.Options) {}, ""},
		"no decay":           {func(o *train.Options) { o.Optimizer, o.Decay = train.AdamW, 0 }, ""},
		"epochs":             {func(o *train.Options) { o.Epochs = 0 }, "epochs is 0"},
		"batch":              {func(o *train.Options) { o.Batch = -3 }, "batch is -3"},
		"restarts":           {func(o *train.Options) { o.Restarts = 0 }, "restarts is 0"},
		"too many threads":   {func(o *train.Options) { o.Threads = 1 << 40 }, "threads is 1099511627776"},
		"threads":            {func(o *train.Options) { o.Threads = -1 }, "threads is -1"},
		"test-every":         {func(o *train.Options) { o.TestEvery = 0 }, "test-every is 0"},
		"no rate":            {func(o *train.Options) { o.Rate = 0 }, "learning rate is 0"},
		"a rate below 0":     {func(o *train.Options) { o.Rate = -1 }, "learning rate is -1"},
		"a rate of NaN":      {func(o *train.Options) { o.Rate = nan }, "learning rate is NaN"},
		"an infinite rate":   {func(o *train.Options) { o.Rate = inf }, "learning rate is +Inf"},
		"a decay below 0":    {func(o *train.Options) { o.Decay = -1 }, "weight decay is -1"},
		"a decay of NaN":     {func(o *train.Options) { o.Decay = nan }, "weight decay is NaN"},
		"unknown schedule":   {func(o *train.Options) { o.Schedule = "linear" }, `unknown schedule "linear"`},
		"unknown optimizer":  {func(o *train.Options) { o.Optimizer = "sgd" }, `unknown optimizer "sgd"`},
		"the first of three": {func(o *train.Options) { o.Epochs, o.Batch, o.Rate = -1, -1, -1 }, "epochs is -1"},
	} {
		t.Run(name, func(t *testing.T) {
			o := train.Options{}.WithDefaults()
			c.change(&o)
			err := o.Check()
			if c.want != "" {
				says(t, err, c.want)
			} else if err != nil {
				t.Error(err)
			}
		})
	}
}

// TestOptionsDefaults checks the documented defaults, and that set values stay.
func TestOptionsDefaults(t *testing.T) {
	want := train.Options{Epochs: 1000, Batch: 128, Rate: 1e-3, Schedule: train.Constant,
		Optimizer: train.PlainAdam, Restarts: 1, Threads: 1, TestEvery: 10}
	if d := cmp.Diff(want, train.Options{}.WithDefaults()); d != "" {
		t.Error(d)
	}
	set := train.Options{Epochs: 7, Batch: 2, Rate: 5, Schedule: train.Cosine, Optimizer: train.AdamW, Decay: 0.5,
		Restarts: 3, Threads: 2, Seed: 9, TestEvery: 4}
	if d := cmp.Diff(set, set.WithDefaults()); d != "" {
		t.Error(d)
	}
	for epochs, every := range map[int]int{1: 1, 99: 1, 250: 2} {
		if got := (train.Options{Epochs: epochs}).WithDefaults().TestEvery; got != every {
			t.Errorf("with %d epochs, the held-out bins are evaluated every %d epochs, want %d", epochs, got, every)
		}
	}
	if d := (train.Options{Optimizer: train.AdamW}).WithDefaults().Decay; d != 0.01 {
		t.Errorf("AdamW has a weight decay of %g", d)
	}
	if d := (train.Options{Optimizer: train.PlainAdam, Decay: 0.5}).WithDefaults().Decay; d != 0 {
		t.Errorf("Adam has a weight decay of %g", d)
	}
}
