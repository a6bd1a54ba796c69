// Package sharedtest finds recordings for tests that are outside the repository. They are in the folder that the
// environment variable FACRNN_SHARED names, else in the folder shared beside the repository. Only tests import it.
package sharedtest

import (
	"os"
	"path/filepath"
	"testing"
)

// Variable is the environment variable that names the folder. A relative path starts from the root of the repository.
const Variable = "FACRNN_SHARED"

// File returns the path of a file in the folder, such as "nwb/reach.nwb". It skips the test, and says which file is
// missing, if there is no such file.
func File(t testing.TB, name string) string {
	t.Helper()
	path := filepath.Join(folder(t), filepath.FromSlash(name))
	if info, err := os.Stat(path); err != nil || !info.Mode().IsRegular() {
		t.Skipf("%s is missing: %s names the folder of recordings for tests", path, Variable)
	}
	return path
}

// Glob returns the paths of all files in the folder that match any of the patterns, such as "nwb/*.nwb"; nil if there
// are none.
func Glob(t testing.TB, patterns ...string) []string {
	t.Helper()
	var paths []string
	for _, pattern := range patterns {
		found, err := filepath.Glob(filepath.Join(folder(t), filepath.FromSlash(pattern)))
		if err != nil {
			t.Fatal(err)
		}
		paths = append(paths, found...)
	}
	return paths
}

// folder returns the folder of recordings, relative to the package under test if possible, so that messages stay short.
func folder(t testing.TB) string {
	t.Helper()
	named := os.Getenv(Variable)
	if filepath.IsAbs(named) {
		return named
	}
	if named == "" {
		named = filepath.Join("..", "shared")
	}
	root := "."
	for {
		if _, err := os.Stat(filepath.Join(root, "go.mod")); err == nil {
			return filepath.Join(root, named)
		}
		if len(root) > 100 {
			t.Fatal("there is no go.mod in any folder above the test's")
		}
		root = filepath.Join(root, "..")
	}
}
