package rundir

import (
	"fmt"
	"path/filepath"
)

// Unfinished is the error of a run without its summary.json: the run has not ended, and train --resume continues it.
type Unfinished struct {
	Summary string // the path of summary.json
	Err     error  // of reading it
}

// Dir returns the folder of the run.
func (e *Unfinished) Dir() string { return filepath.Dir(e.Summary) }

// Error names the file and the folder, without the program that continues the run.
func (e *Unfinished) Error() string {
	return fmt.Sprintf("%s: the run has not ended (%v): continue it with train --resume and the folder %s", e.Summary,
		e.Err, e.Dir())
}

// Unwrap returns the error of reading the file.
func (e *Unfinished) Unwrap() error { return e.Err }
