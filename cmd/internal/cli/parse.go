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

// once reports a flag that takes one value but is given twice, because the first value would be lost without a message.
// A flag may still override the config file.
func once(c *kong.Context) error {
	seen := map[*kong.Flag]bool{}
	for _, p := range c.Path {
		if p.Flag == nil || p.Resolved || p.Flag.IsCumulative() {
			continue
		}
		if seen[p.Flag] {
			return fmt.Errorf("--%s is given twice but takes one value; give it once", p.Flag.Name)
		}
		seen[p.Flag] = true
	}
	return nil
}

// mended returns an error with the right spelling of a flag with one dash, or of a file without a flag. It looks at the
// first fault only, and returns nil for another fault. command is the program, or one of its commands.
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
				i++ // Skip its value.
			}
			taken[name] = true
		case strings.HasPrefix(a, "-") && f != nil && len(name) > 1:
			return fmt.Errorf("-%[1]s: flags have two dashes; write --%[1]s", name)
		case !strings.HasPrefix(a, "-"):
			if c := child(command, a); c != nil {
				return mended(c, args[i+1:])
			}
			return bare(flags, taken, a)
		}
	}
	return nil
}

// child returns the command with this name, or nil.
func child(command *kong.Node, name string) *kong.Node {
	for _, c := range command.Children {
		if c.Name == name {
			return c
		}
	}
	return nil
}

// bare returns an error that names the missing flag of an argument: --run for a folder if the program has this flag,
// else --data for a file.
func bare(flags map[string]*kong.Flag, taken map[string]bool, arg string) error {
	info, err := os.Stat(arg)
	for _, c := range []struct {
		flag string
		fits bool
	}{{"run", err == nil && info.IsDir()}, {"data", err == nil || filepath.Ext(arg) != ""}} {
		switch f := flags[c.flag]; {
		case f == nil || !c.fits:
		case taken[c.flag]:
			return fmt.Errorf("%s: --%s is given already and takes one value; leave one out", arg, c.flag)
		default:
			return fmt.Errorf("%s has no flag; write --%s %s", arg, c.flag, quoted(arg))
		}
	}
	return nil
}

// requireNonEmpty reports a file or folder that is given but empty, such as --data "$FILE" if FILE is not set. Without
// this error the program would silently use its default. Other flags may be empty, to override a config file.
func requireNonEmpty(c *kong.Context) error {
	paths := []string{"data", "config", "out", "resume", "run", "truth", "export"}
	for _, p := range c.Path {
		if p.Flag == nil || p.Resolved || !slices.Contains(paths, p.Flag.Name) {
			continue
		}
		if p.Flag.Target.String() == "" {
			return fmt.Errorf("--%s is empty; give it a value, or leave it out", p.Flag.Name)
		}
	}
	return nil
}
