package train_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"facrnn/train"
)

// TestHooksAreCalled checks the order of calls: Start, Epoch after every epoch, End. Nil functions are skipped.
func TestHooksAreCalled(t *testing.T) {
	var calls []string
	note := func(name, what string) func(*train.Progress) error {
		return func(r *train.Progress) error {
			calls = append(calls, fmt.Sprintf("%s %s %d/%d %d/%d", name, what, r.Restart, r.Restarts, r.Row.Epoch,
				r.Epochs))
			return nil
		}
	}
	all := func(name string) train.Hook {
		return train.Hook{Name: name, Start: note(name, "start"), Epoch: note(name, "epoch"), End: note(name, "end")}
	}
	mustFit(t, train.Options{Epochs: 2, Restarts: 2}, all("a"), train.Hook{Name: "nil"}, all("b"))
	var want []string
	for r := range 2 {
		for _, c := range []string{"start %d/2 0/2", "epoch %d/2 1/2", "epoch %d/2 2/2", "end %d/2 2/2"} {
			want = append(want, "a "+fmt.Sprintf(c, r), "b "+fmt.Sprintf(c, r))
		}
	}
	if d := cmp.Diff(want, calls); d != "" {
		t.Error(d)
	}
}

// TestHookErrors checks that any error except ErrStop ends the fit. The error names the hook and wraps the
// original error.
func TestHookErrors(t *testing.T) {
	full := errors.New("the disk is full")
	fail := func(*train.Progress) error { return full }
	for at, h := range map[string]train.Hook{
		"start": {Name: "saver", Start: fail},
		"epoch": {Name: "saver", Epoch: fail},
		"end":   {Name: "saver", End: fail},
	} {
		_, err := fit(t, context.Background(), train.Options{Epochs: 2000, Restarts: 3, Threads: 2}, h)
		if !errors.Is(err, full) {
			t.Errorf("at its %s: %v", at, err)
		}
		says(t, err, "saver: the disk is full")
	}
}

// TestHookErrorEndsOthers checks that an error in one restart ends the other restarts early, and that Fit
// returns the error rather than an interruption.
func TestHookErrorEndsOthers(t *testing.T) {
	epochs := 0
	_, err := fit(t, context.Background(), train.Options{Epochs: 1_000_000, Restarts: 2, Threads: 2}, train.Hook{
		Name: "saver",
		Epoch: func(r *train.Progress) error {
			epochs++
			if r.Restart == 1 && r.Row.Epoch == 3 {
				return errors.New("no")
			}
			return nil
		},
	})
	says(t, err, "saver: no")
	if epochs > 100_000 {
		t.Errorf("the other restart continued; %d epochs in total", epochs)
	}
}

// TestErrStop checks that ErrStop ends one restart as if it were complete: later hooks still see the epoch, and
// End is called.
func TestErrStop(t *testing.T) {
	var seen, ended []string
	res := mustFit(t, train.Options{Epochs: 5, Restarts: 2},
		train.Hook{Name: "stopper", Epoch: func(r *train.Progress) error {
			if r.Restart == 0 && r.Row.Epoch == 2 {
				return fmt.Errorf("enough: %w", train.ErrStop)
			}
			return nil
		}},
		train.Hook{Name: "after",
			Epoch: func(r *train.Progress) error {
				seen = append(seen, fmt.Sprint(r.Restart, "/", r.Row.Epoch))
				return nil
			},
			End: func(r *train.Progress) error { ended = append(ended, fmt.Sprint(r.Restart)); return nil },
		})
	if !slices.Equal(seen, []string{"0/1", "0/2", "1/1", "1/2", "1/3", "1/4", "1/5"}) ||
		!slices.Equal(ended, []string{"0", "1"}) {
		t.Errorf("epochs %v, ends %v", seen, ended)
	}
	if res.Interrupted {
		t.Error("a stopped restart must not count as interrupted")
	}
}

// TestPatienceCounts checks when the hook saves the parameters and when it stops, given the held-out losses of
// epochs 1, 2, ... A loss of 0 means not evaluated.
func TestPatienceCounts(t *testing.T) {
	for _, c := range []struct {
		name    string
		losses  []float64
		keeps   []int
		stopsAt int // 0: never
	}{
		{"falling", []float64{5, 4, 3, 2, 1}, []int{1, 2, 3, 4, 5}, 0},
		{"rising", []float64{1, 2, 3, 4, 5}, []int{1}, 4},
		{"level is no fall", []float64{2, 2, 2, 2, 2}, []int{1}, 4},
		{"a fall in time", []float64{3, 4, 4, 2, 3, 3, 3}, []int{1, 4}, 7},
		{"looked at every other epoch", []float64{0, 3, 0, 4, 0, 5, 0}, []int{2}, 6},
		{"never looked at", []float64{0, 0, 0, 0, 0}, nil, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			h := train.Patience(3)
			var keeps []int
			r := &train.Progress{}
			back := 0
			r.SaveBest, r.RestoreBest = func() {
				keeps, r.Best = append(keeps, r.Row.Epoch),
					&train.Epoch{Epoch: r.Row.Epoch, Test: r.Row.Test}
			}, func() { back++ }
			stopped := 0
			for i, l := range c.losses {
				r.Row = train.Epoch{Epoch: i + 1}
				if l != 0 {
					r.Row.Test = &train.Losses{Loss: l}
				}
				if err := h.Epoch(r); errors.Is(err, train.ErrStop) {
					stopped = r.Row.Epoch
					break
				} else if err != nil {
					t.Fatal(err)
				}
			}
			if !slices.Equal(keeps, c.keeps) || stopped != c.stopsAt {
				t.Errorf("saves after epochs %v and stops at %d, want %v and %d", keeps, stopped, c.keeps, c.stopsAt)
			}
			if err := h.End(r); err != nil || back != 1 {
				t.Errorf("restores the parameters %d times, error %v", back, err)
			}
		})
	}
}

// TestPatienceRestores checks that the fitted parameters are from the epoch with the lowest held-out loss. The
// learning rate is so large that the loss soon rises.
func TestPatienceRestores(t *testing.T) {
	type look struct {
		loss   float64
		epoch  int
		params []train.Array
	}
	looks := map[int]look{} // the lowest loss of each restart
	res := mustFit(t, train.Options{Epochs: 5000, Batch: 16, Rate: 0.03, TestEvery: 2, Restarts: 3, Threads: 2},
		train.Hook{Name: "witness", Epoch: func(r *train.Progress) error {
			if best, ok := looks[r.Restart]; r.Row.Test != nil && (!ok || r.Row.Test.Loss < best.loss) {
				looks[r.Restart] = look{r.Row.Test.Loss, r.Row.Epoch, r.Params()}
			}
			return nil
		}},
		train.Patience(20))
	best, last := looks[res.Restart], res.Rows[len(res.Rows)-1].Epoch
	if last != best.epoch+20 {
		t.Errorf("the lowest loss is in epoch %d, but training ended at %d", best.epoch, last)
	}
	if d := cmp.Diff(best.params, train.Params(res.Model)); d != "" {
		t.Errorf("the parameters differ from the parameters of epoch %d:\n%s", best.epoch, d)
	}
}
