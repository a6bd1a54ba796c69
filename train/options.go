package train

import (
	"fmt"
	"math"
)

// Options says how to train. The zero value trains for 1000 epochs with Adam at a constant rate of 1e-3, in minibatches
// of 128.
type Options struct {
	Epochs        int      // 0: 1000
	Batch         int      // bins in a minibatch, M; 0: 128
	Rate          float64  // learning rate; 0: 1e-3
	Schedule      Schedule // of the rate
	Optimizer     Optimizer
	Decay         float64 // AdamW's weight decay; 0: 0.01
	Restarts      int     // fits from other random starts, of which the one with the lowest training loss is kept; 0: 1
	Threads       int     // restarts that run side by side and, where they are fewer, threads inside their steps; 0: 1
	Seed          uint64  // of everything random: one seed repeats a run bit for bit
	InitialParams []Array // parameters that every restart begins with, by name; the others begin at random
	TestEvery     int     // epochs between two looks at the held-out bins; 0: a hundredth of the epochs
	Resume        []State // restarts that go on from there; those of which there is none start anew
}

// MaxThreads is more than any machine has processors.
const MaxThreads = 4096

// Schedule is how the learning rate changes.
type Schedule string

// The schedules. The zero value is Constant.
const (
	Constant Schedule = "constant"
	Cosine   Schedule = "cosine" // falls to 0 over the run, along half a cosine
)

// Optimizer is the update rule.
type Optimizer string

// The optimisers. The zero value is PlainAdam.
const (
	PlainAdam Optimizer = "adam"
	AdamW     Optimizer = "adamw" // with decoupled weight decay
)

// WithDefaults fills in what is not set.
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

// Check reports the first option that cannot be.
func (o Options) Check() error {
	for _, v := range []struct {
		name  string
		value int
	}{{"epochs", o.Epochs}, {"batch", o.Batch}, {"restarts", o.Restarts}, {"threads", o.Threads}, {"test-every",
		o.TestEvery}} {
		if v.value < 1 {
			return fmt.Errorf("%s is %d: it takes at least 1", v.name, v.value)
		}
	}
	switch {
	case o.Threads > MaxThreads:
		return fmt.Errorf("threads is %d: give at most %d", o.Threads, MaxThreads)
	case !(o.Rate > 0) || math.IsInf(o.Rate, 0):
		return fmt.Errorf("the learning rate is %g: give one above 0, such as 1e-3", o.Rate)
	case !(o.Decay >= 0) || math.IsInf(o.Decay, 0):
		return fmt.Errorf("the weight decay is %g: give 0 or more", o.Decay)
	case o.Schedule != Constant && o.Schedule != Cosine:
		return fmt.Errorf("there is no schedule %q: choose constant or cosine", string(o.Schedule))
	case o.Optimizer != PlainAdam && o.Optimizer != AdamW:
		return fmt.Errorf("there is no optimizer %q: choose adam or adamw", string(o.Optimizer))
	}
	return nil
}

// rate returns the learning rate of the step that is so far, 0..1, through the run.
func (o Options) rate(done float64) float64 {
	if o.Schedule == Cosine {
		return o.Rate * 0.5 * (1 + math.Cos(math.Pi*done))
	}
	return o.Rate
}
