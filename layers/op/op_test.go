package op_test

import (
	"fmt"
	"math"
	"strings"
	"testing"

	G "gorgonia.org/gorgonia"

	"facrnn/layers/op"
)

// Whole numbers and their products are exact in float32 and float64, so the tests in this file need no tolerance.

// vector returns an input node that holds the values.
func vector[T op.Float](g *G.ExprGraph, name string, values ...T) *G.Node {
	n := G.NodeFromAny(g, op.NewDense[T](len(values)), G.WithName(name))
	copy(op.Values[T](n), values)
	return n
}

// dot returns sum_i w_i x_i^2, a scalar. Its gradients are computed by Forward, with Scale, or by Backward.
func dot[T op.Float](early bool, w, x *G.Node) *G.Node {
	gradients := func(grad, in [][]T, up T) {
		for i, v := range in[1] {
			grad[0][i] = up * v * v
			grad[1][i] = up * 2 * in[0][i] * v
		}
	}
	d := op.Def[T]{
		Name: "dot", Wrt: []bool{true, true},
		Forward: func(out []T, in, grad [][]T) {
			out[0] = 0
			for i, v := range in[1] {
				out[0] += in[0][i] * v * v
			}
			if early && grad != nil {
				gradients(grad, in, 1)
			}
		},
		Backward: func(grad [][]T, up, _ []T, in [][]T) { gradients(grad, in, up[0]) },
	}
	if early {
		d.Backward = op.Scale[T]
	}
	return op.Apply(d, w, x)
}

// power returns x^n entry by entry, with the shape of x. Backward uses the output.
func power[T op.Float](n int, x *G.Node) *G.Node {
	return op.Apply(op.Def[T]{
		Name: "power", Shape: x.Shape().Clone(), Wrt: []bool{true},
		Forward: func(out []T, in, _ [][]T) {
			for i, v := range in[0] {
				out[i] = T(math.Pow(float64(v), float64(n)))
			}
		},
		Backward: func(grad [][]T, up, out []T, in [][]T) {
			for i, v := range in[0] {
				grad[0][i] = up[i] * T(n) * out[i] / v
			}
		},
	}, x)
}

func same[T op.Float](t *testing.T, what string, got *G.Node, want ...T) {
	t.Helper()
	if v := op.Values[T](got); fmt.Sprint(v) != fmt.Sprint(want) {
		t.Errorf("%s is %v, want %v", what, v, want)
	}
}

// machine compiles the graph and returns a function that runs one step.
func machine(t *testing.T, g *G.ExprGraph) func() {
	vm := G.NewTapeMachine(g)
	t.Cleanup(func() { vm.Close() })
	return func() {
		t.Helper()
		if err := vm.RunAll(); err != nil {
			t.Fatal(err)
		}
		vm.Reset()
	}
}

func eachPrecision(t *testing.T, single, double func(*testing.T)) {
	t.Run("float32", single)
	t.Run("float64", double)
}

// TestForward runs an undifferentiated graph: Forward gets no gradient buffers.
func TestForward(t *testing.T) { eachPrecision(t, forward[float32], forward[float64]) }

func forward[T op.Float](t *testing.T) {
	g := G.NewGraph()
	y := dot[T](true, vector[T](g, "w", 1, 2, 3), vector[T](g, "x", 1, -2, 3))
	if !y.IsScalar() {
		t.Fatalf("a Def without a shape gives %v, want a scalar", y.Shape())
	}
	machine(t, g)()
	same[T](t, "1*1 + 2*4 + 3*9", y, 36)
}

// TestGradient differentiates 5 dot(w,x), with the gradients computed in Forward or in Backward. The upstream
// gradient, 5, must count once in every step, in every run.
func TestGradient(t *testing.T) { eachPrecision(t, gradient[float32], gradient[float64]) }

func gradient[T op.Float](t *testing.T) {
	for name, early := range map[string]bool{"formed by Forward, for Scale": true, "formed by Backward": false} {
		t.Run(name, func(t *testing.T) {
			g := G.NewGraph()
			w, x := vector[T](g, "w", 1, 2, 3), vector[T](g, "x", 1, -2, 3)
			loss := G.Must(G.Mul(G.NewConstant(T(5)), dot[T](early, w, x)))
			grads, err := G.Grad(loss, w, x)
			if err != nil {
				t.Fatal(err)
			}
			step := machine(t, g)
			for range 3 {
				step()
				same[T](t, "loss", loss, 180)
				same[T](t, "d loss / d w = 5 x^2", grads[0], 5, 20, 45)
				same[T](t, "d loss / d x = 10 w x", grads[1], 10, -40, 90)
			}
			copy(op.Values[T](x), []T{2, 0, -1})
			step()
			same[T](t, "loss of another x", loss, 35)
			same[T](t, "d loss / d w of another x", grads[0], 20, 0, 5)
			same[T](t, "d loss / d x of another x", grads[1], 20, 0, -30)
		})
	}
}

// TestUpstreamVector gives every entry of the output its own upstream gradient, and chains two operations.
func TestUpstreamVector(t *testing.T) { eachPrecision(t, upstream[float32], upstream[float64]) }

func upstream[T op.Float](t *testing.T) {
	g := G.NewGraph()
	x, c := vector[T](g, "x", 1, 2, -1), vector[T](g, "c", 3, -1, 2)
	loss := G.Must(G.Sum(G.Must(G.HadamardProd(c, power[T](3, power[T](2, x)))))) // sum of c x^6
	grads, err := G.Grad(loss, x)
	if err != nil {
		t.Fatal(err)
	}
	machine(t, g)()
	same[T](t, "sum of c x^6", loss, 3-64+2)
	same[T](t, "6 c x^5", grads[0], 18, -192, -12)
}

// TestNotMerged applies two operations of one name and shape to one input. Gorgonia merges nodes with equal
// hashes, and a Go function has no hash. The graph must keep the two operations separate, in the forward pass
// and in the derivative.
func TestNotMerged(t *testing.T) {
	g := G.NewGraph()
	x := vector[float64](g, "x", 1, 2, -1)
	square, cube := power[float64](2, x), power[float64](3, x)
	loss := G.Must(G.Sum(G.Must(G.Add(square, cube))))
	grads, err := G.Grad(loss, x)
	if err != nil {
		t.Fatal(err)
	}
	machine(t, g)()
	same[float64](t, "x^2", square, 1, 4, 1)
	same[float64](t, "x^3", cube, 1, 8, -1)
	same[float64](t, "2 x + 3 x^2", grads[0], 5, 16, 1)
}

// TestScalarInput checks an operation with a scalar input: y = s v for s = dot(w,x).
func TestScalarInput(t *testing.T) { eachPrecision(t, scalarInput[float32], scalarInput[float64]) }

func scalarInput[T op.Float](t *testing.T) {
	g := G.NewGraph()
	x, v := vector[T](g, "x", 1, -2), vector[T](g, "v", 4, 5)
	s := dot[T](true, vector[T](g, "w", 1, 2), x) // 9
	y := op.Apply(op.Def[T]{
		Name: "times", Shape: []int{2}, Wrt: []bool{true, true},
		Forward: func(out []T, in, _ [][]T) {
			for i, v := range in[1] {
				out[i] = in[0][0] * v
			}
		},
		Backward: func(grad [][]T, up, _ []T, in [][]T) {
			grad[0][0] = 0
			for i, v := range in[1] {
				grad[0][0] += up[i] * v
				grad[1][i] = up[i] * in[0][0]
			}
		},
	}, s, v)
	grads, err := G.Grad(G.Must(G.Sum(y)), x, v)
	if err != nil {
		t.Fatal(err)
	}
	machine(t, g)()
	same[T](t, "s v", y, 36, 45)
	same[T](t, "by x: (4 + 5) 2 w x", grads[0], 18, -72)
	same[T](t, "by v: s", grads[1], 9, 9)
}

// TestData leaves an input out of Wrt: Forward and Backward get no buffer for it.
func TestData(t *testing.T) {
	g := G.NewGraph()
	data, x := vector[float64](g, "data", 3, 4), vector[float64](g, "x", 1, 2)
	var buffers []bool
	y := op.Apply(op.Def[float64]{
		Name: "half", Wrt: []bool{false, true},
		Forward: func(out []float64, in, _ [][]float64) { out[0] = in[0][0]*in[1][0] + in[0][1]*in[1][1] },
		Backward: func(grad [][]float64, up, _ []float64, in [][]float64) {
			buffers = []bool{grad[0] != nil, grad[1] != nil}
			for i, v := range in[0] {
				grad[1][i] = up[0] * v
			}
		},
	}, data, x)
	grads, err := G.Grad(y, x)
	if err != nil {
		t.Fatal(err)
	}
	machine(t, g)()
	same[float64](t, "gradient", grads[0], 3, 4)
	if fmt.Sprint(buffers) != "[false true]" {
		t.Errorf("buffers %v, want one for the second input alone", buffers)
	}
}

// TestMisfit checks that inputs of another precision cause a panic that names the operation.
func TestMisfit(t *testing.T) {
	defer func() {
		if r := recover(); r == nil || !strings.Contains(fmt.Sprint(r), "op dot") {
			t.Errorf("recovered %v, want a panic that names op dot", r)
		}
	}()
	g := G.NewGraph()
	dot[float32](true, vector[float64](g, "w", 1), vector[float64](g, "x", 1))
}
