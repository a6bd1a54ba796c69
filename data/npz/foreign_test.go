package npz

import (
	"archive/zip"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"facrnn/data"
)

// zipped writes an npz file from entries, which are alternating names and bytes.
func zipped(t *testing.T, entries ...string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "z.npz")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	z := zip.NewWriter(f)
	for i := 0; i < len(entries); i += 2 {
		w, err := z.Create(entries[i])
		if err == nil {
			_, err = w.Write([]byte(entries[i+1]))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(z.Close(), f.Close()); err != nil {
		t.Fatal(err)
	}
	return path
}

// TestForeignTypes checks that the error of an unsupported type names the type and the remedy in Python. The array is
// listed without a role, and the error does not ask to copy an intact file again.
func TestForeignTypes(t *testing.T) {
	for _, c := range []struct{ descr, kind, want string }{
		{"'|O'", "object", "it holds Python objects (dtype object), not numbers: save x.astype(float)"},
		{"'<c8'", "complex64", "it holds complex numbers (complex64): save their real part, x.real"},
		{"'<c16'", "complex128", "it holds complex numbers (complex128)"},
		{"'<c32'", "complex256", "it holds complex numbers (complex256)"},
		{"'<f16'", "float128", "it holds long doubles (float128): save x.astype(float)"},
		{"'<f12'", "float96", "it holds long doubles (float96)"},
		{"'<M8[ns]'", "datetime64", "it holds dates (datetime64): save seconds"},
		{"'<m8[ms]'", "timedelta64", "it holds time spans (timedelta64): save seconds"},
		{"'|V12'", "records", "it holds records of several fields: save each field"},
		{"[('a', '<f4'), ('b', '<f4')]", "records", "it holds records of several fields"},
		{"'<q8'", "q8", "its data type, q8, is not supported: save x.astype(float)"},
	} {
		path := zipped(t, "activity.npy", string(npy("{'descr': "+c.descr+
			", 'fortran_order': False, 'shape': (300, 2), }",
			1, 2, 3)))
		_, err := Recording(path, data.Selection{})
		if want := path + ": array activity: " + c.want; err == nil || !strings.HasPrefix(err.Error(), want) ||
			strings.Contains(err.Error(), "copy") {
			t.Errorf("%s: %v, not %s", c.descr, err, want)
		}
		l, err := List(path)
		if err != nil || len(l.Series) != 1 || l.Series[0].Type != c.kind || l.Series[0].Role != "" {
			t.Errorf("%s is listed as %+v, %v", c.descr, l, err)
		}
	}
}

// TestArrayTwice checks that a file that holds an array twice is refused, because readers differ in which one they
// use.
func TestArrayTwice(t *testing.T) {
	array := func(v byte) string {
		return string(npy("{'descr': '|u1', 'fortran_order': False, 'shape': (2, 1), }", v, v))
	}
	path := zipped(t, "x.npy", array(1), "y.npy", array(2), "x.npy", array(3))
	want := path + `: it holds the array "x" twice`
	_, listed := List(path)
	_, read := Recording(path, data.Selection{Series: "y"})
	_, loaded := Load(path, "y")
	for _, err := range []error{listed, read, loaded} {
		if err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%v, not %s", err, want)
		}
	}
	if _, err := Recording(zipped(t, "x.npy", array(1), "x", array(2)), data.Selection{}); err != nil {
		t.Errorf("beside a file that is no array: %v", err)
	}
}

// countdown is a context that ends after a number of checks.
type countdown struct {
	context.Context
	left atomic.Int64
}

func (c *countdown) Err() error {
	if c.left.Add(-1) >= 0 {
		return nil
	}
	return context.Canceled
}

// TestCancelledAnywhere checks that reading returns the context's error whenever the context ends, even in an optional
// array.
func TestCancelledAnywhere(t *testing.T) {
	path := filepath.Join(t.TempDir(), "s.npz")
	if err := os.WriteFile(path, sample(t, true), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, read := range map[string]func(ctx context.Context) error{
		"list": func(ctx context.Context) error { _, err := ListContext(ctx, path); return err },
		"recording": func(ctx context.Context) error {
			_, err := RecordingContext(ctx, path,
				data.Selection{})
			return err
		},
	} {
		all := &countdown{Context: context.Background()}
		all.left.Store(1 << 40)
		if err := read(all); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		for looks := range 1<<40 - all.left.Load() {
			ctx := &countdown{Context: context.Background()}
			ctx.left.Store(looks)
			if err := read(ctx); err == nil || err.Error() != path+": context canceled" {
				t.Errorf("%s ended after %d looks: %v", name, looks, err)
			}
		}
	}
}
