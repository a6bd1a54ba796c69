"""Runs the examples of a Markdown page in a run folder: python run_blocks.py PAGE RUN. Those for MATLAB, in Octave where it is installed."""

import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

page, run = pathlib.Path(sys.argv[1]).read_text(), sys.argv[2]
blocks = re.findall(r"^```(python|matlab)\n(.*?)^```", page, re.S | re.M)
os.chdir(run)
for language, code in blocks:
    if language == "python":
        exec(compile(code, sys.argv[1], "exec"), {})
matlab = [code for language, code in blocks if language == "matlab"]
if not matlab or not shutil.which("octave-cli"):
    print("there is no Octave: its example is skipped")
else:
    import numpy as np

    with tempfile.TemporaryDirectory() as folder:
        (pathlib.Path(folder) / "load_npz.m").write_text(matlab[0])
        ask = "c = load_npz('connectivity.npz'); m = load_npz('model.npz'); printf('%.6g %.6g %d %s', c.W_groups(2, 3, 5), m.A(4, 2), m.groups(1), m.decoder{1})"
        said = subprocess.run(["octave-cli", "--quiet", "--path", folder, "--eval", ask], check=True, capture_output=True, text=True).stdout
    model = np.load("model.npz")
    want = "%.6g %.6g %d %s" % (np.load("connectivity.npz")["W_groups"][1, 2, 4], model["A"][3, 1], model["groups"][0], model["decoder"])
    if said != want:
        sys.exit(f"Octave reads {said}, not {want}")
print(f"{len(blocks)} examples run")
