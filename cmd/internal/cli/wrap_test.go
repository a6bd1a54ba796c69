package cli

import (
	"strings"
	"testing"
)

// TestWrap checks that lines fit 80 columns, that line breaks stay, and that list items hang.
func TestWrap(t *testing.T) {
	word := strings.Repeat("ü", 30)
	for _, test := range []struct{ name, text, want string }{
		{"short", "a b", "  a b"},
		{"long", word + " " + word + " " + word, "  " + word + " " + word + "\n  " + word},
		{"list", "- " + word + " " + word + " " + word, "  - " + word + " " + word + "\n    " + word},
		{"breaks", "a\n\nb", "  a\n  \n  b"},
		{"word longer than a line", strings.Repeat("x", 90) + " y", "  " + strings.Repeat("x", 90) + "\n  y"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := Wrap(test.text, 2); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}
