// Package clitest runs programs in their tests as a shell would, and writes recordings for them. Only tests import it.
package clitest

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"facrnn/cmd/internal/cli"
	"facrnn/data/npz"
	"facrnn/data/simulate"
)

// Run runs a program, and returns its exit status and its output.
func Run(ctx context.Context, run cli.Program, args ...string) (status int, stdout, stderr string) {
	var out, err bytes.Buffer
	status = run(ctx, cli.Call{Name: "./program", Args: args}, &out, &err, time.Now)
	return status, out.String(), err.String()
}

// Unwrapped returns a text with each run of spaces and line breaks as one space. A test can then find a sentence that
// is wrapped over lines.
func Unwrapped(text string) string { return strings.Join(strings.Fields(text), " ") }

// Mistaken fails the test unless the program ends with status 2 and prints only one line, an error that contains want.
func Mistaken(t *testing.T, run cli.Program, want string, args ...string) {
	t.Helper()
	status, out, errs := Run(t.Context(), run, args...)
	oneError := strings.HasPrefix(errs, "error: ") && strings.Count(errs, "\n") == 1
	if status != cli.Wrong || out != "" || !oneError || !strings.Contains(errs, want) {
		t.Errorf("%v: status %d, output %q, errors %q; want status %d and one error with %q",
			args, status, out, errs, cli.Wrong, want)
	}
}

// Recording writes a simulated recording as npz and returns its path. change, unless nil, may alter the arrays.
func Recording(t *testing.T, o simulate.ReachingOptions, change func(map[string]npz.Array)) string {
	t.Helper()
	rec, _, err := simulate.Reaching(o)
	if err != nil {
		t.Fatal(err)
	}
	arrays := npz.Arrays(rec)
	if change != nil {
		change(arrays)
	}
	path := filepath.Join(t.TempDir(), "session.npz")
	Save(t, path, arrays)
	return path
}

// Save writes arrays to a file.
func Save(t *testing.T, path string, arrays map[string]npz.Array) {
	t.Helper()
	var b bytes.Buffer
	if err := npz.Save(&b, arrays, false); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
}

// Arrays turns a change of arrays into a change of the bytes of an .npz file.
func Arrays(t *testing.T, change func(map[string]npz.Array)) func([]byte) []byte {
	return func(old []byte) []byte {
		arrays, err := npz.LoadFrom(bytes.NewReader(old), int64(len(old)))
		if err != nil {
			t.Fatal(err)
		}
		change(arrays)
		var b bytes.Buffer
		if err := npz.Save(&b, arrays, false); err != nil {
			t.Fatal(err)
		}
		return b.Bytes()
	}
}

// Replace returns a change of a text that replaces from by to. The test fails if the text lacks from.
func Replace(t *testing.T, from, to string) func([]byte) []byte {
	return func(old []byte) []byte {
		if !strings.Contains(string(old), from) {
			t.Fatalf("there is no %q in %s", from, old)
		}
		return []byte(strings.Replace(string(old), from, to, 1))
	}
}
