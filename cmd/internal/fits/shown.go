package fits

import (
	"facrnn/cmd/internal/cli"
	"facrnn/cmd/internal/flags"
)

// Shown returns the command of a run and the text of its settings for a page that others may read: an absolute path of the recording
// becomes the name of its file there. config.toml, and its copy in results.nwb, keep the path.
func Shown(call cli.Call, s flags.Settings) (command, config string, err error) {
	s.Data = cli.WithoutFolder(s.Data)
	text, err := s.TOML()
	return call.Shown(), string(text), err
}
