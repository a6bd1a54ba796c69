package evaluate

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"gonum.org/v1/gonum/stat"
)

// Status says whether an answer speaks for a fit.
type Status string

// The statuses of a verdict.
const (
	Good   Status = "good"   // it speaks for the fit
	Care   Status = "care"   // it speaks against the fit
	Unsure Status = "unsure" // this run alone cannot answer
	Told   Status = "told"   // it speaks neither for nor against the fit
)

// Keys of verdicts, which never change.
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

// Evidence holds the numbers that verdicts are made of, for a fit of G groups. A nil part is missing and has no
// verdict; a number may be NaN.
type Evidence struct {
	Course       *Course // nil if no epoch was trained
	Running      bool    // the run has not ended
	R2           *Score  // of the activity, one bin ahead
	BitsPerSpike *Score  // nil unless the activity is counts
	Smoothed     bool    // the activity was smoothed before the fit
	Groups       []GroupEvidence
	Drive        *DriveEvidence        // nil if the model has no W = A B
	Independence *IndependenceEvidence // nil if no groups have to be independent
	Warned       bool                  // the run gave warnings, or was interrupted
}

// Score is a figure of the bins trained on and of those held out; NaN if it is missing.
type Score struct{ Train, Test float64 }

// GroupEvidence says what one group of latents does.
type GroupEvidence struct {
	Name     string
	Variance float64      // share of the activity's variance that is lost without the group; NaN if unknown
	Decoded  *ColumnScore // the column of the behaviour that is decoded best; nil without behaviour
	Rhythms  []Share      // the group's power in named bands of frequencies, as shares of all its power
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

// DriveEvidence is the strongest drive between regions, of all groups together; both nil if fewer than two regions are
// known.
type DriveEvidence struct{ Strongest }

// Strongest are the largest weights by magnitude between two regions and within one; nil if there are none.
type Strongest struct{ Between, Within *Flow }

// IndependenceEvidence is the partial correlation between groups, in nats, and its circular-shift control.
type IndependenceEvidence struct {
	Partial float64
	Shifted []float64 // nil if there is no control
}

// Where verdicts turn. Unless a comment says so, nothing of it is measured: each value is a judgement, with its reason.
const (
	// settled is the change of the loss, as a part of what training gained, below which training has converged. At such
	// a pace another tenth of the epochs brings less than a fiftieth more, which is no more than the difference between
	// seeds.
	settled = 0.02
	// risen is a rise of the loss, as a part of what training gained, that counts as a loss. Held-out losses come back
	// by a few hundredths where minibatches are small, so risen is more than settled.
	risen = 0.05
	// fewestEpochs is the number of losses that a verdict on convergence needs: below it, two tenths hold less than
	// four.
	fewestEpochs = 20
	// little is the R2 of held-out activity below which R2 cannot tell a good model from a poor one. In narrow bins of
	// spikes most of the variance is noise that nobody predicts. Measured in motor cortex of monkeys, bins of 50 ms:
	// .028, and a linear regression of the same rank on all of the past has .029.
	little = 0.1
	// lost is the part of the training's R2 that held-out bins lose if the model has learned noise; lostLeast is the
	// least such loss. R2 of any fit falls by twice the weights of a channel over the bins: .01 with ten weights and
	// 2000 bins.
	lost, lostLeast = 0.25, 0.02
	// lostBits is the same part of the bits per spike: half, because bits fall sooner than R2 where units fire little.
	lostBits = 0.5
	// none is a share of the variance that is written as none.
	none = 0.0005
	// decodes is the R2 of a column of the behaviour from which on a group holds it. Decoders from a few latents reach
	// less by chance in some hundred bins.
	decodes = 0.05
	// most is the part of a group's power that is more than all the rest.
	most = 0.5
	// rare is the p-value up to which a partial correlation is no longer chance: the usual twentieth.
	rare = 0.05
	// excess is how many times the mean of the shifts a partial correlation of dependent groups exceeds. Shifts of a
	// record that holds few of the latents' time scales are much alike, so a small excess over them says little.
	// Measured in 10 simulations each: independent groups came to at most 1.6 times the mean, the parts of one coupled
	// system to at least 2.3 times.
	excess = 2
	// nothing is a partial correlation in nats that is none, whatever the shifts.
	nothing = 0.01
	// named is how many groups a verdict describes.
	named = 6
)

// Verdicts answers the questions that a reader of a fit asks first, in their order. A question without evidence is left
// out. The last verdict, on trust, adds the others up; it is left out if none of them speaks for or against the fit.
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
	add(e.divides())
	add(e.drives())
	add(e.apart())
	for i := first; useless && i < len(out); i++ {
		v := &out[i]
		if v.Sentence = "This says little, because the model does not predict. " + v.Sentence; v.Status == Good {
			v.Status = Told
		}
	}
	add(e.trust(out))
	return out
}

// ExceedsNull reports whether a partial correlation of pc nats shows that groups are not independent: its p-value is at
// most .05, it is more than twice the mean of the shifts, and more than a hundredth of a nat.
func ExceedsNull(pc float64, shifted []float64) bool {
	return PValue(pc, shifted) <= rare && pc > excess*stat.Mean(shifted, nil) && pc > nothing
}

// PValue returns the probability of a partial correlation that is as large as pc, or larger, if the groups are
// independent: (1 + the number of shifts that reach pc) / (1 + the number of shifts). It is NaN without shifts.
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

// Holds reports whether the R2 of a behaviour that is decoded from some latents is more than chance gives.
func Holds(r2 float64) bool { return r2 >= decodes }

// predicts answers whether the model predicts held-out activity. The model is useless if it predicts none of it.
func (e Evidence) predicts() (v *Verdict, useless bool) {
	v = &Verdict{Key: Predicts, Question: "Does it predict?"}
	if b := e.BitsPerSpike; b != nil && finite(b.Test) {
		return v, v.bits(b.Train, b.Test)
	}
	if e.R2 == nil {
		return nil, false
	}
	r2, held, of := e.R2.Test, finite(e.R2.Test), "held-out activity"
	if !held {
		r2, of = e.R2.Train, "the activity that it was trained on (none was held out)"
	}
	if !finite(r2) {
		return nil, false
	}
	if r2 <= 0 {
		how := "no better than"
		if r2 < 0 {
			how = "worse than"
		}
		if v.Status = Care; !held {
			v.Status = Unsure
		}
		v.Sentence = fmt.Sprintf("No: it predicts %s %s each channel's mean (R2 %s).", of, how, hundredths(r2))
		return v, true
	}
	v.Sentence = fmt.Sprintf("It predicts %s of the variance of %s, one bin ahead.", share(r2), of)
	train := e.R2.Train
	switch loss := train - r2; {
	case !held:
		v.Status = Unsure
	case e.Smoothed:
		v.Status = Unsure
		v.Sentence += " The activity was smoothed, which makes successive bins alike:" +
			" fit without --smooth to judge the prediction."
	case loss > lost*train && loss > lostLeast:
		v.Status = Care
		v.Sentence += fmt.Sprintf(" In training it predicts %s: part of that is noise learned by heart.", share(train))
	case r2 < little:
		v.Status = Unsure
		v.Sentence += " That is little, but single bins may be mostly noise:" +
			" compare with another --method, or with wider bins."
	default:
		v.Status = Good
	}
	return v, false
}

// bits fills in the answer for counts, from bits per spike.
func (v *Verdict) bits(train, test float64) (useless bool) {
	if test <= 0 {
		v.Status, v.Sentence = Care, "No: it predicts held-out spikes no better than each unit's mean rate."
		if test < 0 {
			v.Sentence = fmt.Sprintf("No: it predicts held-out spikes worse than each unit's mean rate, by %s bits a spike.",
				digits(-test, 2))
		}
		return true
	}
	more := ""
	if finite(train) {
		more = fmt.Sprintf(" (%s in training)", digits(train, 2))
	}
	v.Status, v.Sentence = Good, fmt.Sprintf(
		"It predicts held-out spikes better than each unit's mean rate, by %s bits a spike%s.", digits(test, 2), more)
	if train > 0 && test < lostBits*train {
		v.Status = Care
		v.Sentence += " More than half of the gain in training is noise."
	}
	return false
}

// divides says what each group does most.
func (e Evidence) divides() *Verdict {
	if len(e.Groups) < 2 {
		return nil
	}
	var told, idle []string
	for i, g := range e.Groups {
		if g.Variance < none {
			idle = append(idle, g.Name)
		}
		if words := g.words(); i < named && len(words) > 0 {
			told = append(told, g.Name+": "+strings.Join(words, ", "))
		}
	}
	var sentences []string
	if len(told) > 0 {
		sentences = append(sentences, strings.Join(told, "; ")+".")
	}
	if len(e.Groups) > named {
		sentences = append(sentences, fmt.Sprintf("Groups that are not listed here: %d.", len(e.Groups)-named))
	}
	switch spare := len(idle); {
	case spare == len(e.Groups):
		sentences = append(sentences, "Without any one group the prediction is no worse.")
	case spare > 1:
		sentences = append(sentences,
			fmt.Sprintf("Without any one of %s the prediction is no worse.", strings.Join(idle, ", ")))
	case spare == 1:
		sentences = append(sentences, fmt.Sprintf("Without %s the prediction is no worse.", idle[0]))
	}
	if len(told) == 0 && len(idle) == 0 {
		return nil
	}
	return &Verdict{Divided, "Which group does what?", Told, strings.Join(sentences, " ")}
}

// words say what a group explains, and the column of the behaviour or the band of frequencies that it holds.
func (g GroupEvidence) words() (words []string) {
	if g.Variance >= none {
		words = append(words, share(g.Variance)+" of the variance")
	}
	if d := g.Decoded; d != nil && Holds(d.R2) {
		return append(words, fmt.Sprintf("best at %s (R2 %s)", d.Name, hundredths(d.R2)))
	}
	if i := slices.IndexFunc(g.Rhythms, func(s Share) bool { return s.Part > most }); i >= 0 {
		words = append(words, "mostly "+g.Rhythms[i].Name)
	}
	return words
}

// Band says in a few words where a group has most of its power; "" if that is unknown.
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
		return fmt.Sprintf("outside the bands; %s %s", b.Name, share(b.Part))
	}
	return fmt.Sprintf("%s (%s)", b.Name, share(b.Part))
}

// drives names the strongest drive from one region to another.
func (e Evidence) drives() *Verdict {
	if e.Drive == nil {
		return nil
	}
	said := "See the weights between neurons: the recording does not name two regions with a drive between them."
	if f := e.Drive.Between; f != nil {
		said = fmt.Sprintf("The strongest drive is %s, over all groups.", f)
	}
	return &Verdict{Drives, "Who drives whom?", Told, said}
}

// apart answers whether the groups are independent.
func (e Evidence) apart() *Verdict {
	d := e.Independence
	if d == nil || len(e.Groups) < 2 || !finite(d.Partial) {
		return nil
	}
	v := &Verdict{Key: Independent, Question: "Are the groups independent?"}
	words := fmt.Sprintf("their partial correlation is %s nats", digits(d.Partial, 3))
	shifted := slices.DeleteFunc(slices.Clone(d.Shifted), func(x float64) bool { return !finite(x) })
	if len(shifted) == 0 {
		v.Status, v.Sentence = Told, "T"+words[1:]+"; 0 means independent."
		return v
	}
	p := PValue(d.Partial, shifted)
	control := fmt.Sprintf("p = %s over %d circular shifts", digits(p, 2), len(shifted))
	switch {
	case ExceedsNull(d.Partial, shifted):
		v.Status = Care
		mean := digits(stat.Mean(shifted, nil), 3)
		v.Sentence = fmt.Sprintf("No: %s, and %s on average after circular shifts (%s).", words, mean, control)
	case p <= rare:
		v.Status = Unsure
		v.Sentence = fmt.Sprintf("Hard to say: %s (%s). That is more than the shifts give,"+
			" but too little to call the groups dependent.", words, control)
	default:
		v.Status = Good
		v.Sentence = fmt.Sprintf("Nothing says otherwise: %s (%s).", words, control)
	}
	return v
}

// trust adds up the other answers.
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
		v.Status = Told
		but = append(but, strings.Join(unsure, " and ")+" cannot be answered by this run alone")
	}
	if len(against) > 0 || e.Warned {
		v.Status = Care
	}
	switch {
	case len(against) > 0:
		v.Sentence = fmt.Sprintf("With care: see %s.", strings.Join(see, " and "))
	case len(but) > 0:
		v.Sentence = fmt.Sprintf("Nothing here speaks against it, but %s.", strings.Join(but, ", and "))
	default:
		v.Sentence = "Nothing here speaks against it."
	}
	v.Sentence += " Before you build on it, fit again with another --seed, and check that the groups come back."
	return v
}
