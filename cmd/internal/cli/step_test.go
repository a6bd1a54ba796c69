package cli

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// TestStep checks that a step of less than three seconds logs nothing. A longer step logs its name, and its duration
// every half minute.
func TestStep(t *testing.T) {
	for _, test := range []struct {
		takes time.Duration
		want  []string
	}{
		{time.Second, nil}, {4 * time.Second, []string{"filtering"}}, {70 * time.Second,
			[]string{"filtering", "filtering: 33s so far", "filtering: 1m3s so far"}},
	} {
		synctest.Test(t, func(t *testing.T) {
			var b strings.Builder
			log, err := Logger(&b, "info", "text")
			if err != nil {
				t.Fatal(err)
			}
			done := Step(log, "filtering")
			time.Sleep(test.takes)
			done()
			synctest.Wait()
			var lines []string
			for line := range strings.Lines(b.String()) {
				lines = append(lines, line)
			}
			if len(lines) != len(test.want) {
				t.Fatalf("a step of %v says %q, want %q", test.takes, lines, test.want)
			}
			for i, want := range test.want {
				if !strings.Contains(lines[i], want) {
					t.Errorf("line %d of a step of %v is %q, want %q", i, test.takes, lines[i], want)
				}
			}
		})
	}
	Step(nil, "nothing")()
}

// slow takes a second to write.
type slow struct{ strings.Builder }

func (s *slow) Write(b []byte) (int, error) {
	time.Sleep(time.Second)
	return s.Builder.Write(b)
}

// TestStepEndsItsLine checks that done waits for a line that is being written, so that later lines come after it.
func TestStepEndsItsLine(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var b slow
		log, err := Logger(&b, "info", "text")
		if err != nil {
			t.Fatal(err)
		}
		done := Step(log, "filtering")
		time.Sleep(3500 * time.Millisecond)
		done()
		if !strings.Contains(b.String(), "filtering") {
			t.Errorf("the step has ended, and the log has %q", b.String())
		}
	})
}
