package settings

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
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

// mostConfig is how many bytes a config file has at most: a hundred times as many as all settings take.
const mostConfig = 1 << 16

// configText is the text of a config file, which may also be a pipe.
func configText(path string) ([]byte, error) {
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%w: check the path", fs.ErrNotExist)
	}
	if err != nil {
		return nil, fmt.Errorf("the config file cannot be read: check the path: %w", err)
	}
	defer func() { _ = f.Close() }() // read only
	text, err := io.ReadAll(io.LimitReader(f, mostConfig+1))
	switch {
	case err != nil:
		return nil, fmt.Errorf("the config file cannot be read: check the path: %w", err)
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
		return fmt.Errorf("line %d: there is no setting %q: --help lists them", row, unknown.Errors[0].Key())
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

// TOML is the file form of settings, which Config reads.
func (s Settings) TOML() ([]byte, error) { return toml.Marshal(s) }
