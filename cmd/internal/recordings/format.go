package recordings

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"facrnn/data/hdf5/reader"
)

// Format returns the format of the recording: "nwb", "npz", "npy", or "demo" without a file. It reads the first bytes
// of the file. The name of the file counts only if its bytes have no known format, so that the reader can report the
// damage. The error is one line that says what else the file is, and what to do.
func (f Flags) Format() (string, error) {
	if f.Data == "" {
		return "demo", nil
	}
	format, err := formatOf(f.Data)
	if err != nil {
		return "", fmt.Errorf("%s: %w", f.Data, err)
	}
	return format, nil
}

func formatOf(path string) (string, error) {
	info, err := os.Stat(path)
	var of *fs.PathError
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "", absent(path)
	case errors.As(err, &of):
		return "", fmt.Errorf("%w: check the path, and that it may be read", of.Err)
	case err != nil:
		return "", err
	case info.IsDir():
		return "", folder(path)
	case !info.Mode().IsRegular(): // opening a pipe might never end
		return "", errors.New("it is a device or a pipe: give a file")
	case info.Size() == 0:
		return "", errors.New("it is an empty file: copy or download it again")
	}
	r, err := os.Open(path)
	if errors.As(err, &of) {
		return "", fmt.Errorf("%w: check the path, and that it may be read", of.Err)
	}
	if err != nil {
		return "", err
	}
	defer func() { _ = r.Close() }() // read only
	return formatIn(r, info.Size(), strings.ToLower(filepath.Ext(path)))
}

// formatIn returns the format of a file of size bytes. ending is the ending of its name.
func formatIn(r io.ReaderAt, size int64, ending string) (string, error) {
	head := make([]byte, min(size, 4096))
	if _, err := r.ReadAt(head, 0); err != nil && !errors.Is(err, io.EOF) {
		return "", err
	}
	for _, k := range kinds {
		if k.is(head) {
			return "", fmt.Errorf("it is %s: %s", k.what, k.do)
		}
	}
	if _, err := reader.Begin(r, size); err == nil {
		return "nwb", nil
	}
	switch {
	case bytes.HasPrefix(head, []byte("\x93NUMPY")):
		return "npy", nil
	case bytes.HasPrefix(head, []byte("PK\x03\x04")):
		return "npz", archive(r, size)
	case ending == ".nwb", ending == ".h5", ending == ".hdf5":
		return "nwb", nil
	case ending == ".npz":
		return "npz", nil
	case ending == ".npy":
		return "", errors.New("not an .npy file, or a damaged one: copy the file again, or write it again by " +
			"numpy.save")
	}
	return "", errors.New("not a kind of file this program reads: give an .nwb, .npz or .npy file")
}

// kind is a kind of file that is no recording, but that many hold one for.
type kind struct {
	is       func(head []byte) bool
	what, do string
}

// begins reports whether a file begins with a signature.
func begins(signature string) func([]byte) bool {
	return func(head []byte) bool { return bytes.HasPrefix(head, []byte(signature)) }
}

// contains reports whether the first bytes of a file, of text or tar, match.
func contains(pattern string) func([]byte) bool { return regexp.MustCompile(pattern).Match }

// kinds are looked for in this order.
var kinds = []kind{
	{begins("version https://git-lfs.github.com/spec"), "a pointer of Git LFS, not the recording that it stands for",
		"fetch the recording by git lfs pull"},
	{contains(`^(\.\./)*(\.git/annex/objects/|/annex/objects/)`),
		"a pointer of git-annex, not the recording that it stands for",
		"fetch the recording by datalad get, or by git annex get"},
	{begins("MATLAB 7.3 MAT-file"), "a MATLAB file (version 7.3)",
		"write the arrays by numpy.savez to an .npz file (h5py reads them), or the session by MatNWB to an .nwb file"},
	{begins("MATLAB 5.0 MAT-file"), "a MATLAB file (version 5 to 7)",
		"write the arrays by numpy.savez to an .npz file (scipy.io.loadmat reads them), or the session by MatNWB to " +
			"an .nwb file"},
	{contains(`(?is)^(\x{feff})?\s*(<!--.*?-->\s*)?<(!doctype html|html|head|body)`),
		"a web page, perhaps one that asks for a login",
		"download the recording again, by the link to the file itself"},
	{contains(`^(\x{feff})?\s*<\?xml`), "an XML text, perhaps a server's answer that the file cannot be had",
		"download the recording again"},
	{begins("\x1f\x8b"), "a file packed by gzip", "unpack it by gunzip, or a .tar.gz by tar -xzf"},
	{begins("BZh"), "a file packed by bzip2", "unpack it by bunzip2"},
	{begins("\xfd7zXZ\x00"), "a file packed by xz", "unpack it by unxz"},
	{begins("\x28\xb5\x2f\xfd"), "a file packed by zstd", "unpack it by unzstd"},
	{begins("7z\xbc\xaf\x27\x1c"), "a 7z archive", "unpack it, and give a file of it"},
	{begins("Rar!\x1a\x07"), "a RAR archive", "unpack it, and give a file of it"},
	{func(head []byte) bool { return len(head) > 262 && string(head[257:262]) == "ustar" }, "a tar archive",
		"unpack it by tar -xf, and give a file of it"},
}

// archive returns an error for a zip that holds files but no arrays. What a damaged one holds is for the reader to say.
func archive(r io.ReaderAt, size int64) error {
	z, err := zip.NewReader(r, size)
	if err != nil || len(z.File) == 0 || slices.ContainsFunc(z.File,
		func(f *zip.File) bool { return strings.HasSuffix(f.Name, ".npy") }) {
		return nil
	}
	return fmt.Errorf("it is a zip archive without arrays of NumPy (its first file is %s): unpack it, and give a file "+
		"of it", z.File[0].Name)
}

// folder says what a folder is that is given in place of a file.
func folder(path string) error {
	for _, name := range []string{".zgroup", ".zattrs", ".zmetadata", ".zarray", "zarr.json"} {
		if _, err := os.Stat(filepath.Join(path, name)); err == nil {
			return errors.New("it is a folder of Zarr, which this program does not read: export it to an .nwb file " +
				"(hdmf_zarr: NWBZarrIO reads it, and NWBHDF5IO.export of pynwb writes the file)")
		}
	}
	if names := recordingsIn(path); len(names) > 0 {
		return fmt.Errorf("it is a folder: give a file in it, such as %s", filepath.Join(path, names[0]))
	}
	return errors.New("it is a folder: give a file in it")
}
