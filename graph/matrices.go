package graph

import (
	"fmt"
	"slices"

	"gonum.org/v1/gonum/mat"

	"facrnn/data"
	"facrnn/layers"
	"facrnn/losses"
)

// NamedArray is a parameter by name, with its values in row-major order.
type NamedArray struct {
	Name  string
	Shape []int
	Data  []float64
}

// Matrices are the parameters of a model as the paper writes them: the prediction is f(A z + b + D u), and the
// posterior means of z are B h + c. A field is nil if the model has no such parameter. A and B are nil for a
// decoder or an encoder with hidden layers.
type Matrices struct {
	A     *mat.Dense // (N,K)
	Bias  []float64  // b (N), the offset inside the decoder's link
	B     *mat.Dense // (K,N)
	C     []float64  // c (K)
	D     *mat.Dense // (N,P)
	Noise []float64  // (N) the parameter of the observation model, such as ln of standard deviations
}

// parts returns the affine maps that Matrices holds. For a decoder with several maps, it returns only the
// offset of the last map.
func (c Config) parts() (decoder, encoder, drive layers.Affine) {
	c = c.withDefaults()
	if maps := layers.MapsOf(c.Decoder); len(maps) == 1 {
		decoder = maps[0]
	} else if len(maps) > 1 {
		decoder.Offset = maps[len(maps)-1].Offset
	}
	if maps := layers.MapsOf(c.Encoder); len(maps) == 1 {
		encoder = maps[0]
	}
	if c.Drive > 0 {
		drive = layers.Inputs{}.Map()
	}
	return decoder, encoder, drive
}

// LinearDecoder reports whether the decoder is f(A z + b + D u), with one matrix A. layers.LinkOf returns its
// f.
func (c Config) LinearDecoder() bool {
	decoder, _, _ := c.parts()
	return decoder.Matrix != ""
}

// Gaussian reports whether the model is x = A z + b + D u + Gaussian noise with z = B h + c + noise. The
// latents of such a model have closed forms.
func (c Config) Gaussian() bool {
	decoder, encoder, _ := c.parts()
	return decoder.Matrix != "" && encoder.Matrix != "" && layers.LinkOf(c.withDefaults().Decoder) == layers.Identity &&
		c.Observation() == losses.Observation(losses.Gaussian{})
}

// Stored returns the name of a parameter's matrix in formulas and files. It also returns whether the parameter
// is the transposed matrix.
func (c Config) Stored(param string) (name string, transposed bool) {
	c = c.withDefaults()
	drive := []layers.Affine{layers.Inputs{}.Map()}
	for _, m := range slices.Concat(layers.MapsOf(c.Decoder), layers.MapsOf(c.Encoder), drive) {
		if m.Param == param {
			return m.Matrix, m.Transposed()
		}
	}
	return param, false
}

// DriveParams returns the names of the parameters D' (P,N) and the offset (N), which act inside the decoder's
// link next to the latents. It returns ok = false if the model lacks one of them.
func (c Config) DriveParams() (d, offset string, ok bool) {
	decoder, _, drive := c.parts()
	return drive.Param, decoder.Offset, drive.Param != "" && decoder.Offset != ""
}

// Arrays returns the parameters that hold the matrices of w, for [Model.Set]. It skips nil matrices.
func (c Config) Arrays(w Matrices) (arrays []NamedArray) {
	decoder, encoder, drive := c.parts()
	matrix := func(m layers.Affine, w *mat.Dense) {
		if w == nil {
			return
		}
		var values mat.Matrix = w
		if m.Transposed() {
			values = w.T()
		}
		values = mat.DenseCopyOf(values)
		rows, cols := values.Dims()
		arrays = append(arrays, NamedArray{m.Param, []int{rows, cols}, values.(*mat.Dense).RawMatrix().Data})
	}
	vector := func(name string, v []float64) {
		if v != nil {
			arrays = append(arrays, NamedArray{name, []int{len(v)}, v})
		}
	}
	matrix(decoder, w.A)
	matrix(encoder, w.B)
	vector(decoder.Offset, w.Bias)
	vector(encoder.Offset, w.C)
	if o := c.Observation(); o != nil {
		vector(o.Param(), w.Noise)
	}
	matrix(drive, w.D)
	return arrays
}

// Matrices returns copies of the model's matrices.
func (m *Model[T]) Matrices() (w Matrices) {
	decoder, encoder, drive := m.Config.parts()
	w.A, w.Bias = decoder.Values(m.values)
	if w.A == nil {
		w.Bias, _ = m.values(decoder.Offset)
	}
	w.B, w.C = encoder.Values(m.values)
	w.D, _ = drive.Values(m.values)
	if o := m.Config.Observation(); o != nil {
		w.Noise, _ = m.values(o.Param())
	}
	return w
}

// values returns a parameter's values and shape; it is a layers.Params.
func (m *Model[T]) values(name string) ([]float64, []int) {
	p := m.Param(name)
	if p == nil {
		return nil, nil
	}
	return data.Float64s(p.Data), p.Shape
}

// Recurrence returns the parameters A' (K,N) and B (K,N), whose product A B is the connectivity W. It returns
// nil for a model that is not linear.
func (m *Model[T]) Recurrence() (at, b *Param[T]) {
	decoder, encoder, _ := m.Config.parts()
	at, b = m.Param(decoder.Param), m.Param(encoder.Param)
	if at == nil || b == nil || !decoder.Transposed() || encoder.Transposed() {
		return nil, nil
	}
	return at, b
}

// Expectation returns the decoder with the current parameters, for the inference of latents. It fails for a
// decoder that is not layers.Expecting.
func (m *Model[T]) Expectation() (layers.Expectation, error) {
	d, ok := m.Config.Decoder.(layers.Expecting)
	if !ok {
		return nil, fmt.Errorf("latents of a decoder %T cannot be filtered; give it the method Expectation",
			m.Config.Decoder)
	}
	return d.Expectation(m.values), nil
}

// Set copies arrays into the parameters of the same names. It fails if the model has no such parameter or one
// of another shape; it may have copied some arrays before that.
func (m *Model[T]) Set(arrays []NamedArray) error {
	for _, a := range arrays {
		p := m.Param(a.Name)
		if p == nil {
			return fmt.Errorf("initial parameters: the model has no parameter %s", a.Name)
		}
		if !slices.Equal(p.Shape, a.Shape) || len(p.Data) != len(a.Data) {
			return fmt.Errorf("initial parameters: %s has shape %v, but the model's has %v", a.Name, a.Shape, p.Shape)
		}
		for i, v := range a.Data {
			p.Data[i] = T(v)
		}
	}
	return nil
}
