package plot

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"facrnn/train/report/content"
)

// shape holds the sizes of a synthetic run.
type shape struct {
	name             string
	groups           []int // latents of each
	conditions, bins int   // without conditions, one stretch of time
	neurons          int
	regions          []string
	epochs           int
	test             bool
}

// page has oscillating latents, low-rank connectivities and falling losses.
func (s shape) page() *content.Page {
	r := rand.New(rand.NewPCG(1, 2))
	p := &content.Page{Title: "synthetic " + s.name, Missing: map[string]string{}}
	K := 0
	for g, n := range s.groups {
		group := content.Group{Name: fmt.Sprintf("group %d", g+1)}
		for range n {
			group.Latents = append(group.Latents, K)
			K++
		}
		p.Groups = append(p.Groups, group)
	}
	p.Training, p.Connectivity = s.training(r), s.connectivity(r, K)
	p.Latents = &content.Latents{TimeName: "time from go (s)", EventName: "go", Condition: "target"}
	kind := content.LatentKind{Name: "encoded"}
	for _, group := range p.Groups {
		kind.Groups = append(kind.Groups, s.latents(r, group.Latents))
	}
	p.Latents.Kinds = []content.LatentKind{kind}
	return p
}

// figures returns the figures of the page.
func (s shape) figures() []content.Figure { return s.page().Figures() }

func (s shape) latents(r *rand.Rand, latents []int) (out content.GroupLatents) {
	out.Axes = [3]string{"z1", "z2", "z3"}
	if len(latents) < 3 {
		out.Axes[2] = "time from go (s)"
	}
	for _, k := range latents {
		out.Names = append(out.Names, fmt.Sprintf("z%d", k+1))
	}
	for c := range max(1, s.conditions) {
		track := content.Track{Condition: c, Name: fmt.Sprint(c)}
		trace := content.Trace{
			Condition: c, Name: fmt.Sprint(c), Trials: 5, Mean: make([]content.Values, len(latents)),
			Deviation: make([]content.Values, len(latents)),
		}
		for t := range s.bins {
			trace.Time = append(trace.Time, float32(0.02*float64(t)-0.1))
			for i, k := range latents {
				v := (1+0.3*float64(k))*math.Sin(float64(t)*(0.05+0.02*float64(k/2))+math.Pi/2*float64(k%2)+
					float64(c)) + 0.25*r.NormFloat64()
				trace.Mean[i], trace.Deviation[i] = append(trace.Mean[i], float32(v)), append(trace.Deviation[i], 0.3)
			}
			point := []float32{0, 0, trace.Time[t]}
			for i := range min(3, len(latents)) {
				point[i] = trace.Mean[i][t]
			}
			track.Points = append(track.Points, point...)
		}
		single := track
		single.Single, single.Points = true, slices.Clone(track.Points)
		out.Tracks, out.Traces = append(out.Tracks, track, single), append(out.Traces, trace)
	}
	return out
}

func (s shape) connectivity(r *rand.Rand, K int) *content.Connectivity {
	N := s.neurons
	c := &content.Connectivity{
		N: N, K: K, Scale: 0.4, WScale: 0.5, Unit: "Hz", A: make(content.Values, N*K), B: make(content.Values, K*N),
	}
	file, by := content.Order{Name: "as in the file"}, content.Order{Name: "by region"}
	for i := range N {
		c.Names, file.Permutation = append(c.Names, fmt.Sprint("unit", i)), append(file.Permutation, i)
		region := ""
		if n := len(s.regions); n > 0 {
			region = s.regions[(i*i+i/3)%n]
		}
		c.Regions = append(c.Regions, region)
		for k := range K {
			c.A[i*K+k], c.B[k*N+i] = float32(r.NormFloat64()), float32(0.1*(r.NormFloat64()+0.5))
		}
	}
	c.Orders = []content.Order{file}
	for _, region := range s.regions {
		by.Edges = append(by.Edges, len(by.Permutation))
		for i, of := range c.Regions {
			if of == region {
				by.Permutation = append(by.Permutation, i)
			}
		}
	}
	if len(by.Permutation) == N {
		c.Orders = append(c.Orders, by)
	}
	return c
}

func (s shape) training(r *rand.Rand) *content.Training {
	out := content.Restart{Name: "restart 1", Chosen: true}
	t := &content.Training{Terms: []string{"loss", "reconstruction", "KL", "partial correlation", "block-diagonal"}}
	if len(s.groups) == 1 {
		t.Terms = t.Terms[:3]
	}
	out.Train, out.Test = make([]content.Values, len(t.Terms)), make([]content.Values, len(t.Terms))
	for e := range s.epochs {
		x := float64(e) / float64(s.epochs)
		out.Epoch, out.Rate = append(out.Epoch, float32(e+1)), append(out.Rate, 0.01)
		if s.test && e%10 == 9 {
			out.TestEpoch = append(out.TestEpoch, float32(e+1))
		}
		for i := range t.Terms {
			v := 40*float64(i+1) + 4000*math.Exp(-300*x) + 30*math.Exp(-5*x) + 0.6*r.NormFloat64()
			if out.Train[i] = append(out.Train[i], float32(v)); s.test && e%10 == 9 {
				out.Test[i] = append(out.Test[i], float32(v+5+10*x*x))
			}
		}
	}
	t.Restarts = []content.Restart{out}
	return t
}

// shapes returns the shapes of usual runs, and the smallest shapes.
func shapes() []shape {
	regions := []string{"PMd", "M1", "S1", "PPC"}
	return []shape{
		{
			name: "reach", groups: []int{2, 2}, conditions: 8, bins: 60, neurons: 154, regions: regions, epochs: 500,
			test: true,
		},
		{name: "voltage", groups: []int{3, 3}, bins: 2000, neurons: 60, epochs: 300, test: true},
		{name: "one", groups: []int{1}, bins: 500, neurons: 1, epochs: 5},
		{
			name: "eight", groups: []int{2, 2, 2, 2, 2, 2, 2, 2}, conditions: 3, bins: 80, neurons: 30, epochs: 400,
			test: true,
		},
		{
			name: "large", groups: []int{2, 2, 2}, bins: 120, neurons: 1000,
			regions: append(regions, "cerebellar nuclei", "VTA", "LGN", "V1", "V2"), epochs: 40,
		},
		{name: "many latents", groups: []int{5, 3, 1}, conditions: 16, bins: 100, neurons: 12, epochs: 200, test: true},
	}
}
