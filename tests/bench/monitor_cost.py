"""What monitors and features add to a run: one core, runs of every kind in turns.

    python3 tests/bench/monitor_cost.py --arcuate build/bin/arcuate [--regions 80] [--rounds 7] [--before "taskset -c 1"]

Wall time of the time loop, as the program says: best with a core for itself. Prints a Markdown table: medians over the
rounds, and the median over the rounds of what is added to the run of the same round without monitors. Needs NumPy.
"""

import argparse
import pathlib
import re
import statistics
import subprocess
import tempfile

import numpy as np

from peers import DT, GAIN, SPEED, network

SAMPLE = "{ kind: raw, variables: [r], period: 1 s, record: true }"
BOLD = "{ kind: bold, variables: [r], period: 1 s, preset: friston2003, parameters: { efficacy: 0.5 } }"
AVERAGE = "{ kind: temporal_average, name: fast, variables: [r], period: 4 ms, record: RECORD }"
FEATURES = ["{ kind: fc, monitor: bold }", "{ kind: psd, monitor: fast, segment: 2 }", "{ kind: moments, monitor: fast }"]

RUNS = {
    "a sample every second": ([SAMPLE], []),
    "BOLD": ([BOLD], []),
    "an average every 4 ms, recorded": ([AVERAGE.replace("RECORD", "true")], []),
    "an average every 4 ms, not recorded, its spectra and moments": (
        [SAMPLE, AVERAGE.replace("RECORD", "false")], FEATURES[1:]),
    "BOLD, the average recorded, fc, psd, moments": ([BOLD, AVERAGE.replace("RECORD", "true")], FEATURES),
}


def study(monitors: list[str], features: list[str], duration: float) -> str:
    lines = [
        f"connectome: {{ file: network.npz, speed: {SPEED} mm/ms }}",
        "model: { name: MontbrioPazoRoxin }",
        f"coupling: {{ name: linear, gain: {GAIN} }}",
        f"integrator: {{ method: heun, dt: {DT} ms }}",
        "noise: { r: 0.0014, V: 0.0014 }",
        f"duration: {duration} s",
        "output: out.h5",
        "overwrite: true",
        "monitors:", *[f"  - {one}" for one in monitors],
    ]
    return "\n".join(lines + (["features:", *[f"  - {one}" for one in features]] if features else [])) + "\n"


def seconds(command: list[str], folder: pathlib.Path) -> float:
    """Of the time loop and what ends it, as the program says."""
    said = subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True).stdout
    return float(re.search(r"simulated in ([\d.e-]+) s", said)[1])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--arcuate", required=True, type=lambda path: str(pathlib.Path(path).resolve()))
    parser.add_argument("--regions", type=int, default=80)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--duration", type=float, help="[s] of a run")
    parser.add_argument("--before", default="", type=str.split, help="words in front of every command")
    arguments = parser.parse_args()
    duration = arguments.duration or (120.0 if arguments.regions <= 100 else 8.0)
    spent = {name: [] for name in RUNS}
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        weight, length = network(arguments.regions)
        np.savez(folder / "network.npz", weights=weight, lengths=length)
        for i, run in enumerate(RUNS.values()):
            (folder / f"{i}.yml").write_text(study(*run, duration))
        for _ in range(arguments.rounds):
            for i, kind in enumerate(RUNS):
                command = [*arguments.before, arguments.arcuate, "simulate", f"{i}.yml", "--quiet"]
                spent[kind].append(seconds(command, folder))
    steps = duration * 1e3 / DT
    plain = next(iter(spent.values()))
    print(f"| {arguments.regions} regions, {duration:g} s | us a step | added |\n|---|---|---|")
    for kind, all_seconds in spent.items():
        added = statistics.median(one / base for one, base in zip(all_seconds, plain)) - 1
        print(f"| {kind} | {statistics.median(all_seconds) / steps * 1e6:.3f} | {100 * added:.1f} % |")


if __name__ == "__main__":
    main()
