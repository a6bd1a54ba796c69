package main

import (
	"context"
	"io"
	"runtime"
	"strconv"

	"facrnn/cmd/internal/cli"
	"facrnn/cmd/internal/steptime"
	"facrnn/graph"
	"facrnn/layers"
	"facrnn/train"
	"facrnn/train/report/plot"
)

// scaling is what a training step costs, in time and memory, as one of its sizes grows and the others stay.
type scaling struct {
	Seeds int    `help:"How often each is timed." default:"3"`
	Out   string `help:"Folder for the table; one that holds part of it is gone on with." default:"" placeholder:"DIR"`
	Small bool   `help:"Only the two smallest of each size."`

	FigureFormat []plot.Format `help:"What figures are written as beside png and svg, which the page is made of: pdf." placeholder:"FORMAT"`
}

var scalingColumns = []string{"varied", "bins", "neurons", "latents", "groups", "lags", "seed", "us_per_step", "megabytes", "seconds"}

// grown are the sizes that grow, and the others meanwhile.
var grown = []struct {
	name   string
	values []int
}{
	{"neurons", []int{125, 250, 500, 1000, 2000, 4000, 8000}},
	{"bins", []int{64, 128, 256, 512, 1024, 2048}},
	{"latents", []int{6, 12, 24, 48}},
	{"groups", []int{2, 3, 6, 12}},
	{"lags", []int{1, 2, 4, 8}},
}

func (e *scaling) run(ctx context.Context, call cli.Call, stdout, stderr io.Writer, now train.Clock) error {
	s := shared{Seeds: e.Seeds, Jobs: 1, Out: e.Out} // side by side, steps would slow one another down
	if err := s.check("scaling", now); err != nil {
		return cli.Input{Err: err}
	}
	var kinds []row
	for _, g := range grown {
		for i, v := range g.values {
			if e.Small && i > 1 {
				break
			}
			r := row{"varied": g.name, "bins": "256", "neurons": "1000", "latents": "12", "groups": "3", "lags": "1"}
			r[g.name] = strconv.Itoa(v)
			kinds = append(kinds, r)
		}
	}
	b := batch{
		command: call.Shown(),
		dir:     s.Out, title: "What a training step costs", columns: scalingColumns, key: []string{"varied", "bins", "neurons", "latents", "groups", "lags", "seed"},
		shown: []string{"us_per_step", "megabytes"}, fits: seeds(e.Seeds, kinds...), jobs: s.Jobs, formats: e.FigureFormat,
		note: "One thread, float32; bins of a minibatch, and a learned kernel where lags are varied. megabytes: the graph and all that it works in, but not the recording.",
	}
	b.figures = func(t *table) ([]picture, error) {
		return []picture{
			lined(t.growth("time", "Time of a training step", "us_per_step", "microseconds"), "Time", "Time of one training step over each size, the others as they are; mean over repetitions and its standard error, on logarithmic axes, where a straight line is a power of the size."),
			lined(t.growth("memory", "Memory of a training step", "megabytes", "megabytes"), "Memory", "Memory of the graph and all that it works in, over each size."),
		}, nil
	}
	return b.run(ctx, stdout, stderr, func(ctx context.Context, r row) (arrays, error) { return nil, e.fit(ctx, r, now) })
}

// fit times one size.
func (e *scaling) fit(ctx context.Context, r row, now train.Clock) error {
	began := now()
	size := func(column string) int {
		n, _ := strconv.Atoi(r[column]) // run made it
		return n
	}
	M, N, K, G, L := size("bins"), size("neurons"), size("latents"), size("groups"), size("lags")
	partition := make(layers.Partition, G)
	for k := range K {
		partition[k%G]++
	}
	c := graph.Config{Neurons: N, Bins: 10 * M, Structure: partition, Terms: graph.Objective(20, 0)}
	if r["varied"] == "lags" {
		c.History = layers.History{Lags: L, Kernel: layers.SoftmaxKernel{}}
	}
	before := live()
	s, err := steptime.New(c, M, 1)
	if err != nil {
		return err
	}
	defer s.Close()
	n := max(3, 100_000_000/(M*(N*K+M*(G+K)))) // a tenth of a second or so
	_, median, err := s.Time(ctx, n, now)
	if err != nil {
		return err
	}
	r.set("us_per_step", median)
	r.set("megabytes", float64(live()-before)/(1<<20))
	runtime.KeepAlive(s)
	r.set("seconds", now().Sub(began).Seconds())
	return nil
}

// live is the bytes that are in use.
func live() int64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}
