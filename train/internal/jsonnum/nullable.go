// Package jsonnum holds numbers of JSON files that may be missing. It imports nothing of the project.
package jsonnum

import (
	"encoding/json"
	"math"
)

// Float is a number that may be missing. NaN and infinities, which JSON does not have, become null.
type Float float64

// MarshalJSON implements json.Marshaler.
func (x Float) MarshalJSON() ([]byte, error) {
	if v := float64(x); math.IsNaN(v) || math.IsInf(v, 0) {
		return []byte("null"), nil
	}
	return json.Marshal(float64(x))
}

// UnmarshalJSON implements json.Unmarshaler. null becomes NaN.
func (x *Float) UnmarshalJSON(text []byte) error {
	if string(text) == "null" {
		*x = Float(math.NaN())
		return nil
	}
	return json.Unmarshal(text, (*float64)(x))
}
