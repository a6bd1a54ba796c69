package experiment

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"sync"

	"facrnn/cmd/internal/cli"
)

// experiment declares one experiment. C is a cell, a kind of fit: a struct whose fields are the columns that
// distinguish fits besides the seed. The method is the first field, if there is one.
type experiment[C comparable] struct {
	title, note string
	intro       []string          // paragraphs that the page begins with
	settings    map[string]string // flags that all fits of a folder share
	columns     string            // of results.csv, in order, separated by spaces
	shown       string            // columns of table.md, in order
	cells       []C
	reported    func(C) map[string]float64           // the paper's figures by column; nil: the paper has none
	otherData   bool                                 // The recording is not the one of the paper.
	check       func(context.Context, C) error       // whether a kind of fit can be made; nil: all can
	measure     func(context.Context, *row[C]) error // makes a fit and fills in its row
	figures     func(context.Context, *table[C]) ([]picture, error)
}

// run makes the fits that the table does not have, and prints the table.
func (e experiment[C]) run(ctx context.Context, s session, flags shared) error {
	if err := e.checkCells(ctx); err != nil {
		return cli.Input{Err: err}
	}
	t, err := openTable(e, flags.Out)
	if err != nil {
		return cli.Input{Err: err}
	}
	defer t.unlock()
	if err := t.addCommand(s.call.Shown()); err != nil {
		return cli.Input{Err: err}
	}
	todo := t.missing(flags.Seeds)
	fmt.Fprintf(s.stderr, "%d fits to go, %d at a time\n", len(todo), flags.Jobs)
	err = parallel(ctx, flags.Jobs, todo, func(ctx context.Context, r row[C]) error {
		err := e.measure(ctx, &r)
		if err == nil {
			err = t.add(r)
		}
		if err != nil {
			return fmt.Errorf("%s, seed %d: %w", kind(r.cell), r.seed, err)
		}
		t.mu.Lock()
		defer t.mu.Unlock()
		fmt.Fprintf(s.stderr, "%s, seed %d: %g s\n", kind(r.cell), r.seed, r.values["seconds"])
		return nil
	})
	if err != nil {
		return err
	}
	if err := t.finish(ctx, flags); err != nil {
		return err
	}
	_, err = fmt.Fprintf(s.stdout, "%s\nwhole table in %s\nresults in %s\n", t.terminal(),
		cli.EscapeControl(filepath.Join(t.dir, "table.md")), cli.EscapeControl(t.dir))
	return err
}

// checkCells reports that there are no fits, that two are the same, or the first that cannot be made.
func (e experiment[C]) checkCells(ctx context.Context) error {
	if len(e.cells) == 0 {
		return errors.New("there is nothing to fit: name a method")
	}
	seen := map[C]bool{}
	for _, c := range e.cells {
		if seen[c] {
			return fmt.Errorf("%s is named twice", kind(c))
		}
		seen[c] = true
		if e.check == nil {
			continue
		}
		if err := e.check(ctx, c); err != nil {
			return fmt.Errorf("%s: %w", kind(c), err)
		}
	}
	return nil
}

// parallel carries out jobs, at most limit at a time. The first error cancels the jobs that run, and no further job
// begins.
func parallel[J any](ctx context.Context, limit int, jobs []J, do func(context.Context, J) error) error {
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	slots := make(chan struct{}, limit)
	var running sync.WaitGroup
	for _, j := range jobs {
		slots <- struct{}{}
		if ctx.Err() != nil {
			break
		}
		running.Go(func() {
			defer func() { <-slots }()
			if err := do(ctx, j); err != nil {
				stop(err)
			}
		})
	}
	running.Wait()
	return context.Cause(ctx)
}
