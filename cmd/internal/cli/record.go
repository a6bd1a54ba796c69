package cli

import (
	"bytes"
	"os"
	"sync"

	"github.com/sirupsen/logrus"
)

// Record collects the lines of a log as text, and appends them to a file when Append names one. The format of the log
// itself does not matter.
type Record struct {
	mu     sync.Mutex
	format logrus.Formatter
	early  bytes.Buffer // The lines before Append.
	file   *os.File
}

// NewRecord records every line that is logged from now on.
func NewRecord(log *logrus.Logger) *Record {
	text := &logrus.TextFormatter{FullTimestamp: true, TimestampFormat: "2006-01-02 15:04:05", DisableColors: true}
	r := &Record{format: plainly{text}}
	log.AddHook(r)
	return r
}

// Levels returns all levels, because the log itself drops the lines below its own level.
func (r *Record) Levels() []logrus.Level { return logrus.AllLevels }

// Fire records a line.
func (r *Record) Fire(e *logrus.Entry) error {
	line, err := r.format.Format(e)
	if err != nil {
		return err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.file == nil {
		_, err = r.early.Write(line)
	} else {
		_, err = r.file.Write(line)
	}
	return err
}

// Append appends the lines so far, and the lines until Close, to the file at path.
func (r *Record) Append(path string) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	f, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	r.file = f
	_, err = f.Write(r.early.Bytes())
	r.early.Reset()
	return err
}

// Close closes the file, if there is one.
func (r *Record) Close() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.file == nil {
		return nil
	}
	f := r.file
	r.file = nil
	return f.Close()
}
