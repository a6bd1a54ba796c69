package cli

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

// Call is the command line of a program. Messages and reports name the program as it was run, so that a user can paste
// their commands into a shell.
type Call struct {
	Name string   // The program in a form for the shell: "go run ./cmd/train", "./train".
	Args []string // The arguments, without the name.
}

// NewCall returns the call of an executable from the arguments of its process. The first argument is the typed name.
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

// built matches the executables of go run: they are in a temporary folder, or in the build cache under a hash.
var built = regexp.MustCompile(`/go-build[0-9]+/b[0-9]+/exe/[^/]+$|/[0-9a-f]{64}-d/[^/]+$`)

// packagePath returns the package of a program of this module, for go run in the current folder.
func packagePath(program string) string {
	if info, err := os.Stat(filepath.Join("cmd", program)); err == nil && info.IsDir() {
		return "./cmd/" + program
	}
	return "facrnn/cmd/" + program
}

// program returns the name of an executable without its folder.
func program(executable string) string { return strings.TrimSuffix(filepath.Base(executable), ".exe") }

// Subcommand returns the call of the subcommand that the first argument names.
func (c Call) Subcommand() Call {
	return Call{Name: c.Name + " " + quoted(c.Args[0]), Args: c.Args[1:]}
}

// Again returns the command of the same program with other arguments.
func (c Call) Again(args ...string) string { return Command(c.Name, args...) }

// Sibling returns the command of another program, which is in the same folder or is run in the same way. own is the
// name of this program.
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

// Shown returns the whole command for a report that others may read. An absolute path in --data becomes a file name.
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

// withoutFolder returns the file name of an absolute path, and a relative path unchanged.
func withoutFolder(path string) string {
	if filepath.IsAbs(path) {
		return filepath.Base(path)
	}
	return path
}
