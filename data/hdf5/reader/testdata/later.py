"""Makes later_*.h5.gz and small.h5.gz (one with less in it, to be damaged), which the tests read as they are: python later.py, with h5py 3.15 or later and HDF5 2.0."""

import bz2
import gzip

import h5py
import numpy as np
from h5py import h5d, h5p, h5s, h5t, h5z


def filtered(group, name, number, packed):
    """A dataset of one chunk that a filter packed, which need not be there."""
    made = h5p.create(h5p.DATASET_CREATE)
    made.set_chunk((20, 3))
    made.set_filter(number, h5z.FLAG_OPTIONAL, (9,))
    h5d.create(group.id, name, h5t.STD_I32LE, h5s.create_simple((20, 3)), made).write_direct_chunk((0, 0), packed)


def chunks(group, small):
    x = np.arange(60, dtype="<i4").reshape(20, 3)

    def put(name, chunk, limits=None, whole=False, dtype="<i4", **more):
        d = group.create_dataset(name, (20, 3), dtype, chunks=chunk, maxshape=limits, fillvalue=7, **more)
        if whole:
            d[...] = x
        else:
            d[2:11, 1:3] = x[2:11, 1:3]
        return d

    for suffix, more in ("", {}), ("_gz", {"compression": "gzip"}):
        put("single" + suffix, (20, 3), whole=True, **more)
        put("fixed" + suffix, (3, 2), **more)
        put("paged" + suffix, (1, 1), (60, 60), **more)
        put("extensible" + suffix, (3, 2), (None, 3), **more)
        put("second" + suffix, (3, 2), (20, None), **more)
        put("tree" + suffix, (2, 2), (None, None), **more)
        if small:
            continue
        d = put("deep" + suffix, (1, 1), (None, None), **more)
        d.resize((30, 20))
        d[...] = np.arange(600).reshape(30, 20)
        d.resize((20, 3))
        d = group.create_dataset("many" + suffix, (140000,), "i4", chunks=(1,), maxshape=(None,), fillvalue=7, **more)
        for at, value in (3, 1), (1000, 2), (67001, 3), (139999, 4), (139990, 5):
            d[at] = value
    made = h5p.create(h5p.DATASET_CREATE)
    made.set_chunk((3, 2))
    made.set_alloc_time(h5d.ALLOC_TIME_EARLY)
    made.set_fill_value(np.array(7, "i4"))
    d = h5py.Dataset(h5d.create(group.id, b"implicit", h5t.STD_I32LE, h5s.create_simple((20, 3), (21, 5)), made))
    d[2:11, 1:3] = x[2:11, 1:3]
    group.create_dataset("unwritten", (20, 3), "i4", chunks=(3, 2), fillvalue=7)
    d = put("shrunk", (3, 2), (30, 3))
    d.resize((30, 3))
    d.resize((20, 3))
    put("float_scale", (20, 3), whole=True, dtype=">f4", scaleoffset=2)
    put("int_scale", (5, 3), whole=True, scaleoffset=0)
    put("scale_gz", (5, 3), whole=True, dtype="i1", scaleoffset=0, compression="gzip")
    filtered(group, b"bzip2", 307, bz2.compress(x.tobytes()))
    filtered(group, b"zstd", 32015, b"1234")


def pieces(group):
    made = h5p.create(h5p.DATASET_CREATE)
    made.set_fill_value(np.array(-1.5))
    h5d.create(group.id, b"unwritten", h5t.IEEE_F64LE, h5s.create_simple((4, 2)), made)
    h5d.create(group.id, b"zero", h5t.IEEE_F64LE, h5s.create_simple((4, 2)))
    group.create_dataset("vast", (1 << 40,), "u1")
    text = h5py.string_dtype()
    group.create_dataset("texts", (4,), text, fillvalue="none")
    group.create_dataset("chunked_texts", data=["a", "bé", "", "c"], dtype=text, chunks=(3,), compression="gzip")


def types(group):
    group["kept"] = np.dtype(">i2")
    group.create_dataset("of_kept", data=[1, -2, 3], dtype=group["kept"])
    group.attrs.create("of_kept", [4, -5], dtype=group["kept"])
    group["kept_enum"] = h5py.enum_dtype({"no": 0, "yes": 1}, "i1")
    group.create_dataset("of_enum", data=[0, 1], dtype=group["kept_enum"])
    group["compound"] = np.zeros(2, dtype=[("a", "i4"), ("b", "f8")])
    group.create_dataset("reference", data=[group.ref], dtype=h5py.ref_dtype)
    group["long_double"] = np.zeros(2, "longdouble")


def links(group):
    group["hard"] = group["/chunks/single"]
    for name, path in {
        "absolute": "/chunks/single", "relative": "./below/up", "chain": "relative", "group": "/chunks", "through": "group/single",
        "loop": "pool", "pool": "/links/loop", "dangling": "/chunks/nothing", "in_dataset": "/chunks/single/x", "through_outside": "outside/data",
    }.items():
        group[name] = h5py.SoftLink(path)
    group.create_group("below")["up"] = h5py.SoftLink("/links/absolute")
    group["outside"] = h5py.ExternalLink("other.nwb", "/acquisition/x")


for name, version, before in (
    ("later_108", ("earliest", "v108"), 512), ("later_110", ("v110", "v110"), 0), ("later_200", ("v200", "v200"), 1024), ("small", ("v200", "v200"), 0),
):
    with h5py.File(name + ".h5", "w", libver=version, userblock_size=before) as f:
        chunks(f.create_group("chunks"), name == "small")
        pieces(f.create_group("pieces"))
        size = (10, 3) if name == "small" else (1000, 100)
        rows = (np.arange(size[0] * size[1]).reshape(size) % 128).astype("i2")
        f.create_dataset("pieces/rows", data=rows)
        f.create_dataset("chunks/many_rows", data=rows, chunks=(10, size[1]))
        types(f.create_group("types"))
        links(f.create_group("links"))
        attributes = f.create_group("attributes").attrs
        for i in range(40):
            attributes[f"k{i}"] = i
        if name != "later_108":
            attributes["big"] = np.arange(400.0)
            attributes["huge"] = np.arange(9000.0)
            layout = h5py.VirtualLayout((4,), "i4")
            layout[:] = h5py.VirtualSource("x.h5", "d", (4,))
            f.create_virtual_dataset("virtual", layout)
        f.create_dataset("outside", (2,), "i4", external=[("raw.bin", 0, 8)])
    with open(name + ".h5", "rb") as f, gzip.GzipFile(name + ".h5.gz", "wb", mtime=0) as z:
        z.write(f.read())
