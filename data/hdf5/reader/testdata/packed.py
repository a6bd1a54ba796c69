"""Makes packed.h5.gz, which the tests read as it is: python packed.py, with h5py 3.16 and hdf5plugin 7.1.

Each group holds the same values, packed by one filter. long has several blocks of Blosc, of which the last is shorter.
far repeats what lies further back than BloscLZ's short copies reach. The last chunks of small reach out of its shape."""

import gzip

import h5py
import hdf5plugin
import numpy as np

filters = {
    "zstd": hdf5plugin.Zstd(clevel=3),
    "lz4": hdf5plugin.LZ4(nbytes=512),
    "bitshuffle": hdf5plugin.Bitshuffle(nelems=64, cname="none"),
    "bitshuffle_lz4": hdf5plugin.Bitshuffle(cname="lz4"),
    "bitshuffle_zstd": hdf5plugin.Bitshuffle(cname="zstd"),
    "blosc2": hdf5plugin.Blosc2(),
}
for codec in "blosclz", "lz4", "lz4hc", "snappy", "zlib", "zstd":
    for shuffle, name in enumerate(("", "_bytes", "_bits")):
        filters[f"blosc_{codec}{name}"] = hdf5plugin.Blosc(cname=codec, clevel=9, shuffle=shuffle)

small = np.arange(63).reshape(21, 3) % 50
long = np.arange(70000) // 250
noise = (np.arange(12000) * 7919 % 9973 % 250).astype("u1")

with h5py.File("packed.h5", "w", libver="latest") as f:
    for name, options in filters.items():
        g = f.create_group(name)
        for dtype in "u1", ">i2", "<f8":
            g.create_dataset("small_" + dtype[-2:], data=small.astype(dtype), chunks=(8, 2), **options)
        if name not in ("bitshuffle", "blosc2"):
            g.create_dataset("long", data=long.astype("<i4"), chunks=(70000,), **options)
        if name == "blosc_blosclz":
            g.create_dataset("far", data=np.concatenate([noise, noise, noise]), chunks=(36000,), **options)
            g.create_dataset("checked", data=small, chunks=(21, 3), shuffle=True, fletcher32=True, **options)

with open("packed.h5", "rb") as f, gzip.GzipFile("packed.h5.gz", "wb", mtime=0) as z:
    z.write(f.read())
