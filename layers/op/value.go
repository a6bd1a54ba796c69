package op

import (
	"fmt"

	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// value is an output that exists as long as its operation: a tensor or a scalar.
type value[T Float] struct {
	shape  tensor.Shape
	data   []T
	dense  *tensor.Dense
	scalar G.Value
}

func newValue[T Float](shape []int) value[T] {
	v := value[T]{shape: tensor.Shape(shape).Clone()}
	if len(shape) == 0 {
		v.data = make([]T, 1)
		if Dtype[T]() == tensor.Float32 {
			v.scalar = G.NewF32(0)
		} else {
			v.scalar = G.NewF64(0)
		}
		return v
	}
	v.data = make([]T, v.shape.TotalSize())
	v.dense = tensor.New(tensor.WithShape(shape...), tensor.WithBacking(v.data))
	return v
}

// result returns the value as a Gorgonia value.
func (v *value[T]) result() G.Value {
	switch s := v.scalar.(type) {
	case *G.F32:
		*s = G.F32(v.data[0])
	case *G.F64:
		*s = G.F64(v.data[0])
	default:
		return v.dense
	}
	return v.scalar
}

// InferShape answers one of Gorgonia's questions to every operation, as do ReturnsPtr, CallsExtern and
// OverwritesInput. All our operations own their output and do not change their inputs.
func (v *value[T]) InferShape(...G.DimSizer) (tensor.Shape, error) { return v.shape, nil }
func (v *value[T]) ReturnsPtr() bool                               { return true }
func (v *value[T]) CallsExtern() bool                              { return false }
func (v *value[T]) OverwritesInput() int                           { return -1 }

// args holds the inputs of a run as slices.
type args[T Float] struct {
	in      [][]T
	scalars [][1]T
}

func (a *args[T]) bind(n int) { a.in, a.scalars = make([][]T, n), make([][1]T, n) }

func (a *args[T]) read(in []G.Value) error {
	for i, v := range in {
		switch x := v.(type) {
		case *tensor.Dense:
			a.in[i] = Data[T](x)
		case *G.F32:
			a.scalars[i][0] = T(*x)
			a.in[i] = a.scalars[i][:]
		case *G.F64:
			a.scalars[i][0] = T(*x)
			a.in[i] = a.scalars[i][:]
		default:
			return fmt.Errorf("input %d is a %T", i, v)
		}
	}
	return nil
}

// Data returns the memory of a tensor.
func Data[T Float](d *tensor.Dense) []T {
	var s []T
	switch p := any(&s).(type) {
	case *[]float32:
		*p = d.Float32s()
	case *[]float64:
		*p = d.Float64s()
	}
	return s
}

// Values returns the memory of the value that is bound to a node. A scalar is copied.
func Values[T Float](n *G.Node) []T {
	switch v := n.Value().(type) {
	case *tensor.Dense:
		return Data[T](v)
	case *G.F32:
		return []T{T(*v)}
	case *G.F64:
		return []T{T(*v)}
	}
	return nil
}

// NewDense returns a tensor of zeros.
func NewDense[T Float](shape ...int) *tensor.Dense {
	return tensor.New(tensor.WithShape(shape...), tensor.Of(Dtype[T]()))
}
