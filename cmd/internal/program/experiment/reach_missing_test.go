package experiment

import (
	"context"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"facrnn/data/npz"
)

// TestReachRefusesMissingBehavior checks that a hand that is missing in a bin has no position after it.
func TestReachRefusesMissingBehavior(t *testing.T) {
	hand := make([]float32, 12)
	hand[5] = float32(math.NaN())
	path := filepath.Join(t.TempDir(), "hand.npz")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	err = npz.Save(f, map[string]npz.Array{
		"activity": {Shape: []int{6, 2}, Data: make([]float32, 12)}, "behavior": {Shape: []int{6, 2}, Data: hand},
	}, false)
	if err == nil {
		err = f.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	e := &reach{Data: path}
	if _, err := e.open(context.Background(), nil); err == nil ||
		!strings.Contains(err.Error(), "give a recording without gaps") {
		t.Errorf("%v; want an error that says what to do", err)
	}
}
