// Package simulate makes recordings with known connectivity and latents, for demonstrations and for tests of recovery.
//
// A simulation takes options with useful zero values and a seed or a random source. It returns a [data.Recording] with
// its [Truth]. Equal options give equal recordings, bit for bit on one machine. The package imports data, data/npz and
// gonum. Start with [Reaching]; [Mixed] simulates dynamical systems; [Voltage] is larger, and its pathways between
// regions are also known.
package simulate
