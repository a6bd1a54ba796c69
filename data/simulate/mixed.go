package simulate

import (
	"fmt"
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"

	"facrnn/data"
)

// MixedOptions describes neurons that encode dynamical systems.
type MixedOptions struct {
	Neurons int     // N, at least as many as latents; 0: 20
	Bins    int     // T; 0: 2000
	Scale   float64 // the length of every column of A; 0: 1
	Noise   float64 // standard deviation of the noise on every neuron; 0: 0.1
}

// Mixed simulates neurons that encode independent systems, each a group of latents, with orthogonal loadings:
//
//	x(t) = A z(t) + noise,  A'A = scale^2 I
//
// The ground truth's B and C predict z from a history of one bin: the ridge regression of z(t) on tanh(x(t-1)). It
// fails if there are fewer neurons than latents.
func Mixed(systems []System, o MixedOptions, random *rand.Rand) (*data.Recording, *Truth, error) {
	if o.Neurons == 0 {
		o.Neurons = 20
	}
	if o.Bins == 0 {
		o.Bins = 2000
	}
	if o.Scale == 0 {
		o.Scale = 1
	}
	if o.Noise == 0 {
		o.Noise = 0.1
	}
	if o.Bins < 2 || len(systems) == 0 || o.Noise < 0 {
		return nil, nil, fmt.Errorf("simulating %d systems: %+v: give at least one system and two bins, and no "+
			"option below 0", len(systems), o)
	}
	var groups []*mat.Dense
	for _, system := range systems {
		groups = append(groups, system(o.Bins, random))
	}
	scale := func(int) float64 { return o.Scale }
	m, err := newMixture(groups, o.Neurons, scale, random)
	if err != nil {
		return nil, nil, err
	}
	noise := mat.NewDense(o.Bins, o.Neurons, normals(o.Bins*o.Neurons, o.Noise, random))
	return m.record(noise, data.Matrix{})
}

// LorenzThomas simulates the synthetic recording of the paper (arXiv 2511.13899), as in its authors' file: N = 20
// neurons encode two groups of latents, K = 6, for T = 2000 bins,
//
//	x(t) = A z(t) + Bias + noise of standard deviation 0.1
//
// Group one is the Lorenz system from (1, 1, 1). Group two is the Thomas system without damping from (0.1, 1, 1). Both
// have a step of 0.1, and each latent is standardised. Only A, the bias and the noise depend on random. The columns of
// A are orthogonal, with lengths about as in the file: the Thomas system has smaller loadings than the Lorenz system,
// and its third latent has the smallest. The known input is a twentieth of the noise, as in the file. The ground
// truth's B is computed as in [Mixed], also as in the file.
func LorenzThomas(random *rand.Rand) (*data.Recording, *Truth, error) {
	const neurons, bins, step, noiseStd, known = 20, 2000, 0.1, 0.1, 0.05
	lengths := []float64{1.6, 1.5, 1.3, 0.75, 0.7, 0.4}
	m, err := newMixture([]*mat.Dense{
		standardized(flow{rate: lorenz, step: step, substeps: 1}.solve([]float64{1, 1, 1}, 0, bins)),
		standardized(flow{rate: thomas(0), step: step, substeps: 1}.solve([]float64{0.1, 1, 1}, 0, bins)),
	}, neurons, func(k int) float64 { return lengths[k] }, random)
	if err != nil {
		return nil, nil, err
	}
	copy(m.bias, normals(neurons, 1, random))
	noise := mat.NewDense(bins, neurons, normals(bins*neurons, noiseStd, random))
	input := data.NewMatrix(bins, neurons)
	for i, v := range noise.RawMatrix().Data {
		input.Data[i] = float32(known * v)
	}
	return m.record(noise, input)
}

// mixture holds latents and the loadings of neurons on them, in double precision.
type mixture struct {
	z, a  *mat.Dense // (T,K), (N,K)
	bias  []float64
	sizes []int
}

// newMixture draws orthogonal loadings, the Q of a normal random matrix, with column lengths scale(k).
func newMixture(groups []*mat.Dense, neurons int, scale func(k int) float64, random *rand.Rand) (*mixture, error) {
	bins, _ := groups[0].Dims()
	m := &mixture{bias: make([]float64, neurons)}
	k := 0
	for _, g := range groups {
		_, n := g.Dims()
		m.sizes = append(m.sizes, n)
		k += n
	}
	if neurons < k {
		return nil, fmt.Errorf("simulating %d latents of systems: %d neurons are too few: give more", k, neurons)
	}
	m.z = mat.NewDense(bins, k, nil)
	at := 0
	for i, g := range groups {
		m.z.Slice(0, bins, at, at+m.sizes[i]).(*mat.Dense).Copy(g)
		at += m.sizes[i]
	}
	var qr mat.QR
	var q mat.Dense
	qr.Factorize(mat.NewDense(neurons, k, normals(neurons*k, 1, random)))
	qr.QTo(&q)
	m.a = mat.NewDense(neurons, k, nil)
	m.a.Apply(func(i, j int, _ float64) float64 { return scale(j) * q.At(i, j) }, m.a)
	return m, nil
}

// record adds the noise (T,N) to A z + Bias.
func (m *mixture) record(noise *mat.Dense, input data.Matrix) (*data.Recording, *Truth, error) {
	x := m.drive()
	x.Add(x, noise)
	return m.recording(x, input)
}

// drive returns A z + Bias (T,N).
func (m *mixture) drive() *mat.Dense {
	var x mat.Dense
	x.Mul(m.z, m.a.T())
	bins, _ := x.Dims()
	for t := range bins {
		floats.Add(x.RawRowView(t), m.bias)
	}
	return &x
}

// recording returns a recording of activity x (T,N) and its ground truth with B. There are no trials.
func (m *mixture) recording(x *mat.Dense, input data.Matrix) (*data.Recording, *Truth, error) {
	bins, neurons := x.Dims()
	k := m.z.RawMatrix().Cols
	r := &data.Recording{
		Source:   data.Source{Path: "simulated", Series: "activity"},
		Activity: data.NewMatrix(bins, neurons), Channels: make([]data.Channel, neurons),
		Time: make([]float64, bins), Trial: make([]int, bins), SegmentStarts: []int{0}, BinWidth: 1,
		Input: input,
	}
	if !input.Empty() {
		r.InputName = "input"
	}
	for n := range r.Channels {
		r.Channels[n].Name = fmt.Sprintf("n%02d", n)
	}
	for t := range bins {
		r.Time[t] = float64(t)
	}
	copyTo(r.Activity.Data, x.RawMatrix().Data)
	truth := &Truth{Z: data.NewMatrix(bins, k), A: data.NewMatrix(neurons, k), B: data.NewMatrix(k, neurons),
		C:    make([]float32, k),
		Bias: make([]float32, neurons), Groups: m.sizes}
	copyTo(truth.Z.Data, m.z.RawMatrix().Data)
	copyTo(truth.A.Data, m.a.RawMatrix().Data)
	copyTo(truth.Bias, m.bias)
	if err := encoder(x, m.z, truth); err != nil {
		return nil, nil, err
	}
	return r, truth, nil
}

// encoder computes B and C of the ground truth by ridge regression, with penalty 3, of z(t) on tanh(x(t-1)). It uses
// least squares with one extra row per neuron for sqrt(3) B = 0, and a column for C.
func encoder(x, z *mat.Dense, truth *Truth) error {
	const penalty = 3
	bins, n := x.Dims()
	_, k := z.Dims()
	design, target := mat.NewDense(bins+n, n+1, nil), mat.NewDense(bins+n, k, nil)
	for t := range bins {
		if t > 0 {
			for i, v := range x.RawRowView(t - 1) {
				design.Set(t, i, math.Tanh(v))
			}
		}
		design.Set(t, n, 1)
		target.SetRow(t, z.RawRowView(t))
	}
	for i := range n {
		design.Set(bins+i, i, math.Sqrt(penalty))
	}
	var w mat.Dense
	if err := w.Solve(design, target); err != nil {
		return fmt.Errorf("simulating systems: the regression of the latents on the history: %w: check that the "+
			"noise and the systems are finite", err)
	}
	for j := range k {
		for i := range n {
			truth.B.Row(j)[i] = float32(w.At(i, j))
		}
		truth.C[j] = float32(w.At(n, j))
	}
	return nil
}
