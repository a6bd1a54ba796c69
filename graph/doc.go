// Package graph builds the model of one minibatch as a static Gorgonia graph, differentiates the graph
// symbolically and runs it. It assembles the parts in packages layers and losses:
//
//	x, h -> encoder -> sample z -> decoder -> terms -> loss -> gradients
//
// It takes a [Config] (which layers and terms), a recording (data.Recording) and the bins of a minibatch. It
// returns the terms of the loss, the loss, and the gradient of every parameter.
//
// One minibatch takes this path. [NewSamples] holds the recording as arrays (T,N) and evaluates the history
// once if its kernel is fixed. [New] makes a [Model], which holds the parameters. [Model.Program] compiles the
// graph for minibatches of M bins, at the first call for that M. For each step, [Samples.Load] copies M bins
// into the inputs of the [Program], the caller fills the noise, and [Program.Run] runs the graph.
// [Program.Loss], [Program.Term] and [Program.Gradients] return the results.
//
// Package train calls all of this for each minibatch; see its loop in fit.go. In this package, read config.go
// first, then build in program.go. The formulas are in layers and losses.
package graph
