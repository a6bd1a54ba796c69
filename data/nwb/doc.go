// Package nwb reads recordings from NWB 2 files (https://nwb-schema.readthedocs.io), and writes fits into NWB files.
//
// [List] lists the contents of a file. [Read] reads the activity: one series, or the binned spikes of sorted units.
// It cuts the activity into trials. It brings the external input, the drive, the behaviour and the conditions of the
// trials to the same bins. Trials and units can be chosen by any column of their tables. Errors are one line, which
// names the file and the wrong part. Programs use [ListContext] and [ReadContext], which can be interrupted.
//
// [Write] writes a file of results: latents at the session's times, groups, units, and the session and subject of the
// source.
//
// Start with read.go or write.go. choose.go chooses the activity, trials.go the trials, and units.go the units.
// spikes.go bins spikes, segments.go cuts series, condition.go reads columns, and covariates.go reads covariates.
// reference.go finds the tables whose rows are the channels, and image_stack.go reads stacks of images.
//
// A long recording is read in pieces: timeline.go has the times, blocks.go the series, and ragged.go the lists, such
// as spikes. The package facrnn/data/hdf5/reader reads HDF5, behind open.go and hdf5.go. Its documentation says how
// it guards against damaged and hostile files. The package facrnn/data/hdf5 writes files, also those for the tests.
//
// Damage is always an error, also in a part that a fit does not need, because the extent of the damage is unknown. A
// part that is intact but unsupported is skipped if it is not needed, and an error if it is. Compound values and
// links out of the recording's folder are unsupported. Links to other files in the folder are followed, and a note of
// the recording names these files.
package nwb
