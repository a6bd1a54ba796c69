// Package layers holds the parts of the FacRNN model, one file per part, as nodes of a Gorgonia graph:
//
//	history      h(t) = sum_l psi_l sigma(x(t-l))         the convolved history (M,N)
//	encoder      mu = B h + c or an MLP                   the posterior means (M,K)
//	std, sample  q(z|h) = N(mu, s^2), z = mu + s eps      the posterior and one sample z (M,K)
//	decoder      f(A z + b + D u) + eta or an MLP         the predicted activity (M,N)
//	recurrence   W = A B, and W_g = A_g B_g for a group g of latents
//	groups       which latents form a group, and which groups must be independent
//
// A layer is a small struct of settings. Its build method takes a [Builder] and the nodes of its inputs, makes
// its parameters through the Builder, and returns the node of its output. The known offset eta and the measured
// inputs u are in inputs.go, the posterior sample in posterior.go, and its standard deviation s in the files
// std_*.go.
//
// Package graph assembles the layers into a model; read its build method to see them in order. Here, read
// builder.go first, then history.go, encoder.go and decoder.go. Package layers imports only layers/op from this
// repository, for fused operations.
package layers
