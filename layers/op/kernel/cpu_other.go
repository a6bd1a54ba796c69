//go:build !amd64

package kernel

func best() instructions { return plain }

// This processor has no vector kernels: level is plain, and none of these functions is called.

func mulTVector(y, x, w, c []float32, M, N, K int)                                                {}
func mulVector(y, x, w, b []float32, M, N, K int)                                                 {}
func tMulVector(w, y, x []float32, M, N, K, lo, hi int, add bool)                                 {}
func colSumVector(o, x []float32, M, N, lo, hi int, add bool)                                     {}
func convolveVector(h, windows, psi []float32, M, N int)                                          {}
func likelihoodVector(poisson bool, sum, g, x, y, w []float32, M, N, lo, hi int, keep bool)       {}
func reluVector(y, x []float32)                                                                   {}
func gateVector(d, up, y []float32)                                                               {}
func timesVector(d, x, y []float32)                                                               {}
func plusVector(d, x, y []float32)                                                                {}
func expVector(y, x []float32)                                                                    {}
func softplusVector(y, d, x []float32)                                                            {}
func adamVector(p, g, mean, square, coef []float32)                                               {}
func forwardVector(s *Pairs[float32], w *pairWork[float32], base, tiles, part int)                {}
func backwardVector(s *Pairs[float32], w *pairWork[float32], dv []float32, base, tiles, part int) {}
