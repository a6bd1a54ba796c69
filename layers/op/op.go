package op

import (
	"fmt"
	"hash"
	"hash/fnv"

	"github.com/chewxy/hm"
	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// Float is the precision of a graph: float32 for training, float64 for checks.
type Float interface{ float32 | float64 }

// Dtype returns Gorgonia's name of T.
func Dtype[T Float]() tensor.Dtype {
	var v T
	if _, ok := any(v).(float32); ok {
		return tensor.Float32
	}
	return tensor.Float64
}

// Def defines an operation. All arrays are row-major.
//
// When the graph is differentiated, Forward gets a buffer for the gradient of every input in Wrt, and nil for
// the other inputs. In an undifferentiated graph, grad itself is nil. Forward may compute these gradients at
// once, for an upstream gradient of 1, while their inputs are still in cache. Backward then only multiplies by
// the true upstream gradient, for which [Scale] is enough. Or Forward leaves the gradients to Backward. In both
// cases, Backward runs after Forward in every step, on the same buffers.
type Def[T Float] struct {
	// Name names the operation in pictures of the graph and in errors.
	Name string
	// Shape is the shape of the output; nil for a scalar.
	Shape []int
	// Wrt marks the inputs that need a gradient. Leave out data: an unused gradient costs as much as a used one.
	Wrt []bool
	// Forward writes the output.
	Forward func(out []T, in, grad [][]T)
	// Backward writes grad[i] = d loss / d in[i], given up = d loss / d out. It may be nil if Wrt is nil.
	Backward func(grad [][]T, up, out []T, in [][]T)
}

// Apply adds the operation to the graph of its inputs. It panics if the types of the inputs do not match, which
// is an error of the program, never of its user.
func Apply[T Float](d Def[T], in ...*G.Node) *G.Node {
	o := &operation[T]{def: d, id: len(in[0].Graph().AllNodes()), value: newValue[T](d.Shape)}
	for _, n := range in {
		o.dims = append(o.dims, n.Dims())
	}
	o.bind(len(in))
	return apply(d.Name, o, in...)
}

func apply(name string, o G.Op, in ...*G.Node) *G.Node {
	n, err := G.ApplyOp(o, in...)
	if err != nil {
		panic(fmt.Errorf("op %s: %w", name, err))
	}
	return n
}

// operation is a Def in a graph. It owns its output and returns the same value in every step, so that the tape
// machine allocates nothing.
type operation[T Float] struct {
	def  Def[T]
	dims []int // of the inputs
	id   int   // differs between operations of equal name and shape, so that the graph does not merge them
	value[T]
	args[T]
	grad [][]T // nil in an undifferentiated graph
}

func (o *operation[T]) Do(in ...G.Value) (G.Value, error) {
	if err := o.read(in); err != nil {
		return nil, fmt.Errorf("op %s: %w", o.def.Name, err)
	}
	o.def.Forward(o.data, o.in, o.grad)
	return o.result(), nil
}

func (o *operation[T]) DiffWRT(inputs int) []bool {
	if o.def.Wrt == nil {
		return make([]bool, inputs)
	}
	return o.def.Wrt
}

// SymDiff adds the operation's gradient to the graph. One node runs Backward; it is the gradient of the first
// input that needs one. Each further gradient is a node that returns its part of the result of Backward.
func (o *operation[T]) SymDiff(in G.Nodes, out, up *G.Node) (G.Nodes, error) {
	o.grad = make([][]T, len(in))
	values := make([]value[T], len(in))
	for i, w := range o.def.Wrt {
		if w {
			values[i] = newValue[T](in[i].Shape())
			o.grad[i] = values[i].data
		}
	}
	grads := make(G.Nodes, len(in))
	var first *G.Node
	for i, w := range o.def.Wrt {
		switch {
		case !w:
		case first == nil:
			b := &backward[T]{of: o, value: values[i], id: len(out.Graph().AllNodes())}
			b.bind(2 + len(in))
			first = apply("d "+o.def.Name, b, append(G.Nodes{up, out}, in...)...)
			grads[i] = first
		default:
			p := &pick[T]{of: o, input: i, dims: first.Dims(), value: values[i]}
			grads[i] = apply(p.String(), p, first)
		}
	}
	return grads, nil
}

func (o *operation[T]) Arity() int            { return len(o.dims) }
func (o *operation[T]) Type() hm.Type         { return fnType[T](o.dims, len(o.def.Shape)) }
func (o *operation[T]) WriteHash(h hash.Hash) { fmt.Fprint(h, o.def.Name, o.def.Shape, o.id) }
func (o *operation[T]) Hashcode() uint32      { return hashcode(o) }
func (o *operation[T]) String() string        { return o.def.Name }

// backward is the gradient of an operation. Its inputs are the upstream gradient, the operation's output and
// the operation's inputs.
type backward[T Float] struct {
	of *operation[T]
	id int
	value[T]
	args[T]
}

func (b *backward[T]) Do(in ...G.Value) (G.Value, error) {
	if err := b.read(in); err != nil {
		return nil, fmt.Errorf("op %s: %w", b, err)
	}
	b.of.def.Backward(b.of.grad, b.in[0], b.in[1], b.in[2:])
	return b.result(), nil
}

func (b *backward[T]) Arity() int { return 2 + len(b.of.dims) }
func (b *backward[T]) Type() hm.Type {
	out := len(b.of.def.Shape)
	return fnType[T](append([]int{out, out}, b.of.dims...), len(b.shape))
}
func (b *backward[T]) WriteHash(h hash.Hash) { fmt.Fprint(h, b.String(), b.shape, b.id) }
func (b *backward[T]) Hashcode() uint32      { return hashcode(b) }
func (b *backward[T]) String() string        { return "d " + b.of.def.Name }

// pick returns a further gradient that a backward operation has computed.
type pick[T Float] struct {
	of    *operation[T]
	input int
	dims  int // number of dimensions of the backward operation's output
	value[T]
}

func (p *pick[T]) Do(...G.Value) (G.Value, error) { return p.result(), nil }
func (p *pick[T]) Arity() int                     { return 1 }
func (p *pick[T]) Type() hm.Type                  { return fnType[T]([]int{p.dims}, len(p.shape)) }
func (p *pick[T]) WriteHash(h hash.Hash)          { fmt.Fprint(h, p.String(), p.shape, p.of.id) }
func (p *pick[T]) Hashcode() uint32               { return hashcode(p) }
func (p *pick[T]) String() string                 { return fmt.Sprintf("d %s [%d]", p.of.def.Name, p.input) }

func fnType[T Float](in []int, out int) hm.Type {
	kinds := make([]hm.Type, 0, len(in)+1)
	for _, d := range append(append([]int{}, in...), out) {
		if d == 0 {
			kinds = append(kinds, Dtype[T]())
		} else {
			kinds = append(kinds, G.TensorType{Dims: d, Of: Dtype[T]()})
		}
	}
	return hm.NewFnType(kinds...)
}

func hashcode(o G.Op) uint32 {
	h := fnv.New32a()
	o.WriteHash(h)
	return h.Sum32()
}

// Scale multiplies gradients by the upstream gradient. It is the Backward of an operation whose Forward
// computes its gradients for an upstream gradient of 1.
func Scale[T Float](grad [][]T, up, _ []T, _ [][]T) {
	if up[0] == 1 {
		return
	}
	for _, g := range grad {
		for i := range g {
			g[i] *= up[0]
		}
	}
}
