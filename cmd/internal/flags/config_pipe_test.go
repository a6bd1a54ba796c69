//go:build unix

package flags

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// TestConfigPipe checks that a named pipe is refused, because reading it may block forever, and that a pipe from a
// shell is read.
func TestConfigPipe(t *testing.T) {
	path := filepath.Join(t.TempDir(), "c.toml")
	if err := syscall.Mkfifo(path, 0o600); err != nil {
		t.Skip(err)
	}
	if _, err := Config(path); err == nil || !strings.Contains(err.Error(), path+": a named pipe, not a config file") {
		t.Errorf("%v", err)
	}
	if _, err := os.Stat("/dev/fd"); err != nil {
		t.Skip("no /dev/fd here")
	}
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if _, err := w.WriteString("seed = 1\nseeed = 2\n"); err != nil {
		t.Fatal(err)
	}
	w.Close()
	handed := fmt.Sprintf("/dev/fd/%d", r.Fd())
	if _, err := Config(handed); err == nil || !strings.Contains(err.Error(), `line 2: there is no setting "seeed"`) {
		t.Errorf("%v", err)
	}
}
