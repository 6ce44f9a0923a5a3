"""Six types of epileptic activity, each fitted to its own spectrum: python wendling_fits.py [CORES]

Writes the target of each type, its fit (a folder), and in the end two tables in Markdown and wendling_fits.svg.
Needs numpy, scipy, h5py, pandas and matplotlib."""
import json
import pathlib
import subprocess
import sys

import h5py
import matplotlib
import numpy
import pandas
import scipy.signal

matplotlib.use("svg")
from matplotlib import pyplot  # noqa: E402

cores = sys.argv[1] if len(sys.argv) > 1 else "2"
study = pathlib.Path(__file__).with_name("wendling_fit.yml")
names = ["A", "B", "G", "a", "b", "g"]
low, high = numpy.array([1, 5, 0, 50, 20, 200.0]), numpy.array([10, 50, 40, 200, 120, 1200.0])
logarithmic = numpy.array([False, False, False, True, True, True])
first = numpy.where(logarithmic, low, 1)
span = numpy.where(logarithmic, numpy.log(high / first), high - low)
types = {  # A, B, G; the band of the peak [Hz]
    "background": ((5, 50, 15), (1, 7)),
    "sporadic_spikes": ((5, 40, 15), (1, 5)),
    "sustained_discharges": ((5, 25, 15), (3, 6)),
    "alpha_like": ((5, 10, 15), (8, 13)),
    "low_voltage_fast_activity": ((5, 5, 25), (10, 20)),
    "quasi_sinusoidal": ((5, 15, 0), (9, 13)),
}


def arcuate(*words, ranks=False, **options):
    launch = ["mpirun", "-n", str(int(cores) + 1)] if ranks else []
    return subprocess.run([*launch, "arcuate", *words], check=True, text=True, stdout=subprocess.PIPE, **options).stdout


def spectrum(recording):
    samples = h5py.File(recording)["monitors/raw/data"][:, 0]
    f, power = scipy.signal.welch(samples, 250, nperseg=500, noverlap=250, detrend="constant", axis=0)
    return f[f <= 60], power.mean(axis=1)[f <= 60]


def simulated(parameters, seed):
    changes = [word for name, value in zip(names, parameters) for word in ("--set", f"model.parameters.{name}={value}")]
    arcuate("simulate", str(study), *changes, "--set", f"seed={seed}", "--set", "output=one.h5", "--overwrite", "--quiet")
    return spectrum("one.h5")


def distance(f, one, other):
    counts = (f >= 1) & (f <= 45)
    return numpy.mean((numpy.log10(one) - numpy.log10(other))[counts] ** 2)


def peak(f, power):
    counts = f >= 1
    return f[counts][power[counts].argmax()]


def place(parameters):
    """Within the bounds, 0 to 1, on the scale that is searched."""
    with numpy.errstate(divide="ignore"):
        return numpy.where(logarithmic, numpy.log(parameters / first), parameters - low) / span


def value(places):
    return numpy.where(logarithmic, first * numpy.exp(places * span), low + places * span)


def alone(truth, target, limit):
    """How far each parameter can go by itself before the loss is above the limit, as a part of its bounds."""
    steps, lines = numpy.linspace(0, 1, 41), []
    for k in range(len(names)):
        for step in steps:
            places = place(truth)
            places[k] = step
            lines.append(json.dumps({"id": len(lines), "values": list(numpy.clip(value(places), low, high))}))
    answers = arcuate("evaluate", str(study), "--stdin", "--set", f"fit.minimise.0.target={target}", ranks=True,
                      input="\n".join(lines) + "\n", stderr=subprocess.DEVNULL)
    losses = numpy.full(len(lines), numpy.inf)
    for answer in map(json.loads, answers.splitlines()):
        losses[answer["id"]] = answer.get("loss", numpy.inf)
    return (losses.reshape(len(names), -1) <= limit).sum(axis=1) / len(steps)


targets, rows, open_rows, pictures = {}, [], [], []
truths = {name: numpy.array([*gains, 100, 50, 500.0]) for name, (gains, _) in types.items()}
for number, (name, truth) in enumerate(truths.items()):
    f, targets[name] = simulated(truth, 71 + number)
    numpy.savetxt(f"wendling_{name}.csv", numpy.c_[f, targets[name]], fmt="%.8g", delimiter=",")

for name, (gains, band) in types.items():
    truth, target = truths[name], pathlib.Path(f"wendling_{name}.csv").resolve()
    arcuate("fit", str(study), "--set", f"fit.minimise.0.target={target}", "-o", f"{name}.fit", "--overwrite", "--quiet", ranks=True)
    table = pandas.read_csv(f"{name}.fit/table.csv").query("status == 'done'")
    best = table.loc[table.loss.idxmin()]
    found = table[[f"model.parameters.{one}" for one in names]].to_numpy()
    winner = best[[f"model.parameters.{one}" for one in names]].to_numpy(dtype=float)
    again = simulated(winner, 99)[1]  # other noise than the search had
    noise = [distance(f, simulated(truth, seed)[1], targets[name]) for seed in range(101, 107)]
    limit = 2 * max(max(noise), best.loss)
    nearest = min(targets, key=lambda one: distance(f, again, targets[one]))
    good = numpy.array([place(one) for one in found[table.loss <= limit]])
    rows.append(f"| {name} | {best.loss:.4f} | {numpy.mean(noise):.4f} | {10 * distance(f, again, targets[name]) ** 0.5:.2f} dB "
                f"| {peak(f, targets[name]):g} | {peak(f, again):g} ({band[0]} to {band[1]}) | {nearest} "
                f"| {', '.join(f'{one:.3g}' for one in winner)} |")
    together = good.max(axis=0) - good.min(axis=0)
    open_rows.append(f"| {name} | " + " | ".join(f"{100 * a:.0f} / {100 * b:.0f}" for a, b in zip(alone(truth, target, limit), together)) + " |")
    pictures.append((name, f, targets[name], again, place(truth), good))

print("| type | loss | of the truth | winner's distance | peak [Hz] | winner's (band) | nearest type | A, B, G, a, b, g |")
print("|---|---|---|---|---|---|---|---|", *rows, sep="\n")
print("\n| type | " + " | ".join(names) + " |\n|---|---|---|---|---|---|---|", *open_rows, sep="\n")

pyplot.rcParams.update({"font.size": 8, "svg.hashsalt": "arcuate", "svg.fonttype": "none", "axes.spines.top": False, "axes.spines.right": False})
figure, axes = pyplot.subplots(2, 6, figsize=(12, 4.4), gridspec_kw={"height_ratios": [1.3, 1]})
for column, (name, f, target, again, truth, good) in enumerate(pictures):
    top, bottom = axes[:, column]
    counts = (f >= 1) & (f <= 45)
    top.semilogy(f[counts], target[counts], color="0.6", linewidth=3, label="target")
    top.semilogy(f[counts], again[counts], color="#b03a2e", linewidth=1, label="winner, other noise")
    top.set_title(name.replace("_", " "), fontsize=8)
    top.set_xlabel("frequency [Hz]")
    some = good[:: max(1, len(good) // 60)]
    bottom.plot(range(len(names)), some.T, color="#b03a2e", linewidth=0.6, alpha=max(0.2, 1 / len(some)))
    bottom.plot(range(len(names)), truth, "o", color="0.2", markersize=4)
    bottom.set_ylim(-0.05, 1.05)
    bottom.set_xticks(range(len(names)), names)
axes[0, 0].set_ylabel("power [mV$^2$/Hz]")
axes[0, 0].legend(frameon=False, fontsize=7)
axes[1, 0].set_ylabel("place within bounds")
figure.tight_layout()
figure.savefig("wendling_fits.svg", metadata={"Date": None})
