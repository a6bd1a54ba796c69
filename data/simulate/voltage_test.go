package simulate

import (
	"math"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"

	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/stat"

	"facrnn/data"
)

func voltage(t *testing.T, o VoltageOptions) (*data.Recording, *VoltageTruth) {
	t.Helper()
	r, truth, err := Voltage(o)
	if err != nil {
		t.Fatal(err)
	}
	return r, truth
}

func TestVoltageRepeatsBitForBitWithItsSeed(t *testing.T) {
	o := VoltageOptions{Side: 24, Trials: 2, Seed: 3}
	r, truth := voltage(t, o)
	again, truthAgain := voltage(t, o)
	if !reflect.DeepEqual(r, again) || !reflect.DeepEqual(truth, truthAgain) {
		t.Error("the same seed gave two simulations")
	}
	o.Seed = 4
	if other, _ := voltage(t, o); reflect.DeepEqual(r.Activity, other.Activity) {
		t.Error("two seeds gave the same simulation")
	}
}

func TestVoltageIsARecordingOfTrials(t *testing.T) {
	r, truth := voltage(t, VoltageOptions{})
	if err := r.Check(); err != nil {
		t.Fatal(err)
	}
	if r.Trials != 50 || len(r.SegmentStarts) != 50 || r.Bins() != 50*150 || r.SegmentStarts[1] != 150 ||
		r.BinWidth != .005 || r.Activity.Cols != 680 {
		t.Errorf("%d trials, %d bins of %v s, %d channels", r.Trials, r.Bins(), r.BinWidth, r.Activity.Cols)
	}
	if truth.Puff != 50 || truth.Side != 30 || len(truth.Pixels) != 680 {
		t.Errorf("the puff is at bin %d; %d pixels of an image %d wide", truth.Puff, len(truth.Pixels), truth.Side)
	}
	names := []string{"puff50", "heart10", "delta3", "drift", "motion", "beta25"}
	if !reflect.DeepEqual(truth.Names, names) || !reflect.DeepEqual(truth.Groups, []int{2, 2, 2, 2, 2, 2}) {
		t.Errorf("groups %v of %v latents", truth.Names, truth.Groups)
	}
	// of the first row, columns 13 to 16 are in the brain
	if r.Channels[0] != (data.Channel{Name: "y00x13"}) || truth.Pixels[0] != 13 {
		t.Errorf("channel %+v at pixel %d", r.Channels[0], truth.Pixels[0])
	}
}

// TestVoltagePixels compares all counts and sums with the reference simulator, written in NumPy.
func TestVoltagePixels(t *testing.T) {
	for _, c := range []struct {
		side, brain int
		regions     map[string]int // of one hemisphere; the other is its mirror image
	}{
		{24, 432, map[string]int{"M2": 12, "M1": 14, "S1": 10, "S2b": 12, "PPC": 6, "RSC": 14, "V1": 16}},
		{30, 680, map[string]int{"M2": 20, "M1": 24, "S1": 12, "S2b": 20, "PPC": 10, "RSC": 22, "V1": 22}},
		{50, 1876, map[string]int{"M2": 54, "M1": 63, "S1": 42, "S2b": 52, "PPC": 26, "RSC": 56, "V1": 68}},
	} {
		got := map[string]int{}
		cortex := newCortex(c.side)
		for _, name := range cortex.region {
			got[name]++
		}
		delete(got, "")
		want := map[string]int{}
		for name, n := range c.regions {
			want["l"+name], want["r"+name] = n, n
		}
		if len(cortex.pixels) != c.brain || !reflect.DeepEqual(got, want) {
			t.Errorf("%d x %d: %d pixels in the brain, regions %v, want %d and %v", c.side, c.side, len(cortex.pixels),
				got, c.brain, want)
		}
	}
}

func TestVoltageRegionsHavePixelsInTheSmallestImage(t *testing.T) {
	for side := 16; side < 24; side++ {
		c := newCortex(side)
		for _, a := range areas() {
			if !slices.Contains(c.region, "l"+a.name) || !slices.Contains(c.region, "r"+a.name) {
				t.Errorf("%d x %d pixels: none in %s", side, side, a.name)
			}
		}
	}
}

func TestBlurIsAGaussianMirroredAtTheEdges(t *testing.T) {
	c := newCortex(50)
	grid := make([]float64, 50*50)
	grid[20*50+30] = 1
	var total, mean, variance float64
	for p, v := range c.blur(grid, .06) {
		total += v
		mean += v * float64(p%50)
		variance += v * square(float64(p%50-30))
	}
	// 3 pixels; cutting off at four standard deviations costs .1 % of the variance
	if !(math.Abs(total-1) <= 1e-12) || !(math.Abs(mean-30) <= 1e-12) || !(math.Abs(variance-9) <= .02) {
		t.Errorf("a point becomes a spot of sum %v around column %v with variance %v", total, mean, variance)
	}
	for p := range grid {
		grid[p] = 2
	}
	for p, v := range c.blur(grid, .12) {
		if !(math.Abs(v-2) <= 1e-12) {
			t.Fatalf("what is the same everywhere becomes %v at pixel %d", v, p)
		}
	}
}

func TestVoltageConnectivityIsWhatWasPlanted(t *testing.T) {
	for side, tolerance := range map[int]float64{24: .001, 30: .006} { // from the overlap of blurred regions
		for seed := range uint64(2) {
			r, truth := voltage(t, VoltageOptions{Side: side, Trials: 1, Seed: seed})
			checkPlanted(t, r, truth, tolerance)
		}
	}
}

// checkPlanted checks that B A is J, that B_50 A_other is 0 to single precision, and that the pathways are the largest
// region sums.
func checkPlanted(t *testing.T, r *data.Recording, truth *VoltageTruth, tolerance float64) {
	t.Helper()
	var ba mat.Dense
	ba.Mul(dense(truth.B), dense(truth.A))
	K := len(truth.Owner())
	for k := range K {
		for l := range K {
			d := math.Abs(ba.At(k, l) - float64(truth.Dynamics.Row(k)[l]))
			if k < 2 && l >= 2 && d > 1e-6 || d > tolerance {
				t.Errorf("%d x %d: B A [%d,%d] is %.4f, J is %.4f", truth.Side, truth.Side, k, l, ba.At(k, l),
					truth.Dynamics.Row(k)[l])
			}
		}
	}
	sums := regionSums(truth.SubConnectivity(0), r.Channels)
	if len(sums) != 14*14 {
		t.Errorf("%d pairs of regions", len(sums))
	}
	least := math.Inf(1)
	for _, p := range truth.Pathways {
		least = min(least, sums[p])
	}
	for p, v := range sums {
		if !slices.Contains(truth.Pathways, p) && v >= .65*least {
			t.Errorf("%d x %d: %s <- %s is %.2f, as strong as the pathways' %.2f", truth.Side, truth.Side, p[0], p[1],
				v, least)
		}
	}
}

// regionSums sums W over the pixels of each pair {to, from} of regions.
func regionSums(w data.Matrix, channels []data.Channel) map[[2]string]float64 {
	sums := map[[2]string]float64{}
	for i, to := range channels {
		for j, from := range channels {
			if to.Region != "" && from.Region != "" {
				sums[[2]string{to.Region, from.Region}] += float64(w.Row(i)[j])
			}
		}
	}
	return sums
}

func TestVoltagePathwaysHaveTheReferenceStrengths(t *testing.T) {
	r, truth := voltage(t, VoltageOptions{Trials: 1, Seed: 9})
	want := map[[2]string]float64{
		// ground truth
		{"rM2", "rS2b"}: 14.88, {"lRSC", "rS2b"}: 12.11, {"rRSC", "rS2b"}: 12.11, {"lRSC", "lM2"}: 12.11,
		{"rRSC", "lM2"}: 12.11,
		{"rS2b", "lM2"}: 6.88, {"lM2", "rS2b"}: -6.51, {"rS2b", "rS2b"}: -2.42, // what rank two makes unavoidable
	}
	for p, v := range regionSums(truth.SubConnectivity(0), r.Channels) {
		if !(math.Abs(v-want[p]) <= .006) { // the reference has two decimals
			t.Errorf("%s <- %s is %.3f, want %.2f", p[0], p[1], v, want[p])
		}
	}
}

func TestVoltageMaps(t *testing.T) {
	_, truth := voltage(t, VoltageOptions{Trials: 1, Seed: 1})
	a := dense(truth.A)
	for k := range 12 {
		x := mat.Col(nil, k, a)
		rms := mat.Norm(mat.NewVecDense(len(x), x), 2) / math.Sqrt(float64(len(x)))
		if k < 2 && (rms < .04 || rms > .06) || k >= 2 && (rms < .135 || rms > .15) { // .15 less what was projected off
			t.Errorf("map %d has a root mean square of %.3f", k, rms)
		}
	}
	if c := mat.Cond(a, 2); c > 20 { // 5 to 16 in 200 seeds
		t.Errorf("the maps are nearly collinear: condition number %.1f", c)
	}
}

// TestVoltageMapsOfHeartbeatAndDeltaAreRaised checks that two maps are raised. A smooth field's own mean is also
// large, so the test averages over seeds.
func TestVoltageMapsOfHeartbeatAndDeltaAreRaised(t *testing.T) {
	const seeds = 40
	mean := make([]float64, 12)
	c := newCortex(24)
	for seed := range uint64(seeds) {
		a := voltageMaps(c, 12, rand.New(rand.NewPCG(seed, 0)))
		for k := range mean {
			mean[k] += stat.Mean(mat.Col(nil, k, a), nil) / seeds
		}
	}
	for k := 2; k < 12; k++ {
		want := 0.0
		if k == 2 || k == 4 {
			want = .07 // .15 * .7 over the fields' root mean square of 1.5
		}
		if !(math.Abs(mean[k]-want) <= .035) { // four standard errors
			t.Errorf("map %d has a mean of %.3f over %d seeds, want %.2f", k, mean[k], seeds, want)
		}
	}
}

func TestVoltageRefuses(t *testing.T) {
	for _, o := range []VoltageOptions{{Side: 8}, {Side: -1}, {Trials: -1}, {Groups: []string{"gamma40"}}} {
		if _, _, err := Voltage(o); err == nil {
			t.Errorf("simulated %+v", o)
		}
	}
}
