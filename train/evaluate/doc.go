// Package evaluate measures a fitted model: how well it predicts held-out bins, how independent its groups are, and,
// where the truth or a behaviour is known, how well its latents and connectivity match. It writes no files. It works in
// float64.
//
// Arrays are gonum matrices with one row a bin. Start with model.go, which runs a fitted model over a recording; then
// latents.go, correlation.go (with correlation_null.go, what there would be by chance), distance.go, connectivity.go,
// region.go, prediction.go, reach.go, spikes.go and spectrum.go hold one metric each, recovery.go those of a planted
// truth together, groups.go selects columns and rows of matrices. verdict.go answers the first questions of a reader
// from these numbers, and has all thresholds; course.go judges the loss, rhythm.go names bands of frequencies,
// repetition.go summarises repeated fits. It may import graph and what is below it, and train/internal/regress.
package evaluate
