// Package train fits a model to a recording. [Fit] takes the parts of the model (graph.Config), a recording,
// the split into training and held-out bins, and [Options]. It returns a [Result]: the trained model, the
// losses of every epoch, and warnings.
//
// This is the path of one minibatch. A command, such as cmd/train, reads the settings with train/method, which
// calls Fit. Fit starts one or more restarts, which differ only in their random numbers. Each restart runs
// epochs: it shuffles the training bins and cuts them into minibatches (data.Batches). For each minibatch, it
// copies the bins into the graph's inputs, draws the noise and runs the graph. The graph returns the loss and
// its gradients (package graph). [Adam] then updates the parameters. The methods restart.train, restart.epoch
// and restart.forward in fit.go are this loop. Fit keeps the restart with the lowest training loss.
//
// The loop only trains. A [Hook] does everything else: progress, metrics, checkpoints, early stopping. A
// stopped fit resumes from a [State].
//
// Packages nested in train build on it: train/separation finds initial parameters, train/infer infers the
// latents of a trained model, train/evaluate computes metrics, and train/report draws figures. Read fit.go
// first, then options.go and hook.go; for the model itself, read package graph.
package train
