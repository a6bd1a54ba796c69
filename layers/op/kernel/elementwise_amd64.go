package kernel

// The functions of this file hand arrays of one length, at least 1, to the kernels.

func reluVector(y, x []float32) {
	n := len(x)
	full, last := vectors(n)
	a := reluArgs{y: &y[:n][0], x: &x[0], full: full, last: last}
	a.call(0)
}

func gateVector(d, up, y []float32) {
	n := len(y)
	full, last := vectors(n)
	a := gateArgs{d: &d[:n][0], up: &up[:n][0], y: &y[0], full: full, last: last}
	a.call(0)
}

func timesVector(d, x, y []float32) {
	n := len(x)
	full, last := vectors(n)
	a := timesArgs{d: &d[:n][0], x: &x[0], y: &y[:n][0], full: full, last: last}
	a.call(0)
}

func plusVector(d, x, y []float32) {
	n := len(x)
	full, last := vectors(n)
	a := plusArgs{d: &d[:n][0], x: &x[0], y: &y[:n][0], full: full, last: last}
	a.call(0)
}

func expVector(y, x []float32) {
	n := len(x)
	full, last := vectors(n)
	a := expArgs{y: &y[:n][0], x: &x[0], full: full, last: last}
	a.call(0)
}

func softplusVector(y, d, x []float32) {
	n := len(x)
	full, last := vectors(n)
	a := softplusArgs{y: &y[:n][0], d: &d[:n][0], x: &x[0], full: full, last: last}
	a.call(0)
}

func adamVector(p, g, mean, square []float32, coef []float32) {
	n := len(p)
	full, last := vectors(n)
	a := adamArgs{p: &p[0], g: &g[:n][0], mean: &mean[:n][0], square: &square[:n][0], coef: &coef[:8][0], full: full, last: last}
	a.call(0)
}
