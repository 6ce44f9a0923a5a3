"""A simulation in this process, step by step."""
from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any, Dict, List, Optional

import numpy as np
import xarray as xr

from .errors import StudyError
from .study import Study

__all__ = ["Simulation"]


def _engine():
    try:
        from . import _engine as engine
    except ImportError as error:
        raise ImportError("arcuate.Simulation needs the compiled part of the package, which was not built: "
                          "docs/python.md, \"In this process\"") from error
    return engine


def _communicator(comm) -> Optional[int]:
    """The address of an Open MPI communicator; none for this process by itself."""
    if comm is None:
        mpi = sys.modules.get("mpi4py.MPI")
        if mpi is None or mpi.COMM_WORLD.Get_size() == 1:
            return None
        comm = mpi.COMM_WORLD
    from mpi4py import MPI
    if "Open MPI" not in MPI.Get_library_version():
        raise RuntimeError("mpi4py is built on another MPI than Arcuate, which takes communicators of Open MPI")
    return MPI._handleof(comm)


class _States(Mapping):
    def __init__(self, stepwise):
        self._stepwise = stepwise
        self._views: Dict[str, np.ndarray] = {}

    def __getitem__(self, name: str) -> np.ndarray:
        if name not in self._views:
            try:
                self._views[name] = self._stepwise.state(name)
            except StudyError as error:
                raise KeyError(str(error)) from None
        return self._views[name]

    def __iter__(self):
        return iter(self._stepwise.state_names)

    def __len__(self) -> int:
        return len(self._stepwise.state_names)


class Simulation:
    """A simulation of a study in this process: the same steps as :meth:`Study.simulate` takes, to the last bit.

    It is the port of a co-simulation: between two calls of :meth:`run` the states are read and the inputs of the coming
    steps are written.

    Parameters
    ----------
    study : Study, dict or path
        What :class:`Study` takes. Its ``duration`` is how far the simulation can go.
    threads : int
        Of this process.
    comm : mpi4py.MPI.Comm, optional
        The ranks that simulate together; every call is then collective. Without it those of ``COMM_WORLD`` where mpi4py
        has been imported in a job of several ranks, else this process alone.

    Attributes
    ----------
    state : mapping of str to array (regions)
        States of all regions at :attr:`time`, in the units of the model, by name. They are views that change as the
        simulation goes on, and cannot be written; not a number in regions whose model has no such state.
    dt : float
        Step [ms].
    steps : int
        Of the study.
    labels : list of str
        Of the regions.
    inputs : list of str
        Names that :meth:`set_input` takes.

    Raises
    ------
    ImportError
        When the compiled part of the package was not built.
    StudyError
    """

    def __init__(self, study, *, threads: int = 1, comm: Any = None):
        self.study = study if isinstance(study, Study) else Study(study)
        arguments = self.study.arguments()
        overrides = [one for one in arguments[1:] if one != "--set"]
        handle = _communicator(comm)
        self._stepwise = _engine().Stepwise(arguments[0], overrides, int(threads), handle)
        self.state = _States(self._stepwise)
        self.dt: float = self._stepwise.dt
        self.steps: int = self._stepwise.steps
        self.labels: List[str] = list(self._stepwise.labels)
        self.inputs: List[str] = list(self._stepwise.input_names)

    @property
    def step(self) -> int:
        """Steps that are done."""
        return self._stepwise.now

    @property
    def time(self) -> float:
        """[ms] of the states."""
        return self._stepwise.now * self.dt

    def set_input(self, name: str, values) -> None:
        """What is added to an input of the model from now on, beside noise, stimuli and the network.

        It is held over a step, whatever the stages of the method. Values replace those that the input had.

        Parameters
        ----------
        name : str
            Of the input, as ``c_0``; ``arcuate models NAME`` lists them.
        values : float, array (regions) or array (steps, regions)
            In the input's unit. One row holds until it is replaced; several are of the coming steps, one each, and
            running beyond the last is an error. None: nothing is added any more.

        Raises
        ------
        StudyError
            When there is no such input, or the shape is another.
        """
        if values is None:
            self._stepwise.clear_input(name)
            return
        values = np.asarray(values, dtype=float)
        count = len(self.labels)
        if values.ndim == 0:
            values = np.full(count, float(values))
        if values.ndim > 2 or values.shape[-1] != count or values.size == 0:
            raise StudyError(f"{name}: values of shape {values.shape}; expected ({count},) or (steps, {count})")
        if not np.isfinite(values).all():
            raise StudyError(f"{name}: values that are not finite")
        self._stepwise.set_input(name, values)

    def run(self, duration: float) -> "Simulation":
        """Simulates on. Ctrl-C ends it between two steps; then it can go on from there.

        Parameters
        ----------
        duration : float
            [ms], a whole number of steps.

        Raises
        ------
        StudyError
            When it is none, leads beyond the end of the study, or beyond the values of an input.
        DivergedError
        """
        steps = round(duration / self.dt)
        if not steps >= 1 or abs(steps * self.dt - duration) > 1e-9 * max(1.0, duration):
            raise StudyError(f"duration: {duration} ms is not a whole number of steps of dt = {self.dt} ms")
        self._stepwise.run(steps)
        return self

    def take_samples(self) -> Dict[str, xr.DataArray]:
        """What the study's monitors have seen since this was last called.

        Returns
        -------
        dict
            By monitor: an array (time [s], variable, region), on rank 0; elsewhere without times.
        """
        return {name: xr.DataArray(data, {"time": time, "variable": variables, "region": columns},
                                   ("time", "variable", "region"), name)
                for name, (time, data, variables, columns) in self._stepwise.take_samples().items()}

    def __repr__(self) -> str:
        return f"<arcuate.Simulation: {len(self.labels)} regions, {self.time:g} of {self.steps * self.dt:g} ms>"
