package method

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"facrnn/train"
)

// Method is a way to fit a model of latents in groups. A new one is one file: the type, and an init function that calls
// [Register].
type Method interface {
	// Name returns the name for --method.
	Name() string
	// About returns what the method is, in a few words, for --help.
	About() string
	// Shape sets the structure and the objective of the plan, before the recipe fills in open settings.
	Shape(p *Plan) error
	// Check returns an error if the method cannot fit the plan's model.
	Check(p *Plan) error
	// Fit trains the plan's model, and turns its latents if the method does so.
	Fit(ctx context.Context, p *Plan, hooks ...train.Hook) (*train.Result, error)
}

var methods = map[string]Method{}

// Register adds a method for --method. Call it from an init function only.
func Register(m Method) { methods[m.Name()] = m }

// Methods returns the registered methods, by name.
func Methods() (all []Method) {
	for _, m := range methods {
		all = append(all, m)
	}
	slices.SortFunc(all, func(a, b Method) int { return strings.Compare(a.Name(), b.Name()) })
	return all
}

// Parse returns the method of a name; nil for "".
func Parse(name string) (Method, error) {
	if name == "" {
		return nil, nil
	}
	if m := methods[name]; m != nil {
		return m, nil
	}
	var names []string
	for _, m := range Methods() {
		names = append(names, m.Name())
	}
	return nil, fmt.Errorf("there is no method %q: choose one of %s", name, strings.Join(names, ", "))
}

// fitted is the part that most methods share: they train the plan's own model.
type fitted struct{}

func (fitted) Shape(*Plan) error { return nil }

func (fitted) Check(*Plan) error { return nil }

func (fitted) Fit(ctx context.Context, p *Plan, hooks ...train.Hook) (*train.Result, error) {
	return p.train(ctx, hooks...)
}

// withoutCorrelation gives a plan the settings of the paper's baselines, which have no partial correlation.
func withoutCorrelation(p *Plan, name string) error {
	s := &p.Spec
	if s.Beta != nil && *s.Beta != 0 {
		return fmt.Errorf("--method %s has no partial correlation: leave --beta %g out", name, *s.Beta)
	}
	s.Recipe, s.Beta = &Paper, pointer(0.0)
	return nil
}
