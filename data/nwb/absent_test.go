package nwb

import (
	"cmp"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"facrnn/data"
	"facrnn/data/hdf5"
)

// poissonTrain is spikes from start to stop (s) at a rate (Hz) that may change over time, and is most at most.
func poissonTrain(random *rand.Rand, start, stop float64, most float64, rate func(t float64) float64) []float64 {
	var out []float64
	for t := start; ; {
		if t += random.ExpFloat64() / most; t >= stop {
			return out
		}
		if random.Float64()*most < rate(t) {
			out = append(out, t)
		}
	}
}

func constant(rate float64) func(float64) float64 { return func(float64) float64 { return rate } }

// TestPresence checks that a unit that stops or begins far inside the session is absent there; bursts, slow drift, and
// few spikes are no absence.
func TestPresence(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	const length = 3600
	session := interval{0, length}
	bursts := func(t float64) float64 { // 10 s in every 200 s
		if math.Mod(t, 200) < 10 {
			return 8
		}
		return 0.01
	}
	for _, c := range []struct {
		name        string
		spikes      []float64
		early, late bool
	}{
		{"lost after half the session", poissonTrain(random, 0, length/2, 2, constant(2)), true, false},
		{"found after half the session", poissonTrain(random, length/2, length, 2, constant(2)), false, true},
		{"in the middle", poissonTrain(random, 1000, 2500, 2, constant(2)), true, true},
		{"there throughout", poissonTrain(random, 0, length, 2, constant(2)), false, false},
		{"slow", poissonTrain(random, 0, length, 0.01, constant(0.01)), false, false},
		{"bursts", poissonTrain(random, 0, length, 8, bursts), false, false},
		{"lost shortly before the end", poissonTrain(random, 0, 0.95*length, 2, constant(2)), false, false},
		{"few spikes", []float64{1, 2, 3, 4, 5}, false, false},
		{"fading", poissonTrain(random, 0, length, 3, func(t float64) float64 { return 3 * (1 - t/length) }), false,
			false},
		{"no spikes", nil, false, false},
	} {
		there := presence(c.spikes, session)
		if early, late := !math.IsInf(there.stop, 0), !math.IsInf(there.start, 0); early != c.early || late != c.late {
			t.Errorf("%s: present from %g to %g s, want an early end %v and a late start %v", c.name, there.start,
				there.stop, c.early, c.late)
		}
		if c.early && there.stop != c.spikes[len(c.spikes)-1] || c.late && there.start != c.spikes[0] {
			t.Errorf("%s: present from %g to %g s, not from the first to the last spike", c.name, there.start,
				there.stop)
		}
	}
	if twice := presence(slices.Repeat([]float64{5}, 30), session); math.IsNaN(twice.start) || math.IsNaN(twice.stop) {
		t.Errorf("spikes all at one time give %v", twice)
	}
}

// TestPresenceRarelyErrs checks that at most 1 in 100 units that are always present is taken as absent. If the
// variance of their gaps is infinite, at most 3 in 100 are.
func TestPresenceRarelyErrs(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	session := interval{0, 3600}
	for _, c := range []struct {
		name string
		gap  func() float64
		most int // of 100
	}{
		{"exponential", random.ExpFloat64, 0},
		{"lognormal", func() float64 { return math.Exp(1.5 * random.NormFloat64()) }, 1},
		{"Pareto", func() float64 { return math.Pow(1-random.Float64(), -1/1.5) }, 3},
	} {
		wrong := 0
		const units = 2000
		for range units {
			slow := math.Exp(3 * random.Float64()) // seconds
			var spikes []float64
			for at := slow * c.gap(); at < session.stop; at += slow * c.gap() {
				spikes = append(spikes, at)
			}
			if presence(spikes, session) != always {
				wrong++
			}
		}
		if 100*wrong > c.most*units {
			t.Errorf("%s gaps: %d of %d units are taken as absent, want %d in 100 at most", c.name, wrong, units,
				c.most)
		}
	}
}

// regular returns a spike every 0.1 s from first on, before stop.
func regular(first, stop float64) (times []float64) {
	for i := 0; first+0.1*float64(i) < stop; i++ {
		times = append(times, first+0.1*float64(i))
	}
	return times
}

// TestAbsentUnits checks that units of half a session are named, and missing outside their half unless they are asked
// for as silent. Units whose obs_intervals are known are not judged.
func TestAbsentUnits(t *testing.T) {
	path := build(t, func(g *hdf5.Group) {
		units(g, regular(0.05, 100), regular(0.05, 50), regular(50.05, 100))
	})
	for absent, missing := range map[string]int{"": 99, data.AbsentMissing: 99, data.AbsentSilent: 0} {
		r, err := Read(path, data.Selection{BinWidth: 1, AbsentUnits: absent})
		if err != nil {
			t.Fatal(err)
		}
		if n := r.Missing(); n != missing {
			t.Errorf("%q: %d values are missing, want %d", absent, n, missing)
		}
		if !noted(r.Warnings, "1 of 3 units have their last spike long before") ||
			!noted(r.Warnings, "1 of 3 units have their first spike long after") {
			t.Errorf("%q: warnings %q", absent, r.Warnings)
		}
		if want := cmp.Or(absent, data.AbsentMissing); r.AbsentUnits != want {
			t.Errorf("%q: the recording says %q, want %q", absent, r.AbsentUnits, want)
		}
		sum := float32(0)
		for _, v := range r.Activity.Data {
			if v == v {
				sum += v
			}
		}
		if sum != 2000 {
			t.Errorf("%q: %g spikes are counted, want all 2000", absent, sum)
		}
	}
	if _, err := Read(path, data.Selection{AbsentUnits: "gone"}); err == nil ||
		!strings.Contains(err.Error(), "--absent-units is gone: give missing or silent") {
		t.Errorf("an unknown value: %v", err)
	}
}

// TestSpikesGoBack checks that a unit whose spike times go back may be two units or two sessions, and is named; the
// times are sorted.
func TestSpikesGoBack(t *testing.T) {
	path := build(t, func(g *hdf5.Group) { units(g, []float64{0, 1, 2}, []float64{1, 2.5, 0.5, 2}) })
	r, err := Read(path, data.Selection{BinWidth: 1})
	if err != nil {
		t.Fatal(err)
	}
	if !noted(r.Warnings, "The spike times of 1 of 2 units were not in order and are sorted: "+r.Channels[1].Name+
		".") ||
		r.Activity.Row(2)[1] != 2 {
		t.Errorf("warnings %q, counts %v", r.Warnings, r.Activity.Data)
	}
}
