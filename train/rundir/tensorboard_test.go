package rundir

import (
	"bytes"
	"encoding/binary"
	"math"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"facrnn/data"
	"facrnn/graph"
	"facrnn/train"
)

// scalarsOf reads the values of a tag from the files of a folder, as TensorBoard does. Values of later files follow,
// and a start event drops the values after it.
func scalarsOf(t *testing.T, dir, tag string) (values []float32) {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(dir, "events.out.tfevents.*"))
	if err != nil || len(names) == 0 {
		t.Fatal(names, err)
	}
	for _, name := range names {
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for len(b) > 0 {
			n := binary.LittleEndian.Uint64(b)
			event := b[12 : 12+n]
			b = b[16+n:]
			if bytes.HasSuffix(event, []byte{7<<3 | 2, 2, 1 << 3, 1}) { // a session's start
				values = nil
			}
			if at := bytes.Index(event, append([]byte{byte(len(tag))}, tag...)); at >= 0 {
				values = append(values, math.Float32frombits(binary.LittleEndian.Uint32(event[at+1+len(tag)+1:])))
			}
		}
	}
	return values
}

// TestTensorBoard checks that there is the loss of every epoch, once, however the run was begun and whatever it went
// back from.
func TestTensorBoard(t *testing.T) {
	f, err := create(filepath.Join(t.TempDir(), "run"), nil, data.Source{Path: "a.npz"})
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	c := graph.Config{Terms: graph.Objective(0, 0)[:1]}
	row := func(epoch int) train.Epoch {
		return train.Epoch{Epoch: epoch, Step: 10 * epoch,
			Train: train.Losses{Loss: float64(epoch), Terms: []float64{1}}, Weights: []float64{1}}
	}
	h := f.TensorBoard(c, func() time.Time { return time.Unix(1, 0) })
	run := func(r *train.Progress, epochs ...int) {
		t.Helper()
		err := h.Start(r)
		for _, e := range epochs {
			r.Row = row(e)
			r.Rows = append(r.Rows, r.Row)
			if err == nil {
				err = h.Epoch(r)
			}
		}
		if err == nil {
			err = h.End(r)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	want := func(loss ...float32) {
		t.Helper()
		got := scalarsOf(t, f.Path("tensorboard/restart-2"), "train/loss")
		if !slices.Equal(got, loss) {
			t.Fatalf("%v, want %v", got, loss)
		}
	}
	run(&train.Progress{Restart: 1}, 1, 2, 3)
	want(1, 2, 3)
	run(&train.Progress{Restart: 1, Rows: []train.Epoch{row(1), row(2)}}, 3, 4) // resumed
	want(1, 2, 3, 4)

	r := &train.Progress{Restart: 1, Rows: []train.Epoch{row(1), row(2)}}
	if err := h.Start(r); err != nil {
		t.Fatal(err)
	}
	r.Rows = r.Rows[:1]
	if err := h.OnRollback(r); err != nil { // it went back
		t.Fatal(err)
	}
	want(1)
}
