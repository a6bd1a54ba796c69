package train_test

import (
	"context"
	"errors"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"facrnn/data"
	"facrnn/graph"
	"facrnn/layers"
	"facrnn/train"
	"facrnn/train/internal/traintest"
)

// states returns a hook that collects every state of every restart, including the final one.
func states(into *[]train.State) train.Hook {
	note := func(r *train.Progress) error {
		if s := r.State(); s != nil {
			*into = append(*into, *s)
		}
		return nil
	}
	return train.Hook{Name: "states", OnSnapshot: note, End: note}
}

// TestResume resumes from every state of a fit. The parameters, rows and losses must have the same bits as in
// an unstopped fit. The fit has restarts at the same time, shuffled short minibatches, a schedule, decay and
// patience, which restores an epoch before the state.
func TestResume(t *testing.T) {
	for name, o := range map[string]train.Options{
		"plain":    {Epochs: 120, Batch: 16, Seed: 3},
		"cosine":   {Epochs: 60, Batch: 7, Rate: 0.01, Schedule: train.Cosine, Optimizer: train.AdamW, TestEvery: 1},
		"restarts": {Epochs: 30, Batch: 16, Restarts: 3, Threads: 2, TestEvery: 7},
		"patience": {Epochs: 5000, Batch: 16, Rate: 0.03, TestEvery: 2, Restarts: 2},
		"one step": {Epochs: 250, Batch: 1000},
	} {
		t.Run(name, func(t *testing.T) {
			hooks := []train.Hook{}
			if name == "patience" {
				hooks = append(hooks, train.Patience(30))
			}
			var seen []train.State
			whole := mustFit(t, o, append(slices.Clone(hooks), states(&seen))...)
			if len(seen) < 3 {
				t.Fatalf("the fit has %d states", len(seen))
			}
			for i, s := range seen {
				if i%3 > 0 && !s.Done && i != len(seen)-2 { // skipped to save a few seconds
					continue
				}
				o := o
				o.Resume = []train.State{s}
				var again []train.State
				res := mustFit(t, o, append(slices.Clone(hooks), states(&again))...)
				sameBits(t, "resumed", whole, res)
				for i, rows := range whole.Histories {
					if !slices.Equal(losses(rows), losses(res.Histories[i])) {
						t.Errorf("after resuming, the epochs of restart %d differ", i)
					}
				}
				if !slices.Equal(whole.Losses, res.Losses) || whole.Restart != res.Restart ||
					!cmp.Equal(untimed(whole.Best), untimed(res.Best)) {
					t.Errorf("resumed from restart %d, epoch %d: losses %v, want %v",
						s.Restart, s.Epoch, res.Losses, whole.Losses)
					t.Errorf("restart %d, want %d; epoch %d, want %d",
						res.Restart, whole.Restart, res.Best.Epoch, whole.Best.Epoch)
				}
				for _, a := range again { // later states must be equal, too
					if !slices.ContainsFunc(seen, func(b train.State) bool { return same(a, b) }) {
						t.Errorf("resumed from restart %d, step %d: the state of restart %d, step %d differs",
							s.Restart, s.Steps, a.Restart, a.Steps)
					}
				}
			}
			o.Resume = nil // resume all restarts together from their last states
			for _, s := range seen {
				o.Resume = slices.DeleteFunc(o.Resume, func(have train.State) bool { return have.Restart == s.Restart })
				o.Resume = append(o.Resume, s)
			}
			sameBits(t, "all done", whole, mustFit(t, o, hooks...))
		})
	}
}

// untimed returns a row without its time.
func untimed(r train.Epoch) train.Epoch { r.Seconds = 0; return r }

// same reports whether two states are equal except for their times.
func same(a, b train.State) bool {
	for _, s := range []*train.State{&a, &b} {
		s.Rows = slices.Clone(s.Rows)
		for i, r := range s.Rows {
			s.Rows[i] = untimed(r)
		}
	}
	return cmp.Equal(a, b)
}

// TestResumeInterrupted checks that the state of an interrupted fit is from the last hundredth step. The
// resumed fit must equal an uninterrupted one.
func TestResumeInterrupted(t *testing.T) {
	o := train.Options{Epochs: 120, Batch: 16, Restarts: 2, TestEvery: 5}
	whole := mustFit(t, o)
	for _, epoch := range []int{1, 26, 77, 120} {
		ctx, cancel := context.WithCancel(context.Background())
		var seen []train.State
		end := states(&seen)
		end.OnSnapshot = nil
		res, err := fit(t, ctx, o, end, train.Hook{Epoch: func(r *train.Progress) error {
			if r.Row.Epoch == epoch {
				cancel()
			}
			return nil
		}})
		if err != nil || !res.Interrupted {
			t.Fatalf("%v, interrupted: %v", err, res.Interrupted)
		}
		o := o
		if o.Resume = seen; len(seen) == 0 || !seen[0].Done && seen[0].Steps != 4*epoch/100*100 {
			t.Errorf("a fit interrupted after epoch %d has %d states", epoch, len(seen))
		}
		sameBits(t, "resumed", whole, mustFit(t, o))
	}
}

// TestResumeHooks checks that hooks see the epochs before the stop, and that the time continues.
func TestResumeHooks(t *testing.T) {
	var seen []train.State
	o := train.Options{Epochs: 60, Batch: 16}
	whole := mustFit(t, o, states(&seen))
	o.Resume = seen[1:2] // 100 steps are 25 epochs
	first := 0
	mustFit(t, o, train.Hook{
		Start: func(r *train.Progress) error {
			if len(r.Rows) != 25 || r.Row.Epoch != 25 || !cmp.Equal(r.Rows, whole.Rows[:25]) {
				t.Errorf("Start sees %d rows", len(r.Rows))
			}
			return nil
		},
		Epoch: func(r *train.Progress) error {
			if first == 0 {
				first = r.Row.Epoch
			}
			if r.Row.Seconds < whole.Rows[24].Seconds || len(r.Rows) != r.Row.Epoch {
				t.Errorf("epoch %d ends after %g s", r.Row.Epoch, r.Row.Seconds)
			}
			return nil
		},
	})
	if first != 26 {
		t.Errorf("the first epoch is %d", first)
	}
}

// TestResumeRefuses checks that Fit refuses states of another fit.
func TestResumeRefuses(t *testing.T) {
	var seen []train.State
	o := train.Options{Epochs: 60, Batch: 16}
	mustFit(t, o, states(&seen))
	for what, change := range map[string]func(*train.State){
		"parameters":     func(s *train.State) { s.Params = s.Params[1:] },
		"a shape":        func(s *train.State) { s.Mean = slices.Clone(s.Mean); s.Mean[0].Shape = []int{7, 2} },
		"training bins":  func(s *train.State) { s.Order = s.Order[1:] },
		"an epoch":       func(s *train.State) { s.Epoch = 3 },
		"a minibatch":    func(s *train.State) { s.Batch = 4 },
		"steps":          func(s *train.State) { s.Steps++ },
		"terms":          func(s *train.State) { s.Row.Train.Terms = nil },
		"rows":           func(s *train.State) { s.Rows = slices.Clone(s.Rows); s.Rows[3].Train.Terms = nil },
		"the generator":  func(s *train.State) { s.Shuffle = nil },
		"what it kept":   func(s *train.State) { s.Kept, s.KeptEpoch = s.Params, 99 },
		"when it ended":  func(s *train.State) { s.Done, s.Epoch = true, 99 },
		"its parameters": func(s *train.State) { s.Done, s.Epoch, s.Params = true, 1, nil },
	} {
		o := o
		o.Resume = []train.State{seen[1]}
		change(&o.Resume[0])
		if _, err := fit(t, context.Background(), o); !errors.Is(err, train.ErrState) {
			t.Errorf("state with another %s: error %v, want ErrState", what, err)
		}
	}
}

// exponential returns the small recording and a model of rates exp(A z + b). With a large learning rate, its
// loss is soon not finite.
func exponential(t *testing.T) (graph.Config, *data.Recording, data.Split) {
	t.Helper()
	c, rec, split := traintest.Small(t)
	c.Decoder = layers.LinearDecoder{Link: layers.Exp}
	return c, rec, split
}

// TestRollback checks a loss that is not finite: the fit goes back to its last snapshot, even over several
// epochs, and continues at half the learning rate. A warning says so, and hooks are called. A fit resumed from
// any state, before or after, has the same result.
func TestRollback(t *testing.T) {
	c, rec, split := exponential(t)
	o := train.Options{Epochs: 120, Batch: 16, Rate: 3}
	run := func(hooks ...train.Hook) *train.Result {
		t.Helper()
		res, err := train.Fit(context.Background(), c, rec, split, o, time.Now, hooks...)
		if err != nil {
			t.Fatal(err)
		}
		return res
	}
	var seen []train.State
	rollbacks, epochs := 0, 0
	whole := run(states(&seen), train.Hook{
		OnRollback: func(r *train.Progress) error {
			if rollbacks++; len(r.Warnings) != rollbacks || len(r.Rows) != r.Row.Epoch {
				t.Errorf("%d calls of OnRollback, but %d warnings; %d rows, the last of epoch %d",
					rollbacks, len(r.Warnings), len(r.Rows), r.Row.Epoch)
			}
			epochs = len(r.Rows)
			return nil
		},
		Epoch: func(r *train.Progress) error {
			if epochs++; r.Row.Epoch != epochs || len(r.Rows) != epochs {
				t.Errorf("the call for epoch %d is number %d, with %d rows", r.Row.Epoch, epochs, len(r.Rows))
			}
			if want := math.Ldexp(3, -rollbacks); r.Row.Rate != want {
				t.Errorf("epoch %d: the rate is %g, want %g", r.Row.Epoch, r.Row.Rate, want)
			}
			return nil
		},
	})
	if rollbacks == 0 || len(whole.Warnings) != rollbacks || len(whole.Rows) != 120 ||
		!strings.Contains(whole.Warnings[0], "went back to the end of step 0") {
		t.Fatalf("%d epochs, warnings %q", len(whole.Rows), whole.Warnings)
	}
	for i, r := range whole.Rows {
		if r.Epoch != i+1 || r.Step != 4*(i+1) {
			t.Errorf("row %d is of epoch %d, step %d", i, r.Epoch, r.Step)
		}
	}
	for _, s := range seen {
		o.Resume = []train.State{s}
		res := run()
		sameBits(t, "resumed", whole, res)
		if !slices.Equal(res.Warnings, whole.Warnings) {
			t.Errorf("resumed from step %d: warnings %q, want %q", s.Steps, res.Warnings, whole.Warnings)
		}
	}
}

// TestGivesUp checks that a fit gives up after three rollbacks, with the error of a loss that is not finite.
func TestGivesUp(t *testing.T) {
	c, rec, split := exponential(t)
	rollbacks := 0
	_, err := train.Fit(context.Background(), c, rec, split, train.Options{Epochs: 120, Batch: 16, Rate: 50}, time.Now,
		train.Hook{OnRollback: func(*train.Progress) error { rollbacks++; return nil }})
	says(t, err, "epoch 1, step ", "the loss is", "--lr")
	if rollbacks != 3 {
		t.Errorf("%d rollbacks, want 3", rollbacks)
	}
}
