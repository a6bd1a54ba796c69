package flags

import (
	"fmt"
	"maps"
	"reflect"
	"slices"

	"github.com/alecthomas/kong"

	"facrnn/train/method"
)

// Config reads a TOML file of settings, and returns a resolver for flags that the command line does not give. A key
// that is no setting, or a value of the wrong kind, is an error that names the line.
func Config(path string) (kong.Resolver, error) {
	values, err := method.ConfigValues(path, &Settings{})
	if err != nil {
		return nil, err
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
				return nil, nil // As if the key were left out.
			}
			return v, nil
		}
		return fmt.Sprint(v), nil
	}), nil
}

// Read returns the settings of a TOML file, with the default of every setting that the file leaves out.
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

// Contradicts returns the name and both values of the first setting, in alphabetical order, that differs between s and
// other. ok is false if no setting differs.
func (s Settings) Contradicts(other Settings) (name string, value, otherValue any, ok bool) {
	a, b := method.Values(s), method.Values(other)
	for _, k := range slices.Sorted(maps.Keys(a)) {
		if !reflect.DeepEqual(a[k], b[k]) {
			return k, a[k], b[k], true
		}
	}
	return "", nil, nil, false
}
