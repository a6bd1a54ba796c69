package flags

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"reflect"
	"regexp"
	"slices"
	"strings"

	"github.com/alecthomas/kong"
	"github.com/pelletier/go-toml/v2"
)

// Config reads a TOML file with the names of the flags, for kong to take what the command line does not give. A key that is no
// setting, or a value of the wrong kind, is an error that names the line.
func Config(path string) (kong.Resolver, error) {
	text, err := configText(path)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	text = british.ReplaceAll(text, []byte("behavior$1"))
	text = oneBehavior.ReplaceAll(noBehavior.ReplaceAll(text, nil), []byte("behavior = [$1]"))
	if err := strict(text); err != nil {
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
		return nil, fmt.Errorf("%s: a newer version of the program wrote it (format %d, and this one reads up to %d): use that version", path, v, FormatVersion)
	}
	keepMeaning(values)
	return kong.ResolverFunc(func(_ *kong.Context, _ *kong.Path, flag *kong.Flag) (any, error) {
		v, ok := values[flag.Name]
		if !ok {
			return nil, nil
		}
		switch v := v.(type) {
		case bool:
			return v, nil
		case []any:
			if len(v) == 0 {
				return nil, nil // as if it were left out
			}
			return v, nil
		}
		return fmt.Sprint(v), nil
	}), nil
}

// keepMeaning completes a file that an older version wrote into a run folder: the run is then read, and repeated, as it was. Such a file
// has no format, and every one of the keys that a recipe fills in; any other file is a user's own, and means what the flags of today mean.
func keepMeaning(values map[string]any) {
	if _, said := values["format"]; said {
		return
	}
	for _, key := range []string{"recipe", "estimator", "beta-start", "refit", "restarts", "epochs", "batch", "lr", "schedule"} {
		if values[key] == nil {
			return
		}
	}
	values["format"] = 1
	if values["smooth"] != nil && values["smooth-acausal"] == nil {
		values["smooth-acausal"] = true
	}
}

// Read is the settings of a TOML file, what it leaves out being as a command line without flags has it.
func Read(path string) (s Settings, err error) {
	r, err := Config(path)
	if err != nil {
		return s, err
	}
	p, err := kong.New(&s, kong.Resolvers(r), Vars())
	if err == nil {
		_, err = p.Parse(nil)
	}
	if err != nil {
		err = fmt.Errorf("%s: %w", path, err)
	}
	return s, err
}

// The key behaviour is taken for behavior, as the flag is.
var british = regexp.MustCompile(`(?m)^behaviour([ \t]*=)`)

// The behaviour was a single text before it could be several.
var (
	noBehavior  = regexp.MustCompile(`(?m)^behavior[ \t]*=[ \t]*(""|'')[ \t]*\r?$`)
	oneBehavior = regexp.MustCompile(`(?m)^behavior[ \t]*=[ \t]*("[^"\n]*"|'[^'\n]*')`)
)

// mostConfig is how many bytes a config file has at most: a hundred times as many as all settings take.
const mostConfig = 1 << 16

// configText is the text of a config file, or what a shell hands over as one, below /dev. To open a named pipe may wait for ever.
func configText(path string) ([]byte, error) {
	if info, err := os.Stat(path); err == nil && info.Mode()&fs.ModeNamedPipe != 0 && !strings.HasPrefix(path, "/dev/") {
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
	text, err := io.ReadAll(io.LimitReader(f, mostConfig+1))
	switch {
	case err != nil:
		return nil, fmt.Errorf("the config file cannot be read (%w): check the path", err)
	case len(text) > mostConfig:
		return nil, errors.New("too long for a config file: give a TOML file with names of flags")
	}
	return text, nil
}

// strict checks keys and kinds against Settings.
func strict(text []byte) error {
	d := toml.NewDecoder(bytes.NewReader(text)).DisallowUnknownFields()
	err := d.Decode(&Settings{})
	var unknown *toml.StrictMissingError
	if errors.As(err, &unknown) {
		row, _ := unknown.Errors[0].Position()
		return fmt.Errorf("line %d: there is no setting %q: --help lists them", row, strings.Join(unknown.Errors[0].Key(), "."))
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

// Contradicts names the first setting, in the order of the alphabet, that is not the same in both, and gives its values; ok is false where there is none.
func (s Settings) Contradicts(other Settings) (name string, value, otherValue any, ok bool) {
	a, b := s.Values(), other.Values()
	for _, k := range slices.Sorted(maps.Keys(a)) {
		if !reflect.DeepEqual(a[k], b[k]) {
			return k, a[k], b[k], true
		}
	}
	return "", nil, nil, false
}

// Values returns the settings by the names of the file, nil where nothing is said.
func (s Settings) Values() map[string]any {
	m := map[string]any{}
	for _, f := range reflect.VisibleFields(reflect.TypeFor[Settings]()) {
		name, _, _ := strings.Cut(f.Tag.Get("toml"), ",")
		if name == "" {
			continue // the embedded flags themselves
		}
		v := reflect.ValueOf(s).FieldByIndex(f.Index)
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

// TOML is the file form of settings, which Config reads.
func (s Settings) TOML() ([]byte, error) { return toml.Marshal(s) }
