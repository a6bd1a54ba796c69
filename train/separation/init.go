package separation

import (
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"

	"facrnn/data"
	"facrnn/graph"
	"facrnn/layers"
	"facrnn/losses"
	"facrnn/train"
	"facrnn/train/infer"
	"facrnn/train/internal/regress"
)

// Init holds starting parameters for a model with one matrix A and groups that share no latents. They are found from
// activity only: separated components in groups of the structure's sizes. Each latent has the scale that minimizes
// the loss for the posterior's standard deviation.
type Init struct {
	Arrays    []train.Array // At, B, b, c, with measured inputs Dt, and except for counts log_std_x
	Discovery *Discovery
	// Interleaved is true if single bins are held out among the training bins. The activity of the held-out bins is
	// then used too, because components are separated by their changes in time. Otherwise only the training bins are
	// used.
	Interleaved bool
	Warnings    []string   // of the pretrained model
	Completed   Imputation // how missing values were completed
}

// InitFromActivity finds a start for a linear decoder and Gaussian noise, or for counts, without random numbers.
// Counts are transformed by Anscombe's 2 sqrt(x + 3/8), whose noise has a variance of about 1 at any rate. A and b
// then get the same slopes at the neurons' mean rates.
func InitFromActivity(c graph.Config, rec *data.Recording, split data.Split) (*Init, error) {
	if !layers.Disjoint(c.Structure) {
		return nil, fmt.Errorf("the groups of %s share latents, but each component belongs to one group;"+
			" start from random parameters", c.Structure)
	}
	if err := c.CheckRecording(rec); err != nil {
		return nil, err
	}
	l, err := loadInitData(c, rec, split)
	if err != nil {
		return nil, err
	}
	link, counts := countsLink(c)
	if counts {
		anscombe(l.x)
	}
	var drive *mat.Dense
	if c.Drive > 0 {
		if drive, err = regressOut(l.x, l.u, l.h, l.places); err != nil {
			return nil, err
		}
	}
	found, err := Discover(l.x, grouped(c.Structure, l.starts))
	if err != nil {
		return nil, err
	}
	o := StartOptions{}
	if l.interleaved {
		o.Rows = l.places
	}
	s, err := found.Start(l.h, o)
	if err != nil {
		return nil, err
	}
	place(s, c.Structure)
	std, err := posteriorStd(c)
	if err != nil {
		return nil, err
	}
	balanceLatents(s, information(s), l.h, std)
	if counts {
		throughLink(s, drive, link)
	}
	start := startOf(c, s, drive, found)
	start.Interleaved, start.Completed = l.interleaved, l.completed
	return start, nil
}

// grouped returns options for components in groups of the structure's sizes.
func grouped(s layers.Structure, starts []int) Options {
	o := Options{Starts: starts, Apart: layers.Apart(s), Refits: -1}
	for _, g := range s.Groups() {
		o.Sizes = append(o.Sizes, len(g.Latents))
	}
	return o
}

// columnsOf returns the latent (K) that each component becomes. Components are in the order of groups, but a
// structure may name its latents in any order.
func columnsOf(s layers.Structure) []int {
	var columns []int
	for _, g := range s.Groups() {
		columns = append(columns, g.Latents...)
	}
	return columns
}

// place moves the components of a start to the columns that a structure's groups name.
func place(s *Start, structure layers.Structure) {
	columns := columnsOf(structure)
	if slices.IsSorted(columns) {
		return
	}
	a, b, c := mat.DenseCopyOf(s.A), mat.DenseCopyOf(s.B), slices.Clone(s.C)
	for from, to := range columns {
		s.A.SetCol(to, mat.Col(nil, from, a))
		s.B.SetRow(to, b.RawRowView(from))
		s.C[to] = c[from]
	}
}

// initData holds the n bins of a recording that components are found in. The bins in places are training bins.
type initData struct {
	x, h        *mat.Dense // (n,N) complete activity minus the offset, and its history
	u           *mat.Dense // (n,P) measured input; nil without input
	places      []int
	starts      []int // of stretches of time
	interleaved bool  // see Init
	completed   Imputation
}

// loadInitData reads the data, with the history that a model has at the start of training.
func loadInitData(c graph.Config, rec *data.Recording, split data.Split) (*initData, error) {
	rows, interleaved := initRows(rec, split)
	rows, completed := complete(rec, rows)
	l := &initData{places: indicesIn(rows, split.Train), starts: stretchesOf(rec, rows),
		interleaved: interleaved, completed: completed}
	if len(rows)*c.Neurons > infer.MaxEntries/2 { // do not compute the history of all bins of a large recording
		rec = subset(rec, rows, l.starts)
		for i := range rows {
			rows[i] = i
		}
	}
	m, err := graph.New[float32](c, train.NewRandom(0, train.StreamStart))
	if err != nil {
		return nil, err
	}
	samples := graph.NewSamples[float32](c, rec)
	x, h, err := samples.RegressionData(m)
	if err != nil {
		return nil, err
	}
	l.x, l.h = regress.Rows(x, c.Neurons, rows), regress.Rows(h, c.Neurons, rows)
	regress.FillMeans(l.x)
	if c.Drive > 0 {
		l.u = regress.Rows(samples.Drive(), c.Drive, rows)
	}
	return l, nil
}

// information returns the information (K) that a bin's activity has about each latent: |a_k|^2 in units of the noise.
func information(s *Start) []float64 {
	out := make([]float64, len(s.C))
	for k := range out {
		for n, l := range s.LogStd {
			a := s.A.At(n, k) * math.Exp(-l)
			out[k] += a * a
		}
	}
	return out
}

// countsLink returns the link of the decoder, and whether the model is a linear model of counts.
func countsLink(c graph.Config) (link layers.Activation, counts bool) {
	return layers.LinkOf(c.Decoder), c.LinearDecoder() && c.Observation().Counts()
}

// anscombe transforms counts, in place, so that their noise has the same variance at any rate (Anscombe 1948).
func anscombe(x *mat.Dense) {
	x.Apply(func(_, _ int, v float64) float64 { return 2 * math.Sqrt(v+0.375) }, x)
}

// throughLink converts a start for Anscombe's y = 2 sqrt(x + 3/8) to a start for counts x with rates f(A z + b + D
// u). f(b) is the rate of mean y. f' A and, with a drive, f' D get the slopes of y.
func throughLink(s *Start, drive *mat.Dense, link layers.Activation) {
	N, K := s.A.Dims()
	for n := range N {
		y := s.Bias[n]
		rate := max(y*y/4-0.375, 1e-3)
		s.Bias[n] = inverse(link, rate)
		_, slope := link.At(s.Bias[n])
		for k := range K {
			s.A.Set(n, k, s.A.At(n, k)*math.Sqrt(rate+0.375)/slope)
		}
		if drive != nil {
			floats.Scale(math.Sqrt(rate+0.375)/slope, drive.RawRowView(n))
		}
	}
}

// inverse returns u with f(u) = y, for the links of rates.
func inverse(link layers.Activation, y float64) float64 {
	if link == layers.Exp {
		return math.Log(y)
	}
	return y + math.Log(-math.Expm1(-y)) // softplus
}

// startOf converts a start, with the matrix D of the inputs or nil, to parameters of a model. Only Gaussian models
// get its noise.
func startOf(c graph.Config, s *Start, drive *mat.Dense, found *Discovery) *Init {
	w := graph.Matrices{A: s.A, B: s.B, Bias: s.Bias, C: s.C, D: drive}
	if c.Observation() == losses.Observation(losses.Gaussian{}) {
		w.Noise = s.LogStd
	}
	return &Init{Arrays: c.Arrays(w), Discovery: found}
}

// DiscoverRecording finds the groups of a recording with K latents; 0 means an unknown number. It uses the same bins
// as InitFromActivity, and the default model: linear with white noise. It treats counts and missing values as
// InitFromActivity does.
func DiscoverRecording(rec *data.Recording, split data.Split, K int, counts bool) (*Discovery, Imputation, error) {
	rows, _ := initRows(rec, split)
	rows, completed := complete(rec, rows)
	x := regress.Rows(rec.Activity.Data, rec.Activity.Cols, rows)
	if !rec.Input.Empty() {
		x.Sub(x, regress.Rows(rec.Input.Data, rec.Input.Cols, rows))
	}
	regress.FillMeans(x)
	if counts {
		anscombe(x)
	}
	if !rec.Drive.Empty() {
		if _, err := regressOut(x, regress.Rows(rec.Drive.Data, rec.Drive.Cols, rows), nil,
			indicesIn(rows, split.Train)); err != nil {
			return nil, completed, err
		}
	}
	found, err := Discover(x, Options{Starts: stretchesOf(rec, rows), K: K})
	return found, completed, err
}

// initRows returns the training bins. If single bins are held out among them, it returns all bins. From a large
// recording it takes ten stretches.
func initRows(rec *data.Recording, split data.Split) (rows []int, interleaved bool) {
	follows := 0
	for i := 1; i < len(split.Train); i++ {
		if split.Train[i] == split.Train[i-1]+1 {
			follows++
		}
	}
	rows = slices.Clone(split.Train)
	if interleaved = 2*follows < len(rows); interleaved {
		rows = make([]int, rec.Bins())
		for t := range rows {
			rows[t] = t
		}
	}
	const pieces = 10
	if most := max(pieces*200, infer.MaxEntries/rec.Activity.Cols); len(rows) > most {
		var some []int
		for p := range pieces {
			at := p * (len(rows) - most/pieces) / (pieces - 1)
			some = append(some, rows[at:at+most/pieces]...)
		}
		rows = some
	}
	return rows, interleaved
}

// subset returns some rows of a recording, in stretches that start at starts.
func subset(rec *data.Recording, rows, starts []int) *data.Recording {
	take := func(m data.Matrix) data.Matrix {
		if m.Empty() {
			return m
		}
		out := data.NewMatrix(len(rows), m.Cols)
		for i, t := range rows {
			copy(out.Row(i), m.Row(t))
		}
		return out
	}
	return &data.Recording{Activity: take(rec.Activity), Input: take(rec.Input),
		Drive: take(rec.Drive), SegmentStarts: starts}
}

// stretchesOf returns the indices in rows at which a new stretch of time starts.
func stretchesOf(rec *data.Recording, rows []int) []int {
	begins := map[int]bool{}
	for _, t := range rec.SegmentStarts {
		begins[t] = true
	}
	starts := []int{0}
	for i := 1; i < len(rows); i++ {
		if rows[i] != rows[i-1]+1 || begins[rows[i]] {
			starts = append(starts, i)
		}
	}
	return starts
}

// indicesIn returns the indices in rows of the values in some. Both are ascending.
func indicesIn(rows, some []int) []int {
	in := map[int]bool{}
	for _, t := range some {
		in[t] = true
	}
	var places []int
	for i, t := range rows {
		if in[t] {
			places = append(places, i)
		}
	}
	return places
}

// posteriorStd returns s (K) at the start of training, which is the same in every bin for every kind of latent std.
func posteriorStd(c graph.Config) ([]float64, error) {
	m, err := graph.New[float32](c, train.NewRandom(0, train.StreamStart))
	if err != nil {
		return nil, err
	}
	p, err := m.Program(1, false)
	if err != nil {
		return nil, err
	}
	if err := p.Run(); err != nil {
		return nil, err
	}
	var s []float64
	for _, l := range p.LogStdZ() {
		s = append(s, math.Exp(float64(l)))
	}
	return s, nil
}

// balanceLatents scales every latent to the best size for reconstruction and KL together, without other changes of A
// and B. It divides mu_k and multiplies a_k by the f that minimizes s^2 |a_k|^2 f^2 + mean mu_k^2 / f^2. |a_k|^2, in
// units of the noise, is the information (K) that a bin's activity has about the latent.
func balanceLatents(s *Start, information []float64, h *mat.Dense, std []float64) {
	N, _ := s.A.Dims()
	var mu mat.Dense
	mu.Mul(h, s.B.T())
	bins, _ := mu.Dims()
	for k, loading := range information {
		power := 0.0
		for t := range bins {
			m := mu.At(t, k) + s.C[k]
			power += m * m / float64(bins)
		}
		al := math.Pow(std[k]*std[k]*loading/power, 0.25)
		if !(al > 0) || math.IsInf(al, 0) {
			continue
		}
		for n := range N {
			s.A.Set(n, k, s.A.At(n, k)/al)
			s.B.Set(k, n, s.B.At(k, n)*al)
		}
		s.C[k] *= al
	}
}
