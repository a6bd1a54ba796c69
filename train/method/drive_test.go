package method

import (
	"math"
	"slices"
	"strings"
	"testing"

	"facrnn/data"
)

// driven returns a recording with three measured inputs in units of their own: one that grows, one of two values, one
// that never changes.
func driven(rec *data.Recording) *data.Recording {
	rec.Drive, rec.DriveNames = data.NewMatrix(rec.Bins(), 3), []string{"light", "side=left", "tone"}
	for t := range rec.Bins() {
		copy(rec.Drive.Row(t), []float32{300 + float32(t), float32(t % 2), 7})
	}
	return rec
}

// TestResolveDrive checks that the model has a D for the scaled columns of the measured input. The notes say so, and
// name columns that never change. Counts may have inputs too.
func TestResolveDrive(t *testing.T) {
	p, err := flags(t, "--split=none").Resolve(driven(signed(t)))
	if err != nil {
		t.Fatal(err)
	}
	if p.Config.Drive != 3 || !slices.Equal(p.Driven.Offset[1:], []float64{0.5, 7}) ||
		!slices.Equal(p.Driven.Factor[1:], []float64{0.5, 1}) {
		t.Errorf("%d columns, scaled by %+v", p.Config.Drive, p.Driven)
	}
	if !slices.ContainsFunc(p.Chosen, func(s string) bool {
		return strings.Contains(s,
			"the effect of 3 measured inputs on every channel is learned: light, side=left, tone")
	}) {
		t.Errorf("chosen: %q", p.Chosen)
	}
	if !slices.ContainsFunc(p.Warnings, func(s string) bool {
		return strings.Contains(s,
			"1 of 3 measured inputs never change in the training bins, and nothing is learned of them: tone")
	}) {
		t.Errorf("warnings: %q", p.Warnings)
	}
	if said := slices.ContainsFunc(p.Chosen, func(s string) bool {
		return strings.HasPrefix(s,
			"the history leaves out")
	}); said != (p.Config.LeftOut != nil) {
		t.Errorf("chosen: %q, and it leaves out %v", p.Chosen, p.Config.LeftOut)
	}
	if p, err = flags(t, "--observation=poisson").Resolve(driven(counted(t))); err != nil || p.Config.Drive != 3 {
		t.Errorf("counts: %v", err)
	}
	bad := driven(signed(t))
	bad.Drive.Row(5)[0] = float32(math.NaN())
	if _, err := flags(t).Resolve(bad); err == nil || !strings.Contains(err.Error(),
		"the first in light (column 0) at row 5") {
		t.Errorf("%v", err)
	}
}
