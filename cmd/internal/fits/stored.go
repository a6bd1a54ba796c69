package fits

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"

	"facrnn/cmd/internal/flags"
	"facrnn/cmd/internal/recordings"
	"facrnn/data"
	"facrnn/train/rundir"
)

// Stored is a run read back from its folder: the settings, and the model that came of them.
type Stored struct {
	*rundir.Stored
	Dir      string
	Settings flags.Settings
}

// Load reads a run. Its errors are the user's to mend.
func Load(dir string) (*Stored, error) {
	model, err := rundir.Load(dir)
	if err != nil {
		return nil, err
	}
	s, err := flags.Read(filepath.Join(dir, "config.toml"))
	if s.Data != "" && s.Series == "" && !s.Units {
		s.Series = model.Summary.Data.Series // whatever a reader of another version would take by default
	}
	return &Stored{Stored: model, Dir: dir, Settings: s}, err
}

// Trained reports whether a recording is the file that the run was fitted to.
func (s *Stored) Trained(rec *data.Recording) bool { return rec.Source.SHA256 == s.Summary.Data.SHA256 }

// Again is the fit as it was, of the recording that it was fitted to, which is scaled in place. The parameters are those of the run to the last bit, and so are the latents.
func (s *Stored) Again(ctx context.Context, rec *data.Recording) (*Fit, *flags.Plan, error) {
	if !s.Trained(rec) {
		return nil, nil, fmt.Errorf("%s: the file has changed since the run %s was fitted to it: bring it back, or name it by --data, to be taken as another recording", rec.Source.Path, s.Dir)
	}
	plan, err := s.Settings.Again(rec, s.Known)
	if err != nil {
		return nil, nil, fmt.Errorf("%s: %w", rec.Source.Path, err)
	}
	f, err := s.fit(ctx, plan)
	return f, plan, err
}

// On is the model of the run on another recording with the same channels, in the same order, which is scaled in place as that one was. None of its bins trains.
func (s *Stored) On(ctx context.Context, rec *data.Recording, progress data.Progress) (*Fit, *flags.Plan, error) {
	if err := s.Complete(ctx, progress); err != nil {
		return nil, nil, err
	}
	plan, err := s.Settings.Elsewhere(rec, s.Known)
	if err != nil {
		return nil, nil, fmt.Errorf("%s: %w", rec.Source.Path, err)
	}
	f, err := s.fit(ctx, plan)
	return f, plan, err
}

// Complete finds what an older run does not say of its recording in the recording itself.
func (s *Stored) Complete(ctx context.Context, progress data.Progress) error {
	if s.Known.Complete {
		return nil
	}
	advice := fmt.Sprintf("%s: of an older version, which kept too little for other recordings; what lacks is read from the one that it was fitted to", filepath.Join(s.Dir, "model.npz"))
	rec, err := recordings.OpenAgain(ctx, s.Settings.Flags, progress)
	if err != nil {
		return fmt.Errorf("%s: %w", advice, err)
	}
	if !s.Trained(rec) {
		return fmt.Errorf("%s: %s: the file has changed: bring it back, or fit again", advice, rec.Source.Path)
	}
	plan, err := s.Settings.Again(rec, s.Known)
	if err != nil {
		return fmt.Errorf("%s: %s: %w", advice, rec.Source.Path, err)
	}
	s.Known = rundir.Knowledge(plan.Config, rec, plan.Scaling, plan.Driven, plan.Split)
	return nil
}

// fit is the model for the bins of a plan, and its latents.
func (s *Stored) fit(ctx context.Context, plan *flags.Plan) (*Fit, error) {
	r, err := s.Result(plan.Config, plan.Recording)
	if err != nil {
		return nil, err
	}
	f := &Fit{Result: r}
	filter, err := s.Filter(r.Model)
	if err != nil {
		return nil, err
	}
	if filter == nil {
		f.Unfiltered = errors.New("the run told no noise to filter them with")
		return f, nil
	}
	q, noise := filter.Noise()
	f.Q, f.R = square(q), noise
	if f.Filtered, err = filter.Infer(ctx, r); err != nil {
		return nil, fmt.Errorf("%s: filtering the latents: %w", plan.Recording.Source.Path, err)
	}
	return f, nil
}
