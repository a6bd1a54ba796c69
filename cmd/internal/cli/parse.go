package cli

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/alecthomas/kong"
)

// Parse reads a program's command line into its flags, and adds --help, --help-all and --version. It returns nil and no
// error if the line asks for one of these texts, which it has printed then. A wrong line is an error of type Input.
func Parse(flags any, info Info, call Call, stdout, stderr io.Writer, options ...kong.Option) (*kong.Context, error) {
	helped := false
	args := call.Args
	p, err := kong.New(flags, append(options, kong.Name(info.Name), kong.NoDefaultHelp(), kong.Embed(&standardFlags{}),
		kong.Bind(help{info, call}), kong.Writers(stdout, stderr), kong.WithHyphenPrefixedParameters(true),
		kong.Exit(func(int) { helped = true }))...)
	if err != nil {
		return nil, err
	}
	c, err := p.Parse(args)
	switch {
	case helped:
		return nil, nil
	case err != nil:
		if better := mended(p.Model.Node, args); better != nil {
			err = better
		} else {
			err = fmt.Errorf("%w; --help-all lists the flags", err)
		}
		return nil, Input{Err: err}
	}
	for _, check := range []func(*kong.Context) error{once, requireNonEmpty} {
		if err := check(c); err != nil {
			return nil, Input{Err: err}
		}
	}
	return c, nil
}

// once returns an error if a command line has a flag twice that takes one value: the first value would be lost without
// a word.
// A flag of the line still beats the config file.
func once(c *kong.Context) error {
	seen := map[*kong.Flag]bool{}
	for _, p := range c.Path {
		if p.Flag == nil || p.Resolved || p.Flag.IsCumulative() {
			continue
		}
		if seen[p.Flag] {
			return fmt.Errorf("--%s is given twice but takes one value: give it once", p.Flag.Name)
		}
		seen[p.Flag] = true
	}
	return nil
}

// mended says how to write a command line that cannot be parsed, if its first fault is a flag with one dash or a file without a flag;
// otherwise it returns nil. command is the program, or that with subcommands.
func mended(command *kong.Node, args []string) error {
	flags := map[string]*kong.Flag{}
	for _, f := range command.Flags {
		for _, name := range append([]string{f.Name}, f.Aliases...) {
			flags[name] = f
		}
	}
	taken := map[string]bool{}
	for i := 0; i < len(args); i++ {
		a := args[i]
		name, _, valued := strings.Cut(strings.TrimLeft(a, "-"), "=")
		f := flags[name]
		switch {
		case strings.HasPrefix(a, "--"):
			if f != nil && !valued && !f.IsBool() {
				i++ // its value
			}
			taken[name] = true
		case strings.HasPrefix(a, "-") && f != nil && len(name) > 1:
			return fmt.Errorf("-%[1]s: flags have two dashes: --%[1]s", name)
		case !strings.HasPrefix(a, "-"):
			if c := child(command, a); c != nil {
				return mended(c, args[i+1:])
			}
			return bare(flags, taken, a)
		}
	}
	return nil
}

// child is a subcommand; nil if there is none of that name.
func child(command *kong.Node, name string) *kong.Node {
	for _, c := range command.Children {
		if c.Name == name {
			return c
		}
	}
	return nil
}

// bare says which flag an argument without one needs: --run for a folder if the program has that flag, else --data for a file.
func bare(flags map[string]*kong.Flag, taken map[string]bool, arg string) error {
	info, err := os.Stat(arg)
	for _, c := range []struct {
		flag string
		fits bool
	}{{"run", err == nil && info.IsDir()}, {"data", err == nil || filepath.Ext(arg) != ""}} {
		switch f := flags[c.flag]; {
		case f == nil || !c.fits:
		case taken[c.flag]:
			return fmt.Errorf("%s: --%s is given already, and takes one value: leave one out", arg, c.flag)
		default:
			return fmt.Errorf("%s: it has no flag: say --%s %s", arg, c.flag, quoted(arg))
		}
	}
	return nil
}

// requireNonEmpty reports the first file or folder of a command line that is there with nothing in it, as --data "$FILE" is where FILE is not set: the
// program would take another one, and not say so. Other flags may be empty, to undo what a config file says.
func requireNonEmpty(c *kong.Context) error {
	for _, p := range c.Path {
		if p.Flag != nil && !p.Resolved && slices.Contains([]string{"data", "config", "out", "resume", "run", "truth", "export"}, p.Flag.Name) && p.Flag.Target.String() == "" {
			return fmt.Errorf("--%s is empty: give it a value, or leave it out", p.Flag.Name)
		}
	}
	return nil
}
