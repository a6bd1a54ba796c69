// Package results writes the folder that a run leaves: metrics.csv as it goes, and at its end model.npz, latents.npz, connectivity.npz,
// results.nwb and summary.json. Every file is written under another name and renamed when it is whole.
//
// It may import train, train/evaluate and what they do. Start with [Folder].
package results
