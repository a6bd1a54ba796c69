// Package separation finds groups of latents from activity only, before any training: how many latents there are,
// which of them belong together, and a FacRNN that starts from them. Factor analysis gives the latents, and a joint
// diagonalization separates them into components. Components that help to predict one another in held-out bins form
// one group.
//
// Only [FastICA] and the model that [InitFromPretrained] trains use random numbers. Matrices are gonum matrices of
// float64 with one row per bin: T bins, N neurons, K components. The offset must be subtracted from the activity
// first. Stretches of time, such as trials, are given by their first rows, and no computation that relates bins to
// one another crosses them.
//
// [InitFromActivity] and [InitFromPretrained] turn the components into parameters that training starts from. [LINT]
// and [ICA] change the basis of a trained model. [RemoveInput] decides whether the history excludes the input's
// contribution.
//
// The package imports gonum, train, train/infer, train/evaluate and train/internal/regress. Start with [Discover] in
// discover.go, whose steps are the other files.
package separation
