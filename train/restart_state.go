package train

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"

	"facrnn/data"
)

// State is all that a restart needs to go on from where it was and end with the same numbers, bit for bit, as one that
// never stopped. It is of a moment between two steps, or of a restart that has ended.
type State struct {
	Restart int   // counted from 0
	Done    bool  // it has ended by itself; of what follows only Epoch, Rows, Params, LeftOut and Warnings count then
	Epoch   int   // the one under way, from 1; of a restart that has ended, the one that Params are of
	Batch   int   // minibatches of that epoch that are behind it
	Steps   int   // in all
	Row     Epoch // what there is of the epoch under way: sums over its minibatches so far
	Rows    []Epoch

	Params       []Array
	LeftOut      []float32 // (P,N) of the model's Config: what the parameters are trained with
	Updates      int       // of Adam so far
	Mean, Square []Array   // its running means, of the shapes of Params

	Order   []int  // the training bins in this epoch's order
	Shuffle []byte // the generator that shuffles them, as rand.PCG writes itself
	Noise   uint64 // the stream of normal draws

	Kept      []Array // what Run.Keep kept, and the epoch that it is of; empty where it was not called
	KeptEpoch int

	Warnings []string // one for every time that it went back; each halved the learning rate
}

// ErrState is in what Fit returns for a State of another model, other training bins or other options, and for a
// damaged one.
var ErrState = errors.New("the state does not fit")

// StateError is the error of a restart that cannot continue from its State. It wraps ErrState.
type StateError struct {
	Restart int  // counted from 0
	Damaged bool // the state fits, but nothing that Fit stores has its values
	Err     error
}

// Error counts restarts from 1, as a reader does.
func (e *StateError) Error() string {
	return fmt.Sprintf("restart %d: %v: %v", e.Restart+1, ErrState, e.Err)
}

// Unwrap returns ErrState and the cause.
func (e *StateError) Unwrap() []error { return []error{ErrState, e.Err} }

// stateEvery is how many steps lie between two snapshots. One copies the parameters and Adam's two means, which is less
// memory than a single step of Adam goes through, so that it costs well below 1 % of the steps.
const stateEvery = 100

// maxSetbacks is how often a restart goes back before it gives up.
const maxSetbacks = 3

// snapshot is the last good state of a restart: that of the last stateEvery-th step whose loss was finite, before it
// changed anything.
type snapshot struct {
	epoch, batch, steps, updates int
	row                          Epoch
	rows                         int // epochs done
	params, mean, square         [][]float32
	order                        []int // of epoch, once the next one has begun and shuffled anew
	ordered                      bool  // whether it has
	shuffle                      rand.PCG
	noise                        Normal
	kept                         *kept
}

// kept is what Run.Keep remembers; it is not changed once it is made.
type kept struct {
	params [][]float32
	row    Epoch
}

// takeSnapshot makes the state before a step the one to go back to; noise is what it was before the step drew from it.
// Memory is used again.
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
	s.ordered, s.shuffle, s.noise, s.kept = false, *r.pcg, noise, r.kept
}

// copies copies arrays into dst, which is made if need be.
func copies(dst, src [][]float32) [][]float32 {
	if dst == nil {
		dst = make([][]float32, len(src))
	}
	for i, x := range src {
		dst[i] = append(dst[i][:0], x...)
	}
	return dst
}

// startEpoch begins an epoch: the bins are shuffled, after their order was noted where the snapshot is of the epoch
// before.
func (r *restart) startEpoch(epoch int) {
	if s := r.lastFinite; s != nil && !s.ordered {
		s.order, s.ordered = append(s.order[:0], r.batches.Rows()...), true
	}
	r.batches.Shuffle(r.shuffle)
	r.batch, r.row = 0, Epoch{Epoch: epoch, Train: Losses{Terms: make([]float64, len(r.model.Config.Terms))}}
}

// rollback returns to the last good state, from where the learning rate is half of what it was. It is false where there
// is none, or it was done too often.
func (r *restart) rollback(loss float64) bool {
	s := r.lastFinite
	if s == nil || len(r.run.Warnings) >= maxSetbacks {
		return false
	}
	where := fmt.Sprintf("in step %d", r.steps+1)
	if r.batch == r.batches.Count() {
		where = "of the held-out bins"
	}
	why := fmt.Sprintf("the loss %s, epoch %d, was %g: went back to the end of step %d, and on at 1/%d of the learning rate", where, r.row.Epoch, loss, s.steps, 2<<len(r.run.Warnings))
	if r.options.Restarts > 1 {
		why = fmt.Sprintf("restart %d: %s", r.run.Restart+1, why)
	}
	r.run.Warnings = append(r.run.Warnings, why)
	r.batch, r.steps, r.adam.steps = s.batch, s.steps, s.updates
	r.row = s.row
	r.row.Train.Terms = slices.Clone(s.row.Train.Terms)
	r.rows = slices.Clip(r.rows[:s.rows]) // what is appended is not to be seen by who holds the rows that were
	r.model.Restore(s.params)
	copies(r.adam.mean, s.mean)
	copies(r.adam.sq, s.square)
	if s.ordered {
		r.batches = data.NewBatches(s.order, r.options.Batch)
	}
	*r.pcg, *r.noise, r.kept = s.shuffle, s.noise, s.kept
	r.publish()
	return true
}

// publish brings what hooks see of the restart up to where it is.
func (r *restart) publish() {
	r.run.Rows, r.run.Row, r.run.Best = r.rows, Epoch{}, nil
	if n := len(r.rows); n > 0 {
		r.run.Row = r.rows[n-1]
	}
	if r.kept != nil {
		r.run.Best = &r.kept.row
	}
}

// state returns the last good state, for a hook to store; nil where there is none yet.
func (r *restart) state() *State {
	s := r.lastFinite
	switch {
	case r.done:
		return &State{Restart: r.run.Restart, Done: true, Epoch: r.run.Row.Epoch, Steps: r.steps,
			Rows: slices.Clone(r.rows), Params: Params(r.model), LeftOut: r.model.Config.LeftOut,
			Warnings: slices.Clone(r.run.Warnings)}
	case s == nil:
		return nil
	}
	binary, err := s.shuffle.MarshalBinary()
	if err != nil {
		panic(err) // it never fails
	}
	order := s.order
	if !s.ordered {
		order = r.batches.Rows()
	}
	out := &State{
		Restart: r.run.Restart, Epoch: s.epoch, Batch: s.batch, Steps: s.steps, Row: s.row,
		Rows:   slices.Clone(r.rows[:s.rows]),
		Params: named(r.model, s.params), LeftOut: r.model.Config.LeftOut, Updates: s.updates,
		Mean: named(r.model, s.mean), Square: named(r.model, s.square),
		Order: slices.Clone(order), Shuffle: binary, Noise: s.noise.state, Warnings: slices.Clone(r.run.Warnings),
	}
	out.Row.Train.Terms = slices.Clone(s.row.Train.Terms)
	if s.kept != nil {
		out.Kept, out.KeptEpoch = named(r.model, s.kept.params), s.kept.row.Epoch
	}
	return out
}

// resume brings a restart to where a state says it was.
func (r *restart) resume(s *State) error {
	if err := r.fits(s); err != nil {
		return &StateError{Restart: s.Restart, Err: err}
	}
	r.done, r.steps, r.rows, r.run.Warnings = s.Done, s.Steps, slices.Clone(s.Rows), slices.Clone(s.Warnings)
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
			r.kept = &kept{r.model.Snapshot(), s.Rows[s.KeptEpoch-1]}
			fill(r.kept.params, s.Kept)
		}
	}
	r.publish()
	if s.Done && s.Epoch > 0 {
		r.run.Row = s.Rows[s.Epoch-1]
	}
	return nil
}

// fits reports the first part of a state that is not of this model, these bins or these options.
func (r *restart) fits(s *State) error {
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
		return errors.New("its history leaves out something else of the drive, as that of an older version of the program does: begin anew")
	}
	terms := len(r.model.Config.Terms)
	for i, row := range s.Rows {
		if row.Epoch != i+1 || len(row.Train.Terms) != terms {
			return fmt.Errorf("the row of epoch %d is not of this objective", i+1)
		}
	}
	if s.Done {
		if s.Epoch < 0 || s.Epoch > len(s.Rows) {
			return fmt.Errorf("it is of epoch %d of %d", s.Epoch, len(s.Rows))
		}
		return nil
	}
	order := slices.Sorted(slices.Values(s.Order))
	switch {
	case !slices.Equal(order, slices.Sorted(slices.Values(r.split.Train))):
		return errors.New("it is of other training bins")
	case s.Epoch != len(s.Rows)+1 || s.Row.Epoch != s.Epoch || len(s.Row.Train.Terms) != terms:
		return fmt.Errorf("it is of epoch %d after %d", s.Epoch, len(s.Rows))
	case s.Batch < 0 || s.Batch >= r.batches.Count() || s.Steps != (s.Epoch-1)*r.batches.Count()+s.Batch:
		return fmt.Errorf("it is of minibatch %d of %d, step %d, in epoch %d", s.Batch+1, r.batches.Count(), s.Steps+1,
			s.Epoch)
	case len(s.Kept) > 0 && (s.KeptEpoch < 1 || s.KeptEpoch > len(s.Rows)):
		return fmt.Errorf("it kept epoch %d of %d", s.KeptEpoch, len(s.Rows))
	}
	return nil
}
