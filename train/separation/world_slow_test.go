//go:build slow

package separation_test

import (
	"context"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"

	"facrnn/data"
	"facrnn/data/simulate"
	"facrnn/graph"
	"facrnn/layers"
	"facrnn/train"
	"facrnn/train/evaluate"
	"facrnn/train/infer"
	"facrnn/train/separation"
)

// world is a recording with known latents, and its training bins. Only the metrics use the ground truth, never a fit.
type world struct {
	rec    *data.Recording
	split  data.Split
	z      *mat.Dense // (T,K), the true latents
	a, b   *mat.Dense // (N,K) and (K,N); nil if connectivity is not tested
	groups layers.Partition
}

// voltage returns a session of 24 x 24 pixels, N = 432, K = 12 in six groups. 40 trials train and 10 are held out.
// The first bin of a trial has no history and is left out of both.
func voltage(t *testing.T, seed uint64) world {
	t.Helper()
	rec, truth, err := simulate.Voltage(simulate.VoltageOptions{Side: 24, Trials: 50, Seed: seed})
	must(t, err)
	w := world{rec: rec, z: evaluate.Dense(truth.Z), a: evaluate.Dense(truth.A), b: evaluate.Dense(truth.B),
		groups: layers.Partition(truth.Groups)}
	for i, first := range rec.SegmentStarts {
		end := rec.Bins()
		if i+1 < len(rec.SegmentStarts) {
			end = rec.SegmentStarts[i+1]
		}
		for bin := first + 1; bin < end; bin++ {
			if i < 40 {
				w.split.Train = append(w.split.Train, bin)
			} else {
				w.split.Test = append(w.split.Test, bin)
			}
		}
	}
	return w
}

// authorsWorld returns the paper's synthetic recording, with every second bin held out: N = 20, K = 6 in two groups.
func authorsWorld(t *testing.T) world {
	t.Helper()
	rec, truth := authorsRecording(t)
	matrix := func(name string) *mat.Dense { return evaluate.Dense(truth(name)) }
	return world{rec: rec, split: interleaved(t, rec), z: matrix("z"), a: matrix("A"), b: matrix("B"),
		groups: layers.Partition{3, 3}}
}

// mixed returns neurons that record independent systems, with every second bin held out.
func mixed(t *testing.T, seed uint64, o simulate.MixedOptions, systems ...simulate.System) world {
	t.Helper()
	rec, truth, err := simulate.Mixed(systems, o, rand.New(rand.NewPCG(seed, 0)))
	must(t, err)
	return world{rec: rec, split: interleaved(t, rec), z: evaluate.Dense(truth.Z),
		groups: layers.Partition(truth.Groups)}
}

func interleaved(t *testing.T, rec *data.Recording) data.Split {
	t.Helper()
	split, err := data.NewSplit(rec, data.SplitOptions{Kind: data.SplitInterleaved}, nil)
	must(t, err)
	return split
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// method returns a configuration and the options of a fit to a world.
type method func(w world, steps int) (graph.Config, train.Options)

// standardized returns the recipe best.
func standardized(w world, steps int) (graph.Config, train.Options) {
	c, o := recommended(w.rec, w.split, w.groups)
	return c, w.withSteps(o, steps)
}

// importance returns the paper's estimator, whose width is the posterior's s, with the schedule of the recipe best.
func importance(beta float64, batch int) method {
	return func(w world, steps int) (graph.Config, train.Options) {
		c, o := recommended(w.rec, w.split, w.groups)
		c.LatentStd, c.Terms, o.Batch = nil, graph.Objective(beta, 0), batch
		return c, w.withSteps(o, steps)
	}
}

// withSteps returns the options with enough epochs for the given number of steps.
func (w world) withSteps(o train.Options, steps int) train.Options {
	perEpoch := (len(w.split.Train) + o.Batch - 1) / o.Batch
	o.Epochs = (steps + perEpoch - 1) / perEpoch
	return o
}

// separatedStart returns the components' start, with latents at the scale of unit filtered variance. scaled adapts it
// to a method.
func separatedStart(t *testing.T, w world) []train.Array {
	t.Helper()
	c, _ := standardized(w, 1)
	start, err := separation.InitFromActivity(c, w.rec, w.split)
	must(t, err)
	p := parameters(start.Arrays)
	for k := range w.groups.Latents() {
		unit := mat.Norm(start.Discovery.A.ColView(k), 2)
		p.stretch(k, unit/floats.Norm(p.at.RawRowView(k), 2))
	}
	return p.arrays()
}

// rotated returns a start whose latents are rotated randomly across the groups. The mean angle between a latent's old
// and new axis is degrees. The rotation is exp(X) of a random antisymmetric X that is 0 within every group.
func rotated(w world, start []train.Array, degrees float64, seed uint64) []train.Array {
	random := rand.New(rand.NewPCG(seed, 25))
	K := w.groups.Latents()
	x := mat.NewDense(K, K, nil)
	var owner []int
	for g, n := range w.groups {
		owner = append(owner, slices.Repeat([]int{g}, n)...)
	}
	for i := range K {
		for j := range i {
			if v := random.NormFloat64(); owner[i] != owner[j] {
				x.Set(i, j, v)
				x.Set(j, i, -v)
			}
		}
	}
	rotation := func(far float64) (u *mat.Dense, angle float64) {
		var scaled, e mat.Dense
		scaled.Scale(far, x)
		e.Exp(&scaled)
		for k := range K {
			angle += math.Acos(max(-1, min(1, e.At(k, k)))) * 180 / math.Pi / float64(K)
		}
		return &e, angle
	}
	low, high := 0.0, 0.02
	for _, angle := rotation(high); angle < degrees; _, angle = rotation(high) {
		high *= 1.3
	}
	for range 40 {
		middle := (low + high) / 2
		if _, angle := rotation(middle); angle < degrees {
			low = middle
		} else {
			high = middle
		}
	}
	u, _ := rotation(low)
	p := parameters(start)
	p.at.Mul(u, mat.DenseCopyOf(p.at)) // the transpose of A U'
	p.b.Mul(u, mat.DenseCopyOf(p.b))
	var c mat.VecDense
	c.MulVec(u, mat.NewVecDense(K, p.c))
	copy(p.c, c.RawVector().Data)
	return p.arrays()
}

// scaled returns a start whose latents have the best size for the method's reconstruction and KL together: al_k = (
// s^2 |a_k|^2 / mean mu_k^2 )^(1/4), with |a_k|^2 in units of the noise.
func scaled(t *testing.T, w world, c graph.Config, start []train.Array) []train.Array {
	t.Helper()
	res, err := train.FromParams(c, w.rec, train.Options{InitialParams: start})
	must(t, err)
	mu, logs, err := evaluate.EncodeRows(res.Model, res.Samples, w.split.Train)
	must(t, err)
	p := parameters(start)
	for k, log := range logs.Row(0) {
		loading, power := 0.0, 0.0
		for n, l := range p.logStd {
			loading += math.Pow(p.at.At(k, n)*math.Exp(-l), 2)
		}
		for i := range mu.Rows {
			power += math.Pow(float64(mu.Row(i)[k]), 2) / float64(mu.Rows)
		}
		p.stretch(k, 1/math.Pow(math.Exp(2*float64(log))*loading/power, 0.25))
	}
	return p.arrays()
}

// linear holds the parameters of a linear model.
type linear struct {
	at, b           *mat.Dense // (K,N) each
	bias, c, logStd []float64
}

func parameters(arrays []train.Array) linear {
	var p linear
	for _, a := range arrays {
		v := slices.Clone(a.Data)
		switch a.Name {
		case "At":
			p.at = mat.NewDense(a.Shape[0], a.Shape[1], v)
		case "B":
			p.b = mat.NewDense(a.Shape[0], a.Shape[1], v)
		case "b":
			p.bias = v
		case "c":
			p.c = v
		case "log_std_x":
			p.logStd = v
		}
	}
	return p
}

func (p linear) arrays() []train.Array {
	K, N := p.at.Dims()
	return []train.Array{
		{Name: "At", Shape: []int{K, N}, Data: p.at.RawMatrix().Data},
		{Name: "B", Shape: []int{K, N}, Data: p.b.RawMatrix().Data},
		{Name: "b", Shape: []int{N}, Data: p.bias}, {Name: "c", Shape: []int{K}, Data: p.c},
		{Name: "log_std_x", Shape: []int{N}, Data: p.logStd},
	}
}

// stretch multiplies column k of A by f, and divides latent k by f.
func (p linear) stretch(k int, f float64) {
	floats.Scale(f, p.at.RawRowView(k))
	floats.Scale(1/f, p.b.RawRowView(k))
	p.c[k] /= f
}

// score says how much a model recovers in held-out bins.
type score struct {
	enc   float64 // group R2 of encoded latents
	first float64 // group R2 of the first true group
	filQ  float64 // group R2 of filtered latents
	all   float64 // R2 of the true latents from all encoded latents together; it falls if latents are lost
	sub   float64 // correlation of all sub-connectivities with the true ones, with groups matched by their latents
	w     float64 // correlation of the first true group's sub-connectivity
}

// fitFrom trains from a start. It returns the score of the model before and after five steps of EM.
func fitFrom(t *testing.T, w world, m method, steps int, start []train.Array, seed uint64) (fitted, refitted score) {
	t.Helper()
	c, o := m(w, steps)
	o.InitialParams, o.Seed = scaled(t, w, c, start), seed
	res, err := train.Fit(context.Background(), c, w.rec, w.split, o, time.Now)
	must(t, err)
	return scoreOf(t, w, res, 0), scoreOf(t, w, res, 5)
}

// startScore returns the score of a start without training.
func startScore(t *testing.T, w world, m method, start []train.Array) score {
	t.Helper()
	c, _ := m(w, 1)
	res, err := train.FromParams(c, w.rec, train.Options{InitialParams: scaled(t, w, c, start)})
	must(t, err)
	return scoreOf(t, w, res, 0)
}

// scoreOf scores a model after em steps of EM, which change the model.
func scoreOf(t *testing.T, w world, res *train.Result, em int) score {
	t.Helper()
	filter, err := infer.Refit(t.Context(), res, w.split, em)
	must(t, err)
	filtered, err := filter.Infer(t.Context(), res)
	must(t, err)
	mu, _, err := evaluate.Encode(res.Model, res.Samples)
	must(t, err)
	groups := evaluate.Sizes(w.groups...)
	z := evaluate.Rows(w.z, w.split.Test)
	r2 := func(latents data.Matrix, groups evaluate.Groups) evaluate.GroupR2 {
		r, err := evaluate.LatentR2(z, held(latents, w.split), groups, groups)
		must(t, err)
		return r
	}
	encoded := r2(mu, groups)
	s := score{
		enc: encoded.R2, first: encoded.Matrix.At(0, encoded.Assignment[0]), filQ: r2(filtered, groups).R2,
		all: r2(mu, evaluate.Sizes(w.groups.Latents())).R2,
	}
	if w.a == nil {
		return s
	}
	trueWs := evaluate.SubConnectivities(w.a, w.b, groups)
	found := evaluate.SubConnectivities(res.Model.Matrices().A, res.Model.Matrices().B, groups)
	N, _ := w.a.Dims()
	truth, estimate := mat.NewDense(len(groups)*N, N, nil), mat.NewDense(len(groups)*N, N, nil)
	for g, of := range encoded.Assignment {
		truth.Slice(g*N, (g+1)*N, 0, N).(*mat.Dense).Copy(trueWs[g])
		estimate.Slice(g*N, (g+1)*N, 0, N).(*mat.Dense).Copy(found[of])
	}
	s.sub = evaluate.Connectivity(truth, estimate).Correlation
	s.w = evaluate.Connectivity(trueWs[0], found[encoded.Assignment[0]]).Correlation
	return s
}
