package train

import (
	"bytes"
	"strings"
	"testing"

	"facrnn/train/rundir"
)

// TestFolderNamesAreSpelledOut checks that control characters in the name of a run folder are escaped wherever a
// program prints the name.
func TestFolderNamesAreSpelledOut(t *testing.T) {
	const bad, good = "runs/a\x1b[31m\u202e", `runs/a\x1b[31m\u202e`
	var all bytes.Buffer
	if err := finished(arguments{Resume: bad}, &all, &all); err != nil {
		t.Fatal(err)
	}
	if err := inJSON(&all, &all, rundir.Summary{}, bad); err != nil {
		t.Fatal(err)
	}
	if err := summarize(&all, rundir.Summary{}, &rundir.Folder{Dir: bad}, true); err != nil {
		t.Fatal(err)
	}
	if s := all.String(); strings.Contains(s, bad) || strings.Contains(s, "\x1b") || strings.Count(s, good) != 4 {
		t.Errorf("printed %q", s)
	}
}
