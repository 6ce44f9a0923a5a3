"""Rightmost roots beside how a small disturbance decays in a simulation of the same study.

    python3 tests/bench/compare_roots.py study.yml [arcuate]

The fixed point is disturbed by the same small numbers up and down, ten times; half of the difference of both simulations
obeys the linear equations but for the cube of the disturbance. The roots that it has are found by dynamic mode decomposition
(Tu et al. 2014, doi:10.3934/jcds.2014.1.391) of the samples and their past. The study of docs/steady.md:

    connectome: { builtin: 400, normalize: region_sum, speed: 4 mm/ms }
    model:
      name: Generic2dOscillator
      parameters: { I: 1.0 }
    coupling: { name: linear, gain: 3, stages: staged, delay: cubic }
    integrator: { method: rk4, dt: 0.1 ms }
    duration: 1.2 s
    monitors: [ { kind: raw, variables: [V, W], period: 1 ms } ]
    steady: { starts: 1, roots: 20 }

One model, all of whose states are recorded; no noise, no initial values.
"""
import subprocess
import sys
from pathlib import Path

import h5py
import numpy as np

TIMES = 10
SIZE = 1e-4       # of the disturbance, over the range of the states
FROM_MS = 300     # when what decays at once has gone
PAST_MS = (0, 10)


def main(study, program):
    text = Path(study).read_text()
    if "  name: " not in text:
        sys.exit(f"{study}: needs a `model:` of several lines")
    run(program, "steady", study, "--output", "roots.steady.h5", "--overwrite", "--quiet")
    with h5py.File("roots.steady.h5") as file:
        points = file["fixed_points"]
        rest = points["state"][0]
        names = [name.decode() if isinstance(name, bytes) else name for name in points["variable"][()]]
        group = file["roots" if "roots" in file else "eigenvalues"]
        roots = group["real"][0] + 1j * group["imaginary"][0]
    generator = np.random.default_rng(1)
    decays = []
    for _ in range(TIMES):
        disturbance = SIZE * generator.uniform(-1, 1, rest.shape) * np.maximum(1, np.abs(rest))
        up, down = (simulate(program, text, names, rest + sign * disturbance) for sign in (1, -1))
        decays.append(0.5 * (up - down)[FROM_MS:])
    found = modes(decays)
    print("root [1/s, Hz]             simulation                 relative difference")
    for root in roots[(roots.imag >= 0) & np.isfinite(roots)]:
        other = found[np.argmin(np.abs(found - root))]
        print(f"{root.real:12.6f} {root.imag / 2 / np.pi:10.6f}   {other.real:12.6f} {other.imag / 2 / np.pi:10.6f}   "
              f"{abs(other - root) / abs(root):.1e}")


def simulate(program, text, names, states):
    """(samples, states x regions), a sample each ms."""
    lines = []
    for name, values in zip(names, states):
        np.savetxt(f"initial_{name}.txt", values, fmt="%.17g")
        lines.append(f"    {name}: {{ file: initial_{name}.txt }}\n")
    changed = text.replace("  name: ", "  initial:\n" + "".join(lines) + "  name: ", 1)
    Path("disturbed.yml").write_text(changed + "\noutput: disturbed.h5\noverwrite: true\n")
    run(program, "simulate", "disturbed.yml")
    with h5py.File("disturbed.h5") as file:
        found = []
        file.visititems(lambda _, item: found.append(item[()]) if isinstance(item, h5py.Dataset) and item.ndim == 3
                        else None)
    return found[0].reshape(len(found[0]), -1)


def modes(decays):
    """[1/s]"""
    longest = max(PAST_MS)
    before, after = [], []
    for samples in decays:
        rows = np.hstack([samples[longest - past:len(samples) - past] for past in PAST_MS])
        before.append(rows[:-1])
        after.append(rows[1:])
    before, after = np.vstack(before).T, np.vstack(after).T
    left, sizes, right = np.linalg.svd(before, full_matrices=False)
    kept = sizes > 1e-12 * sizes[0]
    left, sizes, right = left[:, kept], sizes[kept], right[kept]
    return np.log(np.linalg.eigvals(left.T @ after @ right.T / sizes)) * 1000


def run(program, *arguments):
    done = subprocess.run([program, *arguments], capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"{program} {' '.join(arguments)}: {done.stderr}")


if __name__ == "__main__":
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    main(sys.argv[1], sys.argv[2] if len(sys.argv) == 3 else "arcuate")
