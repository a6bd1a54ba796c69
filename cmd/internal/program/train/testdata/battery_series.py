"""Series: numbers, layouts, times, shapes, images, traces of regions of interest, electrodes; see battery.py."""

import numpy as np
from hdmf.backends.hdf5 import H5DataIO
from pynwb import TimeSeries
from pynwb.ecephys import LFP, ElectricalSeries, SpikeEventSeries
from pynwb.image import ImageSeries, OpticalSeries
from pynwb.misc import DecompositionSeries
from pynwb.ophys import DfOverF, Fluorescence, ImageSegmentation, OnePhotonSeries, OpticalChannel, RoiResponseSeries, TwoPhotonSeries

from battery_case import BINS, CHANNELS, RATE, TRIALS, Want, add_trials, case, clock, cut, electrodes, replaced, series, walk

# Numbers and their layout


def numbers(dtype):
    @case(f"numbers of type {dtype}")
    def fill(nwb):
        kind = np.dtype(dtype)
        x = walk()
        if kind.kind in "iu":
            x = np.round((x + 8 * (kind.kind == "u")) * 5)
            x[0, 0] = np.iinfo(kind).max if kind.itemsize < 8 else 2**40
        x = x.astype(kind)
        series(nwb, x)
        return Want(x.astype(float))


for _dtype in ["int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64", "float16", "float32", "float64", ">i2", ">f4", ">f8"]:
    numbers(_dtype)


def layouts(name, libver=None, **options):
    @case(f"layout: {name}", libver=libver)
    def fill(nwb):
        x = walk()
        times = clock(start=2.0) + np.random.default_rng(1).uniform(0, 0.01, BINS)
        wrap = lambda a, o: H5DataIO(a, **o) if o else a
        flat = {k: v[:1] if k in ("chunks", "maxshape") and v is not True else v for k, v in options.items()}
        series(nwb, wrap(x, options), timestamps=wrap(times, flat))
        add_trials(nwb, [(3.0, 6.0), (7.0, 12.0)])
        return Want(**cut(x, times, [(3.0, 6.0), (7.0, 12.0)]))


layouts("gzip", compression="gzip")
layouts("gzip, shuffle and checksum", compression="gzip", compression_opts=9, shuffle=True, fletcher32=True)
layouts("lzf", compression="lzf")
layouts("chunks of one row", chunks=(1, CHANNELS))
layouts("chunks that do not divide", compression="gzip", chunks=(7, 4))
layouts("larger chunks than values", chunks=(500, 6), maxshape=(None, 6))
layouts("resizable", maxshape=(None, None), chunks=(50, 4))
layouts("resizable by rows", maxshape=(None, CHANNELS), compression="gzip")
layouts("latest", libver="latest")
layouts("latest, one chunk", libver="latest", chunks=(BINS, CHANNELS))
layouts("latest, fixed", libver="latest", chunks=(7, 4))
layouts("latest, compressed", libver="latest", chunks=(7, 4), compression="gzip")
layouts("latest, resizable by rows", libver="latest", chunks=(7, 4), maxshape=(None, CHANNELS))
layouts("latest, resizable, compressed", libver="latest", chunks=(7, 4), maxshape=(None, None), compression="gzip")


@case("values that are not numbers")
def _(nwb):
    series(nwb, ["a", "b", "c"])
    return [Want(refused="nothing that can be modelled"), Want(args=["--series", "x"], refused="not numbers")]


@case("conversion and offset")
def _(nwb):
    x = np.round(walk() * 100).astype("int16")
    series(nwb, x, conversion=0.25, offset=3.0)
    return Want(x * 0.25 + 3)


@case("missing values")
def _(nwb):
    x = walk()
    x[10:14, 2] = np.nan
    series(nwb, x)
    return Want(x, says="4 values are NaN")


@case("infinite values")
def _(nwb):
    x = walk()
    x[3, 2] = np.inf
    series(nwb, x)
    return Want(x, unfit="row 3")


# Times


@case("a start below zero")
def _(nwb):
    x = walk()
    series(nwb, x, starting_time=-5.0)
    add_trials(nwb, [(-4.0, -1.0), (-0.5, 5.0)])
    return Want(**cut(x, clock(start=-5.0), [(-4.0, -1.0), (-0.5, 5.0)]))


@case("seconds since 1970")
def _(nwb):
    x, start = walk(), 1.7e9
    series(nwb, x, timestamps=clock(start=start))
    trials = [(start + a, start + b) for a, b in TRIALS]
    add_trials(nwb, trials)
    return Want(**cut(x, np.round(clock(start=start), 5), trials))


@case("days after the start, by a rate")
def _(nwb):
    x, start = walk(), 432000.0
    series(nwb, x, starting_time=start, rate=30.0)
    trials = [(start + a / 3, start + b / 3) for a, b in TRIALS]
    add_trials(nwb, trials)
    return Want(**cut(x, clock(start=start, rate=30.0), trials))


@case("a gap in time")
def _(nwb):
    x, times = walk(), clock()
    times[60:] += 20
    series(nwb, x, timestamps=times)
    return Want(x, time=times)


@case("timestamps that run backwards")
def _(nwb):
    times = clock()
    times[50] = 0
    series(nwb, walk(), timestamps=times)
    return Want(refused="backwards")


@case("timestamps that all round to one", edit=replaced("acquisition/x/timestamps", lambda t: (t + 1.7e9).astype("f4")))
def _(nwb):
    series(nwb, walk(), timestamps=clock())
    return Want(refused="write each sample's own time")


@case("waveforms of spikes beside units")
def _(nwb):
    electrodes(nwb)
    region = nwb.create_electrode_table_region([0], "d")
    nwb.add_acquisition(SpikeEventSeries(name="waveforms", data=walk(60, 32), timestamps=clock(60), electrodes=region))
    for u in range(5):
        nwb.add_unit(spike_times=np.arange(u, 110) / 10 + 0.05)
    rows = np.array([[float(t >= u) for u in range(5)] for t in range(110)])
    return [Want(rows, args=["--bin-width", "0.1"]), Want(args=["--series", "waveforms"], refused="the waveform around each spike")]


@case("timestamps of another series")
def _(nwb):
    times = clock(start=1.0) + np.random.default_rng(1).uniform(0, 0.01, BINS)
    x, y = walk(), walk(channels=3, seed=1)
    first = series(nwb, x, timestamps=times)
    series(nwb, y, name="y", timestamps=first)
    trials = [(2.0, 5.0), (6.0, 9.0)]
    add_trials(nwb, trials)
    return [Want(**cut(x, times, trials)), Want(args=["--series", "y"], **cut(y, times, trials))]


@case("data of another series")
def _(nwb):
    first = series(nwb, walk(), unit="V")
    series(nwb, first, name="y", unit="V")
    return [Want(walk(), args=["--series", "x"]), Want(walk(), args=["--series", "y"])]


@case("cut short", edit=replaced("acquisition/x/timestamps", lambda t: t[:-1]))
def _(nwb):
    series(nwb, walk(), timestamps=clock())
    return Want(refused="119 timestamps")


# Shapes


@case("one channel")
def _(nwb):
    x = walk(channels=1)
    series(nwb, x[:, 0])
    return Want(x, unfit="1 channel")


@case("more than one series")
def _(nwb):
    x = walk()
    series(nwb, x[:, :4], name="a")
    series(nwb, x, name="b")
    series(nwb, walk(channels=1)[:, 0], name="c")
    return [Want(x, says="To fit another, give --series with one of: acquisition/a"), Want(x[:, :4], args=["--series", "acquisition/a"])]


@case("an empty series")
def _(nwb):
    series(nwb, np.zeros((0, 4)), timestamps=np.zeros(0))
    return [Want(refused="it is empty"), Want(args=["--series", "x"], refused="it is empty")]


@case("an empty series beside another")
def _(nwb):
    series(nwb, np.zeros((0, 4)), name="none", timestamps=np.zeros(0))
    series(nwb, walk())
    return Want(walk())


@case("names with spaces and other letters")
def _(nwb):
    module = nwb.create_processing_module("my module", "d")
    module.add(TimeSeries(name="Δ F over F (平面 1)", data=walk(), unit="%", rate=RATE, starting_time=0.0))
    return [Want(walk()), Want(walk(), args=["--series", "Δ F over F (平面 1)"]), Want(walk(), args=["--series", "processing/my module/Δ F over F (平面 1)"])]


@case("nothing to model")
def _(nwb):
    nwb.create_device("a device, and nothing else")
    return Want(refused="nothing that can be modelled")


@case("no subject")
def _(nwb):
    nwb.fields.pop("subject")
    series(nwb, walk())
    return Want(walk())


# Images


def imaging(nwb, name="plane", region="V1"):
    device = nwb.devices.get("scope") or nwb.create_device("scope")
    channel = OpticalChannel(name="green", description="d", emission_lambda=500.0)
    return nwb.create_imaging_plane(name=name, optical_channel=channel, description="d", device=device, excitation_lambda=600.0, indicator="GCaMP", location=region)


MOVIE = walk(channels=12).reshape(BINS, 3, 4)
PIXELS = [f"y{y}x{x}" for y in range(3) for x in range(4)]


def movies(kind, **extra):
    @case(f"pixels: {kind.__name__}")
    def _(nwb):
        if "imaging_plane" in extra:
            extra["imaging_plane"] = imaging(nwb)
        series(nwb, MOVIE, kind, "movie", **extra)
        add_trials(nwb)
        flat = cut(MOVIE.reshape(BINS, -1), clock(), TRIALS)
        return [
            Want(refused="--pixels"),
            Want(args=["--series", "movie"], refused="extract ROIs first"),
            Want(args=["--pixels"], names=PIXELS, **flat),
            Want(args=["--pixels", "--series", "movie"], names=PIXELS, **flat),
        ]


movies(ImageSeries)
movies(TwoPhotonSeries, imaging_plane=None)
movies(OnePhotonSeries, imaging_plane=None)
movies(OpticalSeries, distance=0.7, field_of_view=[1.0, 1.0], orientation="lower left")
movies(TimeSeries)


@case("spectra are no images")
def _(nwb):
    spectra = DecompositionSeries(name="spectra", data=MOVIE, metric="power", rate=RATE, starting_time=0.0)
    for i in range(4):
        spectra.add_band(band_name=str(i), band_limits=(float(i), i + 1.0), band_mean=i + 0.5, band_stdev=0.1)
    nwb.create_processing_module("ecephys", "d").add(spectra)
    return [Want(args=["--series", "spectra"], refused="its shape is 120 x 3 x 4"), Want(args=["--pixels"], refused="no image stack")]


@case("pixels of one colour, compressed")
def _(nwb):
    x = np.round(MOVIE * 50 + 400).astype("uint16")
    series(nwb, H5DataIO(x[..., None], compression="gzip", chunks=(10, 2, 3, 1)), ImageSeries, "movie", conversion=0.5)
    return Want(x.reshape(BINS, -1) * 0.5, args=["--pixels"], names=PIXELS)


@case("pixels of three colours")
def _(nwb):
    series(nwb, np.zeros((BINS, 3, 4, 3), "uint8"), ImageSeries, "movie")
    return [Want(refused="stack of shape 120 x 3 x 4 x 3"), Want(args=["--pixels"], refused="120 x 3 x 4 x 3")]


@case("pixels of two stacks")
def _(nwb):
    series(nwb, MOVIE, ImageSeries, "left")
    series(nwb, MOVIE + 1, ImageSeries, "right")
    return [Want(args=["--pixels"], refused="acquisition/left, acquisition/right"), Want(MOVIE.reshape(BINS, -1) + 1, args=["--pixels", "--series", "right"])]


@case("pixels where there are none")
def _(nwb):
    series(nwb, walk())
    return [Want(args=["--pixels"], refused="no image stack"), Want(args=["--pixels", "--series", "x"], refused="--pixels")]


@case("images in other files")
def _(nwb):
    nwb.add_acquisition(ImageSeries(name="video", external_file=["left.avi"], format="external", starting_frame=[0], rate=30.0, num_samples=10))
    return [Want(refused="left.avi"), Want(args=["--pixels"], refused="left.avi"), Want(args=["--series", "video"], refused="left.avi")]


# Traces of regions of interest


def segmented(nwb, *planes):
    """Plane segmentations of (name, region, ids), with pixel masks."""
    segmentation = ImageSegmentation()
    if "ophys" not in nwb.processing:
        nwb.create_processing_module("ophys", "d")
    nwb.processing["ophys"].add(segmentation)
    made = []
    for name, region, ids in planes:
        p = segmentation.create_plane_segmentation(name=name, description="d", imaging_plane=imaging(nwb, "plane of " + name, region))
        for i in ids:
            p.add_roi(pixel_mask=[(1, 2, 1.0), (3, 4, 0.5)], id=i)
        made.append(p)
    return made


def traces(plane, rows, data, name, **more):
    if "timestamps" not in more:
        more = {"starting_time": 0.0, "rate": RATE, **more}
    return RoiResponseSeries(name=name, data=data, rois=plane.create_roi_table_region("r", region=rows), unit="n/a", **more)


@case("one plane")
def _(nwb):
    (plane,) = segmented(nwb, ("cells", "V1", [11, 12, 13, 14, 15, 16]))
    nwb.processing["ophys"].add(DfOverF(roi_response_series=[traces(plane, [5, 4, 3, 2, 1, 0], walk(), "x")]))
    return Want(walk(), names=["16", "15", "14", "13", "12", "11"], regions=["V1"] * 6)


@case("ROIs that are cells")
def _(nwb):
    (plane,) = segmented(nwb, ("cells", "V1", [11, 12, 13, 14, 15, 16]))
    plane.add_column("iscell", "d", data=[True, False, True, True, True, True])
    plane.add_column("snr", "d", data=[1.0, 2.0, 3.0, 4.0, 5.0, 6.0])
    nwb.processing["ophys"].add(Fluorescence(roi_response_series=[traces(plane, [5, 4, 3, 2, 1, 0], walk(), "x")]))
    return [
        Want(walk()[:, [0, 1, 2, 3, 5]], args=["--where-units", "iscell=true"], names=["16", "15", "14", "13", "11"], regions=["V1"] * 5),
        Want(walk()[:, :4], args=["--where-units", "iscell=true", "--where-units", "snr>=3"]),
        Want(args=["--where-units", "label=1"], refused="no column \"label\""),
    ]


@case("neuropil, background and traces")
def _(nwb):
    cells, background = segmented(nwb, ("cells", "V1", range(6)), ("background", "V1", range(6)))
    kinds = [traces(plane, list(range(6)), k * walk(), name) for k, (name, plane) in enumerate([("Background", background), ("Neuropil", cells), ("RoiResponseSeries", cells)], 1)]
    nwb.processing["ophys"].add(Fluorescence(roi_response_series=kinds))
    return [Want(3 * walk(), says="To fit another, give --series with one of: "), Want(2 * walk(), args=["--series", "Neuropil"])]


def transposed(name, **times):
    @case(f"ROIs x time, by {name}", edit=replaced("processing/ophys/DfOverF/x/data", np.transpose))
    def _(nwb):
        (plane,) = segmented(nwb, ("cells", "V1", range(6)))
        nwb.processing["ophys"].add(DfOverF(roi_response_series=[traces(plane, list(range(6)), walk(), "x", **times)]))
        return Want(walk(), regions=["V1"] * 6)


transposed("a rate")
transposed("timestamps", timestamps=clock())


def two_planes(container):
    @case(f"two planes in {container.__name__}")
    def _(nwb):
        deep, top = segmented(nwb, ("deep", "V1", [7, 8, 9]), ("top", "RSC", [7, 8, 9, 10]))
        x, y = walk(channels=2), walk(channels=4, seed=1)
        a = traces(deep, [2, 0], x, "from deep", timestamps=clock(start=1.0))
        b = traces(top, [0, 1, 2, 3], y, "from top", timestamps=a)
        nwb.processing["ophys"].add(container(roi_response_series=[a, b]))
        names, regions = ["9", "7"], ["V1"] * 2
        names2, regions2 = ["7", "8", "9", "10"], ["RSC"] * 4
        both = ["from deep/9", "from deep/7"] + [f"from top/{i}" for i in names2]
        return [
            Want(y, names=names2, regions=regions2, time=clock(start=1.0)),
            Want(x, args=["--series", "from deep"], names=names, regions=regions, time=clock(start=1.0), unfit=""),
            Want(np.hstack([x, y]), args=["--series", container.__name__], names=both, regions=regions + regions2),
        ]


two_planes(DfOverF)
two_planes(Fluorescence)


@case("a series of ROIs on two planes' tables, by region column")
def _(nwb):
    deep, top = segmented(nwb, ("deep", "V1", range(3)), ("top", "RSC", range(6)))
    top.add_column("region", "d", data=[f"layer {i}" for i in range(6)])
    nwb.processing["ophys"].add(DfOverF(roi_response_series=[traces(top, list(range(6)), walk(), "x")]))
    return Want(walk(), regions=[f"layer {i}" for i in range(6)])


@case("voxel masks and reference images")
def _(nwb):
    segmentation = ImageSegmentation()
    nwb.create_processing_module("ophys", "d").add(segmentation)
    plane = segmentation.create_plane_segmentation(name="cells", description="d", imaging_plane=imaging(nwb))
    for i in range(6):
        plane.add_roi(voxel_mask=[(1, 2, 3, 1.0)], id=i)
    nwb.processing["ophys"].add(Fluorescence(roi_response_series=[traces(plane, list(range(6)), walk(), "x")]))
    return Want(walk(), regions=["V1"] * 6)


# Electrodes


def electrical(nwb, x, rows, name="x", **more):
    region = nwb.create_electrode_table_region(rows, "d")
    more = {"starting_time": 0.0, "rate": RATE, **more}
    return ElectricalSeries(name=name, data=x, electrodes=region, **more)


@case("electrodes and their regions")
def _(nwb):
    electrodes(nwb)
    nwb.add_acquisition(electrical(nwb, walk(), [5, 0, 1, 2, 3, 4]))
    return Want(walk(), names=["5", "0", "1", "2", "3", "4"], regions=["V1", "CA1", "CA1", "CA3", "DG", "DG"])


@case("a factor for each channel")
def _(nwb):
    electrodes(nwb)
    x, factor = np.round(walk() * 100).astype("int16"), np.arange(1, 7) / 4
    nwb.add_acquisition(electrical(nwb, x, list(range(6)), conversion=1e-6, offset=2e-6, channel_conversion=factor))
    return Want(x * 1e-6 * factor + 2e-6)


@case("raw voltage and LFP beside units")
def _(nwb):
    electrodes(nwb)
    nwb.add_acquisition(electrical(nwb, np.round(1000 * walk(12000)).astype("i2"), list(range(6)), "raw", rate=1000.0))
    region = nwb.create_electrode_table_region(list(range(6)), "d")
    nwb.create_processing_module("ecephys", "d").add(LFP(electrical_series=ElectricalSeries(name="lfp", data=walk(), electrodes=region, rate=RATE)))
    for u in range(5):
        nwb.add_unit(spike_times=np.arange(u, 110) / 10 + 0.05)
    rows = np.array([[float(t >= u) for u in range(5)] for t in range(110)])
    return [Want(rows, args=["--bin-width", "0.1"], says="To fit a series instead"), Want(walk(), args=["--series", "lfp"])]


@case("LFP")
def _(nwb):
    electrodes(nwb)
    nwb.create_processing_module("ecephys", "d").add(LFP(electrical_series=electrical(nwb, H5DataIO(walk(), compression="gzip"), list(range(6)))))
    nwb.add_acquisition(electrical(nwb, walk(500, 6, 2), list(range(6)), "raw", rate=1000.0))
    return Want(walk(), args=[], regions=["CA1", "CA1", "CA3", "DG", "DG", "V1"])


@case("channels x time", edit=replaced("acquisition/x/data", np.transpose))
def _(nwb):
    electrodes(nwb)
    nwb.add_acquisition(electrical(nwb, walk(), list(range(6))))
    return Want(walk())
