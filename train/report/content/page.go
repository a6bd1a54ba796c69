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

// Page is what a report shows. N channels, K latents in G groups, T bins. A part that is nil is left out of the page,
// which says so in its place, with Missing[part's JSON name] as the reason where there is one.
type Page struct {
	Title        string            `json:"title"`   // the recording's name
	Program      string            `json:"program"` // "facrnn train" or "facrnn evaluate", with its version
	Made         string            `json:"made"`    // when, as RFC 3339; empty while a run goes on
	Running      bool              `json:"running"` // the run is not complete
	Warnings     []string          `json:"warnings"`
	Verdicts     []Verdict         `json:"verdicts"`        // the answers to what a reader asks first
	Notes        []string          `json:"notes,omitempty"` // what was chosen from the recording, and what was left out
	Facts        []Fact            `json:"facts"`           // the recording, its shape, the groups, the method, ...
	Metrics      []Metric          `json:"metrics"`         // what summary.json holds, each with what it means
	Groups       []Group           `json:"groups"`          // G
	Training     *Training         `json:"training"`
	Latents      *Latents          `json:"latents"`
	Connectivity *Connectivity     `json:"connectivity"`
	Spectra      *Spectra          `json:"spectra"`
	Behavior     *Behavior         `json:"behavior"`
	Independence *Independence     `json:"independence"`
	Recovery     *Recovery         `json:"recovery"` // against a truth; only where evaluate is given one
	Reproduction Reproduction      `json:"reproduction"`
	Missing      map[string]string `json:"missing"`
}

// Verdict is the answer to one question, as summary.json has it.
type Verdict struct {
	Key      string `json:"key"`
	Question string `json:"question"`
	Status   string `json:"status"` // "good", "care", "unsure" or "told"
	Sentence string `json:"sentence"`
}

// Fact is one line of what was fitted.
type Fact struct {
	Name  string `json:"name"`
	Value string `json:"value"`
	Note  string `json:"note,omitempty"` // small print
}

// Metric is a number of summary.json, of the bins that were trained on and of those held out, with a sentence on how to
// read it.
type Metric struct {
	Key   string `json:"key"` // in summary.json
	Name  string `json:"name"`
	Unit  string `json:"unit,omitempty"`
	Train Number `json:"train"`
	Test  Number `json:"test"`
	Means string `json:"means"`
}

// Number is a figure that may be missing.
type Number = jsonnum.Float

// Values are numbers that a picture is drawn of, as float32: in JSON the base64 text of their little-endian bytes, half
// as long as digits. NaN stays NaN.
type Values []float32

// MarshalJSON implements json.Marshaler.
func (v Values) MarshalJSON() ([]byte, error) {
	b := make([]byte, 4*len(v))
	for i, x := range v {
		binary.LittleEndian.PutUint32(b[4*i:], math.Float32bits(x))
	}
	return json.Marshal(base64.StdEncoding.EncodeToString(b))
}

// UnmarshalJSON implements json.Unmarshaler. Text that is no base64 or no whole number of values is an error.
func (v *Values) UnmarshalJSON(text []byte) error {
	var b []byte
	if err := json.Unmarshal(text, &b); err != nil {
		return fmt.Errorf("values of a picture: %w", err)
	}
	if len(b)%4 != 0 {
		return fmt.Errorf("values of a picture: %d bytes are no whole number of float32s", len(b))
	}
	*v = make(Values, len(b)/4)
	for i := range *v {
		(*v)[i] = math.Float32frombits(binary.LittleEndian.Uint32(b[4*i:]))
	}
	return nil
}

// Group is one group of latents. Its colour is that of its place in the list, in every picture.
type Group struct {
	Name    string `json:"name"`
	Latents []int  `json:"latents"` // columns of the latents
	// VarianceExplained is the share of the activity's variance in the held-out bins that the prediction loses without
	// the group; see Independence for what it is measured on.
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
	Course   string    `json:"course,omitempty"` // how the loss of the chosen restart, or of the one with the most epochs, went
	Note     string    `json:"note,omitempty"`   // how epochs were thinned, where they were
}

// Restart is the training from one start.
type Restart struct {
	Name      string   `json:"name"`
	Chosen    bool     `json:"chosen"` // the one whose model was kept
	Epoch     Values   `json:"epoch"`
	Train     []Values `json:"train"` // of each term, at Epoch
	TestEpoch Values   `json:"test_epoch"`
	Test      []Values `json:"test"` // held out, of each term, at TestEpoch
	Beta      Values   `json:"beta"` // the weight of the partial correlation at Epoch; empty where there is none
	Rate      Values   `json:"rate"` // the learning rate at Epoch
}

// Latents are the latents of each group, as trajectories and as traces. Kinds are the ways of telling them from the
// activity.
type Latents struct {
	Kinds     []LatentKind `json:"-"`
	Condition string       `json:"condition,omitempty"` // the column that tells trials apart; empty where nothing does
	TimeName  string       `json:"time_name"`           // such as "time from the trial's start (s)"
	Event     Number       `json:"event"`               // where on that axis an event is, such as 0; null where there is none
	EventName string       `json:"event_name,omitempty"`
	Note      string       `json:"note"` // how trials and bins were chosen and thinned; never silently
}

// LatentKind is "encoded" (from the past alone) or "filtered" (from the bin's own activity too).
type LatentKind struct {
	Name   string         `json:"name"`
	Groups []GroupLatents `json:"groups"` // G
}

// GroupLatents are one group's.
type GroupLatents struct {
	Axes   [3]string `json:"axes"`   // of the trajectories: "z1", "z2", "z3"; or "z1", "z2", "time (s)"; or principal axes of more latents
	Tracks []Track   `json:"tracks"` // means over the trials of a condition, then single trials
	Names  []string  `json:"names"`  // of the group's latents, for the traces
	Traces []Trace   `json:"traces"` // one a condition (or one of all time, of a recording without trials)
}

// Track is a line through space or a plane: the coordinates of each point one after the other, so three or two values a
// point.
type Track struct {
	Condition int    `json:"condition"` // place in the list of distinct conditions, which is its colour; 0 where there are none
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
	Deviation []Values `json:"deviation"` // standard deviation over trials; empty where there is one
}

// Connectivity is W = A B and every W_g = A_g B_g, which the page multiplies out itself: N x N numbers would be too
// many.
type Connectivity struct {
	N       int      `json:"n"`
	K       int      `json:"-"`
	A       Values   `json:"-"` // (N,K), row-major
	B       Values   `json:"-"` // (K,N)
	Names   []string `json:"-"` // N
	Regions []string `json:"-"`
	// Orders are the orders of neurons that the page offers, each a permutation of 0 to N-1: "as in the file", "by
	// region", "by clustering". Edges of an order are where a new region or cluster begins.
	Orders []Order `json:"-"`
	// Scale is the largest magnitude on the colour scale of all W_g, and WScale that of W; a stated percentile.
	Scale  float64      `json:"-"`
	WScale float64      `json:"-"`
	Unit   string       `json:"unit"`
	Note   string       `json:"note"`
	Region *RegionFlows `json:"region"` // nil where fewer than two regions are known
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

// RegionFlows is each W_g summed from region to region, row i <- column j, as evaluate.RegionSums has it.
type RegionFlows struct {
	Names  []string `json:"names"`  // R
	Counts []int    `json:"counts"` // channels in each
	Groups []Values `json:"groups"` // G of (R,R), row-major
	W      Values   `json:"w"`      // (R,R)
	Note   string   `json:"note"`   // sums or means, and of what
}

// Spectra is the power of every group's latents over frequency.
type Spectra struct {
	Kinds []SpectrumKind `json:"kinds"`
	Note  string         `json:"note"` // windows, units
}

// SpectrumKind is the spectra of one kind of latents in one stretch of time.
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

// Behavior is the behaviour and what is decoded of it from the latents, which never saw it in training.
type Behavior struct {
	Names  []string     `json:"names"` // D
	Unit   string       `json:"unit"`
	How    string       `json:"how"`            // the decoder, what it was fitted on, and what R2 is measured on
	R2     []BehaviorR2 `json:"r2"`             // all latents first, then each group
	Best   string       `json:"best,omitempty"` // the group from which each column is decoded best, in a sentence
	Panels []Trails     `json:"-"`              // the true one first, then decoded from all latents, then from each group; two columns of the behaviour
}

// BehaviorR2 is how well the behaviour is decoded from some of the latents.
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

// Independence is how far groups and latents depend on one another, and what each group explains.
type Independence struct {
	Partial    Number   `json:"partial"` // partial correlation, nats, as summary.json has it
	Null       []Number `json:"null"`    // the circular-shift control: the same with the groups' time courses shifted against one another
	P          Number   `json:"p"`       // the p-value of Partial among them
	Latents    []string `json:"-"`       // K names
	Dependence Values   `json:"-"`
	// Promises are the factorizations of the structure, if it has several.
	Promises []rundir.Factorization `json:"promises,omitempty"`
	Measure  string                 `json:"measure"`  // what Dependence (K,K) is, 0 independent to 1
	Variance string                 `json:"variance"` // what Group.VarianceExplained is measured on
	Bins     string                 `json:"bins"`     // which bins all of this is of
}

// Recovery is how the latents and the sub-connectivities compare with a truth.
type Recovery struct {
	Metrics []Metric      `json:"metrics"`
	Groups  []GroupTruths `json:"-"`
}

// GroupTruths is one true group beside the found one that is matched to it.
type GroupTruths struct {
	Name     string   `json:"name"`
	Found    int      `json:"found"` // group
	Time     Values   `json:"time"`
	True     []Values `json:"true"`     // of each true latent, at Time
	Latent   []Values `json:"latent"`   // the found ones, aligned
	Filtered []Values `json:"filtered"` // the found ones of the filtered latents, aligned; none if there are none
	W        Values   `json:"w"`        // (n,n) true; n channels
	WFound   Values   `json:"w_found"`  // (n,n), as it was found: latents, and so A and B, have a scale of their own
	WRidge   Values   `json:"w_ridge"`  // (n,n), with B by ridge regression; empty if there is none
	N        int      `json:"n"`
}

// Reproduction is what repeats the run.
type Reproduction struct {
	Command string `json:"command"` // for a shell
	Version string `json:"version"`
	Seed    uint64 `json:"seed"`
	Note    string `json:"note,omitempty"` // on the command; empty if it runs as it is
	Data    string `json:"data"`           // path; without its folder if the path was absolute
	SHA256  string `json:"sha256"`         // of the recording
	Config  string `json:"config"`         // config.toml's text, which is also beside the report
}
