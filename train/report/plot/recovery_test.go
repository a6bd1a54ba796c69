package plot

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"facrnn/data"
)

// recovery is of two groups of latents, two and one, in trials of 10 bins or, without them, in every second bin.
func recovery(trials, bins int) Recovery {
	r := Recovery{Title: "simulated", Bins: "held-out bins", Trials: trials, BinWidth: 0.05, Truth: data.NewMatrix(bins, 3), Encoded: data.NewMatrix(bins, 3), Filtered: data.NewMatrix(bins, 3)}
	for t := range bins {
		r.Time = append(r.Time, 0.1*float64(t))
		if trials > 0 {
			r.Trial = append(r.Trial, min(t/10, trials-1))
			r.Time[t] = 0.05 * float64(t%10)
		}
		for k := range 3 {
			v := float32((t*(k+2))%17) * float32(k+1)
			r.Truth.Row(t)[k], r.Encoded.Row(t)[k], r.Filtered.Row(t)[k] = v, 0.8*v, 0.9*v
		}
	}
	w := data.NewMatrix(4, 4)
	for i := range w.Data {
		w.Data[i] = float32(i) - 7
	}
	for _, g := range []Group{{"planted group 1", []int{0, 1}}, {"planted group 2", []int{2}}} {
		r.Groups = append(r.Groups, Pair{Group: g, Note: "R2 0.9", W: []Named{{"planted", w}, {"found", w}}})
	}
	return r
}

// TestRecoveryFigures writes both figures, in both formats, of what there is to compare.
func TestRecoveryFigures(t *testing.T) {
	both := []string{"recovered_latents.png", "recovered_latents.svg", "recovered_connectivity.png", "recovered_connectivity.svg"}
	for name, c := range map[string]struct {
		recovery Recovery
		change   func(*Recovery)
		want     []string
	}{
		"trials":          {recovery(6, 60), nil, both},
		"many trials":     {recovery(100, 1000), nil, both},
		"continuous":      {recovery(0, 900), nil, both},
		"bins, not times": {recovery(0, 50), func(r *Recovery) { r.BinWidth = 0 }, both},
		"one bin":         {recovery(0, 1), nil, both},
		"no filtered":     {recovery(0, 50), func(r *Recovery) { r.Filtered = data.Matrix{} }, both},
		"no weights":      {recovery(0, 50), func(r *Recovery) { r.Groups[0].W, r.Groups[1].W = nil, nil }, both[:2]},
		"no latents":      {recovery(0, 50), func(r *Recovery) { r.Encoded = data.Matrix{} }, both[2:]},
	} {
		t.Run(name, func(t *testing.T) {
			if c.change != nil {
				c.change(&c.recovery)
			}
			dir := t.TempDir()
			paths, err := RecoveryFigures(dir, nil, c.recovery)
			for i, p := range paths {
				paths[i], _ = filepath.Rel(dir, p)
			}
			if err != nil || !slices.Equal(paths, c.want) {
				t.Errorf("%v, %v; want %v", paths, err, c.want)
			}
		})
	}
}

// TestShown: trials stand end to end from 0, every one a path; of a long recording whole trials are shown, or its first bins.
func TestShown(t *testing.T) {
	s := recovery(6, 60).shown()
	if len(s.paths) != 6 || s.bins() != 60 || s.x[0] != 0 || s.x[59] < 2.94 || s.x[59] > 2.96 || len(s.seams()) != 5 {
		t.Errorf("%v of %d bins, %v", s.paths, s.bins(), s.x)
	}
	if s := recovery(100, 1000).shown(); s.bins() != continuousBins {
		t.Errorf("%d bins of many trials", s.bins())
	}
	if s := recovery(0, 900).shown(); s.bins() != continuousBins || len(s.paths) != 1 {
		t.Errorf("%v of every second bin", s.paths)
	}
}

// TestRecoveryMistakes: parts that do not fit together are named, and nothing is written.
func TestRecoveryMistakes(t *testing.T) {
	for want, change := range map[string]func(*Recovery){
		"the encoded latents are":               func(r *Recovery) { r.Encoded = data.NewMatrix(3, 3) },
		"the filtered latents are":              func(r *Recovery) { r.Filtered = data.NewMatrix(50, 2) },
		"49 times":                              func(r *Recovery) { r.Time = r.Time[1:] },
		"planted group 2 has latent 3 of 3":     func(r *Recovery) { r.Groups[1].Latents = []int{3} },
		"has 1 sub-connectivities":              func(r *Recovery) { r.Groups[1].W = r.Groups[1].W[:1] },
		"W of planted group 2 is 2 x 2":         func(r *Recovery) { r.Groups[1].W = []Named{{"a", data.NewMatrix(2, 2)}, r.Groups[0].W[0]} },
		"another one of 4 neurons, of 1 channe": func(r *Recovery) { r.Channels = []data.Channel{{}} },
	} {
		r := recovery(0, 50)
		change(&r)
		if paths, err := RecoveryFigures(t.TempDir(), nil, r); err == nil || !strings.Contains(err.Error(), want) || len(paths) > 0 {
			t.Errorf("%v, %v; want %q", paths, err, want)
		}
	}
}
