package console

import (
	"fmt"
	"io"
	"slices"

	"github.com/alecthomas/kong"
)

// Parse reads a program's command line into its flags. It returns nil where only help was asked for, and has been given. What is wrong with the line is the user's to mend.
func Parse(flags any, args []string, stdout, stderr io.Writer, options ...kong.Option) (*kong.Context, error) {
	helped := false
	p, err := kong.New(flags, append(options, kong.Writers(stdout, stderr), kong.WithHyphenPrefixedParameters(true), kong.Exit(func(int) { helped = true }))...)
	if err != nil {
		return nil, err
	}
	c, err := p.Parse(args)
	switch {
	case helped:
		return nil, nil
	case err != nil:
		return nil, Input{Err: fmt.Errorf("%w: --help lists the flags", err)}
	}
	for _, check := range []func(*kong.Context) error{once, given} {
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

// given reports the first file or folder of a command line that is there with nothing in it, as --data "$FILE" is where FILE is not set: the
// program would take another one, and not say so. Other flags may be empty, to undo what a config file says.
func given(c *kong.Context) error {
	for _, p := range c.Path {
		if p.Flag != nil && !p.Resolved && slices.Contains([]string{"data", "config", "out", "resume", "run", "truth", "export"}, p.Flag.Name) && p.Flag.Target.String() == "" {
			return fmt.Errorf("--%s is empty: give it a value, or leave it out", p.Flag.Name)
		}
	}
	return nil
}
