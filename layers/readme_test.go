package layers_test

import (
	"os"
	"strings"
	"testing"
)

// TestReadmeQuotesTheExample checks that the README quotes the tested example of a user's own structure, and
// that the example is short.
func TestReadmeQuotesTheExample(t *testing.T) {
	readme, err := os.ReadFile("../README.md")
	if err != nil {
		t.Fatal(err)
	}
	example, err := os.ReadFile("example_structure_test.go")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(readme), string(example)) {
		t.Error("README.md and example_structure_test.go differ")
	}
	if n := strings.Count(string(example), "\n"); n >= 40 {
		t.Errorf("the example has %d lines, want fewer than 40", n)
	}
}
