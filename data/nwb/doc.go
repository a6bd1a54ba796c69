// Package nwb reads recordings from NWB 2 files (https://nwb-schema.readthedocs.io), and writes what was fitted to them
// as one.
//
// [List] says what a file holds; [Read] takes the activity of one series, or the binned spikes of its sorted units, cut
// into trials, with the external input, the drive and the behaviour brought to the same bins, and what tells trials
// apart. Trials and units are chosen by any column of their tables. Both leave out what they do not need, whatever it
// holds, and end in one line that names the file and the part of it that is wrong. Programs use [ListContext] and
// [ReadContext], which can be interrupted.
//
// [Write] writes a file of results: latents at the session's times, groups, units, and the session and subject of the
// source.
//
// Start with read.go, or with write.go; trials.go chooses trials, segments.go cuts, units.go chooses units, spikes.go
// bins them, condition.go reads columns, covariates.go what goes with the activity; reference.go finds the tables that
// channels are rows of, image_stack.go takes stacks of images. However long a recording, it is read some at a time:
// timeline.go has the times, blocks.go the series, ragged.go the lists, such as spikes. HDF5 itself is read by
// facrnn/data/hdf5/reader, behind open.go and hdf5.go; the reader's doc says how a damaged or hostile file is kept from
// doing harm. Damage is an error wherever it is met, also where a fit could do without what it struck: what else it
// struck cannot be told. What is whole but cannot be read (compound values, links out of the recording's folder) is
// passed over where it is not needed, and an error where it is. Links into other files of the folder are followed, and
// a note of the recording names these files. Files are written with facrnn/data/hdf5, those of the tests, too.
package nwb
