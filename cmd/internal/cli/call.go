package cli

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

// Call is how a program was called: its messages and reports name the program so that the commands in them can be pasted into a shell.
type Call struct {
	Name string   // the program, as a shell takes it: "go run ./cmd/train", "./train"
	Args []string // without the name
}

// NewCall returns the call of an executable by the arguments of its process, the first of which is the name that was typed.
func NewCall(executable string, args []string) Call {
	if len(args) == 0 {
		return Call{Name: program(executable)}
	}
	name := args[0]
	if built.MatchString(filepath.ToSlash(executable)) {
		return Call{Name: "go run " + packagePath(program(executable)), Args: args[1:]}
	}
	return Call{Name: quoted(name), Args: args[1:]}
}

// built matches executables of go run: in a temporary folder, or in the cache of go build, whose names are hashes.
var built = regexp.MustCompile(`/go-build[0-9]+/b[0-9]+/exe/[^/]+$|/[0-9a-f]{64}-d/[^/]+$`)

// packagePath is a program of this module, for go run in the current folder.
func packagePath(program string) string {
	if info, err := os.Stat(filepath.Join("cmd", program)); err == nil && info.IsDir() {
		return "./cmd/" + program
	}
	return "facrnn/cmd/" + program
}

// program is the name of an executable without its folder.
func program(executable string) string { return strings.TrimSuffix(filepath.Base(executable), ".exe") }

// Subcommand returns the call of the subcommand that the first argument names.
func (c Call) Subcommand() Call { return Call{Name: c.Name + " " + quoted(c.Args[0]), Args: c.Args[1:]} }

// Again is the command of the same program with other arguments.
func (c Call) Again(args ...string) string { return Command(c.Name, args...) }

// Sibling is the command of another program, own being the name of this one: the other program lies beside it, or is run like it.
func (c Call) Sibling(own, other string, args ...string) string {
	name := strings.TrimSuffix(c.Name, "'")
	end := strings.TrimPrefix(c.Name, name)
	if stem, exe := strings.CutSuffix(name, ".exe"); exe {
		name, end = stem, ".exe"+end
	}
	if stem, ok := strings.CutSuffix(name, own); ok {
		return Command(stem+other+end, args...)
	}
	return Command(other, args...)
}

// Shown is the whole command for a page that others may read: an absolute path in --data becomes the name of its file.
func (c Call) Shown() string {
	args := make([]string, len(c.Args))
	for i, a := range c.Args {
		path, with := strings.CutPrefix(a, "--data=")
		switch {
		case with:
			args[i] = "--data=" + withoutFolder(path)
		case i > 0 && c.Args[i-1] == "--data":
			args[i] = withoutFolder(a)
		default:
			args[i] = a
		}
	}
	return Command(c.Name, args...)
}

// withoutFolder returns the name of the file at an absolute path. A relative path stays.
func withoutFolder(path string) string {
	if filepath.IsAbs(path) {
		return filepath.Base(path)
	}
	return path
}
