"""What arcuate.from_tvb takes, one by one, against The Virtual Brain itself (tvb-library, PyPI; 2.10 here). Skipped where it
is not installed. The largest differences, as a table:

    PYTHONPATH=src/python ARCUATE=build/bin/arcuate python src/python/tests/test_tvb_library.py
"""
import logging
import warnings
from types import FunctionType

import numpy as np
import pytest

import arcuate

pytest.importorskip("tvb.simulator", reason="tvb-library (PyPI) is not installed")
logging.disable(logging.ERROR)
with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from scipy import sparse
    from tvb.datatypes import (cortex, local_connectivity, patterns, projections, region_mapping, sensors, surfaces)
    from tvb.simulator.lab import connectivity, coupling, equations, integrators, models, monitors, noise, simulator

weights = np.array([[0, 0.4, 0, 0.2], [0.7, 0.1, 0.2, 0], [0, 1.1, 0, 0.3], [0.1, 0, 0.5, 0]])
lengths = np.array([[0, 4.0, 0, 7.0], [6.0, 0, 3.0, 0], [0, 5.0, 0, 2.5], [4.0, 0, 8.0, 0]])
centres = np.array([[30.0, 10, 20], [-25, 5, 30], [10, -40, 15], [0, 5, 5]])


def one(value):
    return np.array([value], dtype=float)


def made(**parts):
    """A configured simulator of four regions, the last of them not cortical, from random states."""
    network = connectivity.Connectivity(
        weights=weights, tract_lengths=lengths, region_labels=np.array(["a", "b", "c", "d"]), centres=centres,
        speed=one(3.0), cortical=np.array([True, True, True, False]), hemispheres=np.array([True, False, True, False]),
        orientations=centres / np.linalg.norm(centres, axis=1)[:, None])
    network.configure()
    usual = dict(model=models.Generic2dOscillator(), connectivity=network, coupling=coupling.Linear(a=one(0.05)),
                 integrator=integrators.HeunDeterministic(dt=0.1), monitors=(monitors.Raw(),), simulation_length=20.0)
    parts = {**usual, **{name: part(network) if isinstance(part, FunctionType) else part for name, part in parts.items()}}
    np.random.seed(3)
    made_of = simulator.Simulator(**parts)
    if hasattr(made_of.model, "use_numba"):
        made_of.model.use_numba = False  # compiling takes longer than these runs
    made_of.configure()
    return made_of


def difference(theirs, left_out=()):
    """Between the samples of all monitors, over the largest of theirs by variable."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        study = arcuate.from_tvb(theirs)
        run = study.simulate()
        samples = theirs.run()
    assert [text.split(":")[0] for text in study.left_out] == list(left_out)
    assert len(run.monitors) == len(samples)
    worst = 0.0
    for (_, data), monitor in zip(samples, study.to_dict()["monitors"]):
        ours = run[monitor["name"]]
        ours = np.stack([ours[name].values for name in ours.data_vars], axis=1)
        modes_as_variables = data.transpose(0, 1, 3, 2).reshape(len(data), -1, data.shape[2])
        assert ours.shape == modes_as_variables.shape and len(ours) > 0 and np.ptp(modes_as_variables) > 0
        largest = np.abs(modes_as_variables).max(axis=(0, 2))
        worst = max(worst, (np.abs(ours - modes_as_variables).max(axis=(0, 2)) / largest).max())
    return worst


# What differs is its history, which is in single precision.
CASES = {}


def case(name, tolerance=1e-6, left_out=(), **parts):
    CASES[name] = (tolerance, left_out, parts)


for name in ("Epileptor", "Epileptor2D", "EpileptorRestingState", "EpileptorCodim3", "EpileptorCodim3SlowMod", "Hopfield",
             "MontbrioPazoRoxin", "CoombesByrne", "CoombesByrne2D", "GastSchmidtKnosche_SD", "GastSchmidtKnosche_SF",
             "DumontGutkin", "ZetterbergJansen", "Linear", "Generic2dOscillator", "Kuramoto", "SupHopf",
             "WilsonCowan", "ReducedWongWang",
             "ReducedWongWangExcInh", "DecoBalancedExcInh", "ZerlautAdaptationFirstOrder", "ZerlautAdaptationSecondOrder"):
    case(f"model {name}", 5e-6, model=lambda _, kind=getattr(models, name): kind(), coupling=coupling.Linear(a=one(0.01)),
         integrator=integrators.HeunDeterministic(dt=0.05), simulation_length=10.0)


def around(*states, spread=0.05, modes=1):
    """A past that changes, near these states: from its own random ones these models diverge."""
    own = np.array(states)[None, :, None, None]
    return own + spread * np.random.default_rng(8).normal(size=(60, len(states), 4, modes))


past = ("initial_conditions",)
case("model KIonEx", 5e-6, past, model=lambda _: models.KIonEx(), coupling=coupling.Linear(a=one(0.01)),
     initial_conditions=np.abs(around(0.1, 0, 0.2, 0, 0)) + np.array([0, -60, 0, -2, -8])[None, :, None, None],
     integrator=integrators.HeunDeterministic(dt=0.01), simulation_length=5.0)
case("model ReducedSetFitzHughNagumo", 5e-6, past, model=lambda _: models.ReducedSetFitzHughNagumo(),
     initial_conditions=around(0, 0, 0, 0, modes=3), integrator=integrators.HeunDeterministic(dt=0.02), simulation_length=5.0)
case("model ReducedSetHindmarshRose", 5e-6, past, model=lambda _: models.ReducedSetHindmarshRose(),
     initial_conditions=around(-1, -4, 3, -1, -4, 3, modes=3), integrator=integrators.HeunDeterministic(dt=0.01),
     simulation_length=5.0)
case("model JansenRit", model=lambda _: models.JansenRit(),
     coupling=coupling.SigmoidalJansenRit(a=one(10.0)))
case("model LarterBreakspear", model=lambda _: models.LarterBreakspear(C=one(0.1)),
     coupling=coupling.HyperbolicTangent(a=one(0.5), midpoint=one(0.1), sigma=one(0.65)))

case("parameters by region", model=lambda _: models.Generic2dOscillator(a=np.array([-2.0, -1.5, -1.0, 0.5]), tau=one(1.25)))
for name, keywords, model in (
        ("Linear", dict(a=0.03, b=0.2), "Generic2dOscillator"), ("Scaling", dict(a=0.04), "Generic2dOscillator"),
        ("HyperbolicTangent", dict(a=0.2, b=0.3, midpoint=0.1, sigma=0.7), "Generic2dOscillator"),
        ("Sigmoidal", dict(cmin=-0.1, cmax=0.3, midpoint=0.2, a=0.8, sigma=2.0), "Generic2dOscillator"),
        ("Difference", dict(a=0.1), "Generic2dOscillator"), ("Kuramoto", dict(a=0.7), "Kuramoto")):
    case(f"coupling {name}", model=lambda _, kind=getattr(models, model): kind(),
         coupling=getattr(coupling, name)(**{key: one(value) for key, value in keywords.items()}))
case("coupling SigmoidalJansenRit", model=lambda _: models.JansenRit(),
     coupling=coupling.SigmoidalJansenRit(a=one(8.0), cmin=one(0.001), cmax=one(0.006), midpoint=one(5.5), r=one(0.6)))
for name in ("Euler", "Heun", "RungeKutta4thOrder"):
    case(f"integrator {name}", integrator=getattr(integrators, f"{name}Deterministic")(dt=0.1))


def stimulus(network):
    course = equations.PulseTrain()
    course.parameters.update(onset=3.0, T=8.0, tau=2.5, amp=0.7)
    return patterns.StimuliRegion(temporal=course, connectivity=network, weight=np.array([0.5, 0.0, -1.0, 0.2]))


for name in ("Euler", "Heun", "RungeKutta4thOrder"):
    case(f"stimulus StimuliRegion, {name}", stimulus=stimulus, integrator=getattr(integrators, f"{name}Deterministic")(dt=0.1))

both = dict(variables_of_interest=("V", "W", "V + W", "V - W"))
stamp = ("stamps of TemporalAverage",)
for name, keywords, left_out in (
        ("RawVoi", dict(variables_of_interest=np.array([1])), ()), ("SubSample", dict(period=0.7), ()),
        ("TemporalAverage", dict(period=0.7), stamp), ("GlobalAverage", dict(period=0.4), ()),
        ("SpatialAverage", dict(period=0.4), ()),
        ("SpatialAverage", dict(period=0.4, spatial_mask=np.array([2, 0, 1, 0]), variables_of_interest=np.array([1, 2])), ()),
        ("AfferentCoupling", {}, ()), ("AfferentCouplingTemporalAverage", dict(period=0.5), ())):
    case(f"monitor {name}{', chosen' if len(keywords) > 1 else ''}", left_out=left_out,
         model=lambda _: models.Generic2dOscillator(**both), monitors=(getattr(monitors, name)(**keywords),))
for name in ("FirstOrderVolterra", "Gamma", "DoubleExponential", "MixtureOfGammas"):
    case(f"monitor Bold, {name}", integrator=integrators.HeunDeterministic(dt=0.5), simulation_length=600.0,
         monitors=(monitors.Bold(period=100.0, hrf_length=8000.0, hrf_kernel=getattr(equations, name)()),))


def electrodes(kind):
    places = np.array([[60.0, 10, 40], [-50, 20, 50], [10, -70, 40]])
    return kind(labels=np.array(["Fz", "Cz x", "O1"]), locations=places, number_of_sensors=3,
                **({"orientations": places / 80.0} if kind is sensors.SensorsMEG else {}))


def mapping(network, regions=(0, 0, 1, 2, 1, 2, 2)):
    return region_mapping.RegionMapping(array_data=np.array(regions), connectivity=network, surface=mesh())


def seen_by(kind, of, gain=None, **keywords):
    def make(network):
        if gain is not None:
            keywords["projection"] = gain(projection_data=np.random.default_rng(5).normal(size=(3, 7)))
        return (kind(sensors=electrodes(of), region_mapping=mapping(network), period=0.5, obsnoise=None, **keywords),)
    return make


eeg, meg, seeg = sensors.SensorsEEG, sensors.SensorsMEG, sensors.SensorsInternal
for name, make in (
        ("EEG", seen_by(monitors.EEG, eeg)), ("EEG, reference", seen_by(monitors.EEG, eeg, reference="Cz x")),
        ("EEG, projection", seen_by(monitors.EEG, eeg, projections.ProjectionSurfaceEEG, reference="average")),
        ("MEG", seen_by(monitors.MEG, meg)), ("MEG, projection", seen_by(monitors.MEG, meg, projections.ProjectionSurfaceMEG)),
        ("iEEG", seen_by(monitors.iEEG, seeg)), ("iEEG, projection", seen_by(monitors.iEEG, seeg, projections.ProjectionSurfaceSEEG))):
    kind = name.split(",")[0]
    case(f"monitor {name}", left_out=(f"stamps of {kind}",), monitors=make)


def mesh():
    """A ring of seven vertices and a closed surface of triangles over two poles, of which the last two are vertices 5, 6."""
    angle = 2 * np.pi * np.arange(5) / 5
    vertices = np.vstack([np.stack([40 * np.cos(angle), 40 * np.sin(angle), 0 * angle], axis=1), [[0, 0, 30], [0, 0, -30]]])
    triangles = [[k, (k + 1) % 5, 5] for k in range(5)] + [[(k + 1) % 5, k, 6] for k in range(5)]
    whole = surfaces.CorticalSurface(vertices=vertices, triangles=np.array(triangles))
    whole.configure()
    return whole


def cortical(strength, regions=(0, 0, 1, 2, 1, 2, 2)):
    def make(network):
        local = sparse.random(7, 7, 0.4, random_state=4, format="csr")
        local.setdiag(0.0)
        local.eliminate_zeros()
        return cortex.Cortex(region_mapping_data=mapping(network, regions), coupling_strength=np.asarray(strength, dtype=float),
                             local_connectivity=local_connectivity.LocalConnectivity(matrix=local, surface=mesh()))
    return make


def start(model):
    """One state of all eight nodes: of a random past its surfaces have another at t = 0 than their states."""
    return 0.3 + 0.1 * np.random.default_rng(8).random((1, model._nvar, 8, 1))


by_vertex = [0.1, 0.0, 0.3, -0.2, 0.1, 0.2, 0.05]
for name, strength in (
        ("Generic2dOscillator", [0.2]), ("SupHopf", by_vertex), ("ReducedWongWang", [0.1]), ("ReducedWongWangExcInh", [0.1]),
        ("DecoBalancedExcInh", [0.1]), ("Linear", by_vertex), ("WilsonCowan", [0.0]), ("MontbrioPazoRoxin", [0.5])):
    case(f"surface, {name}", 5e-6, model=lambda _, kind=getattr(models, name): kind(), surface=cortical(strength),
         initial_conditions=start(getattr(models, name)), coupling=coupling.Linear(a=one(0.01)),
         integrator=integrators.HeunDeterministic(dt=0.02), simulation_length=5.0)
case("surface, monitors", 5e-6, stamp, surface=cortical([0.2]), stimulus=stimulus,
     initial_conditions=start(models.Generic2dOscillator),
     model=lambda _: models.Generic2dOscillator(a=np.array([-2.0, -1.5, -1.0, 0.5])), coupling=coupling.Linear(a=one(0.01)),
     monitors=(monitors.SpatialAverage(period=0.4), monitors.TemporalAverage(period=0.4), monitors.GlobalAverage(period=0.4)))
case("surface, BoldRegionROI", 5e-6, initial_conditions=start(models.Generic2dOscillator), surface=cortical([0.2]), simulation_length=600.0,
     integrator=integrators.HeunDeterministic(dt=0.5), coupling=coupling.Linear(a=one(0.01)),
     monitors=(monitors.BoldRegionROI(period=100.0, hrf_length=400.0),))


class StraightLines(surfaces.CorticalSurface):
    """Distances without the package gdist."""

    def geodesic_distance(self, sources, **_):
        return np.linalg.norm(self.vertices - self.vertices[sources[0]], axis=1)


def spot(_):
    """A stimulus around a vertex."""
    whole = StraightLines(vertices=mesh().vertices, triangles=mesh().triangles)
    whole.configure()
    course, space = equations.PulseTrain(), equations.Gaussian()
    course.parameters.update(onset=1.0, T=3.0, tau=1.0, amp=0.7)
    space.parameters.update(sigma=20.0)
    return patterns.StimuliSurface(temporal=course, spatial=space, surface=whole, focal_points_triangles=np.array([2]))


on_surface = dict(stimulus=spot, coupling=coupling.Linear(a=one(0.01)), integrator=integrators.HeunDeterministic(dt=0.02), simulation_length=5.0)
case("stimulus StimuliSurface", surface=cortical([0.2], (0, 0, 1, 2, 1, 2, 3)), **on_surface,
     initial_conditions=start(models.Generic2dOscillator)[:, :, :7])


@pytest.mark.parametrize("name", CASES)
def test_both_give_the_same_samples(name):
    tolerance, left_out, parts = CASES[name]
    assert difference(made(**parts), left_out) < tolerance


def test_coloured_noise_has_the_same_statistics():
    """Linear nodes without a network: the variance of both, of which the exact one is known."""
    gamma, nsig, tau = -0.2, 0.03, 4.0
    exact = 2 * nsig / tau * tau / (-gamma * (1 - gamma * tau))
    theirs = made(model=models.Linear(gamma=one(gamma)), coupling=coupling.Linear(a=one(0.0)), simulation_length=20000.0,
                  integrator=integrators.HeunStochastic(dt=0.5, noise=noise.Additive(nsig=one(nsig), ntau=tau)),
                  monitors=(monitors.SubSample(period=5.0),))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        ours = arcuate.from_tvb(theirs).simulate().subsample.x.values
    (_, data), = theirs.run()
    assert np.var(ours[100:]) == pytest.approx(exact, rel=0.1)
    assert np.var(data[100:]) == pytest.approx(exact, rel=0.1)


@pytest.mark.parametrize("slope", [1.0, -2.0])
def test_multiplicative_noise_has_the_same_increments(slope):
    """Of Euler's method they are normal numbers times the state before the step: a state that they do not know of."""
    gamma, nsig, dt = -0.001, 0.2, 0.1
    kind = noise.Multiplicative(nsig=one(nsig), b=equations.Linear(parameters={"a": slope, "b": 0.0}))
    theirs = made(model=models.Linear(gamma=one(gamma)), coupling=coupling.Linear(a=one(0.0)), simulation_length=200.0,
                  integrator=integrators.EulerStochastic(dt=dt, noise=kind))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        study = arcuate.from_tvb(theirs)
        (_, data), = theirs.run()
    assert [text.split(":")[0] for text in study.left_out] == ["noise.noise_seed"]
    for samples in (study.simulate().raw.x.values, data[:, 0, :, 0]):
        drawn = (samples[1:] - (1 + gamma * dt) * samples[:-1]) / (samples[:-1] * np.sqrt(dt))
        assert np.std(drawn) == pytest.approx(abs(slope) * np.sqrt(2 * nsig), rel=0.03)
        assert abs(np.mean(drawn)) < 4 * np.std(drawn) / np.sqrt(drawn.size)
        halves = np.abs(samples[:-1]) > np.median(np.abs(samples[:-1]))
        assert np.std(drawn[halves]) == pytest.approx(np.std(drawn[~halves]), rel=0.06)


def test_noise_of_sensors_has_its_spread():
    theirs = made(model=models.Linear(gamma=one(-1.0)), coupling=coupling.Linear(a=one(0.0)), simulation_length=1000.0,
                  monitors=lambda network: (monitors.iEEG(sensors=electrodes(seeg), region_mapping=mapping(network), period=0.5),))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        ours = arcuate.from_tvb(theirs).simulate().seeg.x.values[200:]
        (_, data), = theirs.run()
    assert np.std(ours) == pytest.approx(np.sqrt(0.1), rel=0.03)
    assert np.std(data[200:]) == pytest.approx(np.sqrt(0.1), rel=0.03)


@pytest.mark.parametrize("message, parts", [
    ("surface: in WilsonCowan", dict(model=lambda _: models.WilsonCowan(), surface=cortical([0.2]))),
    ("clamped", dict(integrator=integrators.HeunDeterministic(dt=0.1, clamped_state_variable_indices=np.array([0]),
                                                              clamped_state_variable_values=np.zeros((1, 4, 1))))),
    ("noise.b: Linear with a = 1.0, b = 0.5", dict(integrator=integrators.EulerStochastic(dt=0.1, noise=noise.Multiplicative(
        nsig=one(0.01), b=equations.Linear(parameters={"a": 1.0, "b": 0.5}))))),
    ("stimulus: 7 values for 8 nodes", dict(surface=cortical([0.2]), initial_conditions=start(models.Generic2dOscillator), **on_surface)),
    ("integrator Dop853", dict(integrator=integrators.Dop853(dt=0.1))),
    ("PreSigmoidal", dict(model=lambda _: models.Hopfield(), coupling=coupling.PreSigmoidal(dynamic=False)))])
def test_what_would_be_another_study_is_refused(message, parts):
    with pytest.raises(arcuate.StudyError, match=message):
        arcuate.from_tvb(made(**parts))


if __name__ == "__main__":
    import sys
    for name, (tolerance, left_out, parts) in CASES.items():
        if not any(word in name for word in sys.argv[1:] or [""]):
            continue
        try:
            print(f"{name:45} {difference(made(**parts), left_out):.1e} of {tolerance:.0e}", flush=True)
        except Exception as error:
            print(f"{name:45} {type(error).__name__}: {error}"[:400], flush=True)
