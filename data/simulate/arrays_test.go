package simulate

import (
	"reflect"
	"strings"
	"testing"

	"facrnn/data/npz"
)

func TestTruthComesBackFromItsArrays(t *testing.T) {
	_, truth := reaches(t, ReachingOptions{Repeats: 1})
	for _, want := range []*Truth{truth, {Z: truth.Z}, {A: truth.A, Groups: []int{3, 1}}, {}} {
		got, err := TruthFrom(want.Arrays())
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("got %+v, %v, want %+v", got, err, want)
		}
	}
}

func TestTruthRefuses(t *testing.T) {
	for name, m := range map[string]map[string]npz.Array{
		"z":     {"z": npz.Ints([]int{1})},
		"c":     {"c": npz.Vector([]string{"a"})},
		"owner": {"owner": npz.Ints([]int{0, 1, 0})},
	} {
		if _, err := TruthFrom(m); err == nil || !strings.Contains(err.Error(), "array "+name) {
			t.Errorf("array %s: error %v", name, err)
		}
	}
}
