package losses

import "facrnn/layers/op"

// observed is what is known of the values of a minibatch (M,N) of which some are missing, and room for copies in which
// something else stands for those. The kernels that a whole minibatch runs then run on the copies.
type observed[T op.Float] struct {
	missing []int // places in the minibatch of values that are NaN, ascending
	bins    []int // (N) in which each channel is observed
	x, rate []T   // (M,N)
}

// take finds what is missing of x (M,N).
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

// copyTo makes dst a copy of x (M,N) with the values of other where x's are missing; 0 where other is nil.
func (o *observed[T]) copyTo(dst *[]T, x, other []T) {
	*dst = append((*dst)[:0], x...)
	for _, i := range o.missing {
		if (*dst)[i] = 0; other != nil {
			(*dst)[i] = other[i]
		}
	}
}
