package layers_test

import (
	"os"
	"strings"
	"testing"
)

// The README quotes the example of a structure of one's own as it is tested, and promises that it is short.
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
		t.Errorf("the example has %d lines, not fewer than 40", n)
	}
}
