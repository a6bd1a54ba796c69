package evaluate

import (
	"math"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"
)

// courseOf returns a course of 100 epochs. Its loss is a function of the training's progress from 0 to 1.
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

// ends returns a loss that gains 10 and ends above its best by rise.
func ends(rise float64) func(float64) float64 {
	return func(part float64) float64 {
		if part < 0.5 {
			return 10 - 20*part
		}
		return rise
	}
}

// slopes returns a loss that gains 10: one part evenly, and the rest at once.
func slopes(evenly float64) func(float64) float64 {
	return func(part float64) float64 {
		if part == 0 {
			return 10
		}
		return evenly * (1 - part)
	}
}

// unknownGroups returns n groups without evidence.
func unknownGroups(n int) []GroupEvidence {
	all := make([]GroupEvidence, n)
	for g := range all {
		all[g] = GroupEvidence{Name: string(rune('a' + g)), Variance: math.NaN()}
	}
	return all
}

// partialCorrelation returns evidence of two groups with a partial correlation and the values of its control.
func partialCorrelation(pc float64, shifted ...float64) Evidence {
	return Evidence{Groups: unknownGroups(2), Independence: &IndependenceEvidence{pc, shifted}}
}

// shiftsWith returns 19 shifts of .1, except the first few, which are 1. The p-value is (1 + reach) / 20.
func shiftsWith(reach int) []float64 {
	s := make([]float64, 19)
	for i := range s {
		if s[i] = 0.1; i < reach {
			s[i] = 1
		}
	}
	return s
}

// score returns evidence of a prediction.
func score(train, test float64) Evidence { return Evidence{R2: &Score{train, test}} }

// counts returns evidence of a prediction of spikes.
func counts(train, test float64) Evidence {
	return Evidence{R2: &Score{0.02, 0.01}, BitsPerSpike: &Score{train, test}}
}

// checkVerdict checks the status of the verdict with a key, and how its sentence begins. No words means no verdict.
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
	const past = "No: the held-out loss has risen since its best epoch. Stop earlier with --patience"
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
			"Yes: after 100 epochs the loss hardly changes."},
		"still falling": {Evidence{Course: courseOf(true, falls)}, Care,
			"Not yet: after 100 epochs the loss still falls."},
		"falls by less than a fiftieth":  {Evidence{Course: courseOf(true, slopes(1.9))}, Good, "Yes"},
		"falls by more than a fiftieth":  {Evidence{Course: courseOf(true, slopes(2.1))}, Care, "Not yet"},
		"risen by less than a twentieth": {Evidence{Course: courseOf(true, ends(0.45))}, Good, "Yes"},
		"risen by more than a twentieth": {Evidence{Course: courseOf(true, ends(0.85))}, Care, past},
		"risen in training": {Evidence{Course: courseOf(false, ends(0.85))}, Care,
			"No: the loss has risen since"},
		"gained nothing": {Evidence{Course: courseOf(false, func(p float64) float64 { return p })},
			Care, "No: the loss has risen since"},
		"not a number": {Evidence{Course: courseOf(true, nan)}, Care,
			"No: the loss is not a number."},
		"too few epochs": {Evidence{Course: brief(19)}, Care, "Unknown: too few epochs to judge (19)."},
		"enough epochs": {Evidence{Course: brief(20)}, Good,
			"Yes: after 20 epochs the loss hardly changes."},
		"one epoch of a running fit": {Evidence{Course: brief(1), Running: true}, Neutral,
			"Unknown: too few epochs to judge (1)."},
		"nothing was trained": {Evidence{}, "", ""},
		"all losses at one epoch": {Evidence{Course: &Course{Epochs: 1, Epoch: make([]float64, 20),
			Loss: make([]float64, 20)}}, Care, "No: the loss is not a number."},
	} {
		t.Run(name, func(t *testing.T) { checkVerdict(t, c.e, Converged, c.status, c.words) })
	}
}

func TestCourseIsDescribed(t *testing.T) {
	const want = "The held-out loss (with the last epoch's weights) is lowest in epoch 100 of 100 (0 nats per bin)." +
		" From the second-last to the last tenth of the epochs it fell by 1, 10 % of the total gain."
	c := courseOf(true, falls)
	if c.Reweighted = true; c.Describe() != want {
		t.Errorf("the description is %q, want %q", c.Describe(), want)
	}
	c = &Course{Epochs: 2, Epoch: []float64{1, 2}, Loss: []float64{math.NaN(), -219.273}}
	if got := c.Describe(); got != "The loss is lowest in epoch 2 of 2 (-219.3 nats per bin)." {
		t.Errorf("the description is %q", got)
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
			"The model predicts 40 % of the variance of held-out activity, one bin ahead."},
		"worse than the mean": {score(0.8, -3.7), Care,
			"No: the model predicts held-out activity worse than each channel's mean (R2 -3.70)."},
		"as good as the mean": {score(0.8, 0), Care,
			"No: the model predicts held-out activity no better than each channel's mean (R2 0.00)."},
		"a share written as none": {score(0.0004, 0.0004), Unsure,
			"The model predicts less than 0.1 % of the variance"},
		"a share below a percent": {score(0.006, 0.006), Unsure, "The model predicts 0.6 % of the variance"},
		"single bins of spikes": {score(0.0353, 0.0278), Unsure,
			"The model predicts 3 % of the variance of held-out activity, one bin ahead. This is low"},
		"just below little":        {score(0.0999, 0.0999), Unsure, "The model predicts 10 %"},
		"little":                   {score(0.1, 0.1), Good, "The model predicts 10 %"},
		"lost less than a quarter": {score(0.8, 0.61), Good, "The model predicts 61 %"},
		"lost more than a quarter": {score(0.8, 0.59), Care,
			"The model predicts 59 % of the variance of held-out activity, one bin ahead. In training it predicts" +
				" 80 %"},
		"lost a quarter of little": {score(0.009, 0.003), Unsure, "The model predicts 0.3 %"},
		"lost more than .02":       {score(0.055, 0.03), Care, "The model predicts 3 %"},
		"training unknown":         {score(nan, 0.4), Good, "The model predicts 40 %"},
		"none held out": {score(0.7, nan), Unsure,
			"The model predicts 70 % of the variance of its training activity (none was held out)"},
		"none held out, none learned": {score(-1, nan), Unsure, "No: the model predicts its training activity"},
		"smoothed": {smoothed, Unsure,
			"The model predicts 70 % of the variance of held-out activity, one bin ahead. Smoothing"},
		"no number": {score(nan, nan), "", ""},
		"infinite":  {score(nan, math.Inf(-1)), "", ""},
		"unknown":   {Evidence{}, "", ""},
		"spikes": {counts(0.2, 0.15), Good,
			"The model predicts held-out spikes better than each channel's mean rate, by 0.15 bits per spike (0.2 in" +
				" training)."},
		"half the bits": {counts(0.2, 0.1), Good, "The model predicts held-out spikes better"},
		"less than half the bits": {counts(0.2, 0.099), Care,
			"The model predicts held-out spikes better than each channel's mean rate, by 0.099 bits per spike (0.2 in" +
				" training). More"},
		"fewer bits than rates have": {counts(0.2, -0.1), Care,
			"No: the model predicts held-out spikes worse than each channel's mean rate, by 0.1 bits per spike."},
		"as many bits as rates have": {counts(0.2, 0), Care,
			"No: the model predicts held-out spikes no better than each channel's mean rate."},
		"bits of training unknown": {counts(nan, 0.1), Good,
			"The model predicts held-out spikes better than each channel's mean rate, by 0.1 bits per spike."},
		"spikes, none held out": {Evidence{R2: &Score{0.7, nan}, BitsPerSpike: &Score{0.2, nan}}, Unsure,
			"The model predicts 70 % of the variance of its training"},
		"counts without R2": {Evidence{BitsPerSpike: &Score{0.2, 0.15}}, Good,
			"The model predicts held-out spikes better"},
		"counts, nothing known": {Evidence{BitsPerSpike: &Score{nan, nan}}, "", ""},
	} {
		t.Run(name, func(t *testing.T) { checkVerdict(t, c.e, Predicts, c.status, c.words) })
	}
}

func TestVerdictOnIndependence(t *testing.T) {
	nan := math.NaN()
	one := partialCorrelation(0.2, 0.1)
	one.Groups = unknownGroups(1)
	for name, c := range map[string]struct {
		e      Evidence
		status Status
		words  string
	}{
		"independent": {partialCorrelation(0.2, 0.1, 0.2, 0.3), Good,
			"Consistent with independence: their partial correlation is 0.2 nats (p = 0.75 over 3 circular shifts)."},
		"a p-value above a twentieth": {partialCorrelation(0.5, shiftsWith(1)...), Good,
			"Consistent with independence"},
		"dependent at a twentieth": {partialCorrelation(0.5, shiftsWith(0)...), Care,
			"No: their partial correlation is 0.5 nats, but only 0.1 on average after circular shifts (p = 0.05" +
				" over 19 circular shifts)."},
		"less than twice the mean": {partialCorrelation(0.19, shiftsWith(0)...), Unsure,
			"Unclear: their partial correlation is 0.19 nats (p = 0.05"},
		"more than twice the mean":     {partialCorrelation(0.21, shiftsWith(0)...), Care, "No"},
		"no more than a hundredth nat": {partialCorrelation(0.01, make([]float64, 19)...), Unsure, "Unclear"},
		"more than a hundredth nat":    {partialCorrelation(0.011, make([]float64, 19)...), Care, "No"},
		"no control": {partialCorrelation(0.2), Neutral,
			"Their partial correlation is 0.2 nats; 0 means independent."},
		"a control without numbers": {partialCorrelation(0.2, nan, nan), Neutral,
			"Their partial correlation is 0.2 nats"},
		"no number":                     {partialCorrelation(nan, 0.1), "", ""},
		"one group":                     {one, "", ""},
		"groups without factorizations": {Evidence{Groups: unknownGroups(2)}, "", ""},
	} {
		t.Run(name, func(t *testing.T) { checkVerdict(t, c.e, Independent, c.status, c.words) })
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
			"a: 30 % of the variance, best at y (R2 0.90); b: best at x (R2 0.05). Removing b does not make the" +
				" prediction worse."},
		"behaviour by chance": {named(of(0.3, &ColumnScore{"y", 0.049}),
			of(0.1, &ColumnScore{"x", nan}, Share{"beta", 0.6})),
			"a: 30 % of the variance; b: 10 % of the variance, mostly beta."},
		"shares written as none": {named(of(0.0005, nil), of(0.0004, nil), of(-0.1, nil)),
			"a: 0.1 % of the variance. Removing any one of b, c does not make the prediction worse."},
		"none does anything": {named(of(0, nil), of(-1, nil)),
			"Removing any one group does not make the prediction worse."},
		"more than six": {named(of(0.1, nil), of(0.1, nil), of(0.1, nil), of(0.1, nil), of(0.1, nil),
			of(0.1, nil), of(0.1, nil)), "a: 10 % of the variance; b: 10 % of the variance; c: 10 % of the" +
			" variance; d: 10 % of the variance; e: 10 % of the variance; f: 10 % of the variance. Groups not" +
			" listed: 1."},
		"nothing known": {named(of(nan, nil), of(nan, nil)), ""},
		"one group":     {named(of(0.3, nil)), ""},
	} {
		t.Run(name, func(t *testing.T) {
			checkVerdict(t, c.e, Divided, Neutral, c.words)
			if v := Verdicts(c.e); len(v) > 0 && v[0].Sentence != c.words {
				t.Errorf("the sentence is %q, want %q", v[0].Sentence, c.words)
			}
		})
	}
	for want, g := range map[string]GroupEvidence{
		"": of(1, nil, Share{"delta", nan}), "delta (60 %)": of(1, nil, Share{"delta", 0.6}, Share{"beta", 0.1}),
		"outside the named bands; beta 30 %": of(1, nil, Share{"delta", 0.2}, Share{"beta", 0.3}),
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
	checkVerdict(t, Evidence{Drive: &DriveEvidence{s}}, Drives, Neutral,
		"The strongest drive over all groups is b → a, inhibitory.")
	checkVerdict(t, Evidence{Drive: &DriveEvidence{}}, Drives, Neutral, "Unknown between regions")
	checkVerdict(t, Evidence{}, Drives, "", "")
	flows.Sum = mat.NewDense(2, 2, []float64{0, math.NaN(), 0, math.Inf(1)})
	if s := flows.Strongest(); s.Between != nil || s.Within != nil {
		t.Errorf("weights of 0, NaN and Inf give the drives %v, %v, want none", s.Between, s.Within)
	}
}

func TestVerdictOnTrust(t *testing.T) {
	const again = " Before you rely on it, fit again with another --seed and check that you get the same groups."
	good, bad, unsure := courseOf(true, settles), courseOf(true, falls), &Score{0.03, 0.028}
	for name, c := range map[string]struct {
		e      Evidence
		status Status
		words  string
	}{
		"nothing against it": {Evidence{Course: good}, Good, "No problem was found."},
		"marked":             {Evidence{Course: bad}, Care, `With care: see "Did it converge?".`},
		"warned": {Evidence{Course: good, Warned: true}, Care,
			"No problem was found, but read the warnings."},
		"marked and warned":       {Evidence{Course: bad, Warned: true}, Care, `With care: see "Did it converge?" and the warnings.`},
		"unsure":                  {Evidence{Course: good, R2: unsure}, Neutral, `No problem was found, but this run cannot answer "Does it predict?".`},
		"unsure and warned":       {Evidence{R2: unsure, Warned: true}, Care, `No problem was found, but read the warnings, and this run cannot answer "Does it predict?"`},
		"nothing known":           {Evidence{}, "", ""},
		"warned, nothing known":   {Evidence{Warned: true}, "", ""},
		"nothing for and against": {Evidence{Drive: &DriveEvidence{}}, "", ""},
		"a run that has just begun": {Evidence{Course: &Course{Epochs: 1, Epoch: []float64{1}, Loss: []float64{3}},
			Running: true}, "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			checkVerdict(t, c.e, Trusted, c.status, c.words)
			if v := Verdicts(c.e); c.words != "" && !strings.HasSuffix(v[len(v)-1].Sentence, again) {
				t.Errorf("the sentence does not end with the advice to fit again: %q", v[len(v)-1].Sentence)
			}
		})
	}
}

// TestVerdictsOfAModelThatPredictsNothing checks that good answers about the latents become neutral if the model
// predicts nothing. Bad answers must stay.
func TestVerdictsOfAModelThatPredictsNothing(t *testing.T) {
	const little = "This means little, because the model does not predict. "
	e := partialCorrelation(0.2, 0.1, 0.2, 0.3)
	e.R2, e.Drive = &Score{0.8, -3}, &DriveEvidence{}
	checkVerdict(t, e, Independent, Neutral, little+"Consistent with independence")
	checkVerdict(t, e, Drives, Neutral, little)
	e.Independence.Partial, e.Independence.Shifted = 2, shiftsWith(0)
	checkVerdict(t, e, Independent, Care, little+"No: ")
	checkVerdict(t, e, Predicts, Care, "No: ")
}

// TestRhythmShares has a wave of 3 Hz in one group, in bins of .1 s, and a wave of .5 Hz, below all bands, in the
// other group. A gap divides the rows.
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
		"no width": func() ([][]Share,
			error) {
			return RhythmShares(z, Groups{{0}}, rows, starts, math.NaN())
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
