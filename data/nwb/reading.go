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

// reading opens and surveys a file, hands its contents to do, and closes it. It returns what do returns, or one error
// that names the file. The error is that of the file's context as soon as it has ended, whatever do made of that. A
// panic is an error too: the program goes on, whatever is in a file.
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

// panicked is the error of a panic while a file was read. It is always a fault of this package, and tests look for it.
// A user is told that the file is damaged, and where.
type panicked struct {
	at    string // the part of the file that was looked into last
	value any
	stack []byte
}

func (p panicked) Error() string {
	return fmt.Sprintf("damaged: %s cannot be made sense of: copy or download the file again, or write it again with "+
		"pynwb or MatNWB", cmp.Or(p.at, "its beginning"))
}

// tick is called in round i of a loop that may be long and does not read; it looks now and then whether the context
// has ended.
func (f *file) tick(i int) error {
	const each = 1 << 10 // rounds
	if i%each != 0 {
		return nil
	}
	return f.ctx.Err()
}

// maxText is how many bytes the texts of a column may come to, those that are repeated included. Reading a text again
// and again takes no memory, but whatever is done with each of them takes time.
const maxText = 250_000_000

// textsFit returns an error where texts come to more than mostText.
func textsFit(texts []string) error {
	n := 0
	for _, s := range texts {
		if n += len(s); n > maxText {
			return fmt.Errorf("its %d texts come to more than %d MB: shorten them, or write a number for each text",
				len(texts), maxText/1_000_000)
		}
	}
	return nil
}

// hash returns the SHA-256 of a file's bytes, hexadecimal. follow is told how many are done, and may end it.
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

// follow passes on how far reading is, and ends it with a context.
func withContext(ctx context.Context, progress data.Progress) func(what string, done, total int64) error {
	return func(what string, done, total int64) error {
		if progress != nil {
			progress(what, done, total)
		}
		return ctx.Err()
	}
}
