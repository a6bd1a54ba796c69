// Package plot draws the pictures of one fitted run (the loss terms, the latents and the connectivity) and those of an
// experiment with many fits (box plots, curves, attractors, maps), as PNG, SVG and PDF files.
//
// It may import data, train/internal/atomicfile, the numbers of train/report/html and gonum's plot, nothing else of the project: whoever calls it hands over plain numbers. Start reading at
// Figures; loss.go, latents.go (with portrait.go) and connectivity.go each turn a Run into one figure; findings.go and regions.go do so with what report.html shows beside those. Experiment is the other
// way in; boxes.go, bars.go, lines.go (with logaxis.go), paths.go, maps.go and wheel.go hold its figures, exppage.go its page.
// layout.go places a figure's panels, write.go makes files of it (pdf.go is the canvas of one kind, letters.go sets the text of all), style.go and colour.go hold the look.
package plot

import (
	"fmt"

	"facrnn/data"
)

// Run is what is drawn of one fit: N neurons, K latents in G groups, T time bins.
type Run struct {
	Title    string         // the recording's name
	Curves   []Curve        // loss terms over epochs
	Latents  data.Matrix    // (T,K), encoded
	Time     []float64      // T, seconds
	Trial    []int          // T, from 0; read only where there are trials
	Trials   int            // 0 for a continuous recording
	BinWidth float64        // seconds; 0 where it is not known
	Groups   []Group        // G
	A, B     data.Matrix    // (N,K), (K,N): W = A B, row i <- column j; empty for a decoder that is not linear
	Channels []data.Channel // N, names and regions; empty where they are not known
	Unit     string         // of the activity
}

// Group is one group of latents.
type Group struct {
	Name    string
	Latents []int // columns of Run.Latents
}

// Curve is one loss term over epochs, in nats per bin.
type Curve struct {
	Name            string
	Epoch, Train    []float64
	TestEpoch, Test []float64 // held out; may be empty
}

// Figures writes loss, latents and connectivity into dir, which it makes if need be, each in all formats, PNG and SVG where none is named, and returns the
// files' paths in that order. A figure for which run holds nothing (no curves, no latents, no A) is left out. The error says
// which parts of run do not fit together, or which file could not be written.
func Figures(dir string, formats []Format, run Run) ([]string, error) {
	if err := run.check(); err != nil {
		return nil, fmt.Errorf("figures of %s: %w", run.Title, err)
	}
	return writeAll(dir, formats, []figure{lossFigure(run), latentsFigure(run), connectivityFigure(run)})
}

// check reports the first parts of a run that do not fit together.
func (run Run) check() error {
	T, K, N := run.Latents.Rows, run.Latents.Cols, run.A.Rows
	for _, m := range []data.Matrix{run.Latents, run.A, run.B} {
		if len(m.Data) != m.Rows*m.Cols {
			return fmt.Errorf("the latents, A or B hold fewer values than their shape says")
		}
	}
	if len(run.Time) != T {
		return fmt.Errorf("%d times for %d bins of latents", len(run.Time), T)
	}
	if run.Trials > 0 && len(run.Trial) != T {
		return fmt.Errorf("%d trial numbers for %d bins of latents", len(run.Trial), T)
	}
	for t := 0; t < T && run.Trials > 0; t++ {
		if k := run.Trial[t]; k < 0 || k >= run.Trials {
			return fmt.Errorf("bin %d belongs to trial %d of %d", t, k, run.Trials)
		}
	}
	for _, g := range run.Groups {
		for _, k := range g.Latents {
			if k < 0 || k >= K {
				return fmt.Errorf("group %s has latent %d of %d", g.Name, k, K)
			}
		}
	}
	if run.B.Rows != run.A.Cols || run.B.Cols != N {
		return fmt.Errorf("A is %d x %d, but B %d x %d", N, run.A.Cols, run.B.Rows, run.B.Cols)
	}
	if N > 0 && len(run.Groups) > 0 && run.A.Cols != K {
		return fmt.Errorf("A is of %d latents, of which there are %d", run.A.Cols, K)
	}
	if len(run.Channels) > 0 && N > 0 && len(run.Channels) != N {
		return fmt.Errorf("%d channels for an A of %d neurons", len(run.Channels), N)
	}
	return nil
}
