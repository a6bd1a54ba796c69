// Package rundir writes the folder of a run. During training it writes metrics.csv and checkpoints; at the end it
// writes model.npz, latents.npz, connectivity.npz, results.nwb and, last, summary.json. Every file is written whole,
// except metrics.csv, which grows.
//
// A run that stopped for any reason continues from its checkpoints. [Load] reads the model of a complete run, and
// [OpenEvaluation] makes the folder of an evaluation.
//
// It may import train, train/evaluate, train/internal/jsonnum, train/internal/atomicfile and the packages that they
// import, and the formats that it writes: data/npz, data/nwb, and train/internal/tensorboard. Start with [Folder].
package rundir
