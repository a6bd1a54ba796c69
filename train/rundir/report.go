package rundir

import (
	"fmt"
	"os"

	"facrnn/train/internal/atomicfile"
)

// OpenReport opens the folder of a complete run for its report, which is removed if it is there. The caller closes the
// folder.
func OpenReport(dir string) (*Folder, error) {
	f := &Folder{Dir: dir}
	if !f.finished() {
		return nil, fmt.Errorf("%s: holds no complete run (summary.json): write the run first", dir)
	}
	if err := f.take(); err != nil {
		return nil, err
	}
	f.run = true
	err := atomicfile.Sweep(f.Path("figures"))
	if err == nil {
		err = f.RemoveReport()
	}
	if err != nil {
		f.Close()
		return nil, err
	}
	return f, os.MkdirAll(f.Path("figures"), 0o755)
}
