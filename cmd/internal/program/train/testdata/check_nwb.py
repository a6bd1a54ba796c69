"""Whether pynwb takes results.nwb: python3 check_nwb.py RUN [SOURCE.nwb]

The file is read and validated, and compared with latents.npz, model.npz and connectivity.npz beside it; nwbinspector may find
nothing critical that it does not find in the source as well. The recording's times have to ascend. Needs pip install pynwb nwbinspector.
"""

import sys
from pathlib import Path

import h5py
import numpy as np
import pynwb
from nwbinspector import Importance, inspect_nwbfile


def critical(path):
    """What nwbinspector finds critical, and how many other remarks it has."""
    found = list(inspect_nwbfile(nwbfile_path=str(path)))
    failed = (Importance.ERROR, Importance.CRITICAL, Importance.PYNWB_VALIDATION)
    names = {m.check_function_name for m in found if m.importance in failed}
    return names, len(found) - sum(m.importance in failed for m in found)


def same(name, got, want, tolerance=0.0):
    got, want = np.asarray(got), np.asarray(want)
    assert got.shape == want.shape, f"{name} is {got.shape}, not {want.shape}"
    if want.dtype.kind in "fiu":
        off = np.abs(got - want).max()
        assert off <= tolerance, f"{name} is off by {off}"
    else:
        assert (got == want).all(), f"{name} differs"


MOST_UNITS = 1000  # of more, W_g is left out


def compare(nwb, run, source):
    latents, model = np.load(run / "latents.npz"), np.load(run / "model.npz")
    fitted = nwb.processing["facrnn"]
    for name, array in [("latents", "mu"), ("latents_filtered", "filtered"), ("split", "split")]:
        if array not in latents or array == "split" and not latents["split"].any():
            continue  # an interrupted fit has no filtered latents
        order = np.argsort(latents["time"], kind="stable")  # trials may overlap
        same(name, fitted[name].data[:], latents[array][order])
        # a rate stands for regular times, to a ten-millionth of a bin
        same(f"times of {name}", fitted[name].get_timestamps(), latents["time"][order], 1e-8)
    if latents["trial"].any():
        start, stop = nwb.trials["start_time"][:], nwb.trials["stop_time"][:]
        assert len(start) == latents["trial"].max() + 1, "trials are missing"
        time, trial = latents["time"], latents["trial"]
        assert (time >= start[trial] - 1e-8).all() and (time < stop[trial]).all(), "bins lie outside their trials"
    if "A" in model:
        compare_units(fitted["units"], fitted["groups"], run, model)
    else:
        assert "units" not in fitted.data_interfaces, "an MLP has a table of units"
    assert nwb.source_script == (run / "config.toml").read_text(), "source_script is not config.toml"
    if source is not None:
        compare_session(nwb, source)


def compare_units(units, groups, run, model):
    same("unit", units["unit"][:], model["units"])
    if (model["regions"] != "").any():
        same("region", units["region"][:], model["regions"])
    same("A", units["A"][:], model["A"])
    same("B", units["B"][:], model["B"].T)
    for name in ["D", "E"]:
        assert (name in units.colnames) == (name in model), f"{name} is in one file alone"
        if name in model:
            same(name, units[name][:], model[name].astype("f4"))
    if len(model["units"]) > MOST_UNITS:
        assert "W" not in groups.colnames, "W_g is there"
        return
    W = np.load(run / "connectivity.npz")["W_groups"]
    same("W", groups["W"][:], W)
    for g, of in enumerate(groups["latents"][:]):
        same("A_g B_g", units["A"][:][:, of] @ units["B"][:][:, of].T, W[g], 1e-5 * np.abs(W).max())


def compare_session(nwb, source):
    assert nwb.identifier != source.identifier and nwb.identifier.startswith(source.identifier)
    assert nwb.scratch["source_identifier"].data == source.identifier
    for name in ["session_start_time", "timestamps_reference_time", "session_description", "session_id", "institution", "lab", "experiment_description", "experimenter"]:
        assert getattr(nwb, name) == getattr(source, name), f"{name} is not the source's"
    if source.subject is None:
        assert nwb.subject is None, "the subject is made up"
        return
    for name in ["subject_id", "species", "sex", "age", "age__reference", "date_of_birth", "genotype", "strain", "weight", "description"]:
        assert getattr(nwb.subject, name) == getattr(source.subject, name), f"the subject's {name} is not the source's"


def main(run, source=None):
    path = Path(run) / "results.nwb"
    with pynwb.NWBHDF5IO(str(path), "r") as io:
        if source is None:
            compare(io.read(), Path(run), None)
        else:
            with pynwb.NWBHDF5IO(source, "r") as other:
                compare(io.read(), Path(run), other.read())
    with h5py.File(path) as h5:
        assert len(h5.attrs) == len(list(h5.attrs)), "attributes are not counted"
    invalid = pynwb.validate(path=str(path))
    assert not invalid, invalid
    bad, remarks = critical(path)
    if source is not None:
        bad -= critical(source)[0]
    assert not bad, f"nwbinspector finds critical: {', '.join(sorted(bad))}"
    print(f"{path}: read, valid, as the .npz files; nothing critical that is new, {remarks} remarks")


if __name__ == "__main__":
    main(*sys.argv[1:])
