package experiment

import (
	"context"
	"runtime"

	"facrnn/cmd/internal/cli"
	"facrnn/cmd/internal/steptime"
	"facrnn/graph"
	"facrnn/layers"
	"facrnn/train"
	"facrnn/train/report/plot"
)

// scaling is the cost of a training step, in time and memory, as one of its sizes grows and the others stay.
type scaling struct {
	Seeds int    `help:"Number of timings of each size." default:"3" placeholder:"N"`
	Out   string `help:"Folder of the results. A folder with part of the table is continued. Default: runs/NAME-TIME." default:"" placeholder:"DIR"`
	Small bool   `help:"Measure only the two smallest values of each size."`

	FigureFormat []plot.Format `help:"Formats of the figures besides png and svg: pdf." placeholder:"FORMAT"`
	cli.FigureFlags
}

type scalingCell struct {
	Varied                               string
	Bins, Neurons, Latents, Groups, Lags int
}

// usual are the sizes while another one is varied.
var usual = scalingCell{Bins: 256, Neurons: 1000, Latents: 12, Groups: 3, Lags: 1}

// grown are the sizes that grow, and the axes that show them.
var grown = []struct {
	name, axis string
	size       func(*scalingCell) *int
	values     []int
}{
	{"neurons", "neurons N", func(c *scalingCell) *int { return &c.Neurons },
		[]int{125, 250, 500, 1000, 2000, 4000, 8000}},
	{"bins", "bins in a minibatch M", func(c *scalingCell) *int { return &c.Bins },
		[]int{64, 128, 256, 512, 1024, 2048}},
	{"latents", "latents K", func(c *scalingCell) *int { return &c.Latents }, []int{6, 12, 24, 48}},
	{"groups", "groups G", func(c *scalingCell) *int { return &c.Groups }, []int{2, 3, 6, 12}},
	{"lags", "lags L, learned kernel", func(c *scalingCell) *int { return &c.Lags }, []int{1, 2, 4, 8}},
}

// common has one job: steps side by side would slow one another down.
func (e *scaling) common() *shared {
	return &shared{Seeds: e.Seeds, Jobs: 1, Out: e.Out, FigureFormat: e.FigureFormat, FigureFlags: e.FigureFlags}
}

func (e *scaling) experiment(_ context.Context, s session) (runnable, error) {
	var cells []scalingCell
	for _, g := range grown {
		for i, v := range g.values {
			if e.Small && i > 1 {
				break
			}
			c := usual
			c.Varied, *g.size(&c) = g.name, v
			cells = append(cells, c)
		}
	}
	return experiment[scalingCell]{
		title:   "What a training step costs",
		columns: "varied bins neurons latents groups lags seed us_per_step megabytes seconds",
		shown:   "us_per_step megabytes",
		cells:   cells,
		measure: func(ctx context.Context, r *row[scalingCell]) error { return timeStep(ctx, r, s.now) },
		figures: scalingPictures,
		note: "One thread, float32; bins of a minibatch, and a learned kernel where lags are varied. megabytes: the " +
			"graph and all that it works in, but not the recording.",
	}, nil
}

// timeStep times one size.
func timeStep(ctx context.Context, r *row[scalingCell], now train.Clock) error {
	began, size := now(), r.cell
	partition := make(layers.Partition, size.Groups)
	for k := range size.Latents {
		partition[k%size.Groups]++
	}
	c := graph.Config{Neurons: size.Neurons, Bins: 10 * size.Bins, Structure: partition, Terms: graph.Objective(20, 0)}
	if size.Varied == "lags" {
		c.History = layers.History{Lags: size.Lags, Kernel: layers.SoftmaxKernel{}}
	}
	before := live()
	s, err := steptime.New(c, size.Bins, 1)
	if err != nil {
		return err
	}
	defer s.Close()
	work := size.Bins * (size.Neurons*size.Latents + size.Bins*(size.Groups+size.Latents))
	_, median, err := s.Time(ctx, max(3, 100_000_000/work), now) // a tenth of a second or so
	if err != nil {
		return err
	}
	r.set("us_per_step", median)
	r.set("megabytes", float64(live()-before)/(1<<20))
	runtime.KeepAlive(s)
	r.set("seconds", now().Sub(began).Seconds())
	return nil
}

// live returns the number of bytes in use.
func live() int64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

func scalingPictures(_ context.Context, t *table[scalingCell]) ([]picture, error) {
	return []picture{
		lines(growth(t, "time", "Time of a training step", "us_per_step", "microseconds"), "Time",
			"Time of one training step over each size, the others as they are; mean over repetitions and its "+
				"standard error, on logarithmic axes, where a straight line is a power of the size."),
		lines(growth(t, "memory", "Memory of a training step", "megabytes", "megabytes"), "Memory",
			"Memory of the graph and all that it works in, over each size."),
	}, nil
}

// growth returns a column over each size that was varied.
func growth(t *table[scalingCell], name, title, column, label string) plot.Lines {
	f := plot.Lines{Name: name, Title: title}
	f.Note = "256 bins in a minibatch, 1000 neurons, 12 latents in 3 groups, 1 lag, except for the varied size."
	for _, g := range grown {
		var l plot.Line
		for _, rows := range t.kinds() {
			if c := rows[0].cell; c.Varied == g.name {
				addPoint(&l, float64(*g.size(&c)), summarize(rows, column))
			}
		}
		f.Panels = append(f.Panels, plot.LinePanel{X: g.axis, Y: label, LogX: true, LogY: true, Lines: []plot.Line{l}})
	}
	return f
}
