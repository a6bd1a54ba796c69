package rundir

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"

	"facrnn/data"
	"facrnn/train/evaluate"
	"facrnn/train/internal/atomicfile"
)

// Evaluation is summary.json of a fitted model on a recording, its own or another.
type Evaluation struct {
	Version  string            `json:"version"` // of the program that evaluated
	Folder   string            `json:"folder"`  // where the files are
	Run      RunSummary        `json:"run"`
	Data     DataSummary       `json:"data"`
	Groups   []int             `json:"groups"`
	Method   string            `json:"method"`
	Absent   []string          `json:"absent_units"`    // units of the model that the recording lacks
	Train    map[string]Number `json:"train,omitempty"` // of another recording, there are no training bins
	Test     map[string]Number `json:"test,omitempty"`
	Recovery map[string]Number `json:"recovery,omitempty"` // see evaluate.Recovery
	// Factorizations are the factorizations of Summary.
	Factorizations []Factorization `json:"factorizations,omitempty"`
	Warnings       []string        `json:"warnings"`
	// Verdicts are the verdicts of Summary.
	Verdicts []evaluate.Verdict `json:"verdicts,omitempty"`
}

// RunSummary says which model it was.
type RunSummary struct {
	Folder   string `json:"folder"`
	Version  string `json:"version"`      // of the program that fitted
	Path     string `json:"data"`         // the recording that it was fitted to
	SHA256   string `json:"sha256"`       // of that recording
	Complete bool   `json:"complete"`     // false where the run was interrupted
	Same     bool   `json:"same_data"`    // the recording evaluated is that one
	Seed     uint64 `json:"seed"`         // of the fit
	Model    string `json:"model_sha256"` // of model.npz
}

// OpenEvaluation opens or creates the folder of an evaluation. An evaluation of the same recording is replaced. A
// folder with other files is refused. The caller closes the folder.
func OpenEvaluation(dir string, source data.Source) (*Folder, error) {
	f := &Folder{Dir: dir}
	if err := f.replaceable(source); err != nil {
		return nil, err
	}
	err := os.MkdirAll(dir, 0o755)
	if err != nil {
		err = &atomicfile.Error{Path: dir, Err: err}
	} else if err = f.take(); err == nil {
		err = f.writable()
	}
	if err == nil { // what another program may have written meanwhile
		if err := f.replaceable(source); err != nil {
			f.Close()
			return nil, err
		}
		err = errors.Join(atomicfile.Sweep(dir), atomicfile.Sweep(f.Path("figures")),
			os.RemoveAll(f.Path("summary.json")), f.RemoveReport())
	}
	return f.orFail(err)
}

// replaceable reports a folder that holds anything else than an evaluation of that recording.
func (f *Folder) replaceable(source data.Source) error {
	entries, err := os.ReadDir(f.Dir)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("%s: cannot write there (%w): choose another --out", f.Dir, cause(err))
	}
	var locked, others, foreign bool
	for _, e := range entries {
		switch name := e.Name(); {
		case name == atomicfile.LockName:
			locked = true
		// written, or being written
		case name == "figures", strings.Contains(name, "latents.npz"), strings.Contains(name,
			"report.html"), strings.HasPrefix(name, ".summary.json"):
			others = true
		default:
			others, foreign = true, true
		}
	}
	if !others {
		return nil
	}
	if locked && f.unlock == nil { // by a program that is at it, or one that was killed
		unlock, err := atomicfile.Lock(f.Dir)
		if err != nil {
			return err
		}
		unlock()
	}
	if locked && !foreign {
		return nil // what one left that did not get to its end
	}
	var e Evaluation
	text, err := atomicfile.Read(f.Path("summary.json"))
	if err != nil || json.Unmarshal(text, &e) != nil || e.Run.Folder == "" {
		return fmt.Errorf("%s: holds files that are not of a finished evaluation: choose another --out, or empty it",
			f.Dir)
	}
	if e.Data.Path != source.Path && e.Data.SHA256 != source.SHA256 {
		return fmt.Errorf("%s: holds the evaluation of another recording, %s: choose another --out", f.Dir, e.Data.Path)
	}
	return nil
}

// ConcludeEvaluation writes summary.json, the last of an evaluation's files.
func (f *Folder) ConcludeEvaluation(e Evaluation) error {
	text, err := json.MarshalIndent(e, "", "  ")
	if err != nil {
		return err
	}
	return f.Write("summary.json", append(text, '\n'))
}
