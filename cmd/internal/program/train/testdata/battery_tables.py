"""Tables: trials and other intervals, sorted units, and the behaviour and input beside them; older files. See battery.py."""

import numpy as np
from hdmf.common import DynamicTable, VectorData
from pynwb import TimeSeries
from pynwb.behavior import BehavioralTimeSeries, CompassDirection, Position, PupilTracking, SpatialSeries
from pynwb.epoch import TimeIntervals
from pynwb.misc import Units

from battery_case import BINS, TRIALS, RATE, Want, add_trials, case, clock, cut, electrodes, replaced, series, walk

# Behaviour and input


@case("behaviour of every kind")
def _(nwb):
    x, hand = walk(), np.cumsum(walk(channels=2, seed=3), 0)
    series(nwb, x)
    fast = np.repeat(walk(channels=1, seed=4)[:, 0], 10)
    slow = np.arange(0, 12.01, 0.5)
    module = nwb.create_processing_module("behavior", "d")
    spatial = lambda name, data, **t: SpatialSeries(name=name, data=data, reference_frame="r", **t)
    module.add(Position(spatial_series=spatial("hand", hand, rate=RATE, starting_time=0.0)))
    module.add(BehavioralTimeSeries(time_series=TimeSeries(name="speed", data=fast, unit="m/s", rate=100.0, starting_time=0.0)))
    module.add(CompassDirection(spatial_series=spatial("heading", 3 * slow, timestamps=slow)))
    module.add(PupilTracking(time_series=TimeSeries(name="pupil", data=fast, unit="mm", timestamps=np.arange(1200) / 100)))
    add_trials(nwb)
    rows = cut(np.arange(BINS)[:, None], clock(), TRIALS)["activity"][:, 0]
    same = cut(x, clock(), TRIALS)
    return [
        Want(args=["--behavior", "hand"], behavior=hand[rows], **same),
        Want(args=["--behavior", "speed"], behavior=fast.reshape(BINS, 10).mean(1)[rows, None], **same),
        Want(args=["--behavior", "heading"], behavior=3 * clock()[rows, None], **same),
        Want(args=["--behavior", "processing/behavior/PupilTracking/pupil"], behavior=fast.reshape(BINS, 10).mean(1)[rows, None], **same),
    ]


@case("behaviour in a row, as MATLAB writes it", edit=replaced("processing/behavior/speed/data", lambda d: d[None]))
def _(nwb):
    series(nwb, walk())
    speed = walk(channels=1, seed=4)[:, 0]
    nwb.create_processing_module("behavior", "d").add(TimeSeries(name="speed", data=speed, unit="cm/s", starting_time=0.0, rate=RATE))
    return Want(walk(), args=["--behavior", "speed"], behavior=speed[:, None])


@case("a stimulus as the input")
def _(nwb):
    u = walk(seed=5)
    series(nwb, walk())
    nwb.add_stimulus(TimeSeries(name="drive", data=u, unit="a.u.", rate=RATE, starting_time=0.0))
    return [Want(walk()), Want(walk(), args=["--input", "drive"], input=u)]


# Trials


def spans(name, trials, says="", **more):
    @case(f"trials: {name}")
    def _(nwb):
        series(nwb, walk())
        add_trials(nwb, trials)
        good = [t for t in trials if t[0] < t[1]]
        return Want(says=says, **cut(walk(), clock(), good), **more)


spans("end to end", [(0.0, 3.0), (3.0, 6.0), (6.0, 12.0)])
spans("not in order", [(6.0, 9.0), (0.0, 3.0), (3.0, 5.5)])
spans("that overlap", [(0.0, 4.0), (3.0, 6.0), (5.0, 9.0)], "2 trials begin before an earlier one has ended")
spans("of no length", [(0.0, 4.0), (5.0, 5.0), (6.0, 11.0)], "1 trials of no length")
spans("with NaN", [(0.0, 4.0), (np.nan, 6.0), (6.0, 7.0), (7.0, np.nan)], "2 trials whose start or stop is NaN")
spans("without data", [(0.0, 4.0), (4.0, 9.0), (50.0, 60.0)], "1 of 3 trials hold no data")


@case("columns of trials")
def _(nwb):
    x = walk()
    s = series(nwb, x)
    nwb.add_trial_column("steps", "a list", index=True)
    cue = [1.0, np.nan, 7.0, 10.0]
    columns = dict(correct=[True, False, True, True], side=["left", "right", "left", "rïght"], go=cue, count=[1, 2, 3, 4], angle=np.array([0.1, 0.2, 0.1, 0.3], "float32"))
    for name in columns:
        nwb.add_trial_column(name, "d")
    for i, (a, b) in enumerate(TRIALS):
        nwb.add_trial(start_time=a, stop_time=b, steps=list(range(i)), tags=["t%d" % i], timeseries=[s], **{k: v[i] for k, v in columns.items()})
    take = lambda keep, *where: Want(args=[a for w in where for a in ("--where", w)], **cut(x, clock(), [TRIALS[i] for i in keep]))
    return [
        take([0, 1, 2, 3]),
        take([0, 2, 3], "correct=true"),
        take([0, 2], "side=left"),
        take([0, 1, 2], "side!=rïght"),
        take([2, 3], "count>2"),
        take([0, 2], "angle=0.1"),
        take([0, 3], "correct=TRUE", "go!=7"),
        take([3], "id=3"),
        Want(args=["--align", "go", "--before", "0.5", "--after", "1"], says="1 trials whose go is NaN", **cut(x, clock(), [(t - 0.5, t + 1) for t in cue if t == t])),
        Want(args=["--where", "steps=1"], refused="a list for each row"),
        Want(args=["--where", "timeseries=x"], refused="a list for each row"),
        Want(args=["--where", "colour=red"], refused='no column "colour"'),
        Want(args=["--align", "side", "--after", "1"], refused="not times"),
    ]


@case("truths as numbers and words")
def _(nwb):
    series(nwb, walk())
    add_trials(nwb, hit=[1, 0, 1, 1], written=["True", "False", "True", "True"])
    hits = cut(walk(), clock(), [TRIALS[i] for i in (0, 2, 3)])
    return [Want(args=["--where", where], **hits) for where in ("hit=true", "hit!=False", "written=true", "written!=false", "written=1")]


@case("times to align to that count from the trial's start")
def _(nwb):
    series(nwb, walk())
    add_trials(nwb, go=[0.1, 0.8, 1.5, 2.0], cue=[0.6, 3.8, 7.5, np.nan])
    window = ["--before", "0.2", "--after", "0.4"]
    return [
        Want(args=["--align", "go"] + window, says="seems to count from the start of its own trial", **cut(walk(), clock(), [(t - 0.2, t + 0.4) for t in (0.1, 0.8, 1.5, 2.0)])),
        Want(args=["--align", "cue"] + window, **cut(walk(), clock(), [(t - 0.2, t + 0.4) for t in (0.6, 3.8, 7.5)])),
    ]


def without_stop(h5):
    del h5["intervals/trials/stop_time"]


@case("trials without a stop", edit=without_stop)
def _(nwb):
    series(nwb, walk())
    add_trials(nwb)
    return Want(refused="no column stop_time")


@case("invalid times")
def _(nwb):
    series(nwb, walk())
    add_trials(nwb)
    nwb.add_invalid_time_interval(start_time=2.5, stop_time=4.0)
    want = cut(walk(), clock(), TRIALS)
    want["activity"][(want["time"] >= 2.5 - 1e-9) & (want["time"] < 4.0 - 1e-9)] = np.nan
    return Want(says="lie in intervals/invalid_times", **want)


@case("a column of references")
def _(nwb):
    groups = electrodes(nwb)
    series(nwb, walk())
    add_trials(nwb, probe=[groups[0], groups[1], groups[0], groups[1]])
    return [
        Want(**cut(walk(), clock(), TRIALS)),
        Want(args=["--where", "probe=shank 1"], **cut(walk(), clock(), [TRIALS[1], TRIALS[3]])),
    ]


@case("other tables of intervals")
def _(nwb):
    series(nwb, walk())
    nwb.add_epoch(0.0, 5.0, ["first"])
    nwb.add_epoch(6.0, 11.0, ["second"])
    runs = TimeIntervals(name="running bouts", description="d")
    runs.add_interval(start_time=1.0, stop_time=4.0)
    runs.add_interval(start_time=8.0, stop_time=11.0)
    nwb.add_time_intervals(runs)
    both = [(1.0, 4.0), (8.0, 11.0)]
    return [
        Want(walk(), says="No trials are used"),
        Want(args=["--trials", "epochs"], **cut(walk(), clock(), [(0.0, 5.0), (6.0, 11.0)])),
        Want(args=["--trials", "running bouts"], **cut(walk(), clock(), both)),
        Want(args=["--trials", "trials"], refused="choose one of intervals/"),
    ]


@case("intervals in a processing module")
def _(nwb):
    series(nwb, walk())
    runs = TimeIntervals(name="bouts", description="d")
    runs.add_interval(start_time=1.0, stop_time=4.0)
    runs.add_interval(start_time=8.0, stop_time=11.0)
    nwb.create_processing_module("behavior", "d").add(runs)
    return [Want(walk()), Want(args=["--trials", "bouts"], **cut(walk(), clock(), [(1.0, 4.0), (8.0, 11.0)]))]


@case("a table of trials without rows")
def _(nwb):
    series(nwb, walk())
    nwb.add_trial_column("correct", "d", data=np.zeros(0, bool))
    return Want(walk())


@case("a table of events")
def _(nwb):
    series(nwb, walk())
    events = nwb.create_events_table(name="licks", description="d")
    events.add_column("side", "d")
    for t in (1.0, 2.0, 3.5):
        events.add_row(timestamp=t, side="left")
    return Want(walk())


@case("events as other extensions have them")
def _(nwb):
    series(nwb, walk())
    times = VectorData(name="timestamp", description="d", data=[1.0, 2.0])
    nwb.create_processing_module("events", "d").add(DynamicTable(name="licks", description="d", columns=[times]))
    return Want(walk())


# Sorted units


def spikes(units=5, stop=12.0, seed=7):
    rng = np.random.default_rng(seed)
    return [np.sort(np.round(rng.uniform(0, stop, 60 + 10 * u), 6)) for u in range(units)]


def counts(trains, trials, width):
    parts, times = [], []
    for a, b in trials:
        edges = a + width * np.arange(int((b - a) / width + 1e-6) + 1)
        bins = [np.histogram(s[(s >= edges[0]) & (s < edges[-1])], edges)[0] for s in trains]
        parts.append(np.array(bins, float).T)
        times.append(edges[:-1])
    return {"activity": np.concatenate(parts), "time": np.concatenate(times), "trials": [len(p) for p in parts]}


SPANS = [(1.03, 4.03), (5.03, 7.53), (8.03, 11.03)]  # off the spikes' grid
WIDTH = ["--bin-width", "0.1"]


@case("units")
def _(nwb):
    electrodes(nwb)
    columns = dict(quality=["good", "mua", "good", "noise", "good"], snr=[1.0, 2.0, np.nan, 4.0, 5.0], isolated=[True, False, True, True, False], depth=[1, 2, 3, 4, 5])
    for name in columns:
        nwb.add_unit_column(name, "d")
    nwb.add_unit_column("peaks", "d", index=True)
    trains = spikes()
    for u, s in enumerate(trains):
        row = {k: v[u] for k, v in columns.items()}
        more = dict(waveform_mean=np.ones((4, 2)), waveforms=np.ones((2, 4, 3)), peaks=[1.0] * u, id=20 + u)
        nwb.add_unit(spike_times=s, electrodes=[u, (u + 1) % 6], electrode_group=nwb.electrode_groups["shank %d" % (u // 3)], **more, **row)
    add_trials(nwb, SPANS)
    regions = ["CA1", "CA1", "CA3", "DG", "DG"]
    def take(keep, *args):
        return Want(args=WIDTH + list(args), names=[str(20 + u) for u in keep], regions=[regions[u] for u in keep], **counts([trains[u] for u in keep], SPANS, 0.1))
    return [
        take(range(5)),
        take([0, 2, 4], "--where-units", "quality=good"),
        take([1, 3, 4], "--where-units", "snr>1"),
        take([0, 2, 3], "--where-units", "isolated=true"),
        take([3, 4], "--where-units", "region=DG"),
        take([3, 4], "--where-units", "electrode_group=shank 1"),
        take([1, 2], "--where-units", "depth>=2", "--where-units", "depth<4"),
        Want(args=WIDTH + ["--where-units", "peaks=1"], refused="a list for each row"),
        Want(args=WIDTH + ["--where-units", "waveform_mean=1"], refused="not a value for each of"),
    ]


@case("units on groups of electrodes")
def _(nwb):
    electrodes(nwb)
    trains = spikes()
    for u, s in enumerate(trains):
        nwb.add_unit(spike_times=s, electrode_group=nwb.electrode_groups["shank %d" % (u % 2)])
    add_trials(nwb, SPANS)
    return Want(args=WIDTH, regions=["HPC", "V1", "HPC", "V1", "HPC"], **counts(trains, SPANS, 0.1))


@case("units watched now and then")
def _(nwb):
    trains = spikes()
    for u, s in enumerate(trains):
        last = 5.03 if u == 1 else 12.0
        nwb.add_unit(spike_times=s[s < last], obs_intervals=[[0.0, 2.0], [2.0, last]])
    add_trials(nwb, SPANS)
    want = counts(trains, SPANS, 0.1)
    want["activity"][want["time"] >= 5.03 - 1e-9, 1] = np.nan
    return Want(args=WIDTH, says="NaN", **want)


@case("units, one without spikes")
def _(nwb):
    trains = spikes()
    trains[2] = np.zeros(0)
    for s in trains:
        nwb.add_unit(spike_times=s)
    add_trials(nwb, SPANS)
    return Want(args=WIDTH, says="1 of 5 units have no spikes", **counts(trains, SPANS, 0.1))


@case("units without trials")
def _(nwb):
    trains = spikes()
    for s in trains:
        nwb.add_unit(spike_times=s, obs_intervals=[[0.005, 12.005]])
    want = counts(trains, [(0.005, 12.005)], 0.1)
    return Want(want["activity"], args=WIDTH, time=want["time"])


@case("units whose spikes are not known")
def _(nwb):
    nwb.add_unit_column("quality", "d")
    nwb.add_unit(quality="good")
    return [Want(refused="nothing that can be modelled"), Want(args=["--units"], refused="no spike_times")]


@case("units beside a series")
def _(nwb):
    series(nwb, walk())
    trains = spikes()
    for s in trains:
        nwb.add_unit(spike_times=s)
    add_trials(nwb, SPANS)
    return [Want(args=WIDTH, says="To fit a series instead", **counts(trains, SPANS, 0.1)), Want(args=["--series", "x"], **cut(walk(), clock(), SPANS))]


@case("two tables of units")
def _(nwb):
    trains = spikes()
    others = Units(name="multi-unit", description="d")
    for s in trains:
        nwb.add_unit(spike_times=s)
        others.add_unit(spike_times=s[::2])
    nwb.create_processing_module("ecephys", "d").add(others)
    add_trials(nwb, SPANS)
    return [
        Want(args=WIDTH, says="The file has other tables of sorted units: give --series with one of processing/ecephys/multi-unit", **counts(trains, SPANS, 0.1)),
        Want(args=WIDTH + ["--series", "processing/ecephys/multi-unit"], **counts([s[::2] for s in trains], SPANS, 0.1)),
    ]


# Older files, whose versions and layouts are made by hand


def older(version, name, fill, edit=lambda h5: None):
    def change(h5):
        h5.attrs["nwb_version"] = version
        edit(h5)

    case(f"version {version}: {name}", edit=change)(fill)


def plain_series(nwb):
    series(nwb, walk())
    add_trials(nwb)
    return Want(**cut(walk(), clock(), TRIALS))


def no_namespaces(h5):
    """As files were before they held their specification, with texts of fixed length."""
    h5.attrs.pop(".specloc", None)
    if "specifications" in h5:
        del h5["specifications"]

    def fixed(_, o):
        for k, v in list(o.attrs.items()):
            if isinstance(v, str):
                o.attrs[k] = np.bytes_(v.encode())

    h5.visititems(fixed)
    for k, v in list(h5.attrs.items()):
        if isinstance(v, str):
            h5.attrs[k] = np.bytes_(v.encode())


for _minor in ["2.0.0", "2.0.2", "2.1.0", "2.2.5", "2.3.0", "2.4.0", "2.5.0", "2.6.0", "2.7.0", "2.8.0", "2.9.0"]:
    older(_minor, "a series", plain_series)
older("2.0b", "texts of fixed length", plain_series, no_namespaces)


def units_of_old(nwb):
    electrodes(nwb)
    trains = spikes()
    for u, s in enumerate(trains):
        nwb.add_unit(spike_times=s, electrodes=[u], obs_intervals=[[0.0, 12.0]])
    add_trials(nwb, SPANS)
    return Want(args=WIDTH, regions=["CA1", "CA1", "CA3", "DG", "DG"], **counts(trains, SPANS, 0.1))


def old_units(h5):
    """Names of columns of fixed length and in another order, ids of 32 bits, an index of single bytes."""
    h5["units"].attrs["colnames"] = np.array([b"electrodes", b"obs_intervals", b"spike_times"])
    replaced("units/id", lambda x: x.astype("int32"))(h5)
    replaced("units/electrodes_index", lambda x: x.astype("uint8"))(h5)


older("2.0.1", "units", units_of_old, old_units)
