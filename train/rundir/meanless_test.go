package rundir

import (
	"slices"
	"strings"
	"testing"

	"facrnn/graph"
	"facrnn/layers"
)

// TestMeanlessFitIsWarnedOf checks the warning of a model that predicts no better than each channel's mean. R2 is of
// the held-out bins, or of the training bins if none are held out. A better model has no warning.
func TestMeanlessFitIsWarnedOf(t *testing.T) {
	for name, test := range map[string]struct {
		offset float32 // added to the prediction of every channel
		held   bool
		want   string
	}{
		"far off":                  {100, true, "the held-out bins no better than"},
		"far off, nothing is held": {100, false, "the training bins no better than"},
		"a fit":                    {0, false, ""},
	} {
		t.Run(name, func(t *testing.T) {
			o := longer(t, graph.Config{Structure: layers.Partition{1, 1}})
			m := o.Result.Model
			bias := m.Matrices().Bias
			for i := range bias {
				bias[i] += float64(test.offset)
			}
			if err := m.Set(m.Config.Arrays(graph.Matrices{Bias: bias})); err != nil {
				t.Fatal(err)
			}
			if !test.held {
				o.Split.Test = nil
			}
			_, fitted := finish(t, o)
			r2 := fitted.Summary.Train["r2"]
			if test.held {
				r2 = fitted.Summary.Test["r2"]
			}
			if (r2 <= 0) != (test.want != "") {
				t.Fatalf("the test's own fit has an R2 of %g", r2)
			}
			got := slices.ContainsFunc(fitted.Summary.Warnings,
				func(w string) bool { return strings.Contains(w, "no better than each channel's mean") })
			if got != (test.want != "") {
				t.Errorf("R2 is %g, and the warnings are %q", r2, fitted.Summary.Warnings)
			}
			if !strings.Contains(strings.Join(fitted.Summary.Warnings, "\n"), test.want) {
				t.Errorf("no word of %q in %q", test.want, fitted.Summary.Warnings)
			}
		})
	}
}
