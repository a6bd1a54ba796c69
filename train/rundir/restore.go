package rundir

import (
	"context"
	"fmt"

	"facrnn/data"
	"facrnn/train/method"
)

// Trained reports whether a recording is the file that the run was fitted to.
func (s *Stored) Trained(rec *data.Recording) bool { return rec.Source.SHA256 == s.Summary.Data.SHA256 }

// ForSameRecording returns the stored fit for its own recording, which it scales in place. Parameters and latents are
// equal to the run's, to the last bit.
func (s *Stored) ForSameRecording(ctx context.Context, rec *data.Recording) (*method.Fitted, error) {
	if !s.Trained(rec) {
		return nil, fmt.Errorf("%s: the file has changed since the run %s was fitted to it: bring it back, or name "+
			"it by --data, to be taken as another recording", rec.Source.Path, s.Dir)
	}
	return s.restore(ctx, rec, method.ForSameRecording, true, nil)
}

// ForNewRecording returns the model of the run on another recording with the same channels, in the same order. It
// scales the recording in place with the scale of the run. All bins are held out. Known must be complete. The warnings,
// nil for none, are added to the warnings of the fit.
func (s *Stored) ForNewRecording(ctx context.Context, rec *data.Recording, warnings []string) (*method.Fitted, error) {
	return s.restore(ctx, rec, method.ForNewRecording, false, warnings)
}

// Complete finds what an older run does not say of its recording in the recording itself.
func (s *Stored) Complete(rec *data.Recording) error {
	if !s.Trained(rec) {
		return fmt.Errorf("%s: the file has changed: bring it back, or fit again", rec.Source.Path)
	}
	spec, err := s.spec()
	if err != nil {
		return err
	}
	plan, err := method.ForSameRecording(rec, spec, s.Known)
	if err != nil {
		return fmt.Errorf("%s: %w", rec.Source.Path, err)
	}
	s.Known = plan.Context(plan.Config)
	return nil
}

// restore makes a plan for a recording, and fills its model with the parameters of the run.
func (s *Stored) restore(ctx context.Context, rec *data.Recording,
	plan func(*data.Recording, method.Spec, method.TrainingContext) (*method.Plan, error), same bool, warnings []string,
) (*method.Fitted, error) {
	spec, err := s.spec()
	if err != nil {
		return nil, fmt.Errorf("%s: config.toml: %w", s.Dir, err)
	}
	p, err := plan(rec, spec, s.Known)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", rec.Source.Path, err)
	}
	r, err := s.Result(p.Config, rec)
	if err != nil {
		return nil, err
	}
	filter, err := s.Filter(r.Model)
	if err != nil {
		return nil, err
	}
	var past method.Past
	if same {
		past.Warned = len(s.Summary.Warnings) > 0
		past.Rows, past.Err = ReadMetrics(s.Dir, p.Config)
	}
	if !s.Summary.Complete {
		warnings = append(warnings, "the run was interrupted, so the model is not trained to its end")
	}
	return p.Restored(ctx, r, filter, s.Decoder, past, warnings...)
}

// spec returns the settings of the run. Its structure is the structure of model.npz, which need not have a flag.
func (s *Stored) spec() (method.Spec, error) {
	c, structure := s.Settings, s.Known.Structure
	stored := structure != nil && structure.String() == c.Groups
	if stored {
		c.Groups = ""
	}
	spec, err := c.Spec()
	if stored {
		spec.Structure = structure
	}
	return spec, err
}
