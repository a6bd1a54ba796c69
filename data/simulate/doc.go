// Package simulate makes recordings whose connectivity and latents are known, for demonstrations and for tests of
// recovery.
//
// A simulation takes options with useful zero values and a seed or a random source, and returns a [data.Recording] with
// its [Truth]; equal options give equal recordings, bit for bit on one machine. The package imports data, data/npz and
// gonum. Start with [Reaching]; [Mixed] is of dynamical systems; [Voltage] is larger, and its pathways between regions
// are known too.
package simulate
