package method

import (
	"context"
	"errors"

	"facrnn/train"
)

func init() { Register(Components{}) }

// Components is the start of the recipe best, without any training: separated components in groups.
type Components struct{ fitted }

// Name returns "components".
func (Components) Name() string { return "components" }

// About describes the method.
func (Components) About() string { return "the start of recipe best, without training" }

// Shape refuses settings that leave no components to start from.
func (Components) Shape(p *Plan) error {
	if p.Spec.Recipe.Name == Paper.Name || p.Spec.Init == InitRandom {
		return errors.New("--method components is the start of --recipe best: leave --recipe and --start out")
	}
	return nil
}

// Check asks for a model whose components can be separated.
func (Components) Check(p *Plan) error {
	if p.Spec.Init != InitComponents {
		return errors.New("--method components needs the identity decoder or spike counts, groups that share nothing " +
			"and 200 training bins")
	}
	p.refit = 0 // what was found before training stays
	return nil
}

// Fit writes the components into the model.
func (Components) Fit(ctx context.Context, p *Plan, _ ...train.Hook) (*train.Result, error) {
	return train.FromParams(p.Config, p.Recording, p.Options)
}
