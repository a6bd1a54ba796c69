package train

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"runtime"
	"sync"
	"time"

	"facrnn/data"
	"facrnn/graph"
	"facrnn/layers/op"
)

// Result is a fitted model.
type Result struct {
	Model       *graph.Model[float32] // the model of the restart with the lowest training loss
	Samples     *graph.Samples[float32]
	Restart     int       // the number of that restart, from 0
	Losses      []float64 // (restarts) training loss, the mean over the last epochs; NaN if no epoch was finished
	Rows        []Epoch   // the epochs of the chosen restart
	Histories   [][]Epoch // the epochs of every restart, including resumed epochs
	Best        Epoch     // the epoch of the parameters: the last one, or the one that a hook restored
	Interrupted bool      // whether ctx ended before training did
	Warnings    []string  // losses that were not finite, in all restarts; one sentence each
}

// Clock returns the time. Tests pass a clock that they control.
type Clock func() time.Time

// Fit trains a model of configuration c on the training bins of a recording. If ctx ends, Fit returns the model
// trained so far, with Interrupted set.
//
// If a loss is not finite, the restart goes back to its last snapshot and continues at half the learning rate.
// If this happens a fourth time, or at the first step, Fit returns an error.
func Fit(ctx context.Context, c graph.Config, rec *data.Recording, split data.Split, o Options, now Clock,
	hooks ...Hook) (*Result, error) {
	o = o.WithDefaults()
	if err := o.Check(); err != nil {
		return nil, err
	}
	if err := errors.Join(c.Check(), c.CheckRecording(rec)); err != nil {
		return nil, err
	}
	ctx, stop := context.WithCancel(ctx) // an error of one restart ends the others
	defer stop()
	f := &fit{options: o, config: c, samples: graph.NewSamples[float32](c, rec), split: split, hooks: hooks, now: now}
	runs := make([]*restart, o.Restarts)
	errs := make([]error, o.Restarts)
	slots := make(chan struct{}, min(o.Threads, o.Restarts))
	var wait sync.WaitGroup
	for i := range runs {
		slots <- struct{}{}
		wait.Go(func() {
			defer func() { <-slots }()
			if runs[i], errs[i] = f.restart(ctx, i); errs[i] != nil {
				stop()
			}
		})
	}
	wait.Wait()
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	return f.choose(runs)
}

// fit holds the data that all restarts share.
type fit struct {
	options   Options
	config    graph.Config
	samples   *graph.Samples[float32]
	split     data.Split
	hooks     []Hook
	now       Clock
	hookMutex sync.Mutex // only one hook runs at a time
}

// choose returns the result of the restart with the lowest training loss.
func (f *fit) choose(runs []*restart) (*Result, error) {
	r := &Result{Samples: f.samples, Restart: -1}
	for i, run := range runs {
		loss := finalLoss(run.rows[:run.progress.Row.Epoch])
		r.Losses, r.Histories = append(r.Losses, loss), append(r.Histories, run.rows)
		r.Interrupted = r.Interrupted || run.interrupted
		r.Warnings = append(r.Warnings, run.progress.Warnings...)
		if r.Restart < 0 || loss < r.Losses[r.Restart] || math.IsNaN(r.Losses[r.Restart]) {
			r.Restart = i
		}
	}
	best := runs[r.Restart]
	r.Model, r.Rows, r.Best = best.model, best.rows, best.progress.Row
	return r, nil
}

// finalLoss returns the mean training loss over the last twentieth of the rows; NaN for no rows. The loss of a
// single epoch is too noisy to compare restarts.
func finalLoss(rows []Epoch) float64 {
	last := rows[len(rows)-(len(rows)+19)/20:]
	sum := 0.0
	for _, r := range last {
		sum += r.Train.Loss
	}
	return sum / float64(len(last))
}

// restart is one fit with its own random initial parameters.
type restart struct {
	*fit
	model         *graph.Model[float32]
	adam          *Adam[float32]
	batches, test *data.Batches
	pcg           *rand.PCG  // the source of shuffle
	shuffle       *rand.Rand // shuffles batches in every epoch
	noise         *Normal
	testSeed      uint64

	rows  []Epoch // finished epochs
	row   Epoch   // the current epoch
	batch int     // finished minibatches of the current epoch
	steps int     // finished minibatches of all epochs

	lastFinite        *snapshot   // the state to go back to; nil before the first step
	best              *bestParams // the parameters saved by Progress.SaveBest; nil before its first call
	resumed           bool        // whether the restart continues from a State
	done, interrupted bool        // how the restart ended
	progress          *Progress   // the hooks' view of the restart
}

// These constants number the streams of random numbers of one seed. The streams are independent, so that, for
// example, evaluating the held-out bins does not change the training.
const (
	StreamStart = iota + 1 // random initial parameters
	streamShuffle
	streamNoise
	streamTest
	StreamICA // separation.FastICA
)

// NewRandom returns a generator for one of a seed's streams, such as StreamStart.
func NewRandom(seed, stream uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, stream)) }

// restart runs restart i, from 0, and returns it after its last epoch.
func (f *fit) restart(ctx context.Context, i int) (*restart, error) {
	seed := f.options.Seed + uint64(i)
	stream := func(s uint64) *rand.Rand { return NewRandom(seed, s) }
	m, err := graph.New[float32](f.config, stream(StreamStart))
	if err != nil {
		return nil, err
	}
	if err := m.Set(f.options.InitialParams); err != nil {
		return nil, err
	}
	// If there are fewer restarts than threads, the threads that remain share the work inside the steps.
	m.Pool = op.NewPool(min(f.options.Threads/f.options.Restarts, runtime.NumCPU()))
	defer m.Pool.Close()
	pcg := rand.NewPCG(seed, streamShuffle)
	r := &restart{
		fit: f, model: m, adam: &Adam[float32]{Decay: f.options.Decay},
		batches: data.NewBatches(f.split.Train, f.options.Batch), test: data.NewBatches(f.split.Test, f.options.Batch),
		pcg: pcg, shuffle: rand.New(pcg), noise: NewNormal(seed, streamNoise), testSeed: seed,
	}
	r.adam.start(m)
	r.progress = &Progress{
		Restart: i, Restarts: f.options.Restarts, Epochs: f.options.Epochs,
		Params: func() []Array { return Params(m) }, State: r.state,
		SaveBest: func() {
			r.best = &bestParams{m.Snapshot(), r.progress.Row}
			r.progress.Best = &r.best.row
		},
		RestoreBest: func() {
			if r.best != nil {
				m.Restore(r.best.params)
				r.progress.Row = r.best.row
			}
		},
	}
	for _, s := range f.options.Resume {
		if s.Restart == i {
			if err := r.resume(&s); err != nil {
				return nil, err
			}
		}
	}
	defer m.Release()
	return r, r.train(ctx)
}

// train runs the epochs, and calls the hooks after each.
func (r *restart) train(ctx context.Context) error {
	began := r.now()
	if n := len(r.rows); n > 0 { // resumed
		began = began.Add(-time.Duration(r.rows[n-1].Seconds * float64(time.Second)))
	}
	if err := r.call(func(h Hook) func(*Progress) error { return h.Start }); err != nil {
		return err
	}
	for !r.done && len(r.rows) < r.options.Epochs {
		err := r.epoch(ctx)
		if ctx.Err() != nil {
			r.interrupted = true
			break
		}
		if bad := (*lossError)(nil); errors.As(err, &bad) && r.rollback(bad.loss) {
			if err := r.call(func(h Hook) func(*Progress) error { return h.OnRollback }); err != nil {
				return err
			}
			continue
		}
		if err != nil {
			return err
		}
		r.row.Seconds = r.now().Sub(began).Seconds()
		r.rows = append(r.rows, r.row)
		r.progress.Rows, r.progress.Row = r.rows, r.row
		if err := r.call(func(h Hook) func(*Progress) error { return h.Epoch }); errors.Is(err, ErrStop) {
			break
		} else if err != nil {
			return err
		}
	}
	r.done = !r.interrupted
	return r.call(func(h Hook) func(*Progress) error { return h.End })
}

// epoch trains on every minibatch once. After a resume or a rollback, it trains on the remaining minibatches of
// the current epoch.
func (r *restart) epoch(ctx context.Context) error {
	if epoch := len(r.rows) + 1; r.row.Epoch != epoch {
		r.startEpoch(epoch)
	}
	row := &r.row
	n := r.batches.Count()
	total := float64(r.options.Epochs * n)
	slower := math.Ldexp(1, -len(r.progress.Warnings))
	for ; r.batch < n; r.batch++ {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		done := float64(r.steps) / total
		for i, t := range r.model.Config.Terms {
			r.model.Weights[i] = float32(t.At(done))
		}
		batch := r.batches.Batch(r.batch)
		p, err := r.model.Program(len(batch), true)
		if err != nil {
			return err
		}
		noise := *r.noise
		if err := r.forward(p, batch, r.noise); err != nil {
			// A state is stored only after the next step had a finite loss, so this state is damaged.
			if bad := (*lossError)(nil); errors.As(err, &bad) && r.resumed && r.lastFinite == nil {
				err = fmt.Errorf("the loss of its first step is %g", bad.loss)
				return &StateError{Restart: r.progress.Restart, Damaged: true, Err: err}
			}
			return fmt.Errorf("epoch %d, step %d: %w", row.Epoch, r.steps+1, err)
		}
		if r.steps%stateEvery == 0 {
			r.takeSnapshot(noise)
			if err := r.call(func(h Hook) func(*Progress) error { return h.OnSnapshot }); err != nil {
				return err
			}
		}
		row.Rate = r.options.rate(done) * slower
		r.adam.Step(r.model, p, row.Rate)
		r.steps++
		addLosses(&row.Train, p, float64(len(batch))/float64(len(r.split.Train)))
	}
	row.Step, row.Weights = r.steps, nil
	for _, w := range r.model.Weights {
		row.Weights = append(row.Weights, float64(w))
	}
	if r.test.Count() > 0 && (row.Epoch%r.options.TestEvery == 0 || row.Epoch == r.options.Epochs) {
		test, err := r.heldOut()
		if err != nil {
			return fmt.Errorf("epoch %d, %w", row.Epoch, err)
		}
		row.Test = &test
	}
	return nil
}

// lossError is a loss that is not finite.
type lossError struct{ loss float64 }

func (e *lossError) Error() string {
	return fmt.Sprintf("the loss is %g; lower --lr, or scale the recording with --scale", e.loss)
}

// forward loads a minibatch into the program and runs it. It returns a lossError if the loss is not finite.
func (r *restart) forward(p *graph.Program[float32], batch []int, noise *Normal) error {
	r.samples.Load(p, batch)
	Fill(noise, p.Noise)
	if err := p.Run(); err != nil {
		return err
	}
	if l := p.Loss(); math.IsNaN(l) || math.IsInf(l, 0) {
		return &lossError{l}
	}
	return nil
}

// heldOut returns the losses of the held-out bins, always with the same noise.
func (r *restart) heldOut() (Losses, error) {
	l := Losses{Terms: make([]float64, len(r.model.Config.Terms))}
	noise := NewNormal(r.testSeed, streamTest)
	for i := range r.test.Count() {
		batch := r.test.Batch(i)
		p, err := r.model.Program(len(batch), false)
		if err != nil {
			return l, err
		}
		if err := r.forward(p, batch, noise); err != nil {
			return l, fmt.Errorf("held-out bins: %w", err)
		}
		addLosses(&l, p, float64(len(batch))/float64(len(r.split.Test)))
	}
	return l, nil
}

// call calls one function of every hook. If a function returns ErrStop, call still calls the functions of the
// other hooks.
func (r *restart) call(which func(Hook) func(*Progress) error) error {
	r.hookMutex.Lock()
	defer r.hookMutex.Unlock()
	var stop error
	for _, h := range r.hooks {
		f := which(h)
		if f == nil {
			continue
		}
		if err := f(r.progress); errors.Is(err, ErrStop) {
			stop = ErrStop
		} else if err != nil {
			return fmt.Errorf("%s: %w", h.Name, err)
		}
	}
	return stop
}

// addLosses adds the losses of a minibatch, times a weight, to l.
func addLosses(l *Losses, p *graph.Program[float32], weight float64) {
	l.Loss += weight * p.Loss()
	for i := range l.Terms {
		l.Terms[i] += weight * p.Term(i)
	}
}
