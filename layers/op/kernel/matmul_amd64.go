package kernel

// The functions in this file choose tiles and pass blocks of arguments to the kernels. Every size is at least 1.

func mulTVector(y, x, w, c []float32, M, N, K int) {
	_, _, _ = y[M*K-1], x[M*N-1], w[K*N-1]
	full, last := vectors(N)
	R := level.rows()
	whole := M / R * R
	for k := 0; k < K; {
		columns := tile(K-k, 6, 4, 3, 2, 1)
		a := dotArgs{x: &x[0], xrow: 4 * N, w: &w[k*N], wrow: 4 * N, c: bias(c, k, columns), y: &y[k], yrow: 4 * K,
			blocks: M / R, full: full, last: last}
		if whole > 0 {
			a.call(10 + columns)
		}
		if whole < M {
			a.x, a.y, a.blocks = &x[whole*N], &y[whole*K+k], M-whole
			a.call(columns)
		}
		k += columns
	}
}

// bias returns n entries of c from index at, or zeros if c is nil.
func bias(c []float32, at, n int) *float32 {
	if c == nil {
		return &zeros[0]
	}
	_ = c[at+n-1]
	return &c[at]
}

// panelColumns chooses a panel from the n remaining columns. It returns the panel's number of vectors and
// columns, and the number of columns in the last vector.
func panelColumns(n int) (vectors, columns, last int) {
	l := level.lanes()
	vectors = tile((n+l-1)/l, l/4, l/8, l/16)
	columns = min(vectors*l, n)
	return vectors, columns, columns - (vectors-1)*l
}

// someRows is the number of rows that are processed together, column by column. The processor caches the
// addresses of only some tens of pages, and one row of a large recording is a page.
const someRows = 48

func mulVector(y, x, w, b []float32, M, N, K int) {
	_, _, _ = y[M*N-1], x[M*K-1], w[K*N-1]
	for top := 0; top < M; top += someRows {
		end := min(top+someRows, M)
		for n := 0; n < N; {
			v, columns, last := panelColumns(N - n)
			start := bias(b, n, columns)
			for i := top; i < end; {
				rows := tile(end-i, 6, 4, 2, 1)
				blocks := (end - i) / rows
				a := panelArgs{f: &x[i*K], frow: 4 * K, fstep: 4, w: &w[n], wstep: 4 * N, start: start,
					out: &y[i*N+n], outrow: 4 * N, steps: K,
					blocks: blocks, fblock: 4 * rows * K, outblock: 4 * rows * N, last: last}
				a.call(10*rows + v)
				i += rows * blocks
			}
			n += columns
		}
	}
}

func tMulVector(w, y, x []float32, M, N, K, lo, hi int, add bool) {
	_, _, _ = w[K*N-1], y[M*K-1], x[M*N-1]
	for n := lo; n < hi; {
		v, columns, last := panelColumns(hi - n)
		for k := 0; k < K; {
			rows := tile(K-k, 6, 4, 2, 1)
			blocks := (K - k) / rows
			a := panelArgs{f: &y[k], frow: 4, fstep: 4 * K, w: &x[n], wstep: 4 * N, start: &zeros[0],
				out: &w[k*N+n], outrow: 4 * N, steps: M,
				blocks: blocks, fblock: 4 * rows, outblock: 4 * rows * N, last: last}
			if add {
				a.start, a.startrow, a.startblock = a.out, a.outrow, a.outblock
			}
			a.call(10*rows + v)
			k += rows * blocks
		}
		n += columns
	}
}

func colSumVector(o, x []float32, M, N, lo, hi int, add bool) {
	_, _ = o[N-1], x[M*N-1]
	for n := lo; n < hi; {
		v, columns, last := panelColumns(hi - n)
		a := panelArgs{f: &one[0], w: &x[n], wstep: 4 * N, start: &zeros[0], out: &o[n], steps: M, blocks: 1,
			last: last}
		if add {
			a.start = a.out
		}
		a.call(10 + v)
		n += columns
	}
}

func convolveVector(h, windows, psi []float32, M, N int) {
	L := len(psi)
	_, _ = h[M*N-1], windows[M*L*N-1]
	some := max(1, someRows/L)
	for i := 0; i < M; i += some {
		for n := 0; n < N; {
			v, columns, last := panelColumns(N - n)
			a := panelArgs{f: &psi[0], fstep: 4, w: &windows[i*L*N+n], wstep: 4 * N, start: &zeros[0],
				out: &h[i*N+n], steps: L,
				blocks: min(some, M-i), wblock: 4 * L * N, outblock: 4 * N, last: last}
			a.call(10 + v)
			n += columns
		}
	}
}

func likelihoodVector(poisson bool, sum, g, x, y, w []float32, M, N, lo, hi int, keep bool) {
	_, _, _, _, _ = sum[N-1], x[M*N-1], y[M*N-1], w[N-1], g[N-1]
	if keep {
		_ = g[M*N-1]
	}
	for i := 0; i < M; i += someRows {
		for n := lo; n < hi; {
			v, columns, last := panelColumns(hi - n)
			a := residualArgs{x: &x[i*N+n], y: &y[i*N+n], row: 4 * N, w: &w[n], sum: &sum[n], g: &g[n],
				rows: min(someRows, M-i), last: last}
			if keep {
				a.g, a.grow = &g[i*N+n], 4*N
			}
			if poisson {
				b := poissonArgs(a)
				b.call(v)
			} else {
				a.call(v)
			}
			n += columns
		}
	}
}
