package cli

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/sirupsen/logrus"
)

// TestReadingLines checks that without a terminal the log has a line after two seconds, and then every five, for each
// slow part.
func TestReadingLines(t *testing.T) {
	var w bytes.Buffer
	log := logrus.New()
	log.SetOutput(&w)
	now := time.Unix(0, 0)
	progress := Reading(&w, log, func() time.Time { return now }, false)
	for _, part := range []string{"x\x1b", "y"} {
		for done := int64(0); done <= 10; done++ {
			progress(part, done*1e9, 1e10)
			now = now.Add(time.Second)
		}
		progress("quick", 1, 2)
		now = now.Add(time.Second)
		progress("quick", 2, 2)
	}
	lines := strings.Split(strings.TrimSpace(w.String()), "\n")
	if len(lines) != 4 {
		t.Fatalf("%d lines:\n%s", len(lines), w.String())
	}
	for i, want := range []string{`x\\x1b: 30 % of 10 GB`, `x\\x1b: 80 % of 10 GB`, "y: 30 %", "y: 80 %"} {
		if !strings.Contains(lines[i], want) {
			t.Errorf("%q is not in %s", want, lines[i])
		}
	}
}

// TestAfter checks that end is called only for parts that were shown, and that a new part waits again before it is
// shown.
func TestAfter(t *testing.T) {
	now := time.Unix(0, 0)
	var got []string
	progress := after(2*time.Second, time.Second, func() time.Time { return now },
		func(what string, done, _ int64) { got = append(got, fmt.Sprint(what, done)) }, func() {
			got = append(got,
				"end")
		})
	for _, c := range []struct {
		what       string
		done       int64
		afterwards time.Duration
		// shown at 2 and 4
	}{{"a", 1, 3 * time.Second}, {"a", 2, 100 * time.Millisecond}, {"a", 3, time.Second}, {"a", 4, 0}, {"a", 9, 0},
		{"b", 1, time.Second}, {"b", 9, 9 * time.Second}, {"a", 1, time.Second}, {"a", 2, 0}, {"c", 1,
			2 * time.Second}, {"a", 3, time.Second}} {
		progress(c.what, c.done, 9)
		now = now.Add(c.afterwards)
	}
	if d := cmp.Diff([]string{"a2", "a4", "end"}, got); d != "" {
		t.Error(d)
	}
}

// TestReadingBar checks that each part has its own bar, which disappears at the end of the part.
func TestReadingBar(t *testing.T) {
	var w bytes.Buffer
	now := time.Unix(0, 0)
	progress := readingBar(&w, func() time.Time { return now })
	for _, part := range []string{"first", "second"} {
		for done := int64(0); done <= 4; done++ {
			progress(part, done*1e9, 4e9)
			now = now.Add(1500 * time.Millisecond)
		}
		if !strings.Contains(w.String(), part+"  50%") || !strings.HasSuffix(strings.TrimRight(w.String(), "\r"),
			strings.Repeat(" ", 20)) {
			t.Errorf("%q", w.String())
		}
	}
}
