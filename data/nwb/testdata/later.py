"""Makes later.nwb.gz, which the tests read as it is: python later.py, with h5py 3.15 or later and HDF5 2.0.

A recording with what NWB files seldom have: every index of chunks of the newest format, values that were never written, soft links,
types and attributes kept apart, and links into another file."""

import gzip

import h5py
import numpy as np
from h5py import h5d, h5p, h5s, h5t

x = np.arange(60, dtype="<f4").reshape(20, 3)
with h5py.File("later.nwb", "w", libver=("v200", "v200")) as f:
    f.attrs["nwb_version"] = "2.7.0"
    f.attrs["neurodata_type"] = "NWBFile"

    def series(path, kind="TimeSeries"):
        g = f.create_group(path)
        g.attrs["neurodata_type"] = kind
        return g

    times = series("acquisition/a_clock")
    times["data"] = x
    times["timestamps"] = np.arange(20.0) / 10
    for name, chunk, limits, more in (
        ("single", (20, 3), None, {"compression": "gzip"}), ("fixed", (3, 2), None, {"compression": "gzip", "shuffle": True}), ("paged", (1, 1), (60, 60), {}),
        ("extensible", (3, 2), (None, 3), {"fletcher32": True}), ("tree", (2, 2), (None, None), {"compression": "gzip"}),
        ("deep", (1, 1), (None, None), {}), ("scaled", (7, 3), None, {"scaleoffset": 2}),
    ):
        g = series("acquisition/" + name)
        d = g.create_dataset("data", (20, 3), "f4", chunks=chunk, maxshape=limits, fillvalue=7, **more)
        if name == "deep":
            d.resize((30, 20))
            d[...] = np.arange(600).reshape(30, 20)
            d.resize((20, 3))
        d[3:, :] = x[3:, :]
        g["timestamps"] = h5py.SoftLink("/acquisition/a_clock/timestamps")
    made = h5p.create(h5p.DATASET_CREATE)
    made.set_chunk((3, 2))
    made.set_alloc_time(h5d.ALLOC_TIME_EARLY)
    g = series("acquisition/implicit")
    h5py.Dataset(h5d.create(g.id, b"data", h5t.IEEE_F32LE, h5s.create_simple((20, 3)), made))[...] = x
    g["timestamps"] = h5py.SoftLink("../a_clock/timestamps")  # leads nowhere: .. is no parent in HDF5
    g = series("acquisition/unwritten")
    g.create_dataset("data", (20, 3), "f4", fillvalue=2.5)
    g["timestamps"] = h5py.SoftLink("/processing/times")
    f.create_group("processing")["times"] = h5py.SoftLink("/acquisition/a_clock/timestamps")
    hand = series("processing/behavior/hand", "SpatialSeries")
    hand["data"] = h5py.SoftLink("/acquisition/fixed/data")
    hand["timestamps"] = h5py.SoftLink("/acquisition/fixed/timestamps")
    f["acquisition/abroad"] = h5py.ExternalLink("other.nwb", "/acquisition/x")
    f["processing/again"] = h5py.SoftLink("/acquisition/fixed")
    for i in range(20):
        f["acquisition/fixed"].attrs[f"k{i}"] = i
    f["acquisition/fixed"].attrs["long"] = np.arange(1500.0)
    f["kept"] = h5py.enum_dtype({"FALSE": 0, "TRUE": 1}, "i1")
    trials = series("intervals/trials", "TimeIntervals")
    trials["start_time"] = [0.0, 1.0]
    trials.create_dataset("stop_time", data=[1.0, 2.0], maxshape=(None,))
    trials.create_dataset("is_successful", data=[1, 0], dtype=f["kept"], chunks=(1,), maxshape=(None,))
    units = series("units", "Units")
    units.create_dataset("spike_times", data=np.arange(40) / 20, chunks=(8,), maxshape=(None,), compression="gzip")
    units.create_dataset("spike_times_index", data=[10, 40], chunks=(1,), maxshape=(None,))
    units.create_dataset("unit_name", data=["a", "b"], dtype=h5py.string_dtype(), chunks=(1,))
with open("later.nwb", "rb") as f, gzip.GzipFile("later.nwb.gz", "wb", mtime=0) as z:
    z.write(f.read())
