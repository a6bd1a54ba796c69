// Package flags holds what a fit is asked to be: the flags that train and its kin share, their file form, and how they resolve,
// together with a recording, to a model and training options. Start with [Settings] and [Settings.Resolve].
package flags

import (
	"strings"

	"github.com/alecthomas/kong"

	"facrnn/cmd/internal/recordings"
	"facrnn/layers"
	"facrnn/losses"
)

// FormatVersion is the version of what settings mean. Files of run folders have it since version 2. In version 1, --smooth took later
// bins, too, and scales were computed from all bins, not from the training bins.
const FormatVersion = 2

// Defaults are the settings of a command line without flags.
func Defaults() (s Settings, err error) { return s, kong.ApplyDefaults(&s, Vars()) }

// Vars returns the parts that the packages layers and losses have registered, for the help and the checks of the flags
// of Settings. Every kong parser of Settings takes it as an option.
func Vars() kong.Vars {
	kernels, names := layers.Kernels(), []string{}
	for _, k := range kernels {
		names = append(names, k.Name)
	}
	return kong.Vars{
		"kernels": choices(kernels), "kernel_names": strings.Join(names, ","), "latent_stds": choices(layers.LatentStds()),
		"structures": choices(layers.Structures()), "observations": choices(losses.Observations()), "estimators": choices(losses.Estimators()),
	}
}

// choices is a list of what is registered, each with its description.
func choices[T any](entries []layers.Entry[T]) string {
	texts := make([]string, len(entries))
	for i, e := range entries {
		texts[i] = e.Name + " (" + e.Doc + ")"
	}
	return strings.Join(texts, ", ")
}

// Settings are the flags of a fit. What is left empty is chosen from the recording by Resolve. The help texts are those of --help.
type Settings struct {
	recordings.Flags `toml:",inline"`

	// Format is the version of what settings mean; see FormatVersion. Config sets that of an older file.
	Format int `help:"Version of what settings mean." default:"2" hidden:"" toml:"format"`

	Scale string `help:"Scale the activity: none, max, zscore or sqrt (best: zscore for activity that keeps far above zero, sqrt for other that is never negative and has no --input; else by its size)." toml:"scale" placeholder:"KIND"`

	Latents     int    `help:"Latent dimensions, K (default: the sum of --groups)." toml:"latents" placeholder:"K" group:"Model"`
	Groups      string `help:"Groups of latents and which of them are independent: ${structures}, or auto (found in the recording) (default: 2,2)." toml:"groups" placeholder:"SIZES" group:"Model"`
	Structure   string `help:"TOML file of groups by name and latents, and of which are independent, in place of --groups." toml:"structure,omitempty" placeholder:"FILE" group:"Model"`
	Lags        int    `help:"Past bins in the history, L." default:"1" toml:"lags" group:"Model"`
	Kernel      string `help:"History kernel: ${kernels}." default:"exponential" enum:"${kernel_names}" toml:"kernel" group:"Model"`
	Activation  string `help:"Of the history: tanh, relu, softplus or identity." default:"tanh" enum:"tanh,relu,softplus,identity" toml:"activation" group:"Model"`
	Padding     string `help:"What stands for the bins before a trial's start: zero, or the first bin repeated (default: first with trials, else zero)." toml:"padding" placeholder:"zero|first" group:"Model"`
	Decoder     string `help:"Decoder: identity, relu, softplus, exp or mlp (default: relu for activity that is never negative, scaled or not, but for counts and their rates with recipe best; else identity)." toml:"decoder" placeholder:"KIND" group:"Model"`
	Hidden      int    `help:"Hidden units on each side of the mlp." default:"32" toml:"hidden" group:"Model"`
	LatentStd   string `help:"Posterior std of the latents: ${latent_stds} (default: 0.2 by recipe best, bandwidth by recipe paper)." toml:"latent-std" placeholder:"KIND" group:"Model"`
	Observation string `help:"Model of the activity given the prediction: ${observations}." default:"gaussian" toml:"observation" placeholder:"KIND" group:"Model"`

	Method    string   `help:"facrnn, facrnn-full (every latent a group), lrrnn (no groups), lrrnn-ica or lint (its latents turned afterwards), bdrnn (block-diagonal B A), or components (the start of recipe best alone)." default:"facrnn" enum:"facrnn,facrnn-full,lrrnn,lrrnn-ica,lint,bdrnn,components" toml:"method" group:"Objective"`
	Recipe    string   `help:"Settings that go together, where they are left open: best (ours, for the identity decoder and for counts: separated components to start from, a refit and, but for counts, the standardized estimator) or paper (the authors')." default:"best" enum:"best,paper" toml:"recipe" group:"Objective"`
	Beta      *float64 `help:"Weight of the partial correlation (best: 10; paper: 20 with the identity decoder, else 2)." toml:"beta" placeholder:"BETA" group:"Objective"`
	BetaStart *float64 `help:"Weight that training begins with, until it is halfway (best: 50; paper: beta)." toml:"beta-start" placeholder:"BETA" group:"Objective"`
	Estimator string   `help:"Estimator of the partial correlation: ${estimators} (default: standardized by recipe best, importance by recipe paper)." toml:"estimator" placeholder:"KIND" group:"Objective"`
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
