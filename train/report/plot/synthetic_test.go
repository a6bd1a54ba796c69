package plot

import (
	"fmt"
	"math"
	"math/rand/v2"

	"facrnn/data"
)

// shape is what a synthetic run looks like.
type shape struct {
	name         string
	groups       []int // latents of each
	trials, bins int   // bins of a trial; of the whole recording where there are no trials
	neurons      int
	regions      []string
	epochs       int
	test         bool
}

// run makes oscillating latents, low-rank connectivities and falling losses.
func (s shape) run() Run {
	r := rand.New(rand.NewPCG(1, 2))
	run := Run{Title: "synthetic " + s.name, Trials: s.trials, BinWidth: 0.02, Unit: "Hz"}
	K := 0
	for g, n := range s.groups {
		group := Group{Name: fmt.Sprintf("group %d", g+1)}
		for range n {
			group.Latents = append(group.Latents, K)
			K++
		}
		run.Groups = append(run.Groups, group)
	}
	run.Latents.Cols = K
	for trial := range max(1, s.trials) {
		for t := range s.bins {
			run.addBin(r, trial, t)
		}
	}
	run.addConnectivity(r, s)
	run.Curves = curves(r, s)
	return run
}

func (run *Run) addBin(r *rand.Rand, trial, t int) {
	row := len(run.Time)
	run.Time = append(run.Time, 0.02*float64(row)+1.5*float64(trial))
	run.Trial = append(run.Trial, trial)
	run.Latents.Rows++
	for k := range run.Latents.Cols {
		v := (1+0.3*float64(k))*math.Sin(float64(t)*(0.05+0.02*float64(k/2))+math.Pi/2*float64(k%2)) + 0.25*r.NormFloat64()
		run.Latents.Data = append(run.Latents.Data, float32(v))
	}
}

func (run *Run) addConnectivity(r *rand.Rand, s shape) {
	N := s.neurons
	for i := range N {
		c := data.Channel{Name: fmt.Sprint("unit", i)}
		if n := len(s.regions); n > 0 {
			c.Region = s.regions[(i*i+i/3)%n]
		}
		run.Channels = append(run.Channels, c)
	}
	K := run.Latents.Cols
	run.A, run.B = data.NewMatrix(N, K), data.NewMatrix(K, N)
	for k := range K {
		for i := range N {
			scale := 0.3
			if n := len(s.regions); n > 0 {
				scale = []float64{0.2, 1, 0.5, 1.5}[(i*i+i/3)%n%4]
			}
			run.A.Row(i)[k], run.B.Row(k)[i] = float32(r.NormFloat64()*scale), float32(0.1*(r.NormFloat64()+0.5))
		}
	}
}

// identity is B where A is to be W itself.
func identity(n int) data.Matrix {
	m := data.NewMatrix(n, n)
	for i := range n {
		m.Row(i)[i] = 1
	}
	return m
}

func curves(r *rand.Rand, s shape) []Curve {
	var out []Curve
	for i, name := range []string{"loss", "reconstruction", "KL", "partial correlation", "block-diagonal"} {
		c := Curve{Name: name}
		for e := range s.epochs {
			x := float64(e) / float64(s.epochs)
			c.Epoch = append(c.Epoch, float64(e+1))
			c.Train = append(c.Train, 40*float64(i+1)+4000*math.Exp(-300*x)+30*math.Exp(-5*x)+0.6*r.NormFloat64())
			if s.test && e%10 == 9 {
				c.TestEpoch = append(c.TestEpoch, float64(e+1))
				c.Test = append(c.Test, c.Train[e]+5+10*x*x)
			}
		}
		out = append(out, c)
	}
	if len(s.groups) == 1 {
		out = out[:3]
	}
	return out
}

// shapes are those that a user is likely to have, and the smallest ones.
func shapes() []shape {
	regions := []string{"PMd", "M1", "S1", "PPC"}
	return []shape{
		{name: "reach", groups: []int{2, 2}, trials: 160, bins: 60, neurons: 154, regions: regions, epochs: 1000, test: true},
		{name: "voltage", groups: []int{3, 3}, bins: 3000, neurons: 60, epochs: 300, test: true},
		{name: "one", groups: []int{1}, bins: 500, neurons: 1, epochs: 5},
		{name: "eight", groups: []int{2, 2, 2, 2, 2, 2, 2, 2}, trials: 40, bins: 80, neurons: 30, epochs: 400, test: true},
		{name: "large", groups: []int{2, 2, 2}, trials: 1, bins: 120, neurons: 1000, regions: append(regions, "cerebellar nuclei", "VTA", "LGN", "V1", "V2"), epochs: 40},
		{name: "many latents", groups: []int{5, 3, 1}, trials: 400, bins: 100, neurons: 12, epochs: 200, test: true},
	}
}
