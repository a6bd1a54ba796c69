package train

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/alecthomas/kong"
	"github.com/google/go-cmp/cmp"

	"facrnn/cmd/internal/cli"
	"facrnn/cmd/internal/flags"
)

var update = flag.Bool("update", false, "write cmd/docs/settings.md")

// settingsPage is docs/settings.md, made of the flags themselves.
func settingsPage(t *testing.T) string {
	t.Helper()
	var f arguments
	p, err := kong.New(&f, kong.Name("train"), flags.Vars())
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	b.WriteString(`# Settings

Every flag of ` + "`go run ./cmd/train`" + `. This page is made of the program's own help, by
` + "`go test ./cmd/internal/program/train -run SettingsPage -update`" + `.

All flags except the groups Running, Output and Log can be written in a file for ` + "`--config`" + `: ` + "`beta = 10`" + ` for
` + "`--beta 10`" + `, and lists as ` + "`where = [\"correct=true\"]`" + `. A flag beats the file. The file config.toml of a run folder has all
settings as they were resolved, and repeats the run.

Times are in seconds and rates in Hz. Another unit may be given: ` + "`50ms`, `1m`, `0.5Hz`" + `.
`)
	groups := map[string][]*kong.Flag{}
	var order []string
	for _, f := range p.Model.Flags {
		if f.Hidden || f.Name == "help" {
			continue
		}
		name := cli.GroupOf(f)
		if groups[name] == nil {
			order = append(order, name)
		}
		groups[name] = append(groups[name], f)
	}
	for _, name := range order {
		fmt.Fprintf(&b, "\n## %s\n\n", name)
		for _, f := range groups[name] {
			item := fmt.Sprintf("- `--%s`", strings.TrimRight(f.Name+" "+f.PlaceHolder, " "))
			if f.Default != "" {
				item += fmt.Sprintf(" (default `%s`)", f.Default)
			}
			b.WriteString(filled(item+": "+f.Help, 120))
		}
	}
	return b.String()
}

// filled breaks each line of an item of a list into lines of at most so many columns.
func filled(item string, columns int) string {
	var b strings.Builder
	for i, line := range strings.Split(item, "\n") {
		indent := "  "
		if i > 0 { // The help has a line for each choice, such as "- poisson: for spike counts".
			b.WriteString("  ")
			indent = "    "
		}
		used := 0
		for _, word := range strings.Fields(line) {
			switch {
			case used > 0 && used+1+len(word) > columns:
				b.WriteString("\n" + indent)
				used = len(indent)
			case used > 0:
				b.WriteString(" ")
				used++
			}
			b.WriteString(word)
			used += len(word)
		}
		b.WriteString("\n")
	}
	return b.String()
}

// TestSettingsPage checks that cmd/docs/settings.md agrees with the flags.
func TestSettingsPage(t *testing.T) {
	const path = "../../../docs/settings.md"
	got := settingsPage(t)
	if *update {
		if err := os.MkdirAll("docs", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(string(want), got); d != "" {
		t.Errorf("%s (-update writes it anew): %s", path, d)
	}
}
