package nwb

import (
	"bytes"
	"encoding/binary"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"facrnn/data"
	"facrnn/data/hdf5"
)

// timed reads a file within the time that any file has, and reports the memory it took.
func timed(t *testing.T, path string, sel data.Selection) (r *data.Recording, taken uint64, err error) {
	t.Helper()
	type result struct {
		r   *data.Recording
		err error
	}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	done := make(chan result, 1)
	go func() {
		r, err := Read(path, sel)
		done <- result{r, err}
	}()
	select {
	case got := <-done:
		runtime.ReadMemStats(&after)
		return got.r, after.TotalAlloc - before.TotalAlloc, got.err
	case <-time.After(maxTime):
		t.Fatalf("reading did not end in %v", maxTime)
	}
	return nil, 0, nil
}

// changed writes a file by the tests' writer with a change of its bytes, under checksums that hold.
func changed(t *testing.T, path string, change func(b []byte) []byte) string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	to := filepath.Join(t.TempDir(), "changed.nwb")
	if err := os.WriteFile(to, resealed(change(b)), 0o600); err != nil {
		t.Fatal(err)
	}
	return to
}

// TestLinksInCircles checks that groups that contain themselves by hard links are read once.
func TestLinksInCircles(t *testing.T) {
	path := build(t, func(g *hdf5.Group) {
		rated(g, "acquisition/x", ramp(8), []int{4, 2}, 0, 1)
		for _, name := range []string{"a", "b", "c", "d"} {
			g.Group("processing").Group(name).Attr("neurodata_type", "ProcessingModule")
		}
	})
	f := open(t, path)
	root, processing := f.file.h5.Root().Address(), rootOf(t, f).child("processing")
	looped := changed(t, path, func(b []byte) []byte {
		for i, name := range []string{"a", "b", "c", "d"} {
			from := processing.child(name).object.Address()
			to := root
			if i%2 == 0 {
				to = processing.object.Address()
			}
			address := binary.LittleEndian.AppendUint64(nil, from)
			if bytes.Count(b, append([]byte(name), address...)) != 1 {
				t.Fatal("the link is not where it was sought")
			}
			b = bytes.Replace(b, append([]byte(name), address...), binary.LittleEndian.AppendUint64([]byte(name), to),
				1)
		}
		return b
	})
	r, _, err := timed(t, looped, data.Selection{})
	if err != nil || r.Source.Series != "acquisition/x" || r.Bins() != 4 {
		t.Errorf("%+v, %v", r, err)
	}
}

// TestLengthsThatLie checks that a false length in a header with a valid checksum allocates no memory beyond the
// file.
func TestLengthsThatLie(t *testing.T) {
	path := build(t, rich)
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for mark, offset := range map[string]int{"GCOL": 8, "TREE": 24} {
		for _, length := range []uint64{1 << 31, 1 << 33, 1 << 40, 1 << 62, 1<<64 - 9} {
			for at := bytes.Index(whole, []byte(mark)); at >= 0; {
				bad := changed(t, path, func(b []byte) []byte {
					binary.LittleEndian.PutUint64(b[at+offset:], length)
					return b
				})
				_, taken, err := timed(t, bad, data.Selection{Trials: "trials", Where: []string{"is_successful=true"},
					Series: "y"})
				if err != nil && unclear(bad, err) != "" {
					t.Error(unclear(bad, err))
				}
				if taken > 64<<20 {
					t.Errorf("%s at %d, length %d: %d bytes were taken", mark, at, length, taken)
				}
				next := bytes.Index(whole[at+1:], []byte(mark))
				if next < 0 {
					break
				}
				at += 1 + next
			}
		}
	}
}

// TestTrialsWithoutEnd checks that many trials that each contain a whole series are refused before memory is
// allocated.
func TestTrialsWithoutEnd(t *testing.T) {
	path := build(t, func(g *hdf5.Group) {
		rated(g, "acquisition/x", ramp(20000), []int{20000, 1}, 0, 1)
		start, stop := make([]float64, 50000), make([]float64, 50000)
		for i := range stop {
			stop[i] = 1e9
		}
		trials(g, start, stop)
	})
	_, taken, err := timed(t, path, data.Selection{})
	if err == nil || !strings.Contains(err.Error(), "acquisition/x") || taken > 64<<20 {
		t.Errorf("%v; %d bytes were taken", err, taken)
	}
}
