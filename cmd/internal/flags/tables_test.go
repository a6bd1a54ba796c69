package flags

import (
	"strings"
	"testing"

	"github.com/alecthomas/kong"
	G "gorgonia.org/gorgonia"

	"facrnn/layers"
	"facrnn/losses"
)

// newest is a history kernel of only the last bin. It stands for the kernel of another package.
type newest struct{}

func (newest) Fixed(lags int) []float64 { return append([]float64{1}, make([]float64, lags-1)...) }

func (n newest) Weights(b *layers.Builder, lags int) *G.Node {
	return layers.FixedKernel(n.Fixed(lags)).Weights(b, lags)
}

func init() { layers.RegisterKernel("newest", "only the last bin", newest{}) }

// TestFlagsKnowTables checks that a registered kernel is accepted, and that the help has every registered name.
func TestFlagsKnowTables(t *testing.T) {
	var s Settings
	p, err := kong.New(&s, Vars())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.Parse([]string{"--data=x.npz", "--kernel=newest"}); err != nil || s.Kernel != "newest" {
		t.Errorf("--kernel newest: %q, %v", s.Kernel, err)
	}
	if _, err := p.Parse([]string{"--kernel=oldest"}); err == nil {
		t.Error("--kernel oldest is accepted, though no such kernel is registered")
	}
	var text strings.Builder
	for _, f := range p.Model.Flags {
		text.WriteString(f.Help + "\n")
	}
	in := func(name, doc string) {
		if entry := "\n- " + name + ": " + doc + "\n"; !strings.Contains(text.String(), entry) {
			t.Errorf("the help lacks %q", entry)
		}
	}
	for _, e := range layers.Kernels() {
		in(e.Name, e.Doc)
	}
	for _, e := range layers.LatentStds() {
		in(e.Name, e.Doc)
	}
	for _, e := range layers.Structures() {
		in(e.Name, e.Doc)
	}
	for _, e := range losses.Estimators() {
		in(e.Name, e.Doc)
	}
	for _, e := range losses.Observations() {
		in(e.Name, e.Doc)
	}
}
