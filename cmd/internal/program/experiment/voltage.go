package experiment

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"

	"facrnn/data"
	"facrnn/data/simulate"
	"facrnn/layers"
	"facrnn/train/evaluate"
	"facrnn/train/method"
)

// voltage is the paper's experiment on voltage imaging of mouse cortex during an air puff (section 5.3), on simulated
// recordings because the paper's is not public. One group of latents should hold the 50 Hz oscillation that the puff
// evokes, and the sub-connectivity of that group should show the pathways between regions.
type voltage struct {
	shared `set:"seeds=5"`

	Methods []string `help:"Methods to compare." placeholder:"NAMES" default:"lrrnn,lrrnn-ica,lint,facrnn,components"`
	Recipe  string   `help:"Settings of facrnn: best or paper. Other methods have their own settings." default:"best" enum:"best,paper" placeholder:"NAME"`
	Side    int      `help:"Pixels along one side of the image." default:"30" placeholder:"N"`
	Epochs  int      `help:"Passes over the training bins, for fits with the paper's settings." default:"100" placeholder:"N"`
}

type voltageCell struct{ Method, Recipe, Split string }

// The band of the puff's oscillation, in Hz.
const puffLow, puffHigh = 48, 52

func (e *voltage) experiment(_ context.Context, s session) (runnable, error) {
	if err := checkMethods(e.Methods, "facrnn", "lrrnn", "lrrnn-ica", "lint", "components"); err != nil {
		return nil, err
	}
	if e.Side < 16 || e.Side > 100 {
		return nil, fmt.Errorf("--side is %d: give 16 to 100", e.Side)
	}
	var cells []voltageCell
	for _, m := range e.Methods {
		cells = append(cells, voltageCell{m, recipeOf(m, e.Recipe), "trials"})
	}
	m := e.model(s)
	return experiment[voltageCell]{
		title: "Voltage imaging during an air puff, simulated",
		intro: []string{voltageIntro},
		note: "Only these measures use the ground truth. The top group adds most power at 48 to 52 Hz to the " +
			"activity after the puff. A region_rank of 5 is perfect.",
		settings: map[string]string{"side": fmt.Sprint(e.Side), "epochs": fmt.Sprint(e.Epochs)},
		columns: "method seed band_share_top_group subconnectivity_corr region_rank seconds recipe split region_corr " +
			"group_r2 group_r2_filtered oscillation_r2",
		shown: "band_share_top_group subconnectivity_corr region_rank region_corr group_r2 group_r2_filtered " +
			"oscillation_r2 seconds",
		cells: cells,
		check: m.check, measure: m.measure, figures: e.pictures,
	}, nil
}

func (e *voltage) model(s session) model[voltageCell, *simulate.VoltageTruth] {
	return model[voltageCell, *simulate.VoltageTruth]{
		now: s.now,
		simulate: func(_ context.Context, _ voltageCell, seed uint64) (*data.Recording, *simulate.VoltageTruth, error) {
			return simulate.Voltage(simulate.VoltageOptions{Side: e.Side, Seed: seed})
		},
		settings: func(s *method.Text, c voltageCell, _ uint64, truth *simulate.VoltageTruth) {
			s.Groups, s.Method, s.Recipe, s.Split = layers.Partition(truth.Groups).String(), c.Method, c.Recipe, c.Split
			s.Scale, s.Padding = string(data.ScaleNone), string(layers.PadZero)
			if s.Recipe == "paper" { // with a rate that lrRNN needs to get anywhere in so few epochs
				s.Epochs, s.Restarts, s.LR, s.Schedule = &e.Epochs, new(1), new(1e-2), "cosine"
			}
		},
		specs: []spec[*simulate.VoltageTruth]{{measures: []measure[*simulate.VoltageTruth]{
			{"band_share_top_group subconnectivity_corr region_rank region_corr", topGroup},
			{"group_r2 oscillation_r2", voltageLatents},
			{"group_r2_filtered", voltageFiltered},
		}}},
	}
}

// topGroup finds the group that adds most of the band's power to the activity after the puff. It compares the
// connectivity of the group with the true one on held-out trials, and stores the arrays of the figures.
func topGroup(f *fit, truth *simulate.VoltageTruth) ([]float64, error) {
	rec, groups, latents := f.plan.Recording, evaluate.Sizes(truth.Groups...), f.heldOut(f.mu)
	puffs := puffRows(rec, truth, f.plan.Split.Test)
	if len(puffs) == 0 {
		return nil, errors.New("no trial is held out")
	}
	a, b := evaluate.Weights(f.Result.Model)
	band := evaluate.Band{Low: puffLow, High: puffHigh, BinWidth: rec.BinWidth}
	white, err := band.Whitened(latents, groups, puffs)
	if err != nil {
		return nil, err
	}
	decoded, err := band.Decoded(latents, a, groups, puffs)
	if err != nil {
		return nil, err
	}
	k := &cortical{share: white.EvokedShare(), top: floats.MaxIdx(decoded.After), pixels: truth.Pixels,
		side: truth.Side}
	for _, c := range rec.Channels {
		k.channel = append(k.channel, c.Region)
	}
	w, planted := evaluate.SubConnectivities(a, b, groups)[k.top], evaluate.Dense(truth.SubConnectivity(0))
	regional, err := evaluate.CompareRegions(w, planted, k.channel, truth.Pathways...)
	if err != nil {
		return nil, err
	}
	k.regions, k.sums, k.planted = regional.Estimate.Names, regional.Estimate.Sum, regional.Truth.Sum
	for _, p := range truth.Pathways {
		k.pathways = append(k.pathways, p[0], p[1])
	}
	k.loading = evaluate.RowNorms(evaluate.Columns(a, groups[k.top]))
	k.plantedLoading = evaluate.RowNorms(evaluate.Columns(evaluate.Dense(truth.A), groups[0]))
	f.artifact = k
	corr := evaluate.Connectivity(planted, w).Correlation
	windows := evaluate.Windows{BinWidth: rec.BinWidth, Window: 50, Padded: 200} // as the band has it
	return []float64{floats.Max(k.share), corr, float64(regional.WorstRank), regional.Correlation},
		k.spectra(windows, latents, groups, puffs)
}

// voltageLatents returns how well the true latents are explained, and how well the top group explains the true
// oscillation.
func voltageLatents(f *fit, truth *simulate.VoltageTruth) ([]float64, error) {
	groups := evaluate.Sizes(truth.Groups...)
	got, err := evaluate.LatentR2(f.heldOut(truth.Z), f.heldOut(f.mu), groups, groups)
	if err != nil {
		return nil, err
	}
	return []float64{got.R2, got.Matrix.At(0, f.artifact.(*cortical).top)}, nil
}

func voltageFiltered(f *fit, truth *simulate.VoltageTruth) ([]float64, error) {
	groups := evaluate.Sizes(truth.Groups...)
	got, err := evaluate.LatentR2(f.heldOut(truth.Z), f.heldOut(f.Filtered), groups, groups)
	return []float64{got.R2}, err
}

// puffRows returns the puffs among the held-out bins, as rows of these.
func puffRows(rec *data.Recording, truth *simulate.VoltageTruth, test []int) (puffs []int) {
	for _, start := range rec.SegmentStarts {
		if i, ok := slices.BinarySearch(test, start+truth.Puff); ok {
			puffs = append(puffs, i)
		}
	}
	return puffs
}

// cortical holds the arrays that the figures of a fit need.
type cortical struct {
	share                   []float64  // G, each group's part of the band's power that the puff adds
	frequency               []float64  // F, in Hz
	before, after           *mat.Dense // (G,F), the power of each group's whitened latents before and after the puff
	top                     int        // the group whose sub-connectivity is compared
	regions                 []string   // R
	sums, planted           *mat.Dense // (R,R), its sub-connectivity between regions, and the true one
	pathways                []string   // to and from of each true pathway in turn
	loading, plantedLoading []float64  // N, the norm of their rows of A
	pixels                  []int      // N, of the image
	channel                 []string   // N, the region of each channel
	side                    int        // of the image
}

func (c *cortical) fields() []field {
	return []field{
		{"share", &c.share}, {"frequency", &c.frequency}, {"before", &c.before}, {"after", &c.after},
		{"regions", &c.regions},
		{"sums", &c.sums}, {"planted_sums", &c.planted}, {"pathways", &c.pathways}, {"loading", &c.loading},
		{"planted_loading", &c.plantedLoading}, {"channel_region", &c.channel}, {"pixels", &c.pixels},
		{"top", &c.top}, {"side", &c.side},
	}
}

func (c *cortical) consistent() bool {
	is := func(m *mat.Dense, rows, cols int) bool {
		r, c := m.Dims()
		return r == rows && c == cols
	}
	G, F, R, N := len(c.share), len(c.frequency), len(c.regions), len(c.pixels)
	return is(c.before, G, F) && is(c.after, G, F) && is(c.sums, R, R) && is(c.planted, R, R) &&
		len(c.loading) == N && len(c.plantedLoading) == N && len(c.channel) == N && c.side > 0
}

// spectra fills in the power of each group's whitened latents in the windows that end before the puffs, and in those
// that begin there.
func (c *cortical) spectra(w evaluate.Windows, latents *mat.Dense, groups evaluate.Groups, puffs []int) error {
	before := make([]int, len(puffs))
	for i, puff := range puffs {
		before[i] = puff - w.Window
	}
	for to, firsts := range map[**mat.Dense][]int{&c.before: before, &c.after: puffs} {
		s, err := w.Whitened(latents, groups, firsts)
		if err != nil {
			return err
		}
		c.frequency = s.Frequency
		*to = mat.NewDense(len(groups), len(s.Frequency), slices.Concat(s.Power...))
	}
	return nil
}
