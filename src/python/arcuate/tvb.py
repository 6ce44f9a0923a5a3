"""Configured simulators of The Virtual Brain as studies."""
from __future__ import annotations

import json
import warnings
from typing import Any, Dict, List, Optional

import numpy as np

from . import launch as _program
from .connectome import Connectome
from .errors import StudyError
from .tvb_monitors import Monitors
from .tvb_surface import surface_section
from .values import Folder

__all__ = ["from_tvb"]

_METHODS = {"Euler": "euler", "Heun": "heun", "RungeKutta4thOrder": "rk4"}
_COUPLINGS = {"Linear": "linear", "Scaling": "scaling", "HyperbolicTangent": "hyperbolic_tangent",
              "Sigmoidal": "sigmoidal", "SigmoidalJansenRit": "sigmoidal_jansen_rit", "Difference": "difference",
              "Kuramoto": "kuramoto"}
_GAIN_IS_A = {"linear", "scaling", "sigmoidal_jansen_rit", "difference", "kuramoto"}
_MODELS = {"EpileptorT": "Epileptor", "ReducedWongWangExcIOInhI": "ReducedWongWangExcInh"}
# What its equations are there, where the default here is what was published (docs/coming-from.md).
_FORMS = {"Hopfield": {"theta_as_x": 1.0}, "ZetterbergJansen": {"ke_in_v5": 1.0}}
# What its coupling reads there, where it is something else here.
_SOURCES = {"LarterBreakspear": {"source": "V", "target": "c_0"}, "Hopfield": {"source": "x", "target": "c_0"}}


def _one(value) -> float:
    """The only number of an array of one."""
    values = np.ravel(np.asarray(value, dtype=float))
    if values.size == 0 or not np.all(values == values[0]):
        raise ValueError(f"{values} is not one number")
    return float(values[0])


class _Move:
    """One simulator on its way: what is taken over, and why something is not."""

    def __init__(self, simulator, folder: Folder):
        self.simulator, self.folder = simulator, folder
        if getattr(simulator, "current_state", None) is None or getattr(simulator, "history", None) is None:
            simulator.configure()
        given = getattr(simulator, "initial_conditions", None)
        self.begin = 0 if given is None else len(given) - 1  # where its clock stands before it runs
        if simulator.current_step != self.begin:
            raise StudyError(f"the simulator has run {simulator.current_step - self.begin} steps; configure() it anew")
        self.surface = getattr(simulator, "surface", None)
        self.left_out: List[str] = []
        self.model = simulator.model
        self.name = _MODELS.get(type(self.model).__name__, type(self.model).__name__)
        self.about = self._about()
        self.states = [state["name"] for state in self.about["states"]]
        self.count = np.asarray(simulator.current_state).shape[1]  # regions, or the nodes of a surface

    def leave(self, what: str) -> None:
        if what not in self.left_out:
            self.left_out.append(what)

    def _about(self) -> dict:
        try:
            return json.loads(_program.call(["models", self.name, "--json"]))
        except StudyError as error:
            raise StudyError(f"model {self.name} of The Virtual Brain: {error.message}") from None

    def by_region(self, value) -> Any:
        """One number, or one for each region."""
        values = np.ravel(np.asarray(value, dtype=float))
        if values.size == 1 or np.all(values == values[0]):
            return float(values[0])
        if values.size != self.count:
            raise ValueError(f"{values.size} values for {self.count} regions")
        return values

    # The sections of the study.

    def study(self, duration: Optional[float]) -> dict:
        self._refuse()
        simulator = self.simulator
        length = float(simulator.simulation_length if duration is None else duration)
        dt = float(simulator.integrator.dt)
        speed = _one(simulator.connectivity.speed)
        connectome = Connectome.from_tvb(simulator.connectivity)
        connectome.weights = connectome.weights.astype(np.float32).astype(float)  # as its simulator keeps them
        study = {"title": f"{self.name}, from The Virtual Brain",
                 "connectome": connectome.section(speed=speed if np.isfinite(speed) else "inf"),
                 "model": {"name": self.name, **self.parameters()},
                 "coupling": self.coupling(),
                 "integrator": {"method": self.method(), "dt": dt},
                 "duration": round(length / dt) * dt}
        if self.surface is not None:
            study["surface"] = surface_section(simulator, self.name, self.folder)
            study["coupling"]["stages"] = "staged"  # local input is evaluated anew at each stage
        for name, section in (("noise", self.noise()), ("stimuli", self.stimuli(round(length / dt), dt))):
            if section:
                study[name] = section
        if self.begin > 0:
            self.leave(f"initial_conditions: with these its clock begins at {self.begin * dt:g} ms, here at 0; samples of "
                       "periods that do not divide that lie elsewhere")
        study["monitors"] = Monitors(simulator, self.about, self.leave).sections()
        return study

    def _refuse(self) -> None:
        """What has no counterpart at all, and without which the study would be another."""
        clamped = getattr(self.simulator.integrator, "clamped_state_variable_indices", None)
        if clamped is not None and np.size(clamped) > 0:
            raise StudyError("integrator.clamped_state_variable_indices: there are no clamped states here")
        if self.model.number_of_modes > 1 and self.name not in ("ReducedSetFitzHughNagumo",
                                                                 "ReducedSetHindmarshRose"):
            raise StudyError(f"model: {self.name} with {self.model.number_of_modes} modes")

    def parameters(self) -> Dict[str, Any]:
        known = {parameter["name"] for parameter in self.about["parameters"]}
        values: Dict[str, Any] = dict(_FORMS.get(self.name, {}))
        for name in type(self.model).declarative_attrs:
            value = getattr(self.model, name)
            if name in ("gid", "state_variables", "variables_of_interest", "state_variable_range",
                        "state_variable_boundaries", "cvar") or not isinstance(value, (np.ndarray, float, int)):
                continue
            if name in known:
                values[name] = self.by_region(value)
            elif not self._default(name, value):
                self.leave(f"model.{name} = {value}: {self.name} has no parameter of this name here")
        section: Dict[str, Any] = {"parameters": values}
        past = self.past()
        section.update(past)
        bounds = self.bounds()
        if bounds:
            section["bounds"] = bounds
        return section

    def _default(self, name: str, value) -> bool:
        default = getattr(type(self.model), name).default
        return default is not None and np.array_equal(np.asarray(default), np.asarray(value))

    def bounds(self) -> Dict[str, List[float]]:
        """State boundaries that the simulator has and the model here has not."""
        given = getattr(self.model, "state_variable_boundaries", None) or {}
        own = {state["name"]: (state.get("lower"), state.get("upper")) for state in self.about["states"]}
        bounds = {}
        for name, limits in given.items():
            low, high = (None if one is None or not np.isfinite(one) else float(one) for one in limits)
            if name not in own or (low, high) == own[name]:
                continue
            if low is None or high is None:
                self.leave(f"model.state_variable_boundaries[{name}] = {limits}: has one side only")
            else:
                bounds[name] = [low, high]
        return bounds

    def past(self) -> Dict[str, Any]:
        """States up to t = 0: those of the configured simulator, to the last bit of its history."""
        simulator = self.simulator
        now = np.asarray(simulator.current_state, dtype=float)  # (states, regions, modes)
        names = list(self.model.state_variables)
        buffer = np.asarray(simulator.history.buffer, dtype=float)  # (times, coupling variables, regions, modes)
        order = (np.arange(len(buffer)) + self.begin + 1) % len(buffer)  # the last is that of now
        seen = buffer[order]
        coupled = np.ravel(self.model.cvar)
        if np.all(seen == seen[-1:]) and self._history_is(now[coupled], seen[-1]):
            return {"initial": {name: self.by_region(values) for name, values in self._modes(now, names).items()}}
        if self.surface is not None:  # its history is of means over regions: every vertex had that of its region
            seen_by_region, seen = seen, seen[:, :, np.ravel(self.surface.region_mapping).astype(int)]
        samples = np.repeat(np.stack(list(self._modes(now, names).values()))[None], len(seen), axis=0)
        for number, cvar in enumerate(coupled):
            for mode in range(now.shape[2]):
                place = self.states.index(self._state(names[cvar], mode))
                samples[:, place] = seen[:, number, :, mode]
        if self.surface is not None:  # at t = 0 each vertex has its own
            samples[-1] = np.stack(list(self._modes(now, names).values()))
            if not self._history_is(now[coupled], seen_by_region[-1]):
                self.leave("initial_conditions: at t = 0 the history is not the mean of the states there; here it is")
        return {"history": {"file": samples}}

    def _history_is(self, now, newest) -> bool:
        if self.surface is None:
            return np.array_equal(now.astype(np.float32), newest.astype(np.float32))
        mapping = np.ravel(self.surface.region_mapping).astype(int)
        means = np.stack([now[:, mapping == region].mean(axis=1) for region in range(newest.shape[1])], axis=1)
        return np.allclose(means, newest, rtol=1e-6, atol=0.0)

    def _state(self, name: str, mode: int) -> str:
        """Its name here: modes are states of their own, xi_0, xi_1, ..."""
        return name if name in self.states else f"{name}_{mode}"

    def _modes(self, now, names) -> Dict[str, np.ndarray]:
        """By name of the states here, in their order."""
        out = {self._state(name, mode): now[number, :, mode]
               for number, name in enumerate(names) for mode in range(now.shape[2])}
        missing = [name for name in self.states if name not in out]
        if missing:
            raise StudyError(f"model: the states {', '.join(missing)} of {self.name} are not those of The Virtual Brain")
        return {name: out[name] for name in self.states}

    def coupling(self) -> Dict[str, Any]:
        coupling = self.simulator.coupling
        kind = type(coupling).__name__
        if kind == "PreSigmoidal":
            raise StudyError("coupling PreSigmoidal: The Virtual Brain's adds up a region's own activation, once for each of "
                             "its edges; here pre_sigmoidal adds up that of the sources (docs/models/Hopfield.md)")
        if kind not in _COUPLINGS:
            raise StudyError(f"coupling {kind}: there is none here (taken: {', '.join(_COUPLINGS)})")
        name = _COUPLINGS[kind]
        section: Dict[str, Any] = {"name": name}
        for key in type(coupling).declarative_attrs:
            if key == "gid":
                continue
            value = _one(getattr(coupling, key))
            if key == "a" and name in _GAIN_IS_A and not (name == "linear" and _one(coupling.b) != 0):
                section["gain"] = value
            else:
                section[key] = value
        return {**section, **_SOURCES.get(self.name, {})}

    def method(self) -> str:
        kind = type(self.simulator.integrator).__name__
        for ending in ("Deterministic", "Stochastic"):
            if kind.endswith(ending) and kind[:-len(ending)] in _METHODS:
                return _METHODS[kind[:-len(ending)]]
        raise StudyError(f"integrator {kind}: there is none here (taken: Euler, Heun and RungeKutta4thOrder)")

    def noise(self) -> Dict[str, Any]:
        noise = getattr(self.simulator.integrator, "noise", None)
        if noise is None:
            return {}
        kind = type(noise).__name__
        if kind not in ("Additive", "Multiplicative"):
            raise StudyError(f"noise {kind}: there is none here (taken: Additive, Multiplicative)")
        tau = _one(noise.ntau)
        if kind == "Multiplicative":
            if tau != 0.0:
                raise StudyError("noise.ntau: coloured noise that is multiplicative; here multiplicative noise is white")
        scale = self._slope(noise) if kind == "Multiplicative" else 1.0
        section = {}
        for number, name in enumerate(self.model.state_variables):
            for mode in range(self.model.number_of_modes):
                sigma = self.by_region(abs(scale) * np.sqrt(2.0 * self._nsig(noise)[number, :, mode]))
                if not np.any(sigma):
                    continue
                one = {"kind": "white", "sigma": sigma}
                if tau != 0.0:  # of variance nsig / ntau here too, with the same memory
                    one = {"kind": "ornstein_uhlenbeck", "sigma": sigma / np.sqrt(tau), "tau": tau}
                if kind == "Multiplicative":
                    one.update(multiplicative=True, calculus="ito")
                section[self._state(name, mode)] = one
        if section:
            self.leave("noise.noise_seed: the random numbers of both programs are others; statistics are the same")
        return section

    @staticmethod
    def _slope(noise) -> float:
        """a of multiplicative noise whose coefficient is a times the state: here sigma times the state, in Ito's sense too."""
        kind, given = type(noise.b).__name__, {"a": 1.0, "b": 0.0, **noise.b.parameters}
        if kind != "Linear" or given["b"] != 0.0:
            values = ", ".join(f"{name} = {value}" for name, value in noise.b.parameters.items())
            raise StudyError(f"noise.b: {kind} with {values}; multiplicative noise is a multiple of the state here (taken: "
                             "Linear with b = 0)")
        return float(given["a"])

    def _nsig(self, noise) -> np.ndarray:
        """(states, regions, modes), of one number, one for each state, or as a configured simulator has it."""
        nsig = np.asarray(noise.nsig, dtype=float)
        states = len(self.model.state_variables)
        if nsig.size == 1:
            nsig = nsig.reshape(1, 1, 1)
        elif nsig.ndim < 3 and len(nsig) == states:
            nsig = nsig.reshape(states, -1, 1)
        try:
            return np.broadcast_to(nsig, (states, self.count, self.model.number_of_modes))
        except ValueError:
            raise StudyError(f"noise.nsig: {nsig.shape} for {states} states of {self.count} regions") from None

    def stimuli(self, steps: int, dt: float) -> List[Dict[str, Any]]:
        """Its own time course, evaluated by itself at the begin of each step, as it does."""
        stimulus = getattr(self.simulator, "stimulus", None)
        if stimulus is None:
            return []
        course = np.ravel(np.asarray(stimulus.temporal.evaluate(np.arange(steps + 1) * dt), dtype=float))
        pattern = getattr(stimulus, "spatial_pattern", None)  # of a configured one: its equation in space, by node
        weight = np.ravel(np.asarray(stimulus.weight if pattern is None else pattern, dtype=float))
        if weight.size not in (1, self.count):
            raise StudyError(f"stimulus: {weight.size} values for {self.count} nodes (taken: one for each; of a surface that "
                             "leaves regions without vertices The Virtual Brain cannot run it either)")
        names = list(self.model.state_variables)
        targets = np.ravel(getattr(self.model, "stvar", self.model.cvar))
        return [{"target": names[target], "weights": self.by_region(weight),
                 "equation": {"name": "series", "file": course, "period": dt}} for target in targets]


def from_tvb(simulator, *, duration: Optional[float] = None, folder=None):
    """A configured simulator of The Virtual Brain as a study.

    Models, couplings, integration methods, cortical surfaces, monitors, noise, stimuli and the past that both programs
    have are taken over with their values, so that a simulation without noise gives the same trajectory. What changes
    nothing that is simulated and could not be taken is listed in ``study.left_out`` and warned of; what would make
    another study of it is an error. docs/python.md lists what is taken.

    Parameters
    ----------
    simulator : tvb.simulator.simulator.Simulator
        It is configured when it has not been, and must not have run.
    duration : float, optional
        [ms]; without it its ``simulation_length``.
    folder : path, optional
        As of :class:`Study`.

    Returns
    -------
    Study

    Raises
    ------
    StudyError
        Of a model, coupling, integrator or noise that is not here, of a surface whose local input has another place in
        the equations, of clamped states, of a simulator that has run.
    """
    from .study import Study
    files = Folder(folder)
    move = _Move(simulator, files)
    try:
        content = move.study(duration)
    except ValueError as error:
        if isinstance(error, StudyError):
            raise
        raise StudyError(f"from_tvb: {error}") from None
    study = Study(content, folder=files)
    study.left_out = move.left_out
    for text in move.left_out:
        warnings.warn(f"left out: {text}", UserWarning, stacklevel=2)
    return study
