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
	b.WriteString(`# Settings of train

Every flag of ` + "`go run ./cmd/train`" + `, made of the program's own help by ` + "`go test ./cmd/train -run SettingsPage -update`" + `. All but those of the last
groups (Running, Output, Log) can be written in a file for ` + "`--config`" + ` too: ` + "`beta = 10`" + ` for ` + "`--beta 10`" + `, lists as ` + "`where = [\"correct=true\"]`" + `; a flag beats the file. The file config.toml
of a run folder has them all, as they were resolved, and repeats the run. Times are in seconds and rates in Hz; another unit may be given: ` + "`50ms`, `1m`, `0.5Hz`" + `.
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
		fmt.Fprintf(&b, "\n## %s\n\n| flag | default | what it says |\n| --- | --- | --- |\n", name)
		for _, f := range groups[name] {
			escaped := strings.NewReplacer("|", "\\|")
			fmt.Fprintf(&b, "| `--%s` | %s | %s |\n", escaped.Replace(strings.TrimRight(f.Name+" "+f.PlaceHolder, " ")),
				f.Default, strings.ReplaceAll(escaped.Replace(f.Help), "\n", "<br>"))
		}
	}
	return b.String()
}

// TestSettingsPage checks that docs/settings.md is what the flags say.
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
