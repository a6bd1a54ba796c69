package rundir

import (
	"fmt"
	"io"
	"maps"
	"slices"

	"facrnn/data"
	"facrnn/data/npz"
	"facrnn/data/nwb"
	"facrnn/graph"
	"facrnn/layers"
	"facrnn/train"
	"facrnn/train/evaluate"
	"facrnn/train/method"
)

// FormatVersion is of model.npz; it grows when a reader of the old form would go wrong. Files say 1 where one of that
// form would not: where the history leaves nothing out.
const FormatVersion = 2

// modelArrays returns the arrays of model.npz: every parameter with rows as the paper has them, A (N,K), D (N,P) and
// the MLP's weights (out,in).
func modelArrays(
	c graph.Config, params []train.Array, rec *data.Recording, scaling data.Scaling,
) map[string]npz.Array {
	version := FormatVersion
	if c.LeftOut == nil {
		version = 1
	}
	out := map[string]npz.Array{"format_version": npz.Scalar(int64(version))}
	for _, p := range params {
		shape, values := p.Shape, p.Data
		name, transposed := c.Stored(p.Name)
		if transposed {
			shape, values = []int{shape[1], shape[0]}, transpose(values, shape[0], shape[1])
		}
		out[name] = npz.Array{Shape: shape, Data: values}
	}
	maps.Copy(out, structureArrays(c.Structure))
	var names, regions []string
	for _, ch := range rec.Channels {
		names, regions = append(names, ch.Name), append(regions, ch.Region)
	}
	out["units"], out["regions"] = npz.Vector(names), npz.Vector(regions)
	out["scale_offset"], out["scale_factor"] = npz.Vector(scaling.Offset), npz.Vector(scaling.Factor)
	for k, v := range map[string]string{
		"decoder": fmt.Sprint(c.Decoder), "activation": string(c.History.Activation),
		"padding":     string(c.History.Padding),
		"kernel_kind": layers.KernelName(c.History.Kernel), "latent_std": layers.LatentStdName(c.LatentStd),
		"scale": string(scaling.Kind), "series": rec.Source.Series, "unit": rec.Unit,
	} {
		out[k] = text(v)
	}
	if o := c.Observation(); o != nil {
		out["observation"] = text(o.String())
	}
	return out
}

// text returns an array of one text.
func text(s string) npz.Array { return npz.Array{Shape: []int{}, Data: []string{s}} }

// contextArrays returns the arrays of model.npz for a training context, besides the scaling. They have no NaN:
// unobserved marks the channels without a mean.
func contextArrays(k method.TrainingContext) map[string]npz.Array {
	silent, unobserved, means := make([]bool, len(k.HistoryMeans)), make([]bool,
		len(k.HistoryMeans)), slices.Clone(k.HistoryMeans)
	copy(silent, k.Silent)
	for n, m := range means {
		if m != m {
			unobserved[n], means[n] = true, 0
		}
	}
	out := map[string]npz.Array{
		"silent": npz.Vector(silent), "unobserved": npz.Vector(unobserved), "history_mean": npz.Vector(means),
		"link": text(string(k.Link)), "input": text(k.Input),
	}
	if len(k.Drive) > 0 {
		out["drive_names"] = npz.Vector(k.Drive)
		out["drive_offset"], out["drive_factor"] = npz.Vector(k.Driven.Offset), npz.Vector(k.Driven.Factor)
	}
	if k.Apart {
		out["apart"] = npz.Scalar(int64(1))
	}
	if k.LeftOut != nil {
		P, N := len(k.Drive), len(means)
		e := make([]float64, P*N) // (P,N), of the drive as it was read
		for i, v := range k.LeftOut {
			e[i] = float64(v) / k.Driven.Factor[i/N]
		}
		out["E"] = npz.Array{Shape: []int{N, P}, Data: transpose(e, P, N)}
	}
	return out
}

// decoderArrays returns the arrays of model.npz for a decoder of behaviour, and none without a decoder.
func decoderArrays(d *evaluate.BehaviorDecoder) map[string]npz.Array {
	if d == nil {
		return nil
	}
	K, D := d.Maps[0].Dims()
	var weights []float64
	for _, m := range d.Maps {
		weights = append(weights, m.RawMatrix().Data...)
	}
	return map[string]npz.Array{
		"behavior_names": npz.Vector(d.Names), "behavior_unit": {Shape: []int{}, Data: []string{d.Unit}},
		"behavior_bins":      npz.Scalar(int64(d.Bins)),
		"behavior_map":       {Shape: []int{len(d.Maps), K, D}, Data: weights},
		"behavior_intercept": {Shape: []int{len(d.Maps), D}, Data: slices.Concat(d.Intercepts...)},
	}
}

// inUnits returns the parameters for an input u in its original units, in place of (u - offset) / factor: D is divided
// by the factors, and D offset is subtracted from the last bias of the decoder. Without an input the parameters are
// unchanged.
func inUnits(c graph.Config, params []train.Array, driven data.Scaling) []train.Array {
	return forDrive(c, params, func(d, b []float64) {
		N := len(b)
		for p, factor := range driven.Factor {
			for n := range N {
				d[p*N+n] /= factor
				b[n] -= d[p*N+n] * driven.Offset[p]
			}
		}
	})
}

// ofScaled takes inUnits back.
func ofScaled(c graph.Config, params []train.Array, driven data.Scaling) []train.Array {
	return forDrive(c, params, func(d, b []float64) {
		N := len(b)
		for p, factor := range driven.Factor {
			for n := range N {
				b[n] += d[p*N+n] * driven.Offset[p]
				d[p*N+n] *= factor
			}
		}
	})
}

// forDrive changes a drive's weights, transposed (P,N), and the decoder's last bias (N), in copies. Without a drive
// there is nothing to change.
func forDrive(c graph.Config, params []train.Array, change func(d, b []float64)) []train.Array {
	matrix, offset, ok := c.DriveParams()
	if !ok {
		return params
	}
	at := func(name string) int {
		return slices.IndexFunc(params, func(p train.Array) bool { return p.Name == name })
	}
	d, b := at(matrix), at(offset)
	params = slices.Clone(params)
	params[d].Data, params[b].Data = slices.Clone(params[d].Data), slices.Clone(params[b].Data)
	change(params[d].Data, params[b].Data)
	return params
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

// latentArrays returns the arrays of latents.npz, one row a bin: ln s among them where every bin has its own.
func latentArrays(mu, logs, filtered data.Matrix, rec *data.Recording, split data.Split) map[string]npz.Array {
	out := map[string]npz.Array{"mu": npz.FromMatrix(mu), "time": npz.Vector(rec.Time), "trial": npz.Ints(rec.Trial),
		"split": npz.Vector(split.Marks(rec.Bins()))}
	if logs.Rows > 1 {
		out["log_std_z"] = npz.FromMatrix(logs)
	}
	if !filtered.Empty() {
		out["filtered"] = npz.FromMatrix(filtered)
	}
	return out
}

// connectivity returns W (N,N) and every group's W_g of a linear model of up to nwb.MostUnits neurons, nothing of
// another. The W_g lie behind one another in memory.
func connectivity(m *graph.Model[float32]) (data.Matrix, []data.Matrix) {
	at, b := m.Recurrence()
	if at == nil || m.Config.Neurons > nwb.MaxUnits {
		return data.Matrix{}, nil
	}
	var all []int
	for k := range m.Config.Structure.Latents() {
		all = append(all, k)
	}
	N := m.Config.Neurons
	return product(make([]float32, N*N), at.Data, b.Data, N, all), subConnectivities(m, b.Data)
}

// subConnectivities returns every group's A_g B_g for a B (K,N), behind one another in memory.
func subConnectivities(m *graph.Model[float32], b []float32) (groups []data.Matrix) {
	N := m.Config.Neurons
	at, _ := m.Recurrence()
	stack := make([]float32, len(m.Config.Structure.Groups())*N*N)
	for i, g := range m.Config.Structure.Groups() {
		groups = append(groups, product(stack[i*N*N:][:N*N], at.Data, b, N, g.Latents))
	}
	return groups
}

// product is A B over some latents.
func product(out []float32, at, b []float32, N int, latents []int) data.Matrix {
	layers.Connectivity(out, at, b, N, latents)
	return data.Matrix{Rows: N, Cols: N, Data: out}
}

// connectivityArrays returns the arrays of connectivity.npz: W and the W_g, unless w is empty, and the same for B by
// ridge regression, if there is one.
func connectivityArrays(
	m *graph.Model[float32], w data.Matrix, groups []data.Matrix, ridge *evaluate.Ridge,
) map[string]npz.Array {
	N, out := m.Config.Neurons, map[string]npz.Array{}
	stacked := func(groups []data.Matrix) npz.Array {
		return npz.Array{Shape: []int{len(groups), N, N}, Data: groups[0].Data[:len(groups)*N*N]}
	}
	if !w.Empty() {
		out["W"], out["W_groups"] = npz.FromMatrix(w), stacked(groups)
	}
	if ridge == nil {
		return out
	}
	var b []float32
	for k := range m.Config.Structure.Latents() {
		for _, v := range ridge.B.RawRowView(k) {
			b = append(b, float32(v))
		}
	}
	out["B_ridge"], out["ridge_penalty"] = npz.Array{Shape: []int{len(b) / N, N}, Data: b}, npz.Scalar(ridge.Penalty)
	if !w.Empty() {
		out["W_groups_ridge"] = stacked(subConnectivities(m, b))
	}
	return out
}

func (f *Folder) writeArrays(name string, arrays map[string]npz.Array) error {
	return f.write(name, func(w io.Writer) error { return npz.Save(w, arrays, false) })
}
