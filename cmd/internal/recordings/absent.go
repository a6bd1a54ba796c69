package recordings

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// endings are the file name endings of recordings.
var endings = []string{".nwb", ".npz", ".npy", ".h5", ".hdf5", ".nwb.h5"}

// addresses are the beginnings of addresses that are no path, with a way to fetch the file.
var addresses = []struct{ begins, what, by string }{
	{`^(?i)(dandi:|https?://([a-z]+\.)?dandiarchive\.org)`, "an address of the DANDI Archive", "dandi download %s"},
	{`^(?i)(https?|ftp)://`, "an address of the web", "curl -LO %s"},
	{`^(?i)s3://`, "an address of Amazon S3", "aws s3 cp --no-sign-request %s ."},
	{`^(?i)gs://`, "an address of Google Cloud Storage", "gcloud storage cp %s ."},
}

// absent says why there is no file at a path, and which one may be meant. Errors of a path that is free are
// fs.ErrNotExist.
func absent(path string) error {
	if to, err := os.Readlink(path); err == nil {
		if strings.Contains(filepath.ToSlash(to), ".git/annex/objects/") {
			return fmt.Errorf("it is a link of git-annex to a file that is not on this computer: fetch it by datalad "+
				"get %[1]s, or by git annex get %[1]s", path)
		}
		return fmt.Errorf("it is a link to %s, which is missing; give the path of the file itself", to)
	}
	for _, a := range addresses {
		if regexp.MustCompile(a.begins).MatchString(path) {
			by := fmt.Sprintf(a.by, path)
			return fmt.Errorf("it is %s, not a file on this computer: download the file by %s, and give its path",
				a.what, by)
		}
	}
	if strings.Contains(path, "://") {
		return errors.New("it is an address, not a file on this computer: give the path of a file")
	}
	dir := filepath.Dir(path)
	if _, err := os.Stat(dir); errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%w, nor does the folder %s: check the path", fs.ErrNotExist, dir)
	}
	if near := nearest(filepath.Base(path), recordingsIn(dir)); near != "" {
		return fmt.Errorf("%w, but %s is there: give that path, or check this one", fs.ErrNotExist,
			filepath.Join(dir, near))
	}
	return fmt.Errorf("%w: check the path", fs.ErrNotExist)
}

// recordingsIn returns the names of the first recordings in a folder, in their order.
func recordingsIn(dir string) []string {
	const most = 10000 // names that are read
	d, err := os.Open(dir)
	if err != nil {
		return nil
	}
	defer func() { _ = d.Close() }() // read only
	names, _ := d.Readdirnames(most) // of a folder that cannot be read, none
	names = slices.DeleteFunc(names, func(name string) bool {
		return strings.HasPrefix(name, ".") || !slices.Contains(endings, strings.ToLower(filepath.Ext(name)))
	})
	slices.Sort(names)
	return names
}

// nearest returns the name that a wrong name most likely means: a name that differs in its ending or case only, or else
// in the fewest letters, up to a fourth of them. It returns "" if there is no such name.
func nearest(name string, names []string) string {
	stem := func(s string) string {
		s = strings.ToLower(s)
		for _, ending := range slices.Backward(endings) {
			s = strings.TrimSuffix(s, ending)
		}
		return s
	}
	best, least := "", len(stem(name))/4+1
	for _, n := range names {
		if d := distance(stem(name), stem(n)); d < least {
			best, least = n, d
		}
	}
	return best
}

// distance is how many letters have to be changed, added or left out to make b of a (Levenshtein).
func distance(a, b string) int {
	x, y := []rune(a), []rune(b)
	row := make([]int, len(y)+1)
	for j := range row {
		row[j] = j
	}
	for i, r := range x {
		before := row[0] // of the row above, one to the left
		row[0] = i + 1
		for j, s := range y {
			change := before
			if r != s {
				change++
			}
			before = row[j+1]
			row[j+1] = min(change, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(y)]
}
