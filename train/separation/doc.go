// Package separation finds, from activity alone and before any training, how many latents there are, which of them belong together,
// and a FacRNN that starts from that: factor analysis gives the latents, a joint diagonalisation unmixes them into components, and
// components that help to predict one another in bins that were held out are one group.
//
// Nothing here is random but [FastICA], which is kept for comparison. Arrays are gonum matrices of float64 with one row a bin: T bins,
// N neurons, K components; any known input is to be taken off the activity first. Stretches of time, such as trials, are given by their
// first rows, and nothing that looks from one bin to another crosses them.
//
// [Discover] takes all the steps. Each of them is exported too, with options of its own, so that it can be held to its definition, and used, without the others.
//
// The package imports gonum, train/internal/regress and, for the ridge regression and to match components, train/evaluate. Start with discover.go, whose steps are the other files.
package separation
