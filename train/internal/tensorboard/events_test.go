package tensorboard_test

import (
	"bytes"
	"encoding/hex"
	"flag"
	"os"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"facrnn/train/internal/tensorboard"
)

var update = flag.Bool("update", false, "rewrite testdata")

// TestFile compares the bytes with a file that TensorBoard's own reader (2.21, EventAccumulator) accepted. The reader
// found these scalars, without the value of step 2 from before the second start.
func TestFile(t *testing.T) {
	var b bytes.Buffer
	at := time.Unix(1_700_000_000, 250_000_000)
	w, err := tensorboard.New(&b, func() time.Time { at = at.Add(time.Second); return at })
	if err != nil {
		t.Fatal(err)
	}
	for step := range int64(3) {
		if err := w.Scalars(step, tensorboard.Scalar{Tag: "loss/train", Value: 1 / float64(step+1)},
			tensorboard.Scalar{Tag: "beta", Value: 20}); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Start(2); err != nil {
		t.Fatal(err)
	}
	if err := w.Scalars(2, tensorboard.Scalar{Tag: "loss/train", Value: -0.5}); err != nil {
		t.Fatal(err)
	}
	const path = "testdata/events.out.tfevents.1700000000.facrnn"
	if *update {
		if err := os.WriteFile(path, b.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(hex.Dump(want), hex.Dump(b.Bytes())); d != "" {
		t.Error(d)
	}
}

// TestWriteFails checks that a full disk gives an error at the first record that does not fit.
func TestWriteFails(t *testing.T) {
	w, err := tensorboard.New(&limited{left: 100}, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	for range 10 {
		if err = w.Scalars(1, tensorboard.Scalar{Tag: "loss", Value: 1}); err != nil {
			return
		}
	}
	t.Error("ten records were written to a full disk, want an error")
}

type limited struct{ left int }

func (l *limited) Write(b []byte) (int, error) {
	if l.left -= len(b); l.left < 0 {
		return 0, os.ErrPermission
	}
	return len(b), nil
}
