package train_test

import (
	"context"
	"errors"
	"testing"

	"facrnn/train"
)

// TestAwait checks that what is awaited comes back as it is; where the context ends first, its error does, though the
// work goes on, and nothing is begun where it has ended before.
func TestAwait(t *testing.T) {
	wrong := errors.New("wrong")
	if v, err := train.Await(t.Context(), func() (int, error) { return 3, wrong }); v != 3 || err != wrong {
		t.Errorf("got %d, %v", v, err)
	}
	ctx, stop := context.WithCancel(t.Context())
	never := make(chan int)
	if _, err := train.Await(ctx, func() (int, error) { stop(); return <-never, nil }); !errors.Is(err,
		context.Canceled) {
		t.Errorf("interrupted work ends with %v", err)
	}
	if _, err := train.Await(ctx, func() (int, error) {
		t.Error("begun after the end")
		return 0,
			nil
	}); !errors.Is(err, context.Canceled) {
		t.Errorf("work that is not begun ends with %v", err)
	}
}
