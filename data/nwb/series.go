package nwb

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"facrnn/data"
)

// series is an array over time, stored in any way that NWB allows.
type series struct {
	*group
	data         *dataset
	bins         int    // T
	channels     int    // N
	byChannel    bool   // stored channels x time
	axisEvidence string // what in the file says which dimension is time; empty where nothing does
	stack        [2]int // rows and columns of the images of a stack; else zero
	frame        [2]int // the same where its pixels are the channels
	times        int    // number of timestamps; 0 for a rate
	start        float64
	rate         float64  // Hz; 0 with timestamps
	role         string   // as data.Series.Role
	labels       []string // of the integers of LabeledEvents
	unusable     string   // why the array cannot be taken; empty where it can
}

// newSeries describes a group that has data. It returns nil if the group is no time series.
func newSeries(g *group) (*series, error) {
	d, err := g.dataset("data")
	if err != nil {
		return nil, err
	}
	if !g.has("timestamps") && !g.has("starting_time") && !strings.HasSuffix(g.kind, "Series") {
		return nil, nil
	}
	s := &series{group: g, data: d}
	if err := s.clock(); err != nil {
		return nil, err
	}
	if err := s.setShape(); err != nil {
		return nil, err
	}
	s.labels = labels(d)
	s.role = s.guessRole()
	return s, nil
}

// clock reads the number of timestamps, or the start and the rate.
func (s *series) clock() error {
	t, err := s.dataset("timestamps")
	if err != nil {
		return err
	}
	if t != nil {
		s.times = t.len()
		return nil
	}
	t, err = s.dataset("starting_time")
	if err != nil || t == nil {
		return err
	}
	x, err := t.floats()
	if err == nil && len(x) > 0 {
		s.start = x[0]
	}
	if err == nil {
		s.rate, err = t.number("rate", 0)
	}
	if err != nil {
		return fmt.Errorf("%s/starting_time: %w", s.path, err)
	}
	return nil
}

// setShape sets the dimension of time, or the reason why an array cannot be used as a series.
func (s *series) setShape() error {
	shape := s.data.shape
	switch {
	case !s.data.isNumeric():
		s.unusable = fmt.Sprintf("it holds %s, not numbers: choose another series", s.data.holds())
	case snippets[s.kind] != "":
		s.unusable = snippets[s.kind]
	case s.data.len() == 0 && s.external() != "":
		s.unusable = s.external()
	case s.isStack():
		s.stack = [2]int{shape[1], shape[2]}
		s.unusable = fmt.Sprintf("it is a stack of shape %s, not an array of time by channels: extract ROIs first "+
			"and take their traces, or take every pixel by --pixels", shapeText(shape))
	case len(shape) == 4 || strings.HasPrefix(s.kind, "Image"):
		s.unusable = fmt.Sprintf("it is a stack of shape %s, not an array of time by channels: extract ROIs first "+
			"and take their traces", shapeText(shape))
	case len(shape) > 2:
		s.unusable = fmt.Sprintf("its shape is %s, but an array of time by channels is needed: choose another series",
			shapeText(shape))
	case len(shape) == 0:
		s.unusable = "it is a single number, not an array over time: choose another series"
	case s.data.len() == 0:
		s.unusable = "it is empty: choose another series"
	}
	if s.unusable != "" {
		return nil
	}
	named, err := s.namedChannels()
	if err != nil {
		return err
	}
	s.orient(named, s.rowsColumn())
	return nil
}

// snippets holds types of series whose rows are not samples of one activity, and the reasons.
var snippets = map[string]string{
	"SpikeEventSeries": "it holds the waveform around each spike, not activity over time: choose --units or " +
		"another series",
	"IntervalSeries": "it holds the ends of intervals, not activity: write a table of intervals for --trials, or " +
		"choose another series",
}

// namedChannels returns the number of channels that the series names by ROIs or electrodes; 0 if it names none.
func (s *series) namedChannels() (int, error) {
	d, err := s.dataset(s.rowsColumn())
	if d == nil {
		return 0, err
	}
	return d.len(), nil
}

// guessRole returns the role of a series, which it guesses from the path and the types of the groups around it.
func (s *series) guessRole() string {
	behavior := []string{"Position", "BehavioralTimeSeries", "BehavioralEvents", "CompassDirection", "EyeTracking",
		"PupilTracking", "PoseEstimation"}
	// of labs and of the Allen Institute
	modules := []string{"behavior", "behaviour", "pose_estimation", "eye_tracking", "running", "licking", "rewards"}
	module, _, _ := strings.Cut(strings.TrimPrefix(s.path, "processing/"), "/")
	switch {
	case s.unusable != "":
		return ""
	case s.isEvents():
		return "events"
	case strings.HasPrefix(s.path, "stimulus/"):
		return "input"
	case s.kind == "SpatialSeries" || strings.HasPrefix(s.path, "processing/") && slices.Contains(modules, module):
		return "behavior"
	case slices.ContainsFunc(s.within, func(kind string) bool { return slices.Contains(behavior, kind) }):
		return "behavior"
	}
	return "activity"
}

// clockTimes returns the times of all T samples, in seconds, ascending.
func (s *series) clockTimes() ([]float64, error) {
	if tooMany(float64(s.bins), 0) {
		return nil, fmt.Errorf("%s: its %d samples %w: average them into bins first", s.path, s.bins, data.ErrTooLarge)
	}
	times, err := s.timeline()
	if err != nil {
		return nil, err
	}
	t := make([]float64, s.bins)
	for i := range t {
		t[i] = times.at(i)
	}
	return t, times.err
}

// scale returns the numbers that convert stored values into the unit of the series: a factor for each channel, and an
// offset.
func (s *series) scale() (factor []float64, offset float64, err error) {
	factor = make([]float64, s.channels)
	conversion, err := s.data.number("conversion", 1)
	if err != nil {
		return nil, 0, fmt.Errorf("%s/data: %w", s.path, err)
	}
	if conversion == 0 || conversion-conversion != 0 {
		return nil, 0, fmt.Errorf("%s/data: its conversion is %v: write the factor that converts its values into %s",
			s.path,
			conversion, cmp.Or(s.knownUnit(), "its unit"))
	}
	for i := range factor {
		factor[i] = conversion
	}
	if s.has("channel_conversion") {
		x, err := s.floats("channel_conversion")
		if err != nil {
			return nil, 0, err
		}
		if len(x) != s.channels {
			return nil, 0, fmt.Errorf("%s/channel_conversion: it has %d factors for %d channels: write one for each",
				s.path, len(x), s.channels)
		}
		for i := range factor {
			factor[i] *= x[i]
		}
	}
	if offset, err = s.data.number("offset", 0); err != nil {
		return nil, 0, fmt.Errorf("%s/data: %w", s.path, err)
	}
	return factor, offset, nil
}

// unit returns the unit of a series as the file has it; empty if it has none.
func (s *series) unit() string { return s.textOf(s.data, "data", "unit") }

// knownUnit returns the unit of a series. It is empty if the text only says that the unit is unknown, because NWB
// requires a text. Arbitrary units, "a.u.", are units.
func (s *series) knownUnit() string {
	unit := s.unit()
	if slices.Contains([]string{"n.a.", "n/a", "na", "unknown", "unspecified"},
		strings.ToLower(strings.TrimSpace(unit))) {
		return ""
	}
	return unit
}

// values reads the given samples of all channels, in the series' unit.
func (s *series) values(samples []int) (data.Matrix, error) {
	c := &cut{samples: samples}
	c.sort()
	return planes{s}.concat(c)
}

// tooMany reports whether a recording of so many bins and channels would need more than 1 GB as float32. That is a
// hundred channels at 1 kHz for three quarters of an hour. The times and trials of the bins need as much as 4
// channels.
func tooMany(bins float64, channels int) bool {
	const most = 1 << 28
	return bins*float64(channels+4) > most
}

// shapeText returns a shape as "3 x 2".
func shapeText(shape []int) string {
	if len(shape) == 0 {
		return "() (a single value)"
	}
	return strings.Trim(strings.Join(strings.Fields(fmt.Sprint(shape)), " x "), "[]")
}
