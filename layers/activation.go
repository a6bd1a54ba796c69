package layers

import (
	"fmt"
	"math"

	"facrnn/layers/op"
)

// Activation is an elementwise function.
type Activation string

// The activations. The zero value is Identity.
const (
	Identity Activation = "identity"
	Tanh     Activation = "tanh"
	ReLU     Activation = "relu"
	Softplus Activation = "softplus" // ln(1 + e^x)
	Exp      Activation = "exp"
)

// Check reports an activation that does not exist.
func (a Activation) Check() error {
	switch a {
	case "", Identity, Tanh, ReLU, Softplus, Exp:
		return nil
	}
	return fmt.Errorf("there is no activation %q: choose identity, tanh, relu, softplus or exp", string(a))
}

// activate writes y = f(x); y may be x.
func activate[T op.Float](a Activation, y, x []T) {
	switch a {
	case Tanh:
		for i, v := range x {
			y[i] = T(math.Tanh(float64(v)))
		}
	case ReLU:
		for i, v := range x {
			y[i] = max(v, 0)
		}
	case Softplus:
		for i, v := range x {
			y[i] = T(max(float64(v), 0) + math.Log1p(math.Exp(-math.Abs(float64(v)))))
		}
	case Exp:
		for i, v := range x {
			y[i] = T(math.Exp(float64(v)))
		}
	default:
		copy(y, x)
	}
}

// chain writes dst = up * f'(x), given y = f(x) alone: each of the derivatives is a function of the value.
func chain[T op.Float](a Activation, dst, up, y []T) {
	switch a {
	case Tanh:
		for i, v := range y {
			dst[i] = up[i] * (1 - v*v)
		}
	case ReLU:
		for i, v := range y {
			dst[i] = 0
			if v > 0 {
				dst[i] = up[i]
			}
		}
	case Softplus: // f' = 1 / (1 + e^-x) = 1 - e^-f
		for i, v := range y {
			dst[i] = -up[i] * T(math.Expm1(-float64(v)))
		}
	case Exp:
		for i, v := range y {
			dst[i] = up[i] * v
		}
	default:
		copy(dst, up)
	}
}
