package method

import (
	"fmt"
	"math"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"facrnn/data"
	"facrnn/layers"
	"facrnn/losses"
	"facrnn/train"
)

// Text is a [Spec] as text: the form of the command line and of config.toml. The help texts are those of --help.
type Text struct {
	Scale string `help:"Scale the activity: none, max, zscore or sqrt (best: zscore for activity that keeps far above zero, sqrt for other that is never negative and has no --input; else by its size)." toml:"scale" placeholder:"KIND"`

	Latents     int    `help:"Latent dimensions, K (default: the sum of --groups)." toml:"latents" placeholder:"K" group:"Model"`
	Groups      string `help:"Sizes of the latent groups, such as 3,3; 3,3+2 adds two latents shared by all; 2-2-2 is a chain, in which only groups that are not neighbours are independent; (1,1),(2,2) is groups of groups; auto finds them in the recording (default: 2,2)." toml:"groups" placeholder:"SIZES" group:"Model"`
	Structure   string `help:"TOML file of groups by name and latents, and of which are independent, in place of --groups." toml:"structure,omitempty" placeholder:"FILE" group:"Model"`
	Lags        int    `help:"Past bins in the history, L." default:"1" toml:"lags" group:"Model"`
	Kernel      string `help:"History kernel: exponential (fixed), softmax or free (learned)." default:"exponential" enum:"exponential,softmax,free" toml:"kernel" group:"Model"`
	Activation  string `help:"Of the history: tanh, relu, softplus or identity." default:"tanh" enum:"tanh,relu,softplus,identity" toml:"activation" group:"Model"`
	Padding     string `help:"What stands for the bins before a trial's start: zero, or the first bin repeated (default: first with trials, else zero)." toml:"padding" placeholder:"zero|first" group:"Model"`
	Decoder     string `help:"Decoder: identity, relu, softplus, exp or mlp (default: relu for activity that is never negative, scaled or not, but for counts and their rates with recipe best; else identity)." toml:"decoder" placeholder:"KIND" group:"Model"`
	Hidden      int    `help:"Hidden units on each side of the mlp." default:"32" toml:"hidden" group:"Model"`
	LatentStd   string `help:"Posterior std of the latents: bandwidth or a number (fixed), shared or per-dimension (learned), or amortized (learned as a linear function of the history, so that every bin has its own)." toml:"latent-std" placeholder:"KIND" group:"Model"`
	Observation string `help:"Model of the activity given the prediction: gaussian; poisson for spike counts; negative-binomial for counts that vary more than Poisson." default:"gaussian" toml:"observation" placeholder:"KIND" group:"Model"`

	Method    string   `help:"facrnn, facrnn-full (every latent a group), lrrnn (no groups), lrrnn-ica or lint (its latents turned afterwards), bdrnn (block-diagonal B A), or components (the start of recipe best alone)." default:"facrnn" enum:"facrnn,facrnn-full,lrrnn,lrrnn-ica,lint,bdrnn,components" toml:"method" group:"Objective"`
	Recipe    string   `help:"Settings that go together, where they are left open: best (ours, for the identity decoder and for counts: separated components to start from, a refit and, but for counts, the standardized estimator) or paper (the authors')." default:"best" enum:"best,paper" toml:"recipe" group:"Objective"`
	Beta      *float64 `help:"Weight of the partial correlation (best: 10; paper: 20 with the identity decoder, else 2)." toml:"beta" placeholder:"BETA" group:"Objective"`
	BetaStart *float64 `help:"Weight that training begins with, until it is halfway (best: 50; paper: beta)." toml:"beta-start" placeholder:"BETA" group:"Objective"`
	Estimator string   `help:"Of the partial correlation: standardized (best), importance (paper), mws or mss." toml:"estimator" placeholder:"KIND" group:"Objective"`
	Alpha     float64  `help:"Weight of the block-diagonal penalty." default:"0" toml:"alpha" group:"Objective"`

	Start        string   `help:"Where training starts: components (best; JADE and SOBI), ica (FastICA, of a model without groups that is trained before) or random (paper)." toml:"start" placeholder:"KIND" group:"Training"`
	Refit        *int     `help:"Steps of expectation-maximisation after training (best: 5; paper: 0)." toml:"refit" placeholder:"STEPS" group:"Training"`
	Restarts     *int     `help:"Fits from different random starts; the one with the lowest training loss is kept (from components 1, else 8)." toml:"restarts" placeholder:"N" group:"Training"`
	Epochs       *int     `help:"Passes over the training bins (best: 2000 steps; paper: 1000)." toml:"epochs" placeholder:"N" group:"Training"`
	Batch        *int     `help:"Bins in a minibatch (best: 256; paper: 128)." toml:"batch" placeholder:"BINS" group:"Training"`
	LR           *float64 `help:"Learning rate (best: 0.005; paper: 0.001)." name:"lr" toml:"lr" placeholder:"RATE" group:"Training"`
	Schedule     string   `help:"Of the learning rate: cosine (best) or constant (paper)." default:"" enum:",constant,cosine" toml:"schedule" placeholder:"KIND" group:"Training"`
	Optimizer    string   `help:"adam or adamw (default: adamw with the identity decoder, else adam)." toml:"optimizer" placeholder:"KIND" group:"Training"`
	WeightDecay  float64  `help:"Of adamw." default:"0.01" toml:"weight-decay" group:"Training"`
	Seed         uint64   `help:"Of everything random; one seed repeats a run." default:"0" toml:"seed" group:"Training"`
	Threads      int      `help:"Threads: for restarts side by side and, where those are fewer, inside their steps (default: one a restart, as processors allow)." default:"0" toml:"threads" group:"Training"`
	Split        string   `help:"How bins are held out: trials, blocks, interleaved or none (default: trials if there are 5, else blocks)." toml:"split" placeholder:"KIND" group:"Training"`
	TestFraction float64  `help:"Part held out (default: 0.2 of the trials, 0.25 in a block, 0.5 interleaved)." default:"0" toml:"test-fraction" placeholder:"PART" group:"Training"`
	Patience     int      `help:"Stop after that many epochs without a lower held-out loss, and go back to the lowest; 0: never." default:"0" toml:"patience" group:"Training"`
}

// Defaults returns the text of a command line without flags, for the fields that cannot be empty.
func Defaults() Text { return Text{Lags: 1, Hidden: 32, WeightDecay: 0.01} }

var kernels = map[string]layers.HistoryKernel{
	"exponential": layers.ExponentialKernel{}, "softmax": layers.SoftmaxKernel{}, "free": layers.FreeKernel{},
}

var latentStds = map[string]layers.LatentStd{
	"bandwidth": layers.Bandwidth{}, "shared": layers.SharedStd{}, "per-dimension": layers.PerDimension{}, "amortized": layers.Amortized{},
}

var estimators = map[string]losses.Estimator{
	"standardized": losses.Standardized{}, "importance": losses.ImportanceWeighted{}, "mws": losses.MinibatchWeighted{}, "mss": losses.MinibatchStratified{},
}

// nameIn returns the name of a value in a table; "" if it is not there.
func nameIn[V any](table map[string]V, v V) string {
	for name, other := range table {
		if reflect.DeepEqual(any(v), any(other)) {
			return name
		}
	}
	return ""
}

// Spec parses the text. Its errors name the flag and say what it takes.
func (t Text) Spec() (Spec, error) {
	s := Spec{
		Scale: data.ScaleKind(t.Scale), Latents: t.Latents, Lags: t.Lags, Activation: layers.Activation(t.Activation),
		Padding: layers.Padding(t.Padding), Beta: t.Beta, BetaStart: t.BetaStart, Alpha: t.Alpha, Init: Init(t.Start), Refit: t.Refit,
		Training: train.Options{
			Schedule: train.Schedule(t.Schedule), Optimizer: train.Optimizer(t.Optimizer), Decay: t.WeightDecay, Threads: t.Threads, Seed: t.Seed,
		},
		Patience: t.Patience, Split: data.SplitOptions{Kind: data.SplitKind(t.Split), Fraction: t.TestFraction},
	}
	if t.WeightDecay == 0 {
		s.Training.Decay = -1
	}
	for _, parse := range []func(Text) error{s.parseTraining, s.parseModel, s.parseGroups, s.parseObjective} {
		if err := parse(t); err != nil {
			return s, err
		}
	}
	return s, nil
}

// parseTraining reads the options that may be left open. One that is given must be a number that the loop can take.
func (s *Spec) parseTraining(t Text) error {
	o := &s.Training
	check := train.Options{Threads: 1, TestEvery: 1}.WithDefaults()
	for _, v := range []struct {
		given     *int
		to, check *int
	}{{t.Epochs, &o.Epochs, &check.Epochs}, {t.Batch, &o.Batch, &check.Batch}, {t.Restarts, &o.Restarts, &check.Restarts}} {
		if v.given != nil {
			*v.to, *v.check = *v.given, *v.given
		}
	}
	if t.LR != nil {
		o.Rate, check.Rate = *t.LR, *t.LR
	}
	if t.Schedule != "" {
		check.Schedule = o.Schedule
	}
	if t.Optimizer != "" {
		check.Optimizer = o.Optimizer
	}
	check.Decay = t.WeightDecay
	return check.Check()
}

// parseModel reads the parts of the model.
func (s *Spec) parseModel(t Text) (err error) {
	if t.Lags < 1 {
		return fmt.Errorf("--lags is %d: give 1 or more", t.Lags)
	}
	if t.Observation != "" {
		if s.Observation, err = losses.ParseObservation(t.Observation); err != nil {
			return fmt.Errorf("--observation: %w", err)
		}
	}
	if s.Kernel, err = lookUp(kernels, "kernel", t.Kernel); err != nil {
		return err
	}
	switch t.Decoder {
	case "":
	case "identity", "relu", "softplus", "exp":
		s.Decoder = layers.LinearDecoder{Link: layers.Activation(t.Decoder)}
	case "mlp":
		if t.Hidden < 1 || t.Hidden > mostHidden {
			return fmt.Errorf("--hidden is %d: give 1 to %d", t.Hidden, mostHidden)
		}
		s.Decoder = layers.MLPDecoder{Hidden: t.Hidden}
	default:
		return fmt.Errorf("there is no decoder %q: choose identity, relu, softplus, exp or mlp", t.Decoder)
	}
	if t.LatentStd == "" {
		return nil
	}
	if std, ok := latentStds[t.LatentStd]; ok {
		s.LatentStd = std
		return nil
	}
	v, err := strconv.ParseFloat(t.LatentStd, 64)
	if err != nil || !(v > 1e-6 && v < 1e6) { // beyond, its square and quotients by it leave float32
		return fmt.Errorf("--latent-std is %s: choose bandwidth, shared, per-dimension, amortized or a number between 1e-6 and 1e6", t.LatentStd)
	}
	s.LatentStd = layers.FixedStd{math.Log(v)}
	return nil
}

// lookUp returns the value of that name; the zero value for "".
func lookUp[V any](table map[string]V, what, name string) (v V, err error) {
	if name == "" {
		return v, nil
	}
	v, ok := table[name]
	if !ok {
		var names []string
		for n := range table {
			names = append(names, n)
		}
		slices.Sort(names)
		return v, fmt.Errorf("there is no %s %q: choose one of %s", what, name, strings.Join(names, ", "))
	}
	return v, nil
}

// parseGroups reads --groups or the file of --structure.
func (s *Spec) parseGroups(t Text) (err error) {
	switch {
	case t.Structure != "" && t.Groups != "":
		return fmt.Errorf("both --groups %s and --structure %s are given: leave one out", t.Groups, t.Structure)
	case t.Structure != "":
		if s.Structure, err = readStructure(t.Structure); err != nil {
			return err
		}
		s.notes = append(s.notes, fmt.Sprintf("groups %s, by the file of --structure", s.Structure))
	case t.Groups == "auto":
		s.FindGroups = true
	case t.Groups != "":
		if s.Structure, err = layers.ParseStructure(t.Groups); err != nil {
			return fmt.Errorf("--groups %s: %w", t.Groups, err)
		}
	}
	return nil
}

// parseObjective reads the method, the recipe, the estimator and the start.
func (s *Spec) parseObjective(t Text) (err error) {
	if s.Method, err = Parse(t.Method); err != nil {
		return err
	}
	if s.Recipe, err = parseRecipe(t.Recipe); err != nil {
		return err
	}
	if s.Estimator, err = lookUp(estimators, "estimator", t.Estimator); err != nil {
		return err
	}
	switch s.Init {
	case "", InitComponents, InitICA, InitRandom:
		return nil
	}
	return fmt.Errorf("there is no start %q: choose components, ica or random", t.Start)
}

// Text returns the text of a spec. Parts that no flag spells, such as a decoder of another package, are left empty.
func (s Spec) Text() Text {
	o := s.Training
	t := Text{
		Scale: string(s.Scale), Latents: s.Latents, Lags: s.Lags, Kernel: nameIn(kernels, s.Kernel), Activation: string(s.Activation),
		Padding: string(s.Padding), LatentStd: latentStdText(s.LatentStd), Beta: s.Beta, BetaStart: s.BetaStart, Estimator: nameIn(estimators, s.Estimator),
		Alpha: s.Alpha, Start: string(s.Init), Refit: s.Refit, Schedule: string(o.Schedule), Optimizer: string(o.Optimizer),
		WeightDecay: max(0, o.Decay), Seed: o.Seed, Threads: o.Threads, Split: string(s.Split.Kind), TestFraction: s.Split.Fraction, Patience: s.Patience,
	}
	for _, v := range []struct {
		of int
		to **int
	}{{o.Epochs, &t.Epochs}, {o.Batch, &t.Batch}, {o.Restarts, &t.Restarts}} {
		if v.of != 0 {
			*v.to = pointer(v.of)
		}
	}
	if o.Rate != 0 {
		t.LR = pointer(o.Rate)
	}
	if s.Method != nil {
		t.Method = s.Method.Name()
	}
	if s.Recipe != nil {
		t.Recipe = s.Recipe.Name
	}
	if s.Observation != nil {
		t.Observation = s.Observation.String()
	}
	switch {
	case s.Structure != nil:
		t.Groups = s.Structure.String()
	case s.FindGroups:
		t.Groups = "auto"
	}
	t.Hidden = 32
	if d, ok := s.Decoder.(layers.MLPDecoder); ok {
		t.Decoder, t.Hidden = "mlp", d.Hidden
	} else if link, ok := linkOf(s.Decoder); ok {
		t.Decoder = string(link)
	}
	return t
}

// latentStdText returns a posterior std as text: a name, or the number of a fixed one.
func latentStdText(std layers.LatentStd) string {
	fixed, ok := std.(layers.FixedStd)
	if !ok || len(fixed) == 0 {
		return nameIn(latentStds, std)
	}
	for digits := 1; ; digits++ { // the shortest number that is read back as the same one
		text := strconv.FormatFloat(math.Exp(fixed[0]), 'g', digits, 64)
		if v, err := strconv.ParseFloat(text, 64); err == nil && math.Log(v) == fixed[0] || digits == 17 {
			return text
		}
	}
}
