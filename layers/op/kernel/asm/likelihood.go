package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// likelihood returns a family that processes x and y row by row, for as many vectors of columns as the variant
// says. form gets x, y and the column's weight w in registers. It leaves g in y and adds to the column's sum.
func likelihood(name, doc string, hold [][]float32, form func(c consts, x, y, w, sum reg.VecVirtual)) *family {
	f := &family{name: name, doc: doc, args: "*x *y row *w *sum *g grow rows last"}
	for _, v := range isas {
		for vectors := 1; vectors <= v.lanes/4; vectors *= 2 {
			f.add(v, vectors, func(k *kernel) {
				m, c := k.mask(k.arg("last")), k.consts(hold...)
				at := func(p reg.GPVirtual, i int) Mem { return Mem{Base: p, Disp: i * k.bytes()} }
				w, sum := k.vecs(vectors), k.vecs(vectors)
				wp, sp := k.arg("w"), k.arg("sum")
				for i := range vectors {
					m.load(i == vectors-1, at(wp, i), w[i])
					m.load(i == vectors-1, at(sp, i), sum[i])
				}
				x, y, g := k.arg("x"), k.arg("y"), k.arg("g")
				row, grow, rows := k.arg("row"), k.arg("grow"), k.arg("rows")
				Label("row")
				for i := range vectors {
					xv, yv := k.vec(), k.vec()
					m.load(i == vectors-1, at(x, i), xv)
					m.load(i == vectors-1, at(y, i), yv)
					form(c, xv, yv, w[i], sum[i])
					m.store(i == vectors-1, yv, at(g, i))
				}
				ADDQ(row, x)
				ADDQ(row, y)
				ADDQ(grow, g)
				DECQ(rows)
				JNZ(LabelRef("row"))
				for i := range vectors {
					m.store(i == vectors-1, sum[i], at(sp, i))
				}
			})
		}
	}
	return f
}

// residual computes d = y - x, g = d w, sum += d g.
func residual() *family {
	return likelihood("residual", "weighs squared differences.", nil, func(c consts, x, y, w, sum reg.VecVirtual) {
		VSUBPS(x, y, x)
		VMULPS(w, x, y)
		VFMADD231PS(y, x, sum)
	})
}

// poisson computes g = (1 - x/r) w and sum += (r - x ln r) w, for the rate r = max(y, rateFloor).
func poisson() *family {
	const doc = "weighs Poisson likelihoods of counts."
	hold := [][]float32{logConsts, logOver}
	return likelihood("poisson", doc, hold, func(c consts, x, y, w, sum reg.VecVirtual) {
		t, l, m := c.vec(), c.vec(), c.vec()
		c.load(rateFloor, t)
		VMAXPS(y, t, y) // the order of operands lets NaN pass
		// y = 2^n (1+f), 1+f in [sqrt 1/2, sqrt 2)
		VPSUBD(c.op(sqrtHalf), y, t)
		VPSRAD(U8(23), t, t)
		VPSLLD(U8(23), t, m)
		VPSUBD(m, y, m)
		VSUBPS(c.op(1), m, m)
		VCVTDQ2PS(t, t)
		c.load(logOver[len(logOver)-1], l)
		for i := len(logOver) - 2; i >= 0; i-- {
			VFMADD213PS(c.op(logOver[i]), m, l)
		}
		VMULPS(m, l, l)
		VFMADD231PS(c.op(ln2), t, l) // ln y
		c.load(1, m)
		VDIVPS(y, x, t)
		VSUBPS(t, m, m)
		VFNMADD231PS(x, l, y)
		VFMADD231PS(w, y, sum)
		VMULPS(w, m, y)
	})
}
