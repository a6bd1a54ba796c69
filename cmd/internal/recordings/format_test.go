package recordings

import (
	"archive/zip"
	"bytes"
	"context"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"facrnn/data/npz"
)

// put writes a file, and the folders it lies in.
func put(t *testing.T, path, text string) string {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// bytesOf returns the bytes that write writes to a file.
func bytesOf(t *testing.T, write func(t *testing.T, path string)) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "x")
	write(t, path)
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// npyText returns an .npy file of 6 bins of 2 channels, as float64.
func npyText(t *testing.T) string {
	t.Helper()
	var b bytes.Buffer
	a := npz.Array{Shape: []int{6, 2}, Data: []float64{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}}
	if err := npz.Save(&b, map[string]npz.Array{"x": a}, false); err != nil {
		t.Fatal(err)
	}
	z, err := zip.NewReader(bytes.NewReader(b.Bytes()), int64(b.Len()))
	if err != nil {
		t.Fatal(err)
	}
	r, err := z.File[0].Open()
	if err != nil {
		t.Fatal(err)
	}
	var npy bytes.Buffer
	if _, err := npy.ReadFrom(r); err != nil {
		t.Fatal(err)
	}
	return npy.String()
}

// TestFormatByContent checks that a file is read by its bytes, whatever its name is.
func TestFormatByContent(t *testing.T) {
	nwb, packed, single := bytesOf(t, writeNWB), bytesOf(t, writeNPZ), npyText(t)
	for _, c := range []struct{ name, text, want string }{
		{"session.nwb.h5", nwb, "nwb"},
		{"session.h5", nwb, "nwb"},
		{"session.hdf5", nwb, "nwb"},
		{"session", nwb, "nwb"},
		{"session.npz", nwb, "nwb"},
		{"session.mat", strings.Repeat("\x00", 512) + nwb, "nwb"},
		{"session.mat", strings.Repeat("\x00", 2048) + nwb, "nwb"},
		{"arrays", packed, "npz"},
		{"arrays.nwb", packed, "npz"},
		{"rates.npy", single, "npy"},
		{"rates.dat", single, "npy"},
	} {
		path := put(t, filepath.Join(t.TempDir(), c.name), c.text)
		r, err := Open(context.Background(), Flags{Data: path}, nil)
		if err != nil || r.Source.Format != c.want {
			t.Errorf("%s is read as %+v, not as %s: %v", c.name, r, c.want, err)
			continue
		}
		if l, err := List(context.Background(), Flags{Data: path}, nil); err != nil || l.Format != c.want ||
			len(l.Series) != 1 {
			t.Errorf("%s is listed as %+v: %v", c.name, l, err)
		}
	}
}

// TestWhatIsNoRecording checks that a file that is no recording is refused in one line that says what it is and what to
// do.
func TestWhatIsNoRecording(t *testing.T) {
	var archived bytes.Buffer
	z := zip.NewWriter(&archived)
	if _, err := z.Create("session.nwb"); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	lfs := "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 12345\n"
	tar := strings.Repeat("\x00", 257) + "ustar" + strings.Repeat("\x00", 300)
	for _, c := range []struct{ name, text, want string }{
		{"a.nwb", "", "it is an empty file: copy or download it again"},
		{"a.nwb", lfs, "it is a pointer of Git LFS, not the recording that it stands for: fetch the recording by git " +
			"lfs pull"},
		{"a.npz", lfs, "it is a pointer of Git LFS"},
		{"a.nwb", "/annex/objects/SHA256E-s9--00.nwb\n",
			"it is a pointer of git-annex, not the recording that it stands for: fetch the recording by datalad get"},
		{"a.nwb", "../../.git/annex/objects/aa/bb/SHA256E-s9--00.nwb/SHA256E-s9--00.nwb",
			"it is a pointer of git-annex"},
		{"a.mat", "MATLAB 5.0 MAT-file, Platform: GLNXA64" + strings.Repeat(" ", 600),
			"it is a MATLAB file (version 5 to 7): write the arrays by numpy.savez"},
		{"a.mat", "MATLAB 7.3 MAT-file, Platform: GLNXA64" + strings.Repeat(" ", 474) + bytesOf(t, writeNWB),
			"it is a MATLAB file (version 7.3): write the arrays"},
		{"a.nwb", "\n<!DOCTYPE html>\n<html>Log in</html>",
			"it is a web page, perhaps one that asks for a login: download the recording again"},
		{"a.nwb", "\ufeff<html lang=en>", "it is a web page"},
		{"a.nwb", "<?xml version='1.0'?><Error><Code>NoSuchKey</Code></Error>", "it is an XML text"},
		{"a.nwb.gz", "\x1f\x8b\x08\x00", "it is a file packed by gzip: unpack it by gunzip"},
		{"a.tar", tar, "it is a tar archive: unpack it"},
		{"a.zip", archived.String(),
			"it is a zip archive without arrays of NumPy (its first file is session.nwb): unpack it"},
		{"a.nwb", "some text", "not an HDF5 file, so not NWB either: give an NWB 2 file"},
		{"a.h5", "some text", "not an HDF5 file, so not NWB either"},
		{"a.npz", "some text", "not an .npz file, or a damaged one"},
		{"a.npy", "some text", "not an .npy file, or a damaged one"},
		{"a.csv", "1,2,3", "not a kind of file this program reads: give an .nwb, .npz or .npy file"},
	} {
		path := put(t, filepath.Join(t.TempDir(), c.name), c.text)
		refused(t, path, path+": "+c.want)
	}
	for address, want := range map[string]string{
		"https://example.org/a.nwb": "it is an address of the web, not a file on this computer: download " +
			"the file by curl -LO https://example.org/a.nwb, and give its path",
		"https://dandiarchive.org/dandiset/000140": "it is an address of the DANDI Archive, not a file on this " +
			"computer: download the file by dandi download",
		"s3://dandiarchive/blobs/a": "it is an address of Amazon S3, not a file on this computer: " +
			"download the file by aws s3 cp",
		"DANDI:000140":         "it is an address of the DANDI Archive",
		"dandi://dandi/000140": "it is an address of the DANDI Archive",
		"file:///a.nwb":        "it is an address, not a file on this computer: give the path of a file",
	} {
		refused(t, address, address+": "+want)
	}
	zarr := t.TempDir()
	put(t, filepath.Join(zarr, ".zgroup"), "{}")
	refused(t, zarr, zarr+": it is a folder of Zarr, which this program does not read: export it to an .nwb file")
	sub := filepath.Join(zarr, "sub")
	put(t, filepath.Join(sub, "a.nwb"), "")
	refused(t, sub, sub+": it is a folder: give a file in it, such as "+filepath.Join(sub, "a.nwb"))
}

// refused fails unless opening and listing a path give one error, on one line, that begins so.
func refused(t *testing.T, path, want string) {
	t.Helper()
	_, opened := Open(context.Background(), Flags{Data: path}, nil)
	_, listed := List(context.Background(), Flags{Data: path}, nil)
	for _, err := range []error{opened, listed} {
		if err == nil || !strings.HasPrefix(err.Error(), want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%v\ndoes not begin with\n%s", err, want)
		}
	}
}

// TestDanglingLinks checks that the error of a dangling link says how to get the file.
func TestDanglingLinks(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("links need a privilege there")
	}
	dir := t.TempDir()
	annexed, other := filepath.Join(dir, "annexed.nwb"), filepath.Join(dir, "other.nwb")
	if err := os.Symlink("../.git/annex/objects/aa/bb/SHA256E-s9--00.nwb/SHA256E-s9--00.nwb", annexed); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("gone.nwb", other); err != nil {
		t.Fatal(err)
	}
	refused(t, annexed, annexed+": it is a link of git-annex to a file that is not on this computer: fetch it by "+
		"datalad get "+annexed)
	refused(t, other, other+": it is a link to gone.nwb, which is missing")
}

// TestNearestName checks that the error of a wrong path suggests the recording that is most likely meant.
func TestNearestName(t *testing.T) {
	names := []string{"reach.nwb", "sub-01_ses-02.nwb.h5", "rates.npy", "x.npz"}
	for name, want := range map[string]string{
		"reach": "reach.nwb", "reach.npz": "reach.nwb", "Reach.NWB": "reach.nwb", "raech.nwb": "",
		"reech.nwb":     "reach.nwb",
		"sub-01_ses-02": "sub-01_ses-02.nwb.h5", "sub-01_ses-02.nwb": "sub-01_ses-02.nwb.h5",
		"sub-01-ses-02.nwb": "sub-01_ses-02.nwb.h5",
		"rate":              "rates.npy", "y.npz": "", "something.nwb": "",
	} {
		if got := nearest(name, names); got != want {
			t.Errorf("%s is taken for %q, not %q", name, got, want)
		}
	}
	dir := t.TempDir()
	put(t, filepath.Join(dir, "reach.nwb"), "x")
	put(t, filepath.Join(dir, "reach.txt"), "x")
	in := func(parts ...string) string { return filepath.Join(append([]string{dir}, parts...)...) }
	refused(t, in("reach"), in("reach")+": file does not exist, but "+in("reach.nwb")+" is there")
	refused(t, in("other.nwb"), in("other.nwb")+": file does not exist: check the path")
	refused(t, in("no", "reach"), in("no", "reach")+": file does not exist, nor does the folder "+in("no"))
}

// TestRate checks --rate: it gives the bin width of an .npy file, and is refused if the file gives one.
func TestRate(t *testing.T) {
	path := put(t, filepath.Join(t.TempDir(), "rates.npy"), npyText(t))
	r, err := Open(context.Background(), Flags{Data: path, Rate: 50}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if r.BinWidth != .02 || !slices.Equal(r.Time, []float64{0, .02, .04, .06, .08, .1}) || r.Activity.Rows != 6 ||
		r.Activity.Cols != 2 || r.Activity.Data[3] != 4 {
		t.Errorf("%+v", r)
	}
	if err := r.Check(); err != nil {
		t.Error(err)
	}
	if r, err = Open(context.Background(), Flags{Data: path}, nil); err != nil || r.BinWidth != 0 ||
		!slices.ContainsFunc(r.Notes, func(n string) bool { return strings.Contains(n, "--rate") }) {
		t.Errorf("without --rate: %+v, %v", r, err)
	}
	dir := t.TempDir()
	timed, nwb := filepath.Join(dir, "timed.npz"), filepath.Join(dir, "a.nwb")
	writeNWB(t, nwb)
	f, err := os.Create(timed)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if err := npz.Save(f, map[string]npz.Array{"x": {Shape: []int{3, 1}, Data: []float64{1, 2, 3}},
		"time": npz.Vector([]float64{0, 1, 2})}, false); err != nil {
		t.Fatal(err)
	}
	for want, f := range map[string]Flags{
		": an NWB file says the rate of its series: leave --rate out":               {Data: nwb, Rate: 50},
		" is an .npz file, which has its bin width in the array time: leave it out": {Data: timed, Rate: 50},
		"--rate is -1: give a rate above zero, in Hz":                               {Data: path, Rate: -1},
		": an .npy file holds one array, the activity": {Data: path,
			Behavior: []string{"hand"}},
		" is an .npy file, which holds no sorted units: leave it out": {Data: path, Units: true},
	} {
		if _, err := Open(context.Background(), f, nil); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%+v: %v", f, err)
		}
	}
}

// TestOpenEndsWithContext checks that the end of the context ends the reading of every format.
func TestOpenEndsWithContext(t *testing.T) {
	dir := t.TempDir()
	nwb, packed := filepath.Join(dir, "a.nwb"), filepath.Join(dir, "a.npz")
	single := put(t, filepath.Join(dir, "a.npy"), npyText(t))
	writeNWB(t, nwb)
	writeNPZ(t, packed)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	for _, path := range []string{nwb, packed, single} {
		if _, err := Open(ctx, Flags{Data: path}, nil); err == nil || err.Error() != path+": context canceled" {
			t.Errorf("opening %s: %v", path, err)
		}
		if _, err := List(ctx, Flags{Data: path}, nil); err == nil || err.Error() != path+": context canceled" {
			t.Errorf("listing %s: %v", path, err)
		}
	}
}
