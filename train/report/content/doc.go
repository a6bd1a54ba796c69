// Package content turns a fit into the numbers and figures of its report, a [Page]. They show the settings, the
// training, the latents, the connectivity, the spectra, the behaviour, and the independence of groups. A simulation
// also has the recovery of its ground truth. Every number comes from train/evaluate and train/rundir, so it equals
// the number in the run folder. Notes on the page say what is thinned or chosen for the figures.
//
// [Page.Figures] makes the figures from the numbers. A [Figure] has titles, axes, units, limits of axes and colours,
// and the order of neurons; it has no colours and no lengths. train/report/html and train/report/plot draw the same
// list, and compute nothing. A new figure is one file here, which calls register.
//
// Package content works in float64, and does not change its arguments. It may import train, train/evaluate and
// train/rundir, and their imports. Start with findings.go for the numbers: each other file makes one part of
// the page. For the figures start with figure.go: each file figure_*.go makes the figures of one part.
package content
