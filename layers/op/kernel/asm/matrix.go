package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
)

// dot computes y[r][k] = c[k] + sum_n x[r][n] w[k][n]. The variant's units give the number of columns k. Its
// tens digit gives the rows: 0 for one row r, 1 for a tile of rows. "blocks" repeats this.
func dot() *family {
	f := &family{name: "dot", doc: "multiplies rows by rows.", args: "*x xrow *w wrow *c *y yrow blocks full last"}
	for _, v := range isas {
		for _, columns := range []int{1, 2, 3, 4, 6} {
			f.add(v, columns, func(k *kernel) { k.dot(1, columns) })
			f.add(v, 10+columns, func(k *kernel) { k.dot(k.rows, columns) })
		}
	}
	return f
}

func (k *kernel) dot(rows, columns int) {
	x, xrow, w, wrow := k.arg("x"), k.arg("xrow"), k.arg("w"), k.arg("wrow")
	c, y, yrow := k.arg("c"), k.arg("y"), k.arg("yrow")
	m := k.mask(k.arg("last"))
	sum := k.vecs(rows * columns)
	Label("block")
	for _, s := range sum {
		k.zero(s)
	}
	xp, wp, n := GP64(), GP64(), k.arg("full")
	MOVQ(x, xp)
	MOVQ(w, wp)
	xs, ws := rowsOf(xp, xrow, rows), rowsOf(wp, wrow, columns)
	step := func(last bool) {
		xv := k.vecs(rows)
		for r := range xv {
			m.load(last, xs.at(r, 0), xv[r])
		}
		for i := range columns {
			wv := k.vec()
			m.load(last, ws.at(i, 0), wv)
			for r := range xv {
				VFMADD231PS(xv[r], wv, sum[r*columns+i])
			}
		}
	}
	TESTQ(n, n)
	JZ(LabelRef("tail"))
	Label("loop")
	step(false)
	xs.add(I32(k.bytes()))
	ws.add(I32(k.bytes()))
	DECQ(n)
	JNZ(LabelRef("loop"))
	Label("tail")
	step(true)
	for r := range rows {
		for i := 0; i < columns; i += 4 {
			e := min(i+4, columns)
			s := k.sums(sum[r*columns+i : r*columns+e])
			addFirst(e-i, c, 4*i, s)
			storeFirst(e-i, s, y, 4*i)
		}
		ADDQ(yrow, y)
		ADDQ(xrow, x)
	}
	DECQ(k.at("blocks"))
	JNZ(LabelRef("block"))
}

// panel computes out[r][n] = start[r][n] + sum_s f[r,s] w[s][n]. The variant's tens digit gives the number of
// rows r, and its units the number of vectors of n. Then all pointers advance by a block. The strides make it x
// w, x' w or a convolution.
func panel() *family {
	f := &family{name: "panel", doc: "adds multiples of rows to rows.",
		args: "*f frow fstep *w wstep *start startrow *out outrow steps blocks fblock wblock startblock outblock last"}
	for _, v := range isas {
		for _, rows := range []int{1, 2, 4, 6} {
			for vectors := 1; vectors <= v.lanes/4; vectors *= 2 { // 1, 2 and, in 32 registers, 4
				f.add(v, 10*rows+vectors, func(k *kernel) { k.panel(rows, vectors) })
			}
		}
	}
	return f
}

func (k *kernel) panel(rows, vectors int) {
	m := k.mask(k.arg("last"))
	sum := k.vecs(rows * vectors)
	Label("block")
	start := rowsOf(k.arg("start"), k.arg("startrow"), rows)
	for r := range rows {
		for i := range vectors {
			m.load(i == vectors-1, start.at(r, i*k.bytes()), sum[r*vectors+i])
		}
	}
	f, w := rowsOf(k.arg("f"), k.arg("frow"), rows), k.arg("w")
	fstep, wstep, steps := k.arg("fstep"), k.arg("wstep"), k.arg("steps")
	Label("loop")
	wv := k.vecs(vectors)
	for i := range wv {
		m.load(i == vectors-1, Mem{Base: w, Disp: i * k.bytes()}, wv[i])
	}
	for r := range rows {
		b := k.vec()
		VBROADCASTSS(f.at(r, 0), b)
		for i := range wv {
			VFMADD231PS(wv[i], b, sum[r*vectors+i])
		}
	}
	ADDQ(wstep, w)
	f.add(fstep)
	DECQ(steps)
	JNZ(LabelRef("loop"))
	out := rowsOf(k.arg("out"), k.arg("outrow"), rows)
	for r := range rows {
		for i := range vectors {
			m.store(i == vectors-1, sum[r*vectors+i], out.at(r, i*k.bytes()))
		}
	}
	for _, p := range []string{"f", "w", "start", "out"} {
		k.advance(p, p+"block")
	}
	DECQ(k.at("blocks"))
	JNZ(LabelRef("block"))
}
