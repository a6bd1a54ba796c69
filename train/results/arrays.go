package results

import (
	"io"
	"strings"

	"facrnn/data"
	"facrnn/data/npz"
	"facrnn/graph"
	"facrnn/layers"
	"facrnn/layers/op"
	"facrnn/train"
)

// FormatVersion is of model.npz; it grows when a reader of the old form would go wrong.
const FormatVersion = 1

// modelArrays are the arrays of model.npz: every parameter with rows as the paper has them, A (N,K) and the MLP's weights (out,in).
func modelArrays(c graph.Config, params []train.Array, rec *data.Recording, scaling data.Scaling, about map[string]string) map[string]npz.Array {
	out := map[string]npz.Array{"format_version": npz.Scalar(int64(FormatVersion))}
	for _, p := range params {
		name, shape, values := p.Name, p.Shape, p.Data
		if untransposed, ok := transposed(name); ok {
			name, shape, values = untransposed, []int{shape[1], shape[0]}, transpose(values, shape[0], shape[1])
		}
		out[name] = npz.Array{Shape: shape, Data: values}
	}
	var sizes []int
	for _, g := range c.Structure.Groups() {
		sizes = append(sizes, len(g.Latents))
	}
	out["groups"] = npz.Ints(sizes)
	var names, regions []string
	for _, ch := range rec.Channels {
		names, regions = append(names, ch.Name), append(regions, ch.Region)
	}
	out["units"], out["regions"] = npz.Vector(names), npz.Vector(regions)
	out["scale_offset"], out["scale_factor"] = npz.Vector(scaling.Offset), npz.Vector(scaling.Factor)
	for k, v := range about {
		out[k] = npz.Array{Shape: []int{}, Data: []string{v}}
	}
	return out
}

// transposed gives the paper's name of a weight that the model keeps transposed.
func transposed(name string) (string, bool) {
	switch name {
	case "At", "dec_w1t", "dec_w2t":
		return strings.TrimSuffix(name, "t"), true
	}
	return "", false
}

func transpose(x []float64, rows, cols int) []float64 {
	y := make([]float64, len(x))
	for i := range rows {
		for j := range cols {
			y[j*rows+i] = x[i*cols+j]
		}
	}
	return y
}

// latentArrays are the arrays of latents.npz, one row a bin.
func latentArrays(mu data.Matrix, rec *data.Recording, split data.Split) map[string]npz.Array {
	held := make([]int8, rec.Bins())
	for _, t := range split.Test {
		held[t] = 1
	}
	return map[string]npz.Array{"mu": npz.FromMatrix(mu), "time": npz.Vector(rec.Time), "trial": npz.Ints(rec.Trial), "split": npz.Vector(held)}
}

// Connectivity returns W (N,N) and every group's W_g of a linear model, nothing of an MLP. The W_g lie behind one another in memory.
func Connectivity[T op.Float](m *graph.Model[T]) (data.Matrix, []data.Matrix) {
	at, b := m.Param("At"), m.Param("B")
	if at == nil || b == nil {
		return data.Matrix{}, nil
	}
	N := m.Config.Neurons
	product := func(out []float32, latents []int) data.Matrix {
		if same, ok := any(out).([]T); ok {
			layers.Connectivity(same, at.Data, b.Data, N, latents)
		} else {
			w := make([]T, N*N)
			layers.Connectivity(w, at.Data, b.Data, N, latents)
			for i, v := range w {
				out[i] = float32(v)
			}
		}
		return data.Matrix{Rows: N, Cols: N, Data: out}
	}
	var all []int
	for k := range m.Config.Structure.Latents() {
		all = append(all, k)
	}
	var groups []data.Matrix
	stack := make([]float32, len(m.Config.Structure.Groups())*N*N)
	for i, g := range m.Config.Structure.Groups() {
		groups = append(groups, product(stack[i*N*N:][:N*N], g.Latents))
	}
	return product(make([]float32, N*N), all), groups
}

func connectivityArrays(w data.Matrix, groups []data.Matrix) map[string]npz.Array {
	n := w.Rows
	return map[string]npz.Array{"W": npz.FromMatrix(w), "W_groups": {Shape: []int{len(groups), n, n}, Data: groups[0].Data[:len(groups)*n*n]}}
}

func (f *Folder) writeArrays(name string, arrays map[string]npz.Array) error {
	return f.write(name, func(w io.Writer) error { return npz.Save(w, arrays, false) })
}
