package train_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"facrnn/graph"
	"facrnn/layers/op"
	"facrnn/train"
	"facrnn/train/internal/traintest"
)

// TestAdamSteps compares two steps with the formulas of the papers, written out for gradients g1 and g2:
//
//	p1 = (1 - lr d) p0 - lr g1 / (|g1| + eps)
//	p2 = (1 - lr d) p1 - lr mhat / (sqrt(vhat) + eps)
//	mhat = (.09 g1 + .1 g2) / .19
//	vhat = (.000999 g1^2 + .001 g2^2) / .001999
//
// The tolerance allows a thousand roundings in float64.
func TestAdamSteps(t *testing.T) {
	const lr, eps = 0.05, 1e-8
	for _, decay := range []float64{0, 0.1} {
		c, rec, split := traintest.Small(t)
		r := rand.New(rand.NewPCG(1, 1))
		m, err := graph.New[float64](c, r)
		if err != nil {
			t.Fatal(err)
		}
		p, err := m.Program(len(split.Train), true)
		if err != nil {
			t.Fatal(err)
		}
		graph.NewSamples[float64](c, rec).Load(p, split.Train)
		for i := range p.Noise {
			p.Noise[i] = r.NormFloat64()
		}
		gradient := func() (all [][]float64) {
			if err := p.Run(); err != nil {
				t.Fatal(err)
			}
			for _, g := range p.Gradients() {
				all = append(all, slices.Clone(op.Values[float64](g)))
			}
			return all
		}
		adam := &train.Adam[float64]{Decay: decay}
		p0 := m.Snapshot()
		g1 := gradient()
		adam.Step(m, p, lr)
		p1 := m.Snapshot()
		g2 := gradient()
		adam.Step(m, p, lr)
		p2 := m.Snapshot()
		for i, q := range m.Params() {
			for j := range q.Data {
				a, b := g1[i][j], g2[i][j]
				want1 := (1-lr*decay)*p0[i][j] - lr*a/(math.Abs(a)+eps)
				mhat, vhat := (0.09*a+0.1*b)/0.19, (0.000999*a*a+0.001*b*b)/0.001999
				want2 := (1-lr*decay)*p1[i][j] - lr*mhat/(math.Sqrt(vhat)+eps)
				if !(math.Abs(p1[i][j]-want1) <= 1e-13) || !(math.Abs(p2[i][j]-want2) <= 1e-13) {
					t.Errorf("decay %g, %s[%d]: %g, %g, %g; want %g, then %g",
						decay, q.Name, j, p0[i][j], p1[i][j], p2[i][j], want1, want2)
				}
			}
		}
	}
}

// TestDecayShrinks checks that weight decay shrinks parameters that the gradient hardly determines: AdamW ends
// with smaller weights than Adam.
func TestDecayShrinks(t *testing.T) {
	size := func(o train.Options) (sum float64) {
		at, _ := mustFit(t, o).Model.Recurrence()
		for _, v := range at.Data {
			sum += math.Abs(float64(v))
		}
		return sum
	}
	adam := size(train.Options{Epochs: 100, Rate: 0.01})
	adamw := size(train.Options{Epochs: 100, Rate: 0.01, Optimizer: train.AdamW, Decay: 2})
	if !(adamw < 0.9*adam) {
		t.Errorf("the sum of |A| is %g with decay, %g without", adamw, adam)
	}
}
