package rundir

import (
	"errors"
	"fmt"
	"math"
	"slices"

	"facrnn/data/npz"
	"facrnn/train"
)

// stateArrays returns the arrays of a restart's file. Parameters, Adam's means and the best parameters of Patience are
// the model's own arrays, in their memory order. Their names begin with param_, mean_, square_ and kept_. The rows_
// arrays have an entry for each epoch; the last is the current epoch.
func stateArrays(s *train.State) map[string]npz.Array {
	out := map[string]npz.Array{
		"format_version": npz.Scalar(int64(CheckpointVersion)), "restart": npz.Scalar(int64(s.Restart)),
		"done": npz.Scalar(s.Done), "epoch": npz.Scalar(int64(s.Epoch)),
		"batch": npz.Scalar(int64(s.Batch)), "steps": npz.Scalar(int64(s.Steps)),
		"updates": npz.Scalar(int64(s.Updates)), "order": npz.Ints(s.Order),
		"shuffle": npz.Vector(s.Shuffle), "noise": npz.Scalar(s.Noise), "kept_epoch": npz.Scalar(int64(s.KeptEpoch)),
		"warnings": npz.Vector(s.Warnings),
	}
	if s.LeftOut != nil {
		out["left_out"] = npz.Vector(s.LeftOut)
	}
	var names []string
	for _, a := range s.Params {
		names = append(names, a.Name)
	}
	out["names"] = npz.Vector(names)
	for prefix, as := range map[string][]train.Array{"param_": s.Params, "mean_": s.Mean, "square_": s.Square,
		"kept_": s.Kept} {
		for _, a := range as {
			out[prefix+a.Name] = npz.Array{Shape: a.Shape, Data: a.Data}
		}
	}
	rowArrays(out, append(slices.Clip(s.Rows), s.Row))
	return out
}

// rowArrays adds the columns of rows. Terms and weights are (rows, terms), and NaN for rows without them.
func rowArrays(out map[string]npz.Array, rows []train.Epoch) {
	terms := 0
	for _, r := range rows {
		terms = max(terms, len(r.Train.Terms), len(r.Weights))
	}
	var epoch, step []int
	var seconds, rate, loss, testLoss, trainTerms, testTerms, weights []float64
	var looked []bool
	wide := func(x []float64) []float64 {
		y := slices.Repeat([]float64{math.NaN()}, terms)
		copy(y, x)
		return y
	}
	for _, r := range rows {
		test := train.Losses{Loss: math.NaN()}
		if r.Test != nil {
			test = *r.Test
		}
		epoch, step, seconds, rate = append(epoch, r.Epoch), append(step, r.Step), append(seconds,
			r.Seconds), append(rate, r.Rate)
		loss, testLoss, looked = append(loss, r.Train.Loss), append(testLoss, test.Loss), append(looked, r.Test != nil)
		trainTerms, testTerms, weights = append(trainTerms, wide(r.Train.Terms)...), append(testTerms,
			wide(test.Terms)...), append(weights, wide(r.Weights)...)
	}
	matrix := func(x []float64) npz.Array { return npz.Array{Shape: []int{len(rows), terms}, Data: x} }
	out["rows_epoch"], out["rows_step"] = npz.Ints(epoch), npz.Ints(step)
	out["rows_seconds"], out["rows_rate"] = npz.Vector(seconds), npz.Vector(rate)
	out["rows_loss"], out["rows_terms"] = npz.Vector(loss), matrix(trainTerms)
	out["rows_test_loss"], out["rows_test_terms"] = npz.Vector(testLoss), matrix(testTerms)
	out["rows_tested"], out["rows_weights"] = npz.Vector(looked), matrix(weights)
}

// reader takes arrays of a file and remembers the first that is not as it should be.
type reader struct {
	arrays map[string]npz.Array
	err    error
}

// get converts the array of that name.
func get[T any](r *reader, name string, convert func(npz.Array) ([]T, error)) []T {
	a, ok := r.arrays[name]
	var x []T
	err := errors.New("it is missing")
	if ok {
		x, err = convert(a)
	}
	if err != nil && r.err == nil {
		r.err = fmt.Errorf("array %s: %w", name, err)
	}
	return x
}

// one returns a single value, or zero if it is missing.
func one[T any](r *reader, name string, convert func(npz.Array) ([]T, error)) (v T) {
	x := get(r, name, convert)
	if len(x) == 1 {
		return x[0]
	}
	if r.err == nil {
		r.err = fmt.Errorf("array %s: it has %d values, not one", name, len(x))
	}
	return v
}

// exactly returns the values of an array only if it has this type.
func exactly[T any](a npz.Array) ([]T, error) {
	x, ok := a.Data.([]T)
	if !ok {
		return nil, fmt.Errorf("it holds %T", a.Data)
	}
	return x, nil
}

// readState returns the inverse of stateArrays.
func readState(arrays map[string]npz.Array) (*train.State, error) {
	r := &reader{arrays: arrays}
	version := one(r, "format_version", npz.Array.Ints)
	if r.err == nil {
		if err := checkVersion(version); err != nil {
			return nil, err
		}
	}
	s := &train.State{
		Restart: one(r, "restart", npz.Array.Ints), Done: one(r, "done", exactly[bool]),
		Epoch: one(r, "epoch", npz.Array.Ints),
		Batch: one(r, "batch", npz.Array.Ints), Steps: one(r, "steps", npz.Array.Ints),
		Updates: one(r, "updates", npz.Array.Ints), Order: get(r, "order", npz.Array.Ints),
		Shuffle: get(r, "shuffle", exactly[byte]), Noise: one(r, "noise", exactly[uint64]),
		KeptEpoch: one(r, "kept_epoch", npz.Array.Ints), Warnings: get(r, "warnings", exactly[string]),
	}
	if _, ok := arrays["left_out"]; ok {
		s.LeftOut = get(r, "left_out", exactly[float32])
	}
	for _, name := range get(r, "names", exactly[string]) {
		take := func(to *[]train.Array, prefix string) {
			*to = append(*to, train.Array{Name: name, Shape: arrays[prefix+name].Shape,
				Data: get(r, prefix+name, exactly[float64])})
		}
		take(&s.Params, "param_")
		if s.Done {
			continue
		}
		take(&s.Mean, "mean_")
		take(&s.Square, "square_")
		if s.KeptEpoch > 0 {
			take(&s.Kept, "kept_")
		}
	}
	rows := readRows(r)
	if r.err != nil {
		return nil, fmt.Errorf("damaged (%w): remove it to start this restart again", r.err)
	}
	s.Rows, s.Row = rows[:len(rows)-1:len(rows)-1], rows[len(rows)-1]
	return s, nil
}

// readRows returns the inverse of rowArrays: at least one row, unless r has an error.
func readRows(r *reader) (rows []train.Epoch) {
	epoch, step := get(r, "rows_epoch", npz.Array.Ints), get(r, "rows_step", npz.Array.Ints)
	column := func(name string) []float64 { return get(r, name, exactly[float64]) }
	seconds, rate := column("rows_seconds"), column("rows_rate")
	loss, testLoss := column("rows_loss"), column("rows_test_loss")
	trainTerms, testTerms, weights := column("rows_terms"), column("rows_test_terms"), column("rows_weights")
	looked, n := get(r, "rows_tested", exactly[bool]), len(epoch)
	for _, have := range []int{len(step), len(seconds), len(rate), len(loss), len(testLoss), len(looked)} {
		if have != n && r.err == nil {
			r.err = fmt.Errorf("rows of %d and of %d epochs", n, have)
		}
	}
	if n == 0 && r.err == nil {
		r.err = errors.New("no rows")
	}
	if r.err != nil {
		return nil
	}
	terms := len(trainTerms) / n
	if len(trainTerms) != n*terms || len(testTerms) != n*terms || len(weights) != n*terms {
		r.err = fmt.Errorf("terms of other than %d epochs", n)
		return nil
	}
	narrow := func(x []float64, i int) []float64 { // A missing part is NaN throughout.
		x = x[i*terms : (i+1)*terms : (i+1)*terms]
		if slices.IndexFunc(x, func(v float64) bool { return !math.IsNaN(v) }) < 0 {
			return nil
		}
		return x
	}
	for i := range n {
		row := train.Epoch{Epoch: epoch[i], Step: step[i], Seconds: seconds[i],
			Train: train.Losses{Loss: loss[i], Terms: narrow(trainTerms, i)}, Weights: narrow(weights, i),
			Rate: rate[i]}
		if looked[i] {
			row.Test = &train.Losses{Loss: testLoss[i], Terms: narrow(testTerms, i)}
		}
		rows = append(rows, row)
	}
	return rows
}
