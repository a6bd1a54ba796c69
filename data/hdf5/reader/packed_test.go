package reader

import (
	"encoding/binary"
	"errors"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"testing"
)

// packed returns the groups of testdata/packed.h5.gz, which testdata/packed.py makes by h5py: one for each filter, by
// name.
func packed(t *testing.T) map[string]map[string]*Dataset {
	t.Helper()
	f := newFile(t, unzipped(t, "packed.h5.gz"))
	all := map[string]map[string]*Dataset{}
	for name := range children(t, f, "") {
		all[name] = map[string]*Dataset{}
		for set, c := range children(t, f, name) {
			all[name][set] = c.Dataset
		}
	}
	return all
}

// TestPackedValues checks that the values are those that h5py wrote, whatever filter, codec, shuffle and type packed
// them.
func TestPackedValues(t *testing.T) {
	small, long, far := make([]float64, 63), make([]float64, 70000), make([]float64, 36000)
	for i := range small {
		small[i] = float64(i % 50)
	}
	for i := range long {
		long[i] = float64(i / 250)
	}
	for i := range far {
		far[i] = float64(i % 12000 * 7919 % 9973 % 250)
	}
	want := map[string][]float64{"small_u1": small, "small_i2": small, "small_f8": small, "checked": small,
		"long": long, "far": far}
	read := 0
	for filter, sets := range packed(t) {
		if filter == "blosc2" {
			continue
		}
		for name, d := range sets {
			got, err := d.Floats(nil, nil, len(long))
			if err != nil || !slices.Equal(got, want[name]) {
				t.Errorf("%s/%s: %d values, %v; want those of packed.py", filter, name, len(got), err)
			}
			read++
		}
	}
	const wanted = 93
	if read != wanted {
		t.Errorf("%d datasets were read, not %d", read, wanted)
	}
}

// TestForeignFilters checks that a filter that is not undone is named.
func TestForeignFilters(t *testing.T) {
	_, err := packed(t)["blosc2"]["small_f8"].Floats(nil, nil, 100)
	if !errors.As(err, &Packed{}) || !strings.Contains(err.Error(), "Blosc2") {
		t.Error("Blosc2: ", err)
	}
	frame := append([]byte{2, 1, 7 << 5, 8}, make([]byte, 12)...)
	if _, err := unblosc(frame, 100); !errors.As(err, &Packed{}) || !strings.Contains(err.Error(), "number 7") {
		t.Error("a codec of Blosc that does not exist: ", err)
	}
}

// chunkOf returns the last filter of a dataset, its type and the first chunk as it is stored; false if that is not
// packed.
func chunkOf(t *testing.T, d *Dataset) (x *index, b []byte, ok bool) {
	t.Helper()
	if err := d.parse(); err != nil {
		t.Fatal(err)
	}
	x, err := d.findChunks()
	if err != nil {
		t.Fatal(err)
	}
	c := x.between(0, 1)[0]
	if b, err = d.o.f.values(c.address, c.size); err != nil {
		t.Fatal(err)
	}
	return x, b, c.skipped == 0 && len(x.filters) == 1
}

// allocated is how many bytes a function allocates.
func allocated(f func()) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	f()
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}

// TestPackedDamage checks that a truncated chunk gives an error. A damaged chunk may give values or an error, but no
// panic, no more bytes than a chunk has, and little more memory.
func TestPackedDamage(t *testing.T) {
	const own = 1 << 21 // bytes that decoders take for themselves
	r := rand.New(rand.NewPCG(1, 2))
	words := []uint32{0, 1, 7, 1 << 12, 1 << 16, 1<<31 - 1, 1 << 31, 1<<32 - 1}
	for filter, sets := range packed(t) {
		for name, d := range sets {
			x, whole, ok := chunkOf(t, d)
			if !ok || filter == "blosc2" {
				continue
			}
			undo := func(b []byte) (out []byte, err error) {
				used := allocated(func() { out, err = x.filters[0].undo(b, &d.typ, x.whole) })
				if len(out) > x.whole+32 || used > uint64(4*x.whole+own) {
					t.Fatalf("%s/%s: %d bytes, %d allocated, for a chunk of %d", filter, name, len(out), used, x.whole)
				}
				return out, err
			}
			for range 20 {
				n := r.IntN(len(whole))
				if got, err := undo(whole[:n]); err == nil && len(got) == x.whole {
					t.Errorf("%s/%s: %d of %d bytes pass", filter, name, n, len(whole))
				}
			}
			for range 100 {
				b := slices.Clone(whole)
				for range 1 + r.IntN(3) {
					at := r.IntN(min(len(b), 1<<r.IntN(16)))
					if r.IntN(2) == 0 && at+4 <= len(b) {
						binary.LittleEndian.PutUint32(b[at:], words[r.IntN(len(words))])
					} else {
						b[at] = byte(r.Uint32())
					}
				}
				_, _ = undo(b) // which must not panic
			}
		}
	}
}

// TestHostileFrames checks that heads that claim far more than a chunk holds are refused, and take no memory.
func TestHostileFrames(t *testing.T) {
	const most, little = 1 << 12, 1 << 21
	high := strings.Repeat("\xff", 8)
	window := "\x28\xb5\x2f\xfd\x00\xa8" // of 2 GB
	for name, c := range map[string]struct {
		filter filter
		chunk  string
	}{
		"LZ4 of 2^64 bytes": {filter{number: filterLZ4}, high + "\x00\x00\x10\x00" +
			"\x00\x00\x00\x01a"},
		"LZ4 in blocks of no bytes": {filter{number: filterLZ4},
			"\x00\x00\x00\x00\x00\x00\x00\x08\x00\x00\x00\x00abcdefgh"},
		"bitshuffle of 2^64 bytes": {filter{filterBitshuffle, []uint32{0, 4, 8, 0, 2}}, high +
			"\x00\x00\x20\x00"},
		"bitshuffle of vast elements": {filter{filterBitshuffle, []uint32{0, 4, 1<<32 - 1, 0, 0}}, "abc"},
		"bitshuffle of vast blocks": {filter{filterBitshuffle, []uint32{0, 4, 3, 1<<32 - 1, 2}},
			"\x00\x00\x00\x00\x00\x00\x0f\x00\xff\xff\xff\xff"},
		"bitshuffle without settings":     {filter{number: filterBitshuffle}, "abc"},
		"Zstandard with a window of 2 GB": {filter{number: filterZstandard}, window + "\x05\x00\x00a"},
		"Zstandard of 128 kB of one byte": {filter{number: filterZstandard}, window + "\x03\x00\x10a"},
		"Zstandard that claims 2^63 bytes": {filter{number: filterZstandard}, "\x28\xb5\x2f\xfd\xe0" + high[:7] +
			"\x7f"},
		"Blosc of 4 GB": {filter{number: filterBlosc}, "\x02\x01\x11\x08" + high + high},
		"Blosc in blocks of no bytes": {filter{number: filterBlosc},
			"\x02\x01\x11\x08\x00\x10\x00\x00\x00\x00\x00\x00" + high},
		"Blosc in more blocks than bytes": {filter{number: filterBlosc},
			"\x02\x01\x11\x08\x00\x10\x00\x00\x01\x00\x00\x00" + high},
		"Blosc whose blocks lie outside": {filter{number: filterBlosc},
			"\x02\x01\x11\x08\x00\x10\x00\x00\x00\x10\x00\x00" + high},
		"Blosc with elements of no bytes": {filter{number: filterBlosc},
			"\x02\x01\x11\x00\x00\x10\x00\x00\x00\x10\x00\x00" + high},
		"BloscLZ with an invalid copy": {filter{number: filterBlosc},
			"\x02\x01\x11\x01\x08\x00\x00\x00\x08\x00\x00\x00\x00\x00\x00\x00" +
				"\x14\x00\x00\x00\x04\x00\x00\x00\x00a\x20\x05"},
	} {
		used := allocated(func() {
			if got, err := c.filter.undo([]byte(c.chunk), &Type{Size: 1}, most); err == nil && len(got) == most {
				t.Errorf("%s: %d bytes are made of it", name, len(got))
			}
		})
		if used > little {
			t.Errorf("%s: %d bytes of memory are taken", name, used)
		}
	}
}
