package kernel

// Float is the precision of the arrays.
type Float interface{ float32 | float64 }

// MulT writes y = x w' + c: y (M,K), x (M,N), w (K,N), c (K) or nil. It is meant for K small against N.
func MulT[T Float](y, x, w, c []T, M, N, K int) {
	for i := range M {
		xi, yi := x[i*N:i*N+N], y[i*K:i*K+K]
		k := 0
		for ; k+2 <= K; k += 2 { // two rows of w at a time read x half as often
			yi[k], yi[k+1] = dot2(xi, w[k*N:k*N+N], w[k*N+N:k*N+2*N])
		}
		if k < K {
			yi[k], _ = dot2(xi, w[k*N:k*N+N], w[k*N:k*N+N])
		}
		for k := range c {
			yi[k] += c[k]
		}
	}
}

// dot2 is x.u and x.v, each in two partial sums so that additions need not wait for one another.
func dot2[T Float](x, u, v []T) (T, T) {
	var a, b, c, d T
	u, v = u[:len(x)], v[:len(x)]
	n := 0
	for ; n+2 <= len(x); n += 2 {
		a += x[n] * u[n]
		b += x[n+1] * u[n+1]
		c += x[n] * v[n]
		d += x[n+1] * v[n+1]
	}
	if n < len(x) {
		a += x[n] * u[n]
		c += x[n] * v[n]
	}
	return a + b, c + d
}

// Mul writes y = x w + b: y (M,N), x (M,K), w (K,N), b (N) or nil. It is meant for K small against N.
func Mul[T Float](y, x, w, b []T, M, N, K int) {
	for i := range M {
		yi := y[i*N : i*N+N]
		if b != nil {
			copy(yi, b)
		} else {
			clear(yi)
		}
		addRows(yi, x[i*K:i*K+K], w)
	}
}

// addRows adds sum_k x[k] w[k] to y, for w (len(x), len(y)).
func addRows[T Float](y, x, w []T) {
	N := len(y)
	k := 0
	for ; k+2 <= len(x); k += 2 {
		f, g, u, v := x[k], x[k+1], w[k*N:k*N+N], w[k*N+N:k*N+2*N]
		v = v[:len(u)]
		for n := range u {
			y[n] += f*u[n] + g*v[n]
		}
	}
	if k < len(x) {
		f := x[k]
		for n, v := range w[k*N : k*N+N] {
			y[n] += f * v
		}
	}
}

// TMul writes w = y' x: w (K,N), y (M,K), x (M,N), the sum over the minibatch of outer products.
func TMul[T Float](w, y, x []T, M, N, K int) {
	clear(w[:K*N])
	i := 0
	for ; i+2 <= M; i += 2 {
		u, v := x[i*N:i*N+N], x[i*N+N:i*N+2*N]
		v = v[:len(u)]
		for k := range K {
			f, g, o := y[i*K+k], y[i*K+K+k], w[k*N:k*N+N]
			o = o[:len(u)]
			for n := range u {
				o[n] += f*u[n] + g*v[n]
			}
		}
	}
	if i < M {
		u := x[i*N : i*N+N]
		for k := range K {
			f, o := y[i*K+k], w[k*N:k*N+N]
			for n, v := range u {
				o[n] += f * v
			}
		}
	}
}

// ColSum writes o = sum over the rows of x (M,N).
func ColSum[T Float](o, x []T, M, N int) {
	clear(o[:N])
	for i := range M {
		for n, v := range x[i*N : i*N+N] {
			o[n] += v
		}
	}
}
