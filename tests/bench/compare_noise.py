"""Linear noise beside a simulation of the same study: covariances, FC and power spectra.

    arcuate steady noise.yml && arcuate simulate noise.yml
    python3 tests/bench/compare_noise.py noise.steady.h5 noise.h5

The study of docs/steady.md:

    connectome: { builtin: 76, normalize: region_sum, speed: 4 mm/ms }
    model: { name: Generic2dOscillator, parameters: { I: 1.0 } }
    coupling: { name: linear, gain: 3 }
    integrator: { method: heun, dt: 0.1 ms }
    noise: { V: 0.001 }
    duration: 3000 s
    transient: 5 s
    seed: 7
    monitors: [ { kind: raw, variables: [V], period: 1 ms, record: false } ]
    features: [ { kind: fc, monitor: raw }, { kind: psd, monitor: raw, segment: 4 s, detrend: none }, { kind: moments, monitor: raw } ]
    steady: { starts: 1, linear_noise: { to: 60 Hz } }

Others need `steady: { linear_noise: {} }`, one variable, a monitor of it and the features fc, moments and psd
(with `detrend: none`) of it.
"""
import sys

import h5py
import numpy as np


def main(theory_file, simulation_file):
    with h5py.File(theory_file) as file:
        group = file["linear_noise"]
        covariance = group["covariance"][0, 0]
        fc = group["fc"][0, 0]
        power = group["power"][0, 0]
        frequency = group["frequency"][()]
    with h5py.File(simulation_file) as file:
        features = file["features"]
        simulated_fc, variance, spectrum, at = (find(features, name) for name in
                                                 ("fc", "variance", "power", "frequency"))
    deviation = np.sqrt(variance)
    pairs = np.triu_indices(len(fc), 1)
    expected = np.sqrt(np.diag(covariance))
    print(f"standard deviation: {expected.min():.6g} to {expected.max():.6g}, "
          f"largest relative difference {np.abs(deviation / expected - 1).max():.2%}, "
          f"of the mean {deviation.mean() / expected.mean() - 1:+.2%}")
    print(f"FC: {fc[pairs].min():.4f} to {fc[pairs].max():.4f}, largest difference "
          f"{np.abs(simulated_fc - fc)[pairs].max():.4f}, root mean square "
          f"{np.sqrt(np.mean((simulated_fc - fc)[pairs] ** 2)):.4f}, correlation "
          f"{np.corrcoef(simulated_fc[pairs], fc[pairs])[0, 1]:.5f}")
    rows = [np.argmin(np.abs(at - f)) for f in frequency if f >= 1]
    ratio = (spectrum[rows] / power[frequency >= 1]).mean(axis=1)
    print(f"power, mean over regions of the ratio by frequency from 1 Hz: {ratio.min():.4f} to {ratio.max():.4f}")


def find(features, name):
    found = []
    features.visititems(lambda path, item: found.append(path) if isinstance(item, h5py.Dataset) and path.split("/")[-1] == name else None)
    if not found:
        sys.exit(f"no '{name}' among the features")
    return np.squeeze(features[found[0]][()])


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(*sys.argv[1:])
