package nwb

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"facrnn/data"
	"facrnn/data/hdf5"
)

// segmented adds a table of ROIs with the given ids, on an imaging plane of its own, and returns a reference to it. The
// link to the plane is a soft one, as pynwb's are.
func segmented(root *hdf5.Group, name, region string, ids []int) hdf5.Ref {
	at(root, "general/optophysiology/"+name, "ImagingPlane").Dataset("location", region, nil, hdf5.Options{})
	at(root, "processing/ophys/ImageSegmentation", "ImageSegmentation")
	table := at(root, "processing/ophys/ImageSegmentation/"+name, "PlaneSegmentation")
	table.Dataset("id", ids, nil, hdf5.Options{})
	table.SoftLink("imaging_plane", "/general/optophysiology/"+name)
	return table.Ref()
}

// region adds a column of rows of a table to a series.
func region(series *hdf5.Group, name string, rows []int, table hdf5.Ref) {
	d := series.Dataset(name, rows, nil, hdf5.Options{})
	d.Attr("neurodata_type", "DynamicTableRegion")
	d.Attr("table", table)
}

// TestPlaneSegmentations checks that the ROIs of a series are rows of the table that it refers to. Their region is
// the location of that table's imaging plane.
func TestPlaneSegmentations(t *testing.T) {
	path := build(t, func(g *hdf5.Group) {
		deep := segmented(g, "deep", "V1", []int{7, 8, 9})
		top := segmented(g, "top", "RSC", []int{7, 8, 9, 10})
		at(g, "processing/ophys/DfOverF", "DfOverF")
		region(stamped(g, "processing/ophys/DfOverF/a", "RoiResponseSeries", ramp(4), []int{2, 2}, []float64{0, 1}),
			"rois", []int{2, 0}, deep)
		b := stamped(g, "processing/ophys/DfOverF/b", "RoiResponseSeries", ramp(6), []int{2, 3}, []float64{0, 1})
		region(b, "rois", []int{3, 1, 0}, top)
		// An extension's column is found by its type, and shows that the data are ROIs x time.
		at(g, "processing/ophys/cells", "CellSeries").Dataset("data", ramp(6), []int{3, 2}, hdf5.Options{})
		at(g, "processing/ophys/cells", "").Dataset("starting_time", 0.0, nil, hdf5.Options{}).Attr("rate", 1.0)
		region(at(g, "processing/ophys/cells", ""), "sources", []int{0, 1, 2}, deep)
	})
	for name, want := range map[string][]data.Channel{
		"a":     {{Name: "9", Region: "V1"}, {Name: "7", Region: "V1"}},
		"b":     {{Name: "10", Region: "RSC"}, {Name: "8", Region: "RSC"}, {Name: "7", Region: "RSC"}},
		"cells": {{Name: "7", Region: "V1"}, {Name: "8", Region: "V1"}, {Name: "9", Region: "V1"}},
		"DfOverF": {{Name: "a/9", Region: "V1"}, {Name: "a/7", Region: "V1"}, {Name: "b/10", Region: "RSC"},
			{Name: "b/8", Region: "RSC"}, {Name: "b/7", Region: "RSC"}},
	} {
		r, err := Read(path, data.Selection{Series: name})
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(want, r.Channels); d != "" {
			t.Errorf("%s: %s", name, d)
		}
	}
}

// TestChooseChannels checks that the columns of a table can choose the channels of a series, with a table for each
// plane.
func TestChooseChannels(t *testing.T) {
	path := build(t, func(g *hdf5.Group) {
		at(g, "processing/ophys/ImageSegmentation/deep", "").Dataset("iscell", []bool{true, false, true}, nil,
			hdf5.Options{})
		at(g, "processing/ophys/ImageSegmentation/top", "").Dataset("iscell", []bool{true, true, false, true}, nil,
			hdf5.Options{})
		at(g, "processing/ophys/ImageSegmentation/deep", "").Dataset("snr", []float64{1, 2, 3}, nil, hdf5.Options{})
		deep := segmented(g, "deep", "V1", []int{7, 8, 9})
		top := segmented(g, "top", "RSC", []int{7, 8, 9, 10})
		at(g, "processing/ophys/DfOverF", "DfOverF")
		region(stamped(g, "processing/ophys/DfOverF/a", "RoiResponseSeries", ramp(6), []int{2, 3}, []float64{0, 1}),
			"rois", []int{2, 1, 0}, deep)
		region(stamped(g, "processing/ophys/DfOverF/b", "RoiResponseSeries", ramp(4), []int{2, 2}, []float64{0, 1}),
			"rois", []int{3, 2}, top)
		stamped(g, "acquisition/x", "TimeSeries", ramp(4), []int{2, 2}, []float64{0, 1})
	})
	for _, c := range []struct {
		series   string
		where    []string
		channels []string
		want     []float32
	}{
		{"a", []string{"iscell=true"}, []string{"9", "7"}, []float32{0, 2, 3, 5}},
		{"a", []string{"iscell=true", "snr>1"}, []string{"9"}, []float32{0, 3}},
		{"a", []string{"id=8"}, []string{"8"}, []float32{1, 4}},
		{"DfOverF", []string{"iscell=1"}, []string{"a/9", "a/7", "b/10"}, []float32{0, 2, 0, 3, 5, 2}},
	} {
		r, err := Read(path, data.Selection{Series: c.series, WhereUnits: c.where})
		if err != nil {
			t.Errorf("%s, %q: %v", c.series, c.where, err)
			continue
		}
		var names []string
		for _, channel := range r.Channels {
			names = append(names, channel.Name)
		}
		if d := cmp.Diff(c.channels, names) + cmp.Diff(data.Matrix{Rows: 2, Cols: len(names), Data: c.want},
			r.Activity); d != "" {
			t.Errorf("%s, %q: %s", c.series, c.where, d)
		}
		if !noted(r.Notes, "channels have "+strings.Join(c.where, " and ")) {
			t.Errorf("not noted in %q", r.Notes)
		}
	}
	for want, sel := range map[string]data.Selection{
		"acquisition/x: its channels have no table": {Series: "acquisition/x",
			WhereUnits: []string{"iscell=true"}},
		"processing/ophys/ImageSegmentation/deep: no column \"label\": choose": {Series: "a",
			WhereUnits: []string{"label=1"}},
		"processing/ophys/ImageSegmentation/deep: none of its 3 rows has snr=5": {Series: "a",
			WhereUnits: []string{"snr=5"}},
		"processing/ophys/DfOverF/b: none of the 2 channels has id=7: relax --where-units": {Series: "b",
			WhereUnits: []string{"id=7"}},
	} {
		if _, err := Read(path, sel); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v does not say %q", err, want)
		}
	}
}

// TestElectrodeGroups checks that a column of references holds the names of the groups. Units without electrodes have
// the region of their group of electrodes.
func TestElectrodeGroups(t *testing.T) {
	path := build(t, func(g *hdf5.Group) {
		var shanks []hdf5.Ref
		for i, region := range []string{"HPC", "V1"} {
			shank := at(g, fmt.Sprintf("general/extracellular_ephys/shank %d", i), "ElectrodeGroup")
			shank.Attr("location", region)
			shanks = append(shanks, shank.Ref())
		}
		u := units(g, []float64{1, 2}, []float64{1.5}, []float64{2.5})
		u.Dataset("electrode_group", []hdf5.Ref{shanks[1], shanks[0], 0}, nil, hdf5.Options{})
	})
	r, err := Read(path, data.Selection{})
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff([]data.Channel{{Name: "10", Region: "V1"}, {Name: "11", Region: "HPC"}, {Name: "12"}},
		r.Channels); d != "" {
		t.Error(d)
	}
	for where, want := range map[string]string{"electrode_group=shank 1": "10", "electrode_group=shank 0": "11",
		"electrode_group=": "12", "region=V1": "10"} {
		r, err := Read(path, data.Selection{WhereUnits: []string{where}})
		if err != nil || len(r.Channels) != 1 || r.Channels[0].Name != want {
			t.Errorf("%s: %v, %v", where, r, err)
		}
	}
	if _, err := Read(path, data.Selection{WhereUnits: []string{"electrode_group=shank 2"}}); err == nil || !strings.Contains(err.Error(), `"shank 0", "shank 1"`) {
		t.Error(err)
	}
}
