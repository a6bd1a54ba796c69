"""What the files of the battery are made with, and what is wanted of them; see battery.py."""

from dataclasses import dataclass, field

import numpy as np
from pynwb import TimeSeries

CASES = {}
RATE, BINS, CHANNELS = 10.0, 120, 6


@dataclass
class Want:
    """What is taken of a file with some flags."""

    activity: np.ndarray = None  # bins x channels; None where it is refused
    args: list = field(default_factory=list)
    time: np.ndarray = None
    trials: list = None  # bins of each; None for no trials
    names: list = None
    regions: list = None
    behavior: np.ndarray = None
    input: np.ndarray = None
    says: str = ""  # in a note or a warning
    refused: str = ""  # by inspect and train, with these words
    unfit: str = ""  # by train alone, with these words


def case(name, libver=None, edit=None):
    """A function that fills an NWBFile and returns what is wanted of it; edit changes the file behind pynwb's back."""

    def add(fill):
        assert name not in CASES, name
        CASES[name] = (fill, libver, edit)
        return fill

    return add


def walk(bins=BINS, channels=CHANNELS, seed=0):
    """Activity that is smooth in time, of three latents."""
    rng = np.random.default_rng(seed)
    t = np.arange(bins)[:, None] / RATE
    latents = np.sin(t * rng.uniform(1, 5, 3) + rng.uniform(0, 6, 3))
    return latents @ rng.normal(size=(3, channels)) + 0.1 * rng.normal(size=(bins, channels))


def clock(bins=BINS, start=0.0, rate=RATE):
    return start + np.arange(bins) / rate


def series(nwb, data, kind=TimeSeries, name="x", **more):
    if "timestamps" not in more:
        more = {"starting_time": 0.0, "rate": RATE, **more}
    s = kind(name=name, data=data, **{"unit": "a.u.", **more})
    nwb.add_acquisition(s)
    return s


def cut(x, times, trials):
    """The rows inside trials, trial by trial in order of start, and how many each has."""
    parts = [np.flatnonzero((times >= a - 1e-9) & (times < b - 1e-9)) for a, b in sorted(trials)]
    parts = [p for p in parts if len(p)]
    rows = np.concatenate(parts)
    return {"activity": x[rows], "time": times[rows], "trials": [len(p) for p in parts]}


TRIALS = [(0.5, 3.0), (3.0, 5.2), (6.0, 9.0), (9.5, 11.5)]


def add_trials(nwb, trials=TRIALS, **columns):
    for name in columns:
        nwb.add_trial_column(name, "a column")
    for i, (start, stop) in enumerate(trials):
        nwb.add_trial(start_time=start, stop_time=stop, **{k: v[i] for k, v in columns.items()})


def replaced(path, change, **options):
    """An edit that changes the values of one dataset, and keeps its attributes."""

    def edit(h5):
        attributes, values = dict(h5[path].attrs), change(h5[path][()])
        del h5[path]
        h5.create_dataset(path, data=values, **options).attrs.update(attributes)

    return edit


def electrodes(nwb, regions=("CA1", "CA1", "CA3", "DG", "DG", "V1"), **columns):
    device = nwb.create_device("probe")
    groups = [nwb.create_electrode_group(n, description="d", location=at, device=device) for n, at in (("shank 0", "HPC"), ("shank 1", "V1"))]
    for name in columns:
        nwb.add_electrode_column(name, "d")
    for i, r in enumerate(regions):
        nwb.add_electrode(x=1.0, y=2.0, z=3.0, location=r, group=groups[i // 3], filtering="none", **{k: v[i] for k, v in columns.items()})
    return groups
