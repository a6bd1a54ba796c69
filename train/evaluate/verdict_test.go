package evaluate

import (
	"math"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"
)

// courseOf returns a course of 100 epochs whose loss depends on the part of the training that has gone, from 0 to 1.
func courseOf(held bool, loss func(part float64) float64) *Course {
	const n = 100
	c := &Course{Epochs: n, Held: held}
	for i := range n {
		c.Epoch, c.Loss = append(c.Epoch, float64(i+1)), append(c.Loss, loss(float64(i)/(n-1)))
	}
	return c
}

func settles(part float64) float64 { return 10 * math.Exp(-20*part) }
func falls(part float64) float64   { return 10 - 10*part }

// ends returns a loss that gains 10 and ends so far above its best.
func ends(rise float64) func(float64) float64 {
	return func(part float64) float64 {
		if part < 0.5 {
			return 10 - 20*part
		}
		return rise
	}
}

// slopes returns a loss that gains 10, of which so much evenly and the rest at once.
func slopes(evenly float64) func(float64) float64 {
	return func(part float64) float64 {
		if part == 0 {
			return 10
		}
		return evenly * (1 - part)
	}
}

// nameless are n groups of which nothing is known.
func nameless(n int) []GroupEvidence {
	all := make([]GroupEvidence, n)
	for g := range all {
		all[g] = GroupEvidence{Name: string(rune('a' + g)), Variance: math.NaN()}
	}
	return all
}

// parted is evidence of two groups with a partial correlation and the values of its control.
func parted(pc float64, shifted ...float64) Evidence {
	return Evidence{Groups: nameless(2), Independence: &IndependenceEvidence{pc, shifted}}
}

// shiftsWith are 19 shifts of .1, of which so many reach 1: the p-value is (1 + reach) / 20.
func shiftsWith(reach int) []float64 {
	s := make([]float64, 19)
	for i := range s {
		if s[i] = 0.1; i < reach {
			s[i] = 1
		}
	}
	return s
}

// score is evidence of a prediction.
func score(train, test float64) Evidence { return Evidence{R2: &Score{train, test}} }

// counts is evidence of a prediction of spikes.
func counts(train, test float64) Evidence {
	return Evidence{R2: &Score{0.02, 0.01}, BitsPerSpike: &Score{train, test}}
}

// checkVerdict wants the verdict with a key to have that status and to begin with those words; no words, no verdict.
func checkVerdict(t *testing.T, e Evidence, key string, status Status, words string) {
	t.Helper()
	for _, v := range Verdicts(e) {
		if v.Key != key {
			continue
		}
		if words == "" || v.Status != status || !strings.HasPrefix(v.Sentence, words) || v.Question == "" {
			t.Errorf("%s is %s: %q, want %s: %q", key, v.Status, v.Sentence, status, words)
		}
		return
	}
	if words != "" {
		t.Errorf("there is no verdict %s, want %s: %q", key, status, words)
	}
}

func TestVerdictOnConvergence(t *testing.T) {
	nan := func(float64) float64 { return math.NaN() }
	const past = "It went past its best: the held-out loss has risen again since."
	brief := func(n int) *Course {
		c := courseOf(true, settles)
		c.Epochs, c.Epoch, c.Loss = n, c.Epoch[:n], c.Loss[:n]
		return c
	}
	for name, c := range map[string]struct {
		e      Evidence
		status Status
		words  string
	}{
		"settled": {Evidence{Course: courseOf(true, settles)}, Good,
			"Yes: the loss hardly moves over the last of 100 epochs."},
		"still falling": {Evidence{Course: courseOf(true, falls)}, Care,
			"Not yet: after 100 epochs the loss still falls."},
		"falls by less than a fiftieth":  {Evidence{Course: courseOf(true, slopes(1.9))}, Good, "Yes"},
		"falls by more than a fiftieth":  {Evidence{Course: courseOf(true, slopes(2.1))}, Care, "Not yet"},
		"risen by less than a twentieth": {Evidence{Course: courseOf(true, ends(0.45))}, Good, "Yes"},
		"risen by more than a twentieth": {Evidence{Course: courseOf(true, ends(0.85))}, Care, past},
		"risen in training": {Evidence{Course: courseOf(false, ends(0.85))}, Care,
			"No: the loss has risen again"},
		"gained nothing": {Evidence{Course: courseOf(false, func(p float64) float64 { return p })},
			Care, "No: the loss has risen again"},
		"not a number": {Evidence{Course: courseOf(true, nan)}, Care,
			"No: the loss is not a number."},
		"too few epochs": {Evidence{Course: brief(19)}, Care,
			"It is too early to say, after 19 epochs."},
		"enough epochs": {Evidence{Course: brief(20)}, Good,
			"Yes: the loss hardly moves over the last of 20 epochs."},
		"one epoch of a run that goes on": {Evidence{Course: brief(1), Running: true}, Told,
			"It is too early to say, after 1 epoch."},
		"nothing was trained": {Evidence{}, "", ""},
		"losses at one epoch, as no run's": {Evidence{Course: &Course{Epochs: 1, Epoch: make([]float64, 20),
			Loss: make([]float64, 20)}}, Care, "No: the loss is not a number."},
	} {
		t.Run(name, func(t *testing.T) { checkVerdict(t, c.e, Converged, c.status, c.words) })
	}
}

func TestCourseIsDescribed(t *testing.T) {
	const want = "The held-out loss, with the last epoch's weights, is lowest in epoch 100 (0 nats a bin) of 100;" +
		" between the last two tenths of the epochs it fell by 1, 10 % of what training gained."
	c := courseOf(true, falls)
	if c.Reweighted = true; c.Describe() != want {
		t.Errorf("it says %q, want %q", c.Describe(), want)
	}
	c = &Course{Epochs: 2, Epoch: []float64{1, 2}, Loss: []float64{math.NaN(), -219.273}}
	if got := c.Describe(); got != "The loss is lowest in epoch 2 (-219.3 nats a bin) of 2." {
		t.Errorf("it says %q", got)
	}
}

func TestVerdictOnPrediction(t *testing.T) {
	nan := math.NaN()
	smoothed := score(0.7, 0.7)
	smoothed.Smoothed = true
	for name, c := range map[string]struct {
		e      Evidence
		status Status
		words  string
	}{
		"predicts": {score(0.45, 0.4), Good,
			"It predicts 40 % of the variance of held-out activity, one bin ahead."},
		"worse than the mean": {score(0.8, -3.7), Care,
			"No: it predicts held-out activity worse than each channel's mean (R2 -3.70)."},
		"as good as the mean": {score(0.8, 0), Care,
			"No: it predicts held-out activity no better than each channel's mean (R2 0.00)."},
		"a share written as none": {score(0.0004, 0.0004), Unsure, "It predicts less than 0.1 % of the variance"},
		"a share below a percent": {score(0.006, 0.006), Unsure, "It predicts 0.6 % of the variance"},
		"single bins of spikes": {score(0.0353, 0.0278), Unsure,
			"It predicts 3 % of the variance of held-out activity, one bin ahead. That is little"},
		"just below little":        {score(0.0999, 0.0999), Unsure, "It predicts 10 %"},
		"little":                   {score(0.1, 0.1), Good, "It predicts 10 %"},
		"lost less than a quarter": {score(0.8, 0.61), Good, "It predicts 61 %"},
		"lost more than a quarter": {score(0.8, 0.59), Care,
			"It predicts 59 % of the variance of held-out activity, one bin ahead. In training it predicts 80 %"},
		"lost a quarter of little": {score(0.009, 0.003), Unsure, "It predicts 0.3 %"},
		"lost more than .02":       {score(0.055, 0.03), Care, "It predicts 3 %"},
		"training unknown":         {score(nan, 0.4), Good, "It predicts 40 %"},
		"none held out": {score(0.7, nan), Unsure,
			"It predicts 70 % of the variance of the activity that it was trained on (none was held out)"},
		"none held out, none learned": {score(-1, nan), Unsure, "No: it predicts the activity that it was trained on"},
		"smoothed": {smoothed, Unsure,
			"It predicts 70 % of the variance of held-out activity, one bin ahead. The activity was smoothed"},
		"no number": {score(nan, nan), "", ""},
		"infinite":  {score(nan, math.Inf(-1)), "", ""},
		"unknown":   {Evidence{}, "", ""},
		"spikes": {counts(0.2, 0.15), Good,
			"It predicts held-out spikes better than each unit's mean rate, by 0.15 bits a spike (0.2 in training)."},
		"half the bits": {counts(0.2, 0.1), Good, "It predicts held-out spikes better"},
		"less than half the bits": {counts(0.2, 0.099), Care,
			"It predicts held-out spikes better than each unit's mean rate, by 0.099 bits a spike (0.2 in training). More"},
		"fewer bits than rates have": {counts(0.2, -0.1), Care,
			"No: it predicts held-out spikes worse than each unit's mean rate, by 0.1 bits a spike."},
		"as many bits as rates have": {counts(0.2, 0), Care,
			"No: it predicts held-out spikes no better than each unit's mean rate."},
		"bits of training unknown": {counts(nan, 0.1), Good,
			"It predicts held-out spikes better than each unit's mean rate, by 0.1 bits a spike."},
		"spikes, none held out": {Evidence{R2: &Score{0.7, nan}, BitsPerSpike: &Score{0.2, nan}}, Unsure,
			"It predicts 70 % of the variance of the activity"},
		"counts without R2": {Evidence{BitsPerSpike: &Score{0.2, 0.15}}, Good,
			"It predicts held-out spikes better"},
		"counts, nothing known": {Evidence{BitsPerSpike: &Score{nan, nan}}, "", ""},
	} {
		t.Run(name, func(t *testing.T) { checkVerdict(t, c.e, Predicts, c.status, c.words) })
	}
}

func TestVerdictOnIndependence(t *testing.T) {
	nan := math.NaN()
	one := parted(0.2, 0.1)
	one.Groups = nameless(1)
	for name, c := range map[string]struct {
		e      Evidence
		status Status
		words  string
	}{
		"independent": {parted(0.2, 0.1, 0.2, 0.3), Good,
			"Nothing says otherwise: their partial correlation is 0.2 nats (p = 0.75 over 3 circular shifts)."},
		"a p-value above a twentieth": {parted(0.5, shiftsWith(1)...), Good, "Nothing says otherwise"},
		"dependent at a twentieth": {parted(0.5, shiftsWith(0)...), Care,
			"No: their partial correlation is 0.5 nats, and 0.1 on average after circular shifts (p = 0.05 over 19 circular shifts)."},
		"less than twice the mean": {parted(0.19, shiftsWith(0)...), Unsure,
			"Hard to say: their partial correlation is 0.19 nats (p = 0.05"},
		"more than twice the mean":     {parted(0.21, shiftsWith(0)...), Care, "No"},
		"no more than a hundredth nat": {parted(0.01, make([]float64, 19)...), Unsure, "Hard to say"},
		"more than a hundredth nat":    {parted(0.011, make([]float64, 19)...), Care, "No"},
		"no control": {parted(0.2), Told,
			"Their partial correlation is 0.2 nats; 0 means independent."},
		"a control without numbers":       {parted(0.2, nan, nan), Told, "Their partial correlation is 0.2 nats"},
		"no number":                       {parted(nan, 0.1), "", ""},
		"one group":                       {one, "", ""},
		"groups that may be as they like": {Evidence{Groups: nameless(2)}, "", ""},
	} {
		t.Run(name, func(t *testing.T) { checkVerdict(t, c.e, Independent, c.status, c.words) })
	}
	if p := PValue(1, nil); p == p {
		t.Errorf("without shifts, p = %g, want NaN", p)
	}
	// the value itself counts as a shift
	for pc, want := range map[float64]float64{0.05: 1, 0.3: 0.6, 0.35: 0.4, 0.5: 0.2} {
		if got := PValue(pc, []float64{0.1, 0.3, 0.2, 0.4}); got != want {
			t.Errorf("%g: p = %g, want %g", pc, got, want)
		}
	}
}

func TestVerdictOnGroups(t *testing.T) {
	of := func(variance float64, column *ColumnScore, rhythms ...Share) GroupEvidence {
		return GroupEvidence{Variance: variance, Decoded: column, Rhythms: rhythms}
	}
	named := func(all ...GroupEvidence) Evidence {
		for g := range all {
			all[g].Name = string(rune('a' + g))
		}
		return Evidence{Groups: all}
	}
	nan := math.NaN()
	for name, c := range map[string]struct {
		e     Evidence
		words string
	}{
		"by bands": {named(of(0.3, nil, Share{"delta", 0.8}),
			of(0.1, nil, Share{"delta", 0.1}, Share{"gamma", 0.7})),
			"a: 30 % of the variance, mostly delta; b: 10 % of the variance, mostly gamma."},
		"half of the power": {named(of(0.3, nil, Share{"delta", 0.5}), of(0.1, nil, Share{"delta", nan})),
			"a: 30 % of the variance; b: 10 % of the variance."},
		"by behaviour": {named(of(0.3, &ColumnScore{"y", 0.9}, Share{"delta", 0.8}),
			of(-0.1, &ColumnScore{"x", 0.05})),
			"a: 30 % of the variance, best at y (R2 0.90); b: best at x (R2 0.05). Without b the prediction is no worse."},
		"behaviour by chance": {named(of(0.3, &ColumnScore{"y", 0.049}),
			of(0.1, &ColumnScore{"x", nan}, Share{"beta", 0.6})),
			"a: 30 % of the variance; b: 10 % of the variance, mostly beta."},
		"shares written as none": {named(of(0.0005, nil), of(0.0004, nil), of(-0.1, nil)),
			"a: 0.1 % of the variance. Without any one of b, c the prediction is no worse."},
		"none does anything": {named(of(0, nil), of(-1, nil)), "Without any one group the prediction is no worse."},
		"more than six": {named(of(0.1, nil), of(0.1, nil), of(0.1, nil), of(0.1, nil), of(0.1, nil),
			of(0.1, nil), of(0.1, nil)),
			"a: 10 % of the variance; b: 10 % of the variance; c: 10 % of the variance; d: 10 % of the variance; e: 10 % of the variance; f: 10 % of the variance. Groups that are not listed here: 1."},
		"nothing known": {named(of(nan, nil), of(nan, nil)), ""},
		"one group":     {named(of(0.3, nil)), ""},
	} {
		t.Run(name, func(t *testing.T) {
			checkVerdict(t, c.e, Divided, Told, c.words)
			if v := Verdicts(c.e); len(v) > 0 && v[0].Sentence != c.words {
				t.Errorf("it says %q, want %q", v[0].Sentence, c.words)
			}
		})
	}
	for want, g := range map[string]GroupEvidence{
		"": of(1, nil, Share{"delta", nan}), "delta (60 %)": of(1, nil, Share{"delta", 0.6}, Share{"beta", 0.1}),
		"outside the bands; beta 30 %": of(1, nil, Share{"delta", 0.2}, Share{"beta", 0.3}),
	} {
		if got := g.Band(); got != want {
			t.Errorf("most power is in %q, want %q", got, want)
		}
	}
}

func TestVerdictOnDrives(t *testing.T) {
	flows := Regional{Names: []string{"a", "b"}, Sum: mat.NewDense(2, 2, []float64{9, -3, 2, -9.5})} // row <- column
	s := flows.Strongest()
	if got := s.Within.String(); got != "within b, inhibitory" {
		t.Errorf("the strongest drive within a region is %q", got)
	}
	checkVerdict(t, Evidence{Drive: &DriveEvidence{s}}, Drives, Told,
		"The strongest drive is b → a, inhibitory, over all groups.")
	checkVerdict(t, Evidence{Drive: &DriveEvidence{}}, Drives, Told, "See the weights between neurons")
	checkVerdict(t, Evidence{}, Drives, "", "")
	flows.Sum = mat.NewDense(2, 2, []float64{0, math.NaN(), 0, math.Inf(1)})
	if s := flows.Strongest(); s.Between != nil || s.Within != nil {
		t.Errorf("weights that are no numbers are drives: %v, %v", s.Between, s.Within)
	}
}

func TestVerdictOnTrust(t *testing.T) {
	const again = " Before you build on it, fit again with another --seed, and check that the groups come back."
	good, bad, unsure := courseOf(true, settles), courseOf(true, falls), &Score{0.03, 0.028}
	for name, c := range map[string]struct {
		e      Evidence
		status Status
		words  string
	}{
		"nothing against it": {Evidence{Course: good}, Good, "Nothing here speaks against it."},
		"marked":             {Evidence{Course: bad}, Care, `With care: see "Did it converge?".`},
		"warned": {Evidence{Course: good, Warned: true}, Care,
			"Nothing here speaks against it, but read the warnings."},
		"marked and warned":       {Evidence{Course: bad, Warned: true}, Care, `With care: see "Did it converge?" and the warnings.`},
		"unsure":                  {Evidence{Course: good, R2: unsure}, Told, `Nothing here speaks against it, but "Does it predict?" cannot be answered by this run alone.`},
		"unsure and warned":       {Evidence{R2: unsure, Warned: true}, Care, `Nothing here speaks against it, but read the warnings, and "Does it predict?" cannot be answered`},
		"nothing known":           {Evidence{}, "", ""},
		"warned, nothing known":   {Evidence{Warned: true}, "", ""},
		"nothing for and against": {Evidence{Drive: &DriveEvidence{}}, "", ""},
		"a run that has just begun": {Evidence{Course: &Course{Epochs: 1, Epoch: []float64{1}, Loss: []float64{3}},
			Running: true}, "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			checkVerdict(t, c.e, Trusted, c.status, c.words)
			if v := Verdicts(c.e); c.words != "" && !strings.HasSuffix(v[len(v)-1].Sentence, again) {
				t.Errorf("it does not say to fit again: %q", v[len(v)-1].Sentence)
			}
		})
	}
}

// If the model predicts nothing, answers from its latents speak for nothing; what speaks against it still does.
func TestVerdictsOfAModelThatPredictsNothing(t *testing.T) {
	const little = "This says little, because the model does not predict. "
	e := parted(0.2, 0.1, 0.2, 0.3)
	e.R2, e.Drive = &Score{0.8, -3}, &DriveEvidence{}
	checkVerdict(t, e, Independent, Told, little+"Nothing says otherwise")
	checkVerdict(t, e, Drives, Told, little)
	e.Independence.Partial, e.Independence.Shifted = 2, shiftsWith(0)
	checkVerdict(t, e, Independent, Care, little+"No: ")
	checkVerdict(t, e, Predicts, Care, "No: ")
}

// Bins of .1 s hold a wave of 3 Hz in one group and one of .5 Hz, below all bands, in the other. A gap parts the rows.
func TestRhythmShares(t *testing.T) {
	const bins, width = 400, 0.1
	z := mat.NewDense(bins, 2, nil)
	rows, starts := Sizes(bins)[0], []int{0, 200}
	for i := range bins {
		z.SetRow(i, []float64{math.Sin(2 * math.Pi * 3 * width * float64(i)),
			math.Sin(2 * math.Pi * 0.5 * width * float64(i))})
	}
	if got := Stretches([]int{3, 4, 6, 199, 200, 201}, starts); len(got) != 4 || got[3] != [2]int{4, 6} {
		t.Errorf("stretches are %v", got)
	}
	few := func(step int) (some []int) {
		for t := 0; t < bins; t += step {
			some = append(some, t)
		}
		return some
	}
	for name, rows := range map[string][]int{"all": rows, "rows that do not follow one another": few(2)} {
		got, err := RhythmShares(z, Groups{{0}, {1}}, rows, starts, width)
		if err != nil || got[0][0].Name != "delta" || !(got[0][0].Part > 0.99) || !(got[1][0].Part < 0.01) {
			t.Errorf("%s: shares are %v, %v", name, got, err)
		}
	}
	for name, f := range map[string]func() ([][]Share, error){
		"no width": func() ([][]Share, error) {
			return RhythmShares(z, Groups{{0}}, rows, starts,
				math.NaN())
		},
		"no bins in a row":  func() ([][]Share, error) { return RhythmShares(z, Groups{{0}}, rows, rows, width) },
		"no bins":           func() ([][]Share, error) { return RhythmShares(z, Groups{{0}}, nil, rows, width) },
		"dependent latents": func() ([][]Share, error) { return RhythmShares(z, Groups{{0, 0}}, rows, starts, width) },
	} {
		if got, err := f(); err == nil {
			t.Errorf("%s: shares are %v, want an error", name, got)
		}
	}
}
