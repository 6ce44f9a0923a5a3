"""What a run has left: samples, features, the connectome."""
from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import Any, Dict, List, Optional

import h5py
import numpy as np
import xarray as xr

from . import launch as _program
from .hdf5 import attributes, dataset_of, groups_of, lazy, text, texts
from .values import Folder, flow, plain

__all__ = ["Run", "Feature", "Features", "Samples", "Steady", "compare"]


class _Plot:
    """`samples.plot()`, and beside it what xarray's own accessor has."""

    def __init__(self, samples: xr.Dataset):
        self._samples = samples

    def __call__(self, variable: Optional[str] = None, ax=None, **how):
        """Traces of a variable (the first) over time, a line for each region or sensor.

        Parameters
        ----------
        variable : str, optional
            Which one.
        ax : matplotlib.axes.Axes, optional
            Where.
        **how
            For matplotlib's `plot`.
        """
        array = self._samples[variable or next(iter(self._samples.data_vars))]
        how.setdefault("lw", 0.7)
        return array.plot.line(x="time", ax=ax, add_legend=array.shape[1] <= 10, **how)

    def __getattr__(self, name):
        return getattr(xr.Dataset(self._samples).plot, name)


class Samples(xr.Dataset):
    """Samples of a monitor: an xarray.Dataset with an array (time, region) for each variable.

    ``time`` is in seconds, ``region`` has the labels (of electrodes ``sensor``); each array has its ``units``. Numbers
    are read when they are looked at. ``samples.plot()`` draws them.
    """

    __slots__ = ()

    @property
    def plot(self) -> _Plot:
        return _Plot(self)


class _FeaturePlot:
    """`feature.plot()`, and beside it what xarray's own accessor has."""

    def __init__(self, feature: xr.DataArray):
        self._feature = feature

    def __call__(self, ax=None, **how):
        """A matrix of pairs (of regions, of windows) as one, the first row on top; others as xarray draws them.

        Parameters
        ----------
        ax : matplotlib.axes.Axes, optional
            Where.
        **how
            For matplotlib's `imshow`, or xarray's `plot`.
        """
        feature = self._feature
        if feature.ndim != 2 or feature.dims[1] != f"other_{feature.dims[0]}":
            return xr.DataArray(feature).plot(**({} if ax is None else {"ax": ax}), **how)
        import matplotlib.pyplot
        ax = ax if ax is not None else matplotlib.pyplot.subplots()[1]
        values = feature.values
        largest = np.nanmax(np.abs(values), initial=0.0)
        if np.nanmin(values, initial=0.0) < 0.0 and "norm" not in how:
            how = {"cmap": "RdBu_r", "vmin": -largest, "vmax": largest, **how}
        image = ax.imshow(values, **{"interpolation": "none", **how})
        names = [f"{name:.4g}" if isinstance(name, float) else str(name) for name in feature[feature.dims[0]].values.tolist()]
        shown = range(0, len(names), -(-len(names) // _MOST_NAMES) or 1)
        ax.set_xticks(shown, [names[k] for k in shown], rotation=90)
        ax.set_yticks(shown, [names[k] for k in shown])
        units = feature.attrs.get("units", "1")
        ax.set(title=feature.name, ylabel=feature.dims[0], xlabel=feature.dims[1].replace("_", " "))
        ax.figure.colorbar(image, ax=ax, label=feature.name if units == "1" else f"{feature.name} [{units}]")
        return image

    def __getattr__(self, name):
        return getattr(xr.DataArray(self._feature).plot, name)


_MOST_NAMES = 20  # along an axis of a matrix, so that they can be read


class Feature(xr.DataArray):
    """An array of a feature: an xarray.DataArray. ``feature.plot()`` draws it."""

    __slots__ = ()

    @property
    def plot(self) -> _FeaturePlot:
        return _FeaturePlot(self)


def samples_of(path: Path, monitor: str) -> Samples:
    group = f"monitors/{monitor}"
    with h5py.File(path, "r") as file:
        node = file[group]
        column = node["data"].dims[2][0].name.rsplit("/", 1)[-1]
        variables, columns = texts(node["variable"]), texts(node[column])
        units = text(node["data"].attrs.get("units", "1")).split("\n")
        units = units if len(units) == len(variables) else _units(units[0], len(variables))
        time = xr.Variable("time", node["time"][()], attributes(node["time"]))
        labels = xr.Variable(column, np.array(columns, dtype=str))
        coordinates: Dict[str, Any] = {"time": time, column: labels}
        about = {**attributes(node), "long_name": text(node["data"].attrs.get("long_name", monitor))}
    data = {}
    for number, variable in enumerate(variables):
        about_it = {"units": units[number], "long_name": variable}
        data[variable] = xr.Variable(("time", column), lazy(path, f"{group}/data", 1, number), about_it)
    return Samples(data, coordinates, about)


def _units(units: str, count: int) -> List[str]:
    parts = re.split(r"\s*[;,]\s*", units)
    return parts if len(parts) == count else [units] * count


class Features:
    """The features of a recording, by name: ``run.features.fc``.

    One that is there is read; another is computed with the program's defaults (``arcuate analyze``). A feature of one
    array, or of one by its own name, is that :class:`Feature`; others are a Dataset.
    """

    def __init__(self, run: "Run"):
        self._run = run
        self._computed: Dict[str, Any] = {}

    def __dir__(self):
        return [*super().__dir__(), *self.names]

    @property
    def names(self) -> List[str]:
        """Of those that the recording holds."""
        return groups_of(self._run.path, "features")

    def dataset(self, name: str) -> xr.Dataset:
        """All arrays of a feature in the recording.

        Raises
        ------
        KeyError
        """
        if name not in self.names:
            raise KeyError(f"{name}: no feature of this recording (there are: {', '.join(self.names) or 'none'})")
        return dataset_of(self._run.path, f"features/{name}")

    def __getitem__(self, name: str):
        if name in self.names:
            return _simple(self.dataset(name), name)
        if name not in self._computed:
            self._computed[name] = _simple(self._run.analyze(name), name)
        return self._computed[name]

    def __getattr__(self, name: str):
        if name.startswith("_"):
            raise AttributeError(name)
        try:
            return self[name]
        except _program_errors() as error:
            raise AttributeError(str(error)) from error

    def __iter__(self):
        return iter(self.names)

    def __repr__(self) -> str:
        return f"<arcuate.Features: {', '.join(self.names) or 'none'}>"


def _program_errors():
    from .errors import StudyError
    return (KeyError, StudyError)


def _simple(dataset: xr.Dataset, name: str):
    arrays = list(dataset.data_vars)
    if name in arrays:
        return Feature(dataset[name].assign_attrs({**dataset.attrs, **dataset[name].attrs}))
    return Feature(dataset[arrays[0]]) if len(arrays) == 1 else dataset


class Run:
    """A whole recording.

    Monitors are attributes by their names (``run.bold``, or ``run["bold"]``), each a :class:`Samples`; features are in
    ``run.features``.

    Parameters
    ----------
    path : path
        A recording of the program (HDF5).

    Attributes
    ----------
    path : Path
    attrs : dict
        What the recording says of itself: ``study``, ``seed``, ``dt`` [ms], ``duration`` [s], ``ranks``,
        ``wall_seconds`` and others.

    Raises
    ------
    FileNotFoundError
    """

    def __init__(self, path, *, _folder: Optional[Folder] = None):
        self.path = Path(path).resolve()
        self._folder = _folder or Folder()
        with h5py.File(self.path, "r") as file:
            self.attrs = {name: text(value) for name, value in file.attrs.items()}
        if not str(self.attrs.get("format", "")).startswith("arcuate recording"):
            raise ValueError(f"{self.path}: no recording of Arcuate")
        self.features = Features(self)
        self._monitors = groups_of(self.path, "monitors")

    @property
    def monitors(self) -> List[str]:
        """Names of the monitors."""
        return list(self._monitors)

    def __getitem__(self, monitor: str) -> Samples:
        if monitor not in self._monitors:
            raise KeyError(f"{monitor}: no monitor of this recording (there are: {', '.join(self._monitors)})")
        return samples_of(self.path, monitor)

    def __getattr__(self, name: str) -> Samples:
        if name.startswith("_") or name not in self.__dict__.get("_monitors", ()):
            raise AttributeError(f"{name}: neither a monitor of this recording nor an attribute of a run "
                                 f"(monitors: {', '.join(self.__dict__.get('_monitors', ()))})")
        return self[name]

    def __dir__(self):
        return [*super().__dir__(), *self._monitors]

    @property
    def study(self):
        """The :class:`Study` that made it, with all defaults."""
        from .study import Study
        file = self._folder.new("study_of_run.yml")
        file.write_text(_program.call(["show", str(self.path), "--study"]), encoding="utf-8")
        study = Study.__new__(Study)
        study._folder, study.path, study._data, study.changes, study.left_out = self._folder, file, None, [], []
        # Its output is this recording, which check would warn of.
        study.changes = [("output", str(self._folder.new("again.h5")))]
        study._says = study.check()
        return study

    @property
    def connectome(self):
        """The :class:`Connectome` that was simulated: normalised weights, lengths in mm."""
        from .connectome import Connectome
        with h5py.File(self.path, "r") as file:
            if "connectome" not in file:
                raise AttributeError(f"{self.path}: has no connectome")
            node = file["connectome"]
            row, source = node["row"][()], node["source"][()]
            target = np.repeat(np.arange(len(row) - 1), np.diff(row))
            shape = (len(row) - 1, len(row) - 1)
            matrices = {}
            for name, key in (("weights", "weight"), ("lengths", "length"), ("delays", "delay")):
                if key in node:
                    matrices[name] = np.zeros(shape)
                    matrices[name][target, source] = node[key][()]
            labels = texts(node["labels"]) if "labels" in node else None
            centres = node["centres"][()] if "centres" in node else None
        return Connectome(labels=labels, centres=centres, **matrices)

    @property
    def spikes(self) -> xr.Dataset:
        """Of a network of spiking neurons: the ``neuron`` of every spike and its ``time`` [s], in the order of time.

        Raises
        ------
        AttributeError
            When there are none: a network of regions.
        """
        with h5py.File(self.path, "r") as file:
            if "spikes" not in file:
                raise AttributeError(f"{self.path}: has no spikes")
            node = file["spikes"]
            time = (node["step"][()] + 1) * float(text(node.attrs["dt"]))
            return xr.Dataset({"neuron": ("spike", node["neuron"][()]), "time": ("spike", time, {"units": "s"})})

    @property
    def spike_trains(self) -> xr.Dataset:
        """Of a network of spiking neurons, by population: rates, Fano factors and intervals.

        Raises
        ------
        AttributeError
        """
        if "spike_trains" not in groups_of(self.path, "/"):
            raise AttributeError(f"{self.path}: has no spike trains")
        return dataset_of(self.path, "spike_trains")

    def analyze(self, feature: str, monitor: Optional[str] = None, variable: Optional[str] = None,
                **options: Any) -> xr.Dataset:
        """Computes a feature (``arcuate analyze``); the recording stays as it is.

        Parameters
        ----------
        feature : str
            Its kind: ``fc``, ``fcd``, ``psd``, ... (docs/features.md).
        monitor, variable : str, optional
            Of what; needed where there are several.
        **options
            Of the feature, as ``segment=2`` or ``band=[8, 13]``.

        Returns
        -------
        xarray.Dataset
            Its arrays, with units.

        Raises
        ------
        StudyError
        """
        path = self._folder.new(f"{feature}.h5")
        arguments = ["analyze", str(self.path), "--feature", feature, "-o", str(path)]
        arguments += ["--monitor", monitor] if monitor is not None else []
        arguments += ["--variable", variable] if variable is not None else []
        for name, value in options.items():
            arguments += ["--set", f"{name}={flow(plain(value, (name,), self._folder))}"]
        _program.call([*arguments, "--quiet"])
        return dataset_of(path, f"features/{feature}").load()

    def export(self, path, to: Optional[str] = None, *, monitor: Optional[str] = None,
               overwrite: bool = False) -> Path:
        """Writes samples in the format of another program (``arcuate export``): npz, csv, netcdf, matlab, tvb, ...

        Parameters
        ----------
        path : path
        to : str, optional
            The format; without it the ending of the file says it.
        """
        arguments = ["export", str(self.path), "-o", str(path)]
        arguments += ["--to", to] if to is not None else []
        arguments += ["--monitor", monitor] if monitor is not None else []
        _program.call(arguments + (["--overwrite"] if overwrite else []))
        return Path(path)

    def extend(self, duration, *, output=None, ranks: int = 1, threads: Optional[int] = None, progress: bool = False,
               changes: Optional[dict] = None) -> "Run":
        """Simulates on from the end (``arcuate continue``).

        Parameters
        ----------
        duration : str
            ``"+60 s"`` more, or up to a time of the study.
        changes : dict, optional
            Other values from there on, as :meth:`Study.set` takes them.
        """
        path = Path(output).resolve() if output is not None else self._folder.new("run.h5")
        arguments = ["continue", str(self.path), "--duration", str(duration), "--output", str(path)]
        for key, value in (changes or {}).items():
            arguments += ["--set", f"{key}={flow(plain(value, tuple(key.split('.')), self._folder, Path.cwd()))}"]
        arguments += [] if threads is None else ["--threads", str(int(threads))]
        _program.simulate_with_bar(arguments, ranks, progress)
        return Run(path, _folder=self._folder)

    def replay(self, ranks: int = 1, threads: Optional[int] = None) -> str:
        """Runs the study of the recording again, and compares all samples bit for bit (``arcuate replay``).

        Returns
        -------
        str
            What was compared.

        Raises
        ------
        DifferenceError
            When a sample differs; the message says which.
        """
        arguments = ["replay", str(self.path), "--quiet"] + ([] if threads is None else ["--threads", str(int(threads))])
        return _program.call(arguments, ranks)

    def report(self, path=None) -> Path:
        """One HTML page about the run that needs nothing else (``arcuate report``).

        Returns
        -------
        Path
            Of the page; without `path` it lies in the study's folder.
        """
        page = Path(path) if path is not None else self._folder.new("report.html")
        _program.call(["report", str(self.path), "-o", str(page)])
        return page

    def save(self, path) -> "Run":
        """Copies the recording to where it stays, and returns the run that is there."""
        import shutil
        if Path(path).exists():
            raise FileExistsError(f"{path}: is there already")
        shutil.copyfile(self.path, path)
        return Run(path)

    def __repr__(self) -> str:
        lines = [f"<arcuate.Run {self.path.name}: {self.attrs.get('title') or self.attrs.get('model', '')}, "
                 f"{self.attrs.get('duration', 0):g} s>"]
        for name in self._monitors:
            samples = self[name]
            lines.append(f"  {name}: {dict(samples.sizes)} {', '.join(map(str, samples.data_vars))}")
        if self.features.names:
            lines.append(f"  features: {', '.join(self.features.names)}")
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        from . import figures
        return figures.of_run(self)


class Steady:
    """Fixed points and what is known of them; tables are attributes, each an xarray.Dataset."""

    def __init__(self, path, *, _folder: Optional[Folder] = None):
        self.path = Path(path).resolve()
        self._folder = _folder
        self._tables = groups_of(self.path, "/")

    @property
    def tables(self) -> List[str]:
        """Their names."""
        return list(self._tables)

    def __getattr__(self, name: str) -> xr.Dataset:
        if name.startswith("_") or name not in self.__dict__.get("_tables", ()):
            raise AttributeError(f"{name}: there are {', '.join(self.__dict__.get('_tables', ()))}")
        return dataset_of(self.path, name)

    def report(self, path) -> Path:
        """One HTML page about them (``arcuate report``)."""
        _program.call(["report", str(self.path), "-o", str(path)])
        return Path(path)

    def __repr__(self) -> str:
        points = self.fixed_points
        return f"<arcuate.Steady: {points.sizes['fixed_point']} fixed points ({', '.join(points.kind.values)})>"


def compare(run, *, fc=None, fcd=None, psd=None, series=None, loss=(), monitor: Optional[str] = None,
            variable: Optional[str] = None, report=None, **options: Any) -> dict:
    """Compares a run with measured data (``arcuate compare``).

    Parameters
    ----------
    run : Run or path
        A recording.
    fc, fcd, psd, series : path or array, optional
        What was measured: functional connectivity (regions, regions), its dynamics, spectra, samples.
    loss : str or list of str
        ``NAME[*WEIGHT][,OPTION=VALUE...]``; without it the usual one of each target.
    monitor, variable : str, optional
        Of the run, where there are several.
    report : path, optional
        An HTML page that draws it.
    **options
        Others of the verb: ``from_`` [s], ``fcd_preset``, ``window`` [s], ``step`` [s], ``pairs``.

    Returns
    -------
    dict
        What ``arcuate compare --json`` says: ``losses`` and how they were computed.

    Raises
    ------
    StudyError
        When sizes, labels or periods do not fit.
    """
    folder = Folder()
    path = run.path if isinstance(run, Run) else Path(run)
    arguments = ["compare", str(path), "--json"]
    for name, target in (("fc", fc), ("fcd", fcd), ("psd", psd), ("series", series)):
        if target is None:
            continue
        if not isinstance(target, (str, os.PathLike)):
            target = plain(target if hasattr(target, "to_numpy") else np.asanyarray(target), ("target",), folder)
        arguments += [f"--{name}", str(target)]
    for one in ([loss] if isinstance(loss, str) else loss):
        arguments += ["--loss", one]
    options = {"monitor": monitor, "variable": variable, "report": report, **options}
    for name, value in options.items():
        if value is not None:
            arguments += ["--" + name.rstrip("_").replace("_", "-"), str(value)]
    return json.loads(_program.call(arguments))


def connectome_of_study(study):
    """The connectome as the simulation has it, from a recording of a single step."""
    found = re.search(r"dt ([\d.e+-]+) ms", study.check())
    path = study._folder.new("connectome.h5")
    changes = {"duration": f"{found.group(1) if found else 0.1} ms", "transient": 0, "monitors": [], "features": [],
               "checkpoint.final": False, "output": str(path)}
    arguments = ["simulate", *study.arguments(), "--quiet"]
    for key, value in changes.items():
        arguments += ["--set", f"{key}={flow(value)}"]
    _program.call(arguments, quiet=True)
    return Run(path, _folder=study._folder).connectome
