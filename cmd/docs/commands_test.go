// Package docs_test runs the commands of the README and of the manual, and compares the output with the pages.
package docs_test

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"facrnn/cmd/internal/cli"
	"facrnn/cmd/internal/program/bench"
	"facrnn/cmd/internal/program/evaluate"
	"facrnn/cmd/internal/program/experiment"
	"facrnn/cmd/internal/program/inspect"
	"facrnn/cmd/internal/program/train"
	"facrnn/data/sharedtest"
)

var (
	update = flag.Bool("update", false, "write the printed output and the tested code into the pages")
	python = flag.String("python", "", "run the Python blocks with this interpreter; it needs numpy, pandas and pynwb")
)

// quick lists the pages whose commands every go test runs. The others need -tags slow.
var quick = []string{"README.md", "cmd/docs/03-your-recording.md", "cmd/docs/12-troubleshooting.md"}

// notRun lists the first words of commands that no test runs, each with the reason. These commands are in indented
// blocks; the test runs every command in a block of sh.
var notRun = map[string]string{
	"git clone":          "downloads the repository, which the test is part of",
	"cd ":                "the test is in the right folder",
	"go install":         "writes into the user's folder; CI builds ./cmd/facrnn",
	"curl ":              "downloads Go, with which the test runs",
	"tar ":               "unpacks Go",
	"mkdir -p $HOME":     "is for the home folder of the user",
	"export PATH":        "for the shell of the user",
	"CGO_ENABLED=0":      "writes into the user's folder; CI builds ./cmd/facrnn",
	"#SBATCH":            "needs a cluster with Slurm",
	"#!/bin/sh":          "needs a cluster with Slurm",
	"set -- ":            "needs a cluster with Slurm",
	"shift ":             "needs a cluster with Slurm",
	"exec ":              "needs a cluster with Slurm; train has the same flags on other pages",
	"for g in":           "is for a POSIX shell; train has the same flags on other pages",
	"python3 -c":         "is for a POSIX shell",
	"go run ./cmd/bench": "needs JAX",
	"go test -run xx":    "takes minutes; CI times the programs by cmd/bench",
}

var programs = map[string]cli.Program{
	"bench": bench.Run, "evaluate": evaluate.Run, "experiment": experiment.Run, "inspect": inspect.Run,
	"train": train.Run,
}

// TestCommands runs the commands of each page in their order in one folder, and compares their output.
func TestCommands(t *testing.T) {
	for _, p := range pages(t) {
		t.Run(p.name, func(t *testing.T) {
			if !slow && !slices.Contains(quick, p.name) {
				t.Skip("-tags slow runs this page")
			}
			runPage(t, p)
		})
	}
}

func runPage(t *testing.T, p page) {
	blocks, updates := p.blocks(t), map[int][]string{}
	absolute, err := filepath.Abs(root)
	if err != nil {
		t.Fatal(err)
	}
	s := &session{t: t, root: absolute, shared: recordings(t)}
	t.Chdir(t.TempDir())
	for i, b := range blocks {
		switch b.lang {
		case "sh":
			s.commands(p, b)
		case "text":
			if i == 0 || blocks[i-1].lang != "sh" || s.skipped || s.silent {
				continue
			}
			want, wrong := compare(b.lines, s.stdout, s.stderr)
			if wrong != "" {
				updates[i] = want
				if !*update {
					t.Errorf("%s:%d: the page shows other output (-update copies it): %s", p.name, b.first, wrong)
				}
			}
		case "python":
			s.python(p, b)
		case "toml", "matlab":
			s.save(p, b)
		}
	}
	s.octave(p)
	if *update && len(updates) > 0 {
		p.replace(blocks, updates)
		t.Chdir(filepath.Join(absolute, "cmd", "docs"))
		p.write(t)
	}
}

// session runs the commands of one page.
type session struct {
	t              *testing.T
	root           string            // The folder of the module.
	shared         map[string]string // The paths of recordings that the repository does not hold, by file name.
	stdout, stderr string            // The output of the last command.
	skipped        bool              // The last command was skipped.
	silent         bool              // The last command was a test, whose output no page shows.
	absent         []string          // Run folders of skipped commands.
	saved          []string          // Files that the page asked to save.
}

// recordings returns the recordings that tests use and the repository does not hold.
func recordings(t *testing.T) map[string]string {
	t.Helper()
	paths := map[string]string{}
	for _, path := range sharedtest.Glob(t, "nwb/*.nwb", "data/*.npz") {
		absolute, err := filepath.Abs(path)
		if err != nil {
			t.Fatal(err)
		}
		paths[filepath.Base(path)] = absolute
	}
	if path, ok := paths["reach.nwb"]; ok {
		paths["next-day.nwb"] = path // It has the same units.
	}
	return paths
}

// commands runs each line of a block of sh. The info "status=2" gives the expected exit status, and "with=--seeds=1"
// a flag that makes the command short enough for a test.
func (s *session) commands(p page, b block) {
	status := 0
	var with []string
	for _, field := range strings.Fields(b.info) {
		if _, err := fmt.Sscanf(field, "status=%d", &status); err == nil {
			continue
		}
		if f, ok := strings.CutPrefix(field, "with="); ok {
			with = append(with, f)
			continue
		}
		s.t.Fatalf("%s:%d: the block has the unknown mark %q", p.name, b.first, field)
	}
	for i, line := range b.lines {
		where := fmt.Sprintf("%s:%d", p.name, b.first+i+1)
		args := words(line)
		switch {
		case len(args) > 2 && args[0] == "go" && args[1] == "run" && strings.HasPrefix(args[2], "./cmd/"):
			s.program(where, strings.Join(args[:3], " "), strings.TrimPrefix(args[2], "./cmd/"), args[3:], with, status)
		case len(args) > 1 && args[0] == "facrnn":
			s.program(where, strings.Join(args[:2], " "), args[1], args[2:], with, status)
		case len(args) > 2 && args[0] == "go" && args[1] == "test":
			s.goTest(where, args[2:])
		default:
			s.t.Errorf("%s: no test runs %q; commands that cannot be run are in indented blocks", where, line)
		}
	}
}

// program runs a program of this module, as the shell would, unless its recording is missing on this machine.
func (s *session) program(where, name, program string, args, with []string, status int) {
	run := programs[program]
	if run == nil {
		s.t.Errorf("%s: there is no program %s", where, program)
		return
	}
	for _, f := range with {
		args = append(without(args, f), f)
	}
	s.skipped, s.silent = !s.fetch(where, args), false
	if s.skipped {
		if out := value(args, "--out"); out != "" {
			s.absent = append(s.absent, out)
		}
		return
	}
	var stdout, stderr bytes.Buffer
	start := time.Now()
	got := run(context.Background(), cli.Call{Name: name, Args: args}, &stdout, &stderr, time.Now)
	s.stdout, s.stderr = stdout.String(), stderr.String()
	if got != status {
		s.t.Errorf("%s: %s %q ends with status %d, not %d: %s", where, name, args, got, status, s.stderr)
	}
	s.t.Logf("%s: %s %s: %.1f s", where, name, strings.Join(args, " "), time.Since(start).Seconds())
}

// fetch puts the files that a command reads into the folder. It reports false, and logs the file, if one is missing.
func (s *session) fetch(where string, args []string) bool {
	for _, name := range []string{"--data", "--truth"} {
		file := value(args, name)
		if file == "" || strings.HasPrefix(file, "missing") {
			continue
		}
		if _, err := os.Stat(file); err == nil {
			continue
		}
		from := filepath.Join(s.root, filepath.FromSlash(file))
		if file == "session.nwb" {
			writeSession(s.t, file)
			continue
		}
		if path, ok := s.shared[file]; ok {
			from = path
		}
		content, err := os.ReadFile(from)
		if err != nil {
			s.t.Logf("%s: skipped, because %s is missing on this machine", where, file)
			return false
		}
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			s.t.Fatal(err)
		}
		if err := os.WriteFile(file, content, 0o644); err != nil {
			s.t.Fatal(err)
		}
	}
	for _, name := range []string{"--run", "--config", "--resume"} {
		for _, folder := range s.absent {
			if strings.HasPrefix(value(args, name), folder) {
				s.t.Logf("%s: skipped, because its run %s was skipped", where, folder)
				return false
			}
		}
	}
	return true
}

// goTest checks that the named test exists. CI runs all tests, also the slow ones.
func (s *session) goTest(where string, args []string) {
	s.silent = true
	pattern, folder := value(args, "-run"), args[len(args)-1]
	if folder == "./..." {
		return
	}
	files, err := filepath.Glob(filepath.Join(s.root, filepath.FromSlash(folder), "*_test.go"))
	if err != nil {
		s.t.Fatal(err)
	}
	test := regexp.MustCompile(`(?m)^func Test\w*(?:` + pattern + `)`)
	for _, file := range files {
		source, err := os.ReadFile(file)
		if err != nil {
			s.t.Fatal(err)
		}
		if test.Match(source) {
			if strings.HasPrefix(string(source), "//go:build slow") && value(args, "-tags") != "slow" {
				s.t.Errorf("%s: %s is behind -tags slow", where, pattern)
			}
			return
		}
	}
	s.t.Errorf("%s: no test in %s matches %s", where, folder, pattern)
}

// python runs a block of Python in the folder.
func (s *session) python(p page, b block) {
	if *python == "" {
		s.t.Logf("%s:%d: skipped, because -python gives no interpreter", p.name, b.first)
		return
	}
	if s.skipped {
		s.t.Logf("%s:%d: skipped like the command above", p.name, b.first)
		return
	}
	out, err := exec.Command(*python, "-c", strings.Join(b.lines, "\n")).CombinedOutput()
	if err != nil {
		s.t.Errorf("%s:%d: %v: %s", p.name, b.first, err, out)
	}
}

var savedName = regexp.MustCompile("`([a-z_-]+\\.[a-z]+)`:$")

// save writes a block into the file that the line above it names.
func (s *session) save(p page, b block) {
	name := savedName.FindStringSubmatch(b.before)
	if name == nil {
		s.t.Errorf("%s:%d: the line above the block does not end with a file name and a colon", p.name, b.first)
		return
	}
	if err := os.WriteFile(name[1], []byte(strings.Join(b.lines, "\n")+"\n"), 0o644); err != nil {
		s.t.Fatal(err)
	}
	s.saved = append(s.saved, name[1])
}

// octave compares the loader for MATLAB, if the page has one, with NumPy.
func (s *session) octave(p page) {
	if !slices.Contains(s.saved, "load_npz.m") {
		return
	}
	if _, err := exec.LookPath("octave-cli"); err != nil || *python == "" {
		s.t.Logf("%s: the loader for MATLAB is skipped: it needs octave-cli and -python", p.name)
		return
	}
	script := filepath.Join(s.root, "cmd", "docs", "testdata", "check_octave.py")
	if out, err := exec.Command(*python, script, ".", "runs/demo").CombinedOutput(); err != nil {
		s.t.Errorf("%s: load_npz.m: %v: %s", p.name, err, out)
	}
}

// TestCommandsThatAreNotRun checks that each command in an indented block is listed with a reason.
func TestCommandsThatAreNotRun(t *testing.T) {
	command := regexp.MustCompile(`^(?:mkdir|go|git|cd|facrnn|curl|tar|export|sbatch|scp|pip|python3|for|set|shift|exec|[A-Z_]+=\S+) |^#!|^#SBATCH`)
	used := map[string]bool{}
	for _, p := range pages(t) {
		for number, line := range p.prose() {
			text, indented := strings.CutPrefix(line, "    ")
			if !indented || !command.MatchString(text) {
				continue
			}
			listed := false
			for prefix := range notRun {
				if strings.HasPrefix(text, prefix) {
					listed, used[prefix] = true, true
				}
			}
			if !listed {
				t.Errorf("%s:%d: no test runs %q, and notRun has no reason", p.name, number, text)
			}
		}
	}
	for prefix := range notRun {
		if !used[prefix] {
			t.Errorf("no page has the command %q of notRun", prefix)
		}
	}
}

// TestFlagsExist checks that each flag that a page names is a flag of some program.
func TestFlagsExist(t *testing.T) {
	var help strings.Builder
	for name, run := range programs {
		calls := [][]string{{"--help-all"}}
		if name == "experiment" {
			for _, e := range []string{"synthetic", "reach", "voltage", "robustness", "scaling"} {
				calls = append(calls, []string{e, "--help-all"})
			}
		}
		for _, args := range calls {
			run(t.Context(), cli.Call{Name: name, Args: args}, &help, &help, time.Now)
		}
	}
	known := map[string]bool{"--help": true, "--help-all": true, "--version": true, "--logdir": true}
	name := regexp.MustCompile(`--[a-z][a-z-]*[a-z]`)
	for _, f := range name.FindAllString(help.String(), -1) {
		known[f] = true
	}
	for _, p := range pages(t) {
		for number, line := range p.lines {
			for _, f := range name.FindAllString(line, -1) {
				if !known[f] && !strings.HasPrefix(line, "    #SBATCH") && f != "--grops" {
					t.Errorf("%s:%d: no program has the flag %s", p.name, number+1, f)
				}
			}
		}
	}
}

// words splits a command line as a shell does, with single and double quotes.
func words(line string) (all []string) {
	var word strings.Builder
	quote, inside := rune(0), false
	end := func() {
		if inside {
			all = append(all, word.String())
		}
		word.Reset()
		inside = false
	}
	for _, r := range line {
		switch {
		case quote != 0 && r == quote:
			quote = 0
		case quote == 0 && (r == '\'' || r == '"'):
			quote, inside = r, true
		case quote == 0 && r == ' ':
			end()
		case quote == 0 && r == '#' && !inside:
			return all
		default:
			word.WriteRune(r)
			inside = true
		}
	}
	end()
	return all
}

// value returns the value of a flag; "" if it is missing.
func value(args []string, name string) string {
	for i, a := range args {
		if v, ok := strings.CutPrefix(a, name+"="); ok {
			return v
		}
		if a == name && i+1 < len(args) {
			return args[i+1]
		}
	}
	return ""
}

// without returns the arguments without a flag that is written as --name=value.
func without(args []string, written string) (rest []string) {
	name, _, _ := strings.Cut(written, "=")
	for i := 0; i < len(args); i++ {
		switch {
		case args[i] == name:
			i++ // Its value follows.
		case !strings.HasPrefix(args[i], name+"="):
			rest = append(rest, args[i])
		}
	}
	return rest
}
