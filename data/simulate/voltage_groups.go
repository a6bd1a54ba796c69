package simulate

import (
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/stat/distuv"
)

const (
	frameRate = 200. // frames/s
	puffFrame = 50   // in a trial of voltageFrames
)

// voltageGroup is a ground-truth group of two latents: their dynamics from frame to frame, and their drive.
type voltageGroup struct {
	name     string
	dynamics [2][2]float64
	noise    float64 // standard deviation of the noise on each latent, each frame
	drive    func(u [][2]float64, rng *rand.Rand)
}

// voltageGroups returns all six groups; the group of the puff comes first.
//
// A pacemaker holds heartbeat, delta waves and drift on a circle, and motion and beta are rare kicks. All groups
// except the puff's are therefore far from Gaussian. Otherwise independence could not separate their latents.
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

// voltageDynamics returns J (K,K), block-diagonal. B receives tanh(x), whose mean slope is about .92; the factor
// compensates most of this.
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

// puffs adds the response to the air puff: 50 ms of drive at 50 Hz, which starts 10 to 25 ms after the puff.
func puffs(u [][2]float64, rng *rand.Rand) {
	const frames, phaseStd = 10, .6
	onset := puffFrame + 2 + rng.IntN(4)
	phase := phaseStd * rng.NormFloat64()
	height := .35 * 1.3 * math.Exp(.25*rng.NormFloat64())
	for d := range frames {
		push(&u[onset+d], height, phase+float64(d)*math.Pi/2)
	}
}

// pacemaker keeps the latents on a circle of radius about 1 from the trial's first frame. Each trial has its own
// phase, radius and, within wander, frequency (Hz, mean and standard deviation). The pull of a tenth compensates the
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

// movements adds kicks of the first latent, of either sign. If evoked is set, the puff evokes one more in .7 of the
// trials.
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

// bursts adds kicks of both latents, in any direction.
func bursts(u [][2]float64, rng *rand.Rand) {
	for range kicks(rng) {
		push(&u[rng.IntN(len(u))], 1.6*rng.ExpFloat64(), 2*math.Pi*rng.Float64())
	}
}

// kicks returns the number of kicks in a trial.
func kicks(rng *rand.Rand) int { return int(distuv.Poisson{Lambda: 2.5, Src: rng}.Rand()) }

// push adds a vector of the given length and angle.
func push(u *[2]float64, length, angle float64) {
	sin, cos := math.Sincos(angle)
	u[0] += length * cos
	u[1] += length * sin
}
