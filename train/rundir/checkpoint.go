package rundir

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"time"

	"facrnn/data"
	"facrnn/data/npz"
	"facrnn/train"
	"facrnn/train/internal/atomicfile"
)

// CheckpointVersion is the version of the files in checkpoint/. It increases if a reader of the old form would misread
// them. Files of version 1 held only the parameters, so no run continues from them.
const CheckpointVersion = 2

// origin is checkpoint/run.json: what a run was begun with.
type origin struct {
	Version int    `json:"format_version"`
	Path    string `json:"data"`
	SHA256  string `json:"sha256"` // of the recording
}

// Checkpoint returns a hook that writes every restart's state to checkpoint/restart-R.npz: as soon as there is one and
// the interval has passed, and as the restart ends. It comes after hooks whose End changes the parameters.
func (f *Folder) Checkpoint(every time.Duration, now train.Clock) train.Hook {
	last := map[int]time.Time{}
	write := func(r *train.Progress) error {
		s := r.State()
		if s == nil {
			return nil // it has not begun
		}
		last[r.Restart] = now()
		return f.writeState(s)
	}
	return train.Hook{
		Name:  "checkpoint",
		Start: func(r *train.Progress) error { last[r.Restart] = now(); return nil },
		OnSnapshot: func(r *train.Progress) error {
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

// StatePath returns the name, in a run's folder, of the file with the state of a restart, counted from 0.
func StatePath(restart int) string { return fmt.Sprintf("checkpoint/restart-%d.npz", restart) }

func (f *Folder) writeState(s *train.State) error {
	arrays := stateArrays(s)
	sum, err := digest(arrays)
	if err != nil {
		return err
	}
	arrays[digestName] = npz.Scalar(sum)
	return f.writeArrays(StatePath(s.Restart), arrays)
}

// digestName is the array of a state's file that holds the digest of all others. Files without one are of older
// versions of the program.
const digestName = "sha256"

// digest returns the SHA-256 of arrays, as hexadecimal digits. The checksums of a zip file miss what another program
// has changed.
func digest(arrays map[string]npz.Array) (string, error) {
	h := sha256.New()
	if err := npz.Save(h, arrays, false); err != nil {
		return "", err
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

// sound returns an error if the arrays of a state's file differ from the written ones. A file without a digest is an
// error if no training has such values.
func sound(arrays map[string]npz.Array, s *train.State) error {
	if stored, ok := arrays[digestName]; ok {
		arrays = maps.Clone(arrays)
		delete(arrays, digestName)
		sum, err := digest(arrays)
		if written, _ := stored.Data.([]string); err == nil && (len(written) != 1 || written[0] != sum) {
			err = errors.New("its values are not those that were written")
		}
		if err != nil {
			return err
		}
	}
	return plausible(s)
}

// plausible returns an error if a state has values that no training has: those that are not finite or whose square
// float32 cannot hold, and mean squares below 0.
func plausible(s *train.State) error {
	for _, part := range []struct {
		arrays      []train.Array
		least, most float64
	}{{s.Params, -1e19, 1e19}, {s.Kept, -1e19, 1e19}, {s.Mean, -1e19, 1e19}, {s.Square, 0, 1e38}} {
		for _, a := range part.arrays {
			for _, v := range a.Data {
				if !(v >= part.least && v <= part.most) { // or it is NaN
					return fmt.Errorf("array %s: it holds %g", a.Name, v)
				}
			}
		}
	}
	return nil
}

// States reads the states of a run's restarts, of those that have one. Its errors name the file and say what to do.
func (f *Folder) States(restarts int) (states []train.State, err error) {
	for i := range restarts {
		path := f.Path(StatePath(i))
		arrays, err := npz.Load(path)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil { // names the path
			return nil, fmt.Errorf("%w, or remove it to start this restart again", err)
		}
		s, err := readState(arrays)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		if s.Restart != i {
			return nil, fmt.Errorf("%s: it is of restart %d: remove it to start this restart again", path, s.Restart)
		}
		if err := sound(arrays, s); err != nil {
			return nil, fmt.Errorf("%s: damaged (%w): remove it to start this restart again", path, err)
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
	text, err := atomicfile.Read(name)
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%s is missing, so the run cannot be resumed; start again with --config %s and another "+
			"--out", name, f.Path("config.toml"))
	}
	if err != nil {
		return err
	}
	var o origin
	if err := json.Unmarshal(text, &o); err != nil {
		return fmt.Errorf("%s is damaged (%w); start again with --config %s and another --out", name, err,
			f.Path("config.toml"))
	}
	if err := checkVersion(o.Version); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	if o.SHA256 != source.SHA256 {
		return fmt.Errorf("%s has changed since the start of run %s; restore it, or start again with --config %s "+
			"and another --out", source.Path, f.Dir, f.Path("config.toml"))
	}
	return nil
}

func checkVersion(v int) error {
	switch {
	case v > CheckpointVersion:
		return fmt.Errorf("written by a newer version of the program (format %d, this version reads up to %d); use "+
			"the newer one", v, CheckpointVersion)
	case v < 2:
		return fmt.Errorf("written by an older version of the program, which stored only parameters (format %d); "+
			"start again", v)
	}
	return nil
}
