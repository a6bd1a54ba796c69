// Package cli is the common part of the programs: the command line, help, log, progress, exit statuses, and the printed
// results.
package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"github.com/sirupsen/logrus"
	"golang.org/x/term"

	"facrnn/train"
)

// The exit statuses of all programs.
const (
	Done        = 0
	Failed      = 1   // An error while working.
	Wrong       = 2   // An error in the user's input: a flag, a key of a config file, a recording.
	Interrupted = 130 // Interrupted by the user; the state is saved.
)

// Program runs a program with the given call, outputs and clock, and returns the exit status.
type Program func(ctx context.Context, call Call, stdout, stderr io.Writer, now train.Clock) int

// Main runs a program and returns its exit status. The first interrupt ends the context of the program, and the second
// kills the program. SIGTERM, and SIGHUP from a terminal that closes, have the same effect.
func Main(run Program) int {
	signals := []os.Signal{os.Interrupt, syscall.SIGTERM}
	if !signal.Ignored(syscall.SIGHUP) { // nohup ignores it, so that the program outlives its terminal.
		signals = append(signals, syscall.SIGHUP)
	}
	ctx, stop := signal.NotifyContext(context.Background(), signals...)
	defer stop()
	context.AfterFunc(ctx, stop)
	executable, err := os.Executable()
	if err != nil {
		executable = os.Args[0]
	}
	return run(ctx, NewCall(executable, os.Args), os.Stdout, os.Stderr, time.Now)
}

// Input marks an error in the user's input, which the user can mend.
type Input struct{ Err error }

func (e Input) Error() string { return e.Err.Error() }

// Unwrap returns the error itself.
func (e Input) Unwrap() error { return e.Err }

// Report prints an error on one line and returns its exit status.
func Report(w io.Writer, err error) int {
	if err == nil {
		return Done
	}
	line := strings.Join(strings.Fields(err.Error()), " ")
	fmt.Fprintf(w, "error: %s\n", EscapeControl(line))
	if errors.As(err, &Input{}) {
		return Wrong
	}
	return Failed
}

// Logger returns a log that writes text or lines of JSON to w.
func Logger(w io.Writer, level, format string) (*logrus.Logger, error) {
	l := logrus.New()
	l.SetOutput(w)
	v, err := logrus.ParseLevel(level)
	if err != nil {
		return nil, fmt.Errorf("--log-level %s: choose debug, info, warning or error", level)
	}
	l.SetLevel(v)
	if format == "json" {
		l.SetFormatter(&logrus.JSONFormatter{})
	} else {
		l.SetFormatter(plainly{&logrus.TextFormatter{FullTimestamp: true, TimestampFormat: "15:04:05",
			DisableColors: !terminal(w)}})
	}
	return l, nil
}

// terminal reports whether w is a terminal.
func terminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

// Command returns a program and its arguments as one line for the shell. Words with special characters are quoted.
func Command(program string, args ...string) string {
	out := program
	for _, a := range args {
		out += " " + quoted(a)
	}
	return out
}

// quoted returns a word for the shell, in single quotes if it has special characters.
func quoted(word string) string {
	const plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-+=./,:@%"
	if word != "" && strings.Trim(word, plain) == "" {
		return word
	}
	return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
}
