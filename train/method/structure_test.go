package method

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestStructureFile checks that a file of groups becomes their notation, which config.toml holds.
func TestStructureFile(t *testing.T) {
	const groups = "[[group]]\nname = \"a\"\nlatents = [1, 2]\n[[group]]\nname = \"b\"\nlatents = [3]\n"
	for _, c := range []struct{ name, text, want, fault string }{
		{"all independent", groups, "a:1,2;b:3|a*b", ""},
		{"a weight", groups + "[[independent]]\ngroups = [\"a\", \"b\"]\nweight = 0.5\n", "a:1,2;b:3|a*b@0.5", ""},
		{"parts", groups + "[[independent]]\nparts = [[\"a\"], [\"b\"]]\n", "a:1,2;b:3|a*b", ""},
		{"one group", "[[group]]\nname = \"a\"\nlatents = [1]\n", "a:1", ""},
		{"no groups", "", "", "structure of 0 latents"},
		{"an unknown key", groups + "[[independant]]\ngroups = [\"a\", \"b\"]\n", "", "no key [independant]"},
		{"an unknown group", groups + "[[independent]]\ngroups = [\"a\", \"c\"]\n", "", `unknown group "c"`},
		{"latents from 0", strings.ReplaceAll(groups, "[1, 2]", "[0, 1]"), "", "counted from 1"},
		{"a weight of 0", groups + "[[independent]]\ngroups = [\"a\", \"b\"]\nweight = 0\n", "", "has weight 0"},
		{"no TOML", "group = ", "", "--structure "},
	} {
		path := filepath.Join(t.TempDir(), "groups.toml")
		if err := os.WriteFile(path, []byte(c.text), 0o600); err != nil {
			t.Fatal(err)
		}
		p, err := flags(t, "--structure="+path).Resolve(long(t))
		switch {
		case c.fault != "" && (err == nil || !strings.Contains(err.Error(), c.fault) ||
			!strings.Contains(err.Error(), path)):
			t.Errorf("%s: the error is %v, want one that names the file and says %q", c.name, err, c.fault)
		case c.fault == "" && err != nil:
			t.Errorf("%s: %v", c.name, err)
		case c.fault == "" && (p.Settings().Groups != c.want || p.Settings().Structure != ""):
			t.Errorf("%s: groups %q, want %q", c.name, p.Settings().Groups, c.want)
		}
	}
	if _, err := flags(t, "--structure=a.toml", "--groups=1,1").Resolve(long(t)); err == nil ||
		!strings.Contains(err.Error(), "leave one out") {
		t.Errorf("--structure and --groups together: %v", err)
	}
}
