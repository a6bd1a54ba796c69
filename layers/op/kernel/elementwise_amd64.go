package kernel

// The functions in this file pass arrays of one length, at least 1, to the kernels.

func reluVector(y, x []float32) {
	n := len(x)
	_ = y[n-1]
	full, last := vectors(n)
	a := reluArgs{y: &y[0], x: &x[0], full: full, last: last}
	a.call(0)
}

func gateVector(d, up, y []float32) {
	n := len(y)
	_, _ = d[n-1], up[n-1]
	full, last := vectors(n)
	a := gateArgs{d: &d[0], up: &up[0], y: &y[0], full: full, last: last}
	a.call(0)
}

func timesVector(d, x, y []float32) {
	n := len(x)
	_, _ = d[n-1], y[n-1]
	full, last := vectors(n)
	a := timesArgs{d: &d[0], x: &x[0], y: &y[0], full: full, last: last}
	a.call(0)
}

func plusVector(d, x, y []float32) {
	n := len(x)
	_, _ = d[n-1], y[n-1]
	full, last := vectors(n)
	a := plusArgs{d: &d[0], x: &x[0], y: &y[0], full: full, last: last}
	a.call(0)
}

func expVector(y, x []float32) {
	n := len(x)
	_ = y[n-1]
	full, last := vectors(n)
	a := expArgs{y: &y[0], x: &x[0], full: full, last: last}
	a.call(0)
}

func softplusVector(y, d, x []float32) {
	n := len(x)
	_, _ = y[n-1], d[n-1]
	full, last := vectors(n)
	a := softplusArgs{y: &y[0], d: &d[0], x: &x[0], full: full, last: last}
	a.call(0)
}

func adamVector(p, g, mean, square []float32, coef []float32) {
	n := len(p)
	_, _, _, _ = g[n-1], mean[n-1], square[n-1], coef[7]
	full, last := vectors(n)
	a := adamArgs{p: &p[0], g: &g[0], mean: &mean[0], square: &square[0], coef: &coef[0], full: full, last: last}
	a.call(0)
}
