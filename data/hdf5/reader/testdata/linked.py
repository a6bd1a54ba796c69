"""Makes the folder linked, which the tests copy and read: python linked.py, with h5py. session.h5 has external links into
files of its folder, below it, out of it, and to what is missing."""

import os

import h5py
import numpy as np

os.makedirs("linked/below", exist_ok=True)
os.chdir("linked")


def make(name, values, links):
    with h5py.File(name, "w", libver="latest") as f:
        group = f.create_group("g")
        group["x"] = np.arange(values, values + 3.0)
        group["to_x"] = group["x"].ref
        group.attrs["to_group"] = group.ref
        for link, (file, path) in links.items():
            f[link] = h5py.ExternalLink(file, path)


make("below/far.h5", 20, {"near": ("near.h5", "/g/x"), "climb": ("../other.h5", "/g/x")})
make("below/near.h5", 30, {})
make("other.h5", 10, {"onward": ("below/far.h5", "near"), "home": ("session.h5", "/"), "loop": ("session.h5", "loop"), "climb": ("below/far.h5", "climb")})
make("session.h5", 0, {
    "set": ("other.h5", "/g/x"), "group": ("below/far.h5", "/g"), "chain": ("other.h5", "onward"), "back": ("other.h5", "home"), "own": ("session.h5", "/g"),
    "loop": ("other.h5", "loop"), "climb": ("other.h5", "climb"), "above": ("../secret.h5", "/g/x"), "absolute": ("/secret.h5", "/g/x"), "none": ("none.h5", "/g"),
    "nothing": ("other.h5", "/g/nothing"), "text": ("note.txt", "/g"), "folder": ("below", "/g"), "alias": ("alias.h5", "/g/x"), "escape": ("escape.h5", "/g/x"),
    "cut": ("cut.h5", "/g/x"),
})
