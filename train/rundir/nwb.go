package rundir

import (
	"os"
	"time"

	"facrnn/data"
	"facrnn/data/npz"
	"facrnn/data/nwb"
	"facrnn/train/internal/atomicfile"
	"facrnn/train/method"
)

// writeNWB writes results.nwb, which has the contents of the other files in the form of NWB. w are the W_g, or nil to
// leave them out, and arrays are the arrays of model.npz.
func writeNWB(f *Folder, fit *method.Fitted, w []data.Matrix, arrays map[string]npz.Array, now time.Time) error {
	settings, err := fit.Settings().TOML()
	if err != nil {
		return err
	}
	r := nwb.Results{
		Recording: fit.Recording, Split: fit.Split, Mu: fit.Mu, Filtered: fit.Filtered,
		Method: fit.Spec.Method.Name(), Version: Version(), Settings: string(settings), Created: now,
	}
	for _, g := range fit.Result.Model.Config.Structure.Groups() {
		r.Groups = append(r.Groups, nwb.Group{Name: g.Name, Latents: g.Latents})
	}
	if !fit.A.Empty() {
		r.A, r.B, r.W = fit.A, fit.B, w
		if r.D, err = drivenBy(arrays, "D"); err != nil {
			return err
		}
		if r.E, err = drivenBy(arrays, "E"); err != nil {
			return err
		}
	}
	return atomicfile.WriteFile(f.Path("results.nwb"), func(w *os.File) error { return nwb.Write(w, r) })
}

// drivenBy returns a matrix (N,P) of the measured input from the arrays of model.npz, or an empty one if it is missing.
func drivenBy(arrays map[string]npz.Array, name string) (data.Matrix, error) {
	a, ok := arrays[name]
	if !ok {
		return data.Matrix{}, nil
	}
	return a.Matrix()
}
