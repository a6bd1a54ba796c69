package losses

import "facrnn/layers/op"

// observed records the missing values of a minibatch (M,N). It also has memory for copies in which other
// numbers replace the missing values, so that the kernels can process whole minibatches.
type observed[T op.Float] struct {
	missing []int // indices of missing values in the minibatch, ascending
	bins    []int // (N) number of bins in which each channel is observed
	x, rate []T   // (M,N)
}

// take finds the missing values of x (M,N).
func (o *observed[T]) take(x []T, N int) {
	if o.bins == nil {
		o.bins = make([]int, N)
	}
	for n := range o.bins {
		o.bins[n] = len(x) / N
	}
	o.missing = o.missing[:0]
	for i, v := range x {
		if v != v {
			o.missing = append(o.missing, i)
			o.bins[i%N]--
		}
	}
}

// copyTo copies x (M,N) to dst, with the missing values replaced by other (M,N), or by 0 if other is nil.
func (o *observed[T]) copyTo(dst *[]T, x, other []T) {
	*dst = append((*dst)[:0], x...)
	for _, i := range o.missing {
		if (*dst)[i] = 0; other != nil {
			(*dst)[i] = other[i]
		}
	}
}
