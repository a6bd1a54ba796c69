package cli

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/alecthomas/kong"

	"facrnn/train/rundir"
)

// Info describes a program to --help, and to the program that has all others as its subcommands.
type Info struct {
	Name     string   // As a user types it, such as "train".
	About    string   // One sentence, which begins with a verb.
	Common   []string // The most used flags, in the order of --help. The others follow by --help-all.
	Examples []string // Arguments of the program, without its name.
}

// standardFlags are the flags of every program that print a text in place of any work.
type standardFlags struct {
	Help    shortHelp `short:"h" help:"Show the most used flags."`
	HelpAll fullHelp  `help:"Show all flags."`
	Version version   `help:"Show the version."`
}

type (
	shortHelp bool
	fullHelp  bool
	version   bool
)

// BeforeReset prints the short help, and ends the parsing.
func (shortHelp) BeforeReset(c *kong.Context, h help) error { return h.print(c, false) }

// BeforeReset prints the help of all flags, and ends the parsing.
func (fullHelp) BeforeReset(c *kong.Context, h help) error { return h.print(c, true) }

// BeforeReset prints the version of the build, and ends the parsing.
func (version) BeforeReset(c *kong.Context, h help) error {
	_, err := fmt.Fprintln(c.Stdout, "facrnn", rundir.Version())
	c.Exit(0)
	return err
}

// help writes the texts of --help and --help-all.
type help struct {
	info Info
	call Call
}

// print writes the help of the chosen command, and ends the parsing.
func (h help) print(c *kong.Context, all bool) error {
	node := c.Selected()
	if node == nil {
		node = c.Model.Node
	}
	err := h.write(c.Stdout, node, all)
	c.Exit(0)
	return err
}

// write writes the help of a program or of one of its commands.
func (h help) write(w io.Writer, node *kong.Node, all bool) error {
	var b strings.Builder
	name, about := h.call.Name, h.info.About
	if node.Type == kong.CommandNode {
		name, about = name+" "+node.Name, node.Help
	}
	var flags []*kong.Flag
	for _, group := range node.AllFlags(true) {
		flags = append(flags, group...)
	}
	fmt.Fprintf(&b, "Usage: %s%s\n\n%s\n", name, usage(node, flags), Wrap(about, 0))
	switch {
	case len(node.Children) > 0:
		writeCommands(&b, node)
	case all:
		writeGroups(&b, flags)
	default:
		writeTable(&b, "Most used flags", rows(h.common(flags), brief))
	}
	if node.Detail != "" {
		fmt.Fprintf(&b, "\n%s\n", Wrap(strings.TrimSpace(node.Detail), 0))
	}
	h.writeExamples(&b, node)
	fmt.Fprintf(&b, "\nExit status: %d done, %d failed, %d wrong input, %d interrupted.\n",
		Done, Failed, Wrong, Interrupted)
	switch {
	case len(node.Children) > 0:
		fmt.Fprintf(&b, "The flags of a command: %s COMMAND --help\n", name)
	case !all:
		fmt.Fprintf(&b, "All flags: %s --help-all\n", name)
	}
	b.WriteString(manual)
	_, err := io.WriteString(w, b.String())
	return err
}

const manual = "Manual: cmd/docs/README.md in the source code\n"

// List writes the help of a program that has others as its subcommands. name is the program as it was run.
func List(w io.Writer, name, about string, programs []Info, examples []string) error {
	var b strings.Builder
	fmt.Fprintf(&b, "Usage: %s COMMAND [flags]\n\n%s\n", name, Wrap(about, 0))
	table := make([][2]string, len(programs))
	for i, p := range programs {
		first, _, _ := strings.Cut(p.About, ". ")
		table[i] = [2]string{p.Name, strings.TrimSuffix(first, ".") + "."}
	}
	writeTable(&b, "Commands", table)
	b.WriteString("\nExamples:\n")
	for _, example := range examples {
		fmt.Fprintf(&b, "  %s %s\n", name, example)
	}
	fmt.Fprintf(&b, "\nThe flags of a command: %[1]s COMMAND --help\nThe version: %[1]s --version\n%[2]s", name, manual)
	_, err := io.WriteString(w, b.String())
	return err
}

// usage returns what follows a program's name: its required flags, and whether it has commands and other flags.
func usage(node *kong.Node, flags []*kong.Flag) string {
	if len(node.Children) > 0 {
		return " COMMAND [flags]"
	}
	text := ""
	for _, f := range flags {
		if f.Required {
			text += " " + spelled(f)
		}
	}
	return text + " [flags]"
}

// common returns the most used flags that a node has, in the order of Info.Common.
func (h help) common(flags []*kong.Flag) []*kong.Flag {
	var all []*kong.Flag
	for _, name := range h.info.Common {
		if i := slices.IndexFunc(flags, func(f *kong.Flag) bool { return f.Name == name }); i >= 0 {
			all = append(all, flags[i])
		}
	}
	return all
}

// writeCommands writes the commands of a program.
func writeCommands(b *strings.Builder, node *kong.Node) {
	var table [][2]string
	for _, c := range node.Children {
		table = append(table, [2]string{c.Name, c.Help})
	}
	writeTable(b, "Commands", table)
}

// writeGroups writes all flags by their groups, in the order in which the program declares the groups.
func writeGroups(b *strings.Builder, flags []*kong.Flag) {
	var order []string
	groups := map[string][]*kong.Flag{}
	for _, f := range flags {
		name := GroupOf(f)
		if groups[name] == nil {
			order = append(order, name)
		}
		groups[name] = append(groups[name], f)
	}
	slices.SortStableFunc(order, func(a, b string) int { // The flags of every program come last.
		switch otherFlags {
		case a:
			return 1
		case b:
			return -1
		}
		return 0
	})
	for _, name := range order {
		writeTable(b, name, rows(groups[name], described))
	}
}

// otherFlags is the group of flags that name none.
const otherFlags = "Other"

// GroupOf returns the name of a flag's group.
func GroupOf(f *kong.Flag) string {
	if f.Group == nil {
		return otherFlags
	}
	return f.Group.Key
}

// rows returns the spelling and a text of each flag.
func rows(flags []*kong.Flag, text func(*kong.Flag) string) [][2]string {
	table := make([][2]string, len(flags))
	for i, f := range flags {
		table[i] = [2]string{spelled(f), text(f)}
	}
	return table
}

// spelled returns a flag as a user types it, with a name for its value.
func spelled(f *kong.Flag) string {
	if f.IsBool() {
		return "--" + f.Name
	}
	value := f.PlaceHolder
	if value == "" {
		value = "VALUE"
	}
	return "--" + f.Name + " " + value
}

// described returns the text of a flag, with its default unless that is empty or zero, or the text names it.
func described(f *kong.Flag) string {
	if f.Default == "" || f.Default == "0" || strings.Contains(f.Help, "Default: ") {
		return f.Help
	}
	text, list, listed := strings.Cut(f.Help, "\n")
	text = strings.TrimSuffix(text, ".") + ". Default: " + f.Default + "."
	if listed {
		text += "\n" + list
	}
	return text
}

// brief returns the first sentence of a flag's text, and its default.
func brief(f *kong.Flag) string {
	text, _, _ := strings.Cut(described(f), "\n")
	first, rest, _ := strings.Cut(text, ". ")
	if _, value, ok := strings.Cut(". "+rest, ". Default: "); ok {
		value, _, _ = strings.Cut(value, ". ")
		return first + ". Default: " + strings.TrimSuffix(value, ".") + "."
	}
	return strings.TrimSuffix(first, ".") + "."
}

// writeTable writes a heading and rows of two columns. A first column that is too wide has a line of its own.
func writeTable(b *strings.Builder, heading string, table [][2]string) {
	const widest = 24
	fmt.Fprintf(b, "\n%s:\n", heading)
	left := 0
	for _, row := range table {
		if n := utf8.RuneCountInString(row[0]); n <= widest {
			left = max(left, n)
		}
	}
	for _, row := range table {
		text := strings.TrimLeft(Wrap(row[1], left+4), " ")
		if utf8.RuneCountInString(row[0]) > left {
			fmt.Fprintf(b, "  %s\n%*s%s\n", row[0], left+4, "", text)
		} else {
			fmt.Fprintf(b, "  %-*s  %s\n", left, row[0], text)
		}
	}
}

// writeExamples writes the examples of the program, or only the examples of a command.
func (h help) writeExamples(b *strings.Builder, node *kong.Node) {
	heading := "\nExamples:\n"
	for _, example := range h.info.Examples {
		if node.Type == kong.CommandNode && !strings.HasPrefix(example+" ", node.Name+" ") {
			continue
		}
		fmt.Fprintf(b, "%s  %s %s\n", heading, h.call.Name, example)
		heading = ""
	}
}
