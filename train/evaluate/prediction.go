package evaluate

import (
	"errors"
	"math"

	"facrnn/data"
	"facrnn/graph"
	"facrnn/losses"
	"facrnn/train/internal/regress"
)

// Prediction is how well the activity of some bins is predicted, decoding from the posterior mean.
type Prediction struct {
	// LogLikelihood is the mean over bins of sum_n ln p( x_n | xhat_n ) by the model's observation, in nats a bin.
	LogLikelihood float64
	// R2 is that of the activity, as [R2] takes it.
	R2 float64
	// BitsPerSpike is that of counts, as [BitsPerSpike] takes it; 0 for other activity.
	BitsPerSpike float64
}

// Predict measures the prediction of the bins rows, over the channels that the model is trained on (all but
// graph.Config.Silent). Values that are missing are skipped: a channel's figures are of the bins in which it was
// observed, as the mean over those stands for all, so that recordings with and without gaps compare. It keeps sums
// only, whatever the number of bins.
func Predict(m *graph.Model[float32], s *graph.Samples[float32], rows []int) (Prediction, error) {
	return predict(m, s, rows, noiseless)
}

// PredictWithout is [Predict] where some latents do not vary: in every bin they have their mean over the bins rows.
// What R2 loses by that is what they alone explain, whatever the decoder is; where latents depend on one another, or
// the decoder is not linear, losses do not add up to R2. mu (T,K) and logs, (1,K) or (T,K), are those of [Encode].
func PredictWithout(
	m *graph.Model[float32], s *graph.Samples[float32], rows []int, mu, logs data.Matrix, latents []int,
) (Prediction, error) {
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

// varianceBins is how many bins, evenly spaced, VarianceExplained looks at: each goes through the model once for every
// group.
const varianceBins = 4000

// VarianceExplained returns what each group of latents explains of the activity in the bins rows: the R2 that
// [PredictWithout] loses when the group's latents do not vary. It also returns the bins that it looked at, which are
// evenly spaced if there are many.
func VarianceExplained(
	m *graph.Model[float32], s *graph.Samples[float32], rows []int, mu, logs data.Matrix, groups Groups,
) ([]float64, []int, error) {
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

func predict(
	m *graph.Model[float32], s *graph.Samples[float32], rows []int, draw func(t, k int) float64,
) (Prediction, error) {
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

// scores are running sums over bins, of every channel.
type scores struct {
	observation losses.Observation
	deviations  []deviation
	tallies     []losses.Tally
	spikes      []spikes // of counts
}

// newScores makes empty sums for channels whose noise has the parameters params (N).
func newScores(o losses.Observation, params []float64) *scores {
	s := &scores{observation: o, deviations: make([]deviation, len(params)), spikes: make([]spikes, len(params))}
	for _, p := range params {
		s.tallies = append(s.tallies, o.NewTally(p))
	}
	return s
}

// add adds a bin of channel j with activity x, which may be missing, and prediction y.
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

// prediction is made of the channels that anything was added to.
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
