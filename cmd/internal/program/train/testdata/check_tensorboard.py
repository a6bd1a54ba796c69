"""Reads RUN/tensorboard with TensorBoard's own reader: python check_tensorboard.py RUN. Every row of metrics.csv is to be there."""

import csv
import pathlib
import sys

from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

run = pathlib.Path(sys.argv[1])
with open(run / "metrics.csv", newline="") as f:
    rows = list(csv.DictReader(f))
folders = sorted((run / "tensorboard").iterdir())


def read(folder):
    events = EventAccumulator(str(folder), size_guidance={"scalars": 0})
    events.Reload()
    return {tag: [(e.step, e.value) for e in events.Scalars(tag)] for tag in events.Tags()["scalars"]}


def near(a, b):
    return len(a) == len(b) and all(s == t and abs(v - w) <= 1e-6 * max(1, abs(w)) for (s, v), (t, w) in zip(a, b))


curves = [read(folder) for folder in folders]
columns = {"train/loss": "loss", "train/kl": "kl", "lr": "lr", "test/loss": "test_loss"}
want = {tag: [(int(r["step"]), float(r[column])) for r in rows if r[column]] for tag, column in columns.items()}
if not any(all(near(c[tag], w) for tag, w in want.items()) for c in curves):
    sys.exit(f"{run}: none of {[f.name for f in folders]} holds the {len(rows)} rows of metrics.csv")
print(f"TensorBoard reads {len(rows)} epochs of {len(folders)} restart(s)")
