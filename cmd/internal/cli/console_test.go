package cli

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/sirupsen/logrus"

	"facrnn/train"
)

// TestReport checks that any error is one line, and that the exit status distinguishes wrong input from a failure.
func TestReport(t *testing.T) {
	broken := errors.New("broken")
	for _, c := range []struct {
		err    error
		status int
		line   string
	}{
		{nil, Done, ""},
		{broken, Failed, "error: broken\n"},
		{Input{broken}, Wrong, "error: broken\n"},
		{fmt.Errorf("a.nwb: %w", Input{broken}), Wrong, "error: a.nwb: broken\n"},
		{errors.Join(broken, errors.New("and\n\twhy  not")), Failed, "error: broken and why not\n"},
	} {
		var w bytes.Buffer
		if status := Report(&w, c.err); status != c.status || w.String() != c.line {
			t.Errorf("%v: status %d, %q; want %d, %q", c.err, status, w.String(), c.status, c.line)
		}
	}
	if !errors.Is(Input{broken}, broken) {
		t.Error("Input hides its error")
	}
}

func TestLogger(t *testing.T) {
	var w bytes.Buffer
	log, err := Logger(&w, "warning", "json")
	if err != nil {
		t.Fatal(err)
	}
	log.Info("not this")
	log.WithField("bins", 3).Warn("but this")
	var got map[string]any
	if err := json.Unmarshal(w.Bytes(), &got); err != nil || got["msg"] != "but this" || got["bins"] != 3. ||
		got["level"] != "warning" {
		t.Errorf("%s, %v", w.String(), err)
	}
	w.Reset()
	if log, err = Logger(&w, "debug", "text"); err != nil {
		t.Fatal(err)
	}
	log.Debug("this too")
	if !strings.Contains(w.String(), `msg="this too"`) || strings.Contains(w.String(), "\x1b") {
		t.Errorf("%q", w.String())
	}
	if _, err := Logger(&w, "loud", "text"); err == nil || !strings.Contains(err.Error(), "--log-level loud") {
		t.Errorf("%v", err)
	}
}

// TestProgressLines checks that without a terminal the log has a line every five seconds, with the remaining time.
func TestProgressLines(t *testing.T) {
	var w bytes.Buffer
	log := logrus.New()
	log.SetOutput(&w)
	now := time.Unix(0, 0)
	h := Progress(&w, log, func() time.Time { return now }, false)
	r := &train.Progress{Restart: 1, Restarts: 3, Epochs: 40}
	if h.Start != nil || h.End != nil {
		t.Error("there is more to it")
	}
	for epoch := 1; epoch <= 10; epoch++ {
		now = now.Add(2 * time.Second)
		r.Row = train.Epoch{Epoch: epoch, Seconds: 2 * float64(epoch), Train: train.Losses{Loss: 1.5}}
		if err := h.Epoch(r); err != nil {
			t.Fatal(err)
		}
	}
	lines := strings.Split(strings.TrimSpace(w.String()), "\n")
	if len(lines) != 3 { // after 6, 12 and 18 seconds
		t.Fatalf("%d lines in 20 seconds:\n%s", len(lines), w.String())
	}
	for _, want := range []string{"epoch=3/40", "loss=1.5", "restart=2", "left=1m14s"} {
		if !strings.Contains(lines[0], want) {
			t.Errorf("%q is not in %s", want, lines[0])
		}
	}
}

// TestProgressBar checks that the bar counts the epochs of all restarts, also of restarts that stop early.
func TestProgressBar(t *testing.T) {
	var w bytes.Buffer
	h := bar(&w)
	for restart, epochs := range []int{4, 2, 4} {
		r := &train.Progress{Restart: restart, Restarts: 3, Epochs: 4}
		err := h.Start(r)
		for r.Row.Epoch < epochs && err == nil {
			r.Row.Epoch++
			err = h.Epoch(r)
		}
		if err = errors.Join(err, h.End(r)); err != nil {
			t.Fatalf("restart %d: %v", restart, err)
		}
	}
	if terminal(&w) {
		t.Error("a buffer is no terminal")
	}
}

// gone is a terminal that has closed.
type gone struct{}

func (gone) Write([]byte) (int, error) { return 0, syscall.EIO }

// TestBarOnAClosedTerminal checks that a bar that cannot be drawn does not end the fit, which must save its state when
// the terminal closes.
func TestBarOnAClosedTerminal(t *testing.T) {
	h := bar(gone{})
	r := &train.Progress{Restarts: 1, Epochs: 3}
	err := h.Start(r)
	for r.Row.Epoch < 3 && err == nil {
		time.Sleep(110 * time.Millisecond) // it is drawn ten times a second
		r.Row.Epoch++
		err = h.Epoch(r)
	}
	if err = errors.Join(err, h.End(r)); err != nil {
		t.Errorf("%v, want no error", err)
	}
}

// TestCommand checks that words with characters that are special to a shell are quoted.
func TestCommand(t *testing.T) {
	got := Command("go run ./cmd/train", "--data", "my file.nwb", "--where=contrast>=0.5", "it's", "", "--groups=2,2",
		"$HOME")
	if want := `go run ./cmd/train --data 'my file.nwb' '--where=contrast>=0.5' 'it'\''s' '' --groups=2,2 '$HOME'`; got != want {
		t.Errorf("%s\nwant %s", got, want)
	}
}
