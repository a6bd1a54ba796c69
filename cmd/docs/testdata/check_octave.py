"""Compares the loader of the manual for MATLAB with NumPy: python check_octave.py FOLDER RUN. The folder holds load_npz.m. Octave runs it."""

import subprocess
import sys

import numpy as np

folder, run = sys.argv[1], sys.argv[2]
script = (
    f"c = load_npz('{run}/connectivity.npz'); m = load_npz('{run}/model.npz');"
    "printf('%.6g %.6g %d %s', c.W_groups(2, 3, 5), m.A(4, 2), m.groups(1), m.decoder{1})"
)
command = ["octave-cli", "--quiet", "--path", folder, "--eval", script]
read = subprocess.run(command, check=True, capture_output=True, text=True).stdout
model = np.load(f"{run}/model.npz")
W_groups = np.load(f"{run}/connectivity.npz")["W_groups"]
want = "%.6g %.6g %d %s" % (W_groups[1, 2, 4], model["A"][3, 1], model["groups"][0], model["decoder"])
if read != want:
    sys.exit(f"Octave reads {read}, not {want}")
