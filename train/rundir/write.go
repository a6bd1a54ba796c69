package rundir

import (
	"maps"
	"time"

	"facrnn/data"
	"facrnn/data/npz"
	"facrnn/graph"
	"facrnn/train"
	"facrnn/train/evaluate"
	"facrnn/train/method"
)

// Write writes the folder of a fit: all files of a run but its log, its report and its figures. The program evaluate
// reads the folder.
func Write(dir string, fit *method.Fitted) error {
	f, err := Create(dir, fit.Plan)
	if err != nil {
		return err
	}
	defer f.Close()
	if err := f.WriteFit(fit, fit.Spec.Clock()); err != nil {
		return err
	}
	return f.WriteSummary(Summarize(fit))
}

// Create makes the folder of a plan's run with its config.toml, and refuses one that holds a run already. The caller
// closes it.
func Create(dir string, plan *method.Plan) (*Folder, error) {
	text, err := plan.Settings().TOML()
	if err != nil {
		return nil, err
	}
	return create(dir, text, plan.Recording.Source)
}

// WriteFit writes all files of a fit but config.toml, the figures and summary.json, which is the last. now is the time
// that NWB asks for.
func (f *Folder) WriteFit(fit *method.Fitted, now time.Time) error {
	m := fit.Result.Model
	arrays, err := fitArrays(fit)
	if err != nil {
		return err
	}
	m.Release()
	w, groups := connectivity(m)
	if err := f.writeArrays("model.npz", arrays); err != nil {
		return err
	}
	if err := f.WriteLatents(fit); err != nil {
		return err
	}
	if arrays := connectivityArrays(m, w, groups, fit.Ridge); len(arrays) > 0 {
		if err := f.writeArrays("connectivity.npz", arrays); err != nil {
			return err
		}
	}
	if err := writeNWB(f, fit, groups, arrays, now); err != nil {
		return err
	}
	return f.writeMetrics(m.Config, fit.Result.Rows)
}

// WriteLatents writes latents.npz, the one file of arrays that an evaluation has.
func (f *Folder) WriteLatents(fit *method.Fitted) error {
	return f.writeArrays("latents.npz", latentArrays(fit.Mu, fit.LogS, fit.Filtered, fit.Recording, fit.Split))
}

// fitArrays returns the arrays of model.npz.
func fitArrays(fit *method.Fitted) (map[string]npz.Array, error) {
	m := fit.Result.Model
	arrays := modelArrays(m.Config, inUnits(m.Config, train.Params(m), fit.Driven), fit.Recording, fit.Scaling)
	more, err := derived(m, fit.LogS)
	if err != nil {
		return nil, err
	}
	maps.Copy(arrays, more)
	maps.Copy(arrays, contextArrays(fit.Context(m.Config)))
	maps.Copy(arrays, decoderArrays(fit.Decoder))
	if K := m.Config.Structure.Latents(); len(fit.Q) > 0 {
		arrays["Q"] = npz.Array{Shape: []int{K, K}, Data: fit.Q}
		if fit.R != nil {
			arrays["R"] = npz.Vector(fit.R)
		}
	}
	return arrays, nil
}

// derived returns the arrays of model.npz that are computed from parameters: the history kernel, and ln s if it is the
// same in every bin.
func derived(m *graph.Model[float32], logs data.Matrix) (map[string]npz.Array, error) {
	p, err := m.Program(2, false)
	if err != nil {
		return nil, err
	}
	clear(p.Lagged)
	if err := p.Run(); err != nil { // the kernel is a node; any minibatch will do
		return nil, err
	}
	out := map[string]npz.Array{"kernel": npz.Vector(p.Kernel())}
	if logs.Rows == 1 {
		out["log_std_z"] = npz.Vector(evaluate.Dense(logs).RawRowView(0))
	}
	return out, nil
}
