package kernel

func forwardVector(s *Pairs[float32], w *pairWork[float32], base, tiles, part int) {
	lo, latents, K, R := s.start[part], len(s.Parts[part]), len(s.columns), s.rows
	a := pairForwardArgs{z: &s.u[base*K+lo*R], mu: &s.v[lo*s.padded], murow: 4 * s.padded, second: 4 * len(s.v),
		peak:   &s.peak[part*s.padded],
		weight: &s.weight[s.padded+R-base], e: &w.e[part*w.tiles*s.padded*R], j: &w.joint[0],
		s: &w.sums[part*w.tiles*2*R], vectors: s.padded / level.lanes(), latents: latents,
		blocks: tiles, zblock: 4 * K * R}
	if part == 0 {
		a.first = 1
	}
	variant := latents
	if latents > 4 {
		variant = 0
	}
	if s.perBin {
		variant = 10
	}
	a.call(variant)
}

func backwardVector(s *Pairs[float32], w *pairWork[float32], dv []float32, base, tiles, part int) {
	lo, latents, K, R := s.start[part], len(s.Parts[part]), len(s.columns), s.rows
	for k := 0; k < latents; k += 4 {
		a := pairBackwardArgs{z: &s.u[base*K+(lo+k)*R], mu: &s.v[(lo+k)*s.padded], murow: 4 * s.padded,
			second: 4 * len(s.v),
			dmu:    &dv[(lo+k)*s.padded], e: &w.e[part*w.tiles*s.padded*R], j: &w.joint[0],
			ab: &w.factor[part*w.tiles*2*R], dz: &s.du[base*K+(lo+k)*R],
			vectors: s.padded / level.lanes(), blocks: tiles, zblock: 4 * K * R}
		variant := min(4, latents-k)
		if s.perBin {
			variant += 10
		}
		a.call(variant)
	}
}
