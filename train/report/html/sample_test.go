package html

import (
	"fmt"
	"math"
	"math/rand/v2"

	"facrnn/train/report/content"
)

// shape holds the sizes of a synthetic page.
type shape struct {
	neurons, bins int
	groups        []int // latents of each
	conditions    int
	regions       []string
	epochs        int
}

// usual returns a fit of reaches in eight directions.
func usual() shape {
	return shape{neurons: 120, bins: 80, groups: []int{3, 2, 3}, conditions: 8,
		regions: []string{"M1", "PMd", "S1", "PPC"}, epochs: 600}
}

// sampler makes plausible numbers of a shape.
type sampler struct {
	shape
	r *rand.Rand
}

// sample returns a whole page.
func (s shape) sample() *content.Page {
	m := sampler{s, rand.New(rand.NewPCG(3, 14))}
	p := &content.Page{
		Title: "reach_2026-11-02.nwb", Program: "facrnn train 0.4.0", Made: "2026-11-25T14:03:11Z",
		Warnings: []string{"Group slow explains 1.2 % of the variance: fewer groups may do as well.",
			"4 units were silent in the training trials and were left out."},
		Facts: []content.Fact{
			{Name: "Activity", Value: "spike counts", Note: "/units, binned at 10 ms"},
			{Name: "Neurons", Value: fmt.Sprint(s.neurons), Note: "4 silent ones left out"},
			{Name: "Bins", Value: "48 200", Note: "482 s"},
			{Name: "Trials", Value: "402", Note: "322 to train on, 80 held out"},
			{Name: "Groups", Value: fmt.Sprint(len(s.groups)), Note: fmt.Sprint("latents: ", s.groups)},
			{Name: "Observations", Value: "Poisson", Note: ""},
			{Name: "Restarts", Value: "5", Note: "the best held-out score was kept"},
			{Name: "Time", Value: "6 min 12 s", Note: "2 threads"},
		},
		Metrics: []content.Metric{
			{Key: "reconstruction", Name: "Prediction error", Unit: "nats a bin", Train: 41.23, Test: 41.98,
				Means: "How badly the next bin is predicted; the lower the better. Held out close to trained on: no " +
					"overfitting."},
			{Key: "r2", Name: "Variance explained", Unit: "", Train: 0.672, Test: 0.641,
				Means: "Share of the activity's variance that the latents predict; 1 is all of it."},
			{Key: "partial_correlation", Name: "Partial correlation", Unit: "nats", Train: 0.012, Test: 0.019,
				Means: "How much the groups say about one another; 0 is independent."},
			{Key: "bits_per_spike", Name: "Information", Unit: "bits a spike", Train: content.Number(math.NaN()),
				Test: 0.213, Means: "Better than a constant rate by so much; for spike counts alone."},
		},
		Verdicts: []content.Verdict{
			{Key: "converged", Question: "Did it converge?", Status: "good",
				Sentence: "Yes: the loss hardly moves over the last of 600 epochs."},
			{Key: "predicts", Question: "Does it predict?", Status: "unsure",
				Sentence: "It predicts 3 % (R2 -0.03)."},
			{Key: "groups", Question: "Which group does what?", Status: "told", Sentence: "fast: 41 %."},
			{Key: "drives", Question: "Who drives whom?", Status: "told",
				Sentence: "The strongest drive is M1 → S1, excitatory."},
			{Key: "independent", Question: "Are the groups independent?", Status: "care",
				Sentence: "No: their partial correlation is -0.2 nats."},
			{Key: "trusted", Question: "Can I trust it?", Status: "care",
				Sentence: "With care: fit again with another --seed."},
		},
		Missing: map[string]string{"recovery": "no truth was given (facrnn evaluate --truth)."},
	}
	k := 0
	for g, n := range s.groups {
		group := content.Group{Name: fmt.Sprintf("%s", []string{"fast", "target", "slow", "group 4", "group 5",
			"group 6"}[g]), VarianceExplained: content.Number([]float64{0.41, 0.172, 0.012, 0.08, 0.03, 0.02}[g])}
		for range n {
			group.Latents = append(group.Latents, k)
			k++
		}
		if g == 0 {
			group.Decoded, group.Band = "vx: 0.90", "theta (60 %)"
			group.Drive, group.Within = "M1 → S1, excitatory", "within M1, inhibitory"
		}
		p.Groups = append(p.Groups, group)
	}
	p.Training, p.Latents, p.Connectivity = m.training(), m.latents(), m.connectivity(k)
	p.Spectra, p.Behavior, p.Independence = m.spectra(), m.behavior(), m.independence(k)
	p.Recovery = m.recovery()
	p.Reproduction = content.Reproduction{
		Command: "facrnn train --data reach_2026-11-02.nwb --groups 3,2,3 --bin 10ms --observations poisson " +
			"--restarts 5 --seed 7 --out runs/reach", Version: "facrnn 0.4.0 (linux/amd64)",
		Seed: 7, Data: "reach_2026-11-02.nwb",
		SHA256: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
		Config: "[model]\ngroups = [3, 2, 3]\nobservations = \"poisson\"\n\n[train]\nepochs = 600\n",
	}
	return p
}

func (m sampler) training() *content.Training {
	t := &content.Training{Terms: []string{"loss", "reconstruction", "KL divergence", "partial correlation"},
		Note: "Every second epoch is shown.", Course: "The loss is lowest in epoch 590."}
	for r := range 5 {
		s := content.Restart{Name: fmt.Sprintf("restart %d", r+1), Chosen: r == 2, Train: make([]content.Values, 4),
			Test: make([]content.Values, 4)}
		worse := 0.6 * math.Abs(float64(r-2))
		for e := 0; e < m.epochs; e += 2 {
			x := float64(e)
			beta := 5 * min(1, x/200)
			terms := [4]float64{0, 41 + worse + 30*math.Exp(-x/40) + 0.08*m.r.NormFloat64(),
				3.2 * (1 - math.Exp(-x/60)) * (1 + 0.02*m.r.NormFloat64()), 0.012 +
					1.5*math.Exp(-x/90)*math.Abs(1+0.1*m.r.NormFloat64())}
			terms[0] = terms[1] + terms[2] + beta*terms[3]
			s.Epoch, s.Beta, s.Rate = append(s.Epoch, float32(e)), append(s.Beta, float32(beta)), append(s.Rate,
				float32(0.01*math.Pow(0.01, x/float64(m.epochs))))
			for i, v := range terms {
				s.Train[i] = append(s.Train[i], float32(v))
			}
			if e%20 == 0 {
				s.TestEpoch = append(s.TestEpoch, float32(e))
				for i, v := range terms {
					s.Test[i] = append(s.Test[i], float32(v*1.015+0.0005*max(0, x-400)*0.5))
				}
			}
		}
		t.Restarts = append(t.Restarts, s)
	}
	return t
}

// curve is latent k at time t (s) of a condition: it turns faster in the first groups, and stops at a place of the
// condition's own.
func (m sampler) curve(g, k, condition int, t float64) float64 {
	angle := 2 * math.Pi * float64(condition) / float64(max(1, m.conditions))
	hz := []float64{2.2, 0.9, 0.35, 1.5, 0.6, 0.2}[g]
	on := 1 / (1 + math.Exp(-(t-0.15)*14))
	return on*math.Cos(angle+float64(k)*math.Pi/2)*1.2*[]float64{1, 1, 0.3}[k%3] +
		(0.5+on)*0.7*math.Sin(2*math.Pi*hz*t+float64(k*k)*1.1+0.2*angle)*math.Exp(-0.6*t*t)
}

func (m sampler) condition(c int) string {
	return fmt.Sprintf("direction %g°", float64(c)*360/float64(m.conditions))
}

func (m sampler) latents() *content.Latents {
	l := &content.Latents{Condition: "target_direction", TimeName: "time from go_cue (s)", EventName: "go_cue",
		Note: "Trials from 0.3 s before to 1.3 s after go_cue; single trials: the first four of each condition."}
	for kind, name := range []string{"encoded", "filtered"} {
		lk := content.LatentKind{Name: name}
		first := 0
		for g, n := range m.groups {
			gl := content.GroupLatents{Axes: [3]string{"z1", "z2", "z3"}}
			if n == 2 {
				gl.Axes = [3]string{"z4", "z5", "time (s)"}
			}
			for k := range n {
				gl.Names = append(gl.Names, fmt.Sprintf("z%d", first+k+1))
			}
			first += n
			for c := range m.conditions {
				trace := content.Trace{Condition: c, Name: m.condition(c), Trials: 50, Mean: make([]content.Values, n),
					Deviation: make([]content.Values, n)}
				for trial := range 5 {
					track := content.Track{Condition: c, Name: m.condition(c), Single: trial > 0}
					shift := [3]float64{}
					if trial > 0 {
						track.Name = fmt.Sprintf("trial %d", c*50+trial)
						shift = [3]float64{0.18 * m.r.NormFloat64(), 0.18 * m.r.NormFloat64(), 0.18 * m.r.NormFloat64()}
					}
					for b := range m.bins {
						t := -0.3 + 1.6*float64(b)/float64(m.bins)
						for k := range 3 {
							v := t
							if k < n {
								v = m.curve(g, k, c, t)*(1+0.15*float64(kind)) + shift[k] +
									0.03*float64(min(trial, 1))*m.r.NormFloat64()
							}
							track.Points = append(track.Points, float32(v))
						}
						if trial > 0 {
							continue
						}
						trace.Time = append(trace.Time, float32(t))
						for k := range n {
							trace.Mean[k] = append(trace.Mean[k], float32(m.curve(g, k, c, t)*(1+0.15*float64(kind))))
							trace.Deviation[k] = append(trace.Deviation[k], float32(0.22+0.1*max(0, t)))
						}
					}
					gl.Tracks = append(gl.Tracks, track)
				}
				gl.Traces = append(gl.Traces, trace)
			}
			lk.Groups = append(lk.Groups, gl)
		}
		l.Kinds = append(l.Kinds, lk)
	}
	return l
}

func (m sampler) connectivity(K int) *content.Connectivity {
	N, R := m.neurons, len(m.regions)
	c := &content.Connectivity{N: N, K: K, Unit: "nats per spike", Scale: 0.6, WScale: 0.8,
		Note: "Colours end at the 99th percentile of |W|."}
	region := make([]int, N)
	for i := range N {
		region[i] = (i * 7 / 3) % R
		c.Names, c.Regions = append(c.Names, fmt.Sprintf("unit %d", 1000+i)), append(c.Regions, m.regions[region[i]])
	}
	for i := range N {
		for k := range K {
			c.A = append(c.A, float32(0.25*m.r.NormFloat64()*(0.4+float64((region[i]+k)%3))+
				0.1*float64((region[i]+k)%2)))
		}
	}
	for k := range K {
		for j := range N {
			c.B = append(c.B, float32(0.25*m.r.NormFloat64()*(0.3+
				float64((2*region[j]+k)%4))-0.08*float64((region[j]+k)%3-1)))
		}
	}
	file := content.Order{Name: "as in the file", Permutation: make([]int, N)}
	by := content.Order{Name: "by region"}
	for i := range N {
		file.Permutation[i] = i
	}
	for r := range R {
		by.Edges = append(by.Edges, len(by.Permutation))
		for i := range N {
			if region[i] == r {
				by.Permutation = append(by.Permutation, i)
			}
		}
	}
	clusters := content.Order{Name: "by clustering", Permutation: m.r.Perm(N), Edges: []int{N / 5, N / 2}}
	c.Orders = []content.Order{by, file, clusters}
	flows := &content.RegionFlows{Names: m.regions, Counts: make([]int, R),
		Note: "Means of the weights from every neuron of a region to every one of another.",
		W:    make(content.Values, R*R)}
	for _, r := range region {
		flows.Counts[r]++
	}
	first := 0
	for _, n := range m.groups {
		f := make(content.Values, R*R)
		for i := range N {
			for j := range N {
				for k := first; k < first+n; k++ {
					at := region[i]*R + region[j]
					f[at] += c.A[i*K+k] * c.B[k*N+j] / float32(flows.Counts[region[i]]*flows.Counts[region[j]])
				}
			}
		}
		for i, v := range f {
			flows.W[i] += v
		}
		flows.Groups = append(flows.Groups, f)
		first += n
	}
	c.Region = flows
	return c
}

func (m sampler) spectra() *content.Spectra {
	s := &content.Spectra{Note: "Welch's method, windows of 2 s, half overlapping; of latents scaled to unit variance."}
	G := len(m.groups)
	for _, name := range []string{"encoded", "filtered, before go_cue", "filtered, after go_cue"} {
		k := content.SpectrumKind{Name: name, Power: make([]content.Values, G)}
		for i := range 100 {
			f := 0.5 * float64(i)
			k.Frequency = append(k.Frequency, float32(f))
			for g := range G {
				centre := []float64{9, 3, 0.8, 5, 2, 1}[g]
				p := (1/(1+math.Pow(f/centre, 2)) + 0.6*math.Exp(-math.Pow((f-centre)/(0.3*centre+0.5),
					2))) * math.Exp(0.15*m.r.NormFloat64())
				k.Power[g] = append(k.Power[g], float32(p))
			}
		}
		for b, band := range []content.Band{{Name: "slow", Low: 0, High: 2}, {Name: "theta", Low: 2, High: 8},
			{Name: "beta", Low: 8, High: 30}} {
			sum := 0.0
			for g := range G {
				sum += 1 + float64((g+b)%G)
			}
			for g := range G {
				band.Shares = append(band.Shares, content.Number((1+float64((g+b)%G))/sum))
				band.Within = append(band.Within, content.Number([]float64{0.2, 0.5, 0.3}[(g+b)%3]))
			}
			k.Bands = append(k.Bands, band)
		}
		s.Kinds = append(s.Kinds, k)
	}
	return s
}

func (m sampler) behavior() *content.Behavior {
	b := &content.Behavior{Names: []string{"x", "y"}, Unit: "cm",
		Best: "Of single groups, best decoded: vx from fast (0.90).",
		How: "Ridge regression from the filtered latents on the training trials; R² of the held-out ones. The fit " +
			"never saw the behaviour."}
	names := []string{"all latents", "fast", "target", "slow", "group 4", "group 5", "group 6"}[:1+len(m.groups)]
	quality := []float64{0.91, 0.34, 0.87, 0.05, 0.2, 0.1, -0.02}
	for i, name := range append([]string{"true"}, names...) {
		q := 1.0
		if i > 0 {
			q = quality[i-1]
			b.R2 = append(b.R2, content.BehaviorR2{Name: name,
				Columns: []content.Number{content.Number(q + 0.02), content.Number(q - 0.02)}, Mean: content.Number(q)})
			name = "decoded: " + name
		}
		panel := content.Trails{Name: name, Axes: [2]string{"hand x", "hand y"}}
		for c := range m.conditions {
			for trial := range 4 {
				trail := content.Track{Condition: c, Name: m.condition(c), Single: trial > 0}
				a := 2*math.Pi*float64(c)/float64(m.conditions) + 0.12*float64(min(trial, 1))*m.r.NormFloat64()
				for t := range 40 {
					d := 8 / (1 + math.Exp(-(float64(t)-20)/4)) * (0.1 + 0.9*max(q, 0))
					trail.Points = append(trail.Points, float32(d*math.Cos(a)+(1-q)*0.6*m.r.NormFloat64()),
						float32(d*math.Sin(a)+(1-q)*0.6*m.r.NormFloat64()))
				}
				panel.Tracks = append(panel.Tracks, trail)
			}
		}
		b.Panels = append(b.Panels, panel)
	}
	return b
}

func (m sampler) independence(K int) *content.Independence {
	d := &content.Independence{Partial: 0.019, Measure: "Normalised mutual information of two latents",
		Variance: "R² of the prediction lost when the group is set to its mean.", Bins: "the held-out bins"}
	for range 200 {
		d.Null = append(d.Null, content.Number(0.017+0.004*m.r.NormFloat64()))
	}
	group := []int{}
	for g, n := range m.groups {
		for range n {
			group = append(group, g)
		}
	}
	d.Dependence = make(content.Values, K*K)
	for i := range K {
		d.Latents = append(d.Latents, fmt.Sprintf("z%d", i+1))
		for j := range i + 1 {
			v := 0.04 + 0.08*m.r.Float64()
			if group[i] == group[j] {
				v = 0.35 + 0.4*m.r.Float64()
			}
			if i == j {
				v = 1
			}
			d.Dependence[i*K+j], d.Dependence[j*K+i] = float32(v), float32(v)
		}
	}
	return d
}

func (m sampler) recovery() *content.Recovery {
	r := &content.Recovery{Metrics: []content.Metric{{Key: "latent_r2", Name: "Latents", Unit: "R²", Train: 0.96,
		Test: 0.95, Means: "How much of the true latents' variance the found ones explain after a linear map within " +
			"each group."}}}
	n := min(m.neurons, 60)
	for g, K := range m.groups {
		t := content.GroupTruths{Name: fmt.Sprintf("true group %d", g+1), Found: g, N: n,
			True: make([]content.Values, K), Latent: make([]content.Values, K)}
		for b := range 200 {
			at := float64(b) * 0.02
			t.Time = append(t.Time, float32(at))
			for k := range K {
				v := m.curve(g, k, g, math.Mod(at, 1.6))
				t.True[k], t.Latent[k] = append(t.True[k], float32(v)), append(t.Latent[k],
					float32(v+0.1*m.r.NormFloat64()))
			}
		}
		a, b := make([]float64, n), make([]float64, n)
		for i := range n {
			a[i], b[i] = m.r.NormFloat64(), m.r.NormFloat64()
		}
		for i := range n {
			for j := range n {
				w := a[i] * b[j] * 0.1
				t.W, t.WFound = append(t.W, float32(w)), append(t.WFound, float32(w+0.03*m.r.NormFloat64()))
			}
		}
		r.Groups = append(r.Groups, t)
	}
	return r
}
