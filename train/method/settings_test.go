package method

import (
	"context"
	"testing"

	"github.com/alecthomas/kong"

	"facrnn/data"
)

// settings are the flags of a spec, as the programs read them.
type settings struct{ Text }

// parsed reads flags.
func parsed(args ...string) (s settings, err error) {
	p, err := kong.New(&s, kong.Vars(Registered()))
	if err == nil {
		_, err = p.Parse(args)
	}
	return s, err
}

func flags(t testing.TB, args ...string) settings {
	t.Helper()
	s, err := parsed(args...)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// Resolve resolves the flags for a recording, and finds what a fit starts from.
func (s settings) Resolve(rec *data.Recording) (*Plan, error) {
	spec, err := s.Spec()
	if err != nil {
		return nil, err
	}
	p, err := Resolve(rec, spec)
	if err != nil {
		return nil, err
	}
	return p, p.Prepare(context.Background())
}
