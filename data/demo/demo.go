// Package demo holds a small simulated recording of centre-out reaching, embedded in the program, so that every
// command runs without a file. It imports data/npz and data/simulate. The file was made by [simulate.Reaching] with
// the options in the test. The test checks the file and, with -update, writes it again.
package demo

import (
	"bytes"
	_ "embed"
	"fmt"

	"facrnn/data"
	"facrnn/data/npz"
	"facrnn/data/simulate"
)

//go:generate go test -run TestFileIsWhatIsSimulated -update

//go:embed reach.npz
var file []byte

// name is the name of the file in the recording's source and in errors.
const name = "demo"

// Recording returns the demo: activity of 60 neurons in 80 trials of 20 bins of 0.05 s, with the hand's velocity (T,2)
// in cm/s as behaviour. Each call returns a new recording. It fails only if the embedded file is damaged.
func Recording() (*data.Recording, error) {
	r, err := npz.RecordingFrom(name, bytes.NewReader(file), int64(len(file)), data.Selection{})
	if err != nil {
		return nil, err
	}
	r.Source.Format = name
	return r, nil
}

// Truth returns the ground truth of the demo. It fails only if the embedded file is damaged.
func Truth() (*simulate.Truth, error) {
	m, err := npz.LoadFrom(bytes.NewReader(file), int64(len(file)), "z", "A", "B", "c", "b", "owner", "target")
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	t, err := simulate.TruthFrom(m)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return t, nil
}
