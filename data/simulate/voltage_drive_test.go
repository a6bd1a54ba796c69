package simulate

import (
	"math"
	"math/rand/v2"
	"reflect"
	"testing"

	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/stat"
)

// innovations returns z(t) - B tanh(x(t-1)) of latent k in frames [from, to) of all trials, with the history of x that
// a fit uses.
func innovations(t *testing.T, o VoltageOptions, k, from, to int) []float64 {
	r, truth := voltage(t, o)
	var predicted mat.Dense
	predicted.Mul(history(r), dense(truth.B).T())
	var u []float64
	for _, s := range r.SegmentStarts {
		for i := s + from; i < s+to; i++ {
			u = append(u, float64(truth.Z.Row(i)[k])-predicted.At(i, k))
		}
	}
	return u
}

func TestVoltageFollowsTheModel(t *testing.T) {
	o := VoltageOptions{Side: 24, Trials: 20, Seed: 1}
	r, truth := voltage(t, o)
	var mean mat.Dense
	mean.Mul(dense(truth.Z), dense(truth.A).T())
	var residual []float64
	for i, v := range r.Activity.Data {
		residual = append(residual, float64(v)-mean.RawMatrix().Data[i]-float64(truth.Bias[i%r.Activity.Cols]))
	}
	// five standard errors
	if m, sd := stat.MeanStdDev(residual, nil); !(math.Abs(m) <= .001) || !(math.Abs(sd-.15) <= .001) {
		t.Errorf("x - A z - b has mean %v and standard deviation %v, want 0 and .15", m, sd)
	}
	// Before the puff, only noise drives the puff's group: .4 * .05. At frame 0 the history is zeros, so that z is the
	// drive only.
	if sd := stat.StdDev(innovations(t, o, 0, 0, 50), nil); !(math.Abs(sd-.02) <= .002) {
		t.Errorf("z - B tanh(x) before the puff has a standard deviation of %.4f, want .02", sd)
	}
	for _, s := range r.SegmentStarts {
		if v := math.Abs(float64(truth.Z.Row(s)[0])); !(v <= .1) { // five standard deviations
			t.Errorf("the trial at row %d starts at z = %v, as if it had a past", s, v)
		}
	}
}

func TestVoltageNoiseOutsideTheLoopIsUnknownToTheNetwork(t *testing.T) {
	o := VoltageOptions{Side: 24, Trials: 20, Seed: 1, NoiseOutsideLoop: true}
	// The recorded history has noise that the network never saw; B reads it, and what it reads is then unexplained.
	if sd := stat.StdDev(innovations(t, o, 0, 1, 50), nil); !(sd >= .1) {
		t.Errorf("z - B tanh(x) has a standard deviation of %.4f, as if the noise were in the loop", sd)
	}
	r, truth := voltage(t, o)
	var clean, predicted mat.Dense
	clean.Mul(dense(truth.Z), dense(truth.A).T())
	clean.Apply(func(_, n int, v float64) float64 { return math.Tanh(v + float64(truth.Bias[n])) }, &clean)
	predicted.Mul(&clean, dense(truth.B).T())
	var u []float64
	for _, s := range r.SegmentStarts {
		for i := s + 1; i < s+50; i++ {
			u = append(u, float64(truth.Z.Row(i)[0])-predicted.At(i-1, 0))
		}
	}
	if sd := stat.StdDev(u, nil); !(math.Abs(sd-.02) <= .002) {
		t.Errorf("z - B tanh(A z + b) has a standard deviation of %.4f, want .02", sd)
	}
}

// size returns the mean over trials of |z| of a group at a frame.
func size(starts []int, truth *VoltageTruth, group, frame int) float64 {
	sum := 0.0
	for _, s := range starts {
		z := truth.Z.Row(s + frame)
		sum += math.Hypot(float64(z[2*group]), float64(z[2*group+1]))
	}
	return sum / float64(len(starts))
}

// TestVoltagePuffEvokesAFiftyHertzResponse compares with the reference simulator. Its means over seeds at 24 x 24
// pixels are .57 before, 2.28 at +10, .60 at +30 frames; at 30 x 30 they are .46, 2.2 and .50. One seed's mean over 50
// trials has a standard error of .1 at the peak, because amplitudes differ between trials, and .03 before.
func TestVoltagePuffEvokesAFiftyHertzResponse(t *testing.T) {
	r, truth := voltage(t, VoltageOptions{Seed: 2})
	for _, c := range []struct {
		frame     int
		want, tol float64
	}{{0, .025, .01}, {20, .46, .12}, {40, .46, .12}, {49, .46, .12}, {60, 2.2, .35}, {80, .5, .15}, {140, .46, .12}} {
		if got := size(r.SegmentStarts, truth, 0, c.frame); !(math.Abs(got-c.want) <= c.tol) {
			t.Errorf("|z| of the puff's group is %.2f at frame %d, want %.2f +- %.2f", got, c.frame, c.want, c.tol)
		}
	}
	// A quarter turn a frame, and no faster decay than its loop's: two frames later the latents have changed sign.
	z := truth.Z
	var now, later []float64
	for _, s := range r.SegmentStarts {
		for i := s + 58; i < s+64; i++ {
			now, later = append(now, float64(z.Row(i)[0])), append(later, float64(z.Row(i + 2)[0]))
		}
	}
	if c := stat.Correlation(now, later, nil); !(c <= -.9) {
		t.Errorf("latents two frames apart correlate by %.2f, want near -1", c)
	}
}

func TestVoltagePacemakersRunFromTheFirstFrame(t *testing.T) {
	r, truth := voltage(t, VoltageOptions{Seed: 2})
	for group := 1; group <= 3; group++ {
		for _, frame := range []int{0, 75, 149} {
			// the radius is drawn from .8 to 1.2, and shrinks where tanh saturates
			if v := size(r.SegmentStarts, truth, group, frame); !(v >= .6) || !(v <= 1.2) {
				t.Errorf("%s: |z| is %.2f at frame %d", truth.Names[group], v, frame)
			}
		}
	}
}

// TestVoltageLatentsAreNotGaussian checks excess kurtosis. It is negative for rotating latents (-1.5 for a circle) and
// large for rare kicks. Without either, independence could not separate the latents. The puff's latents are quiet
// except for the response: 2 to 6 in the reference.
func TestVoltageLatentsAreNotGaussian(t *testing.T) {
	r, truth := voltage(t, VoltageOptions{Side: 24, Trials: 50, Seed: 1})
	z := dense(truth.Z)
	want := map[string][2]float64{
		"puff50": {1.5, 7}, "heart10": {-1.5, -.6}, "delta3": {-1.5, -.6}, "drift": {-1.5, -.4}, "motion": {10, 200},
		"beta25": {6, 200},
	}
	for g, name := range truth.Names {
		x := mat.Col(nil, 2*g, z)
		if k := stat.ExKurtosis(x, nil); k < want[name][0] || k > want[name][1] {
			t.Errorf("%s: excess kurtosis %.2f, want %v", name, k, want[name])
		}
		if sd := stat.StdDev(x, nil); !(sd >= .3) || !(sd <= .75) { // .43 to .62 in the mean over seeds
			t.Errorf("%s: standard deviation %.2f", name, sd)
		}
	}
	slope := 0.0
	for _, v := range r.Activity.Data {
		slope += 1 - square(math.Tanh(float64(v)))
	}
	if slope /= float64(len(r.Activity.Data)); !(math.Abs(slope-.92) <= .01) { // what the factor in J makes up for
		t.Errorf("tanh has a mean slope of %.3f, want .92", slope)
	}
}

func TestVoltageEvokedSlowMovement(t *testing.T) {
	const trials = 5000
	for _, c := range []struct {
		evoked bool
		want   float64
	}{{false, 0}, {true, 1.4}} { // a kick of 2 in .7 of the trials
		rng := rand.New(rand.NewPCG(1, 0))
		inside, outside := 0.0, 0.0 // the frames in which the puff may evoke a kick; rare kicks have a mean of 0
		for range trials {
			u := make([][2]float64, voltageFrames)
			movements(c.evoked)(u, rng)
			for i, v := range u {
				if i >= 52 && i < 65 {
					inside += v[0] / trials
				} else {
					outside += v[0] / trials
				}
			}
		}
		// 4 standard errors: a trial's rare kicks have a standard deviation of 1 inside and 3.2 outside, the evoked one
		// 1
		if !(math.Abs(inside-c.want) <= .08) || !(math.Abs(outside) <= .18) {
			t.Errorf("evoked %v: the drive of movement is %.3f after the puff, want %v, and %.3f at other times",
				c.evoked, inside, c.want, outside)
		}
	}
	o := VoltageOptions{Side: 24, Trials: 2, Seed: 1}
	without, _ := voltage(t, o)
	o.EvokedSlow = true
	if with, _ := voltage(t, o); reflect.DeepEqual(without.Activity, with.Activity) {
		t.Error("the option changes nothing")
	}
}

func TestVoltageOfSomeGroups(t *testing.T) {
	o := VoltageOptions{Side: 24, Trials: 2, Seed: 1}
	_, all := voltage(t, o)
	o.Groups = []string{"motion", "puff50", "heart10"}
	r, truth := voltage(t, o)
	if !reflect.DeepEqual(truth.Names, []string{"puff50", "heart10", "motion"}) ||
		!reflect.DeepEqual(truth.Groups, []int{2, 2, 2}) || truth.Z.Cols != 6 {
		t.Errorf("groups %v of %v, %d latents", truth.Names, truth.Groups, truth.Z.Cols)
	}
	if !reflect.DeepEqual(truth.SubConnectivity(2), all.SubConnectivity(4)) {
		t.Error("leaving groups out changed the sub-connectivity of one that stays")
	}
	checkPlanted(t, r, truth, .001)
	o.Groups = []string{"motion"}
	if _, truth = voltage(t, o); truth.Pathways != nil {
		t.Error("pathways without the group that has them")
	}
}
