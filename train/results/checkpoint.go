package results

import (
	"fmt"
	"time"

	"facrnn/data"
	"facrnn/graph"
	"facrnn/train"
)

// Checkpoint is a hook that writes the parameters as they are to checkpoint/restart-R.npz, in the form of model.npz, whenever the
// interval has passed.
func (f *Folder) Checkpoint(every time.Duration, now train.Clock, c graph.Config, rec *data.Recording, s data.Scaling, about map[string]string) train.Hook {
	last := map[int]time.Time{}
	return train.Hook{
		Name:  "checkpoint",
		Start: func(r *train.Run) error { last[r.Restart] = now(); return nil },
		Epoch: func(r *train.Run) error {
			if now().Sub(last[r.Restart]) < every {
				return nil
			}
			last[r.Restart] = now()
			return f.writeArrays(fmt.Sprintf("checkpoint/restart-%d.npz", r.Restart), modelArrays(c, r.Params(), rec, s, about))
		},
	}
}
