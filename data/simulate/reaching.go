package simulate

import (
	"fmt"
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/mat"

	"facrnn/data"
)

const (
	reachGroups  = 2 // horizontal and vertical hand movement
	reachLatents = 2 * reachGroups
)

// ReachingOptions describes a simulated session of centre-out reaching. Every zero value selects the default.
type ReachingOptions struct {
	Neurons   int     // N, at least 4; 60 by default
	Side      int     // targets form a square of Side x Side around the centre; 4 by default
	Repeats   int     // trials for each target; 5 by default
	Bins      int     // for each trial; 20 by default
	BinWidth  float64 // seconds; 0.05 by default
	LatentStd float64 // of the noise on each latent; 0.2 by default
	NoiseStd  float64 // of the noise on each neuron; 0.1 by default
	Seed      uint64
}

func (o ReachingOptions) withDefaults() (ReachingOptions, error) {
	for _, v := range []struct {
		value    *int
		fallback int
	}{{&o.Neurons, 60}, {&o.Side, 4}, {&o.Repeats, 5}, {&o.Bins, 20}} {
		if *v.value == 0 {
			*v.value = v.fallback
		}
	}
	for _, v := range []struct {
		value    *float64
		fallback float64
	}{{&o.BinWidth, 0.05}, {&o.LatentStd, 0.2}, {&o.NoiseStd, 0.1}} {
		if *v.value == 0 {
			*v.value = v.fallback
		}
	}
	if o.Neurons < reachLatents || o.Side < 2 || o.Repeats < 1 || o.Bins < 1 ||
		!(o.BinWidth > 0 && o.LatentStd > 0 && o.NoiseStd > 0) {
		return o, fmt.Errorf("simulating reaches: %+v: at least %d neurons are needed, and no option may be negative",
			o, reachLatents)
	}
	return o, nil
}

// Reaching simulates centre-out reaching by a closed-loop low-rank network of exactly the model's form:
//
//	z(t) = B tanh(x(t-1)) + C + u(t) + LatentStd * e(t)
//	x(t) = A z(t) + Bias + NoiseStd * d(t)
//
// with e and d standard normal, and a history of zeros, tanh(x(-1)) = 0, at the first bin of a trial. Two independent
// groups of two latents carry horizontal and vertical hand movement. The first latent of a group is the hand's
// velocity along its axis, the second its unsigned speed. Each group's sub-connectivity lets its own latents decay and
// does not affect the other group: B_g A_h = F_g for g = h and 0 otherwise.
//
// The cue u(t) is a pulse whose height is the target's distance along the axis, unsigned for the speed. Its time is
// random for each group and trial. Targets form a square, not a circle, so that horizontal and vertical positions are
// independent. Therefore the groups are independent. Velocity and speed are uncorrelated but strongly dependent, so
// these two latents form one group.
//
// Latents have a standard deviation of about 1. Activity is in arbitrary units, mostly within 1, so tanh is mildly
// nonlinear. Behavior is the hand's velocity (T,2) in cm/s. The targets come in random order. It fails if an option is
// negative or if there are fewer neurons than latents.
func Reaching(o ReachingOptions) (*data.Recording, *Truth, error) {
	o, err := o.withDefaults()
	if err != nil {
		return nil, nil, err
	}
	// "reach" in ASCII gives a different stream from other simulators with the same seed
	rng := rand.New(rand.NewPCG(o.Seed, 0x7265616368))
	net, err := newNetwork(o, rng)
	if err != nil {
		return nil, nil, err
	}
	targets := o.Side * o.Side
	trials := targets * o.Repeats
	r := newReachRecording(o, trials)
	truth := net.truth(2, 2)
	truth.Z = data.NewMatrix(r.Bins(), reachLatents)
	truth.Target = rng.Perm(trials)
	for k := range truth.Target {
		truth.Target[k] %= targets
		net.trial(newCue(truth.Target[k], o, rng), k*o.Bins, r, truth, rng)
	}
	return r, truth, nil
}

// newReachRecording names the neurons, half of them in each region, and allocates the hand's velocity.
func newReachRecording(o ReachingOptions, trials int) *data.Recording {
	r := newRecording(trials, o.Bins, o.Neurons, o.BinWidth)
	r.Behavior, r.BehaviorName = data.NewMatrix(r.Bins(), reachGroups), "velocity"
	for n := range r.Channels {
		r.Channels[n] = data.Channel{Name: fmt.Sprintf("n%02d", n), Region: "M1"}
		if n >= o.Neurons/2 {
			r.Channels[n].Region = "PMd"
		}
	}
	return r
}

// network is the ground-truth network, in double precision.
type network struct {
	a, b                *mat.Dense // (N,K), (K,N)
	c, bias             []float64  // K, N
	latentStd, noiseStd float64
}

// dynamics returns F: each latent decays separately from bin to bin, at one rate per group. The tanh adds to the
// decay.
func dynamics() *mat.Dense {
	f := mat.NewDense(reachLatents, reachLatents, nil)
	for k := range reachLatents {
		f.Set(k, k, 0.9)
	}
	return f
}

// newNetwork draws A and the bias and sets B = F pinv(A), so that B A = F. C makes z = 0 a fixed point of the mean.
func newNetwork(o ReachingOptions, rng *rand.Rand) (*network, error) {
	// with four latents of standard deviation 1, activity has a standard deviation of about 0.4
	const loading, biasStd = 0.2, 0.1
	net := &network{
		a: mat.NewDense(o.Neurons, reachLatents, normals(o.Neurons*reachLatents, loading, rng)),
		b: new(mat.Dense), c: make([]float64, reachLatents), bias: normals(o.Neurons, biasStd, rng),
		latentStd: o.LatentStd, noiseStd: o.NoiseStd,
	}
	identity := mat.NewDiagDense(o.Neurons, nil)
	for n := range o.Neurons {
		identity.SetDiag(n, 1)
	}
	var inverse mat.Dense // the least-squares solution of A X = I is A's pseudo-inverse
	if err := inverse.Solve(net.a, identity); err != nil {
		return nil, fmt.Errorf("simulating reaches: the random decoder cannot be inverted: %w: choose another seed "+
			"or more neurons", err)
	}
	net.b.Mul(dynamics(), &inverse)
	for k := range net.c {
		for n, v := range net.bias {
			net.c[k] -= net.b.At(k, n) * math.Tanh(v)
		}
	}
	return net, nil
}

func normals(n int, std float64, rng *rand.Rand) []float64 {
	x := make([]float64, n)
	for i := range x {
		x[i] = std * rng.NormFloat64()
	}
	return x
}

// cue is the external drive of one trial.
type cue struct {
	height, centre [reachGroups]float64 // each group's pulse; centre in bins
}

func newCue(target int, o ReachingOptions, rng *rand.Rand) cue {
	const reach, spread = 1.3, 0.1 // height of the farthest target's pulse, and its variability
	var c cue
	for g, place := range [reachGroups]int{target % o.Side, target / o.Side} {
		c.height[g] = reach*(2*float64(place)/float64(o.Side-1)-1) + spread*rng.NormFloat64()
		c.centre[g] = float64(o.Bins) * (0.05 + 0.7*rng.Float64())
	}
	return c
}

// at returns the drive of group g at a bin of the trial.
func (c cue) at(g, bin int) float64 {
	const gain, width = 1.1, 1.5 // latents of standard deviation about 1; bins
	d := (float64(bin) - c.centre[g]) / width
	return gain * c.height[g] * math.Exp(-d*d/2)
}

// trial simulates the network for one trial, whose first bin is row first of the recording.
func (net *network) trial(c cue, first int, r *data.Recording, truth *Truth, rng *rand.Rand) {
	const handGain = 10 // cm/s per unit of the latent
	history := make([]float64, len(net.bias))
	z := make([]float64, reachLatents)
	for bin := range r.Bins() / r.Trials {
		for k := range z {
			z[k] = dot(net.b.RawRowView(k), history) + net.c[k] + net.latentStd*rng.NormFloat64()
		}
		for g := range reachGroups {
			u := c.at(g, bin)
			z[2*g] += u
			z[2*g+1] += math.Abs(u)
			r.Behavior.Row(first + bin)[g] = float32(handGain * z[2*g])
		}
		copyTo(truth.Z.Row(first+bin), z)
		x := r.Activity.Row(first + bin)
		for n := range x {
			v := dot(net.a.RawRowView(n), z) + net.bias[n] + net.noiseStd*rng.NormFloat64()
			x[n], history[n] = float32(v), math.Tanh(v)
		}
	}
}

func dot(x, y []float64) float64 {
	sum := 0.0
	for i := range x {
		sum += x[i] * y[i]
	}
	return sum
}

func copyTo(dst []float32, src []float64) {
	for i, v := range src {
		dst[i] = float32(v)
	}
}

// truth returns the network in the recording's precision; groups are the group sizes.
func (net *network) truth(groups ...int) *Truth {
	n, k := net.a.Dims()
	t := &Truth{A: data.NewMatrix(n, k), B: data.NewMatrix(k, n), C: make([]float32, k), Bias: make([]float32, n),
		Groups: groups}
	copyTo(t.A.Data, net.a.RawMatrix().Data)
	copyTo(t.B.Data, net.b.RawMatrix().Data)
	copyTo(t.C, net.c)
	copyTo(t.Bias, net.bias)
	return t
}
