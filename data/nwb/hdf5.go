package nwb

import (
	"encoding/binary"
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/scigolib/hdf5"
)

// dataset is a dataset of an HDF5 file with what can be told of it before its values are read.
type dataset struct {
	set    *hdf5.Dataset
	shape  []int  // empty for a single value
	class  string // of its elements, in the library's words
	size   int    // of an element, in bytes
	pieces bool   // can be read some rows at a time
}

// infoText takes the library's description of a dataset apart: class and size of the elements, shape, layout, shape of a chunk.
var infoText = regexp.MustCompile(`^Dataset: (\w+) \(size=(\d+) bytes\), (?:scalar|\d+D array \[([\d x]*)\]), (\w+)(?: \(chunks=\[([\d ]*)\]\))?`)

// newDataset looks at a dataset of a file of so many bytes.
func newDataset(set *hdf5.Dataset, size int64) (*dataset, error) {
	text, err := set.Info()
	if err != nil {
		return nil, unreadable(err.Error())
	}
	m := infoText.FindStringSubmatch(text)
	if m == nil {
		return nil, unreadable(text)
	}
	d := &dataset{set: set, class: m[1], pieces: m[4] == "contiguous"}
	bytes, err := strconv.ParseFloat(m[2], 64)
	d.size = int(min(bytes, 1<<30))
	for _, part := range strings.Fields(strings.ReplaceAll(m[3], "x", " ")) {
		n, wrong := strconv.Atoi(part)
		d.shape = append(d.shape, n)
		bytes *= float64(n)
		err = errors.Join(err, wrong)
	}
	const deflate = 1032 // how much smaller compression makes a chunk at best
	room := float64(size)
	if m[4] == "chunked" {
		room *= deflate
		if len(strings.Fields(m[5])) != len(d.shape)+1 {
			return nil, unreadable("its chunks are indexed in a way of HDF5 1.10 or later")
		}
	}
	if err != nil || bytes > room {
		return nil, fmt.Errorf("damaged: its shape, %s, asks for more than the file holds: copy or write the file again", strings.ReplaceAll(m[3], "x", " "))
	}
	return d, nil
}

// unreadable is the error of what the library has no means to read.
func unreadable(why string) error {
	return fmt.Errorf("it cannot be read by the built-in HDF5 reader (%s): rewrite the file with h5repack or pynwb, or export it to .npz", why)
}

// len is the number of values.
func (d *dataset) len() int {
	n := 1
	for _, s := range d.shape {
		n *= s
	}
	return n
}

// The library's words for an enumeration, and for what has no fixed length.
const (
	classEnum     = "class_8"
	classVariable = "class_9"
)

func (d *dataset) isInteger() bool { return d.class == "integer" }
func (d *dataset) isNumeric() bool { return d.class == "integer" || d.class == "float" }

// holds says what the elements are.
func (d *dataset) holds() string {
	switch d.class {
	case "class_7":
		return "references"
	case classEnum:
		return "booleans or another enumeration"
	case classVariable:
		return "text or lists of variable length"
	case "compound":
		return "compound values"
	}
	return d.class + " values"
}

// mostValues is how many values are read in one piece at most, 1 GB as float64.
const mostValues = 1 << 27

// floats reads all values, row-major.
func (d *dataset) floats() ([]float64, error) {
	if !d.isNumeric() {
		return nil, unreadable("it holds " + d.holds() + ", not numbers")
	}
	if d.len() > mostValues {
		return nil, fmt.Errorf("its %d values are more than the built-in HDF5 reader takes in one piece: average them into longer bins first, or export what is needed to .npz", d.len())
	}
	x, err := d.set.Read()
	if err != nil {
		return nil, unreadable(err.Error())
	}
	return x, nil
}

// block is how many rows rows should read at once: as many as make up blockElements, or all where the library would be slow, or
// would not notice damage, in reading less.
func (d *dataset) block() int {
	if !d.pieces || d.len() <= blockElements {
		return d.shape[0]
	}
	return max(1, blockElements/(d.len()/d.shape[0]))
}

// rows reads the rows first to last (excluded); a row is one step of the first dimension.
func (d *dataset) rows(first, last int) ([]float64, error) {
	if first == 0 && last == d.shape[0] {
		return d.floats()
	}
	start, count := make([]uint64, len(d.shape)), make([]uint64, len(d.shape))
	for i, n := range d.shape {
		count[i] = uint64(n)
	}
	start[0], count[0] = uint64(first), uint64(last-first)
	v, err := d.set.ReadSlice(start, count)
	if err != nil {
		return nil, unreadable(err.Error())
	}
	x, ok := v.([]float64)
	if !ok {
		return nil, unreadable(fmt.Sprintf("it comes as %T", v))
	}
	return x, nil
}

// texts reads text of either kind; nil where it cannot.
func (d *dataset) texts() []string {
	if d.class == "string" {
		s, err := d.set.ReadStrings()
		if err != nil {
			return nil
		}
		return s
	}
	raw, err := d.set.ReadVLenBytes()
	if err != nil {
		return nil
	}
	s := make([]string, len(raw))
	for i, b := range raw {
		s[i] = strings.TrimRight(string(b), "\x00")
	}
	return s
}

// number is the first value of a numeric attribute, or otherwise where there is none.
func (d *dataset) number(attribute string, otherwise float64) (float64, error) {
	attributes, err := d.set.Attributes()
	if err != nil {
		return 0, unreadable(err.Error())
	}
	for _, a := range attributes {
		if a.Name != attribute {
			continue
		}
		v, err := a.ReadValue()
		if x, ok := firstNumber(v); ok && err == nil && a.Datatype.GetByteOrder() == binary.LittleEndian {
			return x, nil
		}
		return 0, fmt.Errorf("its attribute %s: %w", attribute, unreadable(a.Datatype.String()))
	}
	return otherwise, nil
}

func firstNumber(v any) (float64, bool) {
	switch x := v.(type) {
	case float64:
		return x, true
	case float32:
		return float64(x), true
	case int64:
		return float64(x), true
	case int32:
		return float64(x), true
	case []float64:
		return x[0], true // not empty: that is an []any
	case []float32:
		return float64(x[0]), true
	}
	return 0, false
}

// text is a string attribute; empty where there is none.
func (d *dataset) text(attribute string) string {
	v, err := d.set.ReadAttribute(attribute)
	if s, ok := v.(string); ok && err == nil {
		return s
	}
	return ""
}

// groupTexts are the values of a string attribute of a group; nil where there is none.
func groupTexts(g *hdf5.Group, attribute string) []string {
	attributes, err := g.Attributes()
	if err != nil {
		return nil
	}
	for _, a := range attributes {
		if a.Name != attribute {
			continue
		}
		switch v, _ := a.ReadValue(); v := v.(type) {
		case string:
			return []string{v}
		case []string:
			return v
		}
	}
	return nil
}

func groupText(g *hdf5.Group, attribute string) string {
	if s := groupTexts(g, attribute); len(s) > 0 {
		return s[0]
	}
	return ""
}
