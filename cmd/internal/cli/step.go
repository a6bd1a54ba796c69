package cli

import (
	"time"

	"github.com/sirupsen/logrus"
)

// Step says in the log what is being done, once it has taken three seconds, and every half minute from then on how long it has. done ends it, and nothing is said of it afterwards. Without a log nothing is said.
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
