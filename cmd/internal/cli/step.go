package cli

import (
	"time"

	"github.com/sirupsen/logrus"
)

// Step logs the name of a step that takes more than three seconds, and then its duration every half minute. done ends
// the step; it returns after the last line is written. A nil log disables Step.
func Step(log logrus.FieldLogger, what string) (done func()) {
	if log == nil {
		return func() {}
	}
	const patience, every = 3 * time.Second, 30 * time.Second
	began, ended, silent := time.Now(), make(chan struct{}), make(chan struct{})
	go func() {
		defer close(silent)
		for wait := patience; ; wait = every {
			select {
			case <-ended:
				return
			case <-time.After(wait):
			}
			if wait == patience {
				log.Info(EscapeControl(what))
			} else {
				log.Infof("%s: %s so far", EscapeControl(what), time.Since(began).Round(time.Second))
			}
		}
	}()
	return func() {
		close(ended)
		<-silent
	}
}
