package method

import (
	"fmt"
	"strings"

	"facrnn/data"
	"facrnn/layers"
	"facrnn/losses"
	"facrnn/train"
)

// Text is a [Spec] as text: the form of the command line and of config.toml. Its tags hold the texts of --help-all.
type Text struct {
	Scale string `help:"Scaling of the activity: none, max, zscore or sqrt. Default: by the size of the activity. With recipe best: zscore if it has a baseline well above zero, sqrt if it is otherwise non-negative and has no --input." toml:"scale" placeholder:"KIND" group:"Model"`

	Latents     int    `help:"Number of latents, K. Default: the sum of --groups." toml:"latents" placeholder:"K" group:"Model"`
	Groups      string `help:"Groups of latents, such as 3,3 or auto, and which of them are independent. Default: 2,2.${structures}\n- auto: find the groups in the recording" toml:"groups" placeholder:"SIZES" group:"Model"`
	Structure   string `help:"TOML file with the name and latents of each group, and which groups are independent. Use it in place of --groups." toml:"structure,omitempty" placeholder:"FILE" group:"Model"`
	Lags        int    `help:"Length of the history, L, in bins." default:"1" placeholder:"BINS" toml:"lags" group:"Model"`
	Kernel      string `help:"Weights of the history over its lags.${kernels}" default:"exponential" enum:"${kernel_names}" placeholder:"NAME" toml:"kernel" group:"Model"`
	Activation  string `help:"Function of the activity in the history: tanh, relu, softplus or identity." default:"tanh" enum:"tanh,relu,softplus,identity" placeholder:"NAME" toml:"activation" group:"Model"`
	Padding     string `help:"Bins before the start of a trial: zero, or copies of the first bin. Default: first with trials, else zero." toml:"padding" placeholder:"zero|first" group:"Model"`
	Decoder     string `help:"Function from latents to activity: identity, relu, softplus, exp or mlp. Default: identity for counts and their rates with recipe best, and for activity with negative values; else relu." toml:"decoder" placeholder:"KIND" group:"Model"`
	Hidden      int    `help:"Hidden units of the mlp, on each side." default:"32" placeholder:"N" toml:"hidden" group:"Model"`
	LatentStd   string `help:"Posterior standard deviation of the latents. Default: 0.2 with recipe best, bandwidth with recipe paper.${latent_stds}" toml:"latent-std" placeholder:"KIND" group:"Model"`
	Observation string `help:"Distribution of the activity around its prediction, such as poisson for spike counts.${observations}" default:"gaussian" toml:"observation" placeholder:"KIND" group:"Model"`

	Method    string   `help:"Method.${methods}" default:"facrnn" enum:"${method_names}" placeholder:"NAME" toml:"method" group:"Objective"`
	Recipe    string   `help:"Settings that you leave open: best (our choice for the identity decoder and for counts) or paper (the choice of the authors)." default:"best" enum:"best,paper" placeholder:"NAME" toml:"recipe" group:"Objective"`
	Beta      *float64 `help:"Final weight of the partial correlation. Default: 10 with recipe best; 20 (identity decoder) or 2 with recipe paper." toml:"beta" placeholder:"BETA" group:"Objective"`
	BetaStart *float64 `help:"Weight of the partial correlation in the first half of training. Default: 50 with recipe best, --beta with recipe paper." toml:"beta-start" placeholder:"BETA" group:"Objective"`
	Estimator string   `help:"Estimator of the partial correlation. Default: standardized with recipe best, importance with recipe paper.${estimators}" toml:"estimator" placeholder:"KIND" group:"Objective"`
	Alpha     float64  `help:"Weight of the block-diagonal penalty." default:"0" placeholder:"WEIGHT" toml:"alpha" group:"Objective"`

	Start        string   `help:"Initial latents: components (JADE and SOBI), ica (FastICA on a model without groups) or random. Default: components with recipe best, random with recipe paper." toml:"start" placeholder:"KIND" group:"Training"`
	Refit        *int     `help:"Steps of expectation-maximisation after training. Default: 5 with recipe best, 0 with recipe paper." toml:"refit" placeholder:"STEPS" group:"Training"`
	Restarts     *int     `help:"Fits from different random starts; the fit with the lowest training loss is returned. Default: 1 with --start components, else 8." toml:"restarts" placeholder:"N" group:"Training"`
	Epochs       *int     `help:"Passes over the training bins. Default: as many as make 2000 steps with recipe best, 1000 with recipe paper." toml:"epochs" placeholder:"N" group:"Training"`
	Batch        *int     `help:"Bins in a minibatch. Default: 256 with recipe best, 128 with recipe paper." toml:"batch" placeholder:"BINS" group:"Training"`
	LR           *float64 `help:"Learning rate. Default: 0.005 with recipe best, 0.001 with recipe paper." name:"lr" toml:"lr" placeholder:"RATE" group:"Training"`
	Schedule     string   `help:"Learning rate over time: cosine or constant. Default: cosine with recipe best, constant with recipe paper." default:"" enum:",constant,cosine" toml:"schedule" placeholder:"KIND" group:"Training"`
	Optimizer    string   `help:"Optimizer: adam or adamw. Default: adamw with the identity decoder, else adam." toml:"optimizer" placeholder:"KIND" group:"Training"`
	WeightDecay  float64  `help:"Weight decay of adamw." default:"0.01" placeholder:"RATE" toml:"weight-decay" group:"Training"`
	Seed         uint64   `help:"Seed of all random numbers. The same seed repeats a run." default:"0" placeholder:"N" toml:"seed" group:"Training"`
	Threads      int      `help:"Threads, shared by the restarts and their steps. Default: one for each restart, up to the number of processors." default:"0" placeholder:"N" toml:"threads" group:"Training"`
	Split        string   `help:"How bins are held out: trials, blocks, interleaved or none. Default: trials if there are at least 5, else blocks." toml:"split" placeholder:"KIND" group:"Training"`
	TestFraction float64  `help:"Part of the recording that is held out. Default: 0.2 of the trials, 0.25 in a block, 0.5 interleaved." default:"0" toml:"test-fraction" placeholder:"PART" group:"Training"`
	Patience     int      `help:"Stop after this many epochs without a lower held-out loss, and return to the best epoch. 0 never stops early." default:"0" placeholder:"EPOCHS" toml:"patience" group:"Training"`
}

// Defaults returns the text of a command line without flags, for the fields that cannot be empty.
func Defaults() Text { return Text{Lags: 1, Hidden: 32, WeightDecay: 0.01} }

// Spec parses the text. Its errors name the flag and say what it takes.
func (t Text) Spec() (Spec, error) {
	s := Spec{
		Scale: data.ScaleKind(t.Scale), Latents: t.Latents, Lags: t.Lags, Activation: layers.Activation(t.Activation),
		Padding: layers.Padding(t.Padding), Beta: t.Beta, BetaStart: t.BetaStart, Alpha: t.Alpha, Init: Init(t.Start),
		Refit: t.Refit,
		Training: train.Options{
			Schedule: train.Schedule(t.Schedule), Optimizer: train.Optimizer(t.Optimizer), Decay: t.WeightDecay,
			Threads: t.Threads, Seed: t.Seed,
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
	}{
		{t.Epochs, &o.Epochs, &check.Epochs},
		{t.Batch, &o.Batch, &check.Batch},
		{t.Restarts, &o.Restarts, &check.Restarts},
	} {
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
	if t.Kernel != "" {
		if s.Kernel, err = layers.ParseKernel(t.Kernel); err != nil {
			return fmt.Errorf("--kernel: %w", err)
		}
	}
	switch t.Decoder {
	case "":
	case "identity", "relu", "softplus", "exp":
		s.Decoder = layers.LinearDecoder{Link: layers.Activation(t.Decoder)}
	case "mlp":
		if t.Hidden < 1 || t.Hidden > maxHidden {
			return fmt.Errorf("--hidden is %d: give 1 to %d", t.Hidden, maxHidden)
		}
		s.Decoder = layers.MLPDecoder{Hidden: t.Hidden}
	default:
		return fmt.Errorf("there is no decoder %q: choose identity, relu, softplus, exp or mlp", t.Decoder)
	}
	if t.LatentStd != "" {
		if s.LatentStd, err = layers.ParseLatentStd(t.LatentStd); err != nil {
			return fmt.Errorf("--latent-std: %w", err)
		}
	}
	return nil
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
	if t.Estimator != "" {
		if s.Estimator, err = losses.ParseEstimator(t.Estimator); err != nil {
			return fmt.Errorf("--estimator: %w", err)
		}
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
		Scale: string(s.Scale), Latents: s.Latents, Lags: s.Lags, Kernel: layers.KernelName(s.Kernel),
		Activation: string(s.Activation), Padding: string(s.Padding), LatentStd: layers.LatentStdName(s.LatentStd),
		Beta: s.Beta, BetaStart: s.BetaStart, Estimator: losses.EstimatorName(s.Estimator), Alpha: s.Alpha,
		Start: string(s.Init), Refit: s.Refit, Schedule: string(o.Schedule), Optimizer: string(o.Optimizer),
		WeightDecay: max(0, o.Decay), Seed: o.Seed, Threads: o.Threads, Split: string(s.Split.Kind),
		TestFraction: s.Split.Fraction, Patience: s.Patience,
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

// Registered returns the names that are registered here and in the packages layers and losses, as the variables of the
// help texts of [Text].
func Registered() map[string]string {
	kernels, names := layers.Kernels(), []string{}
	for _, k := range kernels {
		names = append(names, k.Name)
	}
	var methods []layers.Entry[Method]
	var methodNames []string
	for _, m := range Methods() {
		methods = append(methods, layers.Entry[Method]{Name: m.Name(), Doc: m.About()})
		methodNames = append(methodNames, m.Name())
	}
	return map[string]string{
		"kernels": choices(kernels), "kernel_names": strings.Join(names, ","),
		"latent_stds":  choices(layers.LatentStds()),
		"structures":   choices(layers.Structures()),
		"observations": choices(losses.Observations()),
		"estimators":   choices(losses.Estimators()),
		"methods":      choices(methods), "method_names": strings.Join(methodNames, ","),
	}
}

// choices lists the registered names, each on a line of its own with its description.
func choices[T any](entries []layers.Entry[T]) string {
	texts := make([]string, len(entries))
	for i, e := range entries {
		texts[i] = "\n- " + e.Name + ": " + e.Doc
	}
	return strings.Join(texts, "")
}
