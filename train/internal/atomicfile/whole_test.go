package atomicfile

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// names returns the names of the files in a folder.
func names(t *testing.T, dir string) (names []string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

func text(s string) func(io.Writer) error {
	return func(w io.Writer) error { _, err := io.WriteString(w, s); return err }
}

// TestWrite checks that files are created and replaced. After an error the old file must not change, and the error
// must name the file and the reason.
func TestWrite(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "c.txt")
	for _, s := range []string{"one", strings.Repeat("long ", 1<<20), "two"} {
		if err := Write(path, text(s)); err != nil {
			t.Fatal(err)
		}
		if got, err := os.ReadFile(path); string(got) != s || err != nil {
			t.Errorf("%d bytes were written, but the file has %d, %v", len(s), len(got), err)
		}
	}
	broken := errors.New("half way")
	err := Write(path, func(w io.Writer) error { return errors.Join(text("thr")(w), broken) })
	if e := (*Error)(nil); !errors.Is(err, broken) || !errors.As(err, &e) || e.Path != path ||
		err.Error() != path+": half way" {
		t.Errorf("%v", err)
	}
	if got, err := os.ReadFile(path); string(got) != "two" || err != nil {
		t.Errorf("the file now holds %q, %v", got, err)
	}
	if got := names(t, dir); !slices.Equal(got, []string{"c.txt"}) {
		t.Errorf("the folder holds %v, want c.txt only", got)
	}
	absent := filepath.Join(dir, "absent", "d.txt")
	if err := Write(absent, text("x")); !errors.Is(err, fs.ErrNotExist) ||
		!strings.HasPrefix(err.Error(), absent+": ") {
		t.Errorf("in a missing folder the error is %v", err)
	}
	under := filepath.Join(path, "d.txt")
	if err := Write(under, text("x")); err == nil || !strings.HasPrefix(err.Error(), under+": ") ||
		strings.Count(err.Error(), "c.txt") != 1 {
		t.Errorf("in a file instead of a folder the error is %v", err)
	}
}

// TestReadRefusesFolders checks that Read returns an error for folders, devices and missing files.
func TestReadRefusesFolders(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "a"), []byte("a"), 0o600); err != nil {
		t.Fatal(err)
	}
	if b, err := Read(filepath.Join(dir, "a")); err != nil || string(b) != "a" {
		t.Errorf("%q, %v", b, err)
	}
	for path, want := range map[string]string{dir: "not a file", os.DevNull: "not a file",
		filepath.Join(dir, "b"): "b"} {
		if _, err := Read(path); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v; want %q", path, err, want)
		}
	}
}

// TestSweep checks that only temporary files of this package are removed, including an unfinished one.
func TestSweep(t *testing.T) {
	dir := t.TempDir()
	keep := []string{".gitignore", ".lock", ".nfs000000012345", "a.npz", "b.npz2"}
	for _, n := range append([]string{".a.npz123", ".b.csv9"}, keep...) {
		if err := os.WriteFile(filepath.Join(dir, n), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	// as if the program stopped here
	err := Write(filepath.Join(dir, "c.toml"), func(io.Writer) error { return Sweep(dir) })
	if !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the temporary file was not swept: %v", err)
	}
	if got := names(t, dir); !slices.Equal(got, keep) {
		t.Errorf("the folder holds %v, want %v", got, keep)
	}
	if err := Sweep(filepath.Join(dir, "absent")); err != nil {
		t.Error(err)
	}
}
