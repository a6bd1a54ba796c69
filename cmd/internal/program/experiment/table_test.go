package experiment

import (
	"context"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestRowsAreReadAsTheyWereWritten checks that a table that is read back has the same cells, seeds, numbers and empty
// fields. A cell without a number is refused, because its row would be lost.
func TestRowsAreReadAsTheyWereWritten(t *testing.T) {
	e := experiment[syntheticCell]{columns: "method seed recipe loss split observation restarts loglik"}
	first := row[syntheticCell]{cell: syntheticCell{"lint", "paper", "blocks", "gaussian", 3}, seed: 7}
	first.set("loglik", 1./3)
	second := row[syntheticCell]{cell: syntheticCell{"facrnn", "best", "blocks", "gaussian", 1}}
	second.set("loss", 1e-9)
	dir := t.TempDir()
	opened := func() (*table[syntheticCell], error) {
		table, err := openTable(e, dir)
		if err == nil {
			table.unlock()
		}
		return table, err
	}
	written, err := opened()
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range []row[syntheticCell]{first, second} {
		if err := written.add(r); err != nil {
			t.Fatal(err)
		}
	}
	read, err := opened()
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range written.rows {
		if got := read.rows[i]; got.cell != want.cell || got.seed != want.seed || !maps.Equal(got.values, want.values) {
			t.Errorf("row %d is read as %v, want %v", i, got, want)
		}
	}
	path := filepath.Join(dir, "results.csv")
	for good, bad := range map[string]string{",0.333333": ",a third", ",3,": ",3 or 4,", "lint,7": "lint,-7"} {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(strings.Replace(string(text), good, bad, 1)), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := opened(); err == nil || !strings.Contains(err.Error(), "row 1: column ") {
			t.Errorf("%q in place of %q: error %v, want one of row 1", bad, good, err)
		}
		if err := os.WriteFile(path, text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// TestMeasuresHaveColumns checks that a measure without a column in results.csv is an error, because its numbers would
// be lost.
func TestMeasuresHaveColumns(t *testing.T) {
	e := experiment[voltageCell]{columns: "method recipe split seed"}
	table, err := openTable(e, t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer table.unlock()
	r := row[voltageCell]{}
	r.set("loss", 1)
	if err := table.add(r); err == nil || !strings.Contains(err.Error(), "no column for the measure loss") {
		t.Errorf("error %v, want one that names the measure", err)
	}
}

// TestParallelReturnsTheFirstError checks that an error cancels the jobs that run, and no further job begins.
func TestParallelReturnsTheFirstError(t *testing.T) {
	begun := 0
	err := parallel(t.Context(), 1, []int{0, 1, 2, 3}, func(_ context.Context, i int) error {
		begun++
		if i == 1 {
			return os.ErrInvalid
		}
		return nil
	})
	if err != os.ErrInvalid || begun != 2 {
		t.Errorf("error %v after %d jobs, want %v after 2", err, begun, os.ErrInvalid)
	}
}
