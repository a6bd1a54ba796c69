package rundir

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"facrnn/graph"
	"facrnn/train"
	"facrnn/train/internal/atomicfile"
	"facrnn/train/internal/tensorboard"
)

// TensorBoard returns a hook that writes the rows of metrics.csv as event files for TensorBoard while they grow.
// tensorboard/restart-1 has the rows of the first restart, and so on. Steps count minibatches. A resumed run begins
// another file with the rows from which it continues, and TensorBoard drops later rows of earlier files. After a
// rollback, one file does the same.
func (f *Folder) TensorBoard(c graph.Config, now train.Clock) train.Hook {
	files := map[int]*os.File{}
	writers := map[int]*tensorboard.Writer{}
	failed := func(restart int, err error) error {
		if err == nil {
			return nil
		}
		return &atomicfile.Error{Path: files[restart].Name(), Err: err}
	}
	begin := func(r *train.Progress) error {
		w := writers[r.Restart]
		err := w.Start(0)
		for _, row := range r.Rows {
			err = errors.Join(err, w.Scalars(int64(row.Step), scalars(c, row)...))
		}
		return failed(r.Restart, err)
	}
	return train.Hook{
		Name: "TensorBoard",
		Start: func(r *train.Progress) error {
			file, err := newEvents(f.Path(filepath.Join("tensorboard", fmt.Sprintf("restart-%d", r.Restart+1))), now)
			if err != nil {
				return err
			}
			files[r.Restart] = file
			if writers[r.Restart], err = tensorboard.New(file, now); err != nil {
				return failed(r.Restart, err)
			}
			return begin(r)
		},
		OnRollback: begin,
		Epoch: func(r *train.Progress) error {
			return failed(r.Restart, writers[r.Restart].Scalars(int64(r.Row.Step), scalars(c, r.Row)...))
		},
		End: func(r *train.Progress) error { return failed(r.Restart, files[r.Restart].Close()) },
	}
}

// newEvents makes a file of events under a name that is free and sorts after earlier ones, as TensorBoard reads them.
func newEvents(dir string, now train.Clock) (*os.File, error) {
	err := os.MkdirAll(dir, 0o755)
	for i := 0; err == nil; i++ {
		var file *os.File
		if file, err = os.OpenFile(filepath.Join(dir, fmt.Sprintf("events.out.tfevents.%d.facrnn.%02d", now().Unix(),
			i)), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644); err == nil {
			return file, nil
		}
		if errors.Is(err, os.ErrExist) {
			err = nil
		}
	}
	return nil, &atomicfile.Error{Path: dir, Err: err}
}

// scalars returns a row under TensorBoard's tags: train/loss, test/loss, one tag for each term, beta and lr.
func scalars(c graph.Config, r train.Epoch) []tensorboard.Scalar {
	s := []tensorboard.Scalar{{Tag: "lr", Value: r.Rate}, {Tag: "train/loss", Value: r.Train.Loss}}
	if r.Test != nil {
		s = append(s, tensorboard.Scalar{Tag: "test/loss", Value: r.Test.Loss})
	}
	for i, t := range c.Terms {
		name := t.Term.Name()
		s = append(s, tensorboard.Scalar{Tag: "train/" + name, Value: r.Train.Terms[i]})
		if r.Test != nil {
			s = append(s, tensorboard.Scalar{Tag: "test/" + name, Value: r.Test.Terms[i]})
		}
		if name == "partial_correlation" {
			s = append(s, tensorboard.Scalar{Tag: "beta", Value: r.Weights[i]})
		}
	}
	return s
}
