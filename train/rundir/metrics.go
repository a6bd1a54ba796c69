package rundir

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"

	"facrnn/graph"
	"facrnn/train"
	"facrnn/train/internal/atomicfile"
)

// Metrics returns a hook that writes metrics.csv: one row an epoch of the first restart, as it trains, each in one
// piece. It begins with the rows of a run that is resumed, and again where the restart went back. Finish replaces it
// where another restart was chosen.
func (f *Folder) Metrics(c graph.Config) train.Hook {
	var file *os.File
	begin := func(r *train.Progress) (err error) {
		if r.Restart > 0 {
			return nil
		}
		if file != nil {
			if err := file.Close(); err != nil {
				return &atomicfile.Error{Path: file.Name(), Err: err}
			}
			file = nil
		}
		if err := f.writeMetrics(c, r.Rows); err != nil {
			return err
		}
		path := f.Path("metrics.csv")
		if file, err = os.OpenFile(path, os.O_WRONLY|os.O_APPEND, 0); err != nil {
			return &atomicfile.Error{Path: path, Err: err}
		}
		return nil
	}
	return train.Hook{
		Name: "metrics.csv", Start: begin, OnRollback: begin,
		Epoch: func(r *train.Progress) error {
			if err := f.Held(); err != nil || r.Restart > 0 {
				return err
			}
			if err := record(file, fields(c, r.Row)); err != nil {
				return &atomicfile.Error{Path: file.Name(), Err: err}
			}
			return nil
		},
		End: func(r *train.Progress) error {
			if r.Restart > 0 {
				return nil
			}
			if err := file.Close(); err != nil {
				return &atomicfile.Error{Path: file.Name(), Err: err}
			}
			return nil
		},
	}
}

// writeMetrics writes the whole of metrics.csv.
func (f *Folder) writeMetrics(c graph.Config, rows []train.Epoch) error {
	return f.write("metrics.csv", func(w io.Writer) error {
		if err := record(w, header(c)); err != nil {
			return err
		}
		for _, r := range rows {
			if err := record(w, fields(c, r)); err != nil {
				return err
			}
		}
		return nil
	})
}

// ReadMetrics reads the rows of a run's metrics.csv. The file has the weight of the partial correlation only; the other
// weights of a row are NaN. Its errors name the file.
func ReadMetrics(dir string, c graph.Config) ([]train.Epoch, error) {
	path := filepath.Join(dir, "metrics.csv")
	text, err := atomicfile.Read(path)
	if err != nil {
		return nil, err
	}
	all, err := csv.NewReader(bytes.NewReader(text)).ReadAll()
	if err == nil && (len(all) == 0 || !slices.Equal(all[0], header(c))) {
		err = errors.New("it has other columns than the run's objective")
	}
	var rows []train.Epoch
	for i := 1; i < len(all) && err == nil; i++ {
		var r train.Epoch
		if r, err = parsed(c, all[0], all[i]); err != nil {
			err = fmt.Errorf("row %d: %w", i, err)
		}
		rows = append(rows, r)
	}
	if err != nil {
		return nil, fmt.Errorf("%s: damaged: %w", path, err)
	}
	return rows, nil
}

// parsed returns the inverse of fields, without the weights that the file does not have.
func parsed(c graph.Config, names, values []string) (r train.Epoch, err error) {
	number := func(name string) float64 {
		text := values[slices.Index(names, name)]
		if text == "" {
			return math.NaN() // not computed
		}
		v, wrong := strconv.ParseFloat(text, 64)
		err = errors.Join(err, wrong)
		return v
	}
	losses := func(prefix string) train.Losses {
		l := train.Losses{Loss: number(prefix + "loss")}
		for _, t := range c.Terms {
			l.Terms = append(l.Terms, number(prefix+t.Term.Name()))
		}
		return l
	}
	r = train.Epoch{Epoch: int(number("epoch")), Step: int(number("step")), Seconds: number("seconds"),
		Rate: number("lr")}
	for _, t := range c.Terms {
		weight := math.NaN()
		if t.Term.Name() == "partial_correlation" {
			weight = number("beta")
		}
		r.Weights = append(r.Weights, weight)
	}
	r.Train = losses("")
	if values[slices.Index(names, "test_loss")] != "" {
		test := losses("test_")
		r.Test = &test
	}
	if r.Epoch < 1 {
		err = errors.Join(err, fmt.Errorf("its epoch is %q", values[slices.Index(names, "epoch")]))
	}
	return r, err
}

func record(w io.Writer, fields []string) error {
	c := csv.NewWriter(w)
	if err := c.Write(fields); err != nil {
		return err
	}
	c.Flush()
	return c.Error()
}

// columns returns the terms in the order of the file; block_diagonal is there even where it is not computed.
func columns() []string {
	return []string{"reconstruction", "kl", "partial_correlation", "block_diagonal"}
}

// extra returns the terms of a configuration without a usual column. Their columns come last.
func extra(c graph.Config) []string {
	var names []string
terms:
	for _, t := range c.Terms {
		for _, n := range columns() {
			if n == t.Term.Name() {
				continue terms
			}
		}
		names = append(names, t.Term.Name())
	}
	return names
}

func header(c graph.Config) []string {
	h := append([]string{"epoch", "step", "seconds", "loss"}, columns()...)
	h = append(h, "beta", "lr", "test_loss")
	for _, n := range columns() {
		h = append(h, "test_"+n)
	}
	for _, n := range extra(c) {
		h = append(h, n, "test_"+n)
	}
	return h
}

func fields(c graph.Config, r train.Epoch) []string {
	number := func(v float64) string { return strconv.FormatFloat(v, 'g', 9, 64) }
	term := func(l *train.Losses, name string) string {
		if l != nil {
			for i, t := range c.Terms {
				if t.Term.Name() == name {
					return number(l.Terms[i])
				}
			}
		}
		return "" // not computed
	}
	out := []string{strconv.Itoa(r.Epoch), strconv.Itoa(r.Step), fmt.Sprintf("%.3f", r.Seconds), number(r.Train.Loss)}
	for _, n := range columns() {
		out = append(out, term(&r.Train, n))
	}
	beta := ""
	for i, t := range c.Terms {
		if t.Term.Name() == "partial_correlation" {
			beta = number(r.Weights[i])
		}
	}
	test := ""
	if r.Test != nil {
		test = number(r.Test.Loss)
	}
	out = append(out, beta, number(r.Rate), test)
	for _, n := range columns() {
		out = append(out, term(r.Test, n))
	}
	for _, n := range extra(c) {
		out = append(out, term(&r.Train, n), term(r.Test, n))
	}
	return out
}
