package npz

import (
	"bytes"
	"errors"
	"io"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func encoded(t testing.TB, a Array) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := writeNPY(&b, a); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// npy builds an npy stream from a header and raw bytes.
func npy(header string, raw ...byte) []byte {
	b := append([]byte(magic), 1, 0, byte(len(header)), byte(len(header)>>8))
	return append(append(b, header...), raw...)
}

// arrays draws an array of any type and shape.
func arrays(t *rapid.T) Array {
	shape := rapid.SliceOfN(rapid.IntRange(0, 4), 0, 3).Draw(t, "shape")
	n := 1
	for _, k := range shape {
		n *= k
	}
	return Array{Shape: shape, Data: rapid.OneOf(
		valuesOf(n, rapid.Float32()), valuesOf(n, rapid.Float64()), valuesOf(n, rapid.Int8()),
		valuesOf(n, rapid.Int16()),
		valuesOf(n, rapid.Int32()), valuesOf(n, rapid.Int64()), valuesOf(n, rapid.Uint8()), valuesOf(n, rapid.Uint16()),
		valuesOf(n, rapid.Uint32()), valuesOf(n, rapid.Uint64()), valuesOf(n, rapid.Bool()),
		valuesOf(n, rapid.StringMatching(`[a-zé世😀]{0,5}`)),
	).Draw(t, "data")}
}

func valuesOf[T any](n int, g *rapid.Generator[T]) *rapid.Generator[any] {
	return rapid.Map(rapid.SliceOfN(g, n, n), func(x []T) any { return x })
}

func same(a, b Array) bool {
	if !slices.Equal(a.Shape, b.Shape) {
		return false
	}
	x, y := reflect.ValueOf(a.Data), reflect.ValueOf(b.Data)
	return x.Type() == y.Type() && (x.Len() == 0 && y.Len() == 0 || reflect.DeepEqual(a.Data, b.Data))
}

func TestWriteThenReadGivesTheArrayBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := arrays(t)
		var b bytes.Buffer
		if err := writeNPY(&b, a); err != nil {
			t.Fatal(err)
		}
		got, err := readNPY(&b)
		if err != nil || !same(a, got) {
			t.Fatalf("wrote %v, read %v, %v", a, got, err)
		}
	})
}

func TestSaveThenLoadGivesTheArraysBackAndRepeatsItsBytes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := map[string]Array{"one": arrays(t), "two": arrays(t), "dir/three": arrays(t)}
		compress := rapid.Bool().Draw(t, "compress")
		var b, again bytes.Buffer
		if err := errors.Join(Save(&b, m, compress), Save(&again, m, compress)); err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(b.Bytes(), again.Bytes()) {
			t.Fatal("the same arrays were saved as different bytes")
		}
		got, err := LoadFrom(bytes.NewReader(b.Bytes()), int64(b.Len()))
		if err != nil || len(got) != len(m) {
			t.Fatal(got, err)
		}
		for name := range m {
			if !same(m[name], got[name]) {
				t.Fatalf("%s: saved %v, loaded %v", name, m[name], got[name])
			}
		}
	})
}

func TestLoadTakesOnlyTheNamedArrays(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.npz")
	save(t, path, map[string]Array{"a": Scalar(1.5), "b": Ints([]int{1, 2})})
	m, err := Load(path, "b", "absent")
	if err != nil || len(m) != 1 || !same(m["b"], Ints([]int{1, 2})) {
		t.Fatal(m, err)
	}
}

func TestReadUnderstandsWhatNumPyWrites(t *testing.T) {
	tests := []struct {
		name   string
		header string
		raw    []byte
		want   Array
	}{
		{"big endian", "{'descr': '>i2', 'fortran_order': False, 'shape': (2,), }", []byte{0, 1, 1, 0},
			Vector([]int16{1, 256})},
		{"Fortran order", "{'descr': '|u1', 'fortran_order': True, 'shape': (2, 3), }", []byte{1, 4, 2, 5, 3, 6},
			Array{[]int{2, 3}, []uint8{1, 2, 3, 4, 5, 6}}},
		{"keys in another order", "{'shape': (1,), 'fortran_order': False, 'descr': '|u1'}", []byte{9},
			Vector([]uint8{9})},
		{"half precision", "{'descr': '<f2', 'fortran_order': False, 'shape': (4,), }",
			[]byte{0, 0x3c, 0, 0xc0, 1, 0, 0, 0x7c}, Vector([]float32{1, -2, 0x1p-24, float32(math.Inf(1))})},
		{"bytes", "{'descr': '|S2', 'fortran_order': False, 'shape': (2,), }", []byte("abc\x00"),
			Vector([]string{"ab", "c"})},
		{"a long of Python 2", "{'descr': '|b1', 'fortran_order': False, 'shape': (1L,), }", []byte{1},
			Vector([]bool{true})},
		{"bytes to spare", "{'descr': '|u1', 'fortran_order': False, 'shape': (), }", []byte{7, 8}, Scalar(uint8(7))},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := readNPY(bytes.NewReader(npy(tt.header, tt.raw...)))
			if err != nil || !same(tt.want, got) {
				t.Fatalf("got %v, %v, want %v", got, err, tt.want)
			}
		})
	}
}

func TestReadRefuses(t *testing.T) {
	const u1 = "{'descr': '|u1', 'fortran_order': False, 'shape': (%), }"
	shaped := func(shape string) []byte { return npy(strings.Replace(u1, "%", shape, 1), 1, 2) }
	tests := []struct {
		name string
		in   []byte
		want string
	}{
		{"nothing", nil, "cut short"},
		{"another format", []byte("PK\x03\x04 and so on"), "not an npy array"},
		{"a cut header", npy("{'descr'")[:12], "cut short"},
		{"objects", npy("{'descr': '|O', 'fortran_order': False, 'shape': (1,), }"), "objects"},
		{"complex numbers", npy("{'descr': '<c8', 'fortran_order': False, 'shape': (1,), }"),
			"complex numbers (complex64)"},
		{"values cut short", shaped("3,"), "0 of 3"},
		{"a length without bytes", shaped("1000000000000,"), "cut short"},
		{"a product that overflows", shaped("4294967296, 4294967296"), "not valid for an array"},
		{"a negative length", shaped("-1,"), "not valid for an array"},
		{"endless empty strings", npy("{'descr': '<U0', 'fortran_order': False, 'shape': (1000000000,), }"),
			"strings have no characters"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if a, err := readNPY(bytes.NewReader(tt.in)); err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Fatalf("got %v, %v, want an error with %q", a, err, tt.want)
			}
		})
	}
}

func TestWriteRefuses(t *testing.T) {
	for _, a := range []Array{{[]int{2}, []float32{1}}, {[]int{1}, []int{1}}, {}} {
		if err := writeNPY(io.Discard, a); err == nil {
			t.Errorf("wrote %v", a)
		}
	}
}

func TestConversions(t *testing.T) {
	tests := []struct {
		data any
		ints []int // nil where they must be refused
	}{
		{[]float32{-2, 3}, []int{-2, 3}},
		{[]float64{1.5}, nil},
		{[]float64{math.NaN()}, nil},
		{[]float64{math.Inf(1)}, nil},
		{[]float64{1e300}, nil},
		{[]int8{-1}, []int{-1}},
		{[]int64{math.MinInt32}, []int{math.MinInt32}},
		{[]uint32{7}, []int{7}},
		{[]uint64{math.MaxUint64}, nil},
		{[]bool{true, false}, []int{1, 0}},
		{[]string{"1"}, nil},
	}
	for _, tt := range tests {
		a := Array{Data: tt.data}
		got, err := a.Ints()
		if !slices.Equal(got, tt.ints) || (err == nil) != (tt.ints != nil) {
			t.Errorf("%v as integers: %v, %v", tt.data, got, err)
		}
		if tt.ints == nil {
			continue
		}
		x, err64 := a.Float64s()
		y, err32 := a.Float32s()
		for i, want := range tt.ints {
			if err64 != nil || err32 != nil || x[i] != float64(want) || y[i] != float32(want) {
				t.Errorf("%v as floating point: %v %v, %v %v", tt.data, x, err64, y, err32)
			}
		}
	}
}

func FuzzRead(f *testing.F) {
	for _, a := range []Array{{[]int{2, 3}, []float32{1, 2, 3, 4, 5, 6}}, Scalar(int64(7)), Vector([]string{"a", "éß"}),
		Vector([]bool{true})} {
		f.Add(encoded(f, a))
	}
	f.Add(npy("{'descr': '>f2', 'fortran_order': True, 'shape': (1, 2), }", 1, 2, 3, 4))
	f.Fuzz(func(t *testing.T, b []byte) {
		a, err := readNPY(bytes.NewReader(b))
		if err != nil {
			return
		}
		n := 1
		for _, k := range a.Shape {
			n *= k
		}
		if got := reflect.ValueOf(a.Data).Len(); got != n {
			t.Fatalf("shape %v with %d values", a.Shape, got)
		}
	})
}

func save(t testing.TB, path string, m map[string]Array) {
	t.Helper()
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(Save(f, m, false), f.Close()); err != nil {
		t.Fatal(err)
	}
}
