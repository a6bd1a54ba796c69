package rundir

import (
	"errors"
	"fmt"
	"math"
	"slices"

	"facrnn/data"
	"facrnn/data/npz"
	"facrnn/graph"
	"facrnn/layers"
	"facrnn/losses"
)

// Config returns the model's configuration for a recording of its channels, scaled as the model's own, by what
// model.npz says of it. The objective has the weights of [graph.Objective] without penalties, because model.npz does
// not keep weights. It fails if a part of the model is not registered, and for runs of older programs.
func (s *Stored) Config(rec *data.Recording) (graph.Config, error) {
	k := s.Known
	c := graph.Config{
		Neurons: len(s.Channels), Bins: k.Bins, Input: k.Input != "", Drive: len(k.Drive), LeftOut: k.LeftOut,
		Structure: k.Structure, Silent: k.Silent, Terms: graph.Objective(0, 0),
	}
	if rec.Missing() > 0 || slices.ContainsFunc(k.HistoryMeans, math.IsNaN) {
		c.Missing = &graph.Missing{Fill: k.HistoryMeans}
	}
	words := map[string]string{}
	for _, name := range []string{"kernel_kind", "activation", "padding", "decoder", "latent_std", "observation"} {
		v, err := s.word(name)
		if err != nil {
			return c, s.partial(err)
		}
		words[name] = v
	}
	c.History.Activation, c.History.Padding = layers.Activation(words["activation"]), layers.Padding(words["padding"])
	err := errors.Join(s.kernel(&c, words["kernel_kind"]), s.decoder(&c, words["decoder"]),
		s.latentStd(&c, words["latent_std"]))
	observation, wrong := losses.ParseObservation(words["observation"])
	if err = errors.Join(err, wrong); err != nil {
		return c, s.partial(err)
	}
	c.Observe(observation)
	return c, c.Check()
}

// partial returns an error of a model.npz that does not say all of its model.
func (s *Stored) partial(err error) error {
	return fmt.Errorf("%s: does not say all of the model (%w): register what is missing, or pass the configuration",
		s.path, err)
}

// kernel reads the kernel of a name, or else a fixed one.
func (s *Stored) kernel(c *graph.Config, name string) error {
	psi, err := part(s, "kernel", npz.Array.Float64s, -1)
	c.History.Lags, c.History.Kernel = len(psi), layers.FixedKernel(psi)
	if err == nil && name != "" {
		c.History.Kernel, err = layers.ParseKernel(name)
	}
	return err
}

// decoder reads the decoder of a name, and with it the encoder.
func (s *Stored) decoder(c *graph.Config, name string) error {
	mlp := layers.MLPDecoder{Link: s.Known.Link}
	if name != mlp.String() {
		c.Decoder = layers.LinearDecoder{Link: layers.Activation(name)}
		return layers.Activation(name).Check()
	}
	bias, err := part(s, mlp.Maps()[0].Offset, npz.Array.Float64s, -1)
	mlp.Hidden = len(bias)
	c.Decoder, c.Encoder = mlp, layers.MLPEncoder{Hidden: mlp.Hidden}
	return err
}

// latentStd reads the posterior std of a name, or else a fixed one.
func (s *Stored) latentStd(c *graph.Config, name string) (err error) {
	if name != "" {
		c.LatentStd, err = layers.ParseLatentStd(name)
		return err
	}
	logs, err := part(s, "log_std_z", npz.Array.Float64s, -1)
	c.LatentStd = layers.FixedStd(logs)
	return err
}
