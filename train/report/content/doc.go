// Package content turns a fit into the numbers and figures of its report, a [Page]: what was fitted and how well, the
// training, what latents, connectivity, spectra, behaviour and independence show, and how far a planted truth is found.
// Every number comes from train/evaluate and train/rundir, as the run folder and the experiments have it; the page's
// own notes say what is thinned or chosen for the figures.
//
// [Page.Figures] makes the figures from the numbers. A [Figure] has titles, axes, units, limits of axes and colours,
// and the order of neurons; it has no colours and no lengths. train/report/html and train/report/plot draw the same
// list, and compute nothing. A new figure is one file here, which calls register.
//
// Package content works in float64, and does not change what it is given. It may import train, train/evaluate and
// train/rundir, and what they do. Start with findings.go for the numbers (each other file makes one part of the page)
// and with figure.go for the figures (each file figure_*.go makes those of one part).
package content
