package nwb

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"strings"
	"sync/atomic"
	"testing"

	"facrnn/data"
	"facrnn/data/hdf5"
)

// TestPanicIsDamage checks that a panic while a file is read becomes an error, which calls the file damaged and names
// the part. It must print nothing of Go's.
func TestPanicIsDamage(t *testing.T) {
	path := build(t, rich)
	_, err := reading(newFile(context.Background(), path, nil), func(in *contents) (*data.Recording, error) {
		if _, err := in.units.dataset("spike_times"); err != nil {
			return nil, err
		}
		zero := len(in.file.path) - len(path)
		return nil, errors.New(string(rune(1 / zero)))
	})
	if err == nil || !strings.HasPrefix(err.Error(), path+": damaged: units/spike_times ") ||
		strings.Contains(err.Error(), "runtime") {
		t.Errorf("a division by zero gives %v", err)
	}
	if !errors.As(err, &panicked{}) {
		t.Errorf("tests cannot tell that %v was a panic", err)
	}
}

// chunkedDrive returns a file with a series in chunks of 5 x 2, whose first or second edge is then set.
func chunkedDrive(t *testing.T, edge int, value uint32) string {
	path := build(t, func(g *hdf5.Group) {
		rated(g, "acquisition/x", ramp(60), []int{20, 3}, 0, 10)
		d := at(g, "stimulus/presentation/drive", "TimeSeries")
		d.Dataset("starting_time", 0.0, nil, hdf5.Options{}).Attr("rate", 10.0)
		d.Dataset("data", ramp(40), []int{20, 2}, hdf5.Options{Chunk: []int{5, 2}})
	})
	return changed(t, path, func(b []byte) []byte {
		edges := binary.LittleEndian.AppendUint32(nil, 5)
		edges = binary.LittleEndian.AppendUint32(edges, 2)
		if bytes.Count(b, edges) != 1 {
			t.Fatal("the shape of the chunks is not where it was sought")
		}
		binary.LittleEndian.PutUint32(b[bytes.Index(b, edges)+4*edge:], value)
		return b
	})
}

// TestChunkEdges checks that a chunk with an edge of 0, or of more than 4 GB, is damage of the dataset in every use
// of the file. A list has it as the problem of the series.
func TestChunkEdges(t *testing.T) {
	for _, value := range []uint32{0, 1<<32 - 1} {
		for edge := range 2 {
			path := chunkedDrive(t, edge, value)
			uses := map[string]func() error{
				"list": func() error {
					c, err := List(path)
					if err != nil {
						t.Fatal(err)
					}
					for _, s := range c.Series {
						if s.Path == "stimulus/presentation/drive" {
							return fmt.Errorf("%s: %s", path, s.Problem)
						}
					}
					return nil
				},
				"series": func() error { _, err := Read(path, data.Selection{Series: "drive"}); return err },
				"drive":  func() error { _, err := Read(path, data.Selection{Drive: []string{"drive"}}); return err },
				"input":  func() error { _, err := Read(path, data.Selection{Input: "drive"}); return err },
			}
			for use, read := range uses {
				err := read()
				if err == nil || !strings.HasPrefix(err.Error(),
					path+": stimulus/presentation/drive/data: damaged: its chunks of shape [") {
					t.Errorf("edge %d is %d, %s: %v", edge, value, use, err)
				}
				if errors.As(err, &panicked{}) {
					t.Errorf("edge %d is %d, %s: a panic: %v", edge, value, use, err)
				}
			}
		}
	}
}

// sharedText returns a file with trials whose column stimulus refers in every row to the same text, or to one of two.
func sharedText(t *testing.T, rows, length int) string {
	t.Helper()
	long := strings.Repeat("x", length)
	path := build(t, func(g *hdf5.Group) {
		rated(g, "acquisition/x", ramp(4*rows), []int{2 * rows, 2}, 0, 1)
		start, stop := make([]float64, rows), make([]float64, rows)
		for i := range start {
			start[i], stop[i] = float64(2*i), float64(2*i+2)
		}
		tr := at(g, "intervals/trials", "TimeIntervals")
		tr.Dataset("start_time", start, nil, hdf5.Options{})
		tr.Dataset("stop_time", stop, nil, hdf5.Options{})
		tr.Dataset("stimulus", append(make([]string, rows-2), long+"a", long+"b"), nil, hdf5.Options{})
	})
	return changed(t, path, func(b []byte) []byte {
		size := binary.LittleEndian.AppendUint32(nil, uint32(length+1))
		var found []int // the two references, one after the other
		for i := 0; i+32 <= len(b); i += 8 {
			if bytes.Equal(b[i:i+4], size) && bytes.Equal(b[i+16:i+20], size) {
				found = append(found, i)
			}
		}
		if len(found) != 1 {
			t.Fatalf("the references are at %v", found)
		}
		pair := b[found[0] : found[0]+32]
		for i := found[0] - 16*(rows-2); i < found[0]; i += 32 {
			copy(b[i:], pair)
		}
		return b
	})
}

// TestSharedText checks that rows that all refer to one long text are read without a copy for each. They are refused
// if they are too long together, before their total length is allocated.
func TestSharedText(t *testing.T) {
	short := sharedText(t, 64, 1000)
	r, _, err := timed(t, short, data.Selection{})
	if err != nil || r.ConditionName != "stimulus" || len(r.Condition[0]) != 1001 {
		t.Fatalf("texts of 1 kB are not the condition: %v", err)
	}
	path := sharedText(t, 200_000, 4<<20)
	if _, err := List(path); err != nil {
		t.Errorf("listing: %v", err)
	}
	r, taken, err := timed(t, path, data.Selection{Trials: "none"})
	if err != nil || taken > 256<<20 {
		t.Errorf("without trials: %v; %d bytes were taken", err, taken)
	}
	for _, sel := range []data.Selection{{Condition: "stimulus"}, {Where: []string{"stimulus=a"}},
		{Drive: []string{"stimulus"}}} {
		_, taken, err := timed(t, path, sel)
		if want := "intervals/trials/stimulus: its 200000 texts are longer than 250 MB together: "; err == nil ||
			!strings.Contains(err.Error(), want) {
			t.Errorf("%+v: %v", sel, err)
		}
		if taken > 256<<20 {
			t.Errorf("%+v: %d bytes were taken", sel, taken)
		}
	}
}

// countdown is a context that ends after so many looks at it, and counts those that follow.
type countdown struct {
	context.Context
	left, late atomic.Int64
}

func (c *countdown) Err() error {
	if c.left.Add(-1) >= 0 {
		return nil
	}
	c.late.Add(1)
	return context.Canceled
}

// TestCancelledAnywhere checks that reading ends with the context's error whenever the context ends, after few more
// steps.
func TestCancelledAnywhere(t *testing.T) {
	const most = 400 // looks at the context after its end, of parts that are passed over
	path := build(t, func(g *hdf5.Group) {
		rich(g)
		tr := at(g, "intervals/trials", "")
		tr.Dataset("stimulus", []string{"a", "b"}, nil, hdf5.Options{})
	})
	readings := map[string]func(ctx context.Context) error{
		"list": func(ctx context.Context) error { _, err := ListContext(ctx, path, Options{}); return err },
		"series": func(ctx context.Context) error {
			_, err := ReadContext(ctx, path, data.Selection{Series: "y", Behavior: []string{"hand"}, Trials: "none"},
				Options{})
			return err
		},
		"units": func(ctx context.Context) error {
			_, err := ReadContext(ctx, path, data.Selection{Units: true, Trials: "none"}, Options{})
			return err
		},
	}
	for name, read := range readings {
		all := &countdown{Context: context.Background()}
		all.left.Store(1 << 40)
		if err := read(all); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		for looks := range 1<<40 - all.left.Load() {
			ctx := &countdown{Context: context.Background()}
			ctx.left.Store(looks)
			if err := read(ctx); !errors.Is(err, context.Canceled) || !strings.HasPrefix(err.Error(), path+": ") {
				t.Errorf("%s ended after %d looks: %v", name, looks, err)
			}
			if n := ctx.late.Load(); n > most {
				t.Errorf("%s ended after %d looks, and looked %d times more", name, looks, n)
			}
		}
	}
}

// TestCancelledFromElsewhere checks that another goroutine can end the reading of a file that takes long.
func TestCancelledFromElsewhere(t *testing.T) {
	path := build(t, func(g *hdf5.Group) { rated(g, "acquisition/x", ramp(6000), []int{2000, 3}, 0, 10) })
	ctx, cancel := context.WithCancel(context.Background())
	began, after := make(chan struct{}), 0
	go func() {
		<-began
		cancel()
	}()
	_, err := ReadContext(ctx, path, data.Selection{}, Options{Progress: func(string, int64, int64) {
		if after++; after == 1 {
			close(began)
			<-ctx.Done()
		}
	}})
	if !errors.Is(err, context.Canceled) || after != 1 {
		t.Errorf("%v, after %d parts", err, after)
	}
}

// TestNeverClosed checks that a file that its writer never closed is read with a warning, which says how much was
// found. An error of a missing part names this cause.
func TestNeverClosed(t *testing.T) {
	fill := func(g *hdf5.Group) { rated(g, "acquisition/x", ramp(60), []int{20, 3}, 0, 10) }
	open := func(b []byte) []byte {
		b[11] |= 1
		binary.LittleEndian.PutUint32(b[44:], hdf5.Checksum(b[:44]))
		return b
	}
	long := func(b []byte) []byte { return append(b, make([]byte, 100)...) }
	for why, change := range map[string]func(b []byte) []byte{"says that it is open for writing": open,
		"counts ": long} {
		path := changed(t, build(t, fill), change)
		r, err := Read(path, data.Selection{})
		if err != nil {
			t.Errorf("%s: %v", why, err)
			continue
		}
		if w := strings.Join(r.Warnings, " "); !strings.Contains(w, why) || !strings.Contains(w,
			"It has 1 series; acquisition/x has 20 bins, until 1.9 s") {
			t.Errorf("%s: the warnings are %q", why, r.Warnings)
		}
		empty := changed(t, build(t, func(*hdf5.Group) {}), change)
		if _, err := Read(empty, data.Selection{}); err == nil || !strings.Contains(err.Error(),
			"never closed by the program that wrote it") {
			t.Errorf("%s, of nothing: %v", why, err)
		}
	}
	cut := changed(t, build(t, fill), open)
	if err := os.Truncate(cut, 1000); err != nil {
		t.Fatal(err)
	}
	want := "copy or download it again (the file was never closed by the program that wrote it: its header says"
	if _, err := Read(cut, data.Selection{}); err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("a file that is cut short, too: %v", err)
	}
	b, err := os.ReadFile(build(t, fill))
	if err != nil {
		t.Fatal(err)
	}
	if why := notClosed(b, 0, int64(len(b))); why != "" {
		t.Errorf("a file that was closed: %s", why)
	}
}
