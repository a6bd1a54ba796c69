package rundir

import (
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"

	"facrnn/graph"
	"facrnn/layers"
)

// TestSummaryOfDependentGroups: the null is in the summary, of held-out bins, and what lies far above it is warned of.
func TestSummaryOfDependentGroups(t *testing.T) {
	o := small(t, graph.Config{Structure: layers.Partition{1, 1}})
	_, at := o.Result.Model.Recurrence()
	copy(at.Data[len(at.Data)/2:], at.Data[:len(at.Data)/2]) // both latents read the same
	f, fitted := finish(t, o)
	text, err := os.ReadFile(f.Path("summary.json"))
	if err != nil {
		t.Fatal(err)
	}
	var got struct{ Train, Test map[string]float64 }
	if err := json.Unmarshal(text, &got); err != nil {
		t.Fatal(err)
	}
	if _, ok := got.Train["partial_correlation_null"]; ok {
		t.Error("the null is of training bins although some are held out")
	}
	if mean, highest := got.Test["partial_correlation_null"], got.Test["partial_correlation_null_highest"]; !(mean <= highest) {
		t.Errorf("the null is %g, at most %g", mean, highest)
	}
	warned := slices.ContainsFunc(fitted.Summary.Warnings, func(w string) bool { return strings.Contains(w, "not independent") })
	if !warned {
		t.Errorf("no word of groups that are the same: %v", got.Test)
	}
}
