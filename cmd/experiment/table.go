package main

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"

	"facrnn/train/rundir"
)

// row is one fit: values by column.
type row map[string]string

func (r row) set(column string, v float64) { r[column] = strconv.FormatFloat(v, 'g', 6, 64) }

func (r row) seed() uint64 {
	v, _ := strconv.ParseUint(r["seed"], 10, 64) // seeds made it
	return v
}

// table is results.csv, which grows by a row a fit.
type table struct {
	dir     string
	columns []string
	key     []string // the columns that tell fits apart
	rows    []row
	unlock  func() // lets other programs write to the folder
	mu      sync.Mutex
}

// openTable begins a table, or reads the one that is there, if that was made with the same settings.
func openTable(dir string, columns, key []string, settings map[string]string) (t *table, err error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, err
	}
	unlock, err := rundir.Lock(dir)
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			unlock()
		}
	}()
	t = &table{dir: dir, columns: columns, key: key, unlock: unlock}
	path := filepath.Join(dir, "results.csv")
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return t, t.begin(settings)
	}
	if err != nil {
		return nil, err
	}
	if err := t.compare(settings); err != nil {
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

// settingsFile keeps the settings that all rows of a table share.
const settingsFile = "settings.json"

func (t *table) begin(settings map[string]string) error {
	text, err := json.MarshalIndent(settings, "", "  ")
	if err != nil {
		return err
	}
	return t.save(settingsFile, append(text, '\n'))
}

// compare is an error where a table's fits were made with other settings.
func (t *table) compare(settings map[string]string) error {
	path := filepath.Join(t.dir, settingsFile)
	text, err := os.ReadFile(path)
	if err != nil {
		return fmt.Errorf("%s holds no table of this experiment: %w: choose another --out", t.dir, err)
	}
	var had map[string]string
	if err := json.Unmarshal(text, &had); err != nil {
		return fmt.Errorf("%s: %w: choose another --out", path, err)
	}
	for _, name := range slices.Sorted(maps.Keys(settings)) {
		if had[name] != settings[name] {
			return fmt.Errorf("%s holds fits with --%s %s, not %s: choose another --out", t.dir, name, had[name], settings[name])
		}
	}
	return nil
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
	return t.save("results.csv", b.Bytes())
}

// save writes a file of the folder whole.
func (t *table) save(name string, contents []byte) error {
	return rundir.WriteFile(filepath.Join(t.dir, name), func(w io.Writer) error {
		_, err := w.Write(contents)
		return err
	})
}

// kind is what a fit is of, whatever its seed.
func (t *table) kind(r row) string {
	var values []string
	for _, k := range t.key[:len(t.key)-1] {
		values = append(values, r[k])
	}
	return strings.Join(values, " ")
}

// finish puts the rows in order, and writes table.md and summary.json, the mean over seeds and its standard error with the paper's figure below, the figures and the page.
func (t *table) finish(b batch) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	place := func(r row) int {
		return slices.IndexFunc(b.fits, func(f row) bool { return t.kind(f) == t.kind(r) })
	}
	slices.SortStableFunc(t.rows, func(x, y row) int {
		if d := place(x) - place(y); d != 0 {
			return d
		}
		i, _ := strconv.Atoi(x["seed"])
		j, _ := strconv.Atoi(y["seed"])
		return i - j
	})
	if err := t.write(); err != nil {
		return err
	}
	shown := b.shown
	named := t.key[:len(t.key)-1]
	var text strings.Builder
	fmt.Fprintf(&text, "# %s\n\nMean over seeds and its standard error; in brackets the lowest. Below it, where the paper has one, the paper's.\n\n| %s | seeds | %s |\n|%s\n",
		b.title, strings.Join(named, " | "), strings.Join(shown, " | "), strings.Repeat(" --- |", len(shown)+len(named)+1))
	summary := map[string]any{}
	for _, rows := range t.kinds() {
		name := t.kind(rows[0])
		var cells, theirs []string
		figures := map[string]any{"seeds": len(rows)}
		for _, c := range shown {
			cell, reported := "-", ""
			if v := values(rows, c); len(v) > 0 {
				mean, se := meanAndError(v)
				lowest := slices.Min(v)
				cell = fmt.Sprintf("%s (%s)", withError(mean, se, len(v)), brief(lowest))
				figures[c] = map[string]float64{"mean": mean, "standard_error": se, "lowest": lowest}
				if p, ok := b.paper[name][c]; ok {
					reported = fmt.Sprintf("paper %.3g", p)
				}
			}
			cells, theirs = append(cells, cell), append(theirs, reported)
		}
		fmt.Fprintf(&text, "| %s | %d | %s |\n", strings.ReplaceAll(name, " ", " | "), len(rows), strings.Join(cells, " | "))
		if strings.Join(theirs, "") != "" {
			fmt.Fprintf(&text, "|%s %s |\n", strings.Repeat(" |", len(named)+1), strings.Join(theirs, " | "))
		}
		summary[name] = figures
	}
	fmt.Fprintf(&text, "\n%s\n", b.note)
	if err := t.save("table.md", []byte(text.String())); err != nil {
		return err
	}
	out, err := json.MarshalIndent(summary, "", "  ")
	if err != nil {
		return err
	}
	if err := t.save("summary.json", append(out, '\n')); err != nil {
		return err
	}
	return t.draw(b)
}

// brief is v with three decimals, or fewer where it is large.
func brief(v float64) string {
	decimals := 3
	for size := math.Abs(v); size >= 10 && decimals > 0; size /= 10 {
		decimals--
	}
	return strconv.FormatFloat(v, 'f', decimals, 64)
}

// kinds are the rows that differ in their seed alone.
func (t *table) kinds() (kinds [][]row) {
	for _, r := range t.rows {
		i := slices.IndexFunc(kinds, func(k []row) bool { return t.kind(k[0]) == t.kind(r) })
		if i < 0 {
			i = len(kinds)
			kinds = append(kinds, nil)
		}
		kinds[i] = append(kinds[i], r)
	}
	return kinds
}

func values(rows []row, column string) (v []float64) {
	for _, r := range rows {
		if f, err := strconv.ParseFloat(r[column], 64); err == nil && !math.IsNaN(f) && math.Abs(f) < 1e100 { // what is not finite has no mean
			v = append(v, f)
		}
	}
	return v
}
