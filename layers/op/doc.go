// Package op turns a pair of Go functions, a forward and a backward one, into one node of a Gorgonia graph with a
// symbolic derivative. Layers and loss terms are made of such fused operations: a few large nodes instead of hundreds
// of small ones, and no memory allocated once the graph has run.
//
// The package imports Gorgonia and nothing of the project; the loops that decide the speed are in op/kernel, which
// imports nothing at all. Start with [Def].
package op
