package rundir

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"path/filepath"
	"slices"

	"gonum.org/v1/gonum/mat"

	"facrnn/data"
	"facrnn/data/npz"
	"facrnn/graph"
	"facrnn/layers"
	"facrnn/train"
	"facrnn/train/evaluate"
	"facrnn/train/infer"
	"facrnn/train/internal/atomicfile"
	"facrnn/train/method"
)

// Stored is a fitted model as a run folder holds it: N neurons, K latents.
type Stored struct {
	Summary  Summary
	Channels []data.Channel // N
	Unit     string         // of the activity before it was scaled; "" where the recording did not say
	Known    method.TrainingContext
	Q        *mat.SymDense             // (K,K) noise of the latents; nil where they could not be filtered
	R        []float64                 // (N) noise of the activity; nil of counts
	RidgeB   *mat.Dense                // (K,N), of connectivity.npz; nil if it is missing
	Decoder  *evaluate.BehaviorDecoder // nil if the run has none; runs of older programs have none

	Dir      string
	Settings method.Config // config.toml

	path   string
	arrays map[string]npz.Array
}

// Load reads the model of a run folder. Errors are one line that names the file, what is wrong with it, and what to do.
func Load(dir string) (*Stored, error) {
	s := &Stored{Dir: dir, path: filepath.Join(dir, "model.npz")}
	var err error
	if s.arrays, err = npz.Load(s.path); errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%s: holds no fitted model (model.npz: %w): name a run folder", dir, fs.ErrNotExist)
	} else if err != nil {
		return nil, err // names the path
	}
	if err := s.checkVersion(); err != nil {
		return nil, fmt.Errorf("%s: %w", s.path, err)
	}
	if err := s.readSummary(filepath.Join(dir, "summary.json")); err != nil {
		return nil, err
	}
	for _, step := range []func() error{s.readChannels, s.readStructure, s.readKnown, s.readNoise, s.readDecoder} {
		if err := step(); err != nil {
			return nil, fmt.Errorf("%s: damaged (%w): bring back the file, or fit again", s.path, err)
		}
	}
	if err := s.readRidge(filepath.Join(dir, "connectivity.npz")); err != nil {
		return nil, err
	}
	s.Settings, err = method.ReadConfig(filepath.Join(dir, "config.toml"))
	return s, err
}

func (s *Stored) checkVersion() error {
	a, ok := s.arrays["format_version"]
	if !ok {
		return errors.New("not the model of a run (it has no format_version): name a run folder")
	}
	v, err := a.Ints()
	switch {
	case err != nil || len(v) != 1 || v[0] < 1:
		return errors.New("damaged (format_version is no version): bring back the file, or fit again")
	case v[0] > FormatVersion:
		return fmt.Errorf("written by a newer version of the program (format %d, this one reads up to %d): use that "+
			"one", v[0], FormatVersion)
	}
	return nil
}

func (s *Stored) readSummary(path string) error {
	text, err := atomicfile.Read(path)
	if err != nil {
		return &Unfinished{Summary: path, Err: cause(err)}
	}
	if err := json.Unmarshal(text, &s.Summary); err != nil {
		return fmt.Errorf("%s: damaged (%w): bring back the file, or fit again", path, err)
	}
	if s.Known.Bins = s.Summary.Data.Train; s.Known.Bins < 2 {
		return fmt.Errorf("%s: damaged (%d training bins): bring back the file, or fit again", path, s.Known.Bins)
	}
	return nil
}

func (s *Stored) readChannels() error {
	names, err := part(s, "units", npz.Array.Strings, -1)
	if err != nil {
		return err
	}
	regions, err := part(s, "regions", npz.Array.Strings, len(names))
	if err != nil {
		return err
	}
	for n, name := range names {
		s.Channels = append(s.Channels, data.Channel{Name: name, Region: regions[n]})
	}
	s.Unit, err = s.word("unit")
	return err
}

func (s *Stored) readKnown() (err error) {
	k, N := &s.Known, len(s.Channels)
	kind, err := s.word("scale")
	if err != nil {
		return err
	}
	switch k.Scaling.Kind = data.ScaleKind(kind); k.Scaling.Kind {
	case data.ScaleNone, data.ScaleMax, data.ScaleZScore, data.ScaleSqrt:
	default:
		return fmt.Errorf("array scale: there is no scale %q", kind)
	}
	if k.Scaling.Offset, err = part(s, "scale_offset", npz.Array.Float64s, N); err != nil {
		return err
	}
	if k.Scaling.Factor, err = part(s, "scale_factor", npz.Array.Float64s, N); err != nil {
		return err
	}
	for n, f := range k.Scaling.Factor {
		if f <= 0 || !finite(f) || !finite(k.Scaling.Offset[n]) {
			return fmt.Errorf("the scale of unit %s is no number above 0", s.Channels[n].Name)
		}
	}
	if _, k.Complete = s.arrays["history_mean"]; k.Complete {
		return s.readMore()
	}
	return nil
}

// readMore reads what older programs did not write.
func (s *Stored) readMore() error {
	k, N := &s.Known, len(s.Channels)
	var wrong [5]error
	var link string
	var silent, unobserved []int
	k.HistoryMeans, wrong[0] = part(s, "history_mean", npz.Array.Float64s, N)
	silent, wrong[1] = part(s, "silent", npz.Array.Ints, N)
	unobserved, wrong[2] = part(s, "unobserved", npz.Array.Ints, N)
	k.Input, wrong[3] = s.word("input")
	link, wrong[4] = s.word("link")
	for _, err := range wrong {
		if err != nil {
			return err
		}
	}
	k.Link = layers.Activation(link)
	_, k.Apart = s.arrays["apart"]
	if err := s.readDrive(); err != nil {
		return err
	}
	for n := range N {
		if silent[n] != 0 {
			if k.Silent == nil {
				k.Silent = make([]bool, N)
			}
			k.Silent[n] = true
		}
		if unobserved[n] != 0 {
			k.HistoryMeans[n] = math.NaN()
		}
	}
	return nil
}

// readDrive reads what the model knows of a drive, if it has one.
func (s *Stored) readDrive() (err error) {
	k := &s.Known
	_, leavesOut := s.arrays["E"]
	if v, _ := s.arrays["format_version"].Ints(); v[0] > 1 && !leavesOut { // Version 2 exists for E.
		return errors.New("array E is missing")
	}
	if _, ok := s.arrays["drive_names"]; !ok {
		return nil
	}
	if k.Drive, err = part(s, "drive_names", npz.Array.Strings, -1); err != nil {
		return err
	}
	if k.Driven.Offset, err = part(s, "drive_offset", npz.Array.Float64s, len(k.Drive)); err != nil {
		return err
	}
	if k.Driven.Factor, err = part(s, "drive_factor", npz.Array.Float64s, len(k.Drive)); err != nil {
		return err
	}
	for p, name := range k.Drive {
		if f := k.Driven.Factor[p]; !(f > 0) || !finite(f) || !finite(k.Driven.Offset[p]) {
			return fmt.Errorf("the scale of the drive %s is no number", name)
		}
	}
	if !leavesOut {
		return nil
	}
	N, P := len(s.Channels), len(k.Drive)
	e, err := s.parameter("E", []int{N, P}, N*P)
	if err != nil {
		return err
	}
	for i, v := range transpose(e, N, P) {
		v = float64(float32(v * k.Driven.Factor[i/N]))
		if !finite(v) {
			return errors.New("array E holds values that are not finite, as the drive is scaled")
		}
		k.LeftOut = append(k.LeftOut, float32(v))
	}
	return nil
}

func finite(v float64) bool { return !math.IsNaN(v) && !math.IsInf(v, 0) }

func (s *Stored) readNoise() error {
	if _, ok := s.arrays["Q"]; !ok {
		return nil
	}
	a := s.arrays["Q"]
	q, err := a.Float64s()
	if err != nil || len(a.Shape) != 2 || a.Shape[0] != a.Shape[1] || a.Shape[0] < 1 ||
		slices.ContainsFunc(q, func(v float64) bool { return !finite(v) }) {
		return errors.New("array Q: no covariance")
	}
	K := a.Shape[0]
	s.Q = mat.NewSymDense(K, nil)
	for i := range K {
		for j := i; j < K; j++ {
			s.Q.SetSym(i, j, q[i*K+j])
		}
	}
	if _, ok := s.arrays["R"]; !ok {
		return nil
	}
	s.R, err = part(s, "R", npz.Array.Float64s, len(s.Channels))
	if err == nil && slices.ContainsFunc(s.R, func(v float64) bool { return !(v > 0) }) {
		err = errors.New("array R: no variances")
	}
	return err
}

// readDecoder reads the decoder of behaviour, if the run has it.
func (s *Stored) readDecoder() (err error) {
	a, ok := s.arrays["behavior_map"]
	if !ok {
		return nil
	}
	d := &evaluate.BehaviorDecoder{}
	if d.Names, err = part(s, "behavior_names", npz.Array.Strings, -1); err != nil {
		return err
	}
	if d.Unit, err = s.word("behavior_unit"); err != nil {
		return err
	}
	bins, err := part(s, "behavior_bins", npz.Array.Ints, 1)
	if err != nil {
		return err
	}
	if d.Bins = bins[0]; d.Bins < 1 {
		return fmt.Errorf("array behavior_bins is %d", d.Bins)
	}
	D := len(d.Names)
	if len(a.Shape) != 3 || a.Shape[0] < 1 || a.Shape[1] < 1 || D < 1 || a.Shape[2] != D {
		return fmt.Errorf("array behavior_map is of shape %v, for %d columns of behaviour", a.Shape, D)
	}
	n, K := a.Shape[0], a.Shape[1]
	weights, err := part(s, "behavior_map", npz.Array.Float64s, n*K*D)
	if err != nil {
		return err
	}
	intercepts, err := part(s, "behavior_intercept", npz.Array.Float64s, n*D)
	if err != nil {
		return err
	}
	if slices.ContainsFunc(slices.Concat(weights, intercepts), func(v float64) bool { return !finite(v) }) {
		return errors.New("the decoder of behaviour holds values that are not finite")
	}
	for i := range n {
		d.Maps = append(d.Maps, mat.NewDense(K, D, weights[i*K*D:][:K*D]))
		d.Intercepts = append(d.Intercepts, intercepts[i*D:][:D])
	}
	s.Decoder = d
	return nil
}

// readRidge reads B by ridge regression, if the run has it.
func (s *Stored) readRidge(path string) error {
	arrays, err := npz.Load(path, "B_ridge")
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err // names the path
	}
	a, ok := arrays["B_ridge"]
	if !ok {
		return nil
	}
	b, err := a.Matrix()
	if err != nil || b.Cols != len(s.Channels) {
		return fmt.Errorf("%s: damaged (array B_ridge is of shape %v): bring back the file, or fit again", path,
			a.Shape)
	}
	s.RidgeB = evaluate.Dense(b)
	return nil
}

// part reads an array of this length, or of any length if it is below 0.
func part[E any](s *Stored, name string, convert func(npz.Array) ([]E, error), length int) ([]E, error) {
	a, ok := s.arrays[name]
	if !ok {
		return nil, fmt.Errorf("array %s is missing", name)
	}
	v, err := convert(a)
	if err != nil {
		return nil, fmt.Errorf("array %s: %w", name, err)
	}
	if length >= 0 && len(v) != length {
		return nil, fmt.Errorf("array %s has %d values, want %d", name, len(v), length)
	}
	return v, nil
}

// word reads a text.
func (s *Stored) word(name string) (string, error) {
	v, err := part(s, name, npz.Array.Strings, 1)
	if err != nil {
		return "", err
	}
	return v[0], nil
}

// Result returns the model for the bins of a recording, which is scaled and has the channels of the model. Its
// parameters are the parameters of the run, to the last bit; it has no other result of training.
func (s *Stored) Result(c graph.Config, rec *data.Recording) (*train.Result, error) {
	r, err := train.FromParams(c, rec, train.Options{})
	if err != nil {
		return nil, err
	}
	err = fill(s, r.Model)
	if K := c.Structure.Latents(); err == nil && s.RidgeB != nil && s.RidgeB.RawMatrix().Rows != K {
		err = fmt.Errorf("B_ridge of connectivity.npz is of %d latents, not %d", s.RidgeB.RawMatrix().Rows, K)
	}
	if d := s.Decoder; err == nil && d != nil && (d.Maps[0].RawMatrix().Rows != c.Structure.Latents() ||
		len(d.Maps) != 1+len(c.Structure.Groups())) {
		err = fmt.Errorf("array behavior_map is of %d latents and %d groups", d.Maps[0].RawMatrix().Rows, len(d.Maps)-1)
	}
	if err != nil {
		return nil, fmt.Errorf("%s: not the model of this run's config.toml (%w): bring back the files, or fit again",
			s.path, err)
	}
	return r, nil
}

// Filter returns the filter of a model of this run, with the noise that the run found; nil if it found none.
func (s *Stored) Filter(m *graph.Model[float32]) (infer.Filter, error) {
	if s.Q == nil {
		return nil, nil
	}
	if K := m.Config.Structure.Latents(); s.Q.SymmetricDim() != K ||
		(s.R == nil) != (m.Config.Observation().Param() == "") {
		return nil, fmt.Errorf("%s: damaged (the noise Q, R does not fit its model): bring back the file, or fit "+
			"again", s.path)
	}
	return infer.NewFilter(m, s.Q, s.R)
}

// fill writes the parameters.
func fill(s *Stored, m *graph.Model[float32]) error {
	var params []train.Array
	for _, p := range m.Params() {
		name, transposed := m.Config.Stored(p.Name)
		shape := slices.Clone(p.Shape)
		if transposed {
			slices.Reverse(shape)
		}
		v, err := s.parameter(name, shape, len(p.Data))
		if err != nil {
			return err
		}
		if transposed {
			v = transpose(v, shape[0], shape[1])
		}
		params = append(params, train.Array{Name: p.Name, Shape: p.Shape, Data: v[:len(p.Data)]})
	}
	return m.Set(ofScaled(m.Config, params, s.Known.Driven))
}

// parameter returns the array of that name and shape, for a parameter of that many values.
func (s *Stored) parameter(name string, shape []int, values int) ([]float64, error) {
	a, ok := s.arrays[name]
	if !ok {
		return nil, fmt.Errorf("array %s is missing", name)
	}
	if name == "log_std_z" && values == 1 && len(a.Shape) == 1 && a.Shape[0] > 0 { // One value for all latents.
		shape = a.Shape
	}
	v, err := part(s, name, npz.Array.Float64s, -1)
	if err != nil {
		return nil, err
	}
	if !slices.Equal(a.Shape, shape) {
		return nil, fmt.Errorf("array %s is of shape %v, the parameter of %v", name, a.Shape, shape)
	}
	if slices.ContainsFunc(v, func(x float64) bool { return !finite(x) }) {
		return nil, fmt.Errorf("array %s holds values that are not finite", name)
	}
	return v, nil
}
