package train

import "context"

// Await is what f returns, or the context's error as soon as that ends, for work that takes long and cannot be told to
// stop, such as the factors of a large matrix. f is left to itself then, and so may change nothing that anyone else
// looks at.
func Await[V any](ctx context.Context, f func() (V, error)) (V, error) {
	type outcome struct {
		v   V
		err error
	}
	done := make(chan outcome, 1)
	if ctx.Err() == nil {
		go func() {
			v, err := f()
			done <- outcome{v, err}
		}()
	}
	select {
	case o := <-done:
		return o.v, o.err
	case <-ctx.Done():
		var none V
		return none, ctx.Err()
	}
}
