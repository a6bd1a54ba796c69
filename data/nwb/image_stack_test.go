package nwb

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"facrnn/data"
	"facrnn/data/hdf5"
)

// TestPixels checks that the pixels of a stack of images are channels, row by row, named by row and column.
// Everything else is as for other series.
func TestPixels(t *testing.T) {
	movie := func(g *hdf5.Group, o hdf5.Options) {
		film := at(g, "acquisition/film", "TwoPhotonSeries")
		film.Dataset("timestamps", []float64{0, 1, 2, 3}, nil, hdf5.Options{})
		film.Dataset("data", ramp(24), []int{4, 2, 3}, o).Attr("conversion", 2.0)
		trials(g, []float64{2, 0}, []float64{4, 1})
	}
	for name, c := range map[string]struct {
		fill func(*hdf5.Group)
		sel  data.Selection
		want []float32
	}{
		"the only one": {func(g *hdf5.Group) { movie(g, hdf5.Options{}) }, data.Selection{Trials: "none"},
			ramp(24)},
		"in trials, chunked": {func(g *hdf5.Group) { movie(g, hdf5.Options{Chunk: []int{3, 1, 2}, Deflate: 1}) },
			data.Selection{}, append(ramp(6), ramp(24)[12:]...)},
		"by its name, beside traces": {func(g *hdf5.Group) {
			movie(g, hdf5.Options{})
			rated(g, "acquisition/x", ramp(8), []int{4, 2}, 0, 1)
			rated(g, "acquisition/other", ramp(8), []int{2, 2, 2}, 0, 1)
		}, data.Selection{Series: "film", Trials: "none"}, ramp(24)},
		"images of one colour": {func(g *hdf5.Group) {
			rated(g, "acquisition/film", ramp(24), []int{4, 2, 3, 1}, 0, 1).Attr("conversion", 2.0)
		}, data.Selection{}, ramp(24)},
		"beside images of a stimulus": {func(g *hdf5.Group) {
			movie(g, hdf5.Options{})
			rated(g, "stimulus/presentation/grating", ramp(8), []int{2, 2, 2}, 0, 1)
		}, data.Selection{Trials: "none"}, ramp(24)},
	} {
		c.sel.Pixels = true
		r, err := Read(build(t, c.fill), c.sel)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		for i := range c.want {
			c.want[i] *= 2
		}
		if d := cmp.Diff(c.want, r.Activity.Data); d != "" {
			t.Errorf("%s: %s", name, d)
		}
		want := []data.Channel{{Name: "y0x0"}, {Name: "y0x1"}, {Name: "y0x2"}, {Name: "y1x0"}, {Name: "y1x1"},
			{Name: "y1x2"}}
		if d := cmp.Diff(want, r.Channels); d != "" {
			t.Errorf("%s: %s", name, d)
		}
		if err := r.Check(); err != nil || !noted(r.Notes, "the 6 pixels of acquisition/film (4 images of 2 x 3)") {
			t.Errorf("%s: %v, %q", name, err, r.Notes)
		}
	}
}

// TestPixelsRefuse checks that the flag is only for stacks, and that images in other files are refused.
func TestPixelsRefuse(t *testing.T) {
	film := func(path string, shape ...int) func(*hdf5.Group) {
		return func(g *hdf5.Group) {
			n := 1
			for _, s := range shape {
				n *= s
			}
			rated(g, path, make([]uint8, n), shape, 0, 1)
		}
	}
	elsewhere := func(g *hdf5.Group) {
		film("acquisition/film", 0, 0, 0)(g)
		at(g, "acquisition/film", "").Dataset("external_file", []string{"left.avi"}, nil, hdf5.Options{})
	}
	for name, c := range map[string]struct {
		fill func(*hdf5.Group)
		sel  data.Selection
		want string
	}{
		"no stack": {film("acquisition/x", 4, 2), data.Selection{}, "no image stack of activity"},
		"an array": {film("acquisition/x", 4, 2), data.Selection{Series: "x"},
			"acquisition/x: --pixels is for stacks of images"},
		"colours": {film("acquisition/film", 4, 2, 2, 3), data.Selection{Series: "film"},
			"a stack of shape 4 x 2 x 2 x 3"},
		"spectra": {func(g *hdf5.Group) {
			stamped(g, "acquisition/bands", "DecompositionSeries", ramp(8), []int{2, 2, 2}, []float64{0, 1})
		}, data.Selection{Series: "bands"}, "acquisition/bands: its shape is 2 x 2 x 2"},
		"units": {film("acquisition/film", 4, 2, 2), data.Selection{Units: true}, "--pixels"},
		"images in other files": {elsewhere, data.Selection{},
			"acquisition/film: its images are in other files (left.avi)"},
		"the same, by name": {elsewhere, data.Selection{Series: "film"},
			"acquisition/film: its images are in other files (left.avi)"},
		"other files and no data": {func(g *hdf5.Group) {
			g = at(g, "acquisition/film", "ImageSeries")
			g.Dataset("external_file", []string{"left.avi"}, nil, hdf5.Options{})
			g.Dataset("timestamps", []float64{0, 1}, nil, hdf5.Options{})
		}, data.Selection{}, "acquisition/film: its images are in other files (left.avi)"},
		"more than memory": {func(g *hdf5.Group) {
			film("acquisition/film", 4, 600, 600)(g)
			trials(g, slices.Repeat([]float64{0}, 200), slices.Repeat([]float64{4}, 200))
		}, data.Selection{}, "or crop the images"},
		"two stacks": {func(g *hdf5.Group) {
			film("acquisition/a", 4, 2, 2)(g)
			film("acquisition/b", 4, 2, 2)(g)
		}, data.Selection{}, "choose by --series one of acquisition/a, acquisition/b"},
	} {
		c.sel.Pixels = true
		if _, err := Read(build(t, c.fill), c.sel); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
