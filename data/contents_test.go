package data_test

import (
	"math"
	"strings"
	"testing"

	"facrnn/data"
)

// TestSelectionCheck checks that the error for an invalid number names its flag, and that contradicting choices are
// refused.
func TestSelectionCheck(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	for _, c := range []struct {
		sel  data.Selection
		want string // "": none
	}{
		{data.Selection{}, ""},
		{data.Selection{BinWidth: 0.1, Smooth: 0.2, MinRate: 1, Align: "go", Before: -0.1, After: 0.3,
			Where: []string{"a=b"}}, ""},
		{data.Selection{Trials: "none", MinRate: 1}, ""},
		{data.Selection{BinWidth: -1}, "--bin-width"},
		{data.Selection{BinWidth: nan}, "--bin-width"},
		{data.Selection{Smooth: -1}, "--smooth is -1"},
		{data.Selection{Smooth: inf}, "--smooth is +Inf"},
		{data.Selection{MinRate: -2}, "--min-rate is -2"},
		{data.Selection{MinRate: nan}, "--min-rate is NaN"},
		{data.Selection{Before: 1}, "--align"},
		{data.Selection{After: nan}, "--align"},
		{data.Selection{Align: "go"}, "holds nothing"},
		{data.Selection{Align: "go", Before: 1, After: -1}, "holds nothing"},
		{data.Selection{Align: "go", Before: nan, After: 1}, "holds nothing"},
		{data.Selection{Align: "go", Before: inf, After: 1}, "holds nothing"},
		{data.Selection{Align: "go", Before: inf, After: math.Inf(-1)}, "holds nothing"},
		{data.Selection{Trials: "none", Where: []string{"a=b"}}, "--where"},
		{data.Selection{Trials: "none", Align: "go", After: 1}, "--align"},
	} {
		err := c.sel.Check()
		if (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
			t.Errorf("%+v: %v; want %q", c.sel, err, c.want)
		}
	}
}

func TestSelectionIsZero(t *testing.T) {
	for _, c := range []struct {
		sel  data.Selection
		want bool
	}{
		{data.Selection{}, true},
		{data.Selection{Where: []string{}, WhereUnits: []string{}}, true},
		{data.Selection{Where: []string{"a=b"}}, false},
		{data.Selection{WhereUnits: []string{"a=b"}}, false},
		{data.Selection{After: 1}, false},
		{data.Selection{Units: true}, false},
	} {
		if got := c.sel.IsZero(); got != c.want {
			t.Errorf("%+v: %v", c.sel, got)
		}
	}
}
