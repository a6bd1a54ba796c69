package main

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"

	"gonum.org/v1/gonum/stat"
)

// row is one fit: values by column.
type row map[string]string

func (r row) set(column string, v float64) { r[column] = strconv.FormatFloat(v, 'g', 6, 64) }

// table is results.csv, which grows by a row a fit.
type table struct {
	dir     string
	columns []string
	key     []string // the columns that tell fits apart
	rows    []row
	mu      sync.Mutex
}

// openTable begins a table, or reads the one that is there.
func openTable(dir string, columns, key []string) (*table, error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, err
	}
	t := &table{dir: dir, columns: columns, key: key}
	path := filepath.Join(dir, "results.csv")
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return t, nil
	}
	if err != nil {
		return nil, err
	}
	lines, err := csv.NewReader(bytes.NewReader(text)).ReadAll()
	if err != nil {
		return nil, fmt.Errorf("%s: %w: mend it, or choose another --out", path, err)
	}
	if len(lines) == 0 || !slices.Equal(lines[0], columns) {
		return nil, fmt.Errorf("%s is not a table of this experiment: choose another --out", path)
	}
	for _, l := range lines[1:] {
		r := row{}
		for i, c := range columns {
			r[c] = l[i]
		}
		t.rows = append(t.rows, r)
	}
	return t, nil
}

// has reports whether a fit has been made.
func (t *table) has(r row) bool {
	return slices.ContainsFunc(t.rows, func(have row) bool { return t.same(have, r) })
}

func (t *table) same(a, b row) bool {
	for _, k := range t.key {
		if a[k] != b[k] {
			return false
		}
	}
	return true
}

// add writes a fit into the file at once; a stop in between loses nothing but the fits under way.
func (t *table) add(r row) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.rows = append(t.rows, r)
	return t.write()
}

func (t *table) write() error {
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	lines := [][]string{t.columns}
	for _, r := range t.rows {
		var l []string
		for _, c := range t.columns {
			l = append(l, r[c])
		}
		lines = append(lines, l)
	}
	if err := w.WriteAll(lines); err != nil {
		return err
	}
	path := filepath.Join(t.dir, "results.csv")
	if err := os.WriteFile(path+".part", b.Bytes(), 0o644); err != nil {
		return err
	}
	return os.Rename(path+".part", path)
}

// finish puts the rows in order, and writes table.md and summary.json: the mean over seeds and its standard error, with the paper's figure below.
func (t *table) finish(title string, paper map[string]map[string]float64, methods []string) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	slices.SortStableFunc(t.rows, func(a, b row) int {
		if d := slices.Index(methods, a["method"]) - slices.Index(methods, b["method"]); d != 0 {
			return d
		}
		x, _ := strconv.Atoi(a["seed"])
		y, _ := strconv.Atoi(b["seed"])
		return x - y
	})
	if err := t.write(); err != nil {
		return err
	}
	var shown []string
	for _, c := range t.columns {
		if !slices.Contains(t.key, c) && c != "loss" {
			shown = append(shown, c)
		}
	}
	var b strings.Builder
	fmt.Fprintf(&b, "# %s\n\nMean over seeds and its standard error; in brackets the lowest. Below it, where the paper has one, the paper's.\n\n| method | recipe | split | seeds | %s |\n|%s\n",
		title, strings.Join(shown, " | "), strings.Repeat(" --- |", len(shown)+4))
	summary := map[string]any{}
	for _, kind := range t.kinds() {
		var cells, theirs []string
		figures := map[string]any{"seeds": len(kind.rows)}
		for _, c := range shown {
			values := kind.values(c)
			if len(values) == 0 {
				cells, theirs = append(cells, "-"), append(theirs, "")
				continue
			}
			mean, lowest := stat.Mean(values, nil), slices.Min(values)
			se := 0.0
			if len(values) > 1 {
				se = stat.StdDev(values, nil) / math.Sqrt(float64(len(values)))
			}
			cells = append(cells, fmt.Sprintf("%.3f ± %.3f (%.3f)", mean, se, lowest))
			figures[c] = map[string]float64{"mean": mean, "standard_error": se, "lowest": lowest}
			theirs = append(theirs, "")
			if v, ok := paper[kind.method][c]; ok {
				theirs[len(theirs)-1] = fmt.Sprintf("paper %.3g", v)
			}
		}
		fmt.Fprintf(&b, "| %s | %s | %s | %d | %s |\n", kind.method, kind.recipe, kind.split, len(kind.rows), strings.Join(cells, " | "))
		if strings.Join(theirs, "") != "" {
			fmt.Fprintf(&b, "| | | | | %s |\n", strings.Join(theirs, " | "))
		}
		summary[strings.Join([]string{kind.method, kind.recipe, kind.split}, " ")] = figures
	}
	b.WriteString("\nThe truth is in the alignment of latents and sub-connectivities that these figures are made of, and group_r2_best_grouping chooses the grouping by it; nothing else has seen it.\n")
	if err := os.WriteFile(filepath.Join(t.dir, "table.md"), []byte(b.String()), 0o644); err != nil {
		return err
	}
	text, err := json.MarshalIndent(summary, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(t.dir, "summary.json"), append(text, '\n'), 0o644)
}

// kind is the fits of one method under one recipe and split.
type kind struct {
	method, recipe, split string
	rows                  []row
}

func (t *table) kinds() (kinds []*kind) {
	for _, r := range t.rows {
		i := slices.IndexFunc(kinds, func(k *kind) bool { return k.method == r["method"] && k.recipe == r["recipe"] && k.split == r["split"] })
		if i < 0 {
			i = len(kinds)
			kinds = append(kinds, &kind{method: r["method"], recipe: r["recipe"], split: r["split"]})
		}
		kinds[i].rows = append(kinds[i].rows, r)
	}
	return kinds
}

func (k *kind) values(column string) (values []float64) {
	for _, r := range k.rows {
		if v, err := strconv.ParseFloat(r[column], 64); err == nil && !math.IsNaN(v) {
			values = append(values, v)
		}
	}
	return values
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
