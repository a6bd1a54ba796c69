package nwb

import (
	"context"
	"errors"
	"fmt"
	"math"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"facrnn/data"
	"facrnn/data/hdf5"
)

// readBlocks reads with so few values at once that they come in many blocks.
func readBlocks(path string, sel data.Selection, values int) (*data.Recording, error) {
	f, err := openFile(path)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.file.h5.Close() }() // read only
	f.file.blockValues = values
	return record(f, sel)
}

// TestTiling checks that blocks are whole chunks, of all channels where these fit; without chunks, channel by channel,
// runs are long.
func TestTiling(t *testing.T) {
	for name, c := range map[string]struct {
		bins, channels int
		byChannel      bool
		chunk          []int
		most           int
		want           tiling
	}{
		"in one piece":             {1 << 20, 100, false, nil, 1 << 12, tiling{40, 100, 1}},
		"wider than a block":       {1 << 20, 100, false, nil, 30, tiling{1, 30, 1}},
		"in one piece, by channel": {1 << 20, 100, true, nil, 1 << 16, tiling{1 << 14, 4, 1}},
		"chunks":                   {1 << 20, 100, false, []int{8, 30}, 1 << 12, tiling{40, 100, 8}},
		"chunks, by channel":       {1 << 20, 100, true, []int{30, 8}, 1 << 12, tiling{40, 100, 8}},
		"long chunks":              {1 << 20, 100, false, []int{1000, 2}, 1 << 12, tiling{1000, 4, 1000}},
		"chunks that are more than a block": {1 << 20, 100, false, []int{1 << 13, 3}, 1 << 12,
			tiling{1 << 13, 3, 1 << 13}},
		"one channel": {1 << 20, 1, false, []int{1000}, 1 << 12, tiling{4000, 1, 1000}},
	} {
		s := &series{bins: c.bins, channels: c.channels, byChannel: c.byChannel, data: &dataset{chunk: c.chunk}}
		if got := s.tiling(c.most); got != c.want {
			t.Errorf("%s: %+v, not %+v", name, got, c.want)
		}
	}
}

// drawn is a random series, with the result of a simple reference reader.
type drawn struct {
	values         []float64 // (bins,channels)
	bins, channels int
	times          []float64
	step           float64
	start, stop    []float64 // of trials; nil for none
}

// average returns the mean of each bin of a width by the definition: sample by sample, bin by bin.
func (p drawn) average(width float64) (rows [][]float32, time []float64, trial, starts []int) {
	start, stop := p.start, p.stop
	if start == nil {
		start, stop = []float64{p.times[0]}, []float64{p.times[p.bins-1] + p.step}
	}
	trials := 0
	for k := range start {
		gap, some := true, false
		for i := 0; start[k]+float64(i+1)*width <= stop[k]; i++ {
			row, seen := make([]float32, p.channels), false
			for n := range row {
				total, count := 0.0, 0.0
				for j, t := range p.times {
					if t < start[k]+float64(i)*width || t >= start[k]+float64(i+1)*width {
						continue
					}
					seen = true
					if v := p.values[j*p.channels+n]; v == v {
						total, count = total+v, count+1
					}
				}
				row[n] = float32(total / count)
			}
			if !seen {
				gap = true
				continue
			}
			if gap {
				starts = append(starts, len(rows))
			}
			gap, some = false, true
			rows, time, trial = append(rows, row), append(time, start[k]+float64(i)*width), append(trial, trials)
		}
		if some {
			trials++
		}
	}
	return rows, time, trial, starts
}

// draw makes a series of whole numbers, some missing, whose times are multiples of 1/128 s, exact in binary.
func draw(t *rapid.T, stamped bool) drawn {
	p := drawn{bins: rapid.IntRange(2, 60).Draw(t, "bins"), channels: rapid.IntRange(2, 6).Draw(t, "channels"),
		step: 1. / 128}
	at := float64(rapid.IntRange(-50, 50).Draw(t, "start")) / 128
	for i := range p.bins {
		// few gaps, so that the median step does not change
		if stamped && i > p.bins/2+1 && rapid.IntRange(0, 9).Draw(t, "gap") == 0 {
			at += float64(rapid.IntRange(1, 30).Draw(t, "length")) / 128
		}
		p.times = append(p.times, at)
		at += p.step
	}
	for range p.bins * p.channels {
		v := float64(rapid.IntRange(-99, 99).Draw(t, "value"))
		if v > 80 {
			v = math.NaN()
		}
		p.values = append(p.values, v)
	}
	for range rapid.IntRange(0, 4).Draw(t, "trials") {
		a := p.times[0] + float64(rapid.IntRange(-9, 60).Draw(t, "begin"))/128
		p.start, p.stop = append(p.start, a), append(p.stop, a+float64(rapid.IntRange(1, 40).Draw(t, "length"))/128)
	}
	slices.Sort(p.start)
	for k := range p.start { // sorted apart from their stops, some of which may come too early
		p.stop[k] = max(p.stop[k], p.start[k]+1./128)
	}
	return p
}

// write writes a series in whatever orientation and chunks.
func (p drawn) write(t *rapid.T, path string, stamped bool) {
	byChannel := rapid.Bool().Draw(t, "byChannel")
	shape, values := []int{p.bins, p.channels}, p.values
	if byChannel {
		shape, values = []int{p.channels, p.bins}, make([]float64, len(p.values))
		for i, v := range p.values {
			values[i%p.channels*p.bins+i/p.channels] = v
		}
	}
	var o, list hdf5.Options
	if rapid.Bool().Draw(t, "chunked") {
		o.Chunk = []int{rapid.IntRange(1, shape[0]).Draw(t, "rows"), rapid.IntRange(1, shape[1]).Draw(t, "columns")}
		list.Chunk = []int{rapid.IntRange(1, p.bins).Draw(t, "times")}
	}
	w, err := hdf5.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	w.Root().Attr("nwb_version", "2.8.0")
	g := at(w.Root(), "acquisition/x", "ElectricalSeries")
	g.Dataset("data", values, shape, o)
	g.Dataset("electrodes", make([]int, p.channels), nil, hdf5.Options{})
	if stamped {
		g.Dataset("timestamps", p.times, nil, list)
	} else {
		g.Dataset("starting_time", p.times[0], nil, hdf5.Options{}).Attr("rate", 1/p.step)
	}
	if p.start != nil {
		trials(w.Root(), p.start, p.stop)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
}

// TestBinnedSeries checks that each bin holds the mean of the samples in it, computed from the definition. It does so
// for any orientation, chunks, gaps, overlapping trials and block sizes. Samples without bins must not depend on
// these either.
func TestBinnedSeries(t *testing.T) {
	dir := t.TempDir()
	n := 0
	rapid.Check(t, func(rt *rapid.T) {
		stamped := rapid.Bool().Draw(rt, "stamped")
		p := draw(rt, stamped)
		if p.bins == p.channels { // the orientation would be ambiguous
			return
		}
		n++
		path := filepath.Join(dir, fmt.Sprint(n%8))
		p.write(rt, path, stamped)
		values := rapid.IntRange(1, 80).Draw(rt, "at once")
		width := float64(rapid.IntRange(2, 40).Draw(rt, "width")) / 128
		rows, time, trial, starts := p.average(width)
		r, err := readBlocks(path, data.Selection{BinWidth: width}, values)
		if len(rows) == 0 {
			if p.start != nil && err == nil || err == nil && r.Bins() > 0 {
				rt.Fatalf("%v, %d bins where there are none", err, r.Bins())
			}
			return
		}
		if err != nil {
			rt.Fatal(err)
		}
		if d := cmp.Diff(slices.Concat(rows...), r.Activity.Data, sameFloats); d != "" || r.BinWidth != width {
			rt.Fatalf("means in bins of %v s: %s", r.BinWidth, d)
		}
		for what, d := range map[string]string{"time": cmp.Diff(time, r.Time), "trial": cmp.Diff(trial, r.Trial),
			"starts": cmp.Diff(starts, r.SegmentStarts)} {
			if d != "" {
				rt.Fatalf("%s: %s", what, d)
			}
		}
		whole, err := Read(path, data.Selection{})
		if err != nil {
			return // no sample lies in a trial
		}
		for _, w := range [...]float64{0, p.step} { // bins of one sample are the samples
			r, err := readBlocks(path, data.Selection{BinWidth: w}, values)
			if err != nil {
				rt.Fatal(err)
			}
			r.Selection = whole.Selection
			if d := cmp.Diff(whole, r, sameFloats, cmp.Comparer(func(a, b float64) bool { return a == b })); d != "" {
				rt.Fatalf("%d values at once: %s", values, d)
			}
		}
		for row, at := range whole.Time {
			i := slices.Index(p.times, at)
			for n, v := range whole.Activity.Row(row) {
				if x := float32(p.values[i*p.channels+n]); v != x && (v == v || x == x) {
					rt.Fatalf("sample %d of channel %d is %v, not %v", i, n, v, x)
				}
			}
		}
	})
}

// TestBinWidthOfSeries says what is made of a width, and of what cannot be averaged.
func TestBinWidthOfSeries(t *testing.T) {
	inf := float32(math.Inf(1))
	nan := float32(math.NaN())
	path := build(t, func(g *hdf5.Group) {
		d := rated(g, "acquisition/x", []float32{1, 2, 3, nan, nan, nan, 7, 8, inf, -inf, -inf, 1}, []int{6, 2}, 5, 2)
		d.Attr("conversion", 10.0)
		d.Attr("offset", 1.0)
	})
	for width, want := range map[float64][]float32{
		0:       {11, 21, 31, nan, nan, nan, 71, 81, inf, -inf, -inf, 11},
		0.49999: {11, 21, 31, nan, nan, nan, 71, 81, inf, -inf, -inf, 11},
		// NaN are left out; of infinite values of either sign there is no mean, which is not to look missing
		1:   {21, 21, 71, 81, inf, -inf},
		1.4: {21, 21, inf, -inf}, // what is left after whole bins is dropped
	} {
		r, err := Read(path, data.Selection{BinWidth: width})
		if err != nil {
			t.Errorf("%v: %v", width, err)
			continue
		}
		if d := cmp.Diff(want, r.Activity.Data, sameFloats); d != "" || r.Unit != "Hz" {
			t.Errorf("bins of %v s, in %s: %s", width, r.Unit, d)
		}
		if averaged := noted(r.Notes,
			"The samples of acquisition/x, 0.5 s apart, are averaged in bins of"); averaged != (width >= 1) {
			t.Errorf("bins of %v s: notes %q", width, r.Notes)
		}
	}
	for _, c := range []struct {
		sel  data.Selection
		want string
	}{
		{data.Selection{BinWidth: 0.1},
			"acquisition/x: --bin-width of 0.1 s is less than the 0.5 s between its samples: give more, or leave it " +
				"out"},
		{data.Selection{BinWidth: 1, Smooth: 1e9}, "--smooth 1e+09 s is longer than the recording (3 s)"},
	} {
		if _, err := Read(path, c.sel); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%+v: %v", c.sel, err)
		}
	}
	r, err := Read(build(t, func(g *hdf5.Group) {
		rated(g, "acquisition/x", slices.Repeat([]float32{4, 2}, 40), []int{40, 2}, 0, 10)
	}), data.Selection{BinWidth: 0.4, Smooth: 1})
	if err != nil || r.Bins() != 10 || !(math.Abs(float64(r.Activity.Data[9])-2) <= 1e-6) {
		t.Errorf("smoothed bins: %+v, %v", r, err)
	}
}

// TestOnlyWhatTrialsTake checks that only the needed samples are read of a series that is much longer than its
// trials.
func TestOnlyWhatTrialsTake(t *testing.T) {
	const bins = 200000
	for name, o := range map[string]hdf5.Options{"in one piece": {}, "in chunks": {Chunk: []int{100, 1}}} {
		path := build(t, func(g *hdf5.Group) {
			stampedTimes := make([]float64, bins)
			for i := range stampedTimes {
				stampedTimes[i] = float64(i)
			}
			x := at(g, "acquisition/x", "TimeSeries")
			x.Dataset("timestamps", stampedTimes, nil, hdf5.Options{Chunk: []int{50000}})
			x.Dataset("data", ramp(2*bins), []int{bins, 2}, o)
			trials(g, []float64{150, 100010}, []float64{160, 100030})
		})
		var read int64
		f := open(t, path)
		f.file.progress = func(what string, done, total int64) error {
			if what == "reading acquisition/x" {
				read = done
				if done > total {
					t.Errorf("%d of %d bytes are read", done, total)
				}
			}
			return nil
		}
		r, err := record(f, data.Selection{})
		if err != nil {
			t.Fatal(err)
		}
		if want := []float32{300, 301}; !slices.Equal(r.Activity.Row(0), want) || r.Bins() != 30 ||
			r.Activity.Row(29)[1] != 200059 {
			t.Errorf("%s: %v", name, r.Activity)
		}
		if want := map[bool]int64{true: 30 * 8, false: 200 * 8}[o.Chunk == nil]; read != want {
			t.Errorf("%s: %d bytes are read, not %d", name, read, want)
		}
	}
}

// TestReadEnds checks that the reported progress ascends to its total, and that reading ends as soon as its context
// ends.
func TestReadEnds(t *testing.T) {
	path := build(t, func(g *hdf5.Group) {
		stamped(g, "acquisition/x", "TimeSeries", ramp(20), []int{10, 2}, []float64{0, 1, 2, 3, 4, 5, 6, 7, 8, 9})
		units(g, []float64{1, 2, 3}, []float64{2, 3})
	})
	for _, sel := range []data.Selection{{Series: "x"}, {Units: true}} {
		var parts []string
		ends := map[string]bool{}
		_, err := ReadContext(t.Context(), path, sel, Options{Progress: func(what string, done, total int64) {
			if !slices.Contains(parts, what) {
				parts = append(parts, what)
			}
			ends[what] = done == total
		}})
		if err != nil {
			t.Fatal(err)
		}
		want := []string{"reading acquisition/x/timestamps", "reading acquisition/x", "checksum of t.nwb"}
		if sel.Units {
			want = []string{"reading units/spike_times", "checksum of t.nwb"}
		}
		if d := cmp.Diff(want, parts); d != "" {
			t.Error(d)
		}
		for _, part := range parts {
			if !ends[part] {
				t.Errorf("%s does not end", part)
			}
			ctx, stop := context.WithCancel(t.Context())
			_, err := ReadContext(ctx, path, sel, Options{Progress: func(what string, _, _ int64) {
				if what == part {
					stop()
				} else if ctx.Err() != nil {
					t.Errorf("%s goes on with %s", part, what)
				}
			}})
			if !errors.Is(err, context.Canceled) {
				t.Errorf("%s: %v", part, err)
			}
		}
	}
	ctx, stop := context.WithCancel(t.Context())
	stop()
	if _, err := ListContext(ctx, path, Options{}); !errors.Is(err, context.Canceled) {
		t.Errorf("list: %v", err)
	}
}

// TestTimelinePages checks that times are the same whether all or a page of them is in memory.
func TestTimelinePages(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		times := rapid.SliceOfN(rapid.Float64Range(-5, 5), 1, 40).Draw(rt, "times")
		slices.Sort(times)
		page := rapid.IntRange(1, 9).Draw(rt, "page")
		c := &timeline{samples: len(times), page: page, loaded: -1,
			read: func(p int) ([]float64, error) { return times[p*page : min(len(times), (p+1)*page)], nil }}
		for i := 0; i < len(times); i += page {
			c.begins = append(c.begins, times[i])
		}
		for range 5 {
			i := rapid.IntRange(0, len(times)-1).Draw(rt, "i")
			at := rapid.OneOf(rapid.Just(times[i]), rapid.Float64Range(-6, 6), rapid.Just(math.Inf(1)),
				rapid.Just(math.Inf(-1))).Draw(rt, "t")
			if want, _ := slices.BinarySearch(times, at); c.search(at) != want || c.at(i) != times[i] {
				rt.Fatalf("the first at %v or later is %d, not %d; number %d is at %v", at, c.search(at), want, i,
					c.at(i))
			}
		}
	})
}

// TestTooLarge checks that a recording is refused because of the size that is chosen, not of the file, before memory
// is allocated.
func TestTooLarge(t *testing.T) {
	times := &timeline{samples: 1 << 33, start: 1, rate: 1000, step: 1e-3}
	for name, c := range map[string]struct {
		width  float64
		trials []interval
		want   bool
	}{
		"all":                   {0, nil, true},
		"bins":                  {0.1, nil, true},
		"longer bins":           {10, nil, false},
		"trials":                {0, []interval{{5, 6}, {7000000, 7000100}}, false},
		"trials, not all there": {0, []interval{{5, 6}, {1e12, 2e12}}, false},
		"a trial without end":   {0.1, []interval{{0, math.MaxFloat64}}, true},
	} {
		n, _ := countRows(times, c.width, c.trials)
		if tooMany(n, 64) != c.want {
			t.Errorf("%s: %v bins", name, n)
		}
	}
	if c := cutBins(times, 10, []interval{{-math.MaxFloat64, 20}, {0, 25}}); !slices.Equal(c.time, []float64{0, 10}) ||
		!slices.Equal(c.samples, []int{0, 9000}) {
		t.Errorf("%+v", c)
	}
}

// TestOutline checks that all is said of a large series but what takes reading it, and neither that nor the whole file
// is read.
func TestOutline(t *testing.T) {
	path := build(t, func(g *hdf5.Group) {
		rated(g, "acquisition/x", ramp(24), []int{12, 2}, 0, 10)
		trials(g, []float64{0, 0.6}, []float64{0.5, 0.9})
	})
	whole, err := Read(path, data.Selection{BinWidth: 0.2})
	if err != nil {
		t.Fatal(err)
	}
	// 2 bins of 2 samples of 2 channels, and 1
	for most, want := range map[int][]float32{12: whole.Activity.Data, 11: nil} {
		f := open(t, path)
		f.file.outline = most
		f.file.progress = func(what string, _, _ int64) error {
			if want == nil || !strings.HasSuffix(what, "acquisition/x") {
				t.Errorf("%s", what)
			}
			return nil
		}
		r, err := record(f, data.Selection{BinWidth: 0.2})
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(want, r.Activity.Data); d != "" {
			t.Error(d)
		}
		r.Activity.Data, r.Source.SHA256, r.Selection = whole.Activity.Data, whole.Source.SHA256, whole.Selection
		if d := cmp.Diff(whole, r); d != "" {
			t.Error(d)
		}
	}
}
