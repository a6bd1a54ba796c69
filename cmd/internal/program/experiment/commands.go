package experiment

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
)

// commandsFile holds the commands that made the folder, in their order.
const commandsFile = "commands.json"

// addCommand adds a command to the commands of the folder, unless it is one of them.
func (t *table[C]) addCommand(command string) error {
	path := filepath.Join(t.dir, commandsFile)
	text, err := os.ReadFile(path)
	if err == nil {
		err = json.Unmarshal(text, &t.commands)
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%s: %w; remove it, or choose another --out", path, err)
	}
	if slices.Contains(t.commands, command) {
		return nil
	}
	t.commands = append(t.commands, command)
	return t.saveJSON(commandsFile, t.commands)
}
