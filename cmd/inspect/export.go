package main

import (
	"io"

	"facrnn/data"
	"facrnn/data/npz"
	"facrnn/train/whole"
)

// export writes a recording to an .npz file, of which path never holds a half.
func export(path string, r *data.Recording) error {
	return whole.Write(path, func(w io.Writer) error { return npz.Save(w, npz.Arrays(r), false) })
}
