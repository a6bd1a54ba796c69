package nwb

import (
	"fmt"
	"path"
	"slices"

	"facrnn/data"
)

// container is a group of NWB's that holds the traces of one or more imaging planes.
type container struct {
	path   string
	planes []*series
}

// containers are the groups that hold traces of ROIs, a series for each plane.
func (f *file) containers() []container {
	var all []container
	for _, s := range f.series { // in the order of their paths
		if s.kind != "RoiResponseSeries" || len(s.within) == 0 || !slices.Contains([]string{"DfOverF", "Fluorescence"}, s.within[len(s.within)-1]) {
			continue
		}
		at := path.Dir(s.path)
		if n := len(all); n == 0 || all[n-1].path != at {
			all = append(all, container{path: at})
		}
		last := &all[len(all)-1]
		last.planes = append(last.planes, s)
	}
	return all
}

// findPlanes is the planes of the container of a name or path; none where there is no such container.
func (f *file) findPlanes(name string) ([]*series, error) {
	c, err := pick(f.containers(), func(c container) string { return c.path }, "", name)
	if err != nil {
		return nil, nil
	}
	for _, s := range c.planes {
		if s.odd != "" {
			return nil, fmt.Errorf("%s: %s", s.path, s.odd)
		}
	}
	return c.planes, nil
}

// sampledAlike is an error unless all planes are sampled at the times of the first.
func (f *file) sampledAlike(planes []*series, times *timeline) error {
	first := planes[0]
	for _, s := range planes[1:] {
		other, err := f.timeline(s)
		if err != nil {
			return err
		}
		if !times.alike(other) {
			return fmt.Errorf("%s: its planes %s and %s are sampled at different times: choose one of them by --series", path.Dir(first.path), first.name(), s.name())
		}
	}
	return nil
}

// sideNames names the channels of all planes side by side: they go by the plane's name and their own, those of a single one by theirs.
func (f *file) sideNames(planes []*series) []data.Channel {
	if len(planes) == 1 {
		return f.seriesChannels(planes[0])
	}
	var channels []data.Channel
	for _, s := range planes {
		for _, c := range f.seriesChannels(s) {
			channels = append(channels, data.Channel{Name: s.name() + "/" + c.Name, Region: c.Region})
		}
	}
	return channels
}

// side reads the rows of a cut of all planes, side by side.
func (f *file) side(planes []*series, c *cut) (data.Matrix, error) {
	m, at := data.NewMatrix(len(c.samples), width(planes)), 0
	for _, s := range planes {
		if err := f.take(s, c, m, at); err != nil {
			return m, err
		}
		at += s.channels
	}
	return m, nil
}

// width is the number of channels of all planes.
func width(planes []*series) int {
	n := 0
	for _, s := range planes {
		n += s.channels
	}
	return n
}
