package fits

import (
	"facrnn/cmd/internal/console"
	"facrnn/cmd/internal/settings"
)

// Shown returns the command of a run and the text of its settings for a page that others may read: an absolute path of the recording
// becomes the name of its file there. config.toml, and its copy in results.nwb, keep the path.
func Shown(call console.Call, s settings.Settings) (command, config string, err error) {
	s.Data = console.WithoutFolder(s.Data)
	text, err := s.TOML()
	return call.Shown(), string(text), err
}
