package op

import (
	"strings"
	"testing"

	G "gorgonia.org/gorgonia"
)

// TestNoAllocations runs the three nodes of a differentiated operation in every step, as the tape machine does:
// forward, backward and the further gradient. Once built, they allocate nothing and return the same memory.
func TestNoAllocations(t *testing.T) {
	t.Run("scalar, float32", func(t *testing.T) { noAllocations[float32](t, nil, 1) })
	t.Run("scalar, float64", func(t *testing.T) { noAllocations[float64](t, nil, 1) })
	t.Run("vector, float32", func(t *testing.T) { noAllocations[float32](t, []int{8}, 8) })
	t.Run("vector, float64", func(t *testing.T) { noAllocations[float64](t, []int{8}, 8) })
}

func noAllocations[T Float](t *testing.T, shape []int, size int) {
	g := G.NewGraph()
	in := G.Nodes{G.NodeFromAny(g, NewDense[T](8), G.WithName("a")), G.NodeFromAny(g, NewDense[T](8), G.WithName("b"))}
	y := Apply(Def[T]{
		Name: "sum", Shape: shape, Wrt: []bool{true, true},
		Forward: func(out []T, in, grad [][]T) {
			for i := range out {
				out[i] = in[0][i] + in[1][i]
			}
		},
		Backward: func(grad [][]T, up, out []T, in [][]T) { copy(grad[0], up); copy(grad[1], up) },
	}, in...)
	o := y.Op().(*operation[T])
	grads, err := o.SymDiff(in, y, y) // the output serves as its own upstream gradient
	if err != nil {
		t.Fatal(err)
	}
	a, b := in[0].Value(), in[1].Value()
	Values[T](in[0])[0], Values[T](in[1])[0] = 2, 3
	forward := []G.Value{a, b}
	out := must(o.Do(forward...))
	backward := []G.Value{out, out, a, b}
	further := []G.Value{must(grads[0].Op().Do(backward...))}
	for name, do := range map[string]func() (G.Value, error){
		"forward":  func() (G.Value, error) { return o.Do(forward...) },
		"backward": func() (G.Value, error) { return grads[0].Op().Do(backward...) },
		"pick":     func() (G.Value, error) { return grads[1].Op().Do(further...) },
	} {
		first := must(do())
		if n := testing.AllocsPerRun(100, func() { must(do()) }); n != 0 {
			t.Errorf("%s allocates %g times", name, n)
		}
		if must(do()) != first {
			t.Errorf("%s hands out another value in every step", name)
		}
	}
	if got := o.data; len(got) != size || got[0] != 5 || o.grad[0][0] != 5 || o.grad[1][0] != 5 {
		t.Errorf("output %v, gradients %v, want 5 in the first place of each", got, o.grad)
	}
}

func must(v G.Value, err error) G.Value {
	if err != nil {
		panic(err)
	}
	return v
}

// TestStrangeValue checks that an unknown kind of value gives an error that names the operation and the input.
func TestStrangeValue(t *testing.T) {
	g := G.NewGraph()
	y := Apply(Def[float64]{Name: "same", Forward: func(out []float64, in, _ [][]float64) {}},
		G.NodeFromAny(g, NewDense[float64](2), G.WithName("x")))
	if _, err := y.Op().Do(G.NewI(1)); err == nil || !strings.Contains(err.Error(), "op same: input 0") {
		t.Errorf("error %v, want one of op same, input 0", err)
	}
	if w := y.Op().(*operation[float64]).DiffWRT(1); len(w) != 1 || w[0] {
		t.Errorf("an operation without Wrt is differentiable: %v", w)
	}
}

// TestMachine compares a differentiated graph on the direct machine with Gorgonia's RunAll: the same numbers in
// every run. It also checks that this version of Gorgonia supports the direct machine.
func TestMachine(t *testing.T) {
	build := func() (*Machine, *G.Node, *G.Node) {
		g := G.NewGraph()
		x := G.NodeFromAny(g, NewDense[float64](2), G.WithName("x"))
		copy(Values[float64](x), []float64{3, 4})
		y := Apply(Def[float64]{
			Name: "squares", Wrt: []bool{true},
			Forward: func(out []float64, in, _ [][]float64) { out[0] = in[0][0]*in[0][0] + in[0][1]*in[0][1] },
			Backward: func(grad [][]float64, up, _ []float64, in [][]float64) {
				grad[0][0], grad[0][1] = 2*up[0]*in[0][0], 2*up[0]*in[0][1]
			},
		}, x)
		grads, err := G.Grad(G.Must(G.Mul(G.NewConstant(0.5), y)), x)
		if err != nil {
			t.Fatal(err)
		}
		return NewMachine(g), x, grads[0]
	}
	here, x1, d1 := build()
	if here.run == nil {
		t.Fatal("the machine's program cannot be had from this version of Gorgonia: every run is a RunAll")
	}
	all, x2, d2 := build()
	all.run = nil
	for i := range 3 {
		Values[float64](x1)[0], Values[float64](x2)[0] = float64(i), float64(i)
		for _, m := range []*Machine{here, all} {
			if err := m.Run(); err != nil {
				t.Fatal(err)
			}
		}
		a, b := Values[float64](d1), Values[float64](d2)
		if a[0] != float64(i) || a[1] != 4 || a[0] != b[0] || a[1] != b[1] {
			t.Errorf("run %d: gradients %v here and %v by RunAll, want [%d 4]", i, a, b, i)
		}
	}
}
