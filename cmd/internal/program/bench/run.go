// Package bench is the program that times a training step: noise, forward pass, gradients and Adam, in float32. It
// prints one line of JSON with the keys of peer_step.py, which times the same step in PyTorch and JAX.
//
// Start with Run; step.go has the models that are timed, against.go the comparison with a peer.
package bench

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"runtime"

	"github.com/alecthomas/kong"

	"facrnn/cmd/internal/cli"
	"facrnn/train"
)

type flags struct {
	Shape   shape   `help:"Numbers of bins in a minibatch, neurons, latents and groups." default:"128,100,6,2" placeholder:"M,N,K,G"`
	Threads int     `help:"Threads of one step." default:"1" placeholder:"N"`
	Steps   int     `help:"Steps in each of five repeats." default:"200" placeholder:"N"`
	Variant variant `help:"Model to time: ${variants}." default:"linear" placeholder:"NAME"`
	Hidden  int     `help:"Hidden units of the variant mlp." default:"32" placeholder:"N"`
	Against string  `help:"Compare with this command, to which M,N,K,G THREADS STEPS are added. Both run in turn." placeholder:"COMMAND"`
	Pairs   int     `help:"Number of comparisons with --against." default:"5" placeholder:"N"`
}

// Info describes the program.
func Info() cli.Info {
	return cli.Info{
		Name:   "bench",
		About:  "Time a training step, and print one line of JSON.",
		Common: []string{"shape", "threads", "steps", "variant", "against", "pairs"},
		Examples: []string{
			"--shape 1024,1000,12,3",
			"--against 'python3 cmd/bench/peer_step.py jax-scan'",
		},
	}
}

// Run runs the program and returns its exit status.
func Run(ctx context.Context, call cli.Call, stdout, stderr io.Writer, now train.Clock) int {
	var f flags
	c, err := cli.Parse(&f, Info(), call, stdout, stderr, kong.Vars{"variants": variants()})
	if c == nil {
		return cli.Report(stderr, err)
	}
	err = f.check()
	if err == nil {
		// The peers are limited in the same way: no other thread collects garbage.
		defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(f.Threads))
		if f.Against != "" {
			err = against(ctx, stdout, f, now)
		} else {
			err = printStep(ctx, stdout, f, now)
		}
	}
	if ctx.Err() != nil {
		return cli.Interrupted
	}
	return cli.Report(stderr, err)
}

func (f flags) check() error {
	for _, v := range []struct {
		name        string
		value, most int
	}{{"threads", f.Threads, 0}, {"steps", f.Steps, 1e9}, {"hidden", f.Hidden, 0}, {"pairs", f.Pairs, 10000}} {
		switch {
		case v.value < 1:
			return cli.Input{Err: fmt.Errorf("--%s is %d: give 1 or more", v.name, v.value)}
		case v.most > 0 && v.value > v.most:
			return cli.Input{Err: fmt.Errorf("--%s is %d: give at most %d", v.name, v.value, v.most)}
		}
	}
	if n := runtime.NumCPU(); f.Threads > n {
		return cli.Input{Err: fmt.Errorf("--threads is %d: there are %d processors", f.Threads, n)}
	}
	if err := tooLarge(f.Shape.N, f.Hidden); err != nil {
		return cli.Input{Err: fmt.Errorf("--hidden is %d: %w", f.Hidden, err)}
	}
	return nil
}

// result is one line, with the keys of peer_step.py.
type result struct {
	Impl    string  `json:"impl"`
	Version string  `json:"version"`
	M       int     `json:"M"`
	N       int     `json:"N"`
	K       int     `json:"K"`
	G       int     `json:"G"`
	Threads int     `json:"threads"`
	Min     float64 `json:"us_min"`
	Median  float64 `json:"us_median"`
}

func printStep(ctx context.Context, w io.Writer, f flags, now train.Clock) error {
	r, err := timed(ctx, f, now)
	if err != nil {
		return err
	}
	return json.NewEncoder(w).Encode(r)
}

// timed times a step.
func timed(ctx context.Context, f flags, now train.Clock) (result, error) {
	s, err := newStep(f)
	if err != nil {
		return result{}, err
	}
	defer s.Close()
	fastest, median, err := s.Time(ctx, f.Steps, now)
	if err != nil {
		return result{}, err
	}
	tenths := func(v float64) float64 { return math.Round(v*10) / 10 }
	impl := "facrnn"
	if f.Variant != "linear" {
		impl += "-" + string(f.Variant)
	}
	return result{
		Impl: impl, Version: runtime.Version(), M: f.Shape.M, N: f.Shape.N, K: f.Shape.K, G: f.Shape.G,
		Threads: f.Threads, Min: tenths(fastest), Median: tenths(median),
	}, nil
}
