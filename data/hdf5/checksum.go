package hdf5

import "math/bits"

// Checksum is Bob Jenkins's hashlittle (lookup3) with a seed of zero, which guards HDF5's headers.
func Checksum(k []byte) uint32 {
	a := 0xdeadbeef + uint32(len(k))
	b, c := a, a
	for len(k) > 12 {
		a += le.Uint32(k)
		b += le.Uint32(k[4:])
		c += le.Uint32(k[8:])
		a, b, c = mix(a, b, c)
		k = k[12:]
	}
	if len(k) == 0 {
		return c
	}
	var rest [12]byte
	copy(rest[:], k)
	return final(a+le.Uint32(rest[0:]), b+le.Uint32(rest[4:]), c+le.Uint32(rest[8:]))
}

func mix(a, b, c uint32) (uint32, uint32, uint32) {
	rot := bits.RotateLeft32
	a = (a - c) ^ rot(c, 4)
	c += b
	b = (b - a) ^ rot(a, 6)
	a += c
	c = (c - b) ^ rot(b, 8)
	b += a
	a = (a - c) ^ rot(c, 16)
	c += b
	b = (b - a) ^ rot(a, 19)
	a += c
	c = (c - b) ^ rot(b, 4)
	b += a
	return a, b, c
}

func final(a, b, c uint32) uint32 {
	rot := bits.RotateLeft32
	c = (c ^ b) - rot(b, 14)
	a = (a ^ c) - rot(c, 11)
	b = (b ^ a) - rot(a, 25)
	c = (c ^ b) - rot(b, 16)
	a = (a ^ c) - rot(c, 4)
	b = (b ^ a) - rot(a, 14)
	return (c ^ b) - rot(b, 24)
}
