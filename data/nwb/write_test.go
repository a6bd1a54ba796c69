package nwb

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"facrnn/data"
	"facrnn/data/hdf5"
)

// written writes results to a file and returns its path.
func written(t testing.TB, r Results) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "results.nwb")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := Write(f, r); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	return path
}

// readTable is a table of the module facrnn.
type readTable struct{ *group }

// openTable finds a table of the module; nil if it is missing.
func openTable(t testing.TB, path, name string) *readTable {
	t.Helper()
	f, err := openFile(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = f.file.h5.Close() })
	g := rootOf(t, f).child("processing").child("facrnn").child(name)
	if g == nil {
		return nil
	}
	return &readTable{g}
}

// numbers returns a column's values and shape.
func (r *readTable) numbers(t testing.TB, column string) ([]float64, []int) {
	t.Helper()
	d, err := r.dataset(column)
	if err != nil || d == nil {
		t.Fatalf("%s: %v, %v", column, d, err)
	}
	x, err := d.floats()
	if err != nil {
		t.Fatal(err)
	}
	return x, d.shape
}

func (r *readTable) description() string {
	s, _ := groupText(r.group.object, "description") // empty where it cannot be read
	return s
}

// session is a source file: a session with a subject, two of three trials with spikes of three units at two places.
func session(root *hdf5.Group) {
	texts := func(g *hdf5.Group, all ...string) {
		for i := 0; i < len(all); i += 2 {
			g.Dataset(all[i], all[i+1], nil, hdf5.Options{})
		}
	}
	texts(root, "identifier", "m1-7", "session_description", "day seven", "session_start_time",
		"2024-05-06T07:08:09.5+02:00", "timestamps_reference_time", "2024-05-06T07:00:00+02:00")
	general := root.Group("general")
	texts(general, "session_id", "7", "institution", "École", "lab", "B", "experiment_description", "reaching")
	general.Dataset("experimenter", []string{"Doe, Jane", "Roe, Richard"}, nil, hdf5.Options{})
	general.Dataset("keywords", []string{"reach"}, nil, hdf5.Options{})
	subject := general.Group("subject")
	texts(subject, "subject_id", "m1", "species", "Macaca mulatta", "sex", "F", "genotype", "wild", "strain", "s",
		"weight", "6 kg", "description", "a monkey", "date_of_birth", "2018-01-02T00:00:00+00:00")
	subject.Dataset("age", "P160D", nil, hdf5.Options{}).Attr("reference", "gestational")
	u := units(root, []float64{1, 1.01, 2.05}, []float64{1.15}, []float64{2.1, 5})
	u.Dataset("location", []string{"M1", "", "PMd"}, nil, hdf5.Options{})
	trials(root, []float64{1, 2, 3}, []float64{1.22, 2.2, 3.01})
}

// results returns a fit of the recording in a file, of two groups, with made-up numbers.
func results(t testing.TB, path string, sel data.Selection) Results {
	t.Helper()
	rec, err := Read(path, sel)
	if err != nil {
		t.Fatal(err)
	}
	return resultsOf(rec)
}

func resultsOf(rec *data.Recording) Results {
	const K = 3
	T, N := rec.Bins(), rec.Activity.Cols
	matrix := func(rows, cols, from int) data.Matrix {
		m := data.NewMatrix(rows, cols)
		for i := range m.Data {
			m.Data[i] = float32(from + i)
		}
		return m
	}
	return Results{
		Recording: rec, Split: data.Split{Train: upTo(T - 1), Test: []int{T - 1}}, Mu: matrix(T, K, 0),
		Filtered: matrix(T, K, 1000), A: matrix(N, K, 100), B: matrix(K, N, 200),
		W:      []data.Matrix{matrix(N, N, 300), matrix(N, N, 400)},
		Groups: []Group{{"1", []int{0, 1}}, {"shared", []int{1, 2}}},
		Method: "facrnn", Version: "v1", Settings: "seed = 1\n",
		Created: time.Date(2031, 2, 3, 4, 5, 6, 7000, time.UTC),
	}
}

// TestSession checks that the results have the session and subject of the source. Only the identifier is new, and
// contains the source's.
func TestSession(t *testing.T) {
	r := results(t, build(t, session), data.Selection{})
	want := data.Session{
		Identifier: "m1-7", Description: "day seven", Start: "2024-05-06T07:08:09.5+02:00",
		Reference: "2024-05-06T07:00:00+02:00",
		ID:        "7", Experiment: "reaching", Institution: "École", Lab: "B",
		Experimenters: []string{"Doe, Jane", "Roe, Richard"}, Keywords: []string{"reach"},
		Subject: data.Subject{ID: "m1", Species: "Macaca mulatta", Sex: "F", Age: "P160D", AgeReference: "gestational",
			DateOfBirth: "2018-01-02T00:00:00+00:00",
			Genotype:    "wild", Strain: "s", Weight: "6 kg", Description: "a monkey"},
	}
	if d := cmp.Diff(want, r.Recording.Session); d != "" {
		t.Errorf("the source's: %s", d)
	}
	again, err := Read(written(t, r), data.Selection{})
	if err != nil {
		t.Fatal(err)
	}
	got := again.Session
	if id := got.Identifier; !strings.HasPrefix(id, "m1-7-facrnn-") || len(id) != len("m1-7-facrnn-")+16 {
		t.Errorf("the identifier is %s", id)
	}
	got.Identifier = want.Identifier
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("the results': %s", d)
	}
}

// TestSessionOfOtherKinds checks that what is not text is left out, and does not keep a recording from being read.
func TestSessionOfOtherKinds(t *testing.T) {
	r := results(t, build(t, func(root *hdf5.Group) {
		rated(root, "acquisition/x", ramp(8), []int{4, 2}, 0, 1)
		root.Dataset("identifier", []bool{true}, nil, hdf5.Options{})
		root.Dataset("session_start_time", 5.0, nil, hdf5.Options{})
		general := root.Group("general")
		general.Dataset("experimenter", "Doe, Jane", nil, hdf5.Options{}) // one, as in old files
		general.Dataset("subject", "m1", nil, hdf5.Options{})
	}), data.Selection{})
	if d := cmp.Diff(data.Session{Experimenters: []string{"Doe, Jane"}}, r.Recording.Session); d != "" {
		t.Error(d)
	}
}

// TestWriteReadsBack checks that the project's own reader finds the latents as series at the session's times, in the
// source's trials.
func TestWriteReadsBack(t *testing.T) {
	r := results(t, build(t, session), data.Selection{})
	path := written(t, r)
	for name, want := range map[string]data.Matrix{"latents": r.Mu, "latents_filtered": r.Filtered,
		"split": {Rows: 8, Cols: 1, Data: []float32{0, 0, 0, 0, 0, 0, 0, 1}}} {
		got, err := Read(path, data.Selection{Series: name})
		if err != nil {
			t.Fatal(err)
		}
		if got.Source.Series != "processing/facrnn/"+name {
			t.Errorf("%s is at %s", name, got.Source.Series)
		}
		for what, d := range map[string]string{
			"values": cmp.Diff(want, got.Activity),
			"time":   cmp.Diff(r.Recording.Time, got.Time),
			"trial":  cmp.Diff(r.Recording.Trial, got.Trial),
			"starts": cmp.Diff(r.Recording.SegmentStarts, got.SegmentStarts),
			"spans":  cmp.Diff([]data.Span{{Start: 1, Stop: 1.22}, {Start: 2, Stop: 2.2}}, got.Spans),
		} {
			if d != "" {
				t.Errorf("%s: %s: %s", name, what, d)
			}
		}
	}
}

// TestWriteTables checks that the table units has one row per unit: name, region, row of A and column of B. The table
// groups has one row per group: its latents and W_g.
func TestWriteTables(t *testing.T) {
	r := results(t, build(t, session), data.Selection{})
	path := written(t, r)
	u := openTable(t, path, "units")
	if d := cmp.Diff([]string{"unit", "region", "A", "B"}, u.group.columns); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff([][]string{{"10", "11", "12"}, {"M1", "", "PMd"}},
		[][]string{u.strings("unit"), u.strings("region")}); d != "" {
		t.Error(d)
	}
	g := openTable(t, path, "groups")
	if d := cmp.Diff([]string{"1", "shared"}, g.strings("group")); d != "" {
		t.Error(d)
	}
	for _, c := range []struct {
		of     *readTable
		column string
		shape  []int
		want   func(i int) float64
	}{
		{u, "id", []int{3}, func(i int) float64 { return float64(10 + i) }}, // the source's ids
		{u, "A", []int{3, 3}, func(i int) float64 { return float64(r.A.Data[i]) }},
		{u, "B", []int{3, 3}, func(i int) float64 { return float64(r.B.Row(i % 3)[i/3]) }},
		{g, "W", []int{2, 3, 3}, func(i int) float64 { return float64(slices.Concat(r.W[0].Data, r.W[1].Data)[i]) }},
	} {
		x, shape := c.of.numbers(t, c.column)
		if !slices.Equal(shape, c.shape) {
			t.Errorf("%s is %v, want %v", c.column, shape, c.shape)
			continue
		}
		for i, v := range x {
			if v != c.want(i) {
				t.Errorf("%s: number %d is %g, want %g", c.column, i, v, c.want(i))
			}
		}
	}
}

// TestWriteDrive checks that with measured input, the table of units has a column for the effect of the input.
// Another column has the part that the history leaves out. Both name the input.
func TestWriteDrive(t *testing.T) {
	r := results(t, build(t, session), data.Selection{})
	r.Recording.DriveNames, r.D = []string{"light", "side=left"}, data.Matrix{Rows: 3, Cols: 2,
		Data: []float32{1, 2, 3, 4, 5, 6}}
	u := openTable(t, written(t, r), "units")
	if d := cmp.Diff([]string{"unit", "region", "A", "B", "D"}, u.group.columns); d != "" {
		t.Error(d)
	}
	r.E = data.Matrix{Rows: 3, Cols: 2, Data: []float32{6, 5, 4, 3, 2, 1}}
	u = openTable(t, written(t, r), "units")
	for name, want := range map[string][]float64{"D": {1, 2, 3, 4, 5, 6}, "E": {6, 5, 4, 3, 2, 1}} {
		x, shape := u.numbers(t, name)
		if d := cmp.Diff(want, x) + cmp.Diff([]int{3, 2}, shape); d != "" {
			t.Errorf("%s: %s", name, d)
		}
		attributes, err := u.group.sets[name].Attributes()
		if s, err := firstText(attributes, "description", err); err != nil ||
			!strings.Contains(s[0], "light, side=left") {
			t.Errorf("%s is described as %q, %v", name, s, err)
		}
	}
}

// TestWriteWithoutConnectivity checks that an MLP has no table of units. Very many units have A and B only, and the
// table of groups says how to compute W_g.
func TestWriteWithoutConnectivity(t *testing.T) {
	r := results(t, build(t, session), data.Selection{})
	r.A, r.B, r.W = data.Matrix{}, data.Matrix{}, nil
	path := written(t, r)
	g := openTable(t, path, "groups")
	if openTable(t, path, "units") != nil || g.group.has("W") || !strings.Contains(g.description(), "no connectivity") {
		t.Errorf("an MLP has a connectivity: %s", g.description())
	}
	r = resultsOf(&data.Recording{Activity: data.NewMatrix(2, MaxUnits+1), Channels: numbered(MaxUnits + 1),
		Time: []float64{0, 1}, Trial: []int{0, 0}, SegmentStarts: []int{0}, BinWidth: 1})
	path = written(t, r)
	g = openTable(t, path, "groups")
	if g.group.has("W") || !strings.Contains(g.description(), "1001 units are left out") ||
		!strings.Contains(g.description(), "A[:, g] @ B[:, g].T") {
		t.Errorf("W_g of many units: %t, %s", g.group.has("W"), g.description())
	}
	if _, shape := openTable(t, path, "units").numbers(t, "A"); !slices.Equal(shape, []int{MaxUnits + 1, 3}) {
		t.Errorf("A is %v", shape)
	}
}

// TestUnitIDs checks that names that are ids stay ids; other names are numbered.
func TestUnitIDs(t *testing.T) {
	for _, c := range []struct {
		names []string
		want  []int
	}{{[]string{"7", "3"}, []int{7, 3}}, {[]string{"7", "7"}, []int{0, 1}}, {[]string{"7", "n3"},
		[]int{0, 1}}, {[]string{"-1", "3"}, []int{0, 1}}} {
		if got := unitIDs(c.names); !slices.Equal(got, c.want) {
			t.Errorf("%v: %v, want %v", c.names, got, c.want)
		}
	}
}

// TestSessionClock checks that times are the session's, or a rate if they are regular. If they decrease, trials are
// sorted or follow one another.
func TestSessionClock(t *testing.T) {
	span := func(x ...float64) (all []data.Span) {
		for i := 0; i < len(x); i += 2 {
			all = append(all, data.Span{Start: x[i], Stop: x[i+1]})
		}
		return all
	}
	for name, c := range map[string]struct {
		rec    data.Recording
		times  []float64
		rate   float64
		order  []int
		trials []data.Span
		note   string
	}{
		"regular": {
			rec:   data.Recording{Time: []float64{2, 2.1, 2.2, 2.3000000001}, BinWidth: 0.1},
			times: []float64{2, 2.1, 2.2, 2.3000000001}, rate: 10,
		},
		"a third of a second": {
			rec:   data.Recording{Time: []float64{0, 1. / 3, 2. / 3}, BinWidth: 1. / 3},
			times: []float64{0, 1. / 3, 2. / 3}, rate: 3,
		},
		"a gap between trials, which are the file's": {
			rec: data.Recording{Time: []float64{0, 1, 5, 6}, Trial: []int{0, 0, 1, 1}, Trials: 2,
				Spans: span(-0.5, 2, 4.5, 7), BinWidth: 1},
			times: []float64{0, 1, 5, 6}, trials: span(-0.5, 2, 4.5, 7),
		},
		"trials that no table has begin and end with their bins": {
			rec:   data.Recording{Time: []float64{0, 1, 5, 6}, Trial: []int{0, 0, 1, 1}, Trials: 2, BinWidth: 0.5},
			times: []float64{0, 1, 5, 6}, trials: span(0, 1.5, 5, 6.5),
		},
		"trials of NWB that overlap": {
			rec: data.Recording{Source: data.Source{Format: "nwb"}, Time: []float64{0, 1, 2, 1.5, 2.5},
				Trial: []int{0, 0, 0, 1, 1}, Trials: 2, Spans: span(0, 3, 1.5, 3), BinWidth: 1},
			// the rows by time
			times: []float64{0, 1, 1.5, 2, 2.5}, order: []int{0, 1, 3, 2, 4}, trials: span(0, 3, 1.5, 3),
			note: "overlap",
		},
		"a clock of every trial": {
			rec: data.Recording{Time: []float64{-1, 1, -1, 2, 0, 2}, Trial: []int{0, 0, 1, 1, 2, 2}, Trials: 3,
				BinWidth: 2},
			times: []float64{-1, 1, 3, 6, 8, 10}, trials: span(-1, 3, 3, 8, 8, 12), note: "restart with every trial",
		},
		"no clock": {
			rec:   data.Recording{Time: []float64{0, 1, 2}, Trial: []int{0, 0, 1}, Trials: 2},
			times: []float64{0, 1, 2}, rate: 1, trials: span(0, 2, 2, 3), note: "how long a bin is",
		},
	} {
		got := sessionClock(&c.rec)
		for what, d := range map[string]string{"times": cmp.Diff(c.times, got.times),
			"rate": cmp.Diff(c.rate, got.rate), "order": cmp.Diff(c.order, got.order),
			"trials": cmp.Diff(c.trials, got.trials)} {
			if d != "" {
				t.Errorf("%s: %s: %s", name, what, d)
			}
		}
		if notes := strings.Join(got.notes, " "); !strings.Contains(notes, c.note) || (c.note == "") != (notes == "") {
			t.Errorf("%s: the notes are %q, want %q", name, notes, c.note)
		}
	}
}

// TestWriteSorted checks that where trials overlap, all series are in order of time, and the reader takes them.
func TestWriteSorted(t *testing.T) {
	r := results(t, build(t, func(g *hdf5.Group) {
		rated(g, "acquisition/x", ramp(12), []int{6, 2}, 0, 1)
		trials(g, []float64{0, 1}, []float64{3, 4})
	}), data.Selection{})
	got, err := Read(written(t, r), data.Selection{Series: "latents", Trials: "none"})
	if err != nil {
		t.Fatal(err)
	}
	if want := []float32{0, 1, 2, 3, 4, 5, 9, 10, 11, 6, 7, 8, 12, 13, 14, 15, 16, 17}; !slices.Equal(got.Activity.Data,
		want) || !slices.Equal(got.Time, []float64{0, 1, 1, 2, 2, 3}) {
		t.Errorf("%v at %v", got.Activity.Data, got.Time)
	}
}

// TestStandIns checks that a missing description of a source gets a placeholder that says so. A missing subject of an
// NWB file gets none.
func TestStandIns(t *testing.T) {
	unknown := func(id, description string) data.Subject {
		return data.Subject{ID: id, Sex: "U", Age: "P0D/", AgeReference: "birth", Description: description}
	}
	for name, c := range map[string]struct {
		source  data.Source
		session data.Session
		want    data.Session
	}{
		"npz": {data.Source{Path: "a/b.npz", Format: "npz"}, data.Session{}, data.Session{
			Identifier: "b-facrnn-", Description: "The recording in b.npz, which says nothing of its session.",
			Start: unknownStart, Reference: unknownStart,
			Subject: unknown("unknown", "The source, b.npz, says nothing of its subject."),
		}},
		"demo": {data.Source{Path: "demo", Format: "demo"}, data.Session{}, data.Session{
			Identifier:  "demo-facrnn-",
			Description: "A simulation of reaching from the centre to a square of targets; no animal took part.",
			Start:       unknownStart, Reference: unknownStart,
			Subject: unknown("simulation", "No animal: the recording is simulated."),
		}},
		"nwb": {data.Source{Path: "c.nwb", Format: "nwb"},
			data.Session{Start: "yesterday", Reference: "2024-05-06T07:08:09"}, data.Session{
				Identifier: "c-facrnn-", Description: "The recording in c.nwb, which does not describe its session.",
				Start: unknownStart, Reference: "2024-05-06T07:08:09",
			}},
	} {
		rec := &data.Recording{Source: c.source, Session: c.session, Activity: data.NewMatrix(2, 1),
			Channels: numbered(1), Time: []float64{0, 1}, Trial: []int{0, 0}, SegmentStarts: []int{0}}
		got, err := Read(written(t, resultsOf(rec)), data.Selection{Series: "latents"})
		if err != nil {
			t.Fatal(err)
		}
		s := got.Session
		s.Identifier = s.Identifier[:len(s.Identifier)-16]
		if d := cmp.Diff(c.want, s); d != "" {
			t.Errorf("%s: %s", name, d)
		}
	}
}

// TestWriteSource checks that the settings are the file's script, and scratch says what was fitted.
func TestWriteSource(t *testing.T) {
	source := build(t, session)
	r := results(t, source, data.Selection{})
	f, err := openFile(written(t, r))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = f.file.h5.Close() })
	root := rootOf(t, f)
	scratch, general := root.child("scratch"), root.child("general")
	sum, err := hash(source, withContext(context.Background(), nil))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		in         *group
		name, want string
	}{
		{scratch, "source_sha256", sum}, {scratch, "source_identifier", "m1-7"}, {scratch, "source_file", "t.nwb"},
		{scratch, "source_series", "units"},
		{general, "source_script", "seed = 1"}, {general, "was_generated_by", "facrnn"},
		{root, "file_create_date", "2031-02-03T04:05:06.000007+00:00"},
	} {
		if got := c.in.text(c.name); got != c.want {
			t.Errorf("%s is %q, want %q", c.name, got, c.want)
		}
	}
	about, err := groupText(root.child("processing").child("facrnn").object, "description")
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"facrnn v1", "units of t.nwb", "m1-7", sum} {
		if !strings.Contains(about, want) {
			t.Errorf("%q is not in %q", want, about)
		}
	}
}

// TestWriteRepeats checks that one fit gives the same bytes; made later, only the time is another; another fit has
// another identifier.
func TestWriteRepeats(t *testing.T) {
	r := results(t, build(t, session), data.Selection{})
	contents := func() []byte {
		b, err := os.ReadFile(written(t, r))
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	first := contents()
	if !bytes.Equal(first, contents()) {
		t.Error("the same fit gives other bytes")
	}
	created := r.Created.Format("2006-01-02T15:04:05.000000-07:00")
	r.Created = r.Created.Add(time.Hour)
	later := bytes.Replace(contents(), []byte(r.Created.Format("2006-01-02T15:04:05.000000-07:00")), []byte(created), 1)
	if !bytes.Equal(first, later) {
		t.Error("more than the time of its making differs")
	}
	identifiers := map[string]bool{}
	for i, change := range []func(){func() {}, func() { r.Settings += "x = 1\n" }, func() { r.Mu.Data[1]++ },
		func() { r.Version = "v2" }} {
		change()
		got, err := Read(written(t, r), data.Selection{})
		if err != nil {
			t.Fatal(err)
		}
		identifiers[got.Session.Identifier] = true
		if len(identifiers) != i+1 {
			t.Errorf("another fit has the identifier %s, too", got.Session.Identifier)
		}
	}
}

// TestWriteFails checks that an error of the file is returned.
func TestWriteFails(t *testing.T) {
	f, err := os.Create(filepath.Join(t.TempDir(), "results.nwb"))
	if err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	if err := Write(f, results(t, build(t, session), data.Selection{})); err == nil ||
		!strings.Contains(fmt.Sprint(err), "closed") {
		t.Errorf("%v", err)
	}
}

// upTo returns the numbers below n.
func upTo(n int) []int {
	all := make([]int, n)
	for i := range all {
		all[i] = i
	}
	return all
}
