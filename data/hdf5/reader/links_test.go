package reader

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// recording copies testdata/linked into a folder of its own, beside a file that links must not reach, and returns its
// path.
func recording(t *testing.T) string {
	t.Helper()
	above := t.TempDir()
	folder := filepath.Join(above, "recording")
	if err := os.CopyFS(folder, os.DirFS(filepath.Join("testdata", "linked"))); err != nil {
		t.Fatal(err)
	}
	other, err := os.ReadFile(filepath.Join(folder, "other.h5"))
	if err != nil {
		t.Fatal(err)
	}
	for path, content := range map[string][]byte{
		filepath.Join(above, "secret.h5"): other, filepath.Join(folder, "note.txt"): []byte("a note"),
		filepath.Join(folder, "cut.h5"): other[:60],
	} {
		if err := os.WriteFile(path, content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return filepath.Join(folder, "session.h5")
}

// rootOf opens a file until the test ends, and returns the children of its root.
func rootOf(t *testing.T, path string) (*File, map[string]Child) {
	t.Helper()
	f, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = f.Close() }) // read only
	return f, children(t, f, "")
}

// TestExternalLinks checks that links into files of the recording's folder are followed, also through several files.
// The reader returns the files that the values came from.
func TestExternalLinks(t *testing.T) {
	f, all := rootOf(t, recording(t))
	if got := f.Linked(); len(got) != 0 {
		t.Errorf("%v were read before any value was", got)
	}
	for name, want := range map[string]struct {
		first float64
		file  string
	}{"set": {10, "other.h5"}, "chain": {30, "below/near.h5"}} {
		d := all[name].Dataset
		if d == nil {
			t.Fatalf("%s: %+v", name, all[name])
		}
		got, err := d.Floats(nil, nil, 3)
		if err != nil || !slices.Equal(got, []float64{want.first, want.first + 1, want.first + 2}) ||
			d.File() != want.file {
			t.Errorf("%s: %v of %q, %v; want %v of %q", name, got, d.File(), err, want.first, want.file)
		}
	}
	if got := f.Linked(); !slices.Equal(got, []string{"other.h5", "below/near.h5"}) {
		t.Errorf("values were read from %v", got)
	}
	for _, name := range []string{"set", "group"} {
		if all[name].Soft != "" {
			t.Errorf("%s passes for a soft link, %q", name, all[name].Soft)
		}
	}
}

// TestAddressesOfFiles checks that groups of two files have two addresses, though they lie at one place, and references
// lead into their own file. A file is opened once, by whatever link.
func TestAddressesOfFiles(t *testing.T) {
	f, all := rootOf(t, recording(t))
	own, other := all["g"].Group, all["group"].Group
	if own.Address() == other.Address() {
		t.Error("groups of two files have one address")
	}
	if all["own"].Group.Address() != own.Address() || all["back"].Group.Address() != f.Root().Address() {
		t.Error("the file is another one if a link leads back to it")
	}
	for name, g := range map[string]*Group{"the recording": own, "a linked file": other} {
		attributes, err := g.Attributes()
		if err != nil || len(attributes) != 1 {
			t.Fatal(name, attributes, err)
		}
		if refs, err := attributes[0].References(); err != nil || refs[0] != g.Address() {
			t.Errorf("in %s, a reference to group %d leads to %v, %v", name, g.Address(), refs, err)
		}
	}
}

// TestRefusedLinks checks that a link out of the folder of the recording, or to something missing, names the target and
// the remedy.
func TestRefusedLinks(t *testing.T) {
	path := recording(t)
	_, all := rootOf(t, path)
	for name, want := range map[string][]string{
		"above": {"another file, ../secret.h5, to /g/x there", "outside the folder",
			"move that file into the folder"},
		"absolute": {"another file, /secret.h5, to", "outside the folder", "link_data=False"},
		"climb":    {"another file, ../other.h5, to", "outside the folder"},
		"none":     {"another file, none.h5, to /g there", "missing in the folder", "put that file there"},
		"nothing":  {"another file, other.h5, to /g/nothing there", "does not have", "link_data=False"},
		"text":     {"another file, note.txt, to", "not an HDF5 file"},
		"folder":   {"another file, below, to", "not a regular file"},
		"loop":     {"circles"},
	} {
		c := all[name]
		if !errors.As(c.Err, &Lost{}) || c.Group != nil || c.Dataset != nil {
			t.Errorf("%s: %+v", name, c)
			continue
		}
		for _, part := range want {
			if !strings.Contains(c.Err.Error(), part) {
				t.Errorf("%s: %q does not say %q", name, c.Err, part)
			}
		}
	}
	if err := all["cut"].Err; !errors.As(err, &Damage{}) ||
		!strings.Contains(err.Error(), "in the linked file cut.h5: damaged") {
		t.Error("a linked file that is cut short: ", err)
	}
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if c := children(t, newFile(t, b), "")["set"]; !errors.As(c.Err, &Lost{}) {
		t.Errorf("a file without a path follows a link: %+v", c)
	}
}

// TestSymbolicLinks checks that where a symbolic link leads decides, whether the recording or a linked file is reached
// by it.
func TestSymbolicLinks(t *testing.T) {
	path := recording(t)
	folder := filepath.Dir(path)
	entry := filepath.Join(t.TempDir(), "entry.h5")
	for name, target := range map[string]string{
		filepath.Join(folder, "alias.h5"): "other.h5", filepath.Join(folder, "escape.h5"): filepath.Join("..",
			"secret.h5"), entry: path,
	} {
		if err := os.Symlink(target, name); err != nil {
			t.Skip("symbolic links cannot be made: ", err)
		}
	}
	for _, opened := range []string{path, entry} {
		_, all := rootOf(t, opened)
		if all["alias"].Dataset == nil || all["alias"].Dataset != all["set"].Dataset {
			t.Errorf("%s: by a symbolic link inside the folder: %+v", opened, all["alias"])
		}
		if err := all["escape"].Err; !errors.As(err, &Lost{}) || !strings.Contains(err.Error(), "outside the folder") {
			t.Errorf("%s: by a symbolic link out of the folder: %v", opened, err)
		}
	}
}

// TestInside checks that absolute paths count by where they lead.
func TestInside(t *testing.T) {
	folder, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	f := &File{}
	for name, want := range map[string]string{
		filepath.Join(folder, "a.h5"): "a.h5", filepath.Dir(folder): "",
		filepath.Join(filepath.Dir(folder), "a.h5"): "", "a.h5": "a.h5",
		filepath.Join("b", "a.h5"): filepath.Join("b", "a.h5"), "b/../a.h5": "", "..": "",
		filepath.Join(folder, "..", "a.h5"): "",
	} {
		got, ok := f.inside(folder, name)
		if ok != (want != "") || ok && got != want {
			t.Errorf("%s: %q, %v; want %q", name, got, ok, want)
		}
	}
}
