package main

import (
	"context"
	"fmt"
	"io"
	"math"

	"facrnn/data"
	"facrnn/graph"
	"facrnn/layers"
	"facrnn/train"
)

// scaling prints what a step costs as one size grows and the others stay, and an epoch as the recording does; the last column is the exponent
// of the growth since the line above: 1 is linear.
func scaling(ctx context.Context, w io.Writer, threads int, now train.Clock) error {
	base := shape{M: 256, N: 1000, K: 12, G: 3}
	for _, c := range []struct {
		what   string
		values []int
		set    func(*shape, int)
	}{
		{"neurons N", []int{1250, 2500, 5000, 10000, 20000}, func(s *shape, v int) { s.N = v }},
		{"bins in a minibatch M", []int{128, 256, 512, 1024, 2048, 4096}, func(s *shape, v int) { s.M = v }},
		{"groups G", []int{2, 4, 6, 12}, func(s *shape, v int) { s.G = v }},
		{"latents K, in groups of 3", []int{6, 12, 24, 48}, func(s *shape, v int) { s.K, s.G = v, v/3 }},
	} {
		err := curve(w, c.what, c.values, "us a step", func(v int) (float64, error) {
			s := base
			c.set(&s, v)
			steps := max(3, 200_000_000/(s.M*(s.N*s.K+s.M*(s.G+s.K))))
			r, err := timed(ctx, flags{Shape: s, Threads: threads, Steps: steps, Variant: "linear"}, now)
			return r.Median, err
		})
		if err != nil {
			return err
		}
	}
	return curve(w, "bins of the recording, N = 100", []int{4096, 16384, 65536}, "ms an epoch", func(v int) (float64, error) { return epoch(ctx, v, threads, now) })
}

func curve(w io.Writer, what string, values []int, unit string, measure func(v int) (float64, error)) error {
	if _, err := fmt.Fprintf(w, "%-32s %12s %9s\n", what, unit, "exponent"); err != nil {
		return err
	}
	before := 0.0
	for i, v := range values {
		t, err := measure(v)
		if err != nil {
			return err
		}
		exponent := ""
		if i > 0 {
			exponent = fmt.Sprintf("%.2f", math.Log(t/before)/math.Log(float64(v)/float64(values[i-1])))
		}
		if _, err := fmt.Fprintf(w, "%-32d %12.1f %9s\n", v, t, exponent); err != nil {
			return err
		}
		before = t
	}
	return nil
}

// epoch is the milliseconds of an epoch on a recording of random numbers.
func epoch(ctx context.Context, bins, threads int, now train.Clock) (float64, error) {
	rec := &data.Recording{Activity: data.NewMatrix(bins, 100), Starts: []int{0}}
	train.Fill(train.NewNormal(1, 1), rec.Activity.Data)
	split := data.Split{Train: make([]int, bins)}
	for i := range split.Train {
		split.Train[i] = i
	}
	c := graph.Config{Neurons: 100, Bins: bins, Structure: layers.Partition{3, 3}, Terms: graph.Objective(20, 0)}
	const epochs = 5
	res, err := train.Fit[float32](ctx, c, rec, split, train.Options{Epochs: epochs, Threads: threads}, now)
	if err != nil {
		return 0, err
	}
	return res.Rows[len(res.Rows)-1].Seconds / epochs * 1e3, nil
}
