package evaluate

import (
	"errors"
	"math"

	"facrnn/data"
	"facrnn/graph"
	"facrnn/losses"
	"facrnn/train/internal/regress"
)

// Prediction says how well the activity of some bins is predicted, decoding from the posterior mean.
type Prediction struct {
	// LogLikelihood is the mean over bins of sum_n ln p( x_n | xhat_n ) under the model's observation model, in nats
	// per bin.
	LogLikelihood float64
	// R2 is the R2 of the activity, see [R2].
	R2 float64
	// BitsPerSpike is defined for counts, see [BitsPerSpike]; it is 0 for other activity.
	BitsPerSpike float64
}

// Predict measures the prediction of the bins rows, over the channels that the model is trained on (all except
// graph.Config.Silent). Missing values are skipped. The numbers of a channel are means over the bins in which it was
// observed, so that recordings with and without gaps compare. It keeps only sums, so its memory does not grow with
// the number of bins.
func Predict(m *graph.Model[float32], s *graph.Samples[float32], rows []int) (Prediction, error) {
	return predict(m, s, rows, noiseless)
}

// PredictWithout computes [Predict] with some latents held constant at their mean over the bins rows. The loss of R2
// is the variance that only these latents explain, with any decoder. The losses of all groups do not add up to R2 if
// latents depend on one another or the decoder is not linear. mu (T,K) and logs, (1,K) or (T,K), come from [Encode].
func PredictWithout(m *graph.Model[float32], s *graph.Samples[float32], rows []int, mu, logs data.Matrix,
	latents []int) (Prediction, error) {
	mean, held := make([]float64, mu.Cols), make([]bool, mu.Cols)
	for _, k := range latents {
		held[k] = true
		for _, t := range rows {
			mean[k] += float64(mu.Row(t)[k]) / float64(len(rows))
		}
	}
	return predict(m, s, rows, func(t, k int) float64 {
		if !held[k] {
			return 0
		}
		return (mean[k] - float64(mu.Row(t)[k])) / math.Exp(float64(logs.Row(min(t, logs.Rows-1))[k]))
	})
}

// varianceBins is the largest number of bins for [VarianceExplained], because each bin passes through the model once
// per group.
const varianceBins = 4000

// VarianceExplained returns the variance of the activity in the bins rows that each group of latents explains. This
// is the loss of R2 in [PredictWithout] for the group's latents. It also returns the bins that it used, which are
// evenly spaced if rows holds more than 4000.
func VarianceExplained(m *graph.Model[float32], s *graph.Samples[float32], rows []int, mu, logs data.Matrix,
	groups Groups) ([]float64, []int, error) {
	rows = regress.Subsample(rows, varianceBins)
	whole, err := Predict(m, s, rows)
	if err != nil {
		return nil, nil, err
	}
	var explained []float64
	for _, latents := range groups {
		without, err := PredictWithout(m, s, rows, mu, logs, latents)
		if err != nil {
			return nil, nil, err
		}
		explained = append(explained, whole.R2-without.R2)
	}
	return explained, rows, nil
}

func predict(m *graph.Model[float32], s *graph.Samples[float32], rows []int,
	draw func(t, k int) float64) (Prediction, error) {
	observation, N := m.Config.Observation(), m.Config.Neurons
	if observation == nil {
		return Prediction{}, errors.New("the model has no observation model, so its predictions have no likelihood")
	}
	params := make([]float64, N)
	if noise := m.Param(observation.Param()); noise != nil {
		params = data.Float64s(noise.Data)
	}
	scores := newScores(observation, params)
	err := forward(m, s, rows, draw, func(p *graph.Program[float32], rows []int) {
		y := p.Prediction()
		for i := range rows {
			for j := range N {
				if silent := m.Config.Silent; silent == nil || !silent[j] {
					scores.add(j, float64(p.X[i*N+j]), float64(y[i*N+j]))
				}
			}
		}
	})
	if err != nil || len(rows) == 0 {
		return Prediction{}, err
	}
	return scores.prediction(), nil
}

// scores holds running sums over bins for every channel.
type scores struct {
	observation losses.Observation
	deviations  []deviation
	tallies     []losses.Tally
	spikes      []spikes // only for counts
}

// newScores returns empty sums for channels whose noise has the parameters params (N).
func newScores(o losses.Observation, params []float64) *scores {
	s := &scores{observation: o, deviations: make([]deviation, len(params)), spikes: make([]spikes, len(params))}
	for _, p := range params {
		s.tallies = append(s.tallies, o.NewTally(p))
	}
	return s
}

// add adds one bin of channel j with activity x and prediction y. It skips a missing x.
func (s *scores) add(j int, x, y float64) {
	if x != x {
		return
	}
	s.deviations[j].add(x, y)
	s.tallies[j].Add(x, y)
	if s.observation.Counts() {
		s.spikes[j].add(x, y)
	}
}

// prediction returns the scores of all channels that have at least one value.
func (s *scores) prediction() Prediction {
	out := Prediction{R2: explained(s.deviations)}
	for j, d := range s.deviations {
		if d.n > 0 {
			out.LogLikelihood += s.tallies[j].Mean()
		}
	}
	if s.observation.Counts() {
		out.BitsPerSpike = bitsPerSpike(s.spikes)
	}
	return out
}
