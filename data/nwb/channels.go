package nwb

import (
	"cmp"
	"fmt"
	"strconv"

	"facrnn/data"
)

const electrodesPath = "general/extracellular_ephys/electrodes"

// seriesChannels names the channels of a series by the electrodes or ROIs it refers to, where it does, pixels by their row and column,
// else by number.
func (in *contents) seriesChannels(s *series) []data.Channel {
	if s.frame != [2]int{} {
		return s.pixels()
	}
	channels := numbered(s.channels)
	if table, rows := in.channelTable(s); table != nil {
		in.describe(channels, rows, table)
	}
	return channels
}

// channelTable is the table of electrodes or ROIs that the channels of a series are rows of, and which rows; nil where there is none, or
// not a row for each channel.
func (in *contents) channelTable(s *series) (table *group, rows []float64) {
	column := s.rowsOf()
	if column == "" || s.frame != [2]int{} {
		return nil, nil
	}
	rows, err := s.floats(column)
	in.file.note(err)
	if err != nil || len(rows) != s.channels {
		return nil, nil
	}
	table = s.tableOf(column)
	switch {
	case table != nil:
	case column == "electrodes":
		table = in.electrodes
	case column == "rois" && len(in.planes) == 1:
		table = in.planes[0]
	}
	return table, rows
}

// channels says which channels of the chosen series, side by side, are rows of their tables that meet conditions, such as ROIs that are cells; nil
// for all, where there are no conditions.
func (c choice) channels(r *data.Recording) ([]int, error) {
	conditions, err := data.ParseWhere("--where-units", c.sel.WhereUnits)
	if err != nil || len(conditions) == 0 {
		return nil, err
	}
	var chosen []int
	first := 0
	for _, s := range c.series {
		table, rows := c.in.channelTable(s)
		if table == nil || !table.has("id") {
			return nil, fmt.Errorf("%s: its channels are rows of no table, which --where-units could choose by: leave it out, or give --units for sorted units", s.path)
		}
		ids, err := table.dataset("id")
		if err != nil {
			return nil, err
		}
		keep, err := where(table.path, "rows", ids.len(), conditions, func(name string) (column, error) { return table.column(name, ids.len()) })
		if err != nil {
			return nil, err
		}
		for n, row := range rows {
			if i := int(row); i >= 0 && i < len(keep) && float64(i) == row && keep[i] {
				chosen = append(chosen, first+n)
			}
		}
		first += s.channels
	}
	if len(chosen) == 0 {
		return nil, fmt.Errorf("%s: none of the %d channels has %s: ask for less", c.series[0].path, first, conditionList(conditions))
	}
	r.Note("%d of the %d channels have %s.", len(chosen), first, conditionList(conditions))
	return chosen, nil
}

// keepChannels leaves the chosen channels, ascending, in a recording; nil for all.
func keepChannels(r *data.Recording, chosen []int) {
	if chosen == nil {
		return
	}
	all := r.Activity.Cols
	r.Activity.Cols = len(chosen)
	for i, n := range chosen {
		r.Channels[i] = r.Channels[n]
	}
	r.Channels = r.Channels[:len(chosen)]
	if len(r.Activity.Data) == 0 { // an outline
		return
	}
	for t := range r.Activity.Rows {
		for i, n := range chosen {
			r.Activity.Data[t*len(chosen)+i] = r.Activity.Data[t*all+n]
		}
	}
	r.Activity.Data = r.Activity.Data[:r.Activity.Rows*len(chosen)]
}

// unitChannels names the units by unit_name, else by id, and says where they were recorded by their (first) electrode.
func (t unitTable) unitChannels(count int) []data.Channel {
	channels := numbered(count)
	for _, column := range [...]string{"id", "unit_name"} {
		if names := t.names(column, count); len(names) == count {
			for n := range channels {
				channels[n].Name = names[n]
			}
		}
	}
	for _, column := range [...]string{"location", "region"} {
		if regions := t.names(column, count); len(regions) == count {
			for n := range channels {
				channels[n].Region = regions[n]
			}
			return channels
		}
	}
	t.unitRegions(channels)
	return channels
}

// unitRegions looks up the location of each unit's first electrode, or else of its group of electrodes. What it cannot find, it leaves
// empty.
func (t unitTable) unitRegions(channels []data.Channel) {
	if !t.has("electrodes") {
		if places := t.placesOf("electrode_group"); len(places) == len(channels) {
			for n := range channels {
				channels[n].Region = places[n]
			}
		}
		return
	}
	table := cmp.Or(t.tableOf("electrodes"), t.electrodes)
	first, err := t.firstElectrodes(len(channels))
	t.file.note(err)
	if err != nil || table == nil {
		return
	}
	regions := table.regions(table.idsOf())
	for n, row := range first {
		if i := int(row); i >= 0 && i < len(regions) && float64(i) == row {
			channels[n].Region = regions[i]
		}
	}
}

// firstElectrodes is the row of the first electrode of each of so many units; -1 for a unit without one.
func (t unitTable) firstElectrodes(count int) ([]float64, error) {
	if !t.has("electrodes_index") {
		c, err := t.column("electrodes", count)
		return c.numbers, err
	}
	rows, err := t.floats("electrodes")
	if err != nil {
		return nil, err
	}
	parts, err := t.ragged("electrodes", len(rows))
	if err == nil && len(parts) != count {
		err = fmt.Errorf("%s/electrodes_index: %d rows for %d units: write the index again", t.path, len(parts), count)
	}
	if err != nil {
		return nil, err
	}
	first := make([]float64, count)
	for n, p := range parts {
		first[n] = -1
		if p[0] < p[1] {
			first[n] = rows[p[0]]
		}
	}
	return first, nil
}

// idsOf are the ids of the rows of a table; nil where it has none.
func (table *group) idsOf() []string {
	d, err := table.dataset("id")
	table.file.note(err)
	if d == nil {
		return nil
	}
	return table.names("id", d.len())
}

// describe fills in names and regions from the rows of a table of electrodes or ROIs.
func (in *contents) describe(channels []data.Channel, rows []float64, table *group) {
	ids := table.idsOf()
	regions := table.regions(ids)
	plane := "" // where all ROIs of the table are
	if regions == nil {
		plane = table.child("imaging_plane").text("location")
	}
	for n, row := range rows {
		channels[n].Region = plane
		if i := int(row); i >= 0 && i < len(ids) {
			channels[n].Name = ids[i]
		}
		if i := int(row); i >= 0 && i < len(regions) {
			channels[n].Region = regions[i]
		}
	}
}

// regions is the column of a table that says where its rows, of the given ids, were recorded; nil where it has none.
func (table *group) regions(ids []string) []string {
	for _, column := range [...]string{"location", "region"} {
		rows := len(ids)
		if d, err := table.dataset(column); err == nil && d != nil && ids == nil {
			rows = d.len()
		}
		if s := table.names(column, rows); s != nil {
			return s
		}
	}
	return nil
}

func numbered(n int) []data.Channel {
	channels := make([]data.Channel, n)
	for i := range channels {
		channels[i].Name = strconv.Itoa(i)
	}
	return channels
}
