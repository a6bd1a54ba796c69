"""Reads by h5py what package hdf5 wrote: go test -run TestReadsBack ./data/hdf5 -keep FILE, then python check_h5py.py FILE.

So the writer is not checked by the reader of this project only."""

import sys

import h5py
import numpy as np

with h5py.File(sys.argv[1]) as f:
    a = f["a"]
    ramp = np.arange(301 * 35.0)
    for name, dtype, chunks, values in (
        ("chunked", "<f8", (2, 3, 4), ramp.reshape(301, 7, 5)), ("flat", "<f8", None, ramp.reshape(301, 35)),
        ("int16", "<i2", None, [-1, 2, 3]), ("again", "<i2", None, [-1, 2, 3]), ("uint64", "<u8", None, np.array([1, 1 << 63], "u8")),
        ("scalar", "u1", None, 7), ("bools", "?", None, [True, False, True]), ("none", "<f4", None, np.zeros((0, 3))),
    ):
        d = a[name]
        assert d.dtype == dtype and d.chunks == chunks and d.shape == np.shape(values), (name, d.dtype, d.chunks, d.shape)
        assert np.array_equal(d[()], values), name
    assert a["chunked"].compression == "gzip" and a["chunked"].shuffle
    assert a["again"] == a["int16"] and a["int16"].attrs["unit"] == "V"
    assert a["strings"].asstr()[()].tolist() == [f"s{i}" for i in range(130000)]
    assert a["growing"].asstr()[()].tolist() == ["2024"] and a["growing"].maxshape == (None,)
    assert f[a["ref"][()]] == a["int16"]
    assert a.get("soft", getlink=True).path == "/a/int16" and a["soft"] == a["int16"]
    assert len(a.attrs) == 43 and all(a.attrs[f"k{i}"] == i for i in range(40))
    assert a.attrs["yes"].dtype == "?" and a.attrs["yes"] and a.attrs["names"].tolist() == ["x", "", "zé"]
    assert a.attrs["halves"].dtype == "<f4" and a.attrs["halves"].tolist() == [1, 2.5]
    assert len(f) == 301 and all(len(f[f"g{i}"]) == 0 for i in range(300))
print("h5py reads what was written")
