package cli

import (
	"fmt"
	"io"
	"time"

	"github.com/schollz/progressbar/v3"
	"github.com/sirupsen/logrus"

	"facrnn/train"
)

// Progress returns a hook that shows the progress of a fit: a bar on a terminal, else a line in the log every few
// seconds. quiet replaces the bar by lines.
func Progress(w io.Writer, log logrus.FieldLogger, now train.Clock, quiet bool) train.Hook {
	if quiet || !terminal(w) {
		return lines(log, now, 5*time.Second)
	}
	return bar(w)
}

// bar returns a hook that draws a bar of the epochs of all restarts. If the bar cannot be drawn, for example because
// the terminal has closed, the fit continues.
func bar(w io.Writer) train.Hook {
	var b *progressbar.ProgressBar
	begun := map[int]int{}                    // Epochs done, by restart.
	reach := func(restart, epoch int) error { // The bar stays where it is when a restart rolls back some epochs.
		more := max(0, epoch-begun[restart])
		begun[restart] += more
		_ = b.Add(more) // A failure only loses a picture.
		return nil
	}
	return train.Hook{
		Name: "progress bar",
		Start: func(r *train.Progress) error {
			if b == nil {
				b = progressbar.NewOptions(r.Epochs*r.Restarts, progressbar.OptionSetWriter(w),
					progressbar.OptionSetItsString("epoch"), progressbar.OptionShowIts(), progressbar.OptionShowCount(),
					progressbar.OptionThrottle(100*time.Millisecond), progressbar.OptionSetWidth(20),
					progressbar.OptionClearOnFinish(), progressbar.OptionSetDescription("training"))
			}
			return reach(r.Restart, len(r.Rows)) // A resumed restart has rows already.
		},
		Epoch: func(r *train.Progress) error {
			b.Describe(fmt.Sprintf("loss %.4g, lr %.2g", r.Row.Train.Loss, r.Row.Rate))
			return reach(r.Restart, r.Row.Epoch)
		},
		End: func(r *train.Progress) error { // A restart that stops early fills its part of the bar.
			return reach(r.Restart, r.Epochs)
		},
	}
}

// lines returns a hook that logs the epoch and the loss, at most once per interval.
func lines(log logrus.FieldLogger, now train.Clock, every time.Duration) train.Hook {
	last := now()
	return train.Hook{
		Name: "progress",
		Epoch: func(r *train.Progress) error {
			if now().Sub(last) < every {
				return nil
			}
			last = now()
			l := log.WithFields(logrus.Fields{
				"epoch": fmt.Sprintf("%d/%d", r.Row.Epoch, r.Epochs),
				"loss":  fmt.Sprintf("%.5g", r.Row.Train.Loss),
				"lr":    fmt.Sprintf("%.2g", r.Row.Rate),
			})
			if r.Restarts > 1 {
				l = l.WithField("restart", r.Restart+1)
			}
			if rest := r.Epochs - r.Row.Epoch; rest > 0 {
				l = l.WithField("left", train.Span(r.Row.Seconds/float64(r.Row.Epoch)*float64(rest)))
			}
			l.Info("training")
			return nil
		},
	}
}
