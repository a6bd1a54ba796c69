package main

import (
	"context"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"facrnn/cmd/internal/cli"
	"facrnn/cmd/internal/clitest"
)

// runFacRNN runs the binary as go run does, and returns its exit status and output.
func runFacRNN(args ...string) (status int, stdout, stderr string) {
	var out, errs strings.Builder
	status = run(context.Background(), cli.Call{Name: "go run ./cmd/facrnn", Args: args}, &out, &errs, time.Now)
	return status, out.String(), errs.String()
}

// commands returns every program and every command of experiment.
func commands() [][]string {
	all := [][]string{{}}
	for _, p := range programs() {
		all = append(all, []string{p.Name})
	}
	for _, name := range []string{"synthetic", "reach", "robustness", "scaling", "voltage"} {
		all = append(all, []string{"experiment", name})
	}
	return all
}

// TestHelpFitsATerminal checks every help text: it fits 80 columns, names the program as it was run, and --help is
// short.
func TestHelpFitsATerminal(t *testing.T) {
	for _, command := range commands() {
		for _, flag := range []string{"--help", "--help-all"} {
			line := strings.Join(append(command, flag), " ")
			status, out, errs := runFacRNN(append(command, flag)...)
			if status != cli.Done || errs != "" {
				t.Errorf("%s: status %d: %s", line, status, errs)
			}
			if want := strings.Join(append([]string{"Usage: go run ./cmd/facrnn"}, command...),
				" "); !strings.HasPrefix(out, want) {
				t.Errorf("%s begins with %.60q, want %q", line, out, want)
			}
			if n := strings.Count(out, "\n"); flag == "--help" && n > 48 {
				t.Errorf("%s: %d lines, want at most 48", line, n)
			}
			for _, l := range strings.Split(out, "\n") {
				if n := utf8.RuneCountInString(l); n > 80 {
					t.Errorf("%s: line of %d columns: %s", line, n, l)
				}
			}
		}
	}
}

// TestCommonFlagsExist checks the names in each program's list of most used flags.
func TestCommonFlagsExist(t *testing.T) {
	for _, p := range programs() {
		_, help, _ := runFacRNN(p.Name, "--help-all")
		if p.Name == "experiment" {
			for _, command := range commands()[len(programs())+1:] {
				_, more, _ := runFacRNN(append(command, "--help-all")...)
				help += more
			}
		}
		for _, name := range p.Common {
			if !strings.Contains(help, "\n  --"+name+" ") {
				t.Errorf("%s has no flag --%s", p.Name, name)
			}
		}
	}
}

// TestVersion checks that the binary and its programs print one and the same version.
func TestVersion(t *testing.T) {
	_, want, _ := runFacRNN("--version")
	for _, command := range commands() {
		if status, out, errs := runFacRNN(append(command, "--version")...); status != cli.Done || out != want ||
			errs != "" {
			t.Errorf("%v --version prints %q and %q with status %d, want %q", command, out, errs, status, want)
		}
	}
}

// TestUnknownCommand checks the advice for a command that does not exist.
func TestUnknownCommand(t *testing.T) {
	clitest.Mistaken(t, run, "has no command trian; ./program --help lists the commands", "trian")
}
