package layers_test

import (
	"strings"
	"testing"

	"facrnn/layers"
)

// TestTables checks that every registered name is read back, and that the error for an unknown name lists all
// names.
func TestTables(t *testing.T) {
	for _, e := range layers.Kernels() {
		if k, err := layers.ParseKernel(e.Name); k == nil || err != nil || e.Doc == "" {
			t.Errorf("kernel %s (%s): %v, %v", e.Name, e.Doc, k, err)
		}
	}
	for _, e := range layers.LatentStds() {
		if s, err := layers.ParseLatentStd(e.Name); s == nil || err != nil || e.Doc == "" {
			t.Errorf("latent std %s (%s): %v, %v", e.Name, e.Doc, s, err)
		}
	}
	const want = `unknown history kernel "box"; choose one of exponential, free, softmax`
	if _, err := layers.ParseKernel("box"); err == nil || err.Error() != want {
		t.Errorf("%v, want %s", err, want)
	}
	if _, err := layers.ParseStructure("two"); err == nil || !strings.Contains(err.Error(), "two") {
		t.Errorf("structure two: %v, want an error", err)
	}
	if _, err := layers.ParseLatentStd("1e9"); err == nil || !strings.Contains(err.Error(), "1e9 is out of range") {
		t.Errorf("latent std 1e9: %v", err)
	}
}

// TestTableRefusesTwins checks that a name cannot be registered twice, because the second part would never be
// found.
func TestTableRefusesTwins(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("a second kernel with the name free is registered")
		}
	}()
	layers.RegisterKernel("free", "again", layers.FreeKernel{})
}
