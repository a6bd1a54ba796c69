package simulate

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"facrnn/data"
)

const voltageFrames = 150 // frames in a trial

// VoltageOptions describes a simulated session of wide-field voltage imaging with air puffs. Every zero value selects
// the default.
type VoltageOptions struct {
	Side       int      // the image is Side x Side pixels, at least 16; 30 by default
	Trials     int      // 50 by default
	Groups     []string // names of the simulated groups, in any order; all six by default
	EvokedSlow bool     // the puff also evokes slow movements
	// add the pixel noise only to the recording: tanh then uses A z + Bias, and B is harder to estimate
	NoiseOutsideLoop bool
	Seed             uint64
}

func (o VoltageOptions) withDefaults() (VoltageOptions, error) {
	if o.Side == 0 {
		o.Side = 30
	}
	if o.Trials == 0 {
		o.Trials = 50
	}
	if o.Side < 16 || o.Trials < 1 {
		return o, fmt.Errorf("simulating voltage imaging: %d x %[1]d pixels, %d trials: give at least 16 x 16 "+
			"pixels and one trial", o.Side, o.Trials)
	}
	return o, nil
}

// VoltageTruth is the ground truth of simulated voltage imaging: latents and connectivity, with their meaning.
type VoltageTruth struct {
	Truth
	Names    []string    // of the groups, G: some of puff50, heart10, delta3, drift, motion, beta25, in this order
	Dynamics data.Matrix // (K,K), J: the intended B A; exact within .006 at 30 x 30 pixels and .04 at 50 x 50
	Puff     int         // the bin of the puff in a trial, counted from 0
	// {to, from}: the nonzero region-to-region sums of puff50's sub-connectivity; nil without this group
	Pathways [][2]string
	Side     int   // of the image, in pixels
	Pixels   []int // N; row*Side + column of each channel in the image
}

// Voltage simulates wide-field voltage imaging of a mouse's dorsal cortex at 200 frames/s. An air puff reaches the
// left whiskers 0.25 s into every trial of 0.75 s. The network has exactly the model's form:
//
//	z(t) = B tanh(x(t-1)) + u(t)
//	x(t) = A z(t) + Bias + 0.15 e(t)
//
// with e standard normal, and a history of zeros, tanh(x(-1)) = 0, at the first frame of a trial. The drive u is not
// recorded. Channels are the pixels in the brain, N = 680 of 30 x 30. A channel's region is l or r, for the
// hemisphere, and M2, M1, S1, S2b (S2 barrel), PPC, RSC or V1, or "" outside these. Activity is in arbitrary units,
// mostly within 1.
//
// Twelve latents form six independent groups of two. The group puff50 responds to the puff at 50 Hz. The groups
// heart10, delta3 and drift rotate at about 10, 3 and 0 Hz; motion and beta25 are rare kicks. A group's
// sub-connectivity W_g = A_g B_g drives its own latents, B_g A_g = J_g, and not the others, B_g A_h = 0, except for
// overlaps of blurred region edges. Groups that are left out have neither maps nor drive, and the maps of other groups
// do not change.
//
// Summed from region to region, W of puff50 gives the ground-truth pathways: right S2 barrel to right M2, and right S2
// barrel and left M2 to RSC on both sides. They do not depend on the seed, which draws the maps of other groups, the
// drive and the noise. With rank two, left M2 and right S2 barrel necessarily drive each other too, half as strongly
// and with opposite signs.
//
// A recording does not store the puffs: each puff is at row s + Puff for a row s of SegmentStarts. It fails if an
// option is too small or a group is unknown.
func Voltage(o VoltageOptions) (*data.Recording, *VoltageTruth, error) {
	o, err := o.withDefaults()
	if err != nil {
		return nil, nil, err
	}
	// "voltage" in ASCII gives a different stream from other simulators with the same seed
	rng := rand.New(rand.NewPCG(o.Seed, 0x766f6c74616765))
	all := voltageGroups(o.EvokedSlow)
	groups, latents, err := chooseGroups(all, o.Groups)
	if err != nil {
		return nil, nil, err
	}
	c := newCortex(o.Side)
	net, err := newVoltageNetwork(c, voltageDynamics(all), rng)
	if err != nil {
		return nil, nil, err
	}
	net.keep(latents)

	r := newRecording(o.Trials, voltageFrames, len(c.pixels), 1/frameRate)
	for n, p := range c.pixels {
		r.Channels[n] = data.Channel{Name: c.name(p), Region: c.region[n]}
	}
	truth := newVoltageTruth(net, groups, c)
	truth.Z = data.NewMatrix(r.Bins(), len(latents))
	for _, first := range r.SegmentStarts {
		net.voltageTrial(driveOf(groups, rng), first, !o.NoiseOutsideLoop, r, truth, rng)
	}
	return r, truth, nil
}

// chooseGroups returns the named groups, or all groups, and their latents.
func chooseGroups(all []voltageGroup, names []string) (groups []voltageGroup, latents []int, err error) {
	for _, name := range names {
		if !slices.ContainsFunc(all, func(g voltageGroup) bool { return g.name == name }) {
			return nil, nil, fmt.Errorf("simulating voltage imaging: unknown group %q", name)
		}
	}
	for i, g := range all {
		if names == nil || slices.Contains(names, g.name) {
			groups = append(groups, g)
			latents = append(latents, 2*i, 2*i+1)
		}
	}
	return groups, latents, nil
}

func newVoltageTruth(net *network, groups []voltageGroup, c *cortex) *VoltageTruth {
	t := &VoltageTruth{Puff: puffFrame, Side: c.side, Pixels: c.pixels}
	var sizes []int
	for _, g := range groups {
		sizes = append(sizes, 2)
		t.Names = append(t.Names, g.name)
	}
	t.Truth = *net.truth(sizes...)
	t.Dynamics = data.NewMatrix(2*len(groups), 2*len(groups))
	copyTo(t.Dynamics.Data, voltageDynamics(groups).RawMatrix().Data)
	if slices.Contains(t.Names, "puff50") {
		t.Pathways = [][2]string{{"rM2", "rS2b"}, {"lRSC", "rS2b"}, {"rRSC", "rS2b"}, {"lRSC", "lM2"}, {"rRSC", "lM2"}}
	}
	return t
}

// driveOf returns the drive u of one trial, by group and frame.
func driveOf(groups []voltageGroup, rng *rand.Rand) [][][2]float64 {
	u := make([][][2]float64, len(groups))
	for g, group := range groups {
		u[g] = make([][2]float64, voltageFrames)
		for t := range u[g] {
			u[g][t] = [2]float64{group.noise * rng.NormFloat64(), group.noise * rng.NormFloat64()}
		}
		group.drive(u[g], rng)
	}
	return u
}

// voltageTrial simulates the network for one trial, whose first frame is row first of the recording.
func (net *network) voltageTrial(
	u [][][2]float64, first int, noiseInLoop bool, r *data.Recording, truth *VoltageTruth, rng *rand.Rand,
) {
	history := make([]float64, len(net.bias))
	z := make([]float64, 2*len(u))
	for t := range voltageFrames {
		for k := range z {
			z[k] = dot(net.b.RawRowView(k), history) + u[k/2][t][k%2]
		}
		copyTo(truth.Z.Row(first+t), z)
		x := r.Activity.Row(first + t)
		for n := range x {
			clean := dot(net.a.RawRowView(n), z) + net.bias[n]
			v := clean + net.noiseStd*rng.NormFloat64()
			x[n] = float32(v)
			if noiseInLoop {
				clean = v
			}
			history[n] = math.Tanh(clean)
		}
	}
}
