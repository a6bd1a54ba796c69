package console

import (
	"fmt"
	"slices"

	"github.com/alecthomas/kong"
)

// Given reports the first file or folder of a command line that is there with nothing in it, as --data "$FILE" is where FILE is not set: the
// program would take another one, and not say so. Other flags may be empty, to undo what a config file says.
func Given(c *kong.Context) error {
	for _, p := range c.Path {
		if p.Flag != nil && !p.Resolved && slices.Contains([]string{"data", "config", "out", "resume", "run", "truth", "export"}, p.Flag.Name) && p.Flag.Target.String() == "" {
			return fmt.Errorf("--%s is empty: give it a value, or leave it out", p.Flag.Name)
		}
	}
	return nil
}
