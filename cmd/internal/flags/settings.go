// Package flags turns the command line and files of settings into a [method.Spec]. Start with [Settings].
package flags

import (
	"github.com/alecthomas/kong"

	"facrnn/cmd/internal/recordings"
	"facrnn/train/method"
)

// Settings are the flags of a fit: the flags of the recording and the flags of the model. [method.Resolve] chooses
// settings that are left empty.
type Settings struct {
	recordings.Flags `toml:",inline"`

	// Format is the version of the settings; see [method.FormatVersion]. Config sets the version of an older file.
	Format int `help:"Version of the settings." default:"2" hidden:"" toml:"format"`

	method.Text `toml:",inline"`
}

// Defaults returns the settings of a command line without flags.
func Defaults() (s Settings, err error) { return s, kong.ApplyDefaults(&s, Vars()) }

// Spec parses the settings of the fit.
func (s Settings) Spec() (method.Spec, error) {
	return method.Config{Format: s.Format, Text: s.Text}.Spec()
}

// Vars returns the variables of the help texts of Settings: the registered names, and the recording without --data.
// Every kong parser of Settings needs them.
func Vars() kong.Vars {
	return kong.Vars(method.Registered()).CloneWith(recordings.Vars("the embedded demo"))
}
