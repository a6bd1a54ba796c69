package train

import "context"

// Await runs f and returns its result, or ctx.Err() if the context ends first. Use it for long work that cannot
// be cancelled, such as the factorization of a large matrix. If the context ends first, f continues in the
// background, so f must not change anything that other code reads.
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
