package npz

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"

	"facrnn/data"
)

// Recording reads the recording in the npz file at path, or the activity in an npy file. The package comment lists the
// arrays. sel.Series, sel.Trials, sel.Input, sel.Drive, sel.Behavior, sel.Condition and sel.Event name other arrays;
// "none" leaves out any of these except the activity.
//
// The bins keep the file's order, and the rows of one trial must be contiguous. If the file has times, BinWidth is the
// median step. A step of more than 1.5 bin widths inside a trial starts a new segment (SegmentStarts). Without times,
// sel.Rate sets the bin width. Without both, BinWidth is 0 and Time counts the bins.
//
// NaN are kept. Errors name the file, the array and the flag; the recording's Notes list the choices.
func Recording(path string, sel data.Selection) (*data.Recording, error) {
	return RecordingContext(context.Background(), path, sel)
}

// RecordingContext reads like Recording, but returns the error of ctx as soon as ctx ends.
func RecordingContext(ctx context.Context, path string, sel data.Selection) (*data.Recording, error) {
	return reading(ctx, path, func(r io.ReaderAt, size int64) (*data.Recording, error) {
		return RecordingFrom(path, r, size, sel)
	})
}

// RecordingFrom reads like Recording, from the size bytes of an npz file at r. Errors and the recording's source use
// path.
func RecordingFrom(path string, r io.ReaderAt, size int64, sel data.Selection) (*data.Recording, error) {
	f, err := newFile(path, r, size)
	if err != nil {
		return nil, err
	}
	if err := f.refuse(sel); err != nil {
		return nil, err
	}
	sum, err := sha(r, size)
	if err != nil {
		return nil, f.errorf("reading: %w", err)
	}
	b := builder{file: f, rec: &data.Recording{Source: data.Source{Path: path, Format: f.format, SHA256: sum},
		Selection: sel}}
	steps := []func(data.Selection) error{b.activity, b.channels, b.trials, b.time, b.clock, b.orientation, b.smooth,
		b.input, b.behavior, b.drive, b.condition, b.event}
	for _, step := range steps {
		if err := step(sel); err != nil {
			return nil, err
		}
	}
	return b.rec, nil
}

// refuse returns an error if the selection asks for parts that only other file formats have.
func (f *file) refuse(sel data.Selection) error {
	kind := "an ." + f.format + " file"
	wrong := func(flags, format string, args ...any) error {
		return data.WrongFlag(fmt.Errorf("%s: %s is %s, which %s", flags, f.path, kind, fmt.Sprintf(format, args...)))
	}
	switch {
	case sel.Units:
		return wrong("--units", "holds no sorted units: leave it out")
	case sel.Pixels:
		return wrong("--pixels", "holds no image stack: leave it out, and write one column per pixel")
	case sel.BinWidth != 0:
		return wrong("--bin-width", "holds activity that is already binned: leave it out")
	case len(sel.WhereUnits) > 0 || sel.MinRate != 0:
		return wrong("--where-units and --min-rate", "holds no sorted units: leave them out")
	case sel.AbsentUnits != "":
		return wrong("--absent-units", "holds no sorted units: leave it out")
	case len(sel.Where) > 0 || sel.Align != "":
		return wrong("--where and --align", "holds no table of trials: leave them out")
	case sel.Rate != 0 && f.has(timeName):
		return wrong("--rate",
			"has its bin width in the array %s: leave it out, or give --rate 0 if the settings of a run "+
				"have it", timeName)
	}
	return data.WrongFlag(sel.Check())
}

// builder fills a recording; each method fills one part.
type builder struct {
	*file
	rec    *data.Recording
	shape  []int // shape of the activity: (T,N) or (trials,bins,N)
	turned bool  // the last two dimensions are stored swapped
}

func (b *builder) activity(sel data.Selection) error {
	name := sel.Series
	if name == "" {
		if name = b.first(activityNames[:]); name == "" {
			return b.errorf("there is no array activity, x or rates (%s): name the activity with --series", b.names())
		}
		b.rec.Note("The activity is the array %s.", name)
	}
	a, err := b.array(name, "series")
	if err != nil {
		return err
	}
	if len(a.Shape) != 2 && len(a.Shape) != 3 {
		return b.errorf("array %s is %s, but activity is (bins, channels) or (trials, bins, channels): choose "+
			"another array with --series", name, shapeText(a.Shape))
	}
	values, err := a.Float32s()
	if err != nil {
		return b.wrap(name, err)
	}
	shape := a.Shape
	if sel.Transpose {
		values, shape = turned(values, shape)
		b.rec.Note("The array %s %s is read with its last two dimensions swapped (--transpose).", name,
			shapeText(a.Shape))
	}
	last := len(shape) - 1
	b.rec.Source.Series = name
	b.rec.Activity = data.Matrix{Rows: product(shape[:last]), Cols: shape[last], Data: values}
	b.shape, b.turned = shape, sel.Transpose
	return nil
}

// channels names the channels from the arrays channel and region, or else by number.
func (b *builder) channels(data.Selection) error {
	b.rec.Channels = make([]data.Channel, b.rec.Activity.Cols)
	names, regions := b.words(channelName), b.words(regionName)
	for i := range b.rec.Channels {
		c := &b.rec.Channels[i]
		c.Name = strconv.Itoa(i)
		if names != nil {
			c.Name = names[i]
		}
		if regions != nil {
			c.Region = regions[i]
		}
	}
	return nil
}

// words reads one string or whole number per channel. It returns nil if the array does not fit, because a fit does not
// need it.
func (b *builder) words(name string) []string {
	if !b.has(name) {
		return nil
	}
	a, err := read(b.entries[name], readNPY)
	if err != nil {
		b.rec.Note("The array %s was left out: %v.", name, err)
		return nil
	}
	words, err := a.Strings()
	if err != nil {
		var ids []int
		ids, err = a.Ints()
		for _, id := range ids {
			words = append(words, strconv.Itoa(id))
		}
	}
	if err != nil || len(words) != b.rec.Activity.Cols {
		b.rec.Note("The array %s %s was left out: it must hold one string or number for each of the %d channels of %s.",
			name, shapeText(a.Shape), b.rec.Activity.Cols, b.rec.Source.Series)
		return nil
	}
	return words
}

func (b *builder) smooth(sel data.Selection) error {
	if sel.Smooth == 0 {
		return nil
	}
	if err := b.rec.Smooth(sel.Smoothing()); errors.As(err, &data.FlagError{}) {
		return err
	} else if err != nil {
		return b.errorf("array %s: %w", b.rec.Source.Series, err)
	}
	return nil
}

func (b *builder) input(sel data.Selection) error {
	name := b.choose(sel.Input, inputNames[:], "input", "the known external input")
	if name == "" {
		return nil
	}
	m, err := b.matrix(name, "input")
	if err != nil {
		return err
	}
	if m.Cols != b.rec.Activity.Cols {
		return b.mismatch(name, "input", []int{m.Rows, m.Cols}, "one value for each bin and channel")
	}
	b.rec.Input, b.rec.InputName = m, name
	return nil
}

// choose resolves a flag that names an array: the asked array, or none, or else the file's default array.
func (b *builder) choose(asked string, defaults []string, flag, role string) string {
	switch asked {
	case data.None:
		return ""
	case "":
		name := b.first(defaults)
		if name == "" || name == b.rec.Source.Series || name == b.rec.InputName {
			return ""
		}
		b.rec.Note("The array %s is used as %s; --%s none leaves it out.", name, role, flag)
		return name
	}
	return asked
}

// matrix reads an array with one or more values per bin.
func (b *builder) matrix(name, flag string) (data.Matrix, error) {
	a, cols, err := b.perBin(name, flag)
	if err != nil {
		return data.Matrix{}, err
	}
	values, err := a.Float32s()
	if err != nil {
		return data.Matrix{}, b.wrap(name, err)
	}
	return data.Matrix{Rows: b.rec.Bins(), Cols: cols, Data: values}, nil
}

// perBin reads an array of shape (T) or (T,cols). If the activity is divided into trials, the shape may also be
// (trials,bins) or (trials,bins,cols).
func (b *builder) perBin(name, flag string) (a Array, cols int, err error) {
	if a, err = b.array(name, flag); err != nil {
		return a, 0, err
	}
	byTrials := len(b.shape) == 3
	var rest []int
	switch {
	case hasPrefix(a.Shape, []int{b.rec.Bins()}) && len(a.Shape) <= 2:
		rest = a.Shape[1:]
	case byTrials && hasPrefix(a.Shape, b.shape[:2]) && len(a.Shape) <= 3:
		rest = a.Shape[2:]
	default:
		return a, 0, b.mismatch(name, flag, a.Shape, "values for each of its bins")
	}
	if len(rest) == 0 {
		return a, 1, nil
	}
	return a, rest[0], nil
}

func hasPrefix(shape, prefix []int) bool {
	return len(shape) >= len(prefix) && slices.Equal(shape[:len(prefix)], prefix)
}

func (b *builder) mismatch(name, flag string, shape []int, want string) error {
	advice := errors.New("correct its shape in the file")
	switch flag {
	case "input", "drive", "behavior", "condition", "event", "trials":
		advice = fmt.Errorf("choose another array with --%[1]s, or leave it out with --%[1]s none", flag)
	}
	if hint := b.misfit(shape); hint != "" {
		advice = fmt.Errorf("%s; or %w", hint, advice)
	}
	return b.errorf("array %s is %s but the activity is %s %s, so it must hold %s: %w",
		name, shapeText(shape), b.rec.Source.Series, shapeText(b.shape), want, advice)
}
