package main

import (
	"math"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// isa is an instruction set.
type isa struct {
	tag   string
	lanes int
	wide  bool // AVX-512
	rows  int  // number of rows that dot and the kernels of pairs process together
}

var isas = []isa{{"AVX2", 8, false, 2}, {"AVX512", 16, true, 4}}

func (v isa) vec() reg.VecVirtual {
	if v.wide {
		return ZMM()
	}
	return YMM()
}

func (v isa) vecs(n int) []reg.VecVirtual {
	s := make([]reg.VecVirtual, n)
	for i := range s {
		s[i] = v.vec()
	}
	return s
}

func (v isa) bytes() int { return 4 * v.lanes }

func (v isa) zero(r reg.VecVirtual) {
	if v.wide {
		VPXORD(r, r, r)
	} else {
		VXORPS(r, r, r)
	}
}

// The tables of constants hold the lanes of a mask, and one vector of 8 equal entries per constant.
var (
	maskTable Mem
	constants = map[float32]int{}
	constant  Mem
)

// exp2Floor and exp2Nearest are the coefficients of 2^f, both with a relative error of 7.5e-8. exp2Floor is for
// [0,1) on AVX-512, which reduces by the floor; exp2Nearest is for [-1/2,1/2] on AVX2.
var (
	exp2Floor = []float32{
		0.9999999403953552, 0.6931530833244324, 0.24015362560749054, 0.05582631006836891,
		0.008989347144961357, 0.0018775739008560777,
	}
	exp2Nearest = []float32{
		1.0000001192092896, 0.6931469440460205, 0.24022120237350464, 0.05550713464617729,
		0.009675541892647743, 0.0013276452664285898,
	}
	// expNear is for e^f on [-ln 2 / 2, ln 2 / 2]: exact at 0, error 3e-9.
	expNear = []float32{
		1, 1, 0.4999999403953552, 0.1666652113199234,
		0.04166838899254799, 0.00836874544620514, 0.0013814540579915047,
	}
	// log1pOver is for ln(1+u)/u on [0,1]: error 1.9e-7.
	log1pOver = []float32{
		1, -0.4999941289424896, 0.3331616222858429, -0.24813595414161682,
		0.18976148962974548, -0.13367564976215363, 0.07460170984268188, -0.02723039872944355,
		0.004658481106162071,
	}
)

// logOver is for ln(1+f)/f on [sqrt 1/2 - 1, sqrt 2 - 1]: error 2.6e-8. logConsts holds the other constants of ln.
var (
	logOver = []float32{
		1, -0.49999988079071045, 0.3333418667316437, -0.25002074241638184,
		0.19956833124160767, -0.16562390327453613, 0.14952270686626434, -0.14366865158081055,
		0.08722371608018875,
	}
	logConsts = []float32{rateFloor, sqrtHalf, ln2, 1}
)

const (
	rateFloor = float32(1e-10)
	sqrtHalf  = float32(0.70710677)
	ln2       = float32(0.69314718)

	log2e  = float32(1.4426950408889634)
	ln2Hi  = float32(0.693145751953125) // few bits, so that n ln2Hi is exact
	ln2Lo  = float32(1.42860682030941723212e-6)
	expMin = float32(-104) // e^x is 0 below, +Inf above expMax
	expMax = float32(89)

	perTwoLn2 = float32(0.72134752) // 1 / (2 ln 2)
)

func tables() {
	maskTable = GLOBL("lanes", 8|16) // RODATA|NOPTR
	for i := range 16 {
		v := U32(0xffffffff)
		if i >= 8 {
			v = 0
		}
		DATA(4*i, v)
	}
	constant = GLOBL("constants", 8|16)
	others := []float32{
		-127, math.Float32frombits(127), log2e, ln2Hi, ln2Lo, expMin, expMax, perTwoLn2, math.Float32frombits(1 << 31),
	}
	for _, list := range [][]float32{exp2Nearest, expNear, log1pOver, logOver, logConsts, others} {
		for _, c := range list {
			if _, ok := constants[c]; ok {
				continue
			}
			at := 32 * len(constants)
			constants[c] = at
			for l := range 8 {
				DATA(at+4*l, U32(math.Float32bits(c)))
			}
		}
	}
}

// consts returns operands with a constant in every lane.
type consts struct {
	isa
	table reg.GPVirtual
	held  map[float32]reg.VecVirtual // AVX-512 has the registers to hold them
}

func (v isa) consts(hold ...[]float32) consts {
	c := consts{isa: v, table: GP64(), held: map[float32]reg.VecVirtual{}}
	LEAQ(constant, c.table)
	if v.wide {
		for _, list := range hold {
			for _, f := range list {
				if _, ok := c.held[f]; !ok {
					c.held[f] = v.vec()
					t := GP32()
					MOVL(U32(math.Float32bits(f)), t)
					VPBROADCASTD(t, c.held[f])
				}
			}
		}
	}
	return c
}

// op returns the constant as an operand; on AVX-512 it is in a register.
func (c consts) op(f float32) Op {
	if r, ok := c.held[f]; ok {
		return r
	}
	if c.wide {
		panic("a constant is not held")
	}
	return Mem{Base: c.table, Disp: constants[f]}
}

// load copies the constant to a register.
func (c consts) load(f float32, r reg.VecVirtual) {
	if c.wide {
		VMOVAPS(c.op(f), r)
	} else {
		VMOVUPS(c.op(f), r)
	}
}

// horner evaluates a polynomial at x, the coefficient of the highest power last.
func (c consts) horner(coef []float32, x reg.VecVirtual) reg.VecVirtual {
	p := c.vec()
	c.load(coef[len(coef)-1], p)
	for i := len(coef) - 2; i >= 0; i-- {
		VFMADD213PS(c.op(coef[i]), x, p)
	}
	return p
}

// exp2 computes 2^x in place for x <= 0: NaN stays NaN, underflow gives 0.
func (c consts) exp2(x reg.VecVirtual) {
	if c.wide {
		f := c.vec()
		VREDUCEPS(U8(1), x, f) // x - floor x, as VSCALEFPS floors
		p := c.horner(exp2Floor, f)
		VSCALEFPS(x, p, x)
		return
	}
	n, t := c.vec(), c.vec()
	c.load(-127, t)
	VMAXPS(x, t, x) // the order of operands lets NaN pass
	VROUNDPS(U8(0), x, n)
	VSUBPS(n, x, x)
	p := c.horner(exp2Nearest, x)
	VCVTPS2DQ(n, n)
	VPADDD(c.op(math.Float32frombits(127)), n, n)
	VPSLLD(U8(23), n, n)
	VMULPS(n, p, x)
}

// exp computes e^x in place: NaN stays NaN, subnormal results are 0, too large ones +Inf.
func (c consts) exp(x reg.VecVirtual) {
	t, n := c.vec(), c.vec()
	c.load(expMin, t)
	VMAXPS(x, t, x)
	c.load(expMax, t)
	VMINPS(x, t, x)
	VMULPS(c.op(log2e), x, n)
	if c.wide {
		VRNDSCALEPS(U8(8), n, n)
	} else {
		VROUNDPS(U8(8), n, n)
	}
	VFNMADD231PS(c.op(ln2Hi), n, x)
	VFNMADD231PS(c.op(ln2Lo), n, x)
	p := c.horner(expNear, x)
	if c.wide {
		VSCALEFPS(n, p, x)
		return
	}
	// 2^n needs two factors, because n = 128 and n < -126 are not exponents of a float32
	VCVTPS2DQ(n, n)
	VPSRAD(U8(1), n, t)
	VPSUBD(t, n, n)
	for _, m := range []reg.VecVirtual{t, n} {
		VPADDD(c.op(math.Float32frombits(127)), m, m)
		VPSLLD(U8(23), m, m)
		VMULPS(m, p, p)
	}
	VMOVAPS(p, x)
}

var expConsts = []float32{log2e, ln2Hi, ln2Lo, expMin, expMax}

// mask selects the used lanes of a last vector.
type mask struct {
	isa
	k reg.OpmaskVirtual
	y reg.VecVirtual
}

func (v isa) mask(count reg.Register) mask {
	m := mask{isa: v}
	t := GP64()
	if v.wide {
		m.k = K()
		c := GP64()
		MOVQ(I32(-1), t)
		MOVQ(count, c)
		BZHIQ(c, t, t)
		KMOVW(t.As32(), m.k)
		return m
	}
	m.y = YMM()
	b := GP64()
	MOVQ(U32(8), t)
	SUBQ(count, t)
	LEAQ(maskTable, b)
	VMOVUPS(Mem{Base: b, Index: t, Scale: 4}, m.y)
	return m
}

// load loads a vector or, for a last vector, its used lanes, with 0 in the other lanes. store stores the same lanes.
func (m mask) load(last bool, a Mem, r reg.VecVirtual) {
	switch {
	case !last:
		VMOVUPS(a, r)
	case m.wide:
		VMOVUPS_Z(a, m.k, r)
	default:
		VMASKMOVPS(a, m.y, r)
	}
}

func (m mask) store(last bool, r reg.VecVirtual, a Mem) {
	switch {
	case !last:
		VMOVUPS(r, a)
	case m.wide:
		VMOVUPS(r, m.k, a)
	default:
		VMASKMOVPS(r, m.y, a)
	}
}

// rowset addresses up to 6 rows.
type rowset struct {
	p, p3, stride reg.GPVirtual // the first and the fourth row, and the distance between rows
	n             int
}

func rowsOf(p, stride reg.GPVirtual, n int) rowset {
	s := rowset{p: p, stride: stride, n: n}
	if n > 3 {
		s.p3 = GP64()
		LEAQ(Mem{Base: stride, Index: stride, Scale: 2}, s.p3)
		ADDQ(p, s.p3)
	}
	return s
}

func (s rowset) at(i, disp int) Mem {
	p := s.p
	if i >= 3 {
		p, i = s.p3, i-3
	}
	if i == 0 {
		return Mem{Base: p, Disp: disp}
	}
	return Mem{Base: p, Index: s.stride, Scale: uint8(i), Disp: disp}
}

// add advances all rows by n bytes.
func (s rowset) add(n Op) {
	ADDQ(n, s.p)
	if s.n > 3 {
		ADDQ(n, s.p3)
	}
}

// sums reduces up to 4 vectors to one XMM of their sums, [sum a, sum b, ...], and overwrites the vectors. It
// adds lanes in the same order for any number of vectors, (0+2)+(1+3). So a result does not depend on its tile.
func (v isa) sums(a []reg.VecVirtual) reg.VecVirtual {
	t := v.vec()
	pair := func(x, y reg.VecVirtual) reg.VecVirtual { // x02 y02 x13 y13 in each four lanes
		VUNPCKLPS(y, x, t)
		VUNPCKHPS(y, x, x)
		VADDPS(x, t, x)
		return x
	}
	var s reg.VecVirtual
	if len(a) == 1 {
		s = a[0]
		VSHUFPS(U8(0x4e), s, s, t)
		VADDPS(t, s, s)
		VSHUFPS(U8(0xb1), s, s, t)
		VADDPS(t, s, s)
	} else {
		s = pair(a[0], a[1])
		w := s
		switch len(a) {
		case 3:
			w = v.vec()
			VUNPCKLPS(a[2], a[2], w)
			VUNPCKHPS(a[2], a[2], t)
			VADDPS(t, w, w)
		case 4:
			w = pair(a[2], a[3])
		}
		VUNPCKLPD(w, s, t)
		VUNPCKHPD(w, s, s)
		VADDPS(t, s, s)
	}
	if v.wide {
		VEXTRACTF64X4(U8(1), s, t.AsY())
		VADDPS(t.AsY(), s.AsY(), s.AsY())
		VEXTRACTF32X4(U8(1), s.AsY(), t.AsX())
	} else {
		VEXTRACTF128(U8(1), s.AsY(), t.AsX())
	}
	VADDPS(t.AsX(), s.AsX(), s.AsX())
	return s
}

// storeFirst stores the first n floats of an XMM.
func storeFirst(n int, s reg.VecVirtual, p reg.GPVirtual, disp int) {
	x := s.AsX()
	switch n {
	case 4:
		VMOVUPS(x, Mem{Base: p, Disp: disp})
	case 3:
		VMOVLPS(x, Mem{Base: p, Disp: disp})
		VEXTRACTPS(U8(2), x, Mem{Base: p, Disp: disp + 8})
	case 2:
		VMOVLPS(x, Mem{Base: p, Disp: disp})
	case 1:
		VMOVSS(x, Mem{Base: p, Disp: disp})
	}
}

// addFirst adds n floats in memory to the first lanes of an XMM, reading no further.
func addFirst(n int, p reg.GPVirtual, disp int, s reg.VecVirtual) {
	if n == 4 {
		VADDPS(Mem{Base: p, Disp: disp}, s.AsX(), s.AsX())
		return
	}
	b := XMM()
	if n == 1 {
		VMOVSS(Mem{Base: p, Disp: disp}, b)
	} else {
		VMOVSD(Mem{Base: p, Disp: disp}, b)
	}
	if n == 3 {
		VINSERTPS(U8(0x20), Mem{Base: p, Disp: disp + 8}, b, b)
	}
	VADDPS(b, s.AsX(), s.AsX())
}
