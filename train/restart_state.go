package train

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"

	"facrnn/data"
)

// State holds everything that a restart needs to resume. The resumed restart ends with the same bits as a restart that
// never stopped. A State describes a moment between two steps, or a complete restart.
type State struct {
	Restart int // number of the restart, from 0
	// Done is true if the restart is complete. Of the fields below, only Epoch, Rows, Params, LeftOut and Warnings have
	// a meaning then.
	Done  bool
	Epoch int     // the current epoch, from 1; for a complete restart, the epoch of Params
	Batch int     // finished minibatches of the current epoch
	Steps int     // finished minibatches of all epochs
	Row   Epoch   // the current epoch so far: sums over its finished minibatches
	Rows  []Epoch // the finished epochs

	Params       []Array
	LeftOut      []float32 // (P,N) the model's graph.Config.LeftOut during training
	Updates      int       // Adam's number of updates so far
	Mean, Square []Array   // Adam's running means, with the shapes of Params

	Order   []int  // the training bins in the order of the current epoch
	Shuffle []byte // the generator that shuffles them, as rand.PCG marshals itself
	Noise   uint64 // the stream of normal draws

	Kept      []Array // the parameters that Progress.SaveBest saved; empty if it was not called
	KeptEpoch int     // the epoch of Kept

	Warnings []string // one for each rollback; each rollback halved the learning rate
}

// ErrState is wrapped by the error of Fit for a State that is damaged, or of another model, other training bins or
// other options.
var ErrState = errors.New("the saved state does not match this fit")

// StateError is the error of a restart that cannot continue from its State. It wraps ErrState.
type StateError struct {
	Restart int  // number of the restart, from 0
	Damaged bool // the state has the right shapes, but values that Fit never stores
	Err     error
}

// Error returns the message, which counts restarts from 1.
func (e *StateError) Error() string {
	return fmt.Sprintf("restart %d: %v: %v", e.Restart+1, ErrState, e.Err)
}

// Unwrap returns ErrState and the cause.
func (e *StateError) Unwrap() []error { return []error{ErrState, e.Err} }

// stateEvery is the number of steps between two snapshots. A snapshot copies the parameters and Adam's two
// running means. This is less memory than one step of Adam touches, so snapshots cost well below 1 % of the
// steps.
const stateEvery = 100

// maxRollbacks is the number of rollbacks after which a restart gives up.
const maxRollbacks = 3

// snapshot is the state of a restart before the last stateEvery-th step with a finite loss.
type snapshot struct {
	epoch, batch, steps, updates int
	row                          Epoch
	rows                         int // finished epochs
	params, mean, square         [][]float32
	order                        []int // the order of the bins in epoch; set when the next epoch shuffles them
	ordered                      bool  // whether order is set
	shuffle                      rand.PCG
	noise                        Normal
	best                         *bestParams
}

// bestParams holds what Progress.SaveBest saves. It never changes.
type bestParams struct {
	params [][]float32
	row    Epoch
}

// takeSnapshot saves the state before a step, for rollback and for State. noise is the stream before the step
// drew from it. The memory of the snapshot before is reused.
func (r *restart) takeSnapshot(noise Normal) {
	s := r.lastFinite
	if s == nil {
		s = &snapshot{}
		r.lastFinite = s
	}
	s.epoch, s.batch, s.steps, s.updates, s.rows = r.row.Epoch, r.batch, r.steps, r.adam.steps, len(r.rows)
	s.row = r.row
	s.row.Train.Terms = slices.Clone(r.row.Train.Terms)
	params := make([][]float32, 0, len(r.model.Params()))
	for _, p := range r.model.Params() {
		params = append(params, p.Data)
	}
	s.params, s.mean, s.square = copies(s.params, params), copies(s.mean, r.adam.mean), copies(s.square, r.adam.sq)
	s.ordered, s.shuffle, s.noise, s.best = false, *r.pcg, noise, r.best
}

// copies copies arrays into dst, and allocates dst if it is nil.
func copies(dst, src [][]float32) [][]float32 {
	if dst == nil {
		dst = make([][]float32, len(src))
	}
	for i, x := range src {
		dst[i] = append(dst[i][:0], x...)
	}
	return dst
}

// startEpoch shuffles the bins for an epoch. If the snapshot is of the epoch before, it first saves their order
// there.
func (r *restart) startEpoch(epoch int) {
	if s := r.lastFinite; s != nil && !s.ordered {
		s.order, s.ordered = append(s.order[:0], r.batches.Rows()...), true
	}
	r.batches.Shuffle(r.shuffle)
	r.batch, r.row = 0, Epoch{Epoch: epoch, Train: Losses{Terms: make([]float64, len(r.model.Config.Terms))}}
}

// rollback returns to the last snapshot and halves the learning rate. It returns false if there is no snapshot,
// or after maxRollbacks earlier rollbacks.
func (r *restart) rollback(loss float64) bool {
	s := r.lastFinite
	if s == nil || len(r.progress.Warnings) >= maxRollbacks {
		return false
	}
	where := fmt.Sprintf("in step %d", r.steps+1)
	if r.batch == r.batches.Count() {
		where = "of the held-out bins"
	}
	why := fmt.Sprintf("the loss %s, epoch %d, was %g; training went back to the end of step %d and continues at "+
		"1/%d of the learning rate", where, r.row.Epoch, loss, s.steps, 2<<len(r.progress.Warnings))
	if r.options.Restarts > 1 {
		why = fmt.Sprintf("restart %d: %s", r.progress.Restart+1, why)
	}
	r.progress.Warnings = append(r.progress.Warnings, why)
	r.batch, r.steps, r.adam.steps = s.batch, s.steps, s.updates
	r.row = s.row
	r.row.Train.Terms = slices.Clone(s.row.Train.Terms)
	r.rows = slices.Clip(r.rows[:s.rows]) // appending must not change rows that a hook still holds
	r.model.Restore(s.params)
	copies(r.adam.mean, s.mean)
	copies(r.adam.sq, s.square)
	if s.ordered {
		r.batches = data.NewBatches(s.order, r.options.Batch)
	}
	*r.pcg, *r.noise, r.best = s.shuffle, s.noise, s.best
	r.publish()
	return true
}

// publish updates the hooks' view of the restart.
func (r *restart) publish() {
	r.progress.Rows, r.progress.Row, r.progress.Best = r.rows, Epoch{}, nil
	if n := len(r.rows); n > 0 {
		r.progress.Row = r.rows[n-1]
	}
	if r.best != nil {
		r.progress.Best = &r.best.row
	}
}

// state returns the last snapshot, or the final state of a complete restart, for a hook to store; nil before
// the first snapshot.
func (r *restart) state() *State {
	s := r.lastFinite
	switch {
	case r.done:
		return &State{
			Restart: r.progress.Restart, Done: true, Epoch: r.progress.Row.Epoch, Steps: r.steps,
			Rows: slices.Clone(r.rows), Params: Params(r.model), LeftOut: r.model.Config.LeftOut,
			Warnings: slices.Clone(r.progress.Warnings),
		}
	case s == nil:
		return nil
	}
	binary, err := s.shuffle.MarshalBinary()
	if err != nil {
		panic(err) // rand.PCG never fails to marshal itself
	}
	order := s.order
	if !s.ordered {
		order = r.batches.Rows()
	}
	out := &State{
		Restart: r.progress.Restart, Epoch: s.epoch, Batch: s.batch, Steps: s.steps, Row: s.row,
		Rows: slices.Clone(r.rows[:s.rows]), Params: named(r.model, s.params), LeftOut: r.model.Config.LeftOut,
		Updates: s.updates, Mean: named(r.model, s.mean), Square: named(r.model, s.square),
		Order: slices.Clone(order), Shuffle: binary, Noise: s.noise.state, Warnings: slices.Clone(r.progress.Warnings),
	}
	out.Row.Train.Terms = slices.Clone(s.row.Train.Terms)
	if s.best != nil {
		out.Kept, out.KeptEpoch = named(r.model, s.best.params), s.best.row.Epoch
	}
	return out
}

// resume sets a restart to a stored state.
func (r *restart) resume(s *State) error {
	if err := r.match(s); err != nil {
		return &StateError{Restart: s.Restart, Err: err}
	}
	r.done, r.steps, r.rows, r.progress.Warnings = s.Done, s.Steps, slices.Clone(s.Rows), slices.Clone(s.Warnings)
	if err := r.model.Set(s.Params); err != nil {
		return &StateError{Restart: s.Restart, Err: err}
	}
	if !s.Done {
		r.resumed = true
		r.row, r.batch = s.Row, s.Batch
		r.row.Train.Terms = slices.Clone(s.Row.Train.Terms)
		r.adam.start(r.model)
		r.adam.steps = s.Updates
		fill(r.adam.mean, s.Mean)
		fill(r.adam.sq, s.Square)
		r.batches = data.NewBatches(s.Order, r.options.Batch)
		r.noise.state = s.Noise
		if err := r.pcg.UnmarshalBinary(s.Shuffle); err != nil {
			return &StateError{Restart: s.Restart, Damaged: true, Err: err}
		}
		if len(s.Kept) > 0 {
			r.best = &bestParams{r.model.Snapshot(), s.Rows[s.KeptEpoch-1]}
			fill(r.best.params, s.Kept)
		}
	}
	r.publish()
	if s.Done && s.Epoch > 0 {
		r.progress.Row = s.Rows[s.Epoch-1]
	}
	return nil
}

// match returns an error for the first part of a state that does not match this model, these bins or these
// options.
func (r *restart) match(s *State) error {
	arrays := [][]Array{s.Params}
	if !s.Done {
		arrays = append(arrays, s.Mean, s.Square)
		if len(s.Kept) > 0 {
			arrays = append(arrays, s.Kept)
		}
	}
	for _, as := range arrays {
		if err := sameShapes(Params(r.model), as); err != nil {
			return err
		}
	}
	if !slices.Equal(s.LeftOut, r.model.Config.LeftOut) {
		return errors.New("its history treats the measured inputs differently, as an older version did; " +
			"start a new fit")
	}
	terms := len(r.model.Config.Terms)
	for i, row := range s.Rows {
		if row.Epoch != i+1 || len(row.Train.Terms) != terms {
			return fmt.Errorf("the losses of epoch %d are of another training objective", i+1)
		}
	}
	if s.Done {
		if s.Epoch < 0 || s.Epoch > len(s.Rows) {
			return fmt.Errorf("it ends at epoch %d, but has %d epochs", s.Epoch, len(s.Rows))
		}
		return nil
	}
	order := slices.Sorted(slices.Values(s.Order))
	switch {
	case !slices.Equal(order, slices.Sorted(slices.Values(r.split.Train))):
		return errors.New("it has other training bins")
	case s.Epoch != len(s.Rows)+1 || s.Row.Epoch != s.Epoch || len(s.Row.Train.Terms) != terms:
		return fmt.Errorf("it is in epoch %d after %d finished epochs", s.Epoch, len(s.Rows))
	case s.Batch < 0 || s.Batch >= r.batches.Count() || s.Steps != (s.Epoch-1)*r.batches.Count()+s.Batch:
		return fmt.Errorf("it is at minibatch %d of %d, step %d, in epoch %d",
			s.Batch+1, r.batches.Count(), s.Steps+1, s.Epoch)
	case len(s.Kept) > 0 && (s.KeptEpoch < 1 || s.KeptEpoch > len(s.Rows)):
		return fmt.Errorf("it saved the parameters of epoch %d, but has %d epochs", s.KeptEpoch, len(s.Rows))
	}
	return nil
}
