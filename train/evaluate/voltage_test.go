package evaluate_test

import (
	"testing"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"

	"facrnn/data"
	"facrnn/data/simulate"
	"facrnn/train/evaluate"
)

// simulated holds a simulated session of voltage imaging, with its events, groups and the regions of its pixels.
type simulated struct {
	rec    *data.Recording
	truth  *simulate.VoltageTruth
	groups evaluate.Groups
	puffs  []int
	region []string
}

func simulateVoltage(t *testing.T, o simulate.VoltageOptions) simulated {
	t.Helper()
	rec, truth, err := simulate.Voltage(o)
	if err != nil {
		t.Fatal(err)
	}
	s := simulated{rec: rec, truth: truth, groups: evaluate.Sizes(truth.Groups...)}
	for _, start := range rec.SegmentStarts {
		s.puffs = append(s.puffs, start+truth.Puff)
	}
	for _, c := range rec.Channels {
		s.region = append(s.region, c.Region)
	}
	return s
}

// TestTheTrueLatentsHoldThePuffsOscillationInOneGroup checks the true latents, which set the upper limit for a fit.
// In the reference simulator (24 x 24 pixels, 10 trials, 140 seeds) the index has a mean of .977. Nine tenths of the
// seeds lie above .945 and all above .80, because the random kicks of motion and beta have power at 50 Hz too.
func TestTheTrueLatentsHoldThePuffsOscillationInOneGroup(t *testing.T) {
	const seeds = 20
	mean := 0.0
	for seed := range uint64(seeds) {
		s := simulateVoltage(t, simulate.VoltageOptions{Side: 24, Trials: 10, Seed: seed})
		b := evaluate.Band{Low: 48, High: 52, BinWidth: s.rec.BinWidth}
		z := evaluate.Dense(s.truth.Z)
		p, err := b.Whitened(z, s.groups, s.puffs)
		if err != nil {
			t.Fatal(err)
		}
		x, err := b.Decoded(z, evaluate.Dense(s.truth.A), s.groups, s.puffs)
		if err != nil {
			t.Fatal(err)
		}
		index := p.EvokedShare()
		mean += index[0] / seeds
		if floats.MaxIdx(index) != 0 || floats.MaxIdx(x.After) != 0 || !(index[0] >= .8) ||
			!(evaluate.Shares(p.After)[0] >= .84) {
			t.Errorf("seed %d: evoked shares %.2f, shares %.2f, power in the activity %.0f", seed, index,
				evaluate.Shares(p.After), x.After)
		}
	}
	if !(mean >= .955) || !(mean <= .995) { // .977 with a standard error of .007
		t.Errorf("the index has a mean of %.3f, want .955 to .995", mean)
	}
}

func TestTheTruePathwaysAreTheStrongest(t *testing.T) {
	s := simulateVoltage(t, simulate.VoltageOptions{Trials: 1})
	w := evaluate.SubConnectivities(evaluate.Dense(s.truth.A), evaluate.Dense(s.truth.B), s.groups)
	sums, err := evaluate.RegionSums(w[0], s.region)
	if err != nil {
		t.Fatal(err)
	}
	rank, err := sums.WorstRank(s.truth.Pathways...)
	if err != nil || rank != 5 || len(sums.Names) != 14 {
		t.Errorf("the worst rank of five pathways between %d regions is %d, %v; want 5 of 14 regions",
			len(sums.Names), rank, err)
	}
	for g := range w[1:] { // the connectivity of another group must not pass
		other, err := evaluate.RegionSums(w[g+1], s.region)
		if err != nil {
			t.Fatal(err)
		}
		rank, err := other.WorstRank(s.truth.Pathways...)
		c, cerr := sums.Correlation(other)
		if err != nil || cerr != nil || rank < 20 || !(c <= .6) {
			t.Errorf("%s: worst rank %d of the puff's pathways, correlation %.2f with its sums", s.truth.Names[g+1],
				rank, c)
		}
	}
	var scaled mat.Dense
	scaled.Scale(.5, w[0])
	half, err := evaluate.RegionSums(&scaled, s.region)
	if err != nil {
		t.Fatal(err)
	}
	if c, err := sums.Correlation(half); err != nil || c < 1-1e-12 {
		t.Errorf("the correlation with half of itself is %v, %v, want 1", c, err)
	}
}
