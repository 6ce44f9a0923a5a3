"""Configured simulators of The Virtual Brain as studies."""
from __future__ import annotations

import json
import warnings
from typing import Any, Dict, List, Optional

import numpy as np

from . import launch as _program
from .connectome import Connectome
from .errors import StudyError

__all__ = ["from_tvb"]

_METHODS = {"Euler": "euler", "Heun": "heun", "RungeKutta4thOrder": "rk4"}
_COUPLINGS = {"Linear": "linear", "Scaling": "scaling", "HyperbolicTangent": "hyperbolic_tangent",
              "Sigmoidal": "sigmoidal", "SigmoidalJansenRit": "sigmoidal_jansen_rit", "PreSigmoidal": "pre_sigmoidal",
              "Difference": "difference", "Kuramoto": "kuramoto"}
_GAIN_IS_A = {"linear", "scaling", "sigmoidal_jansen_rit", "difference", "kuramoto"}
_MODELS = {"EpileptorT": "Epileptor", "ReducedWongWangExcIOInhI": "ReducedWongWangExcInh"}


def _one(value) -> float:
    """The only number of an array of one."""
    values = np.ravel(np.asarray(value, dtype=float))
    if values.size == 0 or not np.all(values == values[0]):
        raise ValueError(f"{values} is not one number")
    return float(values[0])


class _Move:
    """One simulator on its way: what is taken over, and why something is not."""

    def __init__(self, simulator):
        self.simulator = simulator
        self.left_out: List[str] = []
        self.model = simulator.model
        self.name = _MODELS.get(type(self.model).__name__, type(self.model).__name__)
        self.about = self._about()
        self.states = [state["name"] for state in self.about["states"]]
        self.count = len(simulator.connectivity.weights)

    def leave(self, what: str) -> None:
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
        for name, section in (("noise", self.noise()), ("stimuli", self.stimuli(round(length / dt), dt))):
            if section:
                study[name] = section
        study["monitors"] = self.monitors(dt)
        return study

    def _refuse(self) -> None:
        """What has no counterpart at all, and without which the study would be another."""
        if getattr(self.simulator, "surface", None) is not None:
            raise StudyError("surface: cortical surfaces are not taken over; docs/surfaces.md says what to write")
        if self.model.number_of_modes > 1 and self.name not in ("ReducedSetFitzHughNagumo",
                                                                 "ReducedSetHindmarshRose"):
            raise StudyError(f"model: {self.name} with {self.model.number_of_modes} modes")

    def parameters(self) -> Dict[str, Any]:
        known = {parameter["name"] for parameter in self.about["parameters"]}
        values = {}
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
        if getattr(simulator, "current_state", None) is None or getattr(simulator, "history", None) is None:
            simulator.configure()
        if simulator.current_step != 0:
            raise StudyError(f"the simulator has run {simulator.current_step} steps; configure() it anew")
        now = np.asarray(simulator.current_state, dtype=float)  # (states, regions, modes)
        names = list(self.model.state_variables)
        buffer = np.asarray(simulator.history.buffer, dtype=float)  # (times, coupling variables, regions, modes)
        order = (np.arange(len(buffer)) + 1) % len(buffer)  # the last is that of step 0
        seen = buffer[order]
        constant = np.all(seen == seen[-1:], axis=(0, 3)).all()
        wide = self._modes(now, names)
        if constant and self._history_is(now, seen[-1]):
            return {"initial": {name: self.by_region(values) for name, values in wide.items() if name in self.states}}
        if now.shape[2] > 1:
            raise StudyError("initial_conditions: a past that changes, of a model with several modes")
        samples = np.repeat(np.stack([wide[name] for name in self.states])[None], len(seen), axis=0)
        for number, cvar in enumerate(np.ravel(self.model.cvar)):
            samples[:, self.states.index(names[cvar])] = seen[:, number, :, 0]
        return {"history": {"file": samples}}

    def _history_is(self, now, newest) -> bool:
        return np.array_equal(now[np.ravel(self.model.cvar)].astype(np.float32), newest.astype(np.float32))

    def _modes(self, now, names) -> Dict[str, np.ndarray]:
        """By name of the states here: modes are states of their own, xi_0, xi_1, ..."""
        out = {}
        for number, name in enumerate(names):
            if name in self.states:
                out[name] = now[number, :, 0]
            else:
                for mode in range(now.shape[2]):
                    out[f"{name}_{mode}"] = now[number, :, mode]
        missing = [name for name in self.states if name not in out]
        if missing:
            raise StudyError(f"model: the states {', '.join(missing)} of {self.name} are not those of The Virtual Brain")
        return out

    def coupling(self) -> Dict[str, Any]:
        coupling = self.simulator.coupling
        kind = type(coupling).__name__
        if kind not in _COUPLINGS:
            raise StudyError(f"coupling {kind}: there is none here (taken: {', '.join(_COUPLINGS)})")
        name = _COUPLINGS[kind]
        section: Dict[str, Any] = {"name": name}
        for key in type(coupling).declarative_attrs:
            if key in ("gid", "dynamic", "globalT"):
                continue
            value = _one(getattr(coupling, key))
            if key == "a" and name in _GAIN_IS_A and not (name == "linear" and _one(coupling.b) != 0):
                section["gain"] = value
            else:
                section[key] = value
        if name == "pre_sigmoidal":
            if coupling.dynamic or coupling.globalT:
                raise StudyError("coupling PreSigmoidal: of its forms the static one is here: dynamic=False, globalT=False")
        if self.name == "LarterBreakspear" and name != "hyperbolic_tangent":
            self.leave("coupling: LarterBreakspear broadcasts its firing rate here (docs/coming-from.md)")
        return section

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
        if _one(noise.ntau) != 0.0:
            raise StudyError("noise.ntau: coloured noise of The Virtual Brain; here ornstein_uhlenbeck, by hand")
        if kind == "Multiplicative":
            self.leave("noise.b: Multiplicative noise is sigma times the state here, in Ito's sense")
        names = list(self.model.state_variables)
        nsig = np.asarray(noise.nsig, dtype=float)
        if nsig.size == 1:
            nsig = np.full(len(names), float(np.ravel(nsig)[0]))
        if len(nsig) != len(names):
            raise StudyError(f"noise.nsig: {nsig.shape} for {len(names)} states")
        section = {}
        for number, name in enumerate(names):
            sigma = np.sqrt(2.0 * nsig[number])
            if not np.any(sigma):
                continue
            if name not in self.states:
                self.leave(f"noise on {name}: of a state with modes")
                continue
            sigma = self.by_region(sigma[..., 0] if sigma.ndim > 1 else sigma)
            section[name] = {"kind": "white", "sigma": sigma}
            if kind == "Multiplicative":
                section[name].update(multiplicative=True, calculus="ito")
        if section:
            self.leave("noise.noise_seed: the random numbers of both programs are others; statistics are the same")
        return section

    def stimuli(self, steps: int, dt: float) -> List[Dict[str, Any]]:
        """Its own time course, evaluated by itself at the begin of each step, as it does."""
        stimulus = getattr(self.simulator, "stimulus", None)
        if stimulus is None:
            return []
        course = np.ravel(np.asarray(stimulus.temporal.evaluate(np.arange(steps + 1) * dt), dtype=float))
        weight = np.ravel(np.asarray(stimulus.weight, dtype=float))
        names = list(self.model.state_variables)
        targets = np.ravel(getattr(self.model, "stvar", self.model.cvar))
        return [{"target": names[target], "weights": self.by_region(weight),
                 "equation": {"name": "series", "file": course, "period": dt}} for target in targets]

    # Monitors.

    def monitors(self, dt: float) -> List[Dict[str, Any]]:
        monitors: List[Dict[str, Any]] = []
        for monitor in self.simulator.monitors:
            one = self.monitor(monitor, dt)
            if one is None:
                continue
            if any(other["name"] == one["name"] for other in monitors):
                one["name"] += f"_{len(monitors)}"
            monitors.append(one)
        return monitors

    def monitor(self, monitor, dt: float) -> Optional[Dict[str, Any]]:
        kind = type(monitor).__name__
        period = float(monitor.period) if monitor.period is not None else dt
        names = list(self.model.variables_of_interest)
        places = monitor.variables_of_interest
        places = range(len(names)) if places is None or np.size(places) == 0 else np.ravel(places).astype(int)
        variables = [self.variable(names[place]) for place in places]
        simple = {"Raw": ("raw", dt), "RawVoi": ("raw", dt), "SubSample": ("raw", period),
                  "TemporalAverage": ("temporal_average", period), "GlobalAverage": ("global_average", period)}
        if kind in simple:
            name, every = simple[kind]
            if kind == "Raw":
                variables = [self.variable(one) for one in names]
            if kind == "TemporalAverage":
                self.note_stamp()
            label = {"SubSample": "subsample"}.get(kind, name)
            return {"kind": name, "name": label, "variables": variables, "period": round(every / dt) * dt}
        if kind == "AfferentCoupling":
            return {"kind": "afferent_coupling", "name": "afferent_coupling", "period": dt}
        if kind == "Bold":
            kernel = _KERNELS.get(type(monitor.hrf_kernel).__name__)
            if kernel is not None:
                return {"kind": "hrf_bold", "name": "bold", "variables": variables, "period": period,
                        "kernel": kernel, "convention": "tvb"}
        self.leave(f"monitor {kind}: write it by hand (docs/electrophysiology.md, docs/haemodynamics.md)")
        return None

    def note_stamp(self) -> None:
        text = "stamps of TemporalAverage: the end of a period here, its middle there"
        if text not in self.left_out:
            self.leave(text)

    def variable(self, name: str) -> Any:
        known = self.states + [one["name"] for one in self.about.get("observables", [])]
        if name in known:
            return name
        # "y1 - y2" and the like.
        label = "".join(letter if letter.isalnum() else "_" for letter in name).strip("_")
        return {"name": label, "expression": name}


_KERNELS = {"FirstOrderVolterra": "volterra", "Gamma": "gamma", "DoubleExponential": "double_exponential",
            "MixtureOfGammas": "mixture_of_gammas"}


def from_tvb(simulator, *, duration: Optional[float] = None, folder=None):
    """A configured simulator of The Virtual Brain as a study.

    Models, couplings, integration methods, monitors, noise, stimuli and the past that both programs have are taken over
    with their values, so that a simulation without noise gives the same trajectory. What changes nothing that is
    simulated and could not be taken is listed in ``study.left_out`` and warned of; what would make another study of it
    is an error.

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
        Of a model, coupling, integrator or noise that is not here, of a surface, of a simulator that has run.
    """
    from .study import Study
    move = _Move(simulator)
    try:
        content = move.study(duration)
    except ValueError as error:
        if isinstance(error, StudyError):
            raise
        raise StudyError(f"from_tvb: {error}") from None
    study = Study(content, folder=folder)
    study.left_out = move.left_out
    for text in move.left_out:
        warnings.warn(f"left out: {text}", UserWarning, stacklevel=2)
    return study
