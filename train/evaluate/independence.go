package evaluate

import (
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/stat"

	"facrnn/data"
	"facrnn/layers"
	"facrnn/train/internal/regress"
)

// shifts is the number of circular shifts, so the smallest possible p-value is 1/201.
const shifts = 200

// CircularShiftNull returns the circular-shift control of [Dependence]: its values after the groups' time courses
// were shifted against one another. The bins must be in order of time. It returns nil if the structure has no
// factorizations.
func CircularShiftNull(s layers.Structure, trained int, mu, logs data.Matrix, rows []int) []float64 {
	var all []Promise
	for i, shifted := range shiftedEach(s, trained, mu, logs, rows) {
		all = append(all, Promise{Weight: s.Factorizations()[i].Weight, Shifted: shifted})
	}
	return SumOfShifts(all)
}

// shiftedEach returns the circular-shift control of every factorization of a structure, without weights.
func shiftedEach(s layers.Structure, trained int, mu, logs data.Matrix, rows []int) (each [][]float64) {
	x, std := posteriors(trained, mu, logs, rows)
	random := rand.New(rand.NewPCG(0, 1))
	bins := x.RawMatrix().Rows
	count := max(1, min(noiseSamples, maxPairs*maxPairs/(bins*bins))) // fewer samples of many bins, to bound the cost
	eps := Noise(random, count, bins, mu.Cols)
	for _, f := range s.Factorizations() {
		each = append(each, ShiftedPartialCorrelations(x, std, f.Parts, shifts, random, eps...))
	}
	return each
}

// Dependence estimates the weighted partial correlation of a structure's factorizations in the bins rows, in nats. It
// takes 10 samples per bin. bins is the number of bins that the model was trained on. mu is (T,K), and logs holds ln
// s, (1,K) or (T,K).
//
// Each posterior gets a minimal width: the paper's bandwidth, bins^(-1/(K+4)), times the latent's standard deviation
// if that is below 1. Without it, narrow posteriors would not overlap, and the estimate would be large for any
// latents.
func Dependence(s layers.Structure, bins int, mu, logs data.Matrix, rows []int) float64 {
	sum := 0.0
	for i, v := range dependenceEach(s, bins, mu, logs, rows) {
		sum += s.Factorizations()[i].Weight * v
	}
	return sum
}

// maxPairs is the largest number of bins in the reported partial correlation, because its cost grows with their
// square. From more bins, an evenly spaced subset is taken.
const maxPairs = 1000

// noiseSamples is the number of samples per bin in the partial correlation.
const noiseSamples = 10

// posteriors returns the means (n,K) and standard deviations, (1,K) or (n,K), of the posteriors for the estimate.
func posteriors(bins int, mu, logs data.Matrix, rows []int) (x, std *mat.Dense) {
	rows = regress.Subsample(rows, maxPairs)
	x, std = Rows(Dense(mu), rows), Dense(logs)
	if logs.Rows > 1 {
		std = Rows(std, rows)
	}
	bandwidth, least := math.Pow(float64(bins), -1/float64(mu.Cols+4)), make([]float64, mu.Cols)
	for k := range least {
		least[k] = bandwidth * min(1, stat.StdDev(mat.Col(nil, k, x), nil))
	}
	std.Apply(func(_, k int, l float64) float64 { return max(math.Exp(l), least[k]) }, std)
	return x, std
}

// dependenceEach returns the partial correlation of every factorization of a structure, without weights.
func dependenceEach(s layers.Structure, bins int, mu, logs data.Matrix, rows []int) (each []float64) {
	x, std := posteriors(bins, mu, logs, rows)
	n, K := x.Dims()
	eps := Noise(rand.New(rand.NewPCG(0, 0)), noiseSamples, n, K)
	for _, f := range s.Factorizations() {
		each = append(each, PartialCorrelation(x, std, f.Parts, eps...))
	}
	return each
}

// Promise says whether one factorization of a structure holds: whether its parts, which the structure promises to be
// independent, are. Partial correlations are in nats, without the weight of the factorization.
type Promise struct {
	Name      string
	Weight    float64
	Partial   float64   // the partial correlation between the parts
	Shifted   []float64 // its circular-shift control
	Dependent bool      // see ExceedsNull
}

// Promises returns the partial correlation of each factorization of a structure, with its control. The arguments are
// the same as for [Dependence]. The weighted sums over the promises equal Dependence and [CircularShiftNull].
func Promises(s layers.Structure, bins int, mu, logs data.Matrix, rows []int) (all []Promise) {
	partial, shifted := dependenceEach(s, bins, mu, logs, rows), shiftedEach(s, bins, mu, logs, rows)
	for i, f := range s.Factorizations() {
		all = append(all, Promise{f.Name, f.Weight, partial[i], shifted[i], ExceedsNull(partial[i], shifted[i])})
	}
	return all
}

// SumOfShifts returns the circular-shift control of the whole structure from the controls of its factorizations. It
// returns nil if there are none.
func SumOfShifts(all []Promise) (sum []float64) {
	for _, p := range all {
		if sum == nil {
			sum = make([]float64, len(p.Shifted))
		}
		for i, v := range p.Shifted {
			sum[i] += p.Weight * v
		}
	}
	return sum
}
