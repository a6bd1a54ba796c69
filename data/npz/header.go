package npz

import (
	"cmp"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"regexp"
	"strconv"
	"strings"
)

const (
	magic       = "\x93NUMPY"
	maxHeader   = 1 << 20 // bytes; NumPy's own headers are far shorter
	maxString   = 1 << 16 // characters of one string
	maxStrings  = 1 << 22 // strings of an array
	maxElements = math.MaxInt / 64
)

// header is the description of an array that precedes its values in an npy stream.
type header struct {
	order   binary.ByteOrder
	kind    string // 'f', 'i', 'u', 'b', 'U' or 'S', as NumPy writes it; others are unsupported
	size    int    // bytes of one value; characters, for strings
	fortran bool   // the first index varies fastest
	shape   []int
	total   int // the product of shape
}

// NumPy writes the three keys in this order but does not guarantee it.
var (
	descrKey   = regexp.MustCompile(`'descr':\s*'([<>|=])([a-zA-Z])(\d*)(?:\[\w*\])?'`)
	recordsKey = regexp.MustCompile(`'descr':\s*\[`)
	fortranKey = regexp.MustCompile(`'fortran_order':\s*(True|False)`)
	shapeKey   = regexp.MustCompile(`'shape':\s*\(([^)]*)\)`)
)

func readHeader(r io.Reader) (header, error) {
	text, err := headerText(r)
	if err != nil {
		return header{}, err
	}
	descr, fortran := descrKey.FindStringSubmatch(text), fortranKey.FindStringSubmatch(text)
	shape := shapeKey.FindStringSubmatch(text)
	if descr == nil && recordsKey.MatchString(text) {
		descr = []string{"", "|", "V", ""}
	}
	if descr == nil || fortran == nil || shape == nil {
		return header{}, fmt.Errorf("cannot read the header %.200q", text)
	}
	h := header{order: binary.LittleEndian, kind: descr[2], fortran: fortran[1] == "True"}
	if descr[1] == ">" {
		h.order = binary.BigEndian
	}
	if h.size, err = strconv.Atoi(cmp.Or(descr[3], "0")); err != nil {
		return h, fmt.Errorf("the data type %.20q: %w", descr[2]+descr[3], err)
	}
	h.shape, h.total, err = parseShape(shape[1])
	return h, err
}

// headerText returns the Python dictionary at the start of an npy stream.
func headerText(r io.Reader) (string, error) {
	var lead [8]byte
	if _, err := io.ReadFull(r, lead[:]); err != nil {
		return "", fmt.Errorf("the array is cut short: %w", err)
	}
	version := lead[6]
	if string(lead[:6]) != magic || version < 1 || version > 3 {
		return "", errors.New("not an npy array of version 1 to 3")
	}
	width := 4
	if version == 1 {
		width = 2
	}
	var length [4]byte
	if _, err := io.ReadFull(r, length[:width]); err != nil {
		return "", fmt.Errorf("the header is cut short: %w", err)
	}
	n := binary.LittleEndian.Uint32(length[:])
	if n > maxHeader {
		return "", fmt.Errorf("a header of %d bytes is too long", n)
	}
	text := make([]byte, n)
	if _, err := io.ReadFull(r, text); err != nil {
		return "", fmt.Errorf("the header is cut short: %w", err)
	}
	return string(text), nil
}

func parseShape(tuple string) (shape []int, total int, err error) {
	total = 1
	for field := range strings.SplitSeq(tuple, ",") {
		if field = strings.TrimSpace(field); field == "" {
			continue
		}
		n, err := strconv.Atoi(strings.TrimSuffix(field, "L")) // Python 2 wrote 3L
		if err != nil || n < 0 || (n > 0 && total > maxElements/n) {
			return nil, 0, fmt.Errorf("the shape (%.100s) is not valid for an array", tuple)
		}
		shape, total = append(shape, n), total*n
	}
	return shape, total, nil
}

// dtype returns the NumPy name of the header's data type.
func (h header) dtype() string {
	names := map[string]string{"f": "float", "i": "int", "u": "uint", "c": "complex", "M": "datetime", "m": "timedelta"}
	switch name, ok := names[h.kind]; {
	case ok:
		return name + strconv.Itoa(8*h.size)
	case h.kind == "b":
		return "bool"
	case h.kind == "U", h.kind == "S":
		return "string"
	case h.kind == "O":
		return "object"
	case h.kind == "V":
		return "records"
	}
	return h.kind + strconv.Itoa(h.size)
}

// unsupported is the error of an intact array of a type that this package does not read. It gives the reason, and the
// remedy in Python for the array x.
type unsupported struct{ why, do string }

func (u unsupported) Error() string { return u.why + ": " + u.do }

// foreign returns the error of values that are neither numbers nor supported strings.
func (h header) foreign() error {
	switch h.kind {
	case "O":
		return unsupported{"it holds Python objects (dtype object), not numbers",
			"save x.astype(float); pad lists of unequal length with NaN first"}
	case "c":
		return unsupported{fmt.Sprintf("it holds complex numbers (%s)", h.dtype()),
			"save their real part, x.real, or their size, abs(x)"}
	case "f":
		return unsupported{fmt.Sprintf("it holds long doubles (%s)", h.dtype()), "save x.astype(float)"}
	case "M":
		return unsupported{fmt.Sprintf("it holds dates (%s)", h.dtype()),
			"save seconds, (x - x[0]) / numpy.timedelta64(1, 's')"}
	case "m":
		return unsupported{fmt.Sprintf("it holds time spans (%s)", h.dtype()),
			"save seconds, x / numpy.timedelta64(1, 's')"}
	case "V":
		return unsupported{"it holds records of several fields", "save each field, x['NAME'], as an array of its own"}
	}
	return unsupported{fmt.Sprintf("its data type, %s, is not supported", h.dtype()), "save x.astype(float)"}
}

// numeric reports whether the values are numbers that this package can read.
func (h header) numeric() bool {
	switch h.dtype() {
	case "float16", "float32", "float64", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64",
		"bool":
		return true
	}
	return false
}
