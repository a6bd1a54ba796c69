package kernel

import "math"

// Residual adds d^2 w to sum, over the rows of d = y - x, for x, y (M,N) and w, sum (N). With keep, it writes g
// = d w (M,N); otherwise it uses g (N) as scratch.
func Residual[T Float](p *Pool, sum, g, x, y, w []T, M, N int, keep bool) {
	if s := single(sum); s != nil && p.worthwhile(M*N) {
		p.run(job{do: (*job).residual, c: s, y: single(y), x: single(x), w: single(w), z: single(g), M: M, N: N,
			flag: keep}, N, 64)
		return
	}
	residual(sum, g, x, y, w, M, N, 0, N, keep)
}

func (j *job) residual(_, lo, hi int) {
	residual(j.c, j.z, j.x, j.y, j.w, j.M, j.N, lo, hi, j.flag)
}

func residual[T Float](sum, g, x, y, w []T, M, N, lo, hi int, keep bool) {
	if s := single(sum); s != nil && level > plain && M*(hi-lo) > 0 {
		likelihoodVector(false, s, single(g), single(x), single(y), single(w), M, N, lo, hi, keep)
		return
	}
	wi, si := w[lo:hi], sum[lo:hi]
	for i := range M {
		xi, yi := x[i*N+lo:i*N+hi], y[i*N+lo:i*N+hi]
		gi := g[lo:hi]
		if keep {
			gi = g[i*N+lo : i*N+hi]
		}
		for n, v := range xi {
			d := yi[n] - v
			t := d * wi[n]
			si[n] += d * t
			gi[n] = t
		}
	}
}

// RateFloor is the lowest rate that Poisson uses. Without it, a count at a rate near 0 would have an unlimited
// weight.
const RateFloor = 1e-10

// Poisson adds (r - x ln r) w to sum, over the rows of counts x and rates r = max(y, RateFloor), both (M,N),
// for w, sum (N). With keep, it writes g = (1 - x/r) w (M,N); otherwise it uses g (N) as scratch.
func Poisson[T Float](p *Pool, sum, g, x, y, w []T, M, N int, keep bool) {
	if s := single(sum); s != nil && p.worthwhile(M*N) {
		p.run(job{do: (*job).poisson, c: s, y: single(y), x: single(x), w: single(w), z: single(g), M: M, N: N,
			flag: keep}, N, 64)
		return
	}
	poisson(sum, g, x, y, w, M, N, 0, N, keep)
}

func (j *job) poisson(_, lo, hi int) { poisson(j.c, j.z, j.x, j.y, j.w, j.M, j.N, lo, hi, j.flag) }

func poisson[T Float](sum, g, x, y, w []T, M, N, lo, hi int, keep bool) {
	if s := single(sum); s != nil && level > plain && M*(hi-lo) > 0 {
		likelihoodVector(true, s, single(g), single(x), single(y), single(w), M, N, lo, hi, keep)
		return
	}
	wi, si := w[lo:hi], sum[lo:hi]
	for i := range M {
		xi, yi, gi := x[i*N+lo:i*N+hi], y[i*N+lo:i*N+hi], g[lo:hi]
		if keep {
			gi = g[i*N+lo : i*N+hi]
		}
		for n, v := range xi {
			r := yi[n]
			if r < RateFloor {
				r = RateFloor
			}
			log := T(0)
			if v != 0 {
				log = T(math.Log(float64(r)))
			}
			si[n] += (r - v*log) * wi[n]
			gi[n] = (1 - v/r) * wi[n]
		}
	}
}

// Gather copies rows of x (T,N) to y (M,N). Rows of a large recording are far apart in memory, so the copies
// are shared among threads: every processor has its own path to memory.
func Gather[T Float](p *Pool, y, x []T, rows []int, N int) {
	if s := single(y); s != nil && p.worthwhile(len(rows)*N) {
		p.run(job{do: (*job).gather, y: s, x: single(x), rows: rows, N: N}, len(rows), 1)
		return
	}
	gather(y, x, rows, N)
}

func (j *job) gather(_, lo, hi int) { gather(j.y[lo*j.N:], j.x, j.rows[lo:hi], j.N) }

func gather[T Float](y, x []T, rows []int, N int) {
	for i, t := range rows {
		copy(y[i*N:(i+1)*N], x[t*N:(t+1)*N])
	}
}

// ReLU writes y = max(x, 0); y may be x. NaN stays NaN.
func ReLU[T Float](y, x []T) {
	if s := single(y); s != nil && level > plain && len(x) > 0 {
		reluVector(s, single(x))
		return
	}
	for i, v := range x {
		y[i] = max(v, 0)
	}
}

// Gate writes d = up if y > 0, otherwise 0: the gradient of ReLU, given its value.
func Gate[T Float](d, up, y []T) {
	if s := single(d); s != nil && level > plain && len(y) > 0 {
		gateVector(s, single(up), single(y))
		return
	}
	for i, v := range y {
		d[i] = 0
		if v > 0 {
			d[i] = up[i]
		}
	}
}

// Times writes d = x y, entry by entry; d may be either.
func Times[T Float](d, x, y []T) {
	if s := single(d); s != nil && level > plain && len(x) > 0 {
		timesVector(s, single(x), single(y))
		return
	}
	for i, v := range x {
		d[i] = v * y[i]
	}
}

// Plus writes d = x + y, entry by entry; d may be either.
func Plus[T Float](d, x, y []T) {
	if s := single(d); s != nil && level > plain && len(x) > 0 {
		plusVector(s, single(x), single(y))
		return
	}
	for i, v := range x {
		d[i] = v + y[i]
	}
}

// Exps writes y = e^x; y may be x. In float32, it is as accurate as Exp.
func Exps[T Float](y, x []T) {
	if s := single(y); s != nil && level > plain && len(x) > 0 {
		expVector(s, single(x))
		return
	}
	for i, v := range x {
		y[i] = Exp(v)
	}
}

// Softplus writes y = ln(1 + e^x) and its derivative d = 1/(1 + e^-x); either may be x.
func Softplus[T Float](y, d, x []T) {
	if s := single(y); s != nil && level > plain && len(x) > 0 {
		softplusVector(s, single(d), single(x))
		return
	}
	for i, v := range x {
		u := math.Exp(-math.Abs(float64(v)))
		slope := 1 / (1 + u)
		if v < 0 {
			slope *= u
		}
		y[i], d[i] = T(max(float64(v), 0)+math.Log1p(u)), T(slope)
	}
}

// AdamStep holds the constants of one step of Adam with decoupled weight decay.
type AdamStep struct {
	Beta1, Beta2, Epsilon float64
	Rate                  float64 // the learning rate / (1 - Beta1^t)
	Scale                 float64 // 1 / (1 - Beta2^t)
	Keep                  float64 // 1 - learning rate * weight decay
}

// Adam takes the step for parameters p with gradient g. It updates the running means of the gradient and of its
// square.
func Adam[T Float](a AdamStep, p, g, mean, square []T) {
	c := [...]T{T(a.Beta1), T(1 - a.Beta1), T(a.Beta2), T(1 - a.Beta2), T(-a.Rate), T(a.Scale), T(a.Epsilon), T(a.Keep)}
	if s := single(p); s != nil && level > plain && len(p) > 0 {
		adamVector(s, single(g), single(mean), single(square), single(c[:]))
		return
	}
	g, mean, square = g[:len(p)], mean[:len(p)], square[:len(p)]
	for i, v := range g {
		m := c[0]*mean[i] + c[1]*v
		s := c[2]*square[i] + c[3]*v*v
		mean[i], square[i] = m, s
		p[i] = c[7]*p[i] + c[4]*m/(T(math.Sqrt(float64(s*c[5])))+c[6])
	}
}
