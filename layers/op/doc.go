// Package op turns a forward and a backward Go function into one node of a Gorgonia graph with a symbolic
// derivative. Layers and loss terms consist of such fused operations: a few large nodes instead of hundreds of
// small ones. A step allocates no memory after the first run.
//
// [Def] takes the two functions and the shape of the output, and [Apply] returns the node. A [Machine] runs a
// graph. The package imports Gorgonia and, from this repository, only op/kernel, which has the loops that
// decide the speed. Read Def first, then the example.
package op
