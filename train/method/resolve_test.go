package method

import (
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"facrnn/data"
	"facrnn/data/simulate"
	"facrnn/layers"
	"facrnn/losses"
	"facrnn/train"
)

// signed returns a recording of 6 channels of both signs in 8 trials of 5 bins; positive, of channels that are never
// negative.
func signed(t testing.TB) *data.Recording {
	t.Helper()
	rec, _, err := simulate.Reaching(simulate.ReachingOptions{Neurons: 6, Side: 2, Repeats: 2, Bins: 5, Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	return rec
}

func positive(t testing.TB) *data.Recording {
	rec := signed(t)
	for i, v := range rec.Activity.Data {
		rec.Activity.Data[i] = float32(math.Abs(float64(v)))
	}
	return rec
}

// trainedMax returns the largest value of the training bins.
func trainedMax(p *Plan) float32 {
	largest := float32(math.Inf(-1))
	for _, row := range p.Split.Train {
		largest = max(largest, slices.Max(p.Recording.Activity.Row(row)))
	}
	return largest
}

// raised is positive on a baseline.
func raised(t testing.TB) *data.Recording {
	rec := times(positive(t), 100)
	for i := range rec.Activity.Data {
		rec.Activity.Data[i] += 1000
	}
	return rec
}

func withInput(rec *data.Recording) *data.Recording {
	rec.Input, rec.InputName = data.NewMatrix(rec.Bins(), rec.Activity.Cols), "cue"
	return rec
}

// stretch is signed without its trials.
func stretch(t testing.TB) *data.Recording {
	rec := signed(t)
	rec.Trials, rec.SegmentStarts = 0, []int{0}
	clear(rec.Trial)
	return rec
}

func times(rec *data.Recording, f float32) *data.Recording {
	for i := range rec.Activity.Data {
		rec.Activity.Data[i] *= f
	}
	return rec
}

// TestResolveChooses checks that open settings are chosen from the recording, with a note for each choice. A setting of
// the user stays, without a note.
func TestResolveChooses(t *testing.T) {
	for _, c := range []struct {
		name  string
		rec   *data.Recording
		args  []string
		check func(*Plan) bool
		says  string // "" where it may not be said: silent holds the word
		quiet string
	}{
		{"no scale", signed(t), nil, func(p *Plan) bool { return p.Settings().Scale == "none" }, "not scaled", ""},
		{"zscore", times(signed(t), 1000), nil, func(p *Plan) bool {
			return p.Settings().Scale == "zscore" &&
				p.Scaling.Kind == data.ScaleZScore
		}, "scaled by zscore", ""},
		{"sqrt", times(positive(t), 1000), nil, func(p *Plan) bool {
			return p.Settings().Scale == "sqrt" &&
				trainedMax(p) == 1
		}, "square root", ""},
		{"sqrt whatever the method", positive(t), []string{"--method=lrrnn"},
			func(p *Plan) bool { return p.Settings().Scale == "sqrt" }, "square root", ""},
		{"zscore of what keeps far above zero", raised(t), nil,
			func(p *Plan) bool { return p.Settings().Scale == "zscore" && p.Settings().Decoder == "identity" },
			"far above zero", "square root"},
		{"max of that, as the paper has it", raised(t), []string{"--recipe=paper"},
			func(p *Plan) bool { return p.Settings().Scale == "max" && p.Settings().Decoder == "relu" },
			"scaled by max", "far above zero"},
		{"max", times(positive(t), 1000), []string{"--recipe=paper"},
			func(p *Plan) bool { return p.Settings().Scale == "max" && trainedMax(p) == 1 }, "scaled by max", ""},
		{"no root of what input is added to", withInput(positive(t)), nil,
			func(p *Plan) bool { return p.Settings().Scale == "none" }, "not scaled", "square root"},
		{"scale as asked", times(signed(t), 1000), []string{"--scale=none"},
			func(p *Plan) bool { return p.Settings().Scale == "none" }, "", "--scale"},

		{"groups", signed(t), nil, func(p *Plan) bool {
			return p.Settings().Groups == "2,2" &&
				p.Settings().Latents == 4
		}, "2,2", ""},
		{"groups of latents", signed(t), []string{"--latents=5"},
			func(p *Plan) bool { return p.Settings().Groups == "3,2" }, "3,2", ""},
		{"one latent", signed(t), []string{"--latents=1"},
			func(p *Plan) bool { return p.Settings().Groups == "1" && p.Config.Structure.Latents() == 1 }, "",
			"--groups"},
		{"groups as asked", signed(t), []string{"--groups=1,1+1"},
			func(p *Plan) bool { return p.Settings().Latents == 3 }, "", "--groups"},
		{"groups and latents that agree", signed(t), []string{"--groups=1,2", "--latents=3"},
			func(p *Plan) bool { return p.Settings().Groups == "1,2" }, "", "--groups"},

		{"padding with trials", signed(t), nil, func(p *Plan) bool {
			return p.Config.History.Padding == layers.PadFirst
		}, "first bin", ""},
		{"padding without", stretch(t), nil, func(p *Plan) bool { return p.Config.History.Padding == layers.PadZero },
			"zeros", ""},
		{"padding as asked", signed(t), []string{"--padding=zero"},
			func(p *Plan) bool { return p.Config.History.Padding == layers.PadZero }, "", "--padding"},

		{"identity", signed(t), nil, func(p *Plan) bool {
			return p.Settings().Decoder == "identity" && *p.Settings().Beta == 20 && p.Options.Optimizer == train.AdamW
		}, "decoder identity", ""},
		{"relu", positive(t), nil, func(p *Plan) bool {
			return p.Settings().Decoder == "relu" && *p.Settings().Beta == 2 && p.Options.Optimizer == train.PlainAdam
		}, "decoder relu", ""},
		{"identity of counts", counted(t), nil, func(p *Plan) bool {
			return p.Settings().Decoder == "identity" &&
				p.Settings().Scale == "sqrt"
		}, "counts or their rates", ""},
		{"identity of counts, whatever the method", counted(t), []string{"--method=lrrnn"},
			func(p *Plan) bool { return p.Settings().Decoder == "identity" }, "counts or their rates", ""},
		{"relu of counts, as the paper has it", counted(t), []string{"--recipe=paper"},
			func(p *Plan) bool { return p.Settings().Decoder == "relu" && p.Settings().Scale == "none" },
			"decoder relu", "counts"},
		{"decoder as asked", positive(t), []string{"--decoder=exp"},
			func(p *Plan) bool { return *p.Settings().Beta == 2 }, "beta 2,", "decoder exp"},
		{"relu of what scaling keeps above 0", times(positive(t), 1000), nil,
			func(p *Plan) bool { return p.Settings().Decoder == "relu" }, "decoder relu", ""},
		{"identity of what scaling takes below 0", positive(t), []string{"--scale=zscore"},
			func(p *Plan) bool { return p.Settings().Decoder == "identity" }, "decoder identity", ""},
		{"mlp", positive(t), []string{"--decoder=mlp", "--hidden=9"}, func(p *Plan) bool {
			return p.Config.Decoder == layers.MLPDecoder{Hidden: 9, Link: layers.ReLU} &&
				p.Config.Encoder == layers.MLPEncoder{Hidden: 9} && len(p.Warnings) == 1
		}, "mlp ends in relu", ""},
		{"beta as asked", signed(t), []string{"--beta=0"}, func(p *Plan) bool { return *p.Settings().Beta == 0 }, "",
			"--beta"},
		{"optimizer as asked", signed(t), []string{"--optimizer=adam"},
			func(p *Plan) bool { return p.Options.Optimizer == train.PlainAdam }, "", "--optimizer"},

		{"split by trials", signed(t), nil, func(p *Plan) bool {
			return p.Settings().Split == "trials" && p.Settings().TestFraction == 0.2 && len(p.Split.Test) == 10
		}, "split by trials, 0.2", ""},
		{"split in a block", stretch(t), nil, func(p *Plan) bool {
			return p.Settings().Split == "blocks" && p.Settings().TestFraction == 0.25 && len(p.Split.Test) == 10
		}, "split by blocks, 0.25", ""},
		{"split as asked", signed(t), []string{"--split=interleaved"},
			func(p *Plan) bool { return len(p.Split.Test) == 20 && p.Config.Bins == 20 }, "", "--split"},
		{"none held out", signed(t), []string{"--split=none"},
			func(p *Plan) bool { return len(p.Split.Test) == 0 && p.Config.Bins == 40 }, "", "--split"},
		{"threads", signed(t), []string{"--restarts=1"}, func(p *Plan) bool {
			return p.Settings().Threads == 1 &&
				p.Options.Threads == 1
		}, "", "--threads"},
		{"patience looks often", signed(t), []string{"--patience=20"},
			func(p *Plan) bool { return p.Options.TestEvery == 2 }, "", "--patience"},
		{"block-diagonal", signed(t), []string{"--alpha=0.5", "--beta=0"}, func(p *Plan) bool {
			return p.Config.Terms[3].Weight == 0.5 && p.Config.Terms[3].Term == losses.BlockDiagonal{}
		}, "", "--alpha"},
	} {
		t.Run(c.name, func(t *testing.T) {
			p, err := flags(t, c.args...).Resolve(c.rec)
			if err != nil {
				t.Fatal(err)
			}
			if !c.check(p) {
				t.Errorf("resolved to %+v, options %+v, warnings %q", p.Settings(), p.Options, p.Warnings)
			}
			said := strings.Join(p.Chosen, "\n")
			if !strings.Contains(said, c.says) || c.quiet != "" && strings.Contains(said, c.quiet) {
				t.Errorf("chosen:\n%s\nwant %q in it, and not %q", said, c.says, c.quiet)
			}
		})
	}
}

// long is signed in more trials, of which 320 bins train.
func long(t testing.TB) *data.Recording {
	t.Helper()
	rec, _, err := simulate.Reaching(simulate.ReachingOptions{Neurons: 6, Side: 2, Repeats: 20, Bins: 5, Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	return rec
}

// counted is spike counts of neurons that see two groups of two latents.
func counted(t testing.TB) *data.Recording {
	t.Helper()
	random := rand.New(rand.NewPCG(1, 1))
	z := data.NewMatrix(500, 4) // two oscillations
	for i := range z.Rows {
		for k, f := range []float64{0.2, 0.2, 0.31, 0.31} {
			z.Row(i)[k] = float32(math.Cos(f*float64(i) + float64(k%2)*math.Pi/2))
		}
	}
	rec, _, err := simulate.Counts(z, []int{2, 2}, simulate.CountsOptions{Neurons: 20, Rate: 3}, random)
	if err != nil {
		t.Fatal(err)
	}
	return rec
}

// single is long in trials of one bin, in which no component predicts another.
func single(t testing.TB) *data.Recording {
	rec := long(t)
	rec.Trials, rec.SegmentStarts = rec.Bins(), nil
	for i := range rec.Trial {
		rec.Trial[i] = i
		rec.SegmentStarts = append(rec.SegmentStarts, i)
	}
	return rec
}

// TestRecipes checks that recipe best is used if possible, and recipe paper if the user asks for it or best is not
// possible. Settings of the user stay.
func TestRecipes(t *testing.T) {
	for _, c := range []struct {
		name  string
		rec   *data.Recording
		args  []string
		best  bool
		check func(s Config, p *Plan) bool
		says  string
	}{
		{"best", long(t), nil, true, func(s Config, p *Plan) bool {
			return s.Estimator == "standardized" && s.Start == "components" && *s.Beta == 10 && *s.BetaStart == 50 &&
				*s.Refit == 5 && *s.Restarts == 1 &&
				*s.Batch == 256 && *s.Epochs == 1000 && p.Options.Schedule == train.Cosine && p.Options.Rate == 5e-3 &&
				p.Start != nil
		}, "recipe best"},
		{"what is set stays", long(t), []string{"--estimator=mss", "--start=random", "--beta=3", "--refit=0",
			"--epochs=7", "--latent-std=shared"}, true, func(s Config, p *Plan) bool {
			return s.Estimator == "mss" && *s.Beta == 3 && *s.BetaStart == 15 && *s.Refit == 0 && *s.Epochs == 7 &&
				*s.Restarts == 8 && p.Start == nil &&
				p.Config.LatentStd == layers.LatentStd(layers.SharedStd{}) &&
				p.Config.Independence().Term == losses.Term(losses.PartialCorrelation{
					Estimator: losses.MinibatchStratified{}})
		}, ""},
		{"amortized", long(t), []string{"--latent-std=amortized"}, true, func(s Config, p *Plan) bool {
			return p.Config.LatentStd == layers.LatentStd(layers.Amortized{}) && s.Start == "components" &&
				p.Start != nil && s.LatentStd == "amortized"
		}, "recipe best"},
		{"paper", long(t), []string{"--recipe=paper"}, false, func(s Config, p *Plan) bool {
			return s.Estimator == "importance" && s.Start == "random" && *s.Beta == 20 && *s.BetaStart == 20 &&
				*s.Refit == 0 && *s.Restarts == 8 &&
				*s.Batch == 128 && *s.Epochs == 1000 && p.Options.Schedule == train.Constant &&
				p.Options.Rate == 1e-3 && p.Start == nil
		}, ""},
		{"trials of one bin", single(t), nil, false, func(s Config, p *Plan) bool {
			return s.Start == "random" && *s.Beta == 20 && p.Options.InitialParams == nil
		}, "nothing to start from"},
		{"few bins", signed(t), nil, false, func(s Config, p *Plan) bool { return s.Start == "random" },
			"best needs 200 training bins"},
		{"a shared group", long(t), []string{"--groups=1,1+1"}, true,
			func(s Config, p *Plan) bool { return s.Start == "components" && p.Start != nil }, "recipe best"},
		{"a chain", long(t), []string{"--groups=1-1-1"}, true,
			func(s Config, p *Plan) bool { return s.Start == "components" && p.Start != nil }, "recipe best"},
		{"nested groups", long(t), []string{"--groups=(1,1),(1)"}, true,
			func(s Config, p *Plan) bool { return s.Start == "components" && p.Start != nil }, "recipe best"},
		{"relu", long(t), []string{"--decoder=relu"}, false,
			func(s Config, p *Plan) bool { return *s.Beta == 2 && s.Start == "random" },
			"best is for the identity decoder"},
		{"relu from components", long(t), []string{"--decoder=relu", "--start=components"}, false,
			func(s Config, p *Plan) bool { return *s.Restarts == 1 && p.Start == nil },
			"a model without groups, which is trained before"},
		{"counts", counted(t), []string{"--observation=poisson", "--scale=none"}, true, func(s Config, p *Plan) bool {
			return *s.Beta == 2 && s.Estimator == "importance" && s.Start == "components" && *s.Refit == 5 &&
				*s.Restarts == 1 && s.LatentStd == "bandwidth" && p.Start != nil
		}, "separated components"},
		{"ica", long(t), []string{"--start=ica"}, true, func(s Config, p *Plan) bool {
			return s.Start == "ica" &&
				*s.Restarts == 1 && p.Start == nil
		}, "trained before"},
		{"mlp", long(t), []string{"--decoder=mlp"}, false,
			func(s Config, p *Plan) bool { return s.Start == "random" && *s.Refit == 0 },
			"best is for the identity decoder"},
		{"few counts", positive(t), []string{"--observation=poisson", "--scale=none"}, false,
			func(s Config, p *Plan) bool {
				return p.Config.Terms[0].Term == losses.Term(losses.Poisson{})
			}, "best needs 200"},
	} {
		t.Run(c.name, func(t *testing.T) {
			p, err := flags(t, c.args...).Resolve(c.rec)
			if err != nil {
				t.Fatal(err)
			}
			if (p.Settings().Recipe == "best") != c.best || !c.check(p.Settings(), p) {
				text, _ := p.Settings().TOML()
				t.Errorf("resolved to\n%s", text)
			}
			if said := strings.Join(p.Chosen, "\n"); !strings.Contains(said, c.says) {
				t.Errorf("%q is not in\n%s", c.says, said)
			}
		})
	}
}

// TestMethods checks that each shapes the fit as the paper does, and its latents are reported in the groups that were
// asked for.
func TestMethods(t *testing.T) {
	for method, check := range map[string]func(p *Plan) bool{
		"facrnn": func(p *Plan) bool { return len(p.Config.Structure.Groups()) == 2 && *p.Settings().Beta == 10 },
		"facrnn-full": func(p *Plan) bool {
			return len(p.Config.Structure.Groups()) == 4 &&
				len(p.Groups.Groups()) == 4
		},
		"lrrnn": func(p *Plan) bool {
			return len(p.Config.Structure.Groups()) == 1 && len(p.Groups.Groups()) == 2 &&
				p.Settings().Recipe == "paper"
		},
		"lrrnn-ica": func(p *Plan) bool { return len(p.Config.Structure.Groups()) == 1 && len(p.Groups.Groups()) == 2 },
		"lint":      func(p *Plan) bool { return len(p.Config.Structure.Groups()) == 1 && len(p.Groups.Groups()) == 2 },
		"bdrnn": func(p *Plan) bool {
			return len(p.Config.Structure.Groups()) == 2 && p.Settings().Alpha == 1 && *p.Settings().Beta == 0 &&
				p.Config.Terms[3].Weight == 1
		},
		"components": func(p *Plan) bool { return p.Start != nil && p.Settings().Method == "components" },
	} {
		p, err := flags(t, "--groups=2,2", "--method="+method).Resolve(long(t))
		if err != nil {
			t.Fatal(err)
		}
		if !check(p) {
			text, _ := p.Settings().TOML()
			t.Errorf("%s resolves to %v and\n%s", method, p.Config.Structure, text)
		}
	}
}

// TestResolveRefuses checks that settings that contradict each other or the recording are refused.
func TestResolveRefuses(t *testing.T) {
	for _, c := range []struct {
		args []string
		want string
	}{
		{[]string{"--latents=-1"}, "--latents is -1"},
		{[]string{"--groups=3,x"}, `"x" is not the size`},
		{[]string{"--groups=0"}, `"0" is not the size`},
		{[]string{"--groups=,"}, "is not the size of a group"},
		{[]string{"--groups=2,2", "--latents=3"}, "4 latents, but --latents is 3"},
		{[]string{"--groups=4,4"}, "more than the recording's 6 channels"},
		{[]string{"--lags=-2"}, "--lags is -2"},
		{[]string{"--lags=1000000000"}, "--lags is 1000000000: give 1 to "},
		{[]string{"--decoder=mlp", "--hidden=1000000000"}, "--hidden is 1000000000: give 1 to 10000"},
		{[]string{"--weight-decay=inf"}, "weight decay is +Inf"},
		{[]string{"--latent-std=1e-300"}, "between 1e-6 and 1e6"},
		{[]string{"--padding=mirror"}, `unknown padding "mirror"`},
		{[]string{"--decoder=tanh"}, `no decoder "tanh"`},
		{[]string{"--decoder=mlp", "--hidden=0"}, "--hidden is 0"},
		{[]string{"--beta=-1"}, "--beta is -1"},
		{[]string{"--beta-start=-1"}, "--beta-start is -1"},
		{[]string{"--latent-std=per-bin"}, `--latent-std: unknown posterior std of the latents "per-bin"; choose one of 0.2, amortized`},
		{[]string{"--latent-std=0"}, "--latent-std: the posterior std 0 is out of range"},
		{[]string{"--estimator=hsic"}, `unknown estimator of the partial correlation "hsic"`},
		{[]string{"--start=pca"}, `no start "pca"`},
		{[]string{"--start=components"}, "--start random does without"},
		{[]string{"--start=components", "--decoder=mlp"}, "one matrix A"},
		{[]string{"--refit=-1"}, "--refit is -1"},
		{[]string{"--method=lint", "--beta=3"}, "--method lint has no partial correlation"},
		{[]string{"--method=lint", "--decoder=mlp"}, "one matrix A"},
		{[]string{"--method=lrrnn-ica", "--decoder=mlp"}, "one matrix A"},
		{[]string{"--method=components", "--recipe=paper"}, "leave --recipe and --start out"},
		{[]string{"--method=components"}, "200 training bins"},
		{[]string{"--refit=5", "--decoder=mlp"}, "one matrix A"},
		{[]string{"--groups=auto"}, "give their sizes"},
		{[]string{"--observation=poisson", "--scale=none"}, "below 0 somewhere"},
		{[]string{"--threads=1000000"}, "--threads is 1000000"},
		{[]string{"--beta=NaN"}, "--beta is NaN"},
		{[]string{"--alpha=-1"}, "--alpha is -1"},
		{[]string{"--scale=log"}, `unknown scale "log"`},
		{[]string{"--scale=sqrt"}, "no square root"},
		{[]string{"--split=half"}, `unknown split "half"`},
		{[]string{"--test-fraction=1.5"}, "1.5"},
		{[]string{"--optimizer=sgd"}, `unknown optimizer "sgd"`},
		{[]string{"--epochs=0"}, "epochs is 0"},
		{[]string{"--batch=0"}, "batch is 0"},
		{[]string{"--restarts=0"}, "restarts is 0"},
		{[]string{"--lr=0"}, "learning rate is 0"},
		{[]string{"--threads=-1"}, "--threads is -1"},
		{[]string{"--patience=-1"}, "--patience is -1"},
		{[]string{"--patience=5", "--split=none"}, "held-out bins"},
		{[]string{"--weight-decay=-1"}, "weight decay is -1"},
	} {
		if _, err := flags(t, c.args...).Resolve(signed(t)); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%v: %v; want an error that says %q", c.args, err, c.want)
		}
	}
	smoothed := counted(t)
	smoothed.Smoothed.SD = 0.1
	if _, err := flags(t, "--observation=poisson").Resolve(smoothed); err == nil ||
		!strings.Contains(err.Error(), "--observation poisson is for counts, of which --smooth makes rates") {
		t.Errorf("smoothed counts: %v", err)
	}
	one := signed(t)
	one.Activity.Row(3)[2] = float32(math.Inf(1))
	if _, err := flags(t).Resolve(one); err == nil || !strings.Contains(err.Error(), "row 3") {
		t.Errorf("a recording with an infinity: %v", err)
	}
	if _, err := flags(t).Resolve(times(signed(t), 0)); err == nil ||
		!strings.Contains(err.Error(), "no channel ever changes") {
		t.Errorf("a silent recording: %v", err)
	}
}

// TestResolveTakesZeroAtItsWord checks that a 0 that is given is not the same as nothing given, unless the help says
// so.
func TestResolveTakesZeroAtItsWord(t *testing.T) {
	t.Run("weight-decay", func(t *testing.T) {
		p, err := flags(t, "--optimizer=adamw", "--weight-decay=0").Resolve(signed(t))
		if err == nil && p.Options.WithDefaults().Decay != 0 {
			t.Errorf("decays by %g", p.Options.WithDefaults().Decay)
		}
	})
	t.Run("lags", func(t *testing.T) {
		if _, err := flags(t, "--lags=0").Resolve(signed(t)); err == nil {
			t.Error("0 lags were taken")
		}
	})
	t.Run("groups beyond an int", func(t *testing.T) {
		if _, err := flags(t, "--groups=9223372036854775807,9223372036854775807,5").Resolve(signed(t)); err == nil {
			t.Error("they were taken")
		}
	})
	t.Run("seeds beyond an int", func(t *testing.T) {
		p, err := flags(t, "--seed=18446744073709551615").Resolve(signed(t))
		if err == nil {
			_, err = p.Settings().TOML()
			if err != nil {
				t.Errorf("the seed was taken, but cannot be written: %v", err)
			}
		}
	})
}

// TestSeedDrawsTrials checks that the seed says which trials are held out. Ten seeds that all draw the same 2 of 8 have
// a chance of 28^-9.
func TestSeedDrawsTrials(t *testing.T) {
	held := func(seed string) []int {
		p, err := flags(t, "--seed="+seed).Resolve(signed(t))
		if err != nil {
			t.Fatal(err)
		}
		return p.Split.Test
	}
	others := 0
	for _, seed := range strings.Split("1 2 3 4 5 6 7 8 9", " ") {
		if !slices.Equal(held(seed), held("0")) {
			others++
		}
	}
	if others == 0 {
		t.Error("ten seeds hold out the same trials")
	}
}

// TestResolveWarns checks that channels that never change in training are named in a warning and left out.
func TestResolveWarns(t *testing.T) {
	rec := signed(t)
	for bin := range rec.Bins() {
		rec.Activity.Row(bin)[4] = 0.25
	}
	p, err := flags(t).Resolve(rec)
	if err != nil {
		t.Fatal(err)
	}
	if len(p.Warnings) != 1 || !strings.Contains(p.Warnings[0], "1 of 6 channels") ||
		!strings.Contains(p.Warnings[0], "n04") {
		t.Errorf("warnings %q", p.Warnings)
	}
	if !slices.Equal(p.Config.Silent, []bool{false, false, false, false, true, false}) {
		t.Errorf("silent are %v", p.Config.Silent)
	}
}

// TestResolvePassesWarningsOn checks that what the reader warned of is among the warnings of the fit, and so is
// smoothing across the bins held out.
func TestResolvePassesWarningsOn(t *testing.T) {
	for _, c := range []struct {
		args   []string
		smooth float64
		want   int
	}{{nil, 0, 1}, {nil, 0.1, 1}, {[]string{"--split=interleaved"}, 0.1, 2}, {[]string{"--split=interleaved"}, 0, 1}} {
		rec := signed(t)
		rec.Smoothed.SD = c.smooth
		rec.Warnings = []string{"2 of 9 trials hold no data and are left out."}
		p, err := flags(t, c.args...).Resolve(rec)
		if err != nil {
			t.Fatal(err)
		}
		if len(p.Warnings) != c.want || p.Warnings[0] != rec.Warnings[0] || c.want == 2 &&
			!strings.Contains(p.Warnings[1], "--smooth 0.1") {
			t.Errorf("%v: warnings %q", c.args, p.Warnings)
		}
	}
}

// TestRoundTrip checks that settings, written as resolved and read back, resolve to the same fit, with nothing left to
// choose.
func TestRoundTrip(t *testing.T) {
	for _, args := range [][]string{
		nil,
		{"--latents=5", "--lags=4", "--kernel=softmax", "--latent-std=per-dimension", "--alpha=0.1", "--seed=77",
			"--restarts=2", "--lr=3e-4", "--patience=50"},
		{"--decoder=mlp", "--hidden=3", "--split=interleaved", "--test-fraction=0.3", "--schedule=cosine",
			"--threads=2", "--groups=1,1+1"},
		{"--split=none", "--scale=max", "--padding=zero", "--activation=relu", "--beta=0",
			"--seed=9223372036854775807"},
	} {
		a, err := flags(t, args...).Resolve(signed(t))
		if err != nil {
			t.Fatal(err)
		}
		text, err := a.Settings().TOML()
		if err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(t.TempDir(), "config.toml")
		if err := os.WriteFile(path, text, 0o600); err != nil {
			t.Fatal(err)
		}
		read, err := ReadConfig(path)
		if err != nil {
			t.Fatalf("%v:\n%s", err, text)
		}
		if d := cmp.Diff(a.Settings(), read); d != "" {
			t.Errorf("%v: the settings come back changed:\n%s", args, d)
		}
		b, err := settings{read.Text}.Resolve(signed(t))
		if err != nil {
			t.Fatal(err)
		}
		for what, d := range map[string]string{
			"settings": cmp.Diff(a.Settings(), b.Settings()), "options": cmp.Diff(a.Options, b.Options),
			"split":   cmp.Diff(a.Split, b.Split),
			"scaling": cmp.Diff(a.Scaling, b.Scaling), "model": cmp.Diff(a.Config, b.Config),
			"activity": cmp.Diff(a.Recording.Activity, b.Recording.Activity),
		} {
			if d != "" {
				t.Errorf("%v: the %s differ:\n%s", args, what, d)
			}
		}
		for _, said := range b.Chosen {
			if !strings.HasPrefix(said, "the mlp ends in") {
				t.Errorf("%v: still to choose: %s", args, said)
			}
		}
	}
}
