package method

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestConfigDeep checks that nested brackets, and a file without an end, are errors that come soon.
func TestConfigDeep(t *testing.T) {
	for name, text := range map[string]string{
		"arrays":   "where = " + strings.Repeat("[", maxConfig-20),
		"tables":   "a = " + strings.Repeat("{a=", maxConfig/3-20),
		"keys":     strings.Repeat("a.", maxConfig/2-20) + "a = 1",
		"too long": strings.Repeat("#", maxConfig+1),
	} {
		path := filepath.Join(t.TempDir(), "c.toml")
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := ReadConfig(path); err == nil || !strings.HasPrefix(err.Error(), path+": ") {
			t.Errorf("%s: %.200v", name, err)
		}
	}
	if info, err := os.Stat("/dev/zero"); err != nil || info.Mode().IsRegular() {
		t.Skip("there is no file without end")
	}
	if _, err := ReadConfig("/dev/zero"); err == nil || !strings.Contains(err.Error(), "too long") {
		t.Error(err)
	}
}
