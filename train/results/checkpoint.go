package results

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"time"

	"facrnn/data"
	"facrnn/data/npz"
	"facrnn/train"
	"facrnn/train/whole"
)

// CheckpointVersion is of the files in checkpoint/; it grows when a reader of the old form would go wrong. Files of version 1, which had no other
// than the parameters, cannot be gone on with.
const CheckpointVersion = 2

// origin is checkpoint/run.json: what a run was begun with.
type origin struct {
	Version int    `json:"format_version"`
	Path    string `json:"data"`
	SHA256  string `json:"sha256"` // of the recording
}

// Checkpoint is a hook that writes every restart's state to checkpoint/restart-R.npz: as soon as there is one and the interval has passed, and as
// the restart ends. It comes after hooks whose End changes the parameters.
func (f *Folder) Checkpoint(every time.Duration, now train.Clock) train.Hook {
	last := map[int]time.Time{}
	write := func(r *train.Run) error {
		s := r.State()
		if s == nil {
			return nil // it has not begun
		}
		last[r.Restart] = now()
		return f.writeState(s)
	}
	return train.Hook{
		Name:  "checkpoint",
		Start: func(r *train.Run) error { last[r.Restart] = now(); return nil },
		State: func(r *train.Run) error {
			if err := f.Held(); err != nil {
				return err
			}
			if now().Sub(last[r.Restart]) < every {
				return nil
			}
			return write(r)
		},
		End: write,
	}
}

func statePath(restart int) string { return fmt.Sprintf("checkpoint/restart-%d.npz", restart) }

func (f *Folder) writeState(s *train.State) error {
	return f.writeArrays(statePath(s.Restart), stateArrays(s))
}

// States reads the states of a run's restarts, of those that have one. Its errors name the file and say what to do.
func (f *Folder) States(restarts int) (states []train.State, err error) {
	for i := range restarts {
		path := f.Path(statePath(i))
		arrays, err := npz.Load(path)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil { // names the path
			return nil, fmt.Errorf("%w: remove it, and that restart begins anew", err)
		}
		s, err := readState(arrays)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		if s.Restart != i {
			return nil, fmt.Errorf("%s: it is of restart %d: remove it, and that restart begins anew", path, s.Restart)
		}
		states = append(states, *s)
	}
	return states, nil
}

// writeOrigin writes what the run is begun with.
func (f *Folder) writeOrigin(source data.Source) error {
	text, err := json.MarshalIndent(origin{CheckpointVersion, source.Path, source.SHA256}, "", "  ")
	if err != nil {
		return err
	}
	return f.Write("checkpoint/run.json", append(text, '\n'))
}

// CheckSource reports a recording that is not the one which the run was begun with, by the hash of its file.
func (f *Folder) CheckSource(source data.Source) error {
	name := f.Path("checkpoint/run.json")
	text, err := whole.Read(name)
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%s: it is not there, so that the run cannot be gone on with: begin anew by --config %s and another --out", name, f.Path("config.toml"))
	}
	if err != nil {
		return err
	}
	var o origin
	if err := json.Unmarshal(text, &o); err != nil {
		return fmt.Errorf("%s: damaged (%w): begin anew by --config %s and another --out", name, err, f.Path("config.toml"))
	}
	if err := checkVersion(o.Version); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	if o.SHA256 != source.SHA256 {
		return fmt.Errorf("%s: the file has changed since the run %s was begun with it: bring it back, or begin anew by --config %s and another --out", source.Path, f.Dir, f.Path("config.toml"))
	}
	return nil
}

func checkVersion(v int) error {
	switch {
	case v > CheckpointVersion:
		return fmt.Errorf("written by a newer version of the program (format %d, this one reads up to %d): use that one", v, CheckpointVersion)
	case v < 2:
		return fmt.Errorf("written by an older version of the program, which kept no more than parameters (format %d): begin anew", v)
	}
	return nil
}
