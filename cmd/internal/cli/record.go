package cli

import (
	"bytes"
	"os"
	"sync"

	"github.com/sirupsen/logrus"
)

// Record keeps the lines of a log, in plain text whatever the log's own format is, and appends them to a file as soon as there is one.
type Record struct {
	mu     sync.Mutex
	format logrus.Formatter
	kept   bytes.Buffer
	file   *os.File
}

// NewRecord records what is logged from now on.
func NewRecord(log *logrus.Logger) *Record {
	r := &Record{format: plainly{&logrus.TextFormatter{FullTimestamp: true, TimestampFormat: "2006-01-02 15:04:05", DisableColors: true}}}
	log.AddHook(r)
	return r
}

// Levels returns all levels; the log's own level has chosen among them before.
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
		_, err = r.kept.Write(line)
	} else {
		_, err = r.file.Write(line)
	}
	return err
}

// Append appends the lines so far, and all that follow, to the file at path, until Close.
func (r *Record) Append(path string) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	f, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	r.file = f
	_, err = f.Write(r.kept.Bytes())
	r.kept.Reset()
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
