// Package data holds the data that a model is fitted to: recordings, their trials, the split into training and
// held-out bins, and minibatches. It does not use Gorgonia and imports no other package of the project.
//
// Start with [Recording]. Readers are in the folders below (data/nwb, data/npz), simulators in data/simulate, and the
// embedded demo recording in data/demo. [NewSplit] chooses the training bins; [Batches] divides them into minibatches.
package data
