package kernel

import (
	"math"
	"slices"
)

// Pairs estimates KL( q(z_joint) || prod_p q(z_part p) ) of a minibatch from all pairs of a sample z_i and a
// posterior j, with its gradients. The parts split the joint set. Every step reuses its buffers, so each
// operation needs its own Pairs.
//
// With u_ik = c_k z_ik, v_jk = c_k mu_jk and c_k = sqrt( log2(e) / 2 ) / s_k, part p gives every pair the
// density
//
//	E^p_ij = 2^( -sum_k (u_ik - v_jk)^2 ) = exp( -sum_k (z_ik - mu_jk)^2 / (2 s_k^2) )
//
// up to a constant that the joint set and its parts share. The joint set has J_ij = prod_p E^p_ij. All
// exponents are at most 0. The pair (i,i), whose exponent is -|eps_i|^2 / 2, usually keeps every sum away from
// 0. A sample is lonely if its sum still underflows. This happens if it is far from all others and the pair
// (i,i) has the weight 0, or if there are very many latents. Lonely samples are computed separately, with the
// largest exponent subtracted.
//
// If every bin has its own standard deviations s_jk, samples and means have no common unit. Then u_ik = z_ik,
// v_jk = c_jk mu_jk and
//
//	E^p_ij = 2^( peak^p_j - sum_k (c_jk u_ik - v_jk)^2 )
//
// Here peak^p_j is -log2 prod_k s_jk minus its largest value in the minibatch, so exponents are at most 0 here,
// too. The joint set subtracts the same values as its parts together. If the s of one bin is far smaller than
// all others, every sample is lonely; the result is still correct, but slow.
type Pairs[T Float] struct {
	M     int
	Parts [][]int // columns of z and mu in each part
	Weights

	perBin  bool  // whether s is (M,K) rather than (K)
	columns []int // (K') the columns of all parts, part by part
	start   []int // (parts) index of each part's first column in columns
	rows    int   // number of samples in a tile, which are processed together
	padded  int   // M rounded up to whole vectors
	u, du   []T   // [tile][column][row]
	v, c    []T   // (K', padded), the halves of one array; c is all 1 unless perBin
	peak    []T   // (parts, padded)
	// weight depends on j - i and is in units of Others. The diagonal is weighted before it is added. If the
	// others weigh 10^4 times as much, adding it whole and subtracting most of it would lose its digits.
	weight []T
	scale  []T // (K') c_k, or 1
	chunk  int // samples in a chunk, whole tiles
	values []float64
	// dv holds gradients (K', padded) per chunk; with perBin also as many by ln s. Run adds the chunks in this
	// order, so that the result does not depend on the threads.
	dv   [][]T
	work []*pairWork[T] // one per thread
}

// Weights holds the weights of a sample with three kinds of posteriors: its own, the next one (the first for
// the last sample), and each of the others.
type Weights struct{ Own, Next, Others float64 }

// At returns the weight of the posterior that follows the sample's own by d, of M.
func (w Weights) At(d, M int) float64 {
	switch {
	case d == 0:
		return w.Own
	case d == 1 || d == 1-M:
		return w.Next
	}
	return w.Others
}

// pairWork is the memory of one thread.
type pairWork[T Float] struct {
	tiles  int // number of tiles in one call, so that their densities stay in the cache
	e      []T // [part][tile][vector of j][row][lane] weighted densities
	joint  []T // [tile][vector of j][row][lane]
	sums   []T // [part][tile][2][row] of e and, in the last part, of joint
	factor []T // [part][tile][2][row] factors of joint and e in the gradient
	lonely []int
	logs   []float64 // (parts + 1, M) log2 densities of a lonely sample; the joint set is last
}

const (
	maxChunks   = 8        // largest number of chunks in a minibatch
	minChunk    = 128      // smallest number of samples in a chunk
	pairsBuffer = 32 << 10 // number of densities in memory at a time: 128 kB of float32
)

// NewPairs allocates memory for minibatches of M rows, whose work the pool's threads share. With perBin, every
// row has its own standard deviations.
func NewPairs[T Float](p *Pool, M int, parts [][]int, weights Weights, perBin bool) *Pairs[T] {
	s := &Pairs[T]{M: M, Parts: parts, Weights: weights, perBin: perBin, rows: level.rows(), padded: M}
	threads, lanes := 1, 1
	if _, ok := any(s).(*Pairs[float32]); ok {
		threads, lanes = p.Threads(), level.lanes()
	}
	s.padded = (M + lanes - 1) / lanes * lanes
	for _, part := range parts {
		s.start = append(s.start, len(s.columns))
		s.columns = append(s.columns, part...)
	}
	K, R := len(s.columns), s.rows
	tiles := (M + R - 1) / R
	room := func(n int) []T { return make([]T, n) }
	s.u, s.du, s.scale, s.peak = room(tiles*K*R), room(tiles*K*R), room(K), room(len(parts)*s.padded)
	both := room(2 * K * s.padded)
	s.v, s.c = both[:K*s.padded], both[K*s.padded:]
	for i := range s.c {
		s.c[i] = 1
	}
	for k := range K {
		far := s.v[k*s.padded+M : (k+1)*s.padded] // the lanes after M are so far away that their densities are 0
		for i := range far {
			far[i] = 1e18
		}
	}
	s.weight = room(2*s.padded + 2*R + lanes)
	for i := range s.weight {
		s.weight[i] = T(weights.At(i-s.padded-R, M) / weights.Others)
	}
	chunks := min(maxChunks, max(1, M/minChunk))
	s.chunk = ((M+chunks-1)/chunks + R - 1) / R * R
	gradients := K * s.padded
	if perBin {
		gradients *= 2
	}
	for i := 0; i < M; i += s.chunk {
		s.dv, s.values = append(s.dv, room(gradients)), append(s.values, 0)
	}
	for range threads {
		w := &pairWork[T]{tiles: min((s.chunk+R-1)/R, max(1, pairsBuffer/((len(parts)+1)*s.padded*R)))}
		w.e, w.joint = room(len(parts)*w.tiles*s.padded*R), room(w.tiles*s.padded*R)
		w.sums, w.factor = room(len(parts)*w.tiles*2*R), room(len(parts)*w.tiles*2*R)
		w.lonely, w.logs = make([]int, 0, w.tiles*R), make([]float64, (len(parts)+1)*M)
		s.work = append(s.work, w)
	}
	return s
}

// Run returns mean_i( ln sum_j w_ij J_ij - sum_p ln sum_j w_ij E^p_ij ) for z and mu (M,K). logs holds the log
// posterior standard deviations: (M,K) if every bin has its own, otherwise (K). Unless dz is nil, Run writes
// the gradients to dz, dmu and, unless it is nil, dlogs. They have the same shapes, and only latents in parts
// are written.
func (s *Pairs[T]) Run(p *Pool, z, mu, logs, dz, dmu, dlogs []T) float64 {
	if len(s.Parts) < 2 {
		return 0
	}
	s.pack(z, mu, logs)
	single, ok := any(s).(*Pairs[float32])
	if ok && len(s.values) > 1 && p.worthwhile(s.M*s.M*len(s.columns)) {
		p.run(job{do: (*job).chunks, pairs: single, flag: dz != nil}, len(s.values), 1)
	} else {
		for c := range s.values {
			s.runChunk(s.work[0], c, dz != nil)
		}
	}
	total := 0.0
	for _, v := range s.values {
		total += v
	}
	if dz != nil {
		for _, part := range s.dv[1:] {
			Plus(s.dv[0], s.dv[0], part)
		}
		s.unpack(dz, dmu, dlogs)
	}
	return total/float64(s.M) + (1-float64(len(s.Parts)))*math.Log(s.Others)
}

func (j *job) chunks(worker, lo, hi int) {
	for c := lo; c < hi; c++ {
		j.pairs.runChunk(j.pairs.work[worker], c, j.flag)
	}
}

// runChunk computes the terms of the samples of one chunk and, with gradient, their gradients.
func (s *Pairs[T]) runChunk(w *pairWork[T], chunk int, gradient bool) {
	R := s.rows
	if gradient {
		clear(s.dv[chunk])
	}
	lo := chunk * s.chunk
	hi := min(lo+s.chunk, s.M)
	total := 0.0
	for base := lo; base < hi; base += w.tiles * R {
		tiles := min(w.tiles, (hi-base+R-1)/R)
		for part := range s.Parts {
			s.forward(w, base, tiles, part)
		}
		total += s.terms(w, base, tiles, hi-base)
		if gradient {
			for part := range s.Parts {
				s.backward(w, s.dv[chunk], base, tiles, part)
			}
		}
		for _, i := range w.lonely {
			total += s.lonelyTerm(w, i, s.dv[chunk], gradient)
		}
	}
	s.values[chunk] = total
}

// lonely is the smallest reliable sum of densities in float32. Below it, too many summands may have
// underflowed.
const lonely = 1e-30

// terms returns the sum of the terms of the current samples, at most n, without lonely samples, which it lists.
// It also sets the factors of the gradients. With
//
//	q_ij = (w_ij J_ij / S^J_i - w_ij E^p_ij / S^p_i) / M
//
// the derivative by the exponent of a pair in base e, the gradients are
//
//	du_ik = -2 ln 2 sum_j q_ij c_jk (c_jk u_ik - v_jk)
//	dv_jk = 2 ln 2 sum_i q_ij (c_jk u_ik - v_jk)
//	d ln s_jk = sum_i q_ij (2 ln 2 (c_jk u_ik - v_jk)^2 - 1), where v follows c
func (s *Pairs[T]) terms(w *pairWork[T], base, tiles, n int) float64 {
	R, parts, c := s.rows, len(s.Parts), T(2*math.Ln2)/T(s.M)
	at := func(part, tile int) int { return (part*w.tiles + tile) * 2 * R }
	if tiles*R > n {
		clear(w.factor) // rows after the last sample have no effect
	}
	total, product := 0.0, 1.0
	flush := func(p *float64) { // takes one logarithm for many factors
		if !(*p > 1e-100 && *p < 1e100) {
			total += math.Log(*p)
			*p = 1
		}
	}
	w.lonely = w.lonely[:0]
	for tile := range tiles {
		joint := w.sums[at(parts-1, tile)+R:]
		for r := range min(R, n-tile*R) {
			if !(joint[r] >= lonely) { // the joint set has the smallest sum
				w.lonely = append(w.lonely, base+tile*R+r)
				for part := range parts {
					o := at(part, tile) + r
					w.factor[o], w.factor[o+R] = 0, 0
				}
				continue
			}
			ratio, a := float64(joint[r]), c/joint[r]
			for part := range parts {
				o := at(part, tile) + r
				ratio /= float64(w.sums[o])
				flush(&ratio)
				w.factor[o], w.factor[o+R] = a, c/w.sums[o]
			}
			product *= ratio
			flush(&product)
		}
	}
	return total + math.Log(product)
}

// lonelyTerm returns the term of lonely sample i and, with gradient, adds its gradient. It uses float64 and
// subtracts the largest exponents.
func (s *Pairs[T]) lonelyTerm(w *pairWork[T], i int, dv []T, gradient bool) float64 {
	K, R, M, parts := len(s.columns), s.rows, s.M, len(s.Parts)
	u := func(k int) float64 { return float64(s.u[i/R*K*R+k*R+i%R]) }
	joint := w.logs[parts*M:]
	for j := range joint {
		joint[j] = math.Log2(s.At(j-i, M) / s.Others)
	}
	for part := range parts {
		x := w.logs[part*M : part*M+M]
		for j := range x {
			x[j] = float64(s.peak[part*s.padded+j])
			for k := s.start[part]; k < s.start[part]+len(s.Parts[part]); k++ {
				d := float64(s.c[k*s.padded+j])*u(k) - float64(s.v[k*s.padded+j])
				x[j] -= d * d
			}
			joint[j] += x[j]
			x[j] += math.Log2(s.At(j-i, M) / s.Others)
		}
	}
	value := shares(joint)
	for part := range parts {
		x := w.logs[part*M : part*M+M]
		value -= shares(x)
		if !gradient {
			continue
		}
		for k := s.start[part]; k < s.start[part]+len(s.Parts[part]); k++ {
			c, v, at := s.c[k*s.padded:], s.v[k*s.padded:], i/R*K*R+k*R+i%R
			du, uk, dlogs := 0.0, u(k), s.byLogs(dv, k)
			for j, share := range x {
				c, q := float64(c[j]), 2*math.Ln2/float64(M)*(joint[j]-share)
				d := c*uk - float64(v[j])
				du -= q * d * c
				dv[k*s.padded+j] += T(q * d)
				if dlogs != nil {
					dlogs[j] += T(q*d*d - q*perTwoLn2)
				}
			}
			s.du[at] = T(du)
		}
	}
	return value * math.Ln2
}

// perTwoLn2 turns 2 ln 2 q, which the factors contain, back into q.
const perTwoLn2 = 1 / (2 * math.Ln2)

// byLogs returns the row (padded) of latent k in the gradients by ln s of a chunk; nil if one s serves all
// bins.
func (s *Pairs[T]) byLogs(dv []T, k int) []T {
	if !s.perBin {
		return nil
	}
	return dv[len(s.v)+k*s.padded:][:s.padded]
}

// shares converts log2 densities x to shares of their sum, and returns the log2 of the sum.
func shares(x []float64) float64 {
	top := math.Inf(-1)
	for _, v := range x {
		top = math.Max(top, v)
	}
	sum := 0.0
	for j, v := range x {
		x[j] = math.Exp2(v - top)
		sum += x[j]
	}
	for j := range x {
		x[j] /= sum
	}
	return top + math.Log2(sum)
}

// halfLog2E converts exp( -x^2 / 2 ) to a power of 2: it is 2^( -(halfLog2E x)^2 ).
var halfLog2E = math.Sqrt(0.5 * math.Log2E)

// pack arranges z and mu for the kernels. If one s serves all bins, it divides them by s.
func (s *Pairs[T]) pack(z, mu, logs []T) {
	R, K := s.rows, len(s.columns)
	all := len(z) / s.M
	if s.perBin {
		s.packScales(logs, all)
	}
	for k, column := range s.columns { // column by column, so that writes are contiguous
		s.scale[k] = 1
		if !s.perBin {
			s.scale[k] = T(halfLog2E * math.Exp(-float64(logs[column])))
		}
		f, v, at := s.scale[k], s.v[k*s.padded:k*s.padded+s.M], column
		c := s.c[k*s.padded:][:len(v)]
		for i := range v {
			v[i] = f * c[i] * mu[at]
			at += all
		}
		at = column
		for tile := k * R; tile < len(s.u); tile += K * R {
			u := s.u[tile : tile+R]
			for r := range u {
				if at >= len(z) {
					break
				}
				u[r] = f * z[at]
				at += all
			}
		}
	}
}

// packScales sets c and peak for logs (M, all).
func (s *Pairs[T]) packScales(logs []T, all int) {
	clear(s.peak)
	for part, columns := range s.Parts {
		peak := s.peak[part*s.padded:][:s.M]
		for i, column := range columns {
			c, at, first := s.c[(s.start[part]+i)*s.padded:][:s.M], column, logs[column]
			for j := range c {
				c[j] = -logs[at]
				peak[j] += first - logs[at] // small for similar bins, for any number of latents
				at += all
			}
			Exps(c, c)
			for j := range c {
				c[j] *= T(halfLog2E)
			}
		}
		top := slices.Max(peak)
		for j := range peak {
			peak[j] = (peak[j] - top) * math.Log2E
		}
	}
}

// unpack writes the gradients in the order of dz, dmu and dlogs. The gradient by the s_k of all bins follows
// from u and v, because both are proportional to 1/s_k.
func (s *Pairs[T]) unpack(dz, dmu, dlogs []T) {
	K, R, dv := len(s.columns), s.rows, s.dv[0]
	all := len(dz) / s.M
	for k, column := range s.columns {
		f, at := s.scale[k], column
		c := s.c[k*s.padded:]
		for i, v := range dv[k*s.padded : k*s.padded+s.M] {
			dmu[at] = f * c[i] * v
			at += all
		}
		at = column
		for tile := k * R; tile < len(s.du); tile += K * R {
			for _, u := range s.du[tile : tile+R] {
				if at >= len(dz) {
					break
				}
				dz[at] = f * u
				at += all
			}
		}
	}
	if dlogs == nil {
		return
	}
	for k, column := range s.columns {
		if s.perBin {
			for j, d := range s.byLogs(dv, k)[:s.M] {
				dlogs[j*all+column] = d
			}
			continue
		}
		var sum T
		v, d := s.v[k*s.padded:], dv[k*s.padded:]
		for i := range s.M {
			o := i/R*K*R + k*R + i%R
			sum += s.u[o]*s.du[o] + v[i]*d[i]
		}
		dlogs[column] = -sum
	}
}

// forward computes e, joint and sums for some tiles of samples and one part.
func (s *Pairs[T]) forward(w *pairWork[T], base, tiles, part int) {
	lo, latents := s.start[part], len(s.Parts[part])
	if s, ok := any(s).(*Pairs[float32]); ok && level > plain {
		forwardVector(s, any(w).(*pairWork[float32]), base, tiles, part)
		return
	}
	K, R, padded := len(s.columns), s.rows, s.padded
	v, c, peak := s.v[lo*padded:], s.c[lo*padded:], s.peak[part*padded:][:padded]
	for t := range tiles {
		first := base + t*R
		e, joint := w.e[(part*w.tiles+t)*padded*R:], w.joint[t*padded*R:]
		sums := w.sums[(part*w.tiles+t)*2*R:]
		for r := range R {
			u := s.u[first*K+lo*R+r:]
			weight := s.weight[padded+R-first-r:]
			var sumE, sumJ T
			for j, x := range peak {
				for k := range latents {
					d := c[k*padded+j]*u[k*R] - v[k*padded+j]
					x -= d * d
				}
				x = exp2(x)
				weighed := x * weight[j]
				e[j*R+r] = weighed
				sumE += weighed
				if part > 0 {
					weighed = x * joint[j*R+r]
				}
				joint[j*R+r] = weighed
				sumJ += weighed
			}
			sums[r], sums[R+r] = sumE, sumJ
		}
	}
}

// backward adds the gradients of some tiles of samples and one part to du and dv.
func (s *Pairs[T]) backward(w *pairWork[T], dv []T, base, tiles, part int) {
	lo, latents := s.start[part], len(s.Parts[part])
	if s, ok := any(s).(*Pairs[float32]); ok && level > plain {
		backwardVector(s, any(w).(*pairWork[float32]), single(dv), base, tiles, part)
		return
	}
	K, R, padded := len(s.columns), s.rows, s.padded
	for t := range tiles {
		first := base + t*R
		e, joint := w.e[(part*w.tiles+t)*padded*R:], w.joint[t*padded*R:]
		factor := w.factor[(part*w.tiles+t)*2*R:]
		for r := range R {
			for k := range latents {
				at := (lo + k) * padded
				u, v, c := s.u[first*K+(lo+k)*R+r], s.v[at:at+padded], s.c[at:at+padded]
				d, dlogs := dv[at:at+padded], s.byLogs(dv, lo+k)
				a, b := factor[r], factor[R+r]
				var du T
				for j, v := range v {
					q := joint[j*R+r]*a - e[j*R+r]*b
					t := c[j]*u - v
					x := q * t
					du -= x * c[j]
					d[j] += x
					if dlogs != nil {
						dlogs[j] += x*t - q*perTwoLn2
					}
				}
				s.du[first*K+(lo+k)*R+r] = du
			}
		}
	}
}
