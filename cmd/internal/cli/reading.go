package cli

import (
	"fmt"
	"io"
	"time"

	"github.com/schollz/progressbar/v3"
	"github.com/sirupsen/logrus"

	"facrnn/data"
	"facrnn/train"
)

// Reading returns a function that shows the progress of reading a file, for parts that take more than two seconds. It
// draws a bar on a terminal, and otherwise logs a line every few seconds. quiet replaces the bar by lines.
func Reading(w io.Writer, log logrus.FieldLogger, now train.Clock, quiet bool) data.Progress {
	if quiet || !terminal(w) {
		return after(2*time.Second, 5*time.Second, now, func(what string, done, total int64) {
			log.Infof("%s: %.0f %% of %s", EscapeControl(what), 100*float64(done)/float64(total), size(total))
		}, func() {})
	}
	return readingBar(w, now)
}

// readingBar returns a function that draws a bar of the bytes of each part.
func readingBar(w io.Writer, now train.Clock) data.Progress {
	var b *progressbar.ProgressBar
	return after(2*time.Second, 100*time.Millisecond, now, func(what string, done, total int64) {
		if b == nil {
			b = progressbar.NewOptions64(total, progressbar.OptionSetWriter(w), progressbar.OptionShowBytes(true),
				progressbar.OptionShowCount(), progressbar.OptionSetWidth(20), progressbar.OptionClearOnFinish(),
				progressbar.OptionSetDescription(EscapeControl(what)))
		}
		_ = b.Set64(done) // A failure only loses a picture.
	}, func() {
		_ = b.Finish()
		b = nil
	})
}

// after returns a function that calls show, at most once per interval, for a part that takes longer than patience. It
// calls end when such a part ends.
func after(
	patience, every time.Duration, now train.Clock, show func(what string, done, total int64), end func(),
) data.Progress {
	var part string
	var begun, last time.Time
	shown := false
	return func(what string, done, total int64) {
		t := now()
		if what != part {
			part, begun, shown = what, t, false
		}
		switch {
		case done >= total:
			if shown {
				end()
			}
			part = ""
		case t.Sub(begun) > patience && (!shown || t.Sub(last) >= every):
			show(what, done, total)
			last, shown = t, true
		}
	}
}

// size formats a number of bytes.
func size(bytes int64) string {
	if bytes < 1e9 {
		return fmt.Sprintf("%.3g MB", float64(bytes)/1e6)
	}
	return fmt.Sprintf("%.3g GB", float64(bytes)/1e9)
}
