package train

import (
	"fmt"
	"slices"

	"facrnn/data"
	"facrnn/graph"
)

// FromParams returns a model with the parameters o.Start and no training, such as the model of separated components
// alone.
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

// Params copies a model's parameters.
func Params(m *graph.Model[float32]) []Array { return named(m, m.Snapshot()) }

// named copies arrays that have the shapes of a model's parameters.
func named(m *graph.Model[float32], arrays [][]float32) []Array {
	var as []Array
	for i, p := range m.Params() {
		as = append(as, Array{Name: p.Name, Shape: p.Shape, Data: data.Float64s(arrays[i])})
	}
	return as
}

// fill writes named arrays over dst, which is of the same shapes.
func fill(dst [][]float32, from []Array) {
	for i, a := range from {
		for j, v := range a.Data {
			dst[i][j] = float32(v)
		}
	}
}

// sameShapes reports the first array that is not as in want.
func sameShapes(want, have []Array) error {
	if len(want) != len(have) {
		return fmt.Errorf("it has %d arrays of parameters, the model %d", len(have), len(want))
	}
	for i, w := range want {
		if h := have[i]; h.Name != w.Name || !slices.Equal(h.Shape, w.Shape) || len(h.Data) != len(w.Data) {
			return fmt.Errorf("it has an array %s of shape %v, the model %s of %v", h.Name, h.Shape, w.Name, w.Shape)
		}
	}
	return nil
}
