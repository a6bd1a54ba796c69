package train

import (
	"errors"

	"facrnn/graph"
)

// Hook is called along a run; any of its functions may be nil. The loop itself only trains: progress, metrics,
// checkpoints and early stopping are hooks. Where restarts run side by side, only one hook function runs at a time.
type Hook struct {
	Name  string
	Start func(*Progress) error // before the first epoch of every restart; of one that is resumed, after Rows
	Epoch func(*Progress) error // after every epoch; ErrStop ends this restart early, any other error the fit
	End   func(*Progress) error // after the last epoch of every restart that was not ended by an error
	// OnSnapshot is called whenever there is a new state to go back to: at the first step of a restart and at every
	// hundredth.
	OnSnapshot func(*Progress) error
	// OnRollback is called when a restart has gone back to its last state; why is the last of Warnings, and epochs
	// since then do not count.
	OnRollback func(*Progress) error
	// Step is called when a step beside the training begins, such as a refit; the function that it returns, when the
	// step ends.
	Step func(what string) (done func())
}

// ErrStop is what a hook's Epoch returns to end a restart as if it had run all its epochs.
var ErrStop = errors.New("stop")

// Progress is what a hook sees of one restart.
type Progress struct {
	Restart, Restarts int   // counted from 0
	Epochs            int   // that there will be, unless it is stopped early
	Row               Epoch // of the last epoch; after GoBack, of the one gone back to
	// Rows are those of all epochs so far, resumed ones among them; a hook does not change them.
	Rows []Epoch
	// Warnings are what was wrong so far, a sentence each.
	Warnings []string

	// Params copies the parameters as they are, by name.
	Params func() []Array
	// SaveBest remembers the parameters as they are, and RestoreBest returns to those. Kept is the epoch that SaveBest
	// was last called after; nil before.
	SaveBest, RestoreBest func()
	Best                  *Epoch
	// State copies the last good state, or that of a restart which has ended by itself; nil where there is none yet.
	State func() *State
}

// Epoch is one epoch's row of metrics.csv.
type Epoch struct {
	Epoch   int       // from 1
	Step    int       // minibatches so far
	Seconds float64   // since the restart began
	Train   Losses    // means over the epoch's minibatches, as they were trained on
	Test    *Losses   // of the held-out bins after the epoch; nil where they were not looked at
	Weights []float64 // of the terms, at the epoch's last step
	Rate    float64   // the learning rate of the epoch's last step
}

// Losses is the objective and its terms, without their weights, in the order of the configuration.
type Losses struct {
	Loss  float64
	Terms []float64
}

// Array is a copy of one parameter.
type Array = graph.NamedArray

// Patience returns a hook that ends a restart when the held-out loss has not fallen for that many epochs, and goes back
// to the parameters at which it was lowest.
func Patience(epochs int) Hook {
	return Hook{
		Name: "patience",
		Epoch: func(r *Progress) error {
			switch {
			case r.Row.Test == nil:
			case r.Best == nil || r.Row.Test.Loss < r.Best.Test.Loss:
				r.SaveBest()
			case r.Row.Epoch-r.Best.Epoch >= epochs:
				return ErrStop
			}
			return nil
		},
		End: func(r *Progress) error { r.RestoreBest(); return nil },
	}
}
