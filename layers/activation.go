package layers

import (
	"fmt"
	"math"

	"facrnn/layers/op"
	"facrnn/layers/op/kernel"
)

// Activation names an elementwise function.
type Activation string

// The activations. The zero value is Identity.
const (
	Identity Activation = "identity"
	Tanh     Activation = "tanh"
	ReLU     Activation = "relu"
	Softplus Activation = "softplus" // ln(1 + e^x)
	Exp      Activation = "exp"
)

// Check returns an error for an unknown activation.
func (a Activation) Check() error {
	switch a {
	case "", Identity, Tanh, ReLU, Softplus, Exp:
		return nil
	}
	return fmt.Errorf("unknown activation %q; choose identity, tanh, relu, softplus or exp", string(a))
}

func (a Activation) orIdentity() Activation {
	if a == "" {
		return Identity
	}
	return a
}

// At returns the activation's value and slope at u.
func (a Activation) At(u float64) (y, slope float64) {
	switch a {
	case Tanh:
		y = math.Tanh(u)
		return y, 1 - y*y
	case ReLU:
		if u > 0 {
			return u, 1
		}
		return 0, 0
	case Softplus:
		e := math.Exp(-math.Abs(u))
		if slope = 1 / (1 + e); u < 0 {
			slope = e / (1 + e)
		}
		return max(u, 0) + math.Log1p(e), slope
	case Exp:
		y = math.Exp(u)
		return y, y
	}
	return u, 1
}

// activate writes y = f(x) and, only for Softplus, the derivative d. All have one length; y may be x.
func activate[T op.Float](a Activation, y, d, x []T) {
	switch a {
	case Tanh:
		for i, v := range x {
			y[i] = T(math.Tanh(float64(v)))
		}
	case ReLU:
		kernel.ReLU(y, x)
	case Softplus:
		kernel.Softplus(y, d, x)
	case Exp:
		kernel.Exps(y, x)
	default:
		copy(y, x)
	}
}

// chain returns up * f'(x), given y = f(x) and, for Softplus, d = f'(x). It writes the result to dst, except
// for the identity, for which it returns up.
func chain[T op.Float](a Activation, dst, up, y, d []T) []T {
	switch a {
	case Tanh:
		for i, v := range y {
			dst[i] = up[i] * (1 - v*v)
		}
	case ReLU:
		kernel.Gate(dst, up, y)
	case Softplus:
		kernel.Times(dst, up, d)
	case Exp:
		kernel.Times(dst, up, y)
	default:
		return up
	}
	return dst
}
