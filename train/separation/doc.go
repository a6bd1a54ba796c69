// Package separation finds, from activity alone and before any training, how many latents there are, which of them
// belong together, and a FacRNN that starts from that: factor analysis gives the latents, a joint diagonalisation
// unmixes them into components, and components that help to predict one another in bins that were held out are one
// group.
//
// Only [FastICA] and the model that [InitFromPretrained] trains use random numbers. Arrays are gonum matrices of
// float64 with one row a bin: T bins, N neurons, K components; any known input is to be taken off the activity first.
// Stretches of time, such as trials, are given by their first rows, and nothing that looks from one bin to another
// crosses them.
//
// [InitFromActivity] and [InitFromPretrained] turn the components into parameters that training starts from. [LINT] and
// [ICA] change the basis of a trained model afterwards, and [RemoveInput] decides whether the history excludes the
// input's contribution.
//
// [Discover] takes all the steps. Each of them is exported too, with options of its own, so that it can be held to its
// definition, and used, without the others.
//
// The package imports gonum, train, train/infer, train/evaluate and train/internal/regress. Start with discover.go,
// whose steps are the other files.
package separation
