package recordings

import (
	"strings"
	"testing"

	"github.com/pelletier/go-toml/v2"
)

// TestUnits checks that a time or a rate is the same number, to the last bit, however its unit is given.
func TestUnits(t *testing.T) {
	for text, want := range map[string]float64{
		"0.05": 0.05, "50ms": 0.05, "50 ms": 0.05, "0.05s": 0.05, "0.05 s": 0.05, " 50000us ": 0.05, "50000µs": 0.05,
		"50msec": 0.05,
		"1m":     60, "1.5 min": 90, "2h": 7200, "-100ms": -0.1, "1e-1s": 0.1, "20ms": 0.02, "10ms": 0.01, "5ms": 0.005,
		"1ms": 0.001, "0": 0,
	} {
		var s Seconds
		if err := s.UnmarshalText([]byte(text)); err != nil || float64(s) != want {
			t.Errorf("%q is %v s, %v; want %v", text, s, err, want)
		}
	}
	for text, want := range map[string]float64{"0.5": 0.5, "0.5Hz": 0.5, "0.5 hz": 0.5, "2kHz": 2000, "1/s": 1} {
		var h Hertz
		if err := h.UnmarshalText([]byte(text)); err != nil || float64(h) != want {
			t.Errorf("%q is %v Hz, %v; want %v", text, h, err, want)
		}
	}
	for _, text := range []string{"", "ms", "wide", "5 mm", "0,05", "5Hz", "1m30"} {
		if err := new(Seconds).UnmarshalText([]byte(text)); err == nil || !strings.Contains(err.Error(), "50ms") {
			t.Errorf("%q as a time: the error is %v, want one that shows a time", text, err)
		}
	}
	for _, text := range []string{"", "Hz", "5s", "fast"} {
		if err := new(Hertz).UnmarshalText([]byte(text)); err == nil || !strings.Contains(err.Error(), "0.5Hz") {
			t.Errorf("%q as a rate: the error is %v, want one that shows a rate", text, err)
		}
	}
}

// TestFile checks that a config file may give a number or a text with a unit, and is written with numbers.
func TestFile(t *testing.T) {
	type settings struct {
		Width Seconds `toml:"width"`
		Rate  Hertz   `toml:"rate"`
	}
	for text, want := range map[string]settings{
		"width = 0.05\nrate = 2": {0.05, 2}, "width = 1\nrate = 0.5": {1, 0.5},
		"width = '50ms'\nrate = '0.5 Hz'": {0.05, 0.5},
	} {
		var got settings
		if err := toml.Unmarshal([]byte(text), &got); err != nil || got != want {
			t.Errorf("%q is %v, %v; want %v", text, got, err, want)
		}
	}
	if text, err := toml.Marshal(settings{0.05, 2}); err != nil || string(text) != "width = 0.05\nrate = 2.0\n" {
		t.Errorf("written as %q, %v; want numbers", text, err)
	}
}
