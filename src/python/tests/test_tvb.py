"""Simulators of The Virtual Brain as studies: with stand-ins that have its attributes, and with itself where it is
installed (tests/bench/tvb_demos.py is the long form)."""
import logging
import warnings
from types import SimpleNamespace

import numpy as np
import pytest

import arcuate

dt, speed = 0.5, 2.0
weights = np.array([[0, 0.4, 0], [0.7, 0, 0.2], [0, 1.1, 0]])
lengths = np.array([[0, 4.0, 0], [6.0, 0, 3.0], [0, 5.0, 0]])
delays = np.rint(lengths / speed / dt).astype(int)


def kind(name, attributes=(), **values):
    """An instance of a class of that name, with The Virtual Brain's list of attributes."""
    own = type(name, (), {"declarative_attrs": tuple(attributes), **{one: SimpleNamespace(default=None) for one in attributes}})()
    own.__dict__.update(values)
    return own


class Course:
    parameters = {}

    def evaluate(self, time):
        return np.sin(0.1 * time)


def stand_in(past, **more):
    """A configured simulator: Linear nodes, a past that changes, Heun's method."""
    model = kind("Linear", ("gamma",), gamma=np.array([-0.3]), state_variables=("x",), cvar=np.array([0]),
                 stvar=np.array([0]), number_of_modes=1, variables_of_interest=("x",))
    steps = len(past)
    buffer = np.zeros((steps, 1, 3, 1), np.float32)
    for back in range(steps):
        buffer[-back % steps, 0, :, 0] = past[-1 - back]
    parts = dict(
        model=model, current_step=0, number_of_nodes=3, simulation_length=40.0, surface=None, stimulus=None,
        connectivity=SimpleNamespace(weights=weights, tract_lengths=lengths, speed=np.array([speed]),
                                     region_labels=np.array(["a", "b", "c"]), centres=np.zeros((3, 3))),
        coupling=kind("Linear", ("a", "b"), a=np.array([0.25]), b=np.array([0.0])),
        integrator=kind("HeunDeterministic", dt=dt),
        current_state=past[-1][None, :, None], history=SimpleNamespace(buffer=buffer),
        monitors=[kind("Raw", period=dt, variables_of_interest=None)])
    return SimpleNamespace(**{**parts, **more})


def heun(past, steps, stimulus):
    """The same by its textbook: input held over a step, delays in whole steps."""
    states = [np.array(one) for one in past]
    w = weights.astype(np.float32).astype(float)
    for n in range(steps):
        now = states[-1]
        sums = np.array([sum(w[i, j] * states[-1 - delays[i, j]][j] for j in range(3)) for i in range(3)])
        push = stimulus(n * dt)

        def rate(x):
            return -0.3 * x + 0.25 * sums

        first = rate(now)
        guess = now + dt * (first + push)
        states.append(now + dt / 2 * (first + rate(guess)) + dt * push)
    return np.array(states[len(past):])


@pytest.mark.parametrize("with_stimulus", [False, True])
def test_a_simulator_is_the_study_that_does_the_same(with_stimulus):
    past = np.random.default_rng(5).normal(size=(8, 3)).astype(np.float32).astype(float)
    weight = np.array([0.5, 0.0, -1.0])
    stimulus = SimpleNamespace(temporal=Course(), weight=weight) if with_stimulus else None
    study = arcuate.from_tvb(stand_in(past, stimulus=stimulus))
    assert study.left_out == []
    expected = heun(past, 80, lambda t: weight * np.sin(0.1 * t) if with_stimulus else np.zeros(3))
    np.testing.assert_allclose(study.simulate().raw.x.values, expected, rtol=1e-12, atol=1e-14)


def test_a_past_that_stays_is_an_initial_state():
    study = arcuate.from_tvb(stand_in(np.tile([0.5, -0.25, 1.0], (8, 1))))
    assert "history" not in study.to_dict()["model"]
    np.testing.assert_array_equal(np.load(study.to_dict()["model"]["initial"]["x"]["file"]), [0.5, -0.25, 1.0])


def noise(name, ntau=0.0):
    return kind("HeunStochastic", dt=dt, noise=kind(name, nsig=np.array([2e-3]), ntau=ntau))


def test_what_is_left_out_is_said():
    past = np.tile([0.5, -0.25, 1.0], (8, 1))
    monitors = [kind("TemporalAverage", period=2.0, variables_of_interest=np.array([0])),
                kind("EEG", period=1.0, variables_of_interest=None, gain=np.ones((2, 7))), kind("Own", period=1.0),
                kind("Bold", period=10.0, variables_of_interest=np.array([0]), hrf_kernel=kind("FirstOrderVolterra")),
                kind("Bold", period=8.0, variables_of_interest=np.array([0]), hrf_length=800.0,
                     hrf_kernel=kind("FirstOrderVolterra", parameters=dict(tau_s=0.7, tau_f=0.4, k_1=5.5, V_0=0.02)))]
    with pytest.warns(UserWarning, match="left out"):
        study = arcuate.from_tvb(stand_in(past, monitors=monitors, integrator=noise("Additive")), duration=20.0)
    assert [one.split(":")[0] for one in study.left_out] == ["noise.noise_seed", "stamps of TemporalAverage", "monitor EEG", "monitor Own",
                                                                  "monitor Bold"]
    content = study.to_dict()
    assert content["noise"]["x"]["sigma"] == pytest.approx(np.sqrt(4e-3))
    assert content["duration"] == 20.0 and [one["kind"] for one in content["monitors"]] == ["temporal_average", "hrf_bold"]
    assert content["monitors"][1]["parameters"] == {"tau_s": 0.7, "tau_f": 0.4, "k1": 5.5, "V0": 0.02, "duration": 0.8}


def test_coloured_noise_is_a_process_of_the_same_variance():
    past = np.tile([0.5, -0.25, 1.0], (8, 1))
    with pytest.warns(UserWarning, match="random numbers"):
        section = arcuate.from_tvb(stand_in(past, integrator=noise("Additive", ntau=4.0))).to_dict()["noise"]["x"]
    assert section == {"kind": "ornstein_uhlenbeck", "sigma": pytest.approx(np.sqrt(2 * 2e-3 / 4.0)), "tau": 4.0}
    with pytest.raises(arcuate.StudyError, match="ntau"):
        arcuate.from_tvb(stand_in(past, integrator=noise("Multiplicative", ntau=4.0)))


def test_multiplicative_noise_is_a_multiple_of_the_state():
    past, stochastic = np.tile([0.5, -0.25, 1.0], (8, 1)), noise("Multiplicative")
    stochastic.noise.b = kind("Linear", parameters={"a": -3.0})
    with pytest.warns(UserWarning, match="random numbers"):
        study = arcuate.from_tvb(stand_in(past, integrator=stochastic))
    assert len(study.left_out) == 1
    assert study.to_dict()["noise"]["x"] == {"kind": "white", "sigma": pytest.approx(3 * np.sqrt(4e-3)), "multiplicative": True,
                                             "calculus": "ito"}
    for other in (kind("Linear", parameters={"a": 1.0, "b": 0.5}), kind("Gaussian", parameters={})):
        stochastic.noise.b = other
        with pytest.raises(arcuate.StudyError, match="noise.b: " + type(other).__name__):
            arcuate.from_tvb(stand_in(past, integrator=stochastic))


@pytest.mark.parametrize("reference", [None, "average", "C z"])
def test_sensors_see_what_their_gain_says(reference):
    past = np.random.default_rng(5).normal(size=(8, 3)).astype(np.float32).astype(float)
    gain = np.array([[1.0, -2.0, 0.5], [0.0, 3.0, 1.0]])
    sensors = SimpleNamespace(labels=np.array(["Fz", "C z"]), locations=np.array([[0, 80.0, 30], [0, 0, 90]]))
    monitors = [kind("EEG", period=2.0, variables_of_interest=None, gain=gain, sensors=sensors, reference=reference, obsnoise=None)]
    with pytest.warns(UserWarning, match="stamps of EEG"):
        run = arcuate.from_tvb(stand_in(past, monitors=monitors)).simulate()
    states = heun(past, 80, lambda t: np.zeros(3))
    expected = states.reshape(20, 4, 3).mean(axis=1) @ gain.T
    if reference:
        expected = expected - (expected.mean(axis=1) if reference == "average" else expected[:, 1])[:, None]
    np.testing.assert_allclose(run.eeg.x.values, expected, rtol=1e-12, atol=1e-13)
    assert list(run.eeg.sensor.values) == ["Fz", "C_z"]


def test_groups_are_means_over_the_regions_of_a_mask():
    past = np.random.default_rng(5).normal(size=(8, 3)).astype(np.float32).astype(float)
    monitors = [kind("SpatialAverage", period=2.0, variables_of_interest=None, spatial_mask=np.array([1, 0, 1]))]
    run = arcuate.from_tvb(stand_in(past, monitors=monitors)).simulate()
    states = heun(past, 80, lambda t: np.zeros(3))[3::4]
    expected = np.stack([states[:, 1], (states[:, 0] + states[:, 2]) / 2], axis=1)
    np.testing.assert_allclose(run.spatial_average.x.values, expected, rtol=1e-12, atol=1e-13)


@pytest.mark.parametrize("more, message", [
    (dict(coupling=kind("Strange")), "coupling Strange"), (dict(integrator=kind("VODE", dt=dt)), "integrator VODE"),
    (dict(integrator=kind("HeunStochastic", dt=dt, noise=kind("Pink", nsig=1.0, ntau=0.0))), "noise Pink"),
    (dict(coupling=kind("PreSigmoidal")), "own activation"), (dict(current_step=3), "has run 3 steps"),
    (dict(integrator=kind("HeunDeterministic", dt=dt, clamped_state_variable_indices=np.array([0]))), "clamped"),
    (dict(stimulus=SimpleNamespace(temporal=Course(), weight=np.ones(2))), "2 values for 3 nodes"),
    (dict(model=kind("Unheard", state_variables=("x",), number_of_modes=1)), "model Unheard")])
def test_what_would_be_another_study_is_refused(more, message):
    with pytest.raises(arcuate.StudyError, match=message):
        arcuate.from_tvb(stand_in(np.ones((8, 3)), **more))


def test_the_virtual_brain_itself():
    pytest.importorskip("tvb.simulator", reason="tvb-library (PyPI) is not installed")
    logging.disable(logging.ERROR)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from tvb.simulator.lab import connectivity, coupling, integrators, models, monitors, simulator
        network = connectivity.Connectivity(weights=weights, tract_lengths=lengths, region_labels=np.array(["a", "b", "c"]),
                                            centres=np.zeros((3, 3)), speed=np.array([speed]))
        network.configure()
        theirs = simulator.Simulator(model=models.Generic2dOscillator(), connectivity=network,
                                     coupling=coupling.Linear(a=np.array([0.05])), monitors=(monitors.Raw(),),
                                     integrator=integrators.HeunDeterministic(dt=0.1), simulation_length=50.0)
        theirs.configure()
        run = arcuate.from_tvb(theirs).simulate()
        (_, samples), = theirs.run()
    np.testing.assert_allclose(run.raw.V.values, samples[:, 0, :, 0], rtol=1e-6, atol=1e-6)
