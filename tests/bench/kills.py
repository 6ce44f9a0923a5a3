#!/usr/bin/python3
"""Kills a simulation at random moments, again and again, on other ranks and threads each time, and compares the end
with a run that nobody disturbed: every dataset of the recording, byte for byte.

    python3 tests/bench/kills.py build/bin/arcuate [--kills 200] [--seed 1] [--folder DIR]

400 regions of two models with Ornstein-Uhlenbeck noise, BOLD, averages and a feature; a checkpoint every 0.1 s. Three
kills in four are SIGKILL of all ranks, the others SIGTERM of all; recordings that become whole on the way are compared
and the run begins anew. Exit code 1 when a dataset differs. Needs h5py.
"""
import argparse
import os
import pathlib
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time

import h5py

STUDY = """connectome: { builtin: 400, normalize: row_sum, speed: 4 mm/ms }
models:
  - { name: MontbrioPazoRoxin, regions: [0-199], parameters: { eta: -4.6 }, source: r, target: c_r,
      noise: { V: { kind: ornstein_uhlenbeck, sigma: 0.05, tau: 5 ms } } }
  - { name: SupHopf, regions: rest, source: x, target: c_x, noise: { x: 0.01 } }
coupling: { name: linear, gain: 0.02 }
integrator: { method: heun, dt: 0.1 ms }
duration: 200 s
monitors:
  - { kind: temporal_average, variables: [r, x], period: 4 ms }
  - { kind: bold, variables: [r], period: 720 ms }
features: [ { kind: fc, monitor: temporal_average, variable: r, undefined: nan } ]
output: out.h5
"""


def datasets(path):
    """Name and bytes of every dataset that does not tell of the run itself."""
    found = {}

    def take(name, item):
        if isinstance(item, h5py.Dataset) and not name.startswith(("state", "partition")):
            found[name] = item[()].tobytes() if item.dtype.kind != "O" else repr(item[()]).encode()

    with h5py.File(path) as file:
        file.visititems(take)
    return found


def ranks_of(launcher):
    """Processes of the program below mpirun."""
    listed = subprocess.run(["ps", "-o", "pid=", "--ppid", str(launcher)], capture_output=True, text=True, check=False)
    return [int(pid) for pid in listed.stdout.split()]


def start(program, folder, draw):
    command = ["mpirun", "--bind-to", "none", "--mca", "odls_base_sigkill_timeout", "0", "-n", str(draw.randint(1, 4)), program,
               "simulate", "s.yml", "--quiet", "--resume", "--threads", str(draw.randint(1, 2)), "--checkpoint-every",
               str(0.1 / 60)]
    return subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)


def disturb(run, draw):
    """True when the run ended by itself first."""
    wait, begun = draw.uniform(0.3, 3.0), time.monotonic()
    while time.monotonic() - begun < wait:
        if run.poll() is not None:
            return True
        time.sleep(0.01)
    how = signal.SIGKILL if draw.random() < 0.75 else signal.SIGTERM
    for rank in ranks_of(run.pid):
        try:
            os.kill(rank, how)
        except ProcessLookupError:
            pass
    run.wait(timeout=120)
    return run.returncode == 0


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("program")
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--folder", default=None)
    arguments = parser.parse_args()
    program, draw = str(pathlib.Path(arguments.program).resolve()), random.Random(arguments.seed)
    folder = pathlib.Path(arguments.folder or tempfile.mkdtemp(prefix="arcuate_kills_"))
    folder.mkdir(exist_ok=True)
    (folder / "s.yml").write_text(STUDY)
    subprocess.run([program, "simulate", "s.yml", "--quiet", "--overwrite", "--set", "output=whole.h5"], cwd=folder, check=True)
    whole = datasets(folder / "whole.h5")
    kills = compared = differing = 0
    while kills < arguments.kills or not (folder / "out.h5").exists():
        run = start(program, folder, draw)
        ended = disturb(run, draw) if kills < arguments.kills else run.wait() == 0
        if not ended:
            kills += 1
            continue
        if run.returncode != 0:
            sys.exit(f"after {kills} kills a run ended with {run.returncode}: {run.stderr.read()}")
        if not (folder / "out.h5").exists():
            continue
        mine = datasets(folder / "out.h5")
        compared += 1
        differing += mine != whole
        for name in sorted(set(mine) | set(whole)):
            if mine.get(name) != whole.get(name):
                print(f"after {kills} kills: {name} differs")
        if kills < arguments.kills:
            (folder / "out.h5").unlink()
    print(f"{kills} kills, {compared} recordings compared, {len(whole)} datasets each: {differing} differ")
    if differing == 0 and arguments.folder is None:
        shutil.rmtree(folder)
    return 1 if differing else 0


if __name__ == "__main__":
    sys.exit(main())
