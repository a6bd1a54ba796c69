package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"facrnn/cmd/internal/cli"
	"facrnn/cmd/internal/fits"
	"facrnn/cmd/internal/flags"
	"facrnn/data"
	"facrnn/train"
	"facrnn/train/report/plot"
)

// batch is an experiment's fits, but for those that its table has.
type batch struct {
	dir, title, note string
	command          string            // that it was started by
	intro            []string          // what the page says first, in paragraphs
	settings         map[string]string // flags that all fits share, which the key does not have: a folder's fits are of the same
	columns          []string
	key              []string                      // the columns that tell fits apart, seed the last of them
	shown            []string                      // the columns of table.md
	paper            map[string]map[string]float64 // the paper's figures by kind, the values of key but for the seed, and column
	fits             []row                         // with the columns of key filled in, in the order that they are listed in
	figures          func(t *table) ([]picture, error)
	check            func(row) error // whether a kind of fit can be made, before anything is written; nil: all can
	jobs             int
	formats          []plot.Format // of figures, beside PNG and SVG
}

// seeds is every kind of fit with every seed, one seed after the other.
func seeds(n int, kinds ...row) (fits []row) {
	for seed := range n {
		for _, k := range kinds {
			r := maps.Clone(k)
			r["seed"] = fmt.Sprint(seed)
			fits = append(fits, r)
		}
	}
	return fits
}

// run makes the fits that are missing, and prints the table; fit carries one out, fills in its row, and gives what its pictures need beside it.
func (b batch) run(ctx context.Context, stdout, stderr io.Writer, fit func(context.Context, row) (arrays, error)) error {
	if err := b.checked(); err != nil {
		return cli.Input{Err: err}
	}
	t, err := openTable(b.dir, b.columns, b.key, b.settings)
	if err != nil {
		return cli.Input{Err: err}
	}
	defer t.unlock()
	var todo []row
	for _, r := range b.fits {
		if !t.has(r) {
			todo = append(todo, r)
		}
	}
	fmt.Fprintf(stderr, "%d fits to go, %d at a time\n", len(todo), b.jobs)
	var speaking sync.Mutex // fits end side by side
	err = parallel(ctx, b.jobs, todo, func(ctx context.Context, r row) error {
		a, err := fit(ctx, r)
		if err == nil {
			err = t.keep(r, a) // before its row, for that says that the fit is made
		}
		if err != nil {
			return fmt.Errorf("%s, seed %s: %w", t.kind(r), r["seed"], err)
		}
		speaking.Lock()
		fmt.Fprintf(stderr, "%s, seed %s: %s s\n", t.kind(r), r["seed"], r["seconds"])
		speaking.Unlock()
		return t.add(r)
	})
	if err == nil {
		err = ctx.Err()
	}
	if err != nil {
		return err
	}
	if err := t.finish(b); err != nil {
		return err
	}
	text, err := os.ReadFile(filepath.Join(b.dir, "table.md"))
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(stdout, "%s\nresults in %s\n", text, cli.Plain(b.dir))
	return err
}

// checked reports kinds of fits that there are none of or that are named twice, and the first that cannot be made.
func (b batch) checked() error {
	if len(b.fits) == 0 {
		return errors.New("there is nothing to fit: name a method")
	}
	seen := map[string]bool{}
	for _, r := range b.fits {
		kind := (&table{key: b.key}).kind(r)
		if seen[kind+" "+r["seed"]] {
			return fmt.Errorf("%s is named twice", kind)
		}
		seen[kind+" "+r["seed"]] = true
		if seen[kind] || b.check == nil {
			continue
		}
		seen[kind] = true
		if err := b.check(r); err != nil {
			return fmt.Errorf("%s: %w", kind, err)
		}
	}
	return nil
}

// resolves reports whether settings can be carried out on a recording, unless there was an error before.
func resolves(s flags.Settings, rec *data.Recording, err error) error {
	if err == nil {
		_, err = s.Resolve(rec)
	}
	return err
}

// carryOut makes one fit, quietly, and notes how long it took; change, unless it is nil, may alter the plan before.
func carryOut(ctx context.Context, s flags.Settings, rec *data.Recording, r row, now train.Clock, change func(*flags.Plan)) (*fits.Fit, *flags.Plan, error) {
	began := now() // what is found to start from is part of the fit
	plan, err := s.Resolve(rec)
	if err != nil {
		return nil, nil, err
	}
	if change != nil {
		change(plan)
	}
	f, err := fits.Run(ctx, plan, now, nil)
	if err == nil {
		err = errors.Join(ctx.Err(), f.Unfiltered) // what was interrupted is no result, and what cannot be filtered none to compare
	}
	r.set("seconds", now().Sub(began).Seconds())
	return f, plan, err
}

// fingerprint tells recordings apart.
func fingerprint(rec *data.Recording) string {
	if rec.Source.SHA256 == "" {
		return rec.Source.Path
	}
	return rec.Source.SHA256
}

// sizes is groups as --groups takes them.
func sizes(groups []int) string {
	return strings.Trim(strings.Join(strings.Fields(fmt.Sprint(groups)), ","), "[]")
}

// parallel carries out jobs, some at a time; the first error ends those that have not begun.
func parallel(ctx context.Context, some int, jobs []row, do func(context.Context, row) error) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	errs := make([]error, len(jobs))
	places := make(chan struct{}, some)
	var wait sync.WaitGroup
	for i, j := range jobs {
		select {
		case places <- struct{}{}:
		case <-ctx.Done():
		}
		if ctx.Err() != nil {
			break
		}
		wait.Go(func() {
			defer func() { <-places }()
			if errs[i] = do(ctx, j); errs[i] != nil {
				stop()
			}
		})
	}
	wait.Wait()
	for _, err := range errs {
		if err != nil && !errors.Is(err, context.Canceled) {
			return err
		}
	}
	return nil
}
