// Package npz reads and writes NumPy's npy and npz files, and reads recordings from them.
//
// The codec ([Load], [Save], [Array]) uses only the standard library. A recording's arrays have fixed names:
//
//	activity or x   (T,N), or rates (trials,bins,N): the activity that is fitted
//	input           (T,N), the known external input
//	drive           (T,P), measured input whose effect is learned, with drive_names (P)
//	trial           (T), the trial of each bin
//	time            (T), seconds
//	behavior, behaviour or velocity   (T,D), with behavior_names or behaviour_names (D)
//	condition       (trials) numbers or strings, the condition of each trial
//	event           (trials) seconds, a time in each trial
//	channel, region (N) strings, the channels' names and brain regions
//
// An npy file holds only the activity. All other arrays are optional. If the activity has shape (trials,bins,N), other
// arrays may also have shape (trials,bins,...). The file may also hold the ground truth of a simulation (z, A, B,
// owner). It is used for metrics and is never part of a recording.
//
// Start with [Recording]; [List] lists the contents of a file; [Arrays] converts a recording back to arrays. The
// package imports only data from this project.
package npz
