package method

import (
	"math"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// TestSizesWithoutBound checks that a size that no machine can handle is refused by the name of its flag. The error has
// the need and the largest accepted value, which is accepted.
func TestSizesWithoutBound(t *testing.T) {
	for _, c := range []struct {
		name string
		set  func(s *settings, v int)
		need bool // the message says how much the fit would need
	}{
		{"restarts", func(s *settings, v int) { s.Restarts = &v }, true},
		{"epochs", func(s *settings, v int) { s.Epochs = &v }, true},
		{"batch", func(s *settings, v int) { s.Batch = &v }, false},
		{"lags", func(s *settings, v int) { s.Lags = v }, false},
		{"hidden", func(s *settings, v int) { s.Decoder, s.Hidden = "mlp", v }, false},
		{"refit", func(s *settings, v int) { s.Refit = &v }, false},
		{"threads", func(s *settings, v int) { s.Threads = v }, false},
	} {
		resolved := func(v int) error {
			s, err := parsed()
			if err != nil {
				t.Fatal(err)
			}
			c.set(&s, v)
			_, err = s.Resolve(signed(t))
			return err
		}
		for _, v := range []int{1_000_000_000, math.MaxInt} {
			err := resolved(v)
			if err == nil || !strings.HasPrefix(err.Error(), "--"+c.name+" is "+strconv.Itoa(v)) ||
				c.need != strings.Contains(err.Error(), "of memory (limit: 256 GB)") {
				t.Errorf("--%s %d: %v, want an error that names it; with the need: %v", c.name, v, err, c.need)
				continue
			}
			most := regexp.MustCompile(`(?:at most|\d to) (\d+)`).FindStringSubmatch(err.Error())
			if most == nil {
				t.Errorf("--%s %d: %v, want the largest value", c.name, v, err)
				continue
			}
			if n, _ := strconv.Atoi(most[1]); resolved(n) != nil {
				t.Errorf("--%s %d: %v, but that is refused: %v", c.name, v, err, resolved(n))
			}
		}
	}
}

// TestMoreLatentsThanChannels checks that the error is about --latents, not about groups that the user did not set.
func TestMoreLatentsThanChannels(t *testing.T) {
	for _, groups := range []string{"", "auto"} {
		s, err := parsed()
		if err != nil {
			t.Fatal(err)
		}
		s.Latents, s.Groups = 1_000_000_000, groups
		if _, err := s.Resolve(signed(t)); err == nil || !strings.HasPrefix(err.Error(),
			"1000000000 latents are more than the recording's 6 channels") {
			t.Errorf("--groups %q: %v", groups, err)
		}
	}
}

// TestNeedOfBoth checks that two settings that are too much together are refused, though each is accepted without the
// other.
func TestNeedOfBoth(t *testing.T) {
	s, err := parsed()
	if err != nil {
		t.Fatal(err)
	}
	restarts, epochs := 9000, 1_000_000
	s.Restarts, s.Epochs = &restarts, &epochs
	if _, err := s.Resolve(signed(t)); err == nil || !strings.HasPrefix(err.Error(),
		"--epochs is 1000000: the fit would need about 1.8 TB of memory") {
		t.Errorf("%v, want that --epochs is refused", err)
	}
}
