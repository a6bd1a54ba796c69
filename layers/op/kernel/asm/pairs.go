package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// pairForward processes blocks of rows r against all j. It computes E = 2^( -sum_k (mu[k][j] - z[k][r])^2 )
// times a weight. J is E for the first part, and J times the unweighted E for the others. It also computes the
// sums of E and J over j.
//
// The variant is the number of latents k, or 0 for any number. Variant 10 is for any number, with separate
// scales for each j: E = 2^( peak[j] - sum_k (c[k][j] z[k][r] - mu[k][j])^2 ), where c is "second" bytes after
// mu.
func pairForward() *family {
	f := &family{name: "pairForward", doc: "forms the densities of pairs and their sums.",
		args: "*z *mu murow second *peak *weight *e *j *s vectors latents first blocks zblock"}
	for _, v := range isas {
		for latents := 0; latents <= 4; latents++ {
			f.add(v, latents, func(k *kernel) { k.pairForward(latents, false) })
		}
		f.add(v, 10, func(k *kernel) { k.pairForward(0, true) })
	}
	return f
}

func (k *kernel) pairForward(latents int, scaled bool) {
	z, e, j := k.arg("z"), k.arg("e"), k.arg("j")
	c := k.consts(exp2Floor)
	sumE, sumJ := k.vecs(k.rows), k.vecs(k.rows)
	Label("block")
	for r := range sumE {
		k.zero(sumE[r])
		k.zero(sumJ[r])
	}
	mu, murow, weight, vectors := k.arg("mu"), k.arg("murow"), k.arg("weight"), k.arg("vectors")
	var second, peak reg.GPVirtual
	if scaled {
		second, peak = k.arg("second"), k.arg("peak")
	}
	Label("loop")
	x := k.vecs(k.rows)
	for _, v := range x {
		if scaled {
			VMOVUPS(Mem{Base: peak}, v)
		} else {
			k.zero(v)
		}
	}
	latent := func(m Mem, z reg.GPVirtual, at int) {
		v, c := k.vec(), k.vec()
		VMOVUPS(m, v)
		if scaled {
			VMOVUPS(Mem{Base: m.Base, Index: second, Scale: 1}, c)
		}
		for r := range x {
			t := k.vec()
			if z := (Mem{Base: z, Disp: at + 4*r}); scaled {
				VBROADCASTSS(z, t)
				VFMSUB132PS(c, v, t)
			} else {
				k.subtract(z, v, t)
			}
			VFNMADD231PS(t, t, x[r])
		}
	}
	if latents > 0 {
		rows := rowsOf(mu, murow, latents)
		for i := range latents {
			latent(rows.at(i, 0), z, 4*i*k.rows)
		}
	} else {
		zp, mp, n := GP64(), GP64(), k.arg("latents")
		MOVQ(z, zp)
		MOVQ(mu, mp)
		Label("latent")
		latent(Mem{Base: mp}, zp, 0)
		ADDQ(murow, mp)
		ADDQ(I32(4*k.rows), zp)
		DECQ(n)
		JNZ(LabelRef("latent"))
	}
	for _, v := range x {
		c.exp2(v)
	}
	weighed := k.vecs(k.rows)
	for r, v := range weighed {
		VMULPS(Mem{Base: weight, Disp: -4 * r}, x[r], v)
		VADDPS(v, sumE[r], sumE[r])
		VMOVUPS(v, Mem{Base: e, Disp: r * k.bytes()})
	}
	CMPQ(k.at("first"), Imm(0))
	JNE(LabelRef("joint"))
	for r, v := range weighed {
		VMULPS(Mem{Base: j, Disp: r * k.bytes()}, x[r], v)
		VADDPS(v, sumJ[r], sumJ[r])
	}
	Label("joint")
	for r, v := range weighed {
		VMOVUPS(v, Mem{Base: j, Disp: r * k.bytes()})
	}
	ADDQ(I32(k.bytes()), mu)
	if scaled {
		ADDQ(I32(k.bytes()), peak)
	}
	ADDQ(I32(k.bytes()), weight)
	ADDQ(I32(k.rows*k.bytes()), e)
	ADDQ(I32(k.rows*k.bytes()), j)
	DECQ(vectors)
	JNZ(LabelRef("loop"))
	s := k.arg("s")
	storeFirst(k.rows, k.sums(sumE), s, 0)
	storeFirst(k.rows, k.sums(sumJ), s, 4*k.rows)
	ADDQ(I32(8*k.rows), k.at("s"))
	SUBQ(I32(4*k.rows), k.at("weight"))
	ADDQ(k.arg("zblock"), z)
	DECQ(k.at("blocks"))
	JNZ(LabelRef("block"))
}

// subtract writes d = v - z for a scalar z in memory.
func (v isa) subtract(z Mem, a, d reg.VecVirtual) {
	if v.wide {
		VSUBPS_BCST(z, a, d)
		return
	}
	VBROADCASTSS(z, d)
	VSUBPS(d, a, d)
}

// pairBackward processes blocks of rows r, with q = J a - E b:
//
//	dz[k][r] = sum_j q (mu[k][j] - z[k][r])
//	dmu[k][j] -= sum_r q (mu[k][j] - z[k][r])
//
// The variant is the number of latents k, plus 10 if each j has separate scales. Then, with t = c[k][j] z[k][r]
// - mu[k][j],
//
//	dz[k][r] = -sum_j q t c[k][j]
//	dmu[k][j] += sum_r q t
//
// and, "second" bytes after dmu, it adds sum_r q (t^2 - 1 / (2 ln 2)). This is the derivative by ln s, for c in
// units of 1/s.
func pairBackward() *family {
	f := &family{name: "pairBackward", doc: "forms the gradients of pairs.",
		args: "*z *mu murow second *dmu *e *j *ab *dz vectors blocks zblock"}
	for _, v := range isas {
		for latents := 1; latents <= 4; latents++ {
			f.add(v, latents, func(k *kernel) { k.pairBackward(latents, false) })
			f.add(v, 10+latents, func(k *kernel) { k.pairBackward(latents, true) })
		}
	}
	return f
}

func (k *kernel) pairBackward(latents int, scaled bool) {
	z, murow, e, j, ab, dz := k.arg("z"), k.arg("murow"), k.arg("e"), k.arg("j"), k.arg("ab"), k.arg("dz")
	sum := k.vecs(latents * k.rows)
	var second reg.GPVirtual
	var c consts
	if scaled {
		second, c = k.arg("second"), k.consts([]float32{perTwoLn2})
	}
	Label("block")
	mu, dmu, vectors := k.arg("mu"), k.arg("dmu"), k.arg("vectors")
	for _, s := range sum {
		k.zero(s)
	}
	// scale holds a of every row, then b. If there are too few registers, a and b are loaded each time.
	scale := make([]reg.VecVirtual, 2*k.rows)
	held := k.wide && !scaled
	if held {
		for i := range scale {
			scale[i] = k.vec()
			VBROADCASTSS(Mem{Base: ab, Disp: 4 * i}, scale[i])
		}
	}
	factor := func(i int) reg.VecVirtual {
		if held {
			return scale[i]
		}
		t := k.vec()
		VBROADCASTSS(Mem{Base: ab, Disp: 4 * i}, t)
		return t
	}
	Label("loop")
	q := k.vecs(k.rows)
	for r := range q {
		VMULPS(Mem{Base: j, Disp: r * k.bytes()}, factor(r), q[r])
		VFNMADD231PS(Mem{Base: e, Disp: r * k.bytes()}, factor(k.rows+r), q[r])
	}
	constant := k.vec() // sum_r q / (2 ln 2), the same for every latent
	if scaled {
		VADDPS(q[0], q[1], constant)
		for _, v := range q[2:] {
			VADDPS(v, constant, constant)
		}
		VMULPS(c.op(perTwoLn2), constant, constant)
	}
	mp, dp := GP64(), GP64()
	MOVQ(mu, mp)
	MOVQ(dmu, dp)
	for i := range latents {
		v, d := k.vec(), k.vec()
		VMOVUPS(Mem{Base: mp}, v)
		VMOVUPS(Mem{Base: dp}, d)
		if scaled {
			c, l := Mem{Base: mp, Index: second, Scale: 1}, k.vec()
			VMOVUPS(Mem{Base: dp, Index: second, Scale: 1}, l)
			VSUBPS(constant, l, l)
			for r := range q {
				t, qt := k.vec(), k.vec()
				VBROADCASTSS(Mem{Base: z, Disp: 4 * (i*k.rows + r)}, t)
				VFMSUB132PS(c, v, t)
				VMULPS(q[r], t, qt)
				VFNMADD231PS(c, qt, sum[i*k.rows+r])
				VADDPS(qt, d, d)
				VFMADD231PS(qt, t, l)
			}
			VMOVUPS(l, Mem{Base: dp, Index: second, Scale: 1})
		} else {
			for r := range q {
				t := k.vec()
				k.subtract(Mem{Base: z, Disp: 4 * (i*k.rows + r)}, v, t)
				VFMADD231PS(q[r], t, sum[i*k.rows+r])
				VFNMADD231PS(q[r], t, d)
			}
		}
		VMOVUPS(d, Mem{Base: dp})
		if i < latents-1 {
			ADDQ(murow, mp)
			ADDQ(murow, dp)
		}
	}
	ADDQ(I32(k.bytes()), mu)
	ADDQ(I32(k.bytes()), dmu)
	ADDQ(I32(k.rows*k.bytes()), e)
	ADDQ(I32(k.rows*k.bytes()), j)
	DECQ(vectors)
	JNZ(LabelRef("loop"))
	for i := range latents {
		storeFirst(k.rows, k.sums(sum[i*k.rows:(i+1)*k.rows]), dz, 4*i*k.rows)
	}
	ADDQ(k.arg("zblock"), z)
	ADDQ(k.arg("zblock"), dz)
	ADDQ(I32(8*k.rows), ab)
	DECQ(k.at("blocks"))
	JNZ(LabelRef("block"))
}
