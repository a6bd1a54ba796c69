package method

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"reflect"
	"regexp"
	"strings"

	"github.com/pelletier/go-toml/v2"

	"facrnn/data"
)

// FormatVersion is the version of what settings mean. Files of run folders have it since version 2. In version 1,
// --smooth took later bins, too, and scales were computed from all bins, not from the training bins.
const FormatVersion = 2

// Config is config.toml: which recording is fitted, and how.
type Config struct {
	Data           string `toml:"data"` // path of the recording; empty for the embedded demo
	data.Selection `toml:",inline"`
	Format         int `toml:"format"` // see FormatVersion
	Text           `toml:",inline"`
}

// TOML returns the file's text.
func (c Config) TOML() ([]byte, error) { return toml.Marshal(c) }

// Settings returns the plan's settings, as config.toml has them.
func (p *Plan) Settings() Config {
	rec := p.Recording
	c := Config{Data: rec.Source.Path, Selection: rec.Selection, Format: FormatVersion, Text: p.Spec.Text()}
	if rec.Source.Format == "demo" {
		c.Data = ""
	}
	if rec.AbsentUnits != "" {
		c.AbsentUnits = rec.AbsentUnits // evaluation reads the recording in the same way
	}
	if p.Spec.ScaleByAllBins {
		c.Format = 1
	}
	return c
}

// Spec parses the settings of a run.
func (c Config) Spec() (Spec, error) {
	s, err := c.Text.Spec()
	s.ScaleByAllBins = c.Format == 1
	return s, err
}

// ReadConfig reads the config.toml of a run. Its errors name the file.
func ReadConfig(path string) (c Config, err error) {
	values, err := ConfigValues(path, &Config{})
	if err != nil {
		return c, err
	}
	text, err := toml.Marshal(values)
	if err != nil {
		return c, fmt.Errorf("%s: %w", path, err)
	}
	c = Config{Format: FormatVersion, Text: Defaults()}
	if err := toml.Unmarshal(text, &c); err != nil {
		return c, fmt.Errorf("%s: %w", path, err)
	}
	return c, nil
}

// ConfigValues reads a TOML file of settings, by name. A key that is no field of the struct into, or a value of the
// wrong kind, is an error that names the line.
func ConfigValues(path string, into any) (map[string]any, error) {
	text, err := configText(path)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	text = british.ReplaceAll(text, []byte("behavior$1"))
	text = oneBehavior.ReplaceAll(noBehavior.ReplaceAll(text, nil), []byte("behavior = [$1]"))
	if err := strict(text, into); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	var values map[string]any
	if err := toml.Unmarshal(text, &values); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	for k := range values { // TOML's reader takes names in any case, the command line does not
		if k != strings.ToLower(k) {
			return nil, fmt.Errorf("%s: there is no setting %q: write %q", path, k, strings.ToLower(k))
		}
	}
	if v, ok := values["format"].(int64); ok && v > FormatVersion {
		return nil, fmt.Errorf("%s: a newer version of the program wrote it (format %d, and this one reads up to "+
			"%d): use that version", path, v, FormatVersion)
	}
	keepMeaning(values)
	return values, nil
}

// keepMeaning completes the config of a run of an older version, so that the run is read and repeated with its old
// meaning. Such a file has no format, and has every key that a recipe fills in. Any other file is a user's own, and has
// the meaning of today's flags.
func keepMeaning(values map[string]any) {
	if _, said := values["format"]; said {
		return
	}
	for _, key := range []string{"recipe", "estimator", "beta-start", "refit", "restarts", "epochs", "batch", "lr",
		"schedule"} {
		if values[key] == nil {
			return
		}
	}
	values["format"] = 1
	if values["smooth"] != nil && values["smooth-acausal"] == nil {
		values["smooth-acausal"] = true
	}
}

// The key behaviour is taken for behavior, as the flag is.
var british = regexp.MustCompile(`(?m)^behaviour([ \t]*=)`)

// The behaviour was a single text before it could be several.
var (
	noBehavior  = regexp.MustCompile(`(?m)^behavior[ \t]*=[ \t]*(""|'')[ \t]*\r?$`)
	oneBehavior = regexp.MustCompile(`(?m)^behavior[ \t]*=[ \t]*("[^"\n]*"|'[^'\n]*')`)
)

// maxConfig is how many bytes a config file has at most: a hundred times as many as all settings take.
const maxConfig = 1 << 16

// configText returns the text of a config file, or what a shell hands over as one, below /dev. To open a named pipe may
// wait for ever.
func configText(path string) ([]byte, error) {
	if info, err := os.Stat(path); err == nil && info.Mode()&fs.ModeNamedPipe != 0 &&
		!strings.HasPrefix(path, "/dev/") {
		return nil, errors.New("a named pipe, not a config file: give a TOML file with names of flags")
	}
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%w: check the path", fs.ErrNotExist)
	}
	if err != nil {
		return nil, fmt.Errorf("the config file cannot be read (%w): check the path", err)
	}
	defer func() { _ = f.Close() }() // read only
	text, err := io.ReadAll(io.LimitReader(f, maxConfig+1))
	switch {
	case err != nil:
		return nil, fmt.Errorf("the config file cannot be read (%w): check the path", err)
	case len(text) > maxConfig:
		return nil, errors.New("too long for a config file: give a TOML file with names of flags")
	}
	return text, nil
}

// strict checks keys and kinds against the fields of a struct.
func strict(text []byte, into any) error {
	d := toml.NewDecoder(bytes.NewReader(text)).DisallowUnknownFields()
	err := d.Decode(into)
	var unknown *toml.StrictMissingError
	if errors.As(err, &unknown) {
		row, _ := unknown.Errors[0].Position()
		return fmt.Errorf("line %d: there is no setting %q: --help lists them", row,
			strings.Join(unknown.Errors[0].Key(), "."))
	}
	var wrong *toml.DecodeError
	if errors.As(err, &wrong) {
		row, _ := wrong.Position()
		if k := wrong.Key(); len(k) > 0 {
			return fmt.Errorf("line %d: %q has a value of the wrong kind: --help shows what it takes", row, k)
		}
		return fmt.Errorf("line %d: %s: write it as TOML has it", row, strings.TrimPrefix(wrong.Error(), "toml: "))
	}
	return err
}

// Values returns the fields of settings, a struct, by their names in the file; nil for one that is left open.
func Values(settings any) map[string]any {
	of := reflect.ValueOf(settings)
	m := map[string]any{}
	for _, f := range reflect.VisibleFields(of.Type()) {
		name, _, _ := strings.Cut(f.Tag.Get("toml"), ",")
		if name == "" {
			continue // the embedded flags themselves
		}
		v := of.FieldByIndex(f.Index)
		switch {
		case v.Kind() != reflect.Pointer:
			m[name] = v.Interface()
		case v.IsNil():
			m[name] = nil
		default:
			m[name] = v.Elem().Interface()
		}
	}
	return m
}
