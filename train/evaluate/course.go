package evaluate

import (
	"fmt"
	"math"
	"slices"
)

// Course is the loss of one restart over its epochs, in nats a bin: held out if enough epochs have such a loss, else of
// training. The weight of the partial correlation changes as training goes on. Losses are to be compared with the last
// epoch's weights: with their own, they rise or fall though the model stays.
type Course struct {
	Epochs     int       // that were trained
	Epoch      []float64 // at which there is a loss, in order
	Loss       []float64 // at Epoch; NaN if it is not a number
	Held       bool      // the losses are of held-out bins
	Reweighted bool      // the weights changed, and the losses are with those of the last epoch
}

// shape is the form of a course of losses.
type shape int

const (
	flat    shape = iota // it has converged
	falling              // it still falls
	rising               // it is past its best
	short                // there are too few epochs
	broken               // the loss is not a number
)

// converges answers whether the training has converged.
func (e Evidence) converges() *Verdict {
	if e.Course == nil {
		return nil
	}
	form, _ := e.Course.judge()
	v := &Verdict{Converged, "Did it converge?", Care, ""}
	switch epochs := epochs(e.Course.Epochs); form {
	case flat:
		v.Status, v.Sentence = Good, fmt.Sprintf("Yes: the loss hardly moves over the last of %s.", epochs)
	case falling:
		v.Sentence = fmt.Sprintf("Not yet: after %s the loss still falls. Train longer with --epochs.", epochs)
	case rising:
		v.Sentence = "No: the loss has risen again since its best epoch. A lower --lr may help."
		if e.Course.Held {
			v.Sentence = "It went past its best: the held-out loss has risen again since." +
				" --patience stops in time; fewer latents may help."
		}
	case short:
		if v.Sentence = fmt.Sprintf("It is too early to say, after %s.", epochs); e.Running {
			v.Status = Told
		}
	case broken:
		v.Sentence = "No: the loss is not a number. A lower --lr may help."
	}
	return v
}

func epochs(n int) string {
	if n == 1 {
		return "1 epoch"
	}
	return fmt.Sprintf("%d epochs", n)
}

// Describe says in a sentence in which epoch the loss is lowest, and how much it still moved at the end.
func (c *Course) Describe() string {
	_, said := c.judge()
	return said
}

// judge finds the lowest loss, and compares the medians of the last two tenths of the epochs, because minibatches
// differ, with what training gained.
func (c *Course) judge() (shape, string) {
	name := "The loss"
	if c.Held {
		name = "The held-out loss"
	}
	if c.Reweighted {
		name += ", with the last epoch's weights,"
	}
	best, first := -1, math.NaN()
	for i, v := range c.Loss {
		if !finite(v) {
			continue
		}
		if best < 0 {
			first = v
		}
		if best < 0 || v < c.Loss[best] {
			best = i
		}
	}
	if best < 0 {
		return broken, name + " is not a number in any epoch."
	}
	last := len(c.Loss) - 1
	said := fmt.Sprintf("%s is lowest in epoch %.0f (%s nats a bin) of %.0f",
		name, c.Epoch[best], digits(c.Loss[best], 4), c.Epoch[last])
	if len(c.Loss) < fewestEpochs {
		return short, said + "."
	}
	since := func(part float64) int { // the first place in the last part of the epochs
		from := c.Epoch[last] - part*(c.Epoch[last]-c.Epoch[0])
		if i := slices.IndexFunc(c.Epoch, func(x float64) bool { return x > from }); i >= 0 {
			return i
		}
		return len(c.Epoch)
	}
	end := since(0.1)
	final := median(c.Loss[end:])
	change, gained, above := final-median(c.Loss[since(0.2):end]), first-c.Loss[best], final-c.Loss[best]
	if !finite(change) {
		return broken, said + "."
	}
	verb := "rose"
	if change < 0 {
		verb = "fell"
	}
	said += fmt.Sprintf("; between the last two tenths of the epochs it %s by %s", verb, digits(math.Abs(change), 2))
	if gained > 0 {
		said += fmt.Sprintf(", %s of what training gained", share(math.Abs(change)/gained))
	}
	switch {
	case gained > 0 && change < -settled*gained:
		return falling, said + "."
	case !(gained > 0) || above > risen*gained:
		return rising, said + "."
	}
	return flat, said + "."
}

// median returns the middle one of the finite values, the upper of two; NaN if there is none.
func median(values []float64) float64 {
	v := slices.DeleteFunc(slices.Clone(values), func(x float64) bool { return !finite(x) })
	if len(v) == 0 {
		return math.NaN()
	}
	slices.Sort(v)
	return v[len(v)/2]
}
