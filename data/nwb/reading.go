package nwb

import (
	"cmp"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime/debug"

	"facrnn/data"
)

// reading opens and surveys a file, calls do with its contents, and closes it. It returns the result of do, or one
// error that names the file. If the context has ended, the error is the context's. A panic becomes an error too: no
// file can crash the program.
func reading[T any](f *file, do func(in *contents) (*T, error)) (got *T, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = panicked{at: f.at, value: p, stack: debug.Stack()}
		}
		if f.h5 != nil {
			_ = f.h5.Close() // read only
		}
		switch ended := f.ctx.Err(); {
		case ended != nil:
			err = ended
		case err != nil && f.unclosed != "":
			err = fmt.Errorf("%w (the file was never closed by the program that wrote it: %s)", err, f.unclosed)
		}
		if err != nil && !errors.As(err, &data.FlagError{}) {
			err = fmt.Errorf("%s: %w", f.path, err)
		}
		if err != nil {
			got = nil
		}
	}()
	if err := f.open(); err != nil {
		return nil, err
	}
	in, err := survey(f)
	if err != nil {
		return nil, err
	}
	return do(in)
}

// panicked is the error of a panic while a file was read. It is always a fault of this package, and tests look for
// it. Its text says that the file is damaged, and where.
type panicked struct {
	at    string // the part of the file that was looked into last
	value any
	stack []byte
}

func (p panicked) Error() string {
	return fmt.Sprintf("damaged: %s cannot be understood: copy or download the file again, or write it again with "+
		"pynwb or MatNWB", cmp.Or(p.at, "its beginning"))
}

// tick returns the error of the context. Long loops that do not read call it in round i; it checks the context only
// now and then.
func (f *file) tick(i int) error {
	const each = 1 << 10 // rounds
	if i%each != 0 {
		return nil
	}
	return f.ctx.Err()
}

// maxText is the largest number of bytes of all texts of a column, including repeated ones. Reading a text again
// needs no memory, but processing each copy needs time.
const maxText = 250_000_000

// textsFit returns an error if texts are longer than maxText together.
func textsFit(texts []string) error {
	n := 0
	for _, s := range texts {
		if n += len(s); n > maxText {
			return fmt.Errorf("its %d texts are longer than %d MB together: shorten them, or write a number for "+
				"each text",
				len(texts), maxText/1_000_000)
		}
	}
	return nil
}

// hash returns the SHA-256 of a file, hexadecimal. It calls follow with the number of bytes done; an error of follow
// ends it.
func hash(name string, follow func(what string, done, total int64) error) (string, error) {
	f, err := os.Open(name)
	if err != nil {
		return "", err
	}
	defer func() { _ = f.Close() }() // read only
	info, err := f.Stat()
	if err != nil {
		return "", err
	}
	const piece = 1 << 24
	h, done := sha256.New(), int64(0)
	for {
		n, err := io.CopyN(h, f, piece)
		if err != nil && !errors.Is(err, io.EOF) {
			return "", err
		}
		done += n
		if err := follow("checksum of "+filepath.Base(name), done, max(done, info.Size())); err != nil {
			return "", err
		}
		if err != nil {
			return fmt.Sprintf("%x", h.Sum(nil)), nil
		}
	}
}

// withContext returns a function that passes the progress on to progress, and returns an error if the context has
// ended.
func withContext(ctx context.Context, progress data.Progress) func(what string, done, total int64) error {
	return func(what string, done, total int64) error {
		if progress != nil {
			progress(what, done, total)
		}
		return ctx.Err()
	}
}
