"""Small NWB files as users have them, written with pynwb, and what the programs have to take of each: python3 battery.py INSPECT TRAIN OUT [CASE...]

INSPECT and TRAIN are the built programs. Whatever is to be taken of a file is exported by inspect and compared with the arrays that it
was written from; train fits the first of it for two epochs, and pynwb reads results.nwb back. What has to be refused is refused with
status 2 and one line that says why. With parts of names of cases, only those are run. Needs pip install pynwb nwbinspector.

battery_case.py has what the cases are made with, battery_series.py and battery_tables.py have the cases.
"""

import json
import subprocess
import sys
import warnings
from datetime import datetime, timezone
from pathlib import Path

import h5py
import numpy as np
from pynwb import NWBHDF5IO, NWBFile
from pynwb.file import Subject

import battery_series
import battery_tables
import check_nwb
from battery_case import CASES

warnings.filterwarnings("ignore")  # pynwb's remarks on what is odd on purpose


def write(path, name):
    fill, libver, edit = CASES[name]
    nwb = NWBFile(session_description="A case of the battery.", identifier=name, session_start_time=datetime(2024, 5, 6, tzinfo=timezone.utc))
    nwb.subject = Subject(subject_id="m1", species="Mus musculus", sex="F", age="P90D")
    wants = fill(nwb)
    with h5py.File(path, "w", libver=libver) as h5:
        with NWBHDF5IO(file=h5, mode="w") as io:
            io.write(nwb)
    if edit:
        with h5py.File(path, "r+") as h5:
            edit(h5)
    return wants if isinstance(wants, list) else [wants]


def run(*args):
    p = subprocess.run([str(a) for a in args], capture_output=True, text=True, timeout=120)
    return p.returncode, p.stdout, p.stderr


def refused(status, errors, words):
    assert status == 2, f"status {status}, not 2: {errors}"
    assert errors.startswith("error: ") and errors.count("\n") == 1, f"not one line: {errors}"
    assert words in errors, f"{words!r} is not in: {errors}"


def same(name, got, want, tolerance):
    got, want = np.asarray(got), np.asarray(want)
    assert got.shape == want.shape, f"{name} is {got.shape}, not {want.shape}"
    off = ~np.isclose(got, want, rtol=1e-6, atol=tolerance, equal_nan=True)
    assert not off.any(), f"{name} is {got[off][:3]}, not {want[off][:3]}"


def check(path, want, inspect, train, out, fit):
    export = out / "out.npz"
    status, text, errors = run(inspect, "--data", path, "--json", "--export", export, *want.args)
    if want.refused:
        refused(status, errors, want.refused)
        refused(*run(train, "--data", path, "--epochs", 2, "--out", out / "run", *want.args)[::2], want.refused)
        assert not (out / "run").exists(), "a run that was refused left a folder"
        return
    assert status == 0, f"status {status}: {errors}"
    got, report = np.load(export), json.loads(text)
    selected = report["selected"]
    scale = np.nanmax(np.abs(np.where(np.isfinite(want.activity), want.activity, 0)))
    same("activity", got["activity"], want.activity, 1e-15 * scale)  # single precision, and what rounding leaves near zero
    assert (selected["bins"], selected["channels"]) == want.activity.shape, selected
    assert selected["missing"] == np.isnan(want.activity).sum(), selected
    assert selected["trials"] == len(want.trials or []), f"{selected['trials']} trials"
    if want.trials is not None:
        assert selected["bins_per_trial"] == want.trials, f"{selected['bins_per_trial']} bins, not {want.trials}"
    for name in ["time", "behavior", "input"]:
        if getattr(want, name) is not None:
            same(name, got[name], getattr(want, name), 1e-5)
    for name, array in [("names", "channel"), ("regions", "region")]:
        if getattr(want, name) is not None:
            found = got[array].tolist() if array in got else None
            assert found == getattr(want, name), f"{name} are {found}, not {getattr(want, name)}"
    assert not want.says or any(want.says in n for n in selected["notes"] + selected["warnings"]), selected
    if not fit and not want.unfit:
        return
    status, text, errors = run(train, "--data", path, "--epochs", 2, "--out", out / "run", "--no-report", "--no-progress", *want.args)
    if want.unfit:
        refused(status, errors, want.unfit)
        return
    assert status == 0, f"train: status {status}: {errors}"
    check_nwb.main(out / "run", path)


def main(inspect, train, out, *names):
    out, failed = Path(out), []
    out.mkdir(parents=True, exist_ok=True)
    for number, name in enumerate(CASES):
        if names and not any(n in name for n in names):
            continue
        path = out / f"{number}.nwb"
        wants = write(path, name)
        fitted = False  # the first thing that is taken of a file is fitted, too
        for i, want in enumerate(wants):
            folder = out / f"{number}-{i}"
            folder.mkdir()
            try:
                check(path, want, Path(inspect), Path(train), folder, fit=not fitted)
                fitted = fitted or not want.refused
            except Exception as err:  # the others are still to be run
                failed.append(name)
                print(f"{name} ({path}, {' '.join(want.args)}): {type(err).__name__}: {str(err).strip()}", file=sys.stderr)
    failed = set(failed)
    print(f"{len(CASES)} kinds of file, {len(failed)} fail")
    sys.exit(bool(failed))


if __name__ == "__main__":
    main(*sys.argv[1:])
