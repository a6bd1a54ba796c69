// Package losses holds the terms of the training objective, one file per term or estimator:
//
//	loss = reconstruction + KL + beta * partial correlation + alpha * block-diagonal
//
// Every [Term] takes the nodes of a model ([Variables]) and returns one scalar node with a symbolic derivative.
// The first three terms are means over the M bins of the minibatch, in nats. [Total] adds the terms with their
// weights. The reconstruction is an [Observation] model: [Gaussian], [Poisson] or [NegativeBinomial].
//
// Package graph builds the terms after the layers. Here, read losses.go first, then gaussian.go, kl.go and
// partial_correlation.go. Package losses imports layers and layers/op, never graph.
package losses
