package data

// Float64s returns a copy of the values in double precision.
func Float64s[S ~[]E, E float32 | float64](x S) []float64 {
	out := make([]float64, len(x))
	for i, v := range x {
		out[i] = float64(v)
	}
	return out
}
