package evaluate

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"gonum.org/v1/gonum/stat"
)

// Status says whether an answer supports trust in a fit.
type Status string

// The statuses of a verdict.
const (
	Good    Status = "good"   // supports the fit
	Care    Status = "care"   // speaks against the fit
	Unsure  Status = "unsure" // cannot be answered from this run
	Neutral Status = "told"   // neither for nor against the fit; the value is part of the file format
)

// Keys of verdicts. They are part of the file format.
const (
	Converged   = "converged"
	Predicts    = "predicts"
	Divided     = "groups"
	Drives      = "drives"
	Independent = "independent"
	Trusted     = "trusted"
)

// Verdict is the answer to one question about a fit.
type Verdict struct {
	Key      string `json:"key"` // one of the constants above, for programs
	Question string `json:"question"`
	Status   Status `json:"status"`
	Sentence string `json:"sentence"` // plain text of one or more sentences
}

// Evidence holds the numbers for the verdicts on a fit of G groups. A question whose part is nil has no verdict. A
// number may be NaN.
type Evidence struct {
	Course       *Course // nil if no epoch was trained
	Running      bool    // the run has not ended
	R2           *Score  // of the activity, one bin ahead
	BitsPerSpike *Score  // nil unless the activity is counts
	Smoothed     bool    // the activity was smoothed before the fit
	Groups       []GroupEvidence
	Drive        *DriveEvidence        // nil if the model has no W = A B
	Independence *IndependenceEvidence // nil if no groups must be independent
	Warned       bool                  // the run gave warnings, or was interrupted
}

// Score holds a metric of the training bins and of the held-out bins; NaN if it is missing.
type Score struct{ Train, Test float64 }

// GroupEvidence describes one group of latents.
type GroupEvidence struct {
	Name     string
	Variance float64      // share of the activity's variance that only this group explains; NaN if unknown
	Decoded  *ColumnScore // the best decoded column of the behaviour; nil without behaviour
	Rhythms  []Share      // the group's power in named frequency bands, as shares of all its power
	Strongest
}

// ColumnScore is the R2 of one column of the behaviour.
type ColumnScore struct {
	Name string
	R2   float64
}

// Share is a named part of a whole, from 0 to 1.
type Share struct {
	Name string
	Part float64
}

// DriveEvidence holds the strongest drive between regions, over all groups. Both parts are nil if fewer than two
// regions are known.
type DriveEvidence struct{ Strongest }

// Strongest holds the largest weights by magnitude between two regions and within one region; nil if there are none.
type Strongest struct{ Between, Within *Flow }

// IndependenceEvidence is the partial correlation between groups, in nats, and its circular-shift control.
type IndependenceEvidence struct {
	Partial float64
	Shifted []float64 // nil if there is no control
}

// Thresholds of the verdicts. Each is a judgement with its reason. If it was measured, the comment has the numbers.
const (
	// maxChange is the change of the loss, as a share of the training's gain, below which training has converged. At
	// this pace another tenth of the epochs gains less than a fiftieth. That is no more than the difference between
	// seeds.
	maxChange = 0.02
	// maxRise is the rise of the loss, as a share of the training's gain, above which training went past its best.
	// Held-out losses rise by a few hundredths if minibatches are small, so maxRise is larger than maxChange.
	maxRise = 0.05
	// minEpochs is the number of losses that a verdict on convergence needs: with fewer, two tenths hold less than
	// four.
	minEpochs = 20
	// lowR2 is the held-out R2 below which R2 cannot distinguish a good model from a poor one. In narrow bins of
	// spikes, most of the variance is unpredictable noise. Measured in monkey motor cortex with bins of 50 ms: .028.
	// A linear regression of the same rank on all of the past has .029.
	lowR2 = 0.1
	// maxLoss is the share of the training R2 that held-out bins may lose before the model counts as overfitted;
	// minLoss is the smallest loss that counts. The R2 of any fit falls by twice the number of a channel's weights
	// over the number of bins: .01 with ten weights and 2000 bins.
	maxLoss, minLoss = 0.25, 0.02
	// maxBitsLoss is the same share for bits per spike. It is one half, because bits fall sooner than R2 in units
	// that fire rarely.
	maxBitsLoss = 0.5
	// noShare is the share of the variance below which it counts as none.
	noShare = 0.0005
	// minDecodedR2 is the R2 from which a group counts as holding a column of the behaviour. With some hundred bins,
	// decoders from a few unrelated latents reach less.
	minDecodedR2 = 0.05
	// majority is the share of a group's power that exceeds all the rest.
	majority = 0.5
	// significance is the p-value up to which a partial correlation is significant: the usual twentieth.
	significance = 0.05
	// minExcess is the ratio to the mean of the shifts above which groups count as dependent. A recording that is
	// short for the latents' time scales has shifts that are all alike, so a small excess says little. Measured in 10
	// simulations each: independent groups reached at most 1.6 times the mean, the parts of one coupled system at
	// least 2.3 times.
	minExcess = 2
	// negligible is a partial correlation in nats that counts as none, regardless of the shifts.
	negligible = 0.01
	// maxListed is the largest number of groups that a verdict describes.
	maxListed = 6
)

// Verdicts answers the first questions of a reader about a fit, in their order. A question without evidence is left
// out. The last verdict, on trust, summarizes the others. It is left out if none of them speaks for or against the
// fit.
func Verdicts(e Evidence) []Verdict {
	var out []Verdict
	add := func(v *Verdict) {
		if v != nil {
			out = append(out, *v)
		}
	}
	predicted, useless := e.predicts()
	add(e.converges())
	add(predicted)
	first := len(out)
	add(e.groups())
	add(e.drives())
	add(e.independence())
	for i := first; useless && i < len(out); i++ {
		v := &out[i]
		if v.Sentence = "This means little, because the model does not predict. " + v.Sentence; v.Status == Good {
			v.Status = Neutral
		}
	}
	add(e.trust(out))
	return out
}

// ExceedsNull reports whether a partial correlation of pc nats shows that groups are dependent. It must have a
// p-value of at most .05, exceed twice the mean of the shifts, and exceed .01 nats.
func ExceedsNull(pc float64, shifted []float64) bool {
	return PValue(pc, shifted) <= significance && pc > minExcess*stat.Mean(shifted, nil) && pc > negligible
}

// PValue returns the probability that independent groups have a partial correlation of pc or more: (1 + the number of
// shifts that reach pc) / (1 + the number of shifts). It is NaN without shifts. It is the p-value of a permutation
// test (Davison and Hinkley 1997, section 4.2).
func PValue(pc float64, shifted []float64) float64 {
	if len(shifted) == 0 {
		return math.NaN()
	}
	reach := 0
	for _, v := range shifted {
		if v >= pc {
			reach++
		}
	}
	return float64(1+reach) / float64(1+len(shifted))
}

// Holds reports whether the R2 of a behaviour is high enough that the latents hold the behaviour.
func Holds(r2 float64) bool { return r2 >= minDecodedR2 }

// predicts answers whether the model predicts held-out activity. The model is useless if it predicts none of it.
func (e Evidence) predicts() (v *Verdict, useless bool) {
	v = &Verdict{Key: Predicts, Question: "Does it predict?"}
	if b := e.BitsPerSpike; b != nil && finite(b.Test) {
		return v, v.bits(b.Train, b.Test)
	}
	if e.R2 == nil {
		return nil, false
	}
	r2, held, target := e.R2.Test, finite(e.R2.Test), "held-out activity"
	if !held {
		r2, target = e.R2.Train, "its training activity (none was held out)"
	}
	if !finite(r2) {
		return nil, false
	}
	if r2 <= 0 {
		comparison := "no better than"
		if r2 < 0 {
			comparison = "worse than"
		}
		if v.Status = Care; !held {
			v.Status = Unsure
		}
		v.Sentence = fmt.Sprintf("No: the model predicts %s %s each channel's mean (R2 %s).", target, comparison,
			hundredths(r2))
		return v, true
	}
	v.Sentence = fmt.Sprintf("The model predicts %s of the variance of %s, one bin ahead.", share(r2), target)
	train := e.R2.Train
	switch loss := train - r2; {
	case !held:
		v.Status = Unsure
	case e.Smoothed:
		v.Status = Unsure
		v.Sentence += " Smoothing makes successive bins alike; to judge the prediction, fit without --smooth."
	case loss > maxLoss*train && loss > minLoss:
		v.Status = Care
		v.Sentence += fmt.Sprintf(" In training it predicts %s, so part of it is overfitted noise.", share(train))
	case r2 < lowR2:
		v.Status = Unsure
		v.Sentence += " This is low, but narrow bins can be mostly noise; compare with another --method or with" +
			" wider bins."
	default:
		v.Status = Good
	}
	return v, false
}

// bits fills in the answer for counts, from bits per spike.
func (v *Verdict) bits(train, test float64) (useless bool) {
	if test <= 0 {
		v.Status, v.Sentence = Care, "No: the model predicts held-out spikes no better than each channel's mean rate."
		if test < 0 {
			v.Sentence = fmt.Sprintf("No: the model predicts held-out spikes worse than each channel's mean rate,"+
				" by %s bits per spike.", digits(-test, 2))
		}
		return true
	}
	more := ""
	if finite(train) {
		more = fmt.Sprintf(" (%s in training)", digits(train, 2))
	}
	v.Status, v.Sentence = Good, fmt.Sprintf("The model predicts held-out spikes better than each channel's mean rate,"+
		" by %s bits per spike%s.", digits(test, 2), more)
	if train > 0 && test < maxBitsLoss*train {
		v.Status = Care
		v.Sentence += " More than half of the training gain is overfitted noise."
	}
	return false
}

// groups describes what each group explains.
func (e Evidence) groups() *Verdict {
	if len(e.Groups) < 2 {
		return nil
	}
	var described, idle []string
	for i, g := range e.Groups {
		if g.Variance < noShare {
			idle = append(idle, g.Name)
		}
		if words := g.words(); i < maxListed && len(words) > 0 {
			described = append(described, g.Name+": "+strings.Join(words, ", "))
		}
	}
	var sentences []string
	if len(described) > 0 {
		sentences = append(sentences, strings.Join(described, "; ")+".")
	}
	if len(e.Groups) > maxListed {
		sentences = append(sentences, fmt.Sprintf("Groups not listed: %d.", len(e.Groups)-maxListed))
	}
	switch spare := len(idle); {
	case spare == len(e.Groups):
		sentences = append(sentences, "Removing any one group does not make the prediction worse.")
	case spare > 1:
		sentences = append(sentences,
			fmt.Sprintf("Removing any one of %s does not make the prediction worse.", strings.Join(idle, ", ")))
	case spare == 1:
		sentences = append(sentences, fmt.Sprintf("Removing %s does not make the prediction worse.", idle[0]))
	}
	if len(described) == 0 && len(idle) == 0 {
		return nil
	}
	return &Verdict{Divided, "Which group does what?", Neutral, strings.Join(sentences, " ")}
}

// words describes what a group explains, and which column of the behaviour or frequency band it holds.
func (g GroupEvidence) words() (words []string) {
	if g.Variance >= noShare {
		words = append(words, share(g.Variance)+" of the variance")
	}
	if d := g.Decoded; d != nil && Holds(d.R2) {
		return append(words, fmt.Sprintf("best at %s (R2 %s)", d.Name, hundredths(d.R2)))
	}
	if i := slices.IndexFunc(g.Rhythms, func(s Share) bool { return s.Part > majority }); i >= 0 {
		words = append(words, "mostly "+g.Rhythms[i].Name)
	}
	return words
}

// Band describes the frequency band with most of a group's power; "" if it is unknown.
func (g GroupEvidence) Band() string {
	best, rest := -1, 1.0
	for i, s := range g.Rhythms {
		if !finite(s.Part) {
			continue
		}
		if rest -= s.Part; best < 0 || s.Part > g.Rhythms[best].Part {
			best = i
		}
	}
	if best < 0 {
		return ""
	}
	b := g.Rhythms[best]
	if rest > b.Part {
		return fmt.Sprintf("outside the named bands; %s %s", b.Name, share(b.Part))
	}
	return fmt.Sprintf("%s (%s)", b.Name, share(b.Part))
}

// drives names the strongest drive from one region to another.
func (e Evidence) drives() *Verdict {
	if e.Drive == nil {
		return nil
	}
	text := "Unknown between regions: the recording names no two regions with a drive. See the weights between neurons."
	if f := e.Drive.Between; f != nil {
		text = fmt.Sprintf("The strongest drive over all groups is %s.", f)
	}
	return &Verdict{Drives, "Who drives whom?", Neutral, text}
}

// independence answers whether the groups are independent.
func (e Evidence) independence() *Verdict {
	d := e.Independence
	if d == nil || len(e.Groups) < 2 || !finite(d.Partial) {
		return nil
	}
	v := &Verdict{Key: Independent, Question: "Are the groups independent?"}
	words := fmt.Sprintf("their partial correlation is %s nats", digits(d.Partial, 3))
	shifted := slices.DeleteFunc(slices.Clone(d.Shifted), func(x float64) bool { return !finite(x) })
	if len(shifted) == 0 {
		v.Status, v.Sentence = Neutral, "T"+words[1:]+"; 0 means independent."
		return v
	}
	p := PValue(d.Partial, shifted)
	control := fmt.Sprintf("p = %s over %d circular shifts", digits(p, 2), len(shifted))
	switch {
	case ExceedsNull(d.Partial, shifted):
		v.Status = Care
		mean := digits(stat.Mean(shifted, nil), 3)
		v.Sentence = fmt.Sprintf("No: %s, but only %s on average after circular shifts (%s).", words, mean, control)
	case p <= significance:
		v.Status = Unsure
		v.Sentence = fmt.Sprintf("Unclear: %s (%s). The shifts give less, but the difference is too small"+
			" to call the groups dependent.", words, control)
	default:
		v.Status = Good
		v.Sentence = fmt.Sprintf("Consistent with independence: %s (%s).", words, control)
	}
	return v
}

// trust summarizes the other answers.
func (e Evidence) trust(others []Verdict) *Verdict {
	asked := func(s Status) (questions []string) {
		for _, v := range others {
			if v.Status == s {
				questions = append(questions, strconv.Quote(v.Question))
			}
		}
		return questions
	}
	against, unsure := asked(Care), asked(Unsure)
	if len(against)+len(unsure)+len(asked(Good)) == 0 {
		return nil
	}
	v := &Verdict{Key: Trusted, Question: "Can I trust it?", Status: Good}
	var see, but []string
	if see = against; e.Warned {
		see, but = append(see, "the warnings"), append(but, "read the warnings")
	}
	if len(unsure) > 0 {
		v.Status = Neutral
		but = append(but, "this run cannot answer "+strings.Join(unsure, " and "))
	}
	if len(against) > 0 || e.Warned {
		v.Status = Care
	}
	switch {
	case len(against) > 0:
		v.Sentence = fmt.Sprintf("With care: see %s.", strings.Join(see, " and "))
	case len(but) > 0:
		v.Sentence = fmt.Sprintf("No problem was found, but %s.", strings.Join(but, ", and "))
	default:
		v.Sentence = "No problem was found."
	}
	v.Sentence += " Before you rely on it, fit again with another --seed and check that you get the same groups."
	return v
}
