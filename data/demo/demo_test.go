package demo

import (
	"bytes"
	"errors"
	"flag"
	"maps"
	"math"
	"os"
	"reflect"
	"runtime"
	"slices"
	"testing"

	"facrnn/data/npz"
	"facrnn/data/simulate"
)

var update = flag.Bool("update", false, "write reach.npz again")

const largest = 450_000 // bytes; every program carries the file

// simulated returns the arrays that reach.npz must hold.
func simulated(t *testing.T) map[string]npz.Array {
	t.Helper()
	r, truth, err := simulate.Reaching(simulate.ReachingOptions{Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	m := npz.Arrays(r)
	m["velocity"] = m["behavior"]
	delete(m, "behavior")
	maps.Copy(m, truth.Arrays())
	return m
}

func TestFileIsWhatIsSimulated(t *testing.T) {
	want := simulated(t)
	if *update {
		var b bytes.Buffer
		if err := errors.Join(npz.Save(&b, want, true), os.WriteFile("reach.npz", b.Bytes(), 0o644)); err != nil {
			t.Fatal(err)
		}
		file = b.Bytes()
	}
	if len(file) > largest {
		t.Errorf("the file has %d bytes, more than %d", len(file), largest)
	}
	got, err := npz.LoadFrom(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		t.Fatal(err)
	}
	if a, b := slices.Sorted(maps.Keys(got)), slices.Sorted(maps.Keys(want)); !slices.Equal(a, b) {
		t.Fatalf("the file holds %v, the simulation %v; with -update it is written again", a, b)
	}
	for name := range want {
		if !near(got[name], want[name]) {
			t.Errorf("array %s differs from the simulation; with -update the file is written again", name)
		}
	}
}

// near reports whether two arrays are equal. On the architecture that wrote the file, it compares bit for bit.
// Elsewhere sines and fused multiplications may differ in the last bit of float64; after 16 closed-loop steps the
// difference is still far below the tolerance.
func near(a, b npz.Array) bool {
	if runtime.GOARCH == "amd64" || !slices.Equal(a.Shape, b.Shape) {
		return reflect.DeepEqual(a, b)
	}
	x, err := a.Float64s()
	y, errB := b.Float64s()
	if err != nil || errB != nil {
		return reflect.DeepEqual(a, b) // strings
	}
	return slices.EqualFunc(x, y, func(u, v float64) bool { return math.Abs(u-v) <= 1e-6*max(1, math.Abs(v)) })
}

func TestRecording(t *testing.T) {
	r, err := Recording()
	if err != nil {
		t.Fatal(err)
	}
	if err := r.Check(); err != nil {
		t.Error(err)
	}
	want, truth, err := simulate.Reaching(simulate.ReachingOptions{Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	if r.Source.Path != "demo" || r.Source.Format != "demo" || len(r.Source.SHA256) != 64 {
		t.Errorf("source %+v", r.Source)
	}
	if r.Trials != want.Trials || r.BinWidth != want.BinWidth || r.BehaviorName != "velocity" || !r.Input.Empty() {
		t.Errorf("%d trials, bin width %v, behaviour %s", r.Trials, r.BinWidth, r.BehaviorName)
	}
	if !slices.Equal(r.SegmentStarts, want.SegmentStarts) || !slices.Equal(r.Trial, want.Trial) ||
		!slices.Equal(r.Channels, want.Channels) {
		t.Error("trials or channels differ from the simulation")
	}
	got, err := Truth()
	if err != nil {
		t.Fatal(err)
	}
	if got.Z.Rows != r.Bins() || got.A.Rows != r.Activity.Cols || !slices.Equal(got.Groups, truth.Groups) ||
		!slices.Equal(got.Target, truth.Target) || len(got.C) != 4 || len(got.Bias) != 60 {
		t.Errorf("truth of %d bins, %d neurons, groups %v, %d targets", got.Z.Rows, got.A.Rows, got.Groups,
			len(got.Target))
	}
}
