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
	Model   *graph.Model[float32] // of the restart with the lowest training loss
	Samples *graph.Samples[float32]
	Restart int // which one that was
	// each restart's training loss, the mean of its last epochs; NaN for one that did not finish an epoch
	Losses      []float64
	Rows        []Epoch   // the chosen restart's epochs
	Histories   [][]Epoch // every restart's, resumed epochs among them
	Best        Epoch     // the epoch that the parameters are of: the last one, or the one that a hook went back to
	Interrupted bool      // ctx ended before training did
	Warnings    []string  // of all restarts, a sentence each: losses that were not finite
}

// Clock tells the time; tests may stop it.
type Clock func() time.Time

// Fit trains a model of the configuration on a recording's training bins. When ctx ends, it returns what it has so far,
// with Interrupted set. Where a loss is not finite, a restart goes back to its last good state and on at half the
// learning rate; the fourth time, or at the very first step, the fit ends with an error.
func Fit(
	ctx context.Context, c graph.Config, rec *data.Recording, split data.Split, o Options, now Clock, hooks ...Hook,
) (*Result, error) {
	o = o.WithDefaults()
	if err := o.Check(); err != nil {
		return nil, err
	}
	if err := errors.Join(c.Check(), c.CheckRecording(rec)); err != nil {
		return nil, err
	}
	ctx, stop := context.WithCancel(ctx) // one restart's error ends the others
	defer stop()
	f := &fit{options: o, config: c, samples: graph.NewSamples[float32](c, rec), split: split, hooks: hooks, now: now}
	runs := make([]*restart, o.Restarts)
	errs := make([]error, o.Restarts)
	places := make(chan struct{}, min(o.Threads, o.Restarts))
	var wait sync.WaitGroup
	for i := range runs {
		places <- struct{}{}
		wait.Go(func() {
			defer func() { <-places }()
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

// fit is what all restarts share.
type fit struct {
	options Options
	config  graph.Config
	samples *graph.Samples[float32]
	split   data.Split
	hooks   []Hook
	now     Clock
	calling sync.Mutex // hooks, one at a time
}

// choose keeps the restart with the lowest training loss.
func (f *fit) choose(runs []*restart) (*Result, error) {
	r := &Result{Samples: f.samples, Restart: -1}
	for i, run := range runs {
		loss := finalLoss(run.rows[:run.run.Row.Epoch])
		r.Losses, r.Histories = append(r.Losses, loss), append(r.Histories, run.rows)
		r.Interrupted = r.Interrupted || run.interrupted
		r.Warnings = append(r.Warnings, run.run.Warnings...)
		if r.Restart < 0 || loss < r.Losses[r.Restart] || math.IsNaN(r.Losses[r.Restart]) {
			r.Restart = i
		}
	}
	best := runs[r.Restart]
	r.Model, r.Rows, r.Best = best.model, best.rows, best.run.Row
	return r, nil
}

// finalLoss returns the mean training loss over the last twentieth of the epochs up to the one that is kept: that of a
// single epoch is too noisy to compare restarts by.
func finalLoss(rows []Epoch) float64 {
	last := rows[len(rows)-(len(rows)+19)/20:]
	sum := 0.0
	for _, r := range last {
		sum += r.Train.Loss
	}
	return sum / float64(len(last)) // NaN where there is none
}

// restart is one fit from one random start.
type restart struct {
	*fit
	model         *graph.Model[float32]
	adam          *Adam[float32]
	batches, test *data.Batches
	pcg           *rand.PCG  // what shuffle draws from
	shuffle       *rand.Rand // of batches, anew in every epoch
	noise         *Normal
	testSeed      uint64

	rows  []Epoch // of the epochs that are done
	row   Epoch   // of the epoch under way
	batch int     // minibatches of it that are done
	steps int     // in all

	lastFinite        *snapshot // to go back to; nil before the first step
	kept              *kept     // by Run.Keep; nil before
	resumed           bool      // it continues from a State
	done, interrupted bool      // how it ended
	run               *Progress
}

// The streams of random numbers that a seed gives; they don't depend on one another, so that looking at held-out bins,
// say, does not change the training.
const (
	StreamStart = iota + 1 // parameters that begin at random
	streamShuffle
	streamNoise
	streamTest
	StreamICA // separation.FastICA
)

// NewRandom starts one of a seed's streams of random numbers, such as StreamStart.
func NewRandom(seed, stream uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, stream)) }

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
	// what is left where there are fewer restarts than threads
	m.Pool = op.NewPool(min(f.options.Threads/f.options.Restarts, runtime.NumCPU()))
	defer m.Pool.Close()
	pcg := rand.NewPCG(seed, streamShuffle)
	r := &restart{
		fit: f, model: m, adam: &Adam[float32]{Decay: f.options.Decay},
		batches: data.NewBatches(f.split.Train, f.options.Batch), test: data.NewBatches(f.split.Test, f.options.Batch),
		pcg: pcg, shuffle: rand.New(pcg), noise: NewNormal(seed, streamNoise), testSeed: seed,
	}
	r.adam.start(m)
	r.run = &Progress{
		Restart: i, Restarts: f.options.Restarts, Epochs: f.options.Epochs, Params: func() []Array { return Params(m) },
		State: r.state,
		SaveBest: func() {
			r.kept = &kept{m.Snapshot(), r.run.Row}
			r.run.Best = &r.kept.row
		},
		RestoreBest: func() {
			if r.kept != nil {
				m.Restore(r.kept.params)
				r.run.Row = r.kept.row
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

// train returns the loop: epochs of minibatches, each followed by the hooks.
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
		r.run.Rows, r.run.Row = r.rows, r.row
		if err := r.call(func(h Hook) func(*Progress) error { return h.Epoch }); errors.Is(err, ErrStop) {
			break
		} else if err != nil {
			return err
		}
	}
	r.done = !r.interrupted
	return r.call(func(h Hook) func(*Progress) error { return h.End })
}

// epoch trains on every minibatch once, or on those that are left of an epoch under way.
func (r *restart) epoch(ctx context.Context) error {
	if epoch := len(r.rows) + 1; r.row.Epoch != epoch {
		r.startEpoch(epoch)
	}
	row := &r.row
	n := r.batches.Count()
	total := float64(r.options.Epochs * n)
	slower := math.Ldexp(1, -len(r.run.Warnings))
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
			// a state is stored only after a finite loss of the very step that follows it
			if bad := (*lossError)(nil); errors.As(err, &bad) && r.resumed && r.lastFinite == nil {
				err = fmt.Errorf("the loss of its first step is %g", bad.loss)
				return &StateError{Restart: r.run.Restart, Damaged: true, Err: err}
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
	return fmt.Sprintf("the loss is %g: lower --lr, or --scale the recording", e.loss)
}

// forward loads a minibatch and runs the program on it.
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

// call runs one function of every hook. ErrStop of one does not keep the others from being called.
func (r *restart) call(which func(Hook) func(*Progress) error) error {
	r.calling.Lock()
	defer r.calling.Unlock()
	var stop error
	for _, h := range r.hooks {
		f := which(h)
		if f == nil {
			continue
		}
		if err := f(r.run); errors.Is(err, ErrStop) {
			stop = ErrStop
		} else if err != nil {
			return fmt.Errorf("%s: %w", h.Name, err)
		}
	}
	return stop
}

// addLosses adds a minibatch's losses with a weight.
func addLosses(l *Losses, p *graph.Program[float32], weight float64) {
	l.Loss += weight * p.Loss()
	for i := range l.Terms {
		l.Terms[i] += weight * p.Term(i)
	}
}
