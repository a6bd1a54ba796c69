// Package rundir writes the folder that a run leaves: metrics.csv and checkpoints as it goes, and at its end model.npz,
// latents.npz, connectivity.npz, results.nwb and, last of all, summary.json. Every file is written whole; only
// metrics.csv grows. From the checkpoints a run that was stopped, however hard, goes on; [Load] reads the model of one
// that has ended, and [OpenEvaluation] makes the folder for what it says of a recording.
//
// It may import train, train/evaluate, train/internal/jsonnum, train/internal/atomicfile and what they do, and the
// formats that it writes: data/npz, data/nwb, and TensorBoard's in train/internal/tensorboard. Start with [Folder].
package rundir
