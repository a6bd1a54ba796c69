package layers

import (
	"fmt"
	"math"
	"slices"
	"strconv"

	G "gorgonia.org/gorgonia"
)

func init() { latentStds.RegisterForm("0.2", "or any other number, fixed", parseStd) }

// parseStd reads a number. Outside its bounds, the square of s or a division by it exceeds the range of float32.
func parseStd(text string) (LatentStd, error) {
	v, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return nil, nil
	}
	if !(v > 1e-6 && v < 1e6) {
		return nil, fmt.Errorf("the posterior std %s is out of range; give a number between 1e-6 and 1e6", text)
	}
	return Std(v), nil
}

// Std is a given s, the same for every latent and not trained.
type Std float64

// String returns the number.
func (s Std) String() string { return strconv.FormatFloat(float64(s), 'g', -1, 64) }

// LogStd builds ln s.
func (s Std) LogStd(b *Builder, h *G.Node, latents, bins int) *G.Node {
	return FixedStd(slices.Repeat([]float64{math.Log(float64(s))}, latents)).LogStd(b, h, latents, bins)
}

// FixedStd holds a given ln s for every latent, not trained.
type FixedStd []float64

// LogStd builds ln s.
func (f FixedStd) LogStd(b *Builder, _ *G.Node, latents, _ int) *G.Node {
	n := b.Data("log_std_z", latents)
	b.Fill(n, f)
	return n
}
