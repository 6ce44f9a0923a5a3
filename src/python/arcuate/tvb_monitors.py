"""Monitors of The Virtual Brain as monitors of a study."""
from __future__ import annotations

import re
from typing import Any, Callable, Dict, List, Optional

import numpy as np

__all__ = ["Monitors"]

# Kind here, and how its samples are called where that is another word. "step": a sample at every step, whatever its period.
_SIMPLE = {"Raw": ("raw", "raw"), "RawVoi": ("raw", "raw"), "SubSample": ("raw", "subsample"),
           "TemporalAverage": ("temporal_average", "temporal_average"),
           "GlobalAverage": ("global_average", "global_average"), "SpatialAverage": ("spatial_average", "spatial_average"),
           "AfferentCoupling": ("afferent_coupling", "afferent_coupling"),
           "AfferentCouplingTemporalAverage": ("afferent_coupling_average", "afferent_coupling_average")}
_EVERY_STEP = {"Raw", "RawVoi", "AfferentCoupling"}
_SENSORS = {"EEG": "eeg", "MEG": "meg", "iEEG": "seeg"}
_KERNELS = {"FirstOrderVolterra": ("volterra", {"tau_s": "tau_s", "tau_f": "tau_f", "k_1": "k1", "V_0": "V0"}),
            "Gamma": ("gamma", {"tau": "tau", "n": "n", "a": "a"}),
            "DoubleExponential": ("double_exponential", {name: name for name in
                                                         ("tau_1", "f_1", "amp_1", "tau_2", "f_2", "amp_2", "a")}),
            "MixtureOfGammas": ("mixture_of_gammas", {name: name for name in ("a_1", "a_2", "l", "c")})}


class Monitors:
    """The monitors of a configured simulator on their way.

    Parameters
    ----------
    simulator : tvb.simulator.simulator.Simulator
        Configured: monitors of sensors then have the gain that they use.
    about : dict
        What ``arcuate models NAME --json`` says of the model.
    leave : callable
        Takes a text: what could not be taken over.
    """

    def __init__(self, simulator, about: dict, leave: Callable[[str], None]):
        self._simulator, self._leave = simulator, leave
        self._dt = float(simulator.integrator.dt)
        self._surface = getattr(simulator, "surface", None)
        self._states = [state["name"] for state in about["states"]]
        self._known = self._states + [one["name"] for one in about.get("observables", [])]
        self._inputs = [one["name"] for one in about.get("inputs", []) if one.get("source", True)]

    def sections(self) -> List[Dict[str, Any]]:
        """Of all monitors, each with a name of its own."""
        out: List[Dict[str, Any]] = []
        for monitor in self._simulator.monitors:
            section = self._section(monitor)
            if section is None:
                continue
            taken = {other["name"] for other in out}
            if section["name"] in taken:
                section["name"] += f"_{len(out)}"
            out.append(section)
        return out

    def _section(self, monitor) -> Optional[Dict[str, Any]]:
        kind = type(monitor).__name__
        if kind == "ProgressLogger":
            return None  # it records nothing
        if kind in _SIMPLE:
            return self._simple(monitor, kind)
        if kind in _SENSORS:
            return self._sensors(monitor, kind)
        if kind in ("Bold", "BoldRegionROI"):
            return self._bold(monitor, kind)
        self._leave(f"monitor {kind}: there is none here")
        return None

    def _simple(self, monitor, kind: str) -> Optional[Dict[str, Any]]:
        here, name = _SIMPLE[kind]
        steps = 1 if kind in _EVERY_STEP else max(1, round(float(monitor.period) / self._dt))
        section: Dict[str, Any] = {"kind": here, "name": name, "period": steps * self._dt}
        if here.startswith("afferent"):
            return section if self._inputs_of(monitor, kind, section) else None
        section["variables"] = self._variables(None if kind == "Raw" else monitor.variables_of_interest)
        if kind == "SpatialAverage":
            section["groups"] = self._groups(np.ravel(monitor.spatial_mask).astype(int))
        if kind == "TemporalAverage":
            self._stamps("TemporalAverage")
        return section

    def _inputs_of(self, monitor, kind: str, section: dict) -> bool:
        """Its coupling variables as inputs of the model, where each of them is one."""
        coupled = np.size(self._simulator.model.cvar)
        chosen = monitor.variables_of_interest
        chosen = range(coupled) if chosen is None or np.size(chosen) == 0 else np.ravel(chosen).astype(int)
        if len(self._inputs) == coupled:
            section["variables"] = [self._inputs[place] for place in chosen]
        elif list(chosen) != list(range(coupled)) or len(self._inputs) != 1:
            self._leave(f"monitor {kind}: of the {coupled} coupling variables of this model {len(self._inputs)} are inputs here")
            return False
        return True

    # What is recorded.

    def _variables(self, places, over_modes: bool = False) -> List[Any]:
        names = list(self._simulator.model.variables_of_interest)
        places = range(len(names)) if places is None or np.size(places) == 0 else np.ravel(places).astype(int)
        return [one for place in places for one in self._variable(names[place], over_modes)]

    def _variable(self, name: str, over_modes: bool) -> List[Any]:
        count = int(self._simulator.model.number_of_modes)
        if count > 1 and over_modes:
            return [{"name": f"{_words(name)}_of_modes", "expression": " + ".join(self._of_mode(name, k) for k in range(count))}]
        if count > 1:
            return [one for k in range(count) for one in self._of_one(self._of_mode(name, k))]
        return self._of_one(name)

    def _of_mode(self, name: str, mode: int) -> str:
        """States of a mode are states of their own here: xi_0, xi_1, ..."""
        return re.sub(r"[A-Za-z]\w*", lambda found: f"{found.group()}_{mode}", name)

    def _of_one(self, name: str) -> List[Any]:
        if name in self._known:
            return [name]
        return [{"name": _words(name), "expression": name}]

    def _groups(self, mask: np.ndarray) -> Any:
        surface = self._surface
        if surface is not None and np.array_equal(mask, surface.region_mapping):
            labels = [str(one) for one in self._simulator.connectivity.region_labels]
        else:
            labels = [f"area_{number}" for number in range(int(mask.max()) + 1)]
        return {label: np.flatnonzero(mask == number) for number, label in enumerate(labels)}

    def _stamps(self, kind: str) -> None:
        self._leave(f"stamps of {kind}: the end of a period here, its middle there")

    # Sensors: the gain that its simulator uses, of whatever projection, mapping or formula it is made.

    def _sensors(self, monitor, kind: str) -> Optional[Dict[str, Any]]:
        gain = np.asarray(monitor.gain, dtype=float)
        if gain.shape[1] != self._simulator.number_of_nodes:
            self._leave(f"monitor {kind}: a gain for {gain.shape[1]} sources of {self._simulator.number_of_nodes} regions")
            return None
        steps = int(float(monitor.period) / self._dt)  # cut, not rounded, as it does
        section = {"kind": _SENSORS[kind], "name": _SENSORS[kind], "period": steps * self._dt,
                   "variables": self._variables(monitor.variables_of_interest, over_modes=True), "gain": gain,
                   "sensors": _rows(monitor.sensors)}
        reference = getattr(monitor, "reference", None)
        if reference:
            section["reference"] = "average" if reference.lower() == "average" else _label(reference)
        noise = monitor.obsnoise
        if noise is not None and float(np.ravel(noise.ntau)[0]) == 0.0:
            section["noise"] = {"variance": self._dt}  # whatever its nsig is
        elif noise is not None:
            self._leave(f"monitor {kind}: obsnoise with ntau, coloured noise of sensors")
        self._stamps(kind)
        return section

    # Blood oxygenation.

    def _bold(self, monitor, kind: str) -> Optional[Dict[str, Any]]:
        equation = type(monitor.hrf_kernel).__name__
        kernel, names = _KERNELS.get(equation, (None, {}))
        stock, period = round(4.0 / self._dt), round(float(monitor.period) / self._dt)
        if kernel is None:
            self._leave(f"monitor {kind}: a response {equation}, of which there is none here (there are: {', '.join(_KERNELS)})")
            return None
        if abs(stock * self._dt - 4.0) > 1e-9 or period % stock:
            self._leave(f"monitor {kind}: 4 ms, its step of responses, is no whole number of dt or the period none of it")
            return None
        given = monitor.hrf_kernel.parameters
        parameters = {here: float(given[there]) for there, here in names.items()}
        section = {"kind": "hrf_bold", "name": "bold", "period": period * self._dt, "step": 4.0, "kernel": kernel,
                   "convention": "tvb", "variables": self._variables(monitor.variables_of_interest),
                   "parameters": {**parameters, "duration": float(monitor.hrf_length) / 1000.0}}
        if kind == "BoldRegionROI":
            section["groups"] = self._groups(np.ravel(self._surface.region_mapping).astype(int))
        return section


def _words(expression: str) -> str:
    """Of "y1 - y2" the name y1_minus_y2."""
    for sign, word in (("+", " plus "), ("-", " minus "), ("*", " times "), ("/", " over ")):
        expression = expression.replace(sign, word)
    return "_".join("".join(letter if letter.isalnum() or letter == "_" else " " for letter in expression).split())


def _label(text: Any) -> str:
    return "_".join(str(text).split())


def _rows(sensors) -> np.ndarray:
    """Of a file of sensors: label x y z [mm]."""
    places = np.asarray(sensors.locations, dtype=float)
    return np.array([" ".join([_label(label), *(repr(float(one)) for one in place)])
                     for label, place in zip(sensors.labels, places)])
