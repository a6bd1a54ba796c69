package main

import (
	"math"
	"strings"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// elementwise returns the families that process arrays entry by entry.
func elementwise() []*family {
	return []*family{
		arrays("relu", "writes y = max(x, 0).", "y x", func(k *kernel) func(get, put) {
			zero := k.vec()
			k.zero(zero)
			return func(x get, y put) {
				v := x("x")
				VMAXPS(v, zero, v) // the order of operands lets NaN pass
				y("y", v)
			}
		}),
		arrays("gate", "writes d = up where y > 0, else 0.", "d up y", func(k *kernel) func(get, put) {
			zero, in := k.vec(), K()
			k.zero(zero)
			return func(x get, y put) {
				v, up := x("y"), x("up")
				if k.wide {
					VCMPPS(U8(0x1e), zero, v, in)
					VMOVAPS_Z(up, in, v)
				} else {
					VCMPPS(U8(0x1e), zero, v, v)
					VANDPS(up, v, v)
				}
				y("d", v)
			}
		}),
		arrays("times", "writes d = x y.", "d x y", func(k *kernel) func(get, put) {
			return func(x get, y put) {
				v, w := x("x"), x("y")
				VMULPS(v, w, v)
				y("d", v)
			}
		}),
		arrays("plus", "writes d = x + y.", "d x y", func(k *kernel) func(get, put) {
			return func(x get, y put) {
				v, w := x("x"), x("y")
				VADDPS(v, w, v)
				y("d", v)
			}
		}),
		arrays("exp", "writes y = e^x.", "y x", func(k *kernel) func(get, put) {
			c := k.consts(expConsts, expNear)
			return func(x get, y put) {
				v := x("x")
				c.exp(v)
				y("y", v)
			}
		}),
		arrays("softplus", "writes y = ln(1 + e^x) and its derivative.", "y d x", func(k *kernel) func(get, put) {
			sign := math.Float32frombits(1 << 31)
			c, zero := k.consts(expConsts, expNear, log1pOver, []float32{sign}), k.vec()
			k.zero(zero)
			negative := K()
			return func(x get, y put) {
				v, u := x("x"), k.vec()
				VORPS(c.op(sign), v, u)
				c.exp(u) // e^-|x|
				l := c.horner(log1pOver, u)
				VMULPS(u, l, l)
				top := k.vec()
				VMAXPS(v, zero, top)
				VADDPS(top, l, l)
				y("y", l)
				// 1/(1+u) where x >= 0, u/(1+u) elsewhere
				c.load(1, top)
				VADDPS(u, top, l)
				VDIVPS(l, top, top)
				VMULPS(top, u, u)
				if k.wide {
					VPMOVD2M(v, negative)
					VMOVAPS(u, negative, top)
				} else {
					VBLENDVPS(v, u, top, top)
				}
				y("d", top)
			}
		}),
		// coef = b1, 1-b1, b2, 1-b2, -rate, scale, eps, keep
		arrays("adam", "updates parameters.", "p g mean square *coef", func(k *kernel) func(get, put) {
			coef := k.arg("coef")
			c := k.vecs(8)
			for i := range c {
				VBROADCASTSS(Mem{Base: coef, Disp: 4 * i}, c[i])
			}
			return func(x get, y put) {
				g, mean, square := x("g"), x("mean"), x("square")
				VMULPS(c[0], mean, mean)
				VFMADD231PS(c[1], g, mean)
				y("mean", mean)
				VMULPS(g, g, g)
				VMULPS(c[2], square, square)
				VFMADD231PS(c[3], g, square)
				y("square", square)
				VMULPS(c[5], square, square)
				VSQRTPS(square, square)
				VADDPS(c[6], square, square)
				VMULPS(c[4], mean, mean)
				VDIVPS(square, mean, mean)
				p := x("p")
				VFMADD231PS(c[7], p, mean)
				y("p", mean)
			}
		}),
	}
}

// get loads the current vector of an array, and put stores it.
type (
	get func(name string) reg.VecVirtual
	put func(name string, v reg.VecVirtual)
)

// arrays returns a family that processes arrays of one length. The body itself reads arguments marked *name.
// prepare runs once per call, and returns the code for every vector.
func arrays(name, doc, args string, prepare func(k *kernel) func(get, put)) *family {
	f := &family{name: name, doc: doc}
	var walked []string
	for _, a := range splitArgs(args) {
		f.args += " *" + a.name
		if !a.own {
			walked = append(walked, a.name)
		}
	}
	f.args += " full last"
	for _, v := range isas {
		f.add(v, 0, func(k *kernel) {
			m := k.mask(k.arg("last"))
			body := prepare(k)
			at, n := GP64(), k.arg("full")
			XORQ(at, at)
			p := map[string]reg.GPVirtual{}
			for _, w := range walked {
				p[w] = k.arg(w)
			}
			step := func(last bool) {
				body(func(name string) reg.VecVirtual {
					r := k.vec()
					m.load(last, Mem{Base: p[name], Index: at, Scale: 1}, r)
					return r
				}, func(name string, r reg.VecVirtual) { m.store(last, r, Mem{Base: p[name], Index: at, Scale: 1}) })
			}
			TESTQ(n, n)
			JZ(LabelRef("tail"))
			Label("loop")
			step(false)
			ADDQ(I32(k.bytes()), at)
			DECQ(n)
			JNZ(LabelRef("loop"))
			Label("tail")
			step(true)
		})
	}
	return f
}

type arrayArg struct {
	name string
	own  bool
}

func splitArgs(s string) (list []arrayArg) {
	for _, a := range strings.Fields(s) {
		if a[0] == '*' {
			list = append(list, arrayArg{a[1:], true})
		} else {
			list = append(list, arrayArg{a, false})
		}
	}
	return list
}
