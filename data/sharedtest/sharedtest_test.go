package sharedtest

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// TestFile checks that a file is looked for by its own path. A folder that exists without the file skips the test.
func TestFile(t *testing.T) {
	dir := t.TempDir()
	t.Setenv(Variable, dir)
	here := filepath.Join(dir, "nwb", "a.nwb")
	if err := os.MkdirAll(filepath.Dir(here), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(here, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for name, found := range map[string]bool{"nwb/a.nwb": true, "nwb/b.nwb": false, "nwb": false} {
		t.Run(name, func(t *testing.T) {
			t.Cleanup(func() {
				if t.Skipped() == found {
					t.Errorf("%s: skipped is %v, want %v", name, t.Skipped(), !found)
				}
			})
			if got, want := File(t, name), filepath.Join(dir, filepath.FromSlash(name)); got != want {
				t.Errorf("%s is looked for at %s, want %s", name, got, want)
			}
		})
	}
	if got := Glob(t, "*.nwb", "nwb/*.nwb"); !slices.Equal(got, []string{here}) {
		t.Errorf("the patterns match %q, want %s", got, here)
	}
}

// TestFolder checks that a relative path starts from the root of the repository, and the default lies beside it.
func TestFolder(t *testing.T) {
	absolute := t.TempDir()
	for named, want := range map[string]string{"": "../../../shared", "recordings": "../../recordings",
		absolute: absolute} {
		t.Setenv(Variable, named)
		if got := folder(t); got != filepath.FromSlash(want) {
			t.Errorf("%s=%s gives the folder %s, want %s", Variable, named, got, want)
		}
	}
}
