package rundir

import (
	"os"

	"facrnn/data"
	"facrnn/data/npz"
	"facrnn/data/nwb"
	"facrnn/train/internal/atomicfile"
)

// writeNWB writes results.nwb: what the other files hold, in the form of NWB. w are the W_g, if they are to be there, and arrays those of model.npz.
func writeNWB(f *Folder, o Outcome, fitted *Fitted, w []data.Matrix, arrays map[string]npz.Array) error {
	r := nwb.Results{
		Recording: o.Recording, Split: o.Split, Mu: fitted.Mu, Filtered: o.Filtered,
		Method: o.Summary.Method, Version: o.Summary.Version, Settings: o.Settings, Created: o.Now,
	}
	for _, g := range o.Result.Model.Config.Structure.Groups() {
		r.Groups = append(r.Groups, nwb.Group{Name: g.Name, Latents: g.Latents})
	}
	if !fitted.A.Empty() {
		r.A, r.B, r.W = fitted.A, fitted.B, w
		var err error
		if r.D, err = drivenBy(arrays, "D"); err != nil {
			return err
		}
		if r.E, err = drivenBy(arrays, "E"); err != nil {
			return err
		}
	}
	return atomicfile.WriteFile(f.Path("results.nwb"), func(w *os.File) error { return nwb.Write(w, r) })
}

// drivenBy is a matrix of the drive (N,P) among the arrays of model.npz; empty where it is not there.
func drivenBy(arrays map[string]npz.Array, name string) (data.Matrix, error) {
	a, ok := arrays[name]
	if !ok {
		return data.Matrix{}, nil
	}
	return a.Matrix()
}
