package npz

import (
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"facrnn/data"
)

// sample returns a small recording as the bytes of a file.
func sample(t testing.TB, compress bool) []byte {
	t.Helper()
	path := filepath.Join(t.TempDir(), "s.npz")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	err = Save(f, map[string]Array{
		"activity": {[]int{6, 2}, []float32{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}},
		"trial":    Vector([]int64{0, 0, 0, 1, 1, 1}),
		"time":     Vector([]float64{0, 1, 2, 5, 6, 7}),
		"channel":  Vector([]string{"a", "b"}),
		"hand":     {[]int{6, 1}, []float64{1, 2, 3, 4, 5, 6}},
	}, compress)
	if err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// readAll reads a file in every way. It fails unless each way returns in time, with data or with one clear error that
// names the file.
func readAll(t *testing.T, path string) (good bool) {
	t.Helper()
	began := time.Now()
	_, listed := List(path)
	r, read := Recording(path, data.Selection{Behavior: []string{"hand"}})
	_, loaded := Load(path)
	if (r == nil) == (read == nil) {
		t.Errorf("recording %v, error %v", r, read)
	}
	for _, err := range []error{listed, read, loaded} {
		if err == nil {
			continue
		}
		rest, ok := strings.CutPrefix(err.Error(), path+": ")
		if !ok || !strings.Contains(rest, ": ") {
			t.Errorf("an error that is not clear: %q", err)
		}
	}
	if d := time.Since(began); d > 10*time.Second {
		t.Errorf("%v", d)
	}
	return read == nil
}

// TestDamage checks that reading a damaged file gives data or one clear error. A zip has checksums of all values, so
// the data must equal the written data.
func TestDamage(t *testing.T) {
	each := damages
	tally := map[bool]int{}
	for _, compress := range []bool{false, true} {
		whole := sample(t, compress)
		path := filepath.Join(t.TempDir(), "d.npz")
		if err := os.WriteFile(path, whole, 0o600); err != nil {
			t.Fatal(err)
		}
		want, err := Recording(path, data.Selection{})
		if err != nil {
			t.Fatal(err)
		}
		for seed := range uint64(each) {
			r := rand.New(rand.NewPCG(seed, 2))
			b := slices.Clone(whole)
			for range 1 + r.IntN(3) {
				at, n := r.IntN(len(b)), 1+r.IntN(64)
				end := min(len(b), at+n)
				switch r.IntN(5) {
				case 0:
					b[at] ^= 1 << r.IntN(8)
				case 1:
					b[at] = byte(r.Uint32())
				case 2:
					for i := range b[at:end] {
						b[at+i] = byte(255 * (seed % 2))
					}
				case 3:
					copy(b[at:], b[r.IntN(len(b)):][:1])
				case 4:
					b = slices.Delete(b, at, min(end, len(b)-1))
				}
			}
			if err := os.WriteFile(path, b, 0o600); err != nil {
				t.Fatal(err)
			}
			good := readAll(t, path)
			tally[good]++
			if got, err := Recording(path, data.Selection{}); err == nil && got.Source.Series == want.Source.Series &&
				!slices.Equal(got.Activity.Data, want.Activity.Data) {
				t.Errorf("seed %d: %v is read", seed, got.Activity.Data)
			}
		}
	}
	t.Logf("%d are read, %d are errors", tally[true], tally[false])
}

// FuzzRecording checks that whatever a file's bytes are, reading it ends in a recording or an error.
func FuzzRecording(f *testing.F) {
	for _, compress := range []bool{false, true} {
		b := sample(f, compress)
		f.Add(b)
		f.Add(b[:len(b)/2])
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		path := filepath.Join(t.TempDir(), "f.npz")
		if err := os.WriteFile(path, b, 0o600); err != nil {
			t.Fatal(err)
		}
		readAll(t, path)
	})
}
