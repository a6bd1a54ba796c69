package jsonnum_test

import (
	"encoding/json"
	"math"
	"testing"

	"facrnn/train/internal/jsonnum"
)

// TestFloat checks that finite numbers keep all their bits. Other numbers must become null and be read as NaN, and
// text is not a number.
func TestFloat(t *testing.T) {
	for _, test := range []struct {
		v    float64
		text string
	}{{0.25, "0.25"}, {math.MaxFloat64, "1.7976931348623157e+308"}, {math.NaN(), "null"},
		{math.Inf(1), "null"}, {math.Inf(-1), "null"}} {
		text, err := json.Marshal(jsonnum.Float(test.v))
		if err != nil || string(text) != test.text {
			t.Errorf("%v became %s, %v", test.v, text, err)
		}
		back := jsonnum.Float(7)
		err = json.Unmarshal(text, &back)
		if got := float64(back); err != nil || got != test.v && !(math.IsNaN(got) && test.text == "null") {
			t.Errorf("%s was read as %v, %v", text, got, err)
		}
	}
	var x jsonnum.Float
	if err := json.Unmarshal([]byte(`"1"`), &x); err == nil {
		t.Errorf("a text was read as %v", x)
	}
}
