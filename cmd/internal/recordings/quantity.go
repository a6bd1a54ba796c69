package recordings

import (
	"fmt"
	"strconv"
	"strings"
)

// Seconds is a setting of a duration, in seconds. A command line and a config file may give another unit; it is written
// as a number.
type Seconds float64

// UnmarshalText reads a number of seconds, "0.05", or a number with a unit, "50ms", "0.05 s", "1m".
func (s *Seconds) UnmarshalText(text []byte) error {
	v, ok := parse(string(text), map[string]float64{
		"ns": 1e-9, "us": 1e-6, "µs": 1e-6, "μs": 1e-6, "ms": 1e-3, "msec": 1e-3,
		"s": 1, "sec": 1, "second": 1, "seconds": 1, "m": 60, "min": 60, "h": 3600,
	})
	if !ok {
		return fmt.Errorf("%q is not a time: give seconds, such as 0.05, or a unit too, such as 50ms", text)
	}
	*s = Seconds(v)
	return nil
}

// Hertz is a setting of a rate, in Hz. It is written as a number.
type Hertz float64

// UnmarshalText reads a number of Hz, "0.5", or a number with a unit, "0.5Hz", "2 kHz".
func (h *Hertz) UnmarshalText(text []byte) error {
	v, ok := parse(string(text), map[string]float64{"Hz": 1, "hz": 1, "HZ": 1, "/s": 1, "kHz": 1e3, "khz": 1e3,
		"mHz": 1e-3})
	if !ok {
		return fmt.Errorf("%q is not a rate: give Hz, such as 0.5, or a unit too, such as 0.5Hz", text)
	}
	*h = Hertz(v)
	return nil
}

// parse reads a number that may end with a unit, and returns it in the unit of size 1. A number of small units is
// divided, not multiplied, so that 50ms is the same number as 0.05.
func parse(text string, units map[string]float64) (float64, bool) {
	text = strings.TrimSpace(text)
	if v, err := strconv.ParseFloat(text, 64); err == nil {
		return v, true
	}
	for unit, size := range units {
		number, ok := strings.CutSuffix(text, unit)
		if !ok {
			continue
		}
		v, err := strconv.ParseFloat(strings.TrimSpace(number), 64)
		switch {
		case err != nil:
			continue // "5ms" ends in s too
		case size < 1:
			return v / (1 / size), true
		}
		return v * size, true
	}
	return 0, false
}
