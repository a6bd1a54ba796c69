package nwb

import (
	"fmt"
	"path"
	"strconv"
	"strings"

	"facrnn/data/hdf5"
)

// MaxUnits is the largest number of units for which matrices of N*N numbers are written: the sub-connectivities W_g
// and, in connectivity.npz, W. For more units, compute them from A and B.
const MaxUnits = 1000

// packed returns the options that compress an array of the given shape in chunks of about 100,000 values.
func packed(shape ...int) hdf5.Options {
	const most = 1 << 17
	chunk, room := make([]int, len(shape)), most
	for i := len(shape) - 1; i >= 0; i-- {
		chunk[i] = max(1, min(shape[i], room))
		room /= chunk[i]
	}
	return hdf5.Options{Chunk: chunk, Deflate: 4, Shuffle: true}
}

// latents writes the series: mu, the filtered latents, and the split of the bins.
func (w *writer) latents() {
	T, K := w.Mu.Rows, w.Mu.Cols
	var parts []string
	for _, g := range w.Groups {
		parts = append(parts, fmt.Sprintf("group %s: %s", g.Name, strings.Trim(fmt.Sprint(g.Latents), "[]")))
	}
	columns := " Columns by group, counted from 0: " + strings.Join(parts, "; ") + "."
	shape, order := []int{T, K}, w.clock.order
	first := w.series("latents", "a.u.",
		"The latents of every bin (bins x latents), encoded from its past: the mean of the posterior."+columns,
		inOrder(w.Mu.Data, K, order), shape, nil)
	if !w.Filtered.Empty() {
		w.series("latents_filtered", "a.u.",
			"The latents of every bin (bins x latents), given its past and the bin itself: the mean, or the mode "+
				"where the decoder is not linear or the activity is counts."+columns,
			inOrder(w.Filtered.Data, K, order), shape, first)
	}
	if len(w.Split.Test) > 0 {
		w.series("split", "n/a",
			"Which bins were trained on (0), which were held out (1), and which are neither (2) because they share "+
				"time with a held-out bin.",
			inOrder(w.Split.Marks(T), 1, order), []int{T}, first)
	}
}

// inOrder returns rows of the given width in another order, if there is one.
func inOrder[V any](values []V, width int, order []int) []V {
	if order == nil {
		return values
	}
	out := make([]V, 0, len(values))
	for _, row := range order {
		out = append(out, values[row*width:(row+1)*width]...)
	}
	return out
}

// series writes a TimeSeries with a row for each bin, and returns its timestamps, if it has any. If stamps has the
// timestamps of another series, it shares them.
func (w *writer) series(name, unit, description string, values any, shape []int, stamps *hdf5.Dataset) *hdf5.Dataset {
	at := module + "/" + name
	g := w.at(at)
	w.typed(g, at, "core", "TimeSeries")
	g.Attr("description", description)
	g.Attr("comments", "no comments")
	d := g.Dataset("data", values, shape, packed(shape...))
	d.Attr("unit", unit)
	d.Attr("conversion", 1.0)
	d.Attr("offset", 0.0)
	d.Attr("resolution", -1.0)
	switch {
	case w.clock.rate > 0:
		t := g.Dataset("starting_time", w.clock.times[0], nil, hdf5.Options{})
		t.Attr("rate", w.clock.rate)
		t.Attr("unit", "seconds")
	case stamps != nil:
		g.Link("timestamps", stamps)
	default:
		stamps = g.Dataset("timestamps", w.clock.times, nil, packed(len(w.clock.times)))
		stamps.Attr("interval", int32(1))
		stamps.Attr("unit", "seconds")
	}
	return stamps
}

// tableColumn is a column of a table: values and their shape, which begins with the number of rows; nil for one value
// per row.
type tableColumn struct {
	name, description string
	values            any
	shape             []int
}

// table writes a table whose rows have the given ids.
func (w *writer) table(at, namespace, kind, description string, ids []int, columns ...tableColumn) {
	g := w.at(at)
	w.typed(g, at, namespace, kind)
	g.Attr("description", description)
	var names []string
	for _, c := range columns {
		names = append(names, c.name)
		o := hdf5.Options{}
		if c.shape != nil {
			o = packed(c.shape...)
		}
		d := g.Dataset(c.name, c.values, c.shape, o)
		w.typed(d, path.Join(at, c.name), "hdmf-common", "VectorData")
		d.Attr("description", c.description)
	}
	g.Attr("colnames", names)
	w.typed(g.Dataset("id", ids, nil, hdf5.Options{}), at+"/id", "hdmf-common", "ElementIdentifiers")
}

// sequence returns the numbers 0 to n-1.
func sequence(n int) []int {
	ids := make([]int, n)
	for i := range ids {
		ids[i] = i
	}
	return ids
}

func (w *writer) trials() {
	if len(w.clock.trials) == 0 {
		return
	}
	var start, stop []float64
	for _, s := range w.clock.trials {
		start, stop = append(start, s.Start), append(stop, s.Stop)
	}
	w.table(trialsPath, "core", "TimeIntervals", "The trials that hold at least one bin, as numbered in latents.npz.",
		sequence(len(start)),
		tableColumn{"start_time", "Start of the trial, in seconds.", start, nil},
		tableColumn{"stop_time", "End of the trial, in seconds.", stop, nil})
}

// groups writes the table of groups.
func (w *writer) groups() {
	G, K, N := len(w.Groups), w.Mu.Cols, w.A.Rows
	if G == 0 {
		return
	}
	var names []string
	members := make([]bool, G*K)
	for i, g := range w.Groups {
		names = append(names, g.Name)
		for _, k := range g.Latents {
			members[i*K+k] = true
		}
	}
	description := "The groups of latents that should be independent of one another, one row per group."
	columns := []tableColumn{
		{"group", "Name of the group.", names, nil},
		{"latents", "Which latents belong to the group (groups x latents).", members, []int{G, K}},
	}
	switch {
	case w.A.Empty():
		description += " A decoder that is not linear has no connectivity."
	case N > MaxUnits:
		description += fmt.Sprintf(" The sub-connectivities of %d units are left out for their size: with the "+
			"columns of the table units, W_g is A[:, g] @ B[:, g].T.", N)
	case len(w.W) == G:
		all := make([]float32, 0, G*N*N)
		for _, m := range w.W {
			all = append(all, m.Data...)
		}
		columns = append(columns,
			tableColumn{"W",
				"The group's sub-connectivity W_g = A_g B_g (groups x units x units): to unit i from unit j in row " +
					"i, column j. Units are in the order of the table units.", all, []int{G, N, N}})
	}
	w.table(module+"/groups", "hdmf-common", "DynamicTable", description, sequence(G), columns...)
}

// units writes the table of units with their rows of A and columns of B.
func (w *writer) units() {
	if w.A.Empty() {
		return
	}
	N, K := w.A.Rows, w.A.Cols
	transposed := make([]float32, N*K)
	for k := range K {
		for n, v := range w.B.Row(k) {
			transposed[n*K+k] = v
		}
	}
	var names, regions []string
	located := false
	for _, c := range w.Recording.Channels {
		names, regions = append(names, valid(c.Name)), append(regions, valid(c.Region))
		located = located || c.Region != ""
	}
	columns := []tableColumn{{"unit", "Name of the unit in the source: its unit_name, its id, or its number.", names,
		nil}}
	if located {
		columns = append(columns,
			tableColumn{"region", "The region of the unit in the source; empty if unknown.", regions,
				nil})
	}
	columns = append(columns,
		tableColumn{"A", "The decoder's weights (units x latents): what a latent adds to the unit.", w.A.Data,
			[]int{N, K}},
		tableColumn{"B",
			"The encoder's weights, transposed (units x latents): what the unit's history adds to a latent.",
			transposed, []int{N, K}})
	inputs := valid(strings.Join(w.Recording.DriveNames, ", "))
	if !w.D.Empty() {
		columns = append(columns,
			tableColumn{"D", "What measured inputs add to the unit (units x inputs), per unit of each: " + inputs + ".",
				w.D.Data, []int{N, w.D.Cols}})
	}
	if !w.E.Empty() {
		columns = append(columns,
			tableColumn{"E",
				"What the history leaves out of the unit's activity (units x inputs), per unit by which each input " +
					"exceeds its drive_offset of model.npz: " + inputs + ".", w.E.Data, []int{N, w.E.Cols}})
	}
	w.table(module+"/units", "hdmf-common", "DynamicTable",
		"The units that were fitted, one row each. The connectivity W is A @ B.T, to unit i from unit j in row i, "+
			"column j.", unitIDs(names), columns...)
}

// valid returns a text with every byte that is not UTF-8 replaced, because pynwb fails on such bytes.
func valid(s string) string { return strings.ToValidUTF8(s, "?") }

// unitIDs returns the names of the units as ids if all are different whole numbers, else the numbers of the units.
func unitIDs(names []string) []int {
	ids, seen := make([]int, len(names)), map[int]bool{}
	for i, name := range names {
		id, err := strconv.Atoi(name)
		if err != nil || id < 0 || seen[id] {
			return sequence(len(names))
		}
		ids[i], seen[id] = id, true
	}
	return ids
}
