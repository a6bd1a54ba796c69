// Package train fits a model to a recording: restarts, epochs of shuffled minibatches, Adam, and hooks for everything
// else (progress, metrics, checkpoints, early stopping). It imports data, graph and layers/op. The packages nested in
// it build on it: train/separation finds parameters to start from, train/infer the latents of a trained model,
// train/evaluate its metrics, train/report its figures.
//
// Start with [Fit], then [Options] and [Hook]; what a stopped fit goes on from is [OnSnapshot].
package train
