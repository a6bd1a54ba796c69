package op_test

import (
	"fmt"

	G "gorgonia.org/gorgonia"

	"facrnn/layers/op"
)

// ExampleDef builds a weighted sum of squares, sum_i w_i x_i^2, as one node of a graph. Forward computes the
// gradient by x while x is in cache, and Scale multiplies it by the upstream gradient. The weights are data and
// have no gradient.
func ExampleDef() {
	g := G.NewGraph()
	w, x := vector(g, "w", 1, 2, 0.5), vector(g, "x", 3.0, -1, 4)
	y := op.Apply(op.Def[float64]{
		Name: "weighted squares", Wrt: []bool{false, true},
		Forward: func(out []float64, in, grad [][]float64) {
			out[0] = 0
			for i, v := range in[1] {
				out[0] += in[0][i] * v * v
				if grad != nil {
					grad[1][i] = 2 * in[0][i] * v
				}
			}
		},
		Backward: op.Scale[float64],
	}, w, x)

	loss := G.Must(G.Mul(G.NewConstant(10.0), y))
	grads, err := G.Grad(loss, x)
	if err != nil {
		fmt.Println(err)
		return
	}
	vm := G.NewTapeMachine(g)
	defer vm.Close()
	if err := vm.RunAll(); err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("y =", op.Values[float64](y)[0])
	fmt.Println("d 10y / dx =", op.Values[float64](grads[0]))
	// Output:
	// y = 19
	// d 10y / dx = [60 -40 40]
}
