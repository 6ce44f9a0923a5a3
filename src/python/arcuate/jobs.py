"""Sweeps and fits: many simulations as one job."""
from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Dict, Optional

import h5py
import numpy as np
import xarray as xr

from . import launch as _program
from .hdf5 import dataset_of, groups_of, text
from .values import Folder

__all__ = ["Job", "Sweep", "Fit", "Best"]


class Job:
    """A folder of candidates, whole or interrupted.

    Parameters
    ----------
    path : path
        The folder of a sweep or a fit.
    """

    def __init__(self, path, _folder: Optional[Folder] = None):
        self.path = Path(path).resolve()
        self._folder = _folder or Folder()
        if not self.table.is_file():
            raise FileNotFoundError(f"{self.table}: the job has no table yet")

    @property
    def table(self) -> Path:
        """The file of all results (HDF5)."""
        return self.path / "table.h5"

    @property
    def status(self) -> Dict[str, Any]:
        """How far it is: ``done``, ``of``, ``failed``, ``best``, ``busy_share`` (0 to 1), ``running``."""
        return json.loads((self.path / "status.json").read_text(encoding="utf-8"))

    def candidates(self) -> xr.Dataset:
        """A row for each candidate: values, losses, numbers of features, how it ended."""
        return dataset_of(self.table, "candidates").load()

    def features(self, name: str) -> xr.Dataset:
        """All arrays of a feature, along the axes of the grid or along candidates.

        Raises
        ------
        KeyError
        """
        names = groups_of(self.table, "features")
        if name not in names:
            raise KeyError(f"{name}: no feature of the table (there are: {', '.join(names) or 'none'})")
        return dataset_of(self.table, f"features/{name}")

    def to_xarray(self) -> xr.Dataset:
        """One Dataset: of a sweep on a grid along its axes, else along candidates.

        Arrays of features are ``NAME`` where the feature has one array of its own name, else ``FEATURE_ARRAY``.
        They are read when they are looked at.
        """
        grid = groups_of(self.table, "/")
        table = dataset_of(self.table, "grid" if "grid" in grid else "candidates")
        for feature in groups_of(self.table, "features"):
            own = dataset_of(self.table, f"features/{feature}")
            names = {name: name if name == feature else f"{feature}_{name}" for name in own.data_vars}
            # Axes that two features have in common but not along the same values keep their own.
            for dim in own.dims:
                if dim in table.coords and dim in own.coords and not table[dim].equals(own[dim]):
                    names[dim] = f"{feature}_{dim}"
            table = table.merge(own.rename(names), combine_attrs="drop", compat="override", join="outer")
        with h5py.File(self.table, "r") as file:
            table.attrs = {name: text(value) for name, value in file.attrs.items()}
        return table

    def to_pandas(self):
        """The candidates as a pandas.DataFrame."""
        return self.candidates().to_dataframe()

    def report(self, path=None) -> Path:
        """One HTML page about the job (``arcuate report``)."""
        page = Path(path) if path is not None else self.path / "report.html"
        _program.call(["report", str(self.path), "-o", str(page)])
        return page

    @property
    def best(self) -> "Best":
        """The candidate with the least loss; after a verification, the least verified one."""
        return Best(self)

    def __repr__(self) -> str:
        status = self.status
        return (f"<arcuate.{type(self).__name__} {self.path.name}: {status.get('evaluations')} of {status.get('of')} "
                f"evaluations, {status.get('failed', 0)} failed>")

    def _repr_html_(self) -> str:
        from . import figures
        return figures.of_job(self)


class Sweep(Job):
    """The results of :meth:`Study.sweep`."""


class Fit(Job):
    """The results of :meth:`Study.fit`."""

    @property
    def losses(self) -> xr.DataArray:
        """The loss of each candidate, in the order of their numbers; not a number without a result."""
        return self.candidates()["loss"]


class Best:
    """The best candidate of a job.

    Attributes
    ----------
    study : Study
        That it is.
    """

    def __init__(self, job: Job):
        self._job = job
        self._yaml = _program.call(["best", str(job.path)])

    def to_yaml(self, path=None) -> str:
        """Its study file, as text; written to `path` where there is one."""
        if path is not None:
            Path(path).write_text(self._yaml, encoding="utf-8")
        return self._yaml

    @property
    def study(self):
        """Its :class:`Study`, which lies in the folder of the study that was searched."""
        from .study import Study
        file = self._job._folder.new("best.yml")
        file.write_text(self._yaml, encoding="utf-8")
        study = Study(file)
        study._folder = self._job._folder
        return study

    @property
    def number(self) -> int:
        """Of the candidate, as in the table."""
        table = self._job.candidates()
        name = "verified_loss" if "verified_loss" in table else "loss"
        return int(table["candidate"].values[np.nanargmin(table[name].values)])

    @property
    def loss(self) -> float:
        """That which was searched."""
        return float(self._job.candidates()["loss"].sel(candidate=self.number))

    @property
    def parameters(self) -> Dict[str, Any]:
        """What was varied: value by path."""
        row = self._job.candidates().sel(candidate=self.number)
        return {str(name): array.values.item() for name, array in row.data_vars.items()
                if array.attrs.get("role") == "parameter"}

    def __repr__(self) -> str:
        return f"<arcuate.Best: candidate {self.number}, loss {self.loss:.6g}, {self.parameters}>"
