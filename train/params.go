package train

import (
	"fmt"
	"slices"

	"facrnn/data"
	"facrnn/graph"
)

// FromParams returns a model with the parameters o.InitialParams and no training, such as a model of only
// separated components.
func FromParams(c graph.Config, rec *data.Recording, o Options) (*Result, error) {
	if err := c.CheckRecording(rec); err != nil {
		return nil, err
	}
	m, err := graph.New[float32](c, NewRandom(o.Seed, StreamStart))
	if err != nil {
		return nil, err
	}
	return &Result{Model: m, Samples: graph.NewSamples[float32](c, rec), Losses: []float64{}}, m.Set(o.InitialParams)
}

// Params returns copies of a model's parameters.
func Params(m *graph.Model[float32]) []Array { return named(m, m.Snapshot()) }

// named returns copies of arrays with the names and shapes of a model's parameters.
func named(m *graph.Model[float32], arrays [][]float32) []Array {
	var as []Array
	for i, p := range m.Params() {
		as = append(as, Array{Name: p.Name, Shape: p.Shape, Data: data.Float64s(arrays[i])})
	}
	return as
}

// fill copies named arrays into dst, which has the same shapes.
func fill(dst [][]float32, from []Array) {
	for i, a := range from {
		for j, v := range a.Data {
			dst[i][j] = float32(v)
		}
	}
}

// sameShapes returns an error for the first array whose name or shape differs from want.
func sameShapes(want, have []Array) error {
	if len(want) != len(have) {
		return fmt.Errorf("it has %d parameters, but the model has %d", len(have), len(want))
	}
	for i, w := range want {
		if h := have[i]; h.Name != w.Name || !slices.Equal(h.Shape, w.Shape) || len(h.Data) != len(w.Data) {
			return fmt.Errorf("it has a parameter %s of shape %v, but the model has %s of shape %v",
				h.Name, h.Shape, w.Name, w.Shape)
		}
	}
	return nil
}
