// Package layers holds the parts of the FacRNN model, one file a layer, each as nodes of a Gorgonia graph:
//
//	history      h(t) = sum_l psi_l sigma(x(t-l))                    the convolved history
//	encoder      q(z|h) = N(mu, s^2), mu = B h + c or an MLP         with posterior.go for s, which may follow h, and the sample z
//	decoder      x = f(A z + b) + eta or an MLP                      with inputs.go for eta, and a drive D u whose D is learned
//	recurrence   W = A B and, for a group g of latents, W_g = A_g B_g
//	groups       which latents belong together, and what the partial correlation is taken over
//
// A layer is a small struct of settings; building it into a graph takes a [Builder], which makes the parameters. Layers
// import layers/op for fused operations, and nothing else of the project. Start with builder.go.
package layers
