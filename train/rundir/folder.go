package rundir

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"facrnn/data"
	"facrnn/train/internal/atomicfile"
)

// Folder is a run's folder. Only one at a time, of all programs, has it open.
type Folder struct {
	Dir string

	unlock func()
	lock   os.FileInfo // the file that is locked; nil before that
	run    bool        // a run is in it, which has a config.toml
}

// ErrFinished is the error of Open for a complete run.
var ErrFinished = errors.New("the run is complete")

// create is Create for the text of a config.toml.
func create(dir string, config []byte, source data.Source) (*Folder, error) {
	f := &Folder{Dir: dir}
	if err := f.checkEmpty(); err != nil {
		return nil, err
	}
	err := os.MkdirAll(dir, 0o755)
	if err != nil {
		err = &atomicfile.Error{Path: dir, Err: err}
	} else {
		err = f.take()
	}
	if err == nil {
		if err = f.checkEmpty(); err != nil { // another program may have been faster
			f.Close()
			return nil, err
		}
		if err = f.writeOrigin(source); err == nil {
			err = f.Write("config.toml", config) // the last: a folder with it holds a run
			f.run = err == nil
		}
	}
	return f.orFail(err)
}

// orFail is f, or the error for which it could not be orFail.
func (f *Folder) orFail(err error) (*Folder, error) {
	if err == nil {
		return f, nil
	}
	f.Close()
	if errors.Is(err, atomicfile.ErrTaken) {
		return nil, err
	}
	return nil, fmt.Errorf("%s: cannot write there (%w): choose another --out", f.Dir, cause(err))
}

// checkEmpty reports a folder that holds a run, or another file with a name that a run writes.
func (f *Folder) checkEmpty() error {
	for _, name := range []string{"config.toml", "summary.json"} {
		if _, err := os.Stat(f.Path(name)); err == nil {
			return fmt.Errorf("%s holds a run already; choose another --out, or continue the run with --resume", f.Dir)
		}
	}
	for _, name := range []string{"metrics.csv", "log.txt", "model.npz", "latents.npz", "connectivity.npz",
		"results.nwb", "report.html", "figures", "tensorboard"} {
		_, err := os.Lstat(f.Path(name))
		// not of a run, which begins with config.toml: the user's
		if entries, notDir := os.ReadDir(f.Path(name)); err == nil && (notDir != nil || len(entries) > 0) {
			return fmt.Errorf("%s: is there already, and a run would replace it: choose another --out, or move it away",
				f.Path(name))
		}
	}
	return nil
}

// Open opens the folder of a run that was begun, and cleans up what a program left that was killed. For a run that is
// complete it returns ErrFinished, after [Tidy].
// The caller closes it.
func Open(dir string) (*Folder, error) {
	f := &Folder{Dir: dir}
	if _, err := os.Stat(f.Path("config.toml")); err != nil {
		return nil, fmt.Errorf("%s: holds no run to continue (config.toml: %w); name a run folder", dir,
			cause(err))
	}
	if f.finished() {
		Tidy(dir)
		return nil, fmt.Errorf("%s: %w", dir, ErrFinished)
	}
	if err := f.take(); err != nil {
		if errors.Is(err, atomicfile.ErrTaken) {
			return nil, err
		}
		return nil, fmt.Errorf("%s: cannot write there (%w): copy the folder to where you can", dir, cause(err))
	}
	if f.finished() { // by another program, meanwhile
		f.Close()
		return nil, fmt.Errorf("%s: %w", dir, ErrFinished)
	}
	f.run = true
	err := f.writable()
	for _, d := range []string{"", "checkpoint", "figures"} {
		err = errors.Join(err, atomicfile.Sweep(f.Path(d)))
	}
	if err != nil {
		f.Close()
		return nil, fmt.Errorf("%s: cannot write there (%w): copy the folder to where you can", dir, cause(err))
	}
	return f, nil
}

// Tidy removes the checkpoints of a complete run, which a program left that was killed right after it wrote
// summary.json. It leaves them if another
// program has the folder or nothing can be written there: they do no harm.
func Tidy(dir string) {
	f := &Folder{Dir: dir}
	if _, err := os.Lstat(f.Path("checkpoint")); err != nil || !f.finished() || f.take() != nil {
		return
	}
	defer f.Close()
	_ = os.RemoveAll(f.Path("checkpoint")) // the next look tries again
}

// writable makes a file and removes it: a lock can be had where nothing can be written.
func (f *Folder) writable() error {
	// which atomicfile.Sweep knows for a leftover, where the program is killed here
	probe, err := os.CreateTemp(f.Dir, ".probe.tmp*")
	if err != nil {
		return err
	}
	return errors.Join(probe.Close(), os.Remove(probe.Name()))
}

// finished reports whether summary.json says that the run is complete.
func (f *Folder) finished() bool {
	text, err := atomicfile.Read(f.Path("summary.json"))
	var s struct{ Complete bool }
	return err == nil && json.Unmarshal(text, &s) == nil && s.Complete
}

// take locks the folder.
func (f *Folder) take() (err error) {
	if f.unlock, err = atomicfile.Lock(f.Dir); err != nil {
		return err
	}
	f.lock, err = os.Stat(f.Path(atomicfile.LockName))
	return err
}

// Close lets others open the folder.
func (f *Folder) Close() {
	if f.unlock != nil {
		f.unlock()
	}
}

// cause returns the error of the system without the name of the file.
func cause(err error) error {
	if w := (*atomicfile.Error)(nil); errors.As(err, &w) {
		err = w.Err
	}
	if p := (*fs.PathError)(nil); errors.As(err, &p) {
		return p.Err
	}
	return err
}

// Path returns a file in the folder.
func (f *Folder) Path(name string) string { return filepath.Join(f.Dir, name) }

// Write writes a file of the folder whole. If the folder was removed, it returns a [*GoneError] and does not create the
// folder again.
func (f *Folder) Write(name string, contents []byte) error {
	return f.write(name, func(w io.Writer) error {
		_, err := w.Write(contents)
		return err
	})
}

func (f *Folder) write(name string, fill func(io.Writer) error) error {
	held := f.Held
	if name == "config.toml" {
		held = f.locked
	}
	if err := held(); err != nil {
		return err
	}
	path := f.Path(name)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return &atomicfile.Error{Path: path, Err: err}
	}
	return atomicfile.Write(path, fill)
}

// RemoveReport removes the report and its figures if they are incomplete or of an earlier fit.
func (f *Folder) RemoveReport() error {
	for _, name := range []string{"report.html", "figures"} {
		if err := os.RemoveAll(f.Path(name)); err != nil {
			return &atomicfile.Error{Path: f.Path(name), Err: err}
		}
	}
	return nil
}

// WriteSummary writes summary.json, the last of a run's files. If it says that the run is complete, the checkpoints are
// removed.
func (f *Folder) WriteSummary(s Summary) error {
	text, err := json.MarshalIndent(s, "", "  ")
	if err != nil {
		return err
	}
	if err := f.Write("summary.json", append(text, '\n')); err != nil || !s.Complete {
		return err
	}
	if err := os.RemoveAll(f.Path("checkpoint")); err != nil {
		return &atomicfile.Error{Path: f.Path("checkpoint"), Err: err}
	}
	return f.Held()
}
