// Package content turns a fit into the numbers of its report, a [Page]: what was fitted and how well, the training, and what
// latents, connectivity, spectra, behaviour and independence show, and how far a planted truth is found. Every figure comes from train/evaluate and train/rundir, as the run folder and the experiments have
// it; what is thinned or chosen for the pictures is said in the page's own notes.
//
// It works in float64, and leaves what it is given as it is. It may import train, train/evaluate and train/rundir, and what they do. Start with findings.go; each other file makes one part of the page.
package content
