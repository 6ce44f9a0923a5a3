#!/usr/bin/env python3
"""Processor time of other programs for networks of spiking neurons, beside `arcuate simulate` (docs/performance.md).

    python tests/bench/spiking_peers.py numpy          # needs NumPy: the step of docs/spiking.md, a dense matrix
    python tests/bench/spiking_peers.py nest [ms]      # needs nest-simulator: 100,000 neurons, 1,000 synapses each
    python tests/bench/spiking_peers.py rates [seed]   # needs NumPy: rates of balanced.yml by what becomes of a neuron that draws itself

The same networks: `spiking: {}`, and jobs/examples/balanced.yml with ten times the neurons and a tenth of the probabilities.
"""
import math
import resource
import sys


def processor_time():
    return resource.getrusage(resource.RUSAGE_SELF).ru_utime


def eighteen_clusters(rng, np):
    """Weights of the reference network: (target, source)."""
    p, neurons = 18, 2000
    sizes = [80] * p + [160] + [20] * p + [40]
    kinds = [0] * (p + 1) + [1] * (p + 1)
    first = np.concatenate([[0], np.cumsum(sizes)])
    gain = 1.0 - 0.75 / 19.3697868
    baseline = [0.63 * gain, 0.63, -1.9, -3.8]
    potentiated, probability, f = [16.85, 5.45, 6.25, 5.0], [0.2, 0.5, 0.5, 0.5], 0.05
    weights = np.zeros((neurons, neurons))
    for i in range(len(sizes)):
        for j in range(len(sizes)):
            pair = 2 * kinds[j] + kinds[i]
            weight = baseline[pair] / math.sqrt(neurons)
            background = [k in (p, 2 * p + 1) for k in (i, j)]
            if not any(background) and i % (p + 1) == j % (p + 1):
                weight *= potentiated[pair]
            elif not all(background):
                weight *= (2 * f - f * f * (p + potentiated[pair])) / (2 * f - f * f * (p + 1))
            for row in range(first[i], first[i + 1]):
                sources = rng.choice(sizes[j], int(probability[pair] * sizes[j]), replace=False)
                weights[row, first[j] + sources] = weight
    np.fill_diagonal(weights, 0.0)
    return weights


def numpy_step(steps=2000):
    import numpy as np
    rng = np.random.default_rng(256)
    weights = eighteen_clusters(rng, np)
    n, h, tau_m, tau_s = 2000, 0.0005, 0.02, 0.005
    p00, p11 = math.exp(-h / tau_m), math.exp(-h / tau_s)
    p01 = tau_s * tau_m / (tau_s - tau_m) * (p11 - p00)
    threshold = np.where(np.arange(n) < 1600, 1.5, 0.75)
    v, current, left = np.zeros(n), np.zeros(n), np.zeros(n, int)
    fired = 0
    began = processor_time()
    for _ in range(steps):
        drive = rng.poisson((7.0 + 13.125 / 19.3697868 * rng.beta(10, 10, n)) * 320 * h)
        v, current = np.where(left > 0, 0.0, v * p00 + current * p01), current * p11
        left -= left > 0
        spikes = v >= threshold
        v[spikes], left[spikes] = 0.0, 10
        current += (weights @ spikes.astype(float) + 2.3 / math.sqrt(n) * drive) / tau_s
        fired += spikes.sum()
    seconds = processor_time() - began
    print(f"{1e6 * seconds / steps:.1f} us a step, {fired / n / steps / h:.2f} Hz")


def sources_of(rng, np, target, first, size, count, rule):
    """Different neurons of one population; rule: 'dropped', 'kept' or 'redrawn' where the target is among them."""
    inside = rule == "redrawn" and first <= target < first + size
    sources = first + rng.choice(size - inside, count, replace=False)
    if inside:
        return sources + (sources >= target)
    return sources[sources != target] if rule == "dropped" else sources


def balanced_rate(rule, seed, seconds=3.0, warm_up=0.5):
    """[Hz] of jobs/examples/balanced.yml, a step at a time."""
    import numpy as np
    rng = np.random.default_rng(seed)
    n, h, tau_m, tau_s, delay = 10000, 0.0001, 0.02, 0.005, 15
    drawn = [np.concatenate([sources_of(rng, np, target, 0, 8000, 800, rule), sources_of(rng, np, target, 8000, 2000, 200, rule)])
             for target in range(n)]
    source = np.concatenate(drawn)
    target = np.repeat(np.arange(n), [len(one) for one in drawn])[np.argsort(source, kind="stable")]
    first = np.concatenate([[0], np.cumsum(np.bincount(source, minlength=n))])
    p00, p11 = math.exp(-h / tau_m), math.exp(-h / tau_s)
    p01 = tau_s * tau_m / (tau_s - tau_m) * (p11 - p00)
    weight = np.where(np.arange(n) < 8000, 1.2, -7.2) / math.sqrt(n) / tau_s
    v, current, left, coming, fired = np.zeros(n), np.zeros(n), np.zeros(n, int), np.zeros((delay + 1, n)), 0
    for step in range(round((seconds + warm_up) / h)):
        v, current = np.where(left > 0, 0.0, v * p00 + current * p01), current * p11
        left -= left > 0
        slot = step % (delay + 1)
        current += coming[slot] + 1.2 / math.sqrt(n) / tau_s * rng.poisson(14000 * h, n)
        coming[slot] = 0.0
        spikes = np.flatnonzero(v >= 1.0)
        v[spikes], left[spikes] = 0.0, 20
        for one in spikes:
            coming[(step + delay) % (delay + 1)][target[first[one]:first[one + 1]]] += weight[one]
        fired += len(spikes) * (step * h >= warm_up)
    return fired / n / seconds


def nest_network(ms=200.0, n=100000):
    import nest
    nest.ResetKernel()
    nest.resolution = 0.1
    scale = 1.0 / math.sqrt(n) / 5.0
    neurons = nest.Create("iaf_psc_exp", n, params={
        "C_m": 1.0, "tau_m": 20.0, "tau_syn_ex": 5.0, "tau_syn_in": 5.0, "t_ref": 2.0,
        "E_L": 0.0, "V_reset": 0.0, "V_th": 1.0, "V_m": 0.0, "I_e": 0.0})
    for sources, degree, weight in ((neurons[:n * 4 // 5], 800, 1.2), (neurons[n * 4 // 5:], 200, -7.2)):
        nest.Connect(sources, neurons, {"rule": "fixed_indegree", "indegree": degree},
                     {"weight": weight * scale, "delay": 1.5})
    noise = nest.Create("poisson_generator", params={"rate": 14000.0})
    nest.Connect(noise, neurons, "all_to_all", {"weight": 1.2 * scale, "delay": 0.1})
    nest.Prepare()
    nest.Run(1.5)
    before, began = nest.local_spike_counter, processor_time()
    nest.Run(ms)
    seconds, spikes = processor_time() - began, nest.local_spike_counter - before
    nest.Cleanup()
    print(f"{1e9 * seconds / (1000 * spikes):.1f} ns a synaptic event, {1000 * spikes / n / ms:.2f} Hz")


if __name__ == "__main__":
    if sys.argv[1] == "numpy":
        numpy_step()
    elif sys.argv[1] == "rates":
        for rule in ("dropped", "kept", "redrawn"):
            print(f"{rule}: {balanced_rate(rule, int((sys.argv[2:] or [1])[0])):.2f} Hz")
    else:
        nest_network(*map(float, sys.argv[2:3]))
