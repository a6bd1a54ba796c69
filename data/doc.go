// Package data holds what is fitted: recordings, their trials, the split into training and held-out bins, and
// minibatches. It knows nothing of Gorgonia and imports nothing of the project.
//
// Start with [Recording]. Readers live in the folders below (data/nwb, data/npz), simulators in data/simulate, and the
// embedded demo recording in data/demo. [NewSplit] says which bins train; [Batches] deals them out.
package data
