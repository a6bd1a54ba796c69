// Package npz reads and writes NumPy's npy and npz files, and reads recordings from them.
//
// The codec ([Load], [Save], [Array]) uses the standard library only. A recording's arrays have fixed names:
//
//	activity or x   (T,N), or rates (trials,bins,N): what is fitted
//	input           (T,N), the known external input
//	drive           (T,P), measured input whose effect is to be learned, with drive_names (P)
//	trial           (T), the trial of each bin
//	time            (T), seconds
//	behavior, behaviour or velocity   (T,D), with behavior_names or behaviour_names (D)
//	condition       (trials) numbers or strings that tell trials apart
//	event           (trials) seconds, a time in each trial
//	channel, region (N) strings, the channels' names and where they were recorded
//
// An npy file holds the activity alone. Everything but the activity is optional, and the rest may also be shaped
// (trials,bins,...) where the activity is. The truth of a simulation (z, A, B, owner) may lie beside them; it is for
// metrics and is never read as part of a recording.
//
// Start with [Recording]; [List] says what a file holds; [Arrays] goes the other way. The package imports data and
// nothing else of the project.
package npz
