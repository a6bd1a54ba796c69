// Package evaluate measures a fitted model: how well it predicts held-out bins, how independent its groups are, and, where the truth
// or a behaviour is known, how well its latents and connectivity match. It also reads latents and connectivity from a fit in better ways
// than training does, where these have a closed form. It works in float64; nothing in it is used to train.
//
// Arrays are gonum matrices with one row a bin. Start with model.go, which runs a fitted model over a recording; then latents.go,
// correlation.go, connectivity.go, prediction.go, hand.go and spikes.go hold one metric each, posterior.go and ridge.go the closed forms.
// It may import graph and what is below it.
package evaluate
