package nwb

import (
	"cmp"
	"fmt"
	"strconv"

	"facrnn/data"
)

const electrodesPath = "general/extracellular_ephys/electrodes"

// seriesChannels names the channels of a series by their electrodes or ROIs, and pixels by their row and column.
// Channels without such a table are numbered.
func (in *contents) seriesChannels(s *series) []data.Channel {
	if s.frame != [2]int{} {
		return s.pixels()
	}
	channels := numbered(s.channels)
	if table, rows := in.channelTable(s); table != nil {
		describe(channels, rows, table)
	}
	return channels
}

// channelTable returns the table of electrodes or ROIs for the channels of a series, and the row of each channel. The
// table is nil if it is missing, or if the series has not one row for each channel.
func (in *contents) channelTable(s *series) (table *group, rows []float64) {
	column := s.rowsColumn()
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

// channels returns the channels of the chosen series whose rows in their tables meet the conditions, such as ROIs
// that are cells. Channels are counted over all series. Without conditions, it returns nil for all channels.
func (c choice) channels(r *data.Recording) ([]int, error) {
	if len(c.whereUnits) == 0 {
		return nil, nil
	}
	var chosen []int
	first := 0
	for _, s := range c.series {
		table, rows := c.in.channelTable(s)
		if table == nil || !table.has("id") {
			return nil, fmt.Errorf("%s: its channels have no table, which --where-units needs: leave it out, or "+
				"give --units for sorted units", s.path)
		}
		ids, err := table.dataset("id")
		if err != nil {
			return nil, err
		}
		keep, err := where(table.path, "rows", ids.len(), c.whereUnits,
			func(name string) (column, error) { return table.column(name, ids.len()) })
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
		return nil, fmt.Errorf("%s: none of the %d channels has %s: relax --where-units", c.series[0].path, first,
			conditionList(c.whereUnits))
	}
	r.Note("%d of the %d channels have %s.", len(chosen), first, conditionList(c.whereUnits))
	return chosen, nil
}

// keepChannels keeps only the chosen channels of a recording, which ascend; nil keeps all.
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

// unitChannels names the units by unit_name, or else by id. Their region comes from their table, else from their
// first electrode, else from their group of electrodes. Unknown regions are empty.
func (t unitTable) unitChannels(count int) []data.Channel {
	channels := numbered(count)
	for _, column := range [...]string{"id", "unit_name"} {
		for n, name := range t.names(column, count) {
			channels[n].Name = name
		}
	}
	regions := t.regions(count)
	if regions == nil {
		regions = t.unitRegions(count)
	}
	for n := range channels {
		channels[n].Region = entry(regions, float64(n))
	}
	return channels
}

// unitRegions returns the location of each unit's first electrode, or else of its group of electrodes.
func (t unitTable) unitRegions(count int) []string {
	if !t.has("electrodes") {
		if places := t.placesOf("electrode_group"); len(places) == count {
			return places
		}
		return nil
	}
	table := cmp.Or(t.tableOf("electrodes"), t.electrodes)
	first, err := t.firstElectrodes(count)
	t.file.note(err)
	if err != nil || table == nil {
		return nil
	}
	_, regions := table.rowNames()
	places := make([]string, count)
	for n, row := range first {
		places[n] = entry(regions, row)
	}
	return places
}

// entry returns the entry of a column in a row; empty if the column has no such row.
func entry(column []string, row float64) string {
	if i := int(row); i >= 0 && i < len(column) && float64(i) == row {
		return column[i]
	}
	return ""
}

// firstElectrodes returns the row of the first electrode of each of count units; -1 for a unit without an electrode.
func (t unitTable) firstElectrodes(count int) ([]float64, error) {
	if !t.has("electrodes_index") {
		c, err := t.column("electrodes", count)
		return c.numbers, err
	}
	rows, err := t.floats("electrodes")
	if err != nil {
		return nil, err
	}
	parts, err := t.raggedParts("electrodes", len(rows))
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

// rowNames returns the ids and the regions of the rows of a table; each is nil if the table has none.
func (table *group) rowNames() (ids, regions []string) {
	if d := table.optional("id"); d != nil {
		ids = table.names("id", d.len())
	}
	if ids == nil {
		return nil, table.regions(-1)
	}
	return ids, table.regions(len(ids))
}

// regions returns the column of a table with the regions of its rows; nil if it has none. The number of rows is -1 if
// it is unknown.
func (table *group) regions(rows int) []string {
	for _, column := range [...]string{"location", "region"} {
		n := rows
		if d, err := table.dataset(column); err == nil && d != nil && rows < 0 {
			n = d.len()
		}
		if s := table.names(column, n); s != nil {
			return s
		}
	}
	return nil
}

// describe sets names and regions of channels from the rows of a table of electrodes or ROIs.
func describe(channels []data.Channel, rows []float64, table *group) {
	ids, regions := table.rowNames()
	plane := "" // the region of all ROIs of the table
	if regions == nil {
		plane = table.child("imaging_plane").text("location")
	}
	for n, row := range rows {
		i := int(row)
		if i >= 0 && i < len(ids) {
			channels[n].Name = ids[i]
		}
		channels[n].Region = cmp.Or(entry(regions, float64(i)), plane)
	}
}

func numbered(n int) []data.Channel {
	channels := make([]data.Channel, n)
	for i := range channels {
		channels[i].Name = strconv.Itoa(i)
	}
	return channels
}
