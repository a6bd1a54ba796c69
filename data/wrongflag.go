package data

// FlagError is an error of a choice alone, whatever the file holds. It is shown without the path of the file.
type FlagError struct{ Err error }

// Error returns the text of the error alone.
func (e FlagError) Error() string { return e.Err.Error() }

// Unwrap returns the error.
func (e FlagError) Unwrap() error { return e.Err }

// WrongFlag marks an error as one of a choice alone; nil stays nil.
func WrongFlag(err error) error {
	if err == nil {
		return nil
	}
	return FlagError{err}
}
