package losses

import (
	"math"
	"slices"

	"facrnn/layers/op"
	"facrnn/layers/op/kernel"
)

// pairsPerBin is what [kernel.Pairs] is, where every bin has standard deviations of its own: part p gives the pair of sample i and
// posterior j the density
//
//	ln E^p_ij = -sum_{k in p} ( (z_ik - mu_jk)^2 / (2 s_jk^2) + ln s_jk )
//
// up to ln(2 pi) / 2 a latent, which the joint set and its parts share. The peaks 1/s_jk differ from bin to bin, so that they neither cancel nor
// bound the exponents by 0: every sum is taken in float64 with its largest exponent taken out. Its time is that of M^2 exponentials a part.
//
// Its buffers have one row a column of the parts in turn, K' of them, or a part, and in a row one entry a bin.
type pairsPerBin[T op.Float] struct {
	M     int
	parts [][]int

	logWeights []float64 // (2M-1) ln w_ij, by j - i + M-1
	mean, perS []float64 // (K',M) mu_jk and 1 / s_jk
	peak       []float64 // (parts,M) -sum_{k in p} ln s_jk

	// of the sample at hand
	t     []float64 // (K',M) (z_ik - mu_jk) / s_jk
	part  []float64 // (parts,M) exponents, and then shares of their sum
	joint []float64 // (M)

	dmu, dlogs []float64 // (K',M)
}

// newPairsPerBin makes room for minibatches of M rows.
func newPairsPerBin[T op.Float](M int, parts [][]int, w kernel.Weights) *pairsPerBin[T] {
	room := func(rows int) []float64 { return make([]float64, rows*M) }
	K, P := len(slices.Concat(parts...)), len(parts)
	s := &pairsPerBin[T]{
		M: M, parts: parts, mean: room(K), perS: room(K), peak: room(P), t: room(K), part: room(P), joint: room(1), dmu: room(K), dlogs: room(K),
	}
	for d := 1 - M; d < M; d++ {
		s.logWeights = append(s.logWeights, math.Log(w.At(d, M)))
	}
	return s
}

// Run is that of pairs, with logs and dlogs (M,K). The threads of the pool have no part in it.
func (s *pairsPerBin[T]) Run(_ *op.Pool, z, mu, logs, dz, dmu, dlogs []T) float64 {
	s.pack(mu, logs)
	K, value := len(z)/s.M, 0.0
	for i := range s.M {
		value += s.term(i, z[i*K:(i+1)*K])
		if dz != nil {
			s.gradients(dz[i*K : (i+1)*K])
		}
	}
	if dz != nil {
		s.unpack(dmu, dlogs)
	}
	return value / float64(s.M)
}

// pack lays the posteriors out, and forgets the gradients of the last run.
func (s *pairsPerBin[T]) pack(mu, logs []T) {
	clear(s.peak)
	clear(s.dmu)
	clear(s.dlogs)
	K := len(mu) / s.M
	s.columns(func(p, k, at int) {
		mean, perS, peak := s.row(s.mean, at), s.row(s.perS, at), s.row(s.peak, p)
		for j := range mean {
			l := float64(logs[j*K+k])
			mean[j], perS[j] = float64(mu[j*K+k]), math.Exp(-l)
			peak[j] -= l
		}
	})
}

// unpack writes the gradients by the posteriors to where they belong.
func (s *pairsPerBin[T]) unpack(dmu, dlogs []T) {
	K := len(dmu) / s.M
	s.columns(func(_, k, at int) {
		m, l := s.row(s.dmu, at), s.row(s.dlogs, at)
		for j := range m {
			dmu[j*K+k] = T(m[j])
			if dlogs != nil {
				dlogs[j*K+k] = T(l[j])
			}
		}
	})
}

// columns calls f for every latent k of every part p, with the row of the buffers that it has.
func (s *pairsPerBin[T]) columns(f func(p, k, at int)) {
	at := 0
	for p, part := range s.parts {
		for _, k := range part {
			f(p, k, at)
			at++
		}
	}
}

// row is the i-th row of a buffer.
func (s *pairsPerBin[T]) row(x []float64, i int) []float64 { return x[i*s.M : (i+1)*s.M] }

// term is ln sum_j w_ij J_ij - sum_p ln sum_j w_ij E^p_ij of sample i, which is z (K). It leaves every posterior's share of those sums.
func (s *pairsPerBin[T]) term(i int, z []T) float64 {
	copy(s.part, s.peak)
	s.columns(func(p, k, at int) {
		x, t, mean, perS := s.row(s.part, p), s.row(s.t, at), s.row(s.mean, at), s.row(s.perS, at)
		zk := float64(z[k])
		for j := range x {
			d := (zk - mean[j]) * perS[j]
			t[j] = d
			x[j] -= 0.5 * d * d
		}
	})
	weights := s.logWeights[s.M-1-i:][:s.M]
	copy(s.joint, weights)
	value := 0.0
	for p := range s.parts {
		x := s.row(s.part, p)
		for j := range x {
			s.joint[j] += x[j]
			x[j] += weights[j]
		}
		value -= shares(x)
	}
	return value + shares(s.joint)
}

// gradients writes those by the sample at hand to dz (K) and adds up those by the posteriors: with q_ij what posterior j has of the joint sum less
// what it has of the part's, over M, they are -q_ij t/s_jk by z_ik, q_ij t/s_jk by mu_jk and q_ij (t^2 - 1) by ln s_jk.
func (s *pairsPerBin[T]) gradients(dz []T) {
	for p := range s.parts {
		q := s.row(s.part, p)
		for j := range q {
			q[j] = (s.joint[j] - q[j]) / float64(s.M)
		}
	}
	s.columns(func(p, k, at int) {
		q, t, perS, dmu, dlogs := s.row(s.part, p), s.row(s.t, at), s.row(s.perS, at), s.row(s.dmu, at), s.row(s.dlogs, at)
		sum := 0.0
		for j, q := range q {
			by := q * t[j]
			dlogs[j] += by*t[j] - q
			by *= perS[j]
			dmu[j] += by
			sum -= by
		}
		dz[k] = T(sum)
	})
}

// shares turns exponents x into the shares that their powers of e have of the sum, and returns the sum's logarithm.
func shares(x []float64) float64 {
	top, sum := slices.Max(x), 0.0
	for j, v := range x {
		x[j] = math.Exp(v - top)
		sum += x[j]
	}
	for j := range x {
		x[j] /= sum
	}
	return top + math.Log(sum)
}
