// Package posterior reads latents from the activity of their own bin: the mode of p(z | x, h), the product of what the decoder says of x and of the prior
// N(mu, Q) that the history gives. It is for any decoder and any observation model, by a few Newton steps a bin; where the decoder
// is linear and the noise Gaussian, facrnn/train/refit has a closed form. It may import gonum, facrnn/layers and facrnn/losses. Start with Model.
package posterior
