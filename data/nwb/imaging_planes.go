package nwb

import (
	"fmt"
	"path"
	"slices"

	"facrnn/data"
)

// planes is one series, or the traces of all imaging planes of one container, in adjacent columns.
type planes []*series

// path returns the path of the only series, or of the container.
func (all planes) path() string {
	if len(all) > 1 {
		return path.Dir(all[0].path)
	}
	return all[0].path
}

// containers returns the groups that hold traces of ROIs, with one series for each plane.
func (in *contents) containers() (all []planes) {
	for _, s := range in.series { // in the order of their paths
		if s.kind != "RoiResponseSeries" || len(s.within) == 0 ||
			!slices.Contains([]string{"DfOverF", "Fluorescence"}, s.within[len(s.within)-1]) {
			continue
		}
		if n := len(all); n > 0 && path.Dir(all[n-1][0].path) == path.Dir(s.path) {
			all[n-1] = append(all[n-1], s)
			continue
		}
		all = append(all, planes{s})
	}
	return all
}

// findPlanes returns the planes of the container with a name or path; nil if there is no such container.
func (in *contents) findPlanes(name string) (planes, error) {
	c, err := pick(in.containers(), func(c planes) string { return path.Dir(c[0].path) }, "", name)
	if err != nil {
		return nil, nil
	}
	for _, s := range c {
		if s.unusable != "" {
			return nil, fmt.Errorf("%s: %s", s.path, s.unusable)
		}
	}
	return c, nil
}

// sampledAlike returns an error unless all planes are sampled at the same times.
func (all planes) sampledAlike(times *timeline) error {
	first := all[0]
	for _, s := range all[1:] {
		other, err := s.timeline()
		if err != nil {
			return err
		}
		if !times.alike(other) {
			return fmt.Errorf("%s: its planes %s and %s are sampled at different times: choose one of them by --series",
				path.Dir(first.path), first.name(), s.name())
		}
	}
	return nil
}

// channelNames names the channels of all planes. If there are several planes, the plane's name comes before the
// channel's.
func (in *contents) channelNames(all planes) []data.Channel {
	if len(all) == 1 {
		return in.seriesChannels(all[0])
	}
	var channels []data.Channel
	for _, s := range all {
		for _, c := range in.seriesChannels(s) {
			channels = append(channels, data.Channel{Name: s.name() + "/" + c.Name, Region: c.Region})
		}
	}
	return channels
}

// concat reads the rows of a cut of all planes, with the planes in adjacent columns.
func (all planes) concat(c *cut) (data.Matrix, error) {
	m, at := data.NewMatrix(len(c.samples), all.width()), 0
	for _, s := range all {
		if err := s.copyInto(c, m, at); err != nil {
			return m, err
		}
		at += s.channels
	}
	return m, nil
}

// width returns the number of channels of all planes.
func (all planes) width() int {
	n := 0
	for _, s := range all {
		n += s.channels
	}
	return n
}
