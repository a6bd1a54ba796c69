package data

// FlagError is an error in a flag that does not depend on the file. It is shown without the path of the file.
type FlagError struct{ Err error }

// Error returns the text of the wrapped error.
func (e FlagError) Error() string { return e.Err.Error() }

// Unwrap returns the wrapped error.
func (e FlagError) Unwrap() error { return e.Err }

// WrongFlag marks an error as a FlagError; nil stays nil.
func WrongFlag(err error) error {
	if err == nil {
		return nil
	}
	return FlagError{err}
}
