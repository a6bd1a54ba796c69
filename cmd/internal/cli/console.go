// Package cli is how programs speak: logs and progress on standard error, and the exit statuses.
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
	Failed      = 1   // while working
	Wrong       = 2   // what the user gave: a flag, a config key, a file
	Interrupted = 130 // by the user; the state is saved
)

// Program is a program: what it needs of the world is handed to it, and it returns the exit status.
type Program func(ctx context.Context, call Call, stdout, stderr io.Writer, now train.Clock) int

// Main runs a program that may take long, and returns its exit status: an interrupt ends its context, a second one the program at once.
// So do SIGTERM and SIGHUP, which a program gets when its terminal closes.
func Main(run Program) int {
	signals := []os.Signal{os.Interrupt, syscall.SIGTERM}
	if !signal.Ignored(syscall.SIGHUP) { // nohup asks for a program that outlives its terminal
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

// Input marks an error as the user's to mend.
type Input struct{ Err error }

func (e Input) Error() string { return e.Err.Error() }

// Unwrap is the error itself.
func (e Input) Unwrap() error { return e.Err }

// Report prints an error on one line and returns the exit status that goes with it.
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

// Logger writes to w, in words or as JSON lines.
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

// Command is a program and its arguments as a shell takes them: what holds anything but letters, digits and a few harmless signs stands in single quotes.
func Command(program string, args ...string) string {
	out := program
	for _, a := range args {
		out += " " + quoted(a)
	}
	return out
}

// quoted is a word as a shell takes it.
func quoted(word string) string {
	const plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-+=./,:@%"
	if word != "" && strings.Trim(word, plain) == "" {
		return word
	}
	return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
}
