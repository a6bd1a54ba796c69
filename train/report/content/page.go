package content

import (
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"math"

	"facrnn/train/internal/jsonnum"
	"facrnn/train/rundir"
)

// Page holds the contents of a report. There are N channels, K latents in G groups, and T bins. The page leaves out a
// part that is nil. In its place it shows the reason, Missing[part's JSON name], if there is one.
type Page struct {
	Title        string            `json:"title"`   // the recording's name
	Program      string            `json:"program"` // "facrnn train" or "facrnn evaluate", with its version
	Made         string            `json:"made"`    // when, as RFC 3339; empty during training
	Running      bool              `json:"running"` // the run is not complete
	Warnings     []string          `json:"warnings"`
	Verdicts     []Verdict         `json:"verdicts"`        // the answers to the first questions of a reader
	Notes        []string          `json:"notes,omitempty"` // what was chosen from the recording, and what was left out
	Facts        []Fact            `json:"facts"`           // the recording, its shape, the groups, the method, ...
	Metrics      []Metric          `json:"metrics"`         // the numbers of summary.json and their meanings
	Groups       []Group           `json:"groups"`          // G
	Training     *Training         `json:"training"`
	Latents      *Latents          `json:"latents"`
	Connectivity *Connectivity     `json:"connectivity"`
	Spectra      *Spectra          `json:"spectra"`
	Behavior     *Behavior         `json:"behavior"`
	Independence *Independence     `json:"independence"`
	Recovery     *Recovery         `json:"recovery"` // nil without a ground truth
	Reproduction Reproduction      `json:"reproduction"`
	Missing      map[string]string `json:"missing"`
}

// Verdict is the answer to one question, as summary.json has it.
type Verdict struct {
	Key      string `json:"key"`
	Question string `json:"question"`
	Status   string `json:"status"` // a value of evaluate.Status
	Sentence string `json:"sentence"`
}

// Fact is one line about the recording, the settings or the fit.
type Fact struct {
	Name  string `json:"name"`
	Value string `json:"value"`
	Note  string `json:"note,omitempty"` // small print
}

// Metric is a number of summary.json, for the training bins and for the held-out bins, with its meaning in a sentence.
type Metric struct {
	Key   string `json:"key"` // in summary.json
	Name  string `json:"name"`
	Unit  string `json:"unit,omitempty"`
	Train Number `json:"train"`
	Test  Number `json:"test"`
	Means string `json:"means"`
}

// Number is a number that may be missing.
type Number = jsonnum.Float

// Values are the numbers of a figure. JSON holds the base64 text of their little-endian bytes, which is half as long as
// digits. NaN stays NaN.
type Values []float32

// MarshalJSON implements json.Marshaler.
func (v Values) MarshalJSON() ([]byte, error) {
	b := make([]byte, 4*len(v))
	for i, x := range v {
		binary.LittleEndian.PutUint32(b[4*i:], math.Float32bits(x))
	}
	return json.Marshal(base64.StdEncoding.EncodeToString(b))
}

// UnmarshalJSON implements json.Unmarshaler. It returns an error for text that is not base64 or not a whole number of
// values.
func (v *Values) UnmarshalJSON(text []byte) error {
	var b []byte
	if err := json.Unmarshal(text, &b); err != nil {
		return fmt.Errorf("values of a picture: %w", err)
	}
	if len(b)%4 != 0 {
		return fmt.Errorf("values of a picture: %d bytes are not a multiple of 4 (float32)", len(b))
	}
	*v = make(Values, len(b)/4)
	for i := range *v {
		(*v)[i] = math.Float32frombits(binary.LittleEndian.Uint32(b[4*i:]))
	}
	return nil
}

// Group is one group of latents. Its place in the list decides its colour in every figure.
type Group struct {
	Name    string `json:"name"`
	Latents []int  `json:"latents"` // columns of the latents
	// VarianceExplained is the share of the activity's variance that the prediction loses without the group.
	// Independence.Variance names the bins.
	VarianceExplained Number `json:"variance_explained"`
	// What the group does, in a few words; empty if unknown.
	Decoded string `json:"decoded,omitempty"` // the column of the behaviour that is decoded best, and its R2
	Drive   string `json:"drive,omitempty"`   // the strongest drive between two regions
	Within  string `json:"within,omitempty"`  // the strongest drive within one
	Band    string `json:"band,omitempty"`    // the frequencies that have most of the power
}

// Training is the loss and its terms over epochs, for every restart.
type Training struct {
	Terms    []string  `json:"terms"` // "loss" first, then the terms without their weights, in nats a bin
	Restarts []Restart `json:"restarts"`
	Course   string    `json:"course,omitempty"` // of the loss of the main restart, in words
	Note     string    `json:"note,omitempty"`   // how epochs were thinned, if they were
}

// Restart is the training from one set of initial parameters.
type Restart struct {
	Name      string   `json:"name"`
	Chosen    bool     `json:"chosen"` // the one whose model was kept
	Epoch     Values   `json:"epoch"`
	Train     []Values `json:"train"` // of each term, at Epoch
	TestEpoch Values   `json:"test_epoch"`
	Test      []Values `json:"test"` // held out, of each term, at TestEpoch
	Beta      Values   `json:"beta"` // the weight of the partial correlation at Epoch, or empty
	Rate      Values   `json:"rate"` // the learning rate at Epoch
}

// Latents are the latents of each group, as trajectories and as traces. Kinds are the kinds of estimates.
type Latents struct {
	Kinds     []LatentKind `json:"-"`
	Condition string       `json:"condition,omitempty"` // the column that distinguishes trials; empty if none does
	TimeName  string       `json:"time_name"`           // such as "time from the trial's start (s)"
	Event     Number       `json:"event"`               // place of an event on that axis, such as 0; null if there is none
	EventName string       `json:"event_name,omitempty"`
	Note      string       `json:"note"` // how trials and bins were chosen and thinned
}

// LatentKind is "encoded" (latents from the past: the prior mean) or "filtered" (latents from past and present: the
// filtered posterior mean).
type LatentKind struct {
	Name   string         `json:"name"`
	Groups []GroupLatents `json:"groups"` // G
}

// GroupLatents are the latents of one group.
type GroupLatents struct {
	// Axes are the axes of the trajectories: "z1", "z2", "z3"; or "z1", "z2", "time (s)"; or principal axes.
	Axes   [3]string `json:"axes"`
	Tracks []Track   `json:"tracks"` // means over the trials of a condition, then single trials
	Names  []string  `json:"names"`  // of the group's latents, for the traces
	Traces []Trace   `json:"traces"` // one per condition; without trials, one of all time
}

// Track is a line through space or through a plane. Points has three or two coordinates per point.
type Track struct {
	Condition int    `json:"condition"` // index of the condition; 0 if there are none
	Name      string `json:"name"`
	Single    bool   `json:"single"` // one trial, to be drawn faint; else a mean
	Points    Values `json:"points"`
}

// Trace is the mean of each latent over the trials of a condition, and its spread.
type Trace struct {
	Condition int      `json:"condition"`
	Name      string   `json:"name"`
	Trials    int      `json:"trials"`
	Time      Values   `json:"time"`
	Mean      []Values `json:"mean"`      // of each latent of the group, at Time
	Deviation []Values `json:"deviation"` // standard deviation over trials; empty for one trial
}

// Connectivity is W = A B and every W_g = A_g B_g. The page multiplies the factors, because N x N numbers would be too
// many.
type Connectivity struct {
	N       int      `json:"n"`
	K       int      `json:"-"`
	A       Values   `json:"-"` // (N,K), row-major
	B       Values   `json:"-"` // (K,N)
	Names   []string `json:"-"` // N
	Regions []string `json:"-"`
	// Orders are the orders of neurons that the page offers, each a permutation of 0 to N-1: "as in the file", "by
	// region", "by clustering". A new region or cluster begins at each edge.
	Orders []Order `json:"-"`
	// Scale and WScale are the ends of the colour scales, of all W_g and of W: a percentile that the page states.
	Scale  float64      `json:"-"`
	WScale float64      `json:"-"`
	Unit   string       `json:"unit"`
	Note   string       `json:"note"`
	Region *RegionFlows `json:"region"` // nil if fewer than two regions are known
}

func orZero(v float64) float64 {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return 0
	}
	return v
}

// Order is a permutation of the channels.
type Order struct {
	Name        string `json:"name"`
	Permutation []int  `json:"permutation"`
	Edges       []int  `json:"edges"`
}

// RegionFlows holds the sum of each W_g from region to region, row i <- column j, from evaluate.RegionSums.
type RegionFlows struct {
	Names  []string `json:"names"`  // R
	Counts []int    `json:"counts"` // channels in each
	Groups []Values `json:"groups"` // G of (R,R), row-major
	W      Values   `json:"w"`      // (R,R)
	Note   string   `json:"note"`   // sums or means, and their channels
}

// Spectra is the power of every group's latents over frequency.
type Spectra struct {
	Kinds []SpectrumKind `json:"kinds"`
	Note  string         `json:"note"` // windows, units
}

// SpectrumKind holds the spectra of one kind of latents in one part of time.
type SpectrumKind struct {
	Name      string   `json:"name"` // "filtered, before go_cue", "encoded"
	Frequency Values   `json:"-"`    // Hz
	Power     []Values `json:"-"`    // G, at Frequency
	Bands     []Band   `json:"bands"`
}

// Band is the power within some frequencies.
type Band struct {
	Name   string   `json:"name"`
	Low    float64  `json:"low"` // Hz
	High   float64  `json:"high"`
	Shares []Number `json:"shares"` // of the power in the band, each group's part; they add up to 1
	Within []Number `json:"within"` // of each group's power, the part that is in the band
}

// MarshalJSON implements json.Marshaler. A limit that JSON cannot hold becomes 0.
func (b Band) MarshalJSON() ([]byte, error) {
	type plain Band
	b.Low, b.High = orZero(b.Low), orZero(b.High)
	return json.Marshal(plain(b))
}

// Behavior is the behaviour, and the behaviour that is decoded from the latents. Training never uses the behaviour.
type Behavior struct {
	Names []string     `json:"names"` // D
	Unit  string       `json:"unit"`
	How   string       `json:"how"`            // the decoder, and the bins of its fit and of R2
	R2    []BehaviorR2 `json:"r2"`             // all latents first, then each group
	Best  string       `json:"best,omitempty"` // the group from which each column is decoded best, in a sentence
	// Panels are in the plane of two columns: as recorded, decoded from all latents, then from each group.
	Panels []Trails `json:"-"`
}

// BehaviorR2 is the R2 of the behaviour that is decoded from some of the latents.
type BehaviorR2 struct {
	Name    string   `json:"name"`
	Columns []Number `json:"columns"` // D
	Mean    Number   `json:"mean"`
}

// Trails are trajectories in the plane of two columns of the behaviour.
type Trails struct {
	Name   string    `json:"name"`
	Axes   [2]string `json:"axes"`
	Tracks []Track   `json:"tracks"`
}

// Independence holds measures of the dependence of groups and of latents.
type Independence struct {
	Partial    Number   `json:"partial"` // partial correlation, nats, as summary.json has it
	Null       []Number `json:"null"`    // the circular-shift control: Partial after shifts of the groups' time courses
	P          Number   `json:"p"`       // the p-value of Partial among them
	Latents    []string `json:"-"`       // K names
	Dependence Values   `json:"-"`
	// Promises are the factorizations of the structure, if it has several.
	Promises []rundir.Factorization `json:"promises,omitempty"`
	Measure  string                 `json:"measure"`  // the measure of Dependence (K,K), from 0 (independent) to 1
	Variance string                 `json:"variance"` // the bins of Group.VarianceExplained
	Bins     string                 `json:"bins"`     // the bins of the other numbers
}

// Recovery compares the latents and the sub-connectivities with the ground truth.
type Recovery struct {
	Metrics []Metric      `json:"metrics"`
	Groups  []GroupTruths `json:"-"`
}

// GroupTruths is one true group and the estimated group that is matched to it.
type GroupTruths struct {
	Name     string   `json:"name"`
	Found    int      `json:"found"` // group
	Time     Values   `json:"time"`
	True     []Values `json:"true"`     // of each true latent, at Time
	Latent   []Values `json:"latent"`   // the estimated latents, aligned
	Filtered []Values `json:"filtered"` // the filtered latents, aligned, or none
	W        Values   `json:"w"`        // (n,n) true; n channels
	WFound   Values   `json:"w_found"`  // (n,n), estimated
	WRidge   Values   `json:"w_ridge"`  // (n,n), with B by ridge regression; empty if there is none
	N        int      `json:"n"`
}

// Reproduction holds the command, the data and the settings that repeat the run.
type Reproduction struct {
	Command string `json:"command"` // for a shell
	Version string `json:"version"`
	Seed    uint64 `json:"seed"`
	Note    string `json:"note,omitempty"` // on the command; empty if it runs as it is
	Data    string `json:"data"`           // path; without its folder if the path was absolute
	SHA256  string `json:"sha256"`         // of the recording
	Config  string `json:"config"`         // config.toml's text, which is also beside the report
}
