// Package graph assembles layers and loss terms into one static Gorgonia expression graph, differentiates it
// symbolically and runs it step by step:
//
//	windows -> history -> encoder -> sample -> decoder -> terms -> loss -> gradients
//
// A [Model] holds the parameters. [Model.Program] compiles the graph for one size of minibatch, once; every step after
// that writes the minibatch into the graph's inputs and runs it. [Samples] turns a recording into minibatches. Start
// with model.go.
package graph
