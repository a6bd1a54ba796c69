// Package evaluate measures a fitted model: how well it predicts held-out bins, how independent its groups are, and, where the truth
// or a behaviour is known, how well its latents and connectivity match. It also has the ridge regression
// that tells B from latents and history, by which starts and refits go, too. It works in float64.
//
// Arrays are gonum matrices with one row a bin. Start with model.go, which runs a fitted model over a recording; then latents.go,
// correlation.go, connectivity.go, prediction.go, hand.go and spikes.go hold one metric each, ridge.go the regression.
// It may import graph and what is below it, and train/gram.
package evaluate
