// Package train fits a model to a recording: restarts, epochs of shuffled minibatches, Adam, and hooks for everything else (progress,
// metrics, checkpoints, early stopping). What a run is measured by is in train/evaluate, its figures are in train/report.
//
// Start with [Fit], then [Options] and [Hook]; what a stopped fit goes on from is [State].
package train
