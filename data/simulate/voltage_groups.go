package simulate

import (
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/stat/distuv"
)

const (
	frameRate = 200. // frames/s
	puffFrame = 50   // of a trial's voltageFrames
)

// voltageGroup is one planted group of two latents: how it goes on by itself from frame to frame, and what drives it.
type voltageGroup struct {
	name     string
	dynamics [2][2]float64
	noise    float64 // standard deviation of the noise on each latent, each frame
	drive    func(u [][2]float64, rng *rand.Rand)
}

// voltageGroups returns all six; the puff's comes first.
//
// Heartbeat, delta waves and drift are held on a circle by a pacemaker, and motion and beta come in rare kicks: all but
// the puff's are far from Gaussian, and without that independence could not tell their latents apart.
func voltageGroups(evokedSlow bool) []voltageGroup {
	const noise = .05
	return []voltageGroup{
		{"puff50", turn(.88, 50), .4 * noise, puffs},
		{"heart10", turn(.9, 10), noise, pacemaker(10, 1)},
		{"delta3", turn(.9, 3), noise, pacemaker(3, .4)},
		{"drift", turn(.9, 0), noise, pacemaker(0, .3)},
		{"motion", [2][2]float64{{.9, 0}, {.25, .85}}, noise, movements(evokedSlow)}, // a kick, and a slower leak of it
		{"beta25", turn(.93, 25), noise, bursts},
	}
}

// turn returns a rotation by one frame at a frequency in Hz, shrinking by rho.
func turn(rho, frequency float64) [2][2]float64 {
	sin, cos := math.Sincos(2 * math.Pi * frequency / frameRate)
	return [2][2]float64{{rho * cos, -rho * sin}, {rho * sin, rho * cos}}
}

// voltageDynamics is J (K,K), block-diagonal. B sees tanh(x), whose mean slope is about .92: the factor makes up for
// most of that.
func voltageDynamics(groups []voltageGroup) *mat.Dense {
	const compensation = 1.05
	j := mat.NewDense(2*len(groups), 2*len(groups), nil)
	for g, group := range groups {
		for i, row := range group.dynamics {
			for k, v := range row {
				j.Set(2*g+i, 2*g+k, compensation*v)
			}
		}
	}
	return j
}

// puffs is the answer to the air puff: 50 ms of drive at 50 Hz, which comes 10 to 25 ms after it.
func puffs(u [][2]float64, rng *rand.Rand) {
	const frames, phaseStd = 10, .6
	onset := puffFrame + 2 + rng.IntN(4)
	phase := phaseStd * rng.NormFloat64()
	height := .35 * 1.3 * math.Exp(.25*rng.NormFloat64())
	for d := range frames {
		push(&u[onset+d], height, phase+float64(d)*math.Pi/2)
	}
}

// pacemaker keeps the latents on a circle of radius about 1 from the trial's first frame on; phase, radius and, a
// little, the frequency (Hz, mean and standard deviation) are the trial's own. The pull of a tenth makes up for the
// decay of .9.
func pacemaker(frequency, wander float64) func([][2]float64, *rand.Rand) {
	return func(u [][2]float64, rng *rand.Rand) {
		const decay = .9
		phase := 2 * math.Pi * rng.Float64()
		step := 2 * math.Pi * (frequency + wander*rng.NormFloat64()) / frameRate
		radius := .8 + .4*rng.Float64()
		push(&u[0], decay*radius, phase)
		for t := range u {
			push(&u[t], (1-decay)*radius, phase+step*float64(t))
		}
	}
}

// movements are kicks of the first latent, of either sign. The puff may evoke one more, in .7 of the trials.
func movements(evoked bool) func([][2]float64, *rand.Rand) {
	return func(u [][2]float64, rng *rand.Rand) {
		for range kicks(rng) {
			sign := float64(2*rng.IntN(2) - 1)
			u[rng.IntN(len(u))][0] += 1.5 * sign * rng.ExpFloat64()
		}
		if evoked && rng.Float64() < .7 {
			u[puffFrame+2+rng.IntN(13)][0] += 2 * (.5 + rng.Float64())
		}
	}
}

// bursts are kicks of both latents, in any direction.
func bursts(u [][2]float64, rng *rand.Rand) {
	for range kicks(rng) {
		push(&u[rng.IntN(len(u))], 1.6*rng.ExpFloat64(), 2*math.Pi*rng.Float64())
	}
}

// kicks is how many kicks a trial has.
func kicks(rng *rand.Rand) int { return int(distuv.Poisson{Lambda: 2.5, Src: rng}.Rand()) }

// push adds a vector of the given length and angle.
func push(u *[2]float64, length, angle float64) {
	sin, cos := math.Sincos(angle)
	u[0] += length * cos
	u[1] += length * sin
}
