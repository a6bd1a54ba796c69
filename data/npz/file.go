package npz

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"facrnn/data"
)

// The names of a recording's arrays. If a file holds several of them, the first is used.
var (
	activityNames = [...]string{"activity", "x", "rates"}
	inputNames    = [...]string{"input"}
	driveNames    = [...]string{"drive"}
	behaviorNames = [...]string{"behavior", "behaviour", "velocity"}
	truthNames    = [...]string{"z", "A", "B", "owner"}
)

const (
	trialName   = "trial"
	timeName    = "time"
	channelName = "channel"
	regionName  = "region"

	driveColumns    = "drive_names"    // column names of the array drive
	behaviorColumns = "behavior_names" // column names of the array behavior
	conditionName   = "condition"
	eventName       = "event"

	britishName, britishColumns = "behaviour", "behaviour_names" // instead of behavior and behavior_names
)

// file is an open npz or npy file. The headers of its arrays are read; values are read only on demand.
type file struct {
	path    string
	format  string // "npz", or "npy" for a single array
	entries map[string]*entry
	headers map[string]header // headers of the readable arrays
	wrong   map[string]error  // errors of the other arrays
}

func newFile(path string, r io.ReaderAt, size int64) (*file, error) {
	entries, err := entriesOf(r, size)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	f := &file{path: path, format: "npz", entries: entries, headers: map[string]header{}, wrong: map[string]error{}}
	if isNPY(r) {
		f.format = "npy"
	}
	for name, e := range entries {
		if h, err := read(e, readHeader); err == nil {
			f.headers[name] = h
		} else {
			f.wrong[name] = err
		}
	}
	return f, nil
}

func (f *file) has(name string) bool { return f.entries[name] != nil }

// first returns the first of names that the file holds, or "".
func (f *file) first(names []string) string {
	for _, name := range names {
		if f.has(name) {
			return name
		}
	}
	return ""
}

// names lists the arrays for a message.
func (f *file) names() string {
	if len(f.entries) == 0 {
		return "it holds no arrays"
	}
	list := slices.Sorted(maps.Keys(f.entries))
	for i, name := range list {
		if h, ok := f.headers[name]; ok {
			list[i] = name + " " + shapeText(h.shape)
		}
	}
	return "it holds " + strings.Join(list, ", ")
}

// array reads one array; flag is the flag that asked for it.
func (f *file) array(name, flag string) (Array, error) {
	switch {
	case slices.Contains(truthNames[:], name):
		return Array{}, f.errorf("array %s is the ground truth of a simulation: choose another array "+
			"for --%s", name, flag)
	case !f.has(name) && f.format == "npy":
		return Array{}, f.errorf("an .npy file holds one array, the activity, and no %s for --%s: write all "+
			"arrays into one .npz file by numpy.savez", name, flag)
	case !f.has(name):
		if flag == "behavior" || flag == "drive" {
			if several := data.Repeated(flag, name, f.has); several != nil {
				return Array{}, several
			}
		}
		return Array{}, f.errorf("there is no array %s (%s): name one of these with --%s%s", name, f.names(), flag,
			data.DidYouMean(name, slices.Sorted(maps.Keys(f.entries))))
	}
	a, err := readArray(f.entries[name])
	if err != nil {
		return a, f.wrap(name, err)
	}
	return a, nil
}

func (f *file) errorf(format string, args ...any) error {
	return fmt.Errorf("%s: %w", f.path, fmt.Errorf(format, args...))
}

func (f *file) wrap(name string, err error) error {
	return fmt.Errorf("%s: array %s: %w", f.path, name, err)
}

// shapeText formats a shape as NumPy does.
func shapeText(shape []int) string {
	s := strings.ReplaceAll(strings.Trim(fmt.Sprint(shape), "[]"), " ", ", ")
	if len(shape) == 1 {
		s += ","
	}
	return "(" + s + ")"
}

func sha(r io.ReaderAt, size int64) (string, error) {
	h := sha256.New()
	if _, err := io.Copy(h, io.NewSectionReader(r, 0, size)); err != nil {
		return "", err
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}
