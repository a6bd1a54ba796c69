package plot

import (
	"bytes"
	"errors"
	"fmt"
	"image/color"
	"os"
	"reflect"
	"strconv"
	"strings"

	"github.com/pelletier/go-toml/v2"
	"gonum.org/v1/plot/vg"

	"facrnn/train/report/palette"
)

// Options say how figures are written. The zero value writes PNG and SVG in the usual style.
type Options struct {
	Formats []Format
	Style   Style
}

// Style is the look of figures, for the rules of a journal. The zero value of each field is the usual look.
type Style struct {
	Width      Length           `toml:"width"`      // Of the whole figure. Panels are arranged to fill it.
	FontSize   float64          `toml:"font-size"`  // Of axis labels, in points; 9 is usual. Other texts follow.
	Font       string           `toml:"font"`       // Family of the text in SVG files. PNG and PDF have Liberation Sans.
	LineWidth  float64          `toml:"line-width"` // Factor of all line widths.
	Groups     []palette.Colour `toml:"groups"`     // Of groups, in their order; after the last, the first follows.
	Conditions []palette.Colour `toml:"conditions"` // Of conditions, in their order.
	HeldOut    *palette.Colour  `toml:"held-out"`   // Of held-out bins.
	Filtered   *palette.Colour  `toml:"filtered"`   // Of latents from past and present.
}

// Length is a length on paper. Its text has a unit, such as 85mm.
type Length float64 // In points, of 1/72 inch.

// UnmarshalText reads a length with a unit: mm, cm, in, pt or px (1/96 inch, as style sheets have it).
func (l *Length) UnmarshalText(text []byte) error {
	s := strings.TrimSpace(string(text))
	for unit, points := range map[string]float64{"mm": 72 / 25.4, "cm": 72 / 2.54, "in": 72, "pt": 1, "px": 0.75} {
		number, ok := strings.CutSuffix(s, unit)
		if !ok {
			continue
		}
		v, err := strconv.ParseFloat(strings.TrimSpace(number), 64)
		if err != nil {
			break
		}
		if v *= points; !(v >= minWidth-0.01 && v <= maxWidth+0.01) {
			return fmt.Errorf("%s is not a width for a figure; give 50mm to 1000mm", s)
		}
		*l = Length(v)
		return nil
	}
	return fmt.Errorf("%q is not a length; give a number with mm, cm, in, pt or px, such as 85mm", s)
}

// The widths of a figure, in points. Less than 50 mm has no room for an axis and its labels.
const minWidth, maxWidth = 50 * 72 / 25.4, 1000 * 72 / 25.4

// ReadStyle reads a style file in TOML. A key that is not known, or a value that is out of range, is an error.
func ReadStyle(path string) (Style, error) {
	var s Style
	text, err := os.ReadFile(path)
	if err != nil {
		return s, err
	}
	d := toml.NewDecoder(bytes.NewReader(text)).DisallowUnknownFields()
	if err := d.Decode(&s); err != nil {
		return s, styleError(path, err)
	}
	switch {
	case s.FontSize != 0 && !(s.FontSize >= 4 && s.FontSize <= 40):
		err = fmt.Errorf("font-size is %g; give 4 to 40 points", s.FontSize)
	case s.LineWidth != 0 && !(s.LineWidth >= 0.1 && s.LineWidth <= 10):
		err = fmt.Errorf("line-width is %g; give a factor from 0.1 to 10", s.LineWidth)
	case strings.ContainsAny(s.Font, `"'<>&;{}\`):
		err = fmt.Errorf("font %q is not the name of a font family; leave out quotes and brackets", s.Font)
	}
	if err != nil {
		return s, fmt.Errorf("%s: %w", path, err)
	}
	return s, nil
}

// styleError names the line and the key of an error in a style file, and lists the keys that exist.
func styleError(path string, err error) error {
	var unknown *toml.StrictMissingError
	if errors.As(err, &unknown) {
		row, _ := unknown.Errors[0].Position()
		return fmt.Errorf("%s, line %d: unknown key %s; the keys are %s",
			path, row, strings.Join(unknown.Errors[0].Key(), "."), strings.Join(styleKeys(), ", "))
	}
	var bad *toml.DecodeError
	if errors.As(err, &bad) {
		row, _ := bad.Position()
		return fmt.Errorf("%s, line %d: %w", path, row, err)
	}
	return fmt.Errorf("%s: %w", path, err)
}

// styleKeys returns the keys of a style file.
func styleKeys() (keys []string) {
	t := reflect.TypeFor[Style]()
	for i := range t.NumField() {
		keys = append(keys, t.Field(i).Tag.Get("toml"))
	}
	return keys
}

// scale returns the factor of all lengths at which axis labels have the style's size.
func (s Style) scale() vg.Length {
	if s.FontSize == 0 {
		return 1
	}
	return vg.Length(s.FontSize / labelSize)
}

// pick returns colour i of a style's list, around and around, or the usual colour if the list is empty.
func pick(list []palette.Colour, i int, usual color.NRGBA) color.NRGBA {
	if len(list) == 0 || i < 0 {
		return usual
	}
	return rgb(list[i%len(list)])
}
