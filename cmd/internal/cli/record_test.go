package cli

import (
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestRecord checks that the file begins with the lines that were logged before it existed, as text for any format of
// the log. A second record appends to the same file.
func TestRecord(t *testing.T) {
	path := filepath.Join(t.TempDir(), "log.txt")
	for i, format := range []string{"text", "json"} {
		log, err := Logger(io.Discard, "info", format)
		if err != nil {
			t.Fatal(err)
		}
		r := NewRecord(log)
		log.Info("before")
		log.Debug("not this")
		if err := r.Append(path); err != nil {
			t.Fatal(err)
		}
		log.Warn("after\x1b[31m")
		if err := r.Close(); err != nil {
			t.Fatal(err)
		}
		log.Info("too late for the file")
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		lines := strings.Split(strings.TrimSpace(string(text)), "\n")
		if len(lines) != 2*(i+1) || !strings.Contains(lines[2*i], "msg=before") ||
			!strings.Contains(lines[2*i+1], "msg=\"after") || strings.Contains(string(text), "\x1b") {
			t.Errorf("%s:\n%s", format, text)
		}
	}
}
