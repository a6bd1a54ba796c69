package rundir

import (
	"encoding/json"
	"math"
	"os"
	"slices"
	"strings"
	"testing"

	"facrnn/graph"
	"facrnn/layers"
)

// TestSummaryOfDependentGroups checks that the null is in the summary, of held-out bins, and what lies far above it is
// warned of.
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
	mean, highest := got.Test["partial_correlation_null"], got.Test["partial_correlation_null_highest"]
	if !(mean <= highest) {
		t.Errorf("the null is %g, at most %g", mean, highest)
	}
	warned := slices.ContainsFunc(fitted.Summary.Warnings,
		func(w string) bool { return strings.Contains(w, "not independent") })
	if !warned {
		t.Errorf("no word of groups that are the same: %v", got.Test)
	}
}

// TestFactorizations checks a chain of four groups. Each pair of groups that are not neighbours has a name, a partial
// correlation and a control. The numbers of the summary are their sums.
func TestFactorizations(t *testing.T) {
	f, _ := finish(t, small(t, graph.Config{Structure: layers.Chain{1, 1, 1, 1}}))
	text, err := os.ReadFile(f.Path("summary.json"))
	if err != nil {
		t.Fatal(err)
	}
	var got struct {
		Test           map[string]float64
		Factorizations []Factorization
	}
	if err := json.Unmarshal(text, &got); err != nil {
		t.Fatal(err)
	}
	var names []string
	var sum, null float64
	for _, p := range got.Factorizations {
		names, sum, null = append(names, p.Name), sum+float64(p.Partial), null+float64(p.Null)
		if p.Shifts != 200 || !(p.P > 0 && p.P <= 1) || !(p.Highest >= p.Null) || p.Weight != 1 {
			t.Errorf("the factorization is %+v", p)
		}
	}
	if want := []string{"groups 1 and 3", "groups 1 and 4", "groups 2 and 4"}; !slices.Equal(names, want) {
		t.Errorf("the structure promises %q, want %q", names, want)
	}
	for _, c := range []struct{ sum, want float64 }{{sum, got.Test["partial_correlation"]},
		{null, got.Test["partial_correlation_null"]}} {
		if !(math.Abs(c.sum-c.want) <= 1e-9) {
			t.Errorf("the factorizations add up to %g, the summary says %g", c.sum, c.want)
		}
	}
}
