package kernel

// MulT writes y = x w' + c: y (M,K), x (M,N), w (K,N), c (K) or nil. It is fast if K is small against N.
func MulT[T Float](p *Pool, y, x, w, c []T, M, N, K int) {
	if s := single(y); s != nil && p.worthwhile(M*N*K) {
		p.run(job{do: (*job).mulT, y: s, x: single(x), w: single(w), c: single(c), N: N, K: K}, M, 4)
		return
	}
	mulT(y, x, w, c, M, N, K)
}

func (j *job) mulT(_, lo, hi int) {
	mulT(j.y[lo*j.K:hi*j.K], j.x[lo*j.N:hi*j.N], j.w, j.c, hi-lo, j.N, j.K)
}

func mulT[T Float](y, x, w, c []T, M, N, K int) {
	if s := single(y); s != nil && level > plain && M*N*K > 0 {
		mulTVector(s, single(x), single(w), single(c), M, N, K)
		return
	}
	for i := range M {
		xi, yi := x[i*N:i*N+N], y[i*K:i*K+K]
		k := 0
		for ; k+2 <= K; k += 2 { // processing two rows of w together reads x half as often
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

// dot2 returns x.u and x.v, each as two partial sums, so that additions need not wait for one another.
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

// Mul writes y = x w + b: y (M,N), x (M,K), w (K,N), b (N) or nil. It is fast if K is small against N.
func Mul[T Float](p *Pool, y, x, w, b []T, M, N, K int) {
	if s := single(y); s != nil && p.worthwhile(M*N*K) {
		p.run(job{do: (*job).mul, y: s, x: single(x), w: single(w), c: single(b), N: N, K: K}, M, 12)
		return
	}
	mul(y, x, w, b, M, N, K)
}

func (j *job) mul(_, lo, hi int) {
	mul(j.y[lo*j.N:hi*j.N], j.x[lo*j.K:hi*j.K], j.w, j.c, hi-lo, j.N, j.K)
}

func mul[T Float](y, x, w, b []T, M, N, K int) {
	if s := single(y); s != nil && level > plain && M*N*K > 0 {
		mulVector(s, single(x), single(w), single(b), M, N, K)
		return
	}
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

// TMul writes w = y' x, the sum of outer products over the minibatch: w (K,N), y (M,K), x (M,N). With add, it
// adds to w, as if the rows followed earlier rows.
func TMul[T Float](p *Pool, w, y, x []T, M, N, K int, add bool) {
	if s := single(w); s != nil && p.worthwhile(M*N*K) {
		p.run(job{do: (*job).tMul, w: s, y: single(y), x: single(x), M: M, N: N, K: K, flag: add}, N, 64)
		return
	}
	tMul(w, y, x, M, N, K, 0, N, add)
}

func (j *job) tMul(_, lo, hi int) { tMul(j.w, j.y, j.x, j.M, j.N, j.K, lo, hi, j.flag) }

// tMul computes the columns lo to hi of TMul.
func tMul[T Float](w, y, x []T, M, N, K, lo, hi int, add bool) {
	if s := single(w); s != nil && level > plain && M*(hi-lo)*K > 0 {
		tMulVector(s, single(y), single(x), M, N, K, lo, hi, add)
		return
	}
	if !add {
		for k := range K {
			clear(w[k*N+lo : k*N+hi])
		}
	}
	for i := range M {
		u := x[i*N+lo : i*N+hi]
		for k := range K {
			f, o := y[i*K+k], w[k*N+lo:k*N+hi]
			for n, v := range u {
				o[n] += f * v
			}
		}
	}
}

// ColSum writes o = sum over the rows of x (M,N). With add, it adds to o.
func ColSum[T Float](p *Pool, o, x []T, M, N int, add bool) {
	if s := single(o); s != nil && p.worthwhile(M*N) {
		p.run(job{do: (*job).colSum, y: s, x: single(x), M: M, N: N, flag: add}, N, 64)
		return
	}
	colSum(o, x, M, N, 0, N, add)
}

func (j *job) colSum(_, lo, hi int) { colSum(j.y, j.x, j.M, j.N, lo, hi, j.flag) }

func colSum[T Float](o, x []T, M, N, lo, hi int, add bool) {
	if s := single(o); s != nil && level > plain && M*(hi-lo) > 0 {
		colSumVector(s, single(x), M, N, lo, hi, add)
		return
	}
	o = o[lo:hi]
	if !add {
		clear(o)
	}
	for i := range M {
		for n, v := range x[i*N+lo : i*N+hi] {
			o[n] += v
		}
	}
}

// Convolve writes h (M,N) = sum_l psi_l window_l, for every row's window (L,N) in windows (M,L*N).
func Convolve[T Float](h, windows, psi []T, M, N int) {
	L := len(psi)
	if s := single(h); s != nil && level > plain && M*N*L > 0 {
		convolveVector(s, single(windows), single(psi), M, N)
		return
	}
	clear(h[:M*N])
	for i := range M {
		addRows(h[i*N:i*N+N], psi, windows[i*L*N:(i+1)*L*N])
	}
}

// Correlate writes dpsi_l = sum over all rows of window_l . dh, for dh (M,N) and windows (M,L*N). It is the
// gradient of Convolve by psi.
func Correlate[T Float](dpsi, dh, windows []T, M, N int) {
	const most = 64
	var dots [most]T
	L := len(dpsi)
	clear(dpsi)
	for i := range M {
		for l := 0; l < L; l += most {
			n := min(most, L-l)
			mulT(dots[:n], dh[i*N:i*N+N], windows[(i*L+l)*N:(i*L+l+n)*N], nil, 1, N, n)
			for j, d := range dots[:n] {
				dpsi[l+j] += d
			}
		}
	}
}
