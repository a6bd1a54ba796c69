package train_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"facrnn/layers"
	"facrnn/train"
	"facrnn/train/internal/traintest"
)

// fit fits the small recording.
func fit(t *testing.T, ctx context.Context, o train.Options, hooks ...train.Hook) (*train.Result, error) {
	t.Helper()
	c, rec, split := traintest.Small(t)
	return train.Fit(ctx, c, rec, split, o, time.Now, hooks...)
}

// mustFit calls fit and stops the test on an error.
func mustFit(t *testing.T, o train.Options, hooks ...train.Hook) *train.Result {
	t.Helper()
	res, err := fit(t, context.Background(), o, hooks...)
	if err != nil {
		t.Fatal(err)
	}
	return res
}

// losses returns the training losses of the epochs.
func losses(rows []train.Epoch) (l []float64) {
	for _, r := range rows {
		l = append(l, r.Train.Loss)
	}
	return l
}

// sameBits reports an error if parameters or losses differ in any bit. They contain no NaN.
func sameBits(t *testing.T, what string, a, b *train.Result) {
	t.Helper()
	if d := cmp.Diff(train.Params(a.Model), train.Params(b.Model)); d != "" {
		t.Errorf("%s: the parameters differ:\n%s", what, d)
	}
	if d := cmp.Diff(losses(a.Rows), losses(b.Rows)); d != "" {
		t.Errorf("%s: the losses differ:\n%s", what, d)
	}
}

// TestSeed checks that one seed gives the same bits, whether restarts run one after another or at the same
// time.
func TestSeed(t *testing.T) {
	o := train.Options{Epochs: 10, Batch: 16, Restarts: 3, Seed: 5, Optimizer: train.AdamW}
	a := mustFit(t, o)
	sameBits(t, "again", a, mustFit(t, o))
	o.Threads = 2
	b := mustFit(t, o)
	sameBits(t, "with two threads", a, b)
	if !slices.Equal(a.Losses, b.Losses) || a.Restart != b.Restart {
		t.Errorf("with two threads, the restarts end at losses %v, want %v", b.Losses, a.Losses)
	}
	o.Seed = 50
	if c := mustFit(t, o); cmp.Equal(train.Params(a.Model), train.Params(c.Model)) {
		t.Error("another seed gives the same parameters")
	}
}

// TestHeldOutBinsDoNotTrain checks that the held-out bins do not change a bit of the training: neither their
// evaluation nor their values.
func TestHeldOutBinsDoNotTrain(t *testing.T) {
	o := train.Options{Epochs: 10, Batch: 16, TestEvery: 1}
	a := mustFit(t, o)
	o.TestEvery = 1000
	b := mustFit(t, o)
	sameBits(t, "looking every 1000 epochs", a, b)
	for i, r := range b.Rows {
		if last := i == len(b.Rows)-1; (r.Test != nil) != last {
			t.Errorf("epoch %d evaluated the held-out bins: %v; want only the last epoch", r.Epoch, r.Test != nil)
		}
	}
	if last := len(a.Rows) - 1; !cmp.Equal(a.Rows[last].Test, b.Rows[last].Test) {
		t.Error("the held-out losses depend on how often they were evaluated")
	}
	c, rec, split := traintest.Small(t)
	for _, bin := range split.Test { // the last block, so it is not in the history of a training bin
		for n := range rec.Activity.Cols {
			rec.Activity.Row(bin)[n] = 100
		}
	}
	other, err := train.Fit(context.Background(), c, rec, split, o, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	sameBits(t, "with other held-out bins", a, other)
	if cmp.Equal(other.Rows[9].Test, a.Rows[9].Test) {
		t.Error("changed held-out bins have the same loss")
	}
}

// TestShortLastBatch cuts 60 bins into minibatches of 59 and 1. Both must count: an epoch has two steps, and
// its KL, a mean over bins without noise, equals the KL of all bins. The learning rate is too small to change a
// parameter. The tolerance allows some roundings of float32.
func TestShortLastBatch(t *testing.T) {
	c, rec, split := traintest.Small(t)
	kl := map[int]float64{}
	for _, batch := range []int{60, 59, 7, 1000} {
		o := train.Options{Epochs: 3, Batch: batch, Rate: 1e-30}
		res, err := train.Fit(context.Background(), c, rec, split, o, time.Now)
		if err != nil {
			t.Fatal(err)
		}
		steps := 3 * ((60 + min(60, batch) - 1) / min(60, batch))
		if got := res.Rows[2].Step; got != steps {
			t.Errorf("3 epochs of 60 bins in minibatches of %d have %d steps, want %d", batch, got, steps)
		}
		kl[batch] = res.Rows[2].Train.Terms[1]
		if !(math.Abs(kl[batch]-kl[60]) <= 1e-6*kl[60]) {
			t.Errorf("the KL is %.9g in minibatches of %d and %.9g in one minibatch of 60", kl[batch], batch, kl[60])
		}
	}
}

// TestRestarts checks that each restart equals the fit of its own seed. Fit keeps the restart with the lowest
// loss over its last epochs, with its rows.
func TestRestarts(t *testing.T) {
	o := train.Options{Epochs: 10, Batch: 16, Restarts: 4, Seed: 3}
	res := mustFit(t, o)
	if len(res.Losses) != 4 || res.Losses[res.Restart] != slices.Min(res.Losses) {
		t.Fatalf("Fit kept restart %d of restarts with losses %v", res.Restart, res.Losses)
	}
	for i, l := range res.Losses {
		alone := mustFit(t, train.Options{Epochs: 10, Batch: 16, Seed: 3 + uint64(i)})
		if alone.Losses[0] != l {
			t.Errorf("restart %d ends at loss %g, the fit of its seed at %g", i, l, alone.Losses[0])
		}
		if len(res.Histories) != 4 || !slices.Equal(losses(res.Histories[i]), losses(alone.Rows)) {
			t.Errorf("the epochs of restart %d of %d differ from the fit of its seed", i, len(res.Histories))
		}
		if i == res.Restart {
			sameBits(t, "the kept restart", res, alone)
		}
	}
	if last := res.Rows[len(res.Rows)-1].Train.Loss; res.Losses[res.Restart] != last {
		t.Errorf("the last of 10 epochs has loss %g, but the restart has %g", last, res.Losses[res.Restart])
	}
}

// TestSchedules checks that the learning rate is constant, or falls along half a cosine over the steps.
// Epoch.Rate is the rate of an epoch's last step, which is step 4 e - 1 of 40, counted from 0.
func TestSchedules(t *testing.T) {
	for _, r := range mustFit(t, train.Options{Epochs: 10, Batch: 16, Rate: 0.01}).Rows {
		if r.Rate != 0.01 {
			t.Errorf("epoch %d: the constant rate is %g", r.Epoch, r.Rate)
		}
	}
	rows := mustFit(t, train.Options{Epochs: 10, Batch: 16, Rate: 0.01, Schedule: train.Cosine}).Rows
	for _, r := range rows {
		want := 0.01 * math.Pow(math.Cos(math.Pi/2*float64(4*r.Epoch-1)/40), 2) // (1 + cos 2a)/2 = cos^2 a
		if !(math.Abs(r.Rate-want) <= 1e-15) {
			t.Errorf("epoch %d: the rate is %g, want %g", r.Epoch, r.Rate, want)
		}
	}
	if last := rows[9].Rate; !(last > 0 && last < 0.002*0.01) {
		t.Errorf("the cosine schedule ends at %g, having begun at 0.01", last)
	}
}

// TestInterrupted ends the context after epoch 3. The result must have the same bits as a fit of 3 epochs, and
// every hook's End must be called.
func TestInterrupted(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	ended := 0
	res, err := fit(t, ctx, train.Options{Epochs: 1_000_000, Batch: 16}, train.Hook{
		Name: "user",
		Epoch: func(r *train.Progress) error {
			if r.Row.Epoch == 3 {
				cancel()
			}
			return nil
		},
		End: func(*train.Progress) error { ended++; return nil },
	})
	if err != nil {
		t.Fatal(err)
	}
	if !res.Interrupted || len(res.Rows) != 3 || ended != 1 {
		t.Errorf("interrupted: %v, %d rows, %d calls of End", res.Interrupted, len(res.Rows), ended)
	}
	whole := mustFit(t, train.Options{Epochs: 3, Batch: 16})
	if whole.Interrupted {
		t.Error("a complete fit is marked as interrupted")
	}
	sameBits(t, "interrupted after epoch 3", res, whole)
}

// TestInterruptedRestarts interrupts restarts that run one after another. Fit must keep the restart that
// finished its epochs.
func TestInterruptedRestarts(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	res, err := fit(t, ctx, train.Options{Epochs: 2, Restarts: 3}, train.Hook{
		Start: func(r *train.Progress) error {
			if r.Restart == 1 {
				cancel()
			}
			return nil
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	if !res.Interrupted || res.Restart != 0 || len(res.Rows) != 2 || !math.IsNaN(res.Losses[1]) ||
		!math.IsNaN(res.Losses[2]) {
		t.Errorf("interrupted: %v; restart %d of %v with %d rows",
			res.Interrupted, res.Restart, res.Losses, len(res.Rows))
	}
}

// TestInterruptedBeforeItBegan checks that a fit whose context has already ended returns the random initial
// parameters.
func TestInterruptedBeforeItBegan(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	res, err := fit(t, ctx, train.Options{Epochs: 2, Restarts: 2, Threads: 2})
	if err != nil {
		t.Fatal(err)
	}
	if !res.Interrupted || len(res.Rows) != 0 || res.Model == nil {
		t.Errorf("interrupted: %v with %d rows", res.Interrupted, len(res.Rows))
	}
}

// TestNotFinite checks the error for a loss that is not finite: it names the epoch and the remedy.
func TestNotFinite(t *testing.T) {
	t.Run("huge activity", func(t *testing.T) {
		c, rec, split := traintest.Small(t)
		for i := range rec.Activity.Data {
			rec.Activity.Data[i] *= 1e30 // its square is infinite in float32
		}
		_, err := train.Fit(context.Background(), c, rec, split, train.Options{Epochs: 5}, time.Now)
		says(t, err, "epoch 1, step 1", "loss is", "--lr")
	})
	t.Run("huge rate", func(t *testing.T) {
		// the first step makes every parameter about 1e10
		_, err := fit(t, context.Background(), train.Options{Epochs: 5, Batch: 16, Rate: 1e10})
		says(t, err, "epoch 1, step ", "loss is", "--lr")
	})
	t.Run("huge held-out bin", func(t *testing.T) {
		c, rec, split := traintest.Small(t)
		rec.Activity.Row(split.Test[5])[0] = 1e30
		_, err := train.Fit(context.Background(), c, rec, split, train.Options{Epochs: 5}, time.Now)
		says(t, err, "held-out bins", "loss is")
		t.Run("when", func(t *testing.T) {
			says(t, err, "epoch 1")
		})
	})
	t.Run("in one restart of many", func(t *testing.T) {
		_, err := fit(t, context.Background(), train.Options{Epochs: 5, Batch: 16, Rate: 1e10, Restarts: 4, Threads: 2})
		says(t, err, "loss is") // in any restart, in training or for the held-out bins
	})
}

func says(t *testing.T, err error, words ...string) {
	t.Helper()
	for _, w := range words {
		if err == nil || !strings.Contains(err.Error(), w) {
			t.Errorf("error %v, want one that contains %q", err, w)
		}
	}
}

// TestRefuses checks that Fit refuses invalid settings before it begins.
func TestRefuses(t *testing.T) {
	_, err := fit(t, context.Background(), train.Options{Epochs: -1})
	says(t, err, "epochs is -1")
	c, rec, split := traintest.Small(t)
	c.Structure = layers.Partition{0}
	_, err = train.Fit(context.Background(), c, rec, split, train.Options{}, time.Now)
	says(t, err, "0 latents")
}

// TestDefaultTerms checks that a configuration without terms has the paper's, and that Fit reports their
// losses.
func TestDefaultTerms(t *testing.T) {
	c, rec, split := traintest.Small(t)
	c.Terms = nil
	res, err := train.Fit(context.Background(), c, rec, split, train.Options{Epochs: 1}, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	row := res.Rows[0]
	if len(row.Weights) != 3 || len(row.Train.Terms) != 3 || len(row.Test.Terms) != 3 {
		t.Errorf("%d weights, %d terms in training and %d held out, want 3",
			len(row.Weights), len(row.Train.Terms), len(row.Test.Terms))
	}
}

// TestClock checks that Seconds come from the given clock: one reading at the start of a restart, and one per
// epoch.
func TestClock(t *testing.T) {
	c, rec, split := traintest.Small(t)
	at := time.Unix(0, 0)
	clock := func() time.Time { at = at.Add(1500 * time.Millisecond); return at }
	res, err := train.Fit(context.Background(), c, rec, split, train.Options{Epochs: 3}, clock)
	if err != nil {
		t.Fatal(err)
	}
	if len(res.Rows) != 3 {
		t.Fatalf("3 epochs have %d rows", len(res.Rows))
	}
	for i, r := range res.Rows {
		if r.Seconds != 1.5*float64(i+1) {
			t.Errorf("epoch %d ends after %g s", r.Epoch, r.Seconds)
		}
	}
}

// TestNoGoroutinesStay checks that complete, failed and interrupted fits leave no goroutine behind.
func TestNoGoroutinesStay(t *testing.T) {
	before := runtime.NumGoroutine()
	cancelled, cancel := context.WithCancel(context.Background())
	cancel()
	for range 3 {
		mustFit(t, train.Options{Epochs: 2, Batch: 16, Restarts: 4, Threads: 3})
		if _, err := fit(t, context.Background(), train.Options{Epochs: 2, Restarts: 4, Threads: 3,
			Rate: 1e30}); err == nil {
			t.Fatal("a learning rate of 1e30 gives no error")
		}
		if _, err := fit(t, cancelled, train.Options{Epochs: 2, Restarts: 4, Threads: 3}); err != nil {
			t.Fatal(err)
		}
	}
	after := runtime.NumGoroutine()
	for range 1000 { // goroutines that have returned may take a moment to end
		if after <= before {
			return
		}
		time.Sleep(10 * time.Millisecond)
		after = runtime.NumGoroutine()
	}
	stacks := make([]byte, 1<<16)
	t.Errorf("%d goroutines before, %d after:\n%s", before, after, stacks[:runtime.Stack(stacks, true)])
}

// TestParamsAreCopies checks that parameters that a hook has copied do not change later.
func TestParamsAreCopies(t *testing.T) {
	var first []train.Array
	var said string
	mustFit(t, train.Options{Epochs: 3}, train.Hook{
		Epoch: func(r *train.Progress) error {
			if r.Row.Epoch == 1 {
				first = r.Params()
				said = fmt.Sprint(first)
			}
			return nil
		},
		End: func(r *train.Progress) error {
			if fmt.Sprint(first) != said {
				return errors.New("the parameters of epoch 1 have changed")
			}
			if fmt.Sprint(r.Params()) == said {
				return errors.New("two epochs changed nothing")
			}
			return nil
		},
	})
}
