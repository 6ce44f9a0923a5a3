import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import numpy as np
import pytest
from conftest import content

import arcuate

pytest.importorskip("arcuate._engine", reason="the compiled part of the package was not built")


def test_stepping_is_simulate_to_the_last_bit():
    study = arcuate.Study(content(duration="200 ms", features=[], monitors=[
        {"kind": "temporal_average", "period": "4 ms"}, {"kind": "raw"}, {"kind": "afferent_coupling", "period": "1 ms"},
        {"kind": "global_average", "period": "1 ms"}]))
    run = study.simulate(ranks=2)
    simulation = arcuate.Simulation(study)
    x = simulation.state["x"]
    taken = []
    for duration in (0.1, 3.3, 16.6, 30, 50, 100):
        simulation.run(duration)
        taken.append(simulation.take_samples())
    assert simulation.time == pytest.approx(200.0) and simulation.step == simulation.steps
    for monitor in run.monitors:
        recorded = np.stack([array.values for array in run[monitor].data_vars.values()], axis=1)
        np.testing.assert_array_equal(np.concatenate([one[monitor].values for one in taken]), recorded)
        np.testing.assert_array_equal(np.concatenate([one[monitor].time for one in taken]), run[monitor].time)
    np.testing.assert_array_equal(x, run.raw.x[-1])  # a view: of the state now


def test_states_are_views_that_cannot_be_written():
    simulation = arcuate.Simulation(content())
    assert set(simulation.state) == {"x", "y"} and simulation.labels == arcuate.Study(content()).connectome.labels
    with pytest.raises(ValueError):
        simulation.state["x"][0] = 1.0
    with pytest.raises(KeyError, match="allowed: x, y"):
        simulation.state["z"]


def pair(places, weights, lengths):
    initial = {"V": np.array([0.5, -0.7])[places], "W": np.array([0.1, 0.3])[places]}
    return arcuate.Study({
        "connectome": {"weights": weights, "lengths": lengths, "speed": 2.0},
        "model": {"name": "Generic2dOscillator", "initial": initial},
        "coupling": {"name": "linear", "gain": 0.05}, "integrator": {"method": "heun", "dt": 0.1}, "duration": 100,
        "monitors": [{"kind": "raw", "variables": ["V"]}]})


def test_two_simulations_that_exchange_are_one_network():
    weights, lengths = np.array([[0, 0.7], [1.3, 0]]), np.array([[0, 8.0], [6.0, 0]])
    whole = pair([0, 1], weights, lengths).simulate().raw.V.values
    with pytest.warns(UserWarning, match="no edges"):
        parts = [arcuate.Simulation(pair([k], np.zeros((1, 1)), np.zeros((1, 1)))) for k in (0, 1)]
    delay = [40, 30]  # of what enters each: length / speed / dt
    sent = [[float(part.state["V"][0])] * 41 for part in parts]  # up to t = 0, the last
    step, got = 0, [[], []]
    while step < 1000:
        epoch = min(min(delay), 1000 - step)
        for k, other in ((0, 1), (1, 0)):
            past = np.array(sent[other][40 + step - delay[k]:][:epoch])
            parts[k].set_input("c_0", 0.05 * (weights[k, other] * past)[:, None])
        for k in (0, 1):
            parts[k].run(epoch * 0.1)
            values = parts[k].take_samples()["raw"].values[:, 0, 0]
            sent[k] += values.tolist()
            got[k].append(values)
        step += epoch
    np.testing.assert_array_equal(np.stack([np.concatenate(one) for one in got], axis=1), whole)


@pytest.mark.parametrize("method, noise", [("euler", {}), ("rk4", {}), ("heun", {"c_x": {"kind": "ornstein_uhlenbeck", "sigma": 0.1, "tau": 5}})])
def test_an_input_that_is_set_is_a_step_stimulus(method, noise):
    base = content(integrator={"method": method, "dt": 0.1}, noise=noise, duration="100 ms", features=[])
    weights = np.linspace(-0.01, 0.01, 8)
    stimulus = [{"target": "c_x", "weights": weights, "equation": {"name": "box", "onset": 20, "offset": 60}}]
    run = arcuate.Study({**base, "stimuli": stimulus}).simulate()
    simulation = arcuate.Simulation(base).run(20)
    simulation.set_input("c_x", weights)
    simulation.run(40).set_input("c_x", None)
    simulation.run(40)
    np.testing.assert_array_equal(simulation.state["x"], run.raw.x[-1])
    assert np.abs(simulation.state["x"] - arcuate.Study(base).simulate().raw.x[-1]).max() > 1e-4


def test_what_cannot_be_is_refused():
    simulation = arcuate.Simulation(content(duration="10 ms", features=[], monitors=[{"kind": "raw"}]))
    for values, message in ((np.zeros(3), "shape"), (np.full(8, np.nan), "finite"), (np.zeros((0, 8)), "shape")):
        with pytest.raises(arcuate.StudyError, match=message):
            simulation.set_input("c_x", values)
    with pytest.raises(arcuate.StudyError, match="allowed: c_x, c_y"):
        simulation.set_input("c", 1.0)
    simulation.set_input("c_x", np.zeros((20, 8)))
    with pytest.raises(arcuate.StudyError, match="20 steps"):
        simulation.run(3)
    simulation.run(2)
    simulation.set_input("c_x", 0.0)
    with pytest.raises(arcuate.StudyError, match="whole number of steps"):
        simulation.run(0.05)
    with pytest.raises(arcuate.StudyError, match="ends after 100 steps"):
        simulation.run(9)
    with pytest.raises(arcuate.StudyError, match="SupHpf"):
        arcuate.Simulation(content(model={"name": "SupHpf"}))


def test_a_signal_ends_a_run_between_two_steps():
    study = content(duration="20000 s", noise={}, features=[], monitors=[{"kind": "raw", "period": "100 s"}])
    simulation = arcuate.Simulation(study)

    def stop(*_):
        raise TimeoutError

    before = signal.signal(signal.SIGALRM, stop)
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.2)
        with pytest.raises(TimeoutError):
            simulation.run(20000e3)
    finally:
        signal.signal(signal.SIGALRM, before)
    step = simulation.step
    assert 0 < step < simulation.steps
    whole = arcuate.Simulation(study).run(simulation.time + 1.0)
    np.testing.assert_array_equal(simulation.run(1.0).state["x"], whole.state["x"])


def test_a_divergence_is_an_exception_and_the_process_goes_on():
    wild = content(model={"name": "SupHopf", "initial": {"x": 4.0}}, integrator={"dt": 1.0}, noise={}, features=[])
    with pytest.raises(arcuate.DivergedError, match="variable 'x'"):
        arcuate.Simulation(wild).run(100)
    assert arcuate.Simulation(content()).run(1).step == 10


def test_ranks_of_a_job_simulate_together_and_give_the_same_bits():
    pytest.importorskip("mpi4py")
    script = textwrap.dedent(f"""
        from mpi4py import MPI
        import sys; sys.path.insert(0, {str(Path(__file__).parent)!r})
        import numpy as np
        import arcuate
        from conftest import content
        study = content(duration="50 ms", features=[], monitors=[{{"kind": "raw"}}, {{"kind": "global_average", "period": 1}}])
        both = [arcuate.Simulation(study), arcuate.Simulation(study, comm=MPI.COMM_SELF)]
        for simulation in both:
            simulation.set_input("c_x", np.linspace(0, 0.01, 8))
            simulation.run(50)
        together, alone = both
        assert MPI.COMM_WORLD.size == 2 and not np.isnan(together.state["x"]).any()
        np.testing.assert_array_equal(together.state["x"], alone.state["x"])
        samples, expected = together.take_samples(), alone.take_samples()
        for name in expected:
            if MPI.COMM_WORLD.rank == 0:
                np.testing.assert_array_equal(samples[name], expected[name])
        print("same")
    """)
    launcher = [arcuate.mpirun(), "-n", "2", "--timeout", "60", sys.executable, "-c", script]
    done = subprocess.run(launcher, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    assert done.returncode == 0 and done.stdout.count("same") == 2, done.stdout
