package evaluate

import (
	"fmt"
	"math"
	"slices"
)

// Course is the loss of one restart over its epochs, in nats per bin. It is the held-out loss if enough epochs have
// one, else the training loss. The weight of the partial correlation changes during training. All losses use the
// weights of the last epoch, because with their own weights they would change even if the model did not.
type Course struct {
	Epochs     int       // number of epochs trained
	Epoch      []float64 // epochs that have a loss, in order
	Loss       []float64 // at Epoch; may be NaN
	Held       bool      // the losses are held-out losses
	Reweighted bool      // the weights changed during training
}

// shape is the form of the loss over epochs.
type shape int

const (
	flat    shape = iota // converged
	falling              // still falls
	rising               // rose after its best epoch
	short                // too few epochs
	broken               // not a number
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
		v.Status, v.Sentence = Good, fmt.Sprintf("Yes: after %s the loss hardly changes.", epochs)
	case falling:
		v.Sentence = fmt.Sprintf("Not yet: after %s the loss still falls. Train longer with --epochs.", epochs)
	case rising:
		v.Sentence = "No: the loss has risen since its best epoch. Try a lower --lr."
		if e.Course.Held {
			v.Sentence = "No: the held-out loss has risen since its best epoch. Stop earlier with --patience, or try " +
				"fewer latents."
		}
	case short:
		if v.Sentence = fmt.Sprintf("Unknown: too few epochs to judge (%d).", e.Course.Epochs); e.Running {
			v.Status = Neutral
		}
	case broken:
		v.Sentence = "No: the loss is not a number. Try a lower --lr."
	}
	return v
}

func epochs(n int) string {
	if n == 1 {
		return "1 epoch"
	}
	return fmt.Sprintf("%d epochs", n)
}

// Describe returns a sentence on the epoch with the lowest loss and on the change of the loss at the end.
func (c *Course) Describe() string {
	_, text := c.judge()
	return text
}

// judge finds the lowest loss and classifies the course. It compares the medians of the last two tenths of the
// epochs, because minibatches differ, and divides by the gain of the training.
func (c *Course) judge() (shape, string) {
	name := "The loss"
	if c.Held {
		name = "The held-out loss"
	}
	if c.Reweighted {
		name += " (with the last epoch's weights)"
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
	text := fmt.Sprintf("%s is lowest in epoch %.0f of %.0f (%s nats per bin)",
		name, c.Epoch[best], c.Epoch[last], digits(c.Loss[best], 4))
	if len(c.Loss) < minEpochs {
		return short, text + "."
	}
	since := func(part float64) int { // the first index in the last part of the epochs
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
		return broken, text + "."
	}
	verb := "rose"
	if change < 0 {
		verb = "fell"
	}
	text += fmt.Sprintf(". From the second-last to the last tenth of the epochs it %s by %s", verb,
		digits(math.Abs(change), 2))
	if gained > 0 {
		text += fmt.Sprintf(", %s of the total gain", share(math.Abs(change)/gained))
	}
	switch {
	case gained > 0 && change < -maxChange*gained:
		return falling, text + "."
	case !(gained > 0) || above > maxRise*gained:
		return rising, text + "."
	}
	return flat, text + "."
}

// median returns the middle of the finite values, the upper one of two. It is NaN if no value is finite.
func median(values []float64) float64 {
	v := slices.DeleteFunc(slices.Clone(values), func(x float64) bool { return !finite(x) })
	if len(v) == 0 {
		return math.NaN()
	}
	slices.Sort(v)
	return v[len(v)/2]
}
