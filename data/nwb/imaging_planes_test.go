package nwb

import (
	"bytes"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"facrnn/data"
	"facrnn/data/hdf5"
)

// imagingPlanes adds two series of ROI traces to a container, of two and three ROIs. The second has the given
// timestamps.
func imagingPlanes(g *hdf5.Group, times []float64) {
	at(g, "processing/ophys/DfOverF", "DfOverF")
	stamped(g, "processing/ophys/DfOverF/deep", "RoiResponseSeries", []float32{0, 1, 10, 11, 20, 21, 30, 31},
		[]int{4, 2}, []float64{0, 1, 2, 3})
	stamped(g, "processing/ophys/DfOverF/top", "RoiResponseSeries",
		[]float32{2, 3, 4, 12, 13, 14, 22, 23, 24, 32, 33, 34}, []int{4, 3}, times)
	at(g, "processing/ophys/DfOverF/deep", "").Dataset("rois", []int{1, 0}, nil, hdf5.Options{})
}

// TestPlanes checks that the series of one container stand side by side where its path is asked for, and only there.
func TestPlanes(t *testing.T) {
	path := build(t, func(g *hdf5.Group) {
		imagingPlanes(g, []float64{0, 1, 2, 3})
		trials(g, []float64{1}, []float64{3})
	})
	for _, name := range []string{"processing/ophys/DfOverF", "DfOverF", "/ophys/DfOverF/"} {
		r, err := Read(path, data.Selection{Series: name})
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff([]float32{10, 11, 12, 13, 14, 20, 21, 22, 23, 24}, r.Activity.Data); d != "" {
			t.Error(d)
		}
		want := []data.Channel{{Name: "deep/0"}, {Name: "deep/1"}, {Name: "top/0"}, {Name: "top/1"}, {Name: "top/2"}}
		if d := cmp.Diff(want, r.Channels); d != "" {
			t.Error(d)
		}
		if r.Source.Series != "processing/ophys/DfOverF" ||
			!noted(r.Notes, "2 series of processing/ophys/DfOverF, side by side") {
			t.Errorf("series %s, notes %q", r.Source.Series, r.Notes)
		}
		if err := r.Check(); err != nil {
			t.Error(err)
		}
	}
	for name, channels := range map[string]int{"deep": 2, "top": 3, "": 3} {
		if r, err := Read(path, data.Selection{Series: name}); err != nil || r.Activity.Cols != channels {
			t.Errorf("%q: %v", name, err)
		}
	}
}

// TestPlanesRefuse checks that planes that are sampled one after the other have no common bins.
func TestPlanesRefuse(t *testing.T) {
	path := build(t, func(g *hdf5.Group) { imagingPlanes(g, []float64{0.5, 1.5, 2.5, 3.5}) })
	if _, err := Read(path, data.Selection{Series: "DfOverF"}); err == nil ||
		!strings.Contains(err.Error(),
			"processing/ophys/DfOverF: its planes deep and top are sampled at different times: choose one of them by "+
				"--series") {
		t.Error(err)
	}
	if _, err := Read(path, data.Selection{Series: "ophys"}); err == nil ||
		!strings.Contains(err.Error(), "no such series") {
		t.Error(err)
	}
}

// TestNumbers checks that every kind of number is read as written, for any byte order and layout, times conversion
// and channel factor, plus offset.
func TestNumbers(t *testing.T) {
	packed := hdf5.Options{Chunk: []int{1, 2}, Deflate: 3, Shuffle: true}
	for name, c := range map[string]struct {
		values any
		want   []float32
	}{
		"int8":    {[]int8{-128, 127, 0, -1}, []float32{-128, 127, 0, -1}},
		"int16":   {[]int16{-32768, 32767, 0, -1}, []float32{-32768, 32767, 0, -1}},
		"int32":   {[]int32{-8388608, 8388607, 0, -1}, []float32{-8388608, 8388607, 0, -1}},
		"int64":   {[]int64{-8388608, 8388607, 0, -1}, []float32{-8388608, 8388607, 0, -1}},
		"uint8":   {[]uint8{255, 0, 1, 2}, []float32{255, 0, 1, 2}},
		"uint16":  {[]uint16{65535, 0, 1, 2}, []float32{65535, 0, 1, 2}},
		"uint32":  {[]uint32{1 << 31, 0, 1, 2}, []float32{1 << 31, 0, 1, 2}},
		"uint64":  {[]uint64{1 << 63, 0, 1, 2}, []float32{1 << 63, 0, 1, 2}},
		"float32": {[]float32{-1.5, 3e38, 0, 1e-30}, []float32{-1.5, 3e38, 0, 1e-30}},
		"float64": {[]float64{-1.5, 1e30, 0, 0.1}, []float32{-1.5, 1e30, 0, 0.1}},
	} {
		for _, o := range []hdf5.Options{{}, packed, {BigEndian: true},
			{BigEndian: true, Chunk: []int{2, 1}, Shuffle: true}} {
			path := build(t, func(g *hdf5.Group) {
				x := at(g, "acquisition/x", "ElectricalSeries")
				x.Dataset("starting_time", 0.0, nil, hdf5.Options{}).Attr("rate", 1.0)
				x.Dataset("data", c.values, []int{2, 2}, o)
				y := at(g, "acquisition/y", "ElectricalSeries")
				y.Dataset("timestamps", []float64{3, 4}, nil, hdf5.Options{BigEndian: o.BigEndian})
				d := y.Dataset("data", c.values, []int{2, 2}, o)
				d.Attr("conversion", 0.5)
				d.Attr("offset", 3.0)
				y.Dataset("channel_conversion", []float64{1, 0.25}, nil, hdf5.Options{BigEndian: o.BigEndian})
			})
			r, err := Read(path, data.Selection{Series: "x"})
			if err != nil {
				t.Errorf("%s %+v: %v", name, o, err)
				continue
			}
			if d := cmp.Diff(c.want, r.Activity.Data); d != "" {
				t.Errorf("%s %+v: %s", name, o, d)
			}
			if r, err = Read(path, data.Selection{Series: "y"}); err != nil {
				t.Errorf("%s %+v: %v", name, o, err)
				continue
			}
			for i, v := range c.want {
				if want := float32(toNumber(c.values, i, v)*[]float64{0.5, 0.125}[i%2] +
					3); r.Activity.Data[i] != want {
					t.Errorf("%s %+v: value %d is %v, want %v", name, o, i, r.Activity.Data[i], want)
				}
			}
			if d := cmp.Diff([]float64{3, 4}, r.Time); d != "" {
				t.Errorf("%s %+v: %s", name, o, d)
			}
		}
	}
}

// odd builds a file, and makes the numbers of its only dataset of single precision ones that are not IEEE's.
func odd(t *testing.T, fill func(*hdf5.Group)) string {
	t.Helper()
	path := build(t, fill)
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	single := []byte("\x11\x20\x1f\x00\x04\x00\x00\x00\x00\x00\x20\x00")
	half := []byte("\x11\x20\x0f\x00\x02\x00\x00\x00\x00\x00\x10\x00")
	if bytes.Count(whole, single) != 1 {
		t.Fatal("the type is not where it was sought")
	}
	if err := os.WriteFile(path, resealed(bytes.Replace(whole, single, half, 1)), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// TestOddTrials checks that unreadable trials are an error, and do not become one continuous segment unless the
// selection asks for it.
func TestOddTrials(t *testing.T) {
	path := odd(t, func(g *hdf5.Group) {
		rated(g, "acquisition/x", make([]float64, 8), []int{4, 2}, 0, 1)
		trials := at(g, "intervals/trials", "TimeIntervals")
		trials.Dataset("start_time", []float32{0, 2}, nil, hdf5.Options{})
		trials.Dataset("stop_time", []float64{2, 4}, nil, hdf5.Options{})
	})
	if _, err := Read(path, data.Selection{}); err == nil ||
		!strings.Contains(err.Error(), "intervals/trials/start_time: it cannot be read (") {
		t.Error(err)
	}
	if r, err := Read(path, data.Selection{Trials: "none"}); err != nil || r.Bins() != 4 {
		t.Error(err)
	}
}

// TestOddNumbers checks that numbers of another make than IEEE 754 are not read, and the error says so.
func TestOddNumbers(t *testing.T) {
	path := odd(t, func(g *hdf5.Group) { rated(g, "acquisition/x", ramp(4), []int{2, 2}, 0, 1) })
	if _, err := Read(path, data.Selection{}); err == nil ||
		!strings.Contains(err.Error(), "acquisition/x/data: it cannot be read (") ||
		!strings.Contains(err.Error(), "floating-point numbers of 2 bytes") {
		t.Error(err)
	}
}

// toNumber is value i as it was written; single is it in single precision.
func toNumber(values any, i int, single float32) float64 {
	if x, ok := values.([]float64); ok {
		return x[i]
	}
	return float64(single)
}
