package kernel

import "math"

// Pairs estimates a minibatch's KL( q(z_joint) || prod_p q(z_part p) ) from all pairs of a sample z_i and a posterior j, and forms
// its gradients. The parts split the joint set. Its buffers serve every step; one Pairs serves one operation.
//
// With u_ik = z_ik / (sqrt 2 s_k) and v_jk = mu_jk / (sqrt 2 s_k), part p gives every pair the density
// E^p_ij = exp( -sum_k (u_ik - v_jk)^2 ), up to a constant that the joint set and its parts share, and the joint set J_ij = prod_p E^p_ij.
// All exponents are at most 0, and the pair (i,i), whose exponent is -|eps_i|^2 / 2, keeps every sum away from 0, so that no largest
// exponent need be taken out; in float32 up to about 150 latents in one joint set.
type Pairs[T Float] struct {
	M     int
	Parts [][]int // columns of z and mu in each part
	// Diagonal and Off weigh the pair (i,i) and all others.
	Diagonal, Off float64

	u, v, du, dv []T // (columns of the parts in turn, M): one latent's values lie together
	e            []T // (parts, M) densities of one sample
	joint        []T // (M)
	weight       []T // (parts) 1 / sum of densities
}

// NewPairs makes room for minibatches of M rows.
func NewPairs[T Float](M int, parts [][]int, diagonal, off float64) *Pairs[T] {
	k := 0
	for _, p := range parts {
		k += len(p)
	}
	room := func(n int) []T { return make([]T, n) }
	return &Pairs[T]{M: M, Parts: parts, Diagonal: diagonal, Off: off, u: room(k * M), v: room(k * M), du: room(k * M), dv: room(k * M),
		e: room(len(parts) * M), joint: room(M), weight: room(len(parts))}
}

// Run returns mean_i( ln sum_j w_ij J_ij - sum_p ln sum_j w_ij E^p_ij ) for z and mu (M,K) and log posterior standard deviations
// logs (K). Where dz is not nil, it adds the gradients, times up, to dz, dmu (M,K) and, unless that is nil, dlogs (K).
func (p *Pairs[T]) Run(up T, z, mu, logs, dz, dmu, dlogs []T) float64 {
	if len(p.Parts) < 2 {
		return 0
	}
	p.pack(z, mu, logs)
	clear(p.du)
	clear(p.dv)
	total := 0.0
	for i := range p.M {
		total += p.row(i, dz != nil)
	}
	if dz != nil {
		p.unpack(up, dz, dmu, dlogs, logs)
	}
	return total / float64(p.M)
}

// row is sample i's term; with grad it also adds to du and dv.
func (p *Pairs[T]) row(i int, grad bool) float64 {
	M, off := p.M, T(p.Off)
	for j := range p.joint {
		p.joint[j] = 1
	}
	value, at := 0.0, 0
	for g, part := range p.Parts {
		e := p.e[g*M : g*M+M]
		clear(e)
		for k := at; k < at+len(part); k++ {
			c := p.u[k*M+i]
			for j, v := range p.v[k*M : k*M+M] {
				d := c - v
				e[j] -= d * d
			}
		}
		at += len(part)
		sum := p.densities(e, i)
		value -= math.Log(float64(sum * off))
		p.weight[g] = 1 / sum
	}
	sum := p.weighed(p.joint, i)
	value += math.Log(float64(sum * off))
	if grad {
		p.gradient(i, 1/sum)
	}
	return value
}

// densities turns exponents into densities, multiplies the joint ones by them, and returns their weighed sum.
func (p *Pairs[T]) densities(e []T, i int) T {
	joint := p.joint[:len(e)]
	for j, x := range e {
		v := Exp(x)
		e[j] = v
		joint[j] *= v
	}
	return p.weighed(e, i)
}

// weighed is the sum of sample i's densities with their weights, in units of Off. The diagonal is kept apart: where the others weigh
// 10^4 times as much, adding it whole and taking most of it away again would cost its digits.
func (p *Pairs[T]) weighed(e []T, i int) T {
	var sum T
	for _, v := range e[:i] {
		sum += v
	}
	for _, v := range e[i+1:] {
		sum += v
	}
	return sum + T(p.Diagonal/p.Off)*e[i]
}

// gradient adds sample i's part of the gradients: with q_ij = (w_ij J_ij / S^J_i - w_ij E^p_ij / S^p_i) / M, the derivative by the
// exponent of a pair, du_ik = -2 sum_j q_ij (u_ik - v_jk) and dv_jk = 2 sum_i q_ij (u_ik - v_jk).
func (p *Pairs[T]) gradient(i int, joint T) {
	M, at := p.M, 0
	c := 2 / T(M)
	self := T(p.Diagonal / p.Off)
	for g, part := range p.Parts {
		e := p.e[g*M : g*M+M]
		a, b := c*joint, c*p.weight[g]
		for j, v := range p.joint {
			e[j] = a*v - b*e[j]
		}
		e[i] *= self
		for k := at; k < at+len(part); k++ {
			u := p.u[k*M+i]
			v, dv := p.v[k*M:k*M+M], p.dv[k*M:k*M+M]
			var du T
			for j, q := range e {
				t := q * (u - v[j])
				du += t
				dv[j] += t
			}
			p.du[k*M+i] -= du
		}
		at += len(part)
	}
}

// pack lays z and mu out latent by latent, in units of sqrt 2 posterior standard deviations.
func (p *Pairs[T]) pack(z, mu, logs []T) {
	M, K, at := p.M, len(logs), 0
	for _, part := range p.Parts {
		for _, k := range part {
			f := T(math.Exp(-float64(logs[k])) / math.Sqrt2)
			u, v := p.u[at:at+M], p.v[at:at+M]
			for i := range u {
				u[i], v[i] = f*z[i*K+k], f*mu[i*K+k]
			}
			at += M
		}
	}
}

// unpack adds the gradients to where they belong; by ln s_k, u and v shrink as they are.
func (p *Pairs[T]) unpack(up T, dz, dmu, dlogs, logs []T) {
	M, K, at := p.M, len(logs), 0
	for _, part := range p.Parts {
		for _, k := range part {
			f := up * T(math.Exp(-float64(logs[k]))/math.Sqrt2)
			u, v, du, dv := p.u[at:at+M], p.v[at:at+M], p.du[at:at+M], p.dv[at:at+M]
			var s T
			for i := range u {
				dz[i*K+k] += f * du[i]
				dmu[i*K+k] += f * dv[i]
				s += u[i]*du[i] + v[i]*dv[i]
			}
			if dlogs != nil {
				dlogs[k] -= up * s
			}
			at += M
		}
	}
}
