package content_test

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"gonum.org/v1/gonum/mat"

	"facrnn/data"
	"facrnn/data/simulate"
	"facrnn/graph"
	"facrnn/layers"
	"facrnn/train"
	"facrnn/train/evaluate"
	"facrnn/train/method"
	"facrnn/train/report/content"
	"facrnn/train/rundir"
)

// reaching returns a short fit of simulated reaching to four targets, as the run folder has it. It has two groups of
// two latents, and a fifth of the trials is held out.
func reaching(t *testing.T, change func(*data.Recording, *graph.Config)) content.Fit {
	t.Helper()
	rec, truth, err := simulate.Reaching(simulate.ReachingOptions{Neurons: 10, Side: 2, Repeats: 5, Bins: 12, Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	for i := range rec.Channels {
		rec.Channels[i].Region = []string{"PMd", "M1", ""}[i%3]
	}
	split, err := data.NewSplit(rec, data.SplitOptions{}, rand.New(rand.NewPCG(1, 2)))
	if err != nil {
		t.Fatal(err)
	}
	c := graph.Config{Neurons: 10, Bins: len(split.Train), Structure: layers.Partition{2, 2},
		Terms: graph.Objective(1, 0)}
	if change != nil {
		change(rec, &c)
	}
	fit := fitted(t, rec, split, c)
	planted := evaluate.GroundTruth{Z: evaluate.Rows(evaluate.Dense(truth.Z), split.Test), A: evaluate.Dense(truth.A),
		B: evaluate.Dense(truth.B), Groups: evaluate.Sizes(truth.Groups...)}
	found := evaluate.Estimate{Mu: evaluate.Rows(evaluate.Dense(fit.Mu), split.Test), Groups: evaluate.Sizes(2, 2)}
	found.Filtered = found.Mu
	found.A, found.B = evaluate.Weights(fit.Model)
	recovery, err := evaluate.Recover(planted, found)
	if err != nil {
		t.Fatal(err)
	}
	fit.Truth = &content.Truth{Planted: planted, Found: found, Recovery: recovery, Rows: split.Test}
	return fit
}

func fitted(t *testing.T, rec *data.Recording, split data.Split, c graph.Config) content.Fit {
	t.Helper()
	res, err := train.Fit(context.Background(), c, rec, split, train.Options{Epochs: 30, Restarts: 3, Rate: 1e-2},
		time.Now)
	if err != nil {
		t.Fatal(err)
	}
	done := &method.Fitted{
		Plan: &method.Plan{
			Recording: rec, Split: split, Warnings: []string{"careful"},
			Spec: method.Spec{Method: method.FacRNN{}, Training: train.Options{Seed: 7}},
		},
		Result: res,
	}
	if err := done.Evaluate(nil); err != nil {
		t.Fatal(err)
	}
	return content.Fit{
		Program: "facrnn train", Model: res.Model, Samples: res.Samples, Recording: rec, Split: split,
		Summary: rundir.Summarize(done), Mu: done.Mu, Logs: done.LogS, Filtered: done.Mu,
		Shifted: done.Shifted, Decoder: done.Decoder, DecodeErr: done.DecodeErr, Histories: res.Histories,
		Command: "train", Config: "seed = 7", Made: time.Unix(0, 0).UTC(),
	}
}

func pageOf(t *testing.T, fit content.Fit) *content.Page {
	t.Helper()
	p, err := content.New(fit)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func near(t *testing.T, what string, got, want, tolerance float64) {
	t.Helper()
	if !(math.Abs(got-want) <= tolerance) {
		t.Errorf("%s is %.9g, want %.9g", what, got, want)
	}
}

// decoded returns a JSON text as plain values.
func decoded(t *testing.T, v any) (out map[string]any) {
	t.Helper()
	text, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, &out); err != nil {
		t.Fatal(err)
	}
	return out
}

// TestPageSaysWhatSummarySays checks that the page has all numbers of summary.json and no others, digit for digit. It
// also has the facts and the warnings, and a sentence for each number.
func TestPageSaysWhatSummarySays(t *testing.T) {
	fit := reaching(t, nil)
	fit.Summary.Train["odd_term"] = rundir.Number(math.NaN())
	summary, p := decoded(t, fit.Summary), decoded(t, pageOf(t, fit))
	seen := map[string]int{}
	for _, f := range p["metrics"].([]any) {
		figure := f.(map[string]any)
		key := figure["key"].(string)
		for _, of := range []string{"train", "test"} {
			want, ok := summary[of].(map[string]any)[key]
			if figure[of] != want {
				t.Errorf("%s of %s is %v, in summary.json %v", key, of, figure[of], want)
			}
			if ok {
				seen[of]++
			}
		}
		if means := figure["means"].(string); !strings.HasSuffix(means, ".") || figure["name"] == "" {
			t.Errorf("%s is said to mean %q", key, means)
		}
	}
	for _, of := range []string{"train", "test"} {
		if seen[of] != len(summary[of].(map[string]any)) {
			t.Errorf("%d figures of %s, in summary.json %d", seen[of], of, len(summary[of].(map[string]any)))
		}
	}
	facts := map[string]string{}
	for _, f := range p["facts"].([]any) {
		facts[f.(map[string]any)["name"].(string)] = f.(map[string]any)["value"].(string)
	}
	about := summary["data"].(map[string]any)
	for name, want := range map[string]any{
		"bins": about["bins"], "channels": about["units"], "trials": about["trials"], "recording": about["path"],
		"method": summary["method"], "seed": summary["seed"], "epochs": summary["epochs"],
		"restarts": len(summary["restarts"].([]any)), "latents in each group": "2, 2",
		"bin width": fmt.Sprint(about["bin_width"], " s"), "version": "unversioned build",
	} {
		if facts[name] != fmt.Sprint(want) {
			t.Errorf("the fact %s is %q, want %v", name, facts[name], want)
		}
	}
	if !slices.Equal(p["warnings"].([]any), []any{"careful"}) &&
		len(p["warnings"].([]any)) != len(summary["warnings"].([]any)) {
		t.Errorf("warnings %v", p["warnings"])
	}
	r := p["reproduction"].(map[string]any)
	if r["command"] != "train" || r["config"] != "seed = 7" || r["sha256"] != about["sha256"] || r["seed"] != 7.0 ||
		p["made"] != "1970-01-01T00:00:00Z" {
		t.Errorf("reproduction %v, made %v", r, p["made"])
	}
}

// TestPageWithoutFolder checks that the page does not say in which folder of whose machine the recording lay, and says
// how the command changes.
func TestPageWithoutFolder(t *testing.T) {
	fit := reaching(t, nil)
	folder := t.TempDir()
	fit.Summary.Data.Path = filepath.Join(folder, "reach.npz")
	p := pageOf(t, fit)
	text, err := json.Marshal(p)
	if err != nil {
		t.Fatal(err)
	}
	if r := p.Reproduction; strings.Contains(string(text), folder) || r.Data != "reach.npz" || r.Note == "" {
		t.Errorf("the page is of %q with the note %q, want reach.npz without its folder and a note", r.Data, r.Note)
	}
	fit.Summary.Data.Path = filepath.Join("recordings", "reach.npz")
	if r := pageOf(t, fit).Reproduction; r.Data != fit.Summary.Data.Path || r.Note != "" {
		t.Errorf("the page is of %q with the note %q, want the relative path and no note", r.Data, r.Note)
	}
}

// TestAllParts checks that the page of a complete recording has all parts, each with its right size.
func TestAllParts(t *testing.T) {
	fit := reaching(t, nil)
	fit.Recording.ConditionName, fit.Recording.EventName, fit.Recording.Condition = "target", "go cue", nil
	for i := range fit.Recording.Trials {
		fit.Recording.Condition = append(fit.Recording.Condition, fmt.Sprint(i%4))
	}
	p := pageOf(t, fit)
	if len(p.Missing) != 0 {
		t.Errorf("missing: %v", p.Missing)
	}
	if k := p.Latents.Kinds; len(k) != 2 || len(k[0].Groups) != 2 || len(k[0].Groups[0].Traces) != 4 ||
		len(k[0].Groups[0].Tracks) != 4+20 {
		t.Errorf("%d kinds of latents", len(k))
	}
	if c := p.Connectivity; c.N != 10 || c.K != 4 || len(c.A) != 40 || len(c.Orders) != 3 || c.Region == nil ||
		len(c.Region.Groups) != 2 {
		t.Errorf("connectivity of %d channels, %d orders", p.Connectivity.N, len(p.Connectivity.Orders))
	}
	if i := p.Independence; len(i.Null) != len(fit.Shifted) || len(i.Dependence) != 16 ||
		float64(i.Partial) != float64(fit.Summary.Test["partial_correlation"]) {
		t.Errorf("independence %+v", i)
	}
	if b := p.Behavior; len(b.R2) != 1+2+1 || len(b.Panels) != 1+1+2 {
		t.Errorf("behaviour: %d rows, %d panels", len(b.R2), len(b.Panels))
	}
	if r := p.Recovery; len(r.Groups) != 2 || len(r.Metrics) != 6 || r.Groups[0].N != 10 || len(r.Groups[0].W) != 100 {
		t.Errorf("recovery: %+v", r)
	}
	for _, o := range p.Connectivity.Orders {
		if sorted := slices.Sorted(slices.Values(o.Permutation)); !slices.Equal(sorted,
			[]int{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}) {
			t.Errorf("the order %s is no permutation: %v", o.Name, o.Permutation)
		}
	}
	order, clusters := p.Connectivity.Orders[1], p.Connectivity.Orders[2].Permutation
	var want []int                                                       // within regions, in the order of the clusters
	for _, region := range [][]int{{1, 4, 7}, {0, 3, 6, 9}, {2, 5, 8}} { // M1, PMd, none
		want = append(want, slices.DeleteFunc(slices.Clone(clusters),
			func(c int) bool { return !slices.Contains(region, c) })...)
	}
	if order.Name != "by region" || !slices.Equal(order.Permutation, want) || !slices.Equal(order.Edges, []int{3, 7}) {
		t.Errorf("%s: %v with edges %v, not %v", order.Name, order.Permutation, order.Edges, want)
	}
}

// TestWhatIsMissingIsSaid checks that the page gives the reason for each missing part, and has the other parts. The
// cases lack W, behaviour, a bin width, a ground truth, or epochs.
func TestWhatIsMissingIsSaid(t *testing.T) {
	fit := reaching(t, func(rec *data.Recording, c *graph.Config) {
		rec.Behavior, rec.BinWidth = data.Matrix{}, 0
		c.Encoder, c.Decoder = layers.MLPEncoder{Hidden: 4}, layers.MLPDecoder{Hidden: 4}
	})
	fit.Truth, fit.Histories = nil, nil
	p := pageOf(t, fit)
	for part, want := range map[string]string{"connectivity": "no W = A B", "behavior": "no behaviour",
		"spectra": "bin width is unknown", "recovery": "--truth", "training": "no epoch"} {
		if !strings.Contains(p.Missing[part], want) {
			t.Errorf("%s is missing since %q, want %q", part, p.Missing[part], want)
		}
	}
	if len(p.Missing) != 5 || p.Connectivity != nil || p.Behavior != nil || p.Spectra != nil || p.Recovery != nil ||
		p.Training != nil || p.Latents == nil || p.Independence == nil {
		t.Errorf("missing: %v", p.Missing)
	}
	if p.Latents.TimeName != "time from the trial's start (bins)" {
		t.Errorf("time is %q", p.Latents.TimeName)
	}
}

// TestMismatch checks that parts that do not fit together are an error that says which.
func TestMismatch(t *testing.T) {
	fit := reaching(t, nil)
	for want, change := range map[string]func(*content.Fit){
		"3 conditions for trials": func(f *content.Fit) { f.Recording.Condition = make([]string, 3) },
		"1 events for trials":     func(f *content.Fit) { f.Recording.Event = []float64{1} },
		"the filtered latents":    func(f *content.Fit) { f.Filtered = data.NewMatrix(3, 4) },
		"no bin":                  func(f *content.Fit) { f.Split = data.Split{} },
	} {
		f, rec := fit, *fit.Recording
		f.Recording = &rec
		change(&f)
		if _, err := content.New(f); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
}

// TestHandR2IsTheExperiments checks that the row of each axis by one group equals hand_r2_heldout of cmd/experiment
// reach: evaluate.HeldOutHandR2 of the encoded latents.
func TestHandR2IsTheExperiments(t *testing.T) {
	fit := reaching(t, nil)
	mu, velocity := evaluate.Dense(fit.Mu), evaluate.Dense(fit.Recording.Behavior)
	want, err := evaluate.HeldOutHandR2(mu, velocity, fit.Recording.Trial, fit.Split.Train, fit.Split.Test,
		evaluate.Sizes(2, 2))
	if err != nil {
		t.Fatal(err)
	}
	r2 := pageOf(t, fit).Behavior.R2
	if got := r2[len(r2)-1]; float64(got.Mean) != want.R2 || got.Name != "position, each axis by one group" {
		t.Errorf("%s has %v, the experiment %v", got.Name, got.Mean, want.R2)
	}
}

// TestBandShareIsTheExperiments checks the shares at 50 Hz of the power that events add. For the same events,
// cmd/experiment voltage takes band_share_top_group from them.
func TestBandShareIsTheExperiments(t *testing.T) {
	rec, truth, err := simulate.Voltage(simulate.VoltageOptions{Side: 16, Trials: 10, Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	split, err := data.NewSplit(rec, data.SplitOptions{Kind: data.SplitTrials}, rand.New(rand.NewPCG(1, 2)))
	if err != nil {
		t.Fatal(err)
	}
	c := graph.Config{Neurons: rec.Activity.Cols, Bins: len(split.Train), Structure: layers.Partition(truth.Groups),
		Terms: graph.Objective(1, 0)}
	fit := fitted(t, rec, split, c)
	fit.Mu = truth.Z // of which the shares are plain
	rec.EventName, rec.Event = "puff", nil
	var puffs []int
	for _, start := range rec.SegmentStarts {
		rec.Event = append(rec.Event, rec.Time[start+truth.Puff])
		if i, ok := slices.BinarySearch(split.Test, start+truth.Puff); ok {
			puffs = append(puffs, i)
		}
	}
	band := evaluate.Band{Low: 48, High: 52, BinWidth: rec.BinWidth}
	white, err := band.Whitened(some{truth.Z, split.Test}.dense(), evaluate.Sizes(truth.Groups...), puffs)
	if err != nil {
		t.Fatal(err)
	}
	s := pageOf(t, fit).Spectra
	for name, want := range map[string][]float64{"encoded, added by puff": white.EvokedShare(),
		"encoded, after puff": evaluate.Shares(white.After)} {
		i := slices.IndexFunc(s.Kinds, func(k content.SpectrumKind) bool { return k.Name == name })
		b := slices.IndexFunc(s.Kinds[i].Bands, func(b content.Band) bool { return b.Name == "50 Hz" })
		for g, got := range s.Kinds[i].Bands[b].Shares {
			near(t, fmt.Sprintf("%s: the share of group %d", name, g), float64(got), want[g], 1e-12)
		}
		if !(want[0] >= 0.8) {
			t.Errorf("%s: the planted group has %.2f, which is no test", name, want[0])
		}
	}
}

// some are some rows of a matrix.
type some struct {
	m    data.Matrix
	rows []int
}

func (r some) dense() *mat.Dense { return evaluate.Rows(evaluate.Dense(r.m), r.rows) }

// TestVarianceAndDependence checks that a group that the decoder ignores explains nothing, and that the other group
// explains everything. A latent and its square depend on one another.
func TestVarianceAndDependence(t *testing.T) {
	fit := reaching(t, nil)
	at, _ := fit.Model.Recurrence() // (K,N)
	clear(at.Data[2*10:])
	for i := range fit.Mu.Rows {
		z := fit.Mu.Row(i)
		z[3] = z[2] * z[2]
	}
	fit.Filtered = data.Matrix{}
	p := pageOf(t, fit)
	whole, err := evaluate.Predict(fit.Model, fit.Samples, fit.Split.Test)
	if err != nil {
		t.Fatal(err)
	}
	none, err := evaluate.PredictWithout(fit.Model, fit.Samples, fit.Split.Test, fit.Mu, fit.Logs, []int{0, 1})
	if err != nil {
		t.Fatal(err)
	}
	near(t, "what group 2 explains", float64(p.Groups[1].VarianceExplained), 0, 1e-9)
	near(t, "what group 1 explains", float64(p.Groups[0].VarianceExplained), whole.R2-none.R2, 1e-12)
	if v := p.Groups[0].VarianceExplained; !(v > 0.02) {
		t.Errorf("group 1 explains %g, which is no test", v)
	}
	d := func(i, j int) float32 { return p.Independence.Dependence[4*i+j] }
	if !(d(2, 3) >= 0.3) || d(3, 2) != d(2, 3) || d(0, 0) != 1 {
		t.Errorf("dependence %v", p.Independence.Dependence)
	}
}
