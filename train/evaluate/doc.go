// Package evaluate measures a fitted model: how well it predicts held-out bins, how independent its groups are, and
// how well its latents and connectivity match a ground truth or a behaviour. It computes in float64 and writes no
// files.
//
// Matrices are gonum matrices with one row per bin. Start with model.go, which runs a fitted model over a recording.
// These files hold one metric each: latents.go, correlation.go, distance.go, connectivity.go, region.go,
// prediction.go, reach.go, spikes.go and spectrum.go.
//
// correlation_null.go holds the circular-shift control of correlation.go. recovery.go combines the metrics that need
// a ground truth. groups.go selects columns and rows. verdict.go turns the metrics into answers for the reader, and
// holds all thresholds. course.go judges the loss, rhythm.go names frequency bands, and repetition.go summarizes
// repeated fits.
//
// The package may import graph, the packages below graph, and train/internal/regress.
package evaluate
