package graph

import "facrnn/layers"

// StepBytes estimates the memory in bytes of a training step of M bins, in float32 and without the recording.
// Its constants were fitted to measurements for M from 256 to 2048 and N from 100 to 8000. The loss over pairs
// of bins is not held in memory, so the estimate is linear in M.
func (c Config) StepBytes(M int) float64 {
	c = c.withDefaults()
	N, K, perBin := float64(c.Neurons), float64(c.Structure.Latents()), 0.0
	perBin = 4*N + 30*K + float64(c.Drive)
	if c.inGraph() {
		perBin += float64(c.History.Lags) * N
	}
	enc, dec := c.hidden()
	perBin += 6 * (enc + dec)
	return 4 * (float64(M)*perBin + 4*c.Parameters())
}

// Parameters returns the number of values in all parameters. It is a float64, which large sizes do not
// overflow. It ignores the parameters of the history kernel and the posterior, which are few.
func (c Config) Parameters() float64 {
	c = c.withDefaults()
	N, K := float64(c.Neurons), float64(c.Structure.Latents())
	enc, dec := c.hidden()
	count := N + float64(c.Drive)*N + K
	for _, h := range []float64{enc, dec} {
		if h > 0 {
			count += h * (N + K + 1)
		} else {
			count += N * K
		}
	}
	return count
}

// hidden returns the number of hidden units of the encoder and of the decoder; 0 for a linear one.
func (c Config) hidden() (encoder, decoder float64) {
	if e, ok := c.Encoder.(layers.MLPEncoder); ok {
		encoder = float64(e.Hidden)
	}
	if d, ok := c.Decoder.(layers.MLPDecoder); ok {
		decoder = float64(d.Hidden)
	}
	return encoder, decoder
}
