package reader

import (
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"testing"
)

// everyInteger calls f for the integers of every size and byte order, with a sign and without.
func everyInteger(f func(name string, t *Type)) {
	for _, size := range []int{1, 2, 4, 8} {
		for _, signed := range []bool{true, false} {
			for _, order := range []binary.ByteOrder{little, binary.BigEndian} {
				f(fmt.Sprintf("%d bytes, signed %t, %v", size, signed, order),
					&Type{Class: Integer, Size: size, signed: signed, order: order})
			}
		}
	}
}

// TestIntegersAsFloats checks that those that are read many at a time are those that are read one by one.
func TestIntegersAsFloats(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	b := make([]byte, 8*50)
	for i := range b {
		b[i] = byte(r.Uint32())
	}
	everyInteger(func(name string, typ *Type) {
		out := make([]float64, len(b)/typ.Size)
		typ.floats(out, b)
		for i, got := range out {
			v := typ.value(b[i*typ.Size:])
			want := float64(v)
			if !typ.signed {
				want = float64(uint64(v))
			}
			if got != want {
				t.Errorf("%s: number %d is %g, want %g", name, i, got, want)
			}
		}
	})
}

// BenchmarkIntegersAsFloats is of a megabyte.
func BenchmarkIntegersAsFloats(b *testing.B) {
	bytes := make([]byte, 1<<20)
	everyInteger(func(name string, typ *Type) {
		out := make([]float64, len(bytes)/typ.Size)
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(bytes)))
			for b.Loop() {
				typ.floats(out, bytes)
			}
		})
	})
}
