package train

import (
	"errors"

	"facrnn/graph"
)

// Hook is called during a fit; any of its functions may be nil. The loop itself only trains: progress, metrics,
// checkpoints and early stopping are hooks. If restarts run at the same time, still only one hook function runs at a
// time.
type Hook struct {
	Name string
	// Start is called before the first epoch of every restart. A resumed restart already has Rows then.
	Start func(*Progress) error
	// Epoch is called after every epoch. ErrStop ends this restart early; any other error ends the fit.
	Epoch func(*Progress) error
	// End is called after the last epoch of every restart, unless an error ended the restart.
	End func(*Progress) error
	// OnSnapshot is called for every new snapshot: at the first step of a restart and at every hundredth.
	OnSnapshot func(*Progress) error
	// OnRollback is called after a restart has gone back to its last snapshot. The last of Warnings gives the reason.
	// Epochs after the snapshot no longer count.
	OnRollback func(*Progress) error
	// Step is called when a step outside the training loop begins, such as a refit. The function that it returns is
	// called when the step ends.
	Step func(what string) (done func())
}

// ErrStop ends a restart early if a hook's Epoch returns it. The restart then counts as complete.
var ErrStop = errors.New("stop")

// Progress is a hook's view of one restart.
type Progress struct {
	Restart, Restarts int   // the restart's number, from 0, and the number of restarts
	Epochs            int   // the number of epochs, unless the restart is stopped early
	Row               Epoch // the last epoch; after RestoreBest, the restored epoch
	// Rows holds all finished epochs, including resumed ones. A hook must not change it.
	Rows []Epoch
	// Warnings holds one sentence for each loss that was not finite.
	Warnings []string

	// Params returns copies of the current parameters.
	Params func() []Array
	// SaveBest saves the current parameters; RestoreBest restores the saved ones.
	SaveBest, RestoreBest func()
	// Best is the epoch after which SaveBest was last called; nil before the first call.
	Best *Epoch
	// State returns a copy of the last snapshot, or the final state of a complete restart; nil before the first
	// snapshot.
	State func() *State
}

// Epoch is one epoch's row of metrics.csv.
type Epoch struct {
	Epoch   int       // from 1
	Step    int       // number of minibatches so far
	Seconds float64   // time since the restart began
	Train   Losses    // means over the epoch's minibatches, during training
	Test    *Losses   // losses of the held-out bins after the epoch; nil if they were not evaluated
	Weights []float64 // weights of the terms at the epoch's last step
	Rate    float64   // the learning rate of the epoch's last step
}

// Losses holds the training objective and its terms. The terms are without their weights, in the order of the
// configuration.
type Losses struct {
	Loss  float64
	Terms []float64
}

// Array is a copy of one parameter.
type Array = graph.NamedArray

// Patience returns a hook that ends a restart if the held-out loss has not fallen for that many epochs. It then
// restores the parameters with the lowest held-out loss.
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
