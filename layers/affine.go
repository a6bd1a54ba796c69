package layers

import "gonum.org/v1/gonum/mat"

// Affine names the parameters of an affine map W x + offset in an encoder, a decoder or the measured inputs.
type Affine struct {
	// Matrix is the name of W (out,in) in formulas and files, such as "A".
	Matrix string
	// Param is the name of the parameter that holds W: Matrix, or another name if the parameter is W transposed
	// (in,out).
	Param string
	// Offset is the name of the parameter of the offset (out); "" for none.
	Offset string
}

// Transposed reports whether the parameter is W transposed.
func (a Affine) Transposed() bool { return a.Param != a.Matrix }

// Layered is an encoder or a decoder made of affine maps. An encoder with one map is linear; a decoder with one
// map is linear up to its link.
type Layered interface {
	// Maps returns the maps in the order in which an input passes through them.
	Maps() []Affine
}

// MapsOf returns the maps of an encoder or a decoder; nil if it does not name them.
func MapsOf(layer any) []Affine {
	if l, ok := layer.(Layered); ok {
		return l.Maps()
	}
	return nil
}

// LinkOf returns the function at the end of a decoder, which acts on A z + b + D u. It is the identity if the
// decoder has no method Output.
func LinkOf(d Decoder) Activation {
	if l, ok := d.(interface{ Output() Activation }); ok {
		return l.Output().orIdentity()
	}
	return Identity
}

// Params returns the values of a parameter by its name, and its shape; nil if the model has no parameter of that name.
type Params func(name string) (values []float64, shape []int)

// Values returns copies of W (out,in) and the offset (out); nil if the model does not have them.
func (a Affine) Values(p Params) (w *mat.Dense, offset []float64) {
	values, shape := p(a.Param)
	if values == nil {
		return nil, nil
	}
	w = mat.NewDense(shape[0], shape[1], values)
	if a.Transposed() {
		w = mat.DenseCopyOf(w.T())
	}
	offset, _ = p(a.Offset)
	return w, offset
}
