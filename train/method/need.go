package method

import (
	"fmt"
	"math"
	"runtime"
	"sort"

	"facrnn/layers"
	"facrnn/train"
)

// The limits of a fit: more memory than all but a few machines have, and more time than anybody waits.
const (
	maxBytes   = 256e9
	maxSeconds = 365 * 24 * 60 * 60
)

// Single settings that are far beyond use.
const (
	maxRestarts = 10000
	maxBatch    = 1 << 20 // or all training bins
	maxRefit    = 10000   // steps of expectation-maximisation
)

// sizes are the settings that memory and time grow with.
type sizes struct{ restarts, epochs, batch, lags, hidden, threads int }

// need is an estimate of the memory and time of a fit: a lower bound, so that no fit is refused that can be carried
// out.
type need struct{ bytes, seconds float64 }

// excess returns the need as a multiple of the limits: at most 1 if the fit keeps to them.
func (n need) excess() float64 { return max(n.bytes/maxBytes, n.seconds/maxSeconds) }

// String says how much is needed, and the limits.
func (n need) String() string {
	memory, unit := n.bytes/1e9, "GB"
	if memory >= 1000 {
		memory, unit = memory/1000, "TB"
	}
	return fmt.Sprintf("the fit would need about %.3g %s of memory (limit: %g GB), and this time or more: %s (limit: "+
		"1 year)",
		memory, unit, maxBytes/1e9, train.Span(n.seconds))
}

// need estimates what the plan's fit needs with sizes s.
func (p *Plan) need(s sizes) need {
	const (
		copies   = 7     // of a restart's parameters: model, Adam's two means, last good state of these, and patience's
		row      = 200   // bytes of an epoch, which a restart keeps for metrics.csv and the report
		order    = 24    // bytes of a bin, in a restart's orders of bins
		programs = 2     // a restart builds one for a minibatch, and smaller ones
		overhead = 5e-6  // seconds, of the smallest step
		pass     = 2e-11 // seconds, of a product in one thread
	)
	c := p.Config
	c.History.Lags = s.lags
	if d, ok := c.Decoder.(layers.MLPDecoder); ok {
		c.Encoder, c.Decoder = layers.MLPEncoder{Hidden: s.hidden}, layers.MLPDecoder{Hidden: s.hidden, Link: d.Link}
	}
	M := max(1, min(s.batch, c.Bins))
	restarts, epochs, bins := float64(s.restarts), float64(s.epochs), float64(c.Bins)
	threads, together := float64(min(s.threads, runtime.NumCPU())), float64(min(s.threads, s.restarts))
	pairs := float64(M) * float64(M)
	products := float64(M)*c.Parameters() + pairs*float64(c.Structure.Latents())
	return need{
		bytes:   restarts*(4*copies*c.Parameters()+order*bins+row*epochs) + together*programs*c.StepBytes(M),
		seconds: restarts / threads * epochs * math.Ceil(bins/float64(M)) * (overhead + pass*products),
	}
}

// affordable returns an error if the fit would need more than the limits. It names the setting that adds most, and the
// largest value that keeps to them.
func (p *Plan) affordable() error {
	st := &p.Spec
	hidden := 0
	if d, ok := st.Decoder.(layers.MLPDecoder); ok {
		hidden = d.Hidden
	}
	o := p.Options
	s := sizes{o.Restarts, o.Epochs, o.Batch, st.Lags, hidden, o.Threads}
	total := p.need(s)
	switch most := max(maxBatch, p.Config.Bins); {
	case s.restarts > maxRestarts:
		return fmt.Errorf("--restarts is %d: %v: give at most %d", s.restarts, total, maxRestarts)
	case s.batch > most:
		return fmt.Errorf("--batch is %d, and there are %d training bins: give at most %d", s.batch, p.Config.Bins,
			most)
	case total.excess() <= 1:
		return nil
	}
	flag, at, least := "", (*int)(nil), total.excess()
	for _, f := range []struct {
		name string
		at   *int
	}{
		{"restarts", &s.restarts}, {"epochs", &s.epochs}, {"batch", &s.batch},
		{"lags", &s.lags}, {"hidden", &s.hidden}, {"threads", &s.threads},
	} {
		given := *f.at
		*f.at = 1
		if e := p.need(s).excess(); e < least {
			flag, at, least = f.name, f.at, e
		}
		*f.at = given
	}
	if flag == "" {
		K := p.Config.Structure.Latents()
		return fmt.Errorf("%d channels and %d latents: %v: choose fewer --latents or channels", p.Config.Neurons, K,
			total)
	}
	given := *at
	most := sort.Search(given, func(v int) bool {
		*at = v + 1
		return p.need(s).excess() > 1
	})
	if most == 0 {
		return fmt.Errorf("--%s is %d: %v: give fewer, and change other settings too", flag, given, total)
	}
	return fmt.Errorf("--%s is %d: %v: give at most %d", flag, given, total, most)
}
