package train

import (
	"fmt"
	"math"
)

// Options are the settings of training. The zero value trains for 1000 epochs with Adam, at a constant learning
// rate of 1e-3, in minibatches of 128 bins.
type Options struct {
	Epochs    int      // 0: 1000
	Batch     int      // M, the number of bins in a minibatch; 0: 128
	Rate      float64  // learning rate; 0: 1e-3
	Schedule  Schedule // schedule of the learning rate
	Optimizer Optimizer
	Decay     float64 // AdamW's weight decay; 0: 0.01
	// Restarts is the number of fits with different random numbers. Fit keeps the one with the lowest training loss.
	// 0: 1
	Restarts int
	// Threads is the number of restarts that run at the same time. If there are fewer restarts, the threads that remain
	// share the work inside the steps. 0: 1
	Threads       int
	Seed          uint64  // seed of all random numbers; one seed gives the same bits
	InitialParams []Array // initial parameters of every restart, by name; the other parameters start at random
	TestEvery     int     // epochs between evaluations of the held-out bins; 0: a hundredth of the epochs
	Resume        []State // states of restarts to resume; the other restarts start from their first epoch
}

// MaxThreads is larger than the number of processors of any machine.
const MaxThreads = 4096

// Schedule names a schedule of the learning rate.
type Schedule string

// The schedules. The zero value is Constant.
const (
	Constant Schedule = "constant"
	Cosine   Schedule = "cosine" // falls to 0 during training, along half a cosine
)

// Optimizer names the update rule.
type Optimizer string

// The optimisers. The zero value is PlainAdam.
const (
	PlainAdam Optimizer = "adam"
	AdamW     Optimizer = "adamw" // with decoupled weight decay
)

// WithDefaults returns the options with a value for every field that is not set.
func (o Options) WithDefaults() Options {
	set := func(v *int, otherwise int) {
		if *v == 0 {
			*v = otherwise
		}
	}
	set(&o.Epochs, 1000)
	set(&o.Batch, 128)
	set(&o.Restarts, 1)
	set(&o.Threads, 1)
	set(&o.TestEvery, max(1, o.Epochs/100))
	o.Rate = or(o.Rate, 1e-3)
	if o.Schedule == "" {
		o.Schedule = Constant
	}
	if o.Optimizer == "" {
		o.Optimizer = PlainAdam
	}
	if o.Optimizer == AdamW {
		o.Decay = or(o.Decay, 0.01)
	} else {
		o.Decay = 0
	}
	return o
}

// Check returns an error for the first option that is invalid.
func (o Options) Check() error {
	counts := []struct {
		name  string
		value int
	}{
		{"epochs", o.Epochs}, {"batch", o.Batch}, {"restarts", o.Restarts}, {"threads", o.Threads},
		{"test-every", o.TestEvery},
	}
	for _, v := range counts {
		if v.value < 1 {
			return fmt.Errorf("%s is %d; give at least 1", v.name, v.value)
		}
	}
	switch {
	case o.Threads > MaxThreads:
		return fmt.Errorf("threads is %d; give at most %d", o.Threads, MaxThreads)
	case !(o.Rate > 0) || math.IsInf(o.Rate, 0):
		return fmt.Errorf("the learning rate is %g; give a number above 0, such as 1e-3", o.Rate)
	case !(o.Decay >= 0) || math.IsInf(o.Decay, 0):
		return fmt.Errorf("the weight decay is %g; give 0 or more", o.Decay)
	case o.Schedule != Constant && o.Schedule != Cosine:
		return fmt.Errorf("unknown schedule %q; choose constant or cosine", string(o.Schedule))
	case o.Optimizer != PlainAdam && o.Optimizer != AdamW:
		return fmt.Errorf("unknown optimizer %q; choose adam or adamw", string(o.Optimizer))
	}
	return nil
}

// rate returns the learning rate after a share done of the training, from 0 to 1.
func (o Options) rate(done float64) float64 {
	if o.Schedule == Cosine {
		return o.Rate * 0.5 * (1 + math.Cos(math.Pi*done))
	}
	return o.Rate
}
