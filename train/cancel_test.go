package train_test

import (
	"context"
	"errors"
	"testing"

	"facrnn/train"
)

// TestAwait checks that Await returns the result of the function. If the context ends first, Await returns its
// error, although the function continues. If the context has ended before, the function is not called.
func TestAwait(t *testing.T) {
	wrong := errors.New("wrong")
	if v, err := train.Await(t.Context(), func() (int, error) { return 3, wrong }); v != 3 || err != wrong {
		t.Errorf("got %d, %v", v, err)
	}
	ctx, stop := context.WithCancel(t.Context())
	never := make(chan int)
	_, err := train.Await(ctx, func() (int, error) { stop(); return <-never, nil })
	if !errors.Is(err, context.Canceled) {
		t.Errorf("when the context ends, Await returns %v", err)
	}
	called := false
	_, err = train.Await(ctx, func() (int, error) { called = true; return 0, nil })
	if called || !errors.Is(err, context.Canceled) {
		t.Errorf("with an ended context, Await returns %v; function called: %v", err, called)
	}
}
