"""Values of Python as values of study files: YAML, with arrays in files beside it."""
from __future__ import annotations

import json
import math
import os
import shutil
import tempfile
import weakref
from pathlib import Path
from typing import Any, List, Optional, Sequence, Tuple

import numpy as np

# Keys whose value is the name of a file itself; elsewhere values by region are {file: NAME}.
_FILE_KEYS = {"file", "map", "target", "covariance", "mapping"}
# Texts that are no names of files, whatever files there are.
_TEXT_KEYS = {"title", "output", "name", "kind", "method", "source", "variable", "variables", "unit", "expression",
              "preset", "normalize"}


def _remove(path: str, owner: int) -> None:
    """A fork that ends leaves the folders of its parent alone."""
    if os.getpid() == owner:
        shutil.rmtree(path, ignore_errors=True)


class Folder:
    """A folder for what a study needs and makes. A temporary one goes when nobody refers to it any more.

    Parameters
    ----------
    path : path, optional
        One that stays. Without it a temporary one.
    """

    def __init__(self, path=None):
        self.temporary = path is None
        if path is None:
            self.path = Path(tempfile.mkdtemp(prefix="arcuate-"))
            self._end = weakref.finalize(self, _remove, str(self.path), os.getpid())
        else:
            self.path = Path(path).resolve()
            self.path.mkdir(parents=True, exist_ok=True)
        self._numbers: dict = {}

    def new(self, name: str) -> Path:
        """A path in the folder that is not there yet: ``name``, or with a number."""
        stem, ending = os.path.splitext(name)
        while True:
            number = self._numbers.get(name, 0)
            self._numbers[name] = number + 1
            path = self.path / (f"{stem}_{number}{ending}" if number else name)
            if not path.exists():
                return path


def numbers(value: Any, what: str) -> np.ndarray:
    """An array of its own of real numbers, in the order of C.

    Raises
    ------
    ValueError
        When some are masked: what lies below a mask is no value.
    TypeError
        When they are no real numbers.
    """
    if np.ma.is_masked(value):
        raise ValueError(f"{what}: {np.ma.count_masked(value)} values are masked; fill them first")
    array = np.asarray(value)
    if array.dtype.kind == "c":
        raise TypeError(f"{what}: an array of {array.dtype} is none of real numbers")
    try:
        return np.array(array, dtype=np.float64, order="C")
    except (TypeError, ValueError):
        raise TypeError(f"{what}: an array of {array.dtype} is none of real numbers") from None


def _file_of(array: np.ndarray, keys: Sequence[str], folder: Folder) -> str:
    name = "_".join(part for part in keys if not part.isdigit()) or "values"
    if array.dtype.kind in "US":
        for text in array.ravel().tolist():
            if not text.strip() or text.lstrip().startswith("#") or len(text.splitlines()) > 1:
                raise ValueError(f"{'.'.join(keys)}: {text!r} can be no line of a file: expected a text that is not empty, does "
                                 "not begin with # and has no line breaks")
        path = folder.new(name.replace(".", "_") + ".txt")
        path.write_text("".join(f"{text}\n" for text in array.ravel().tolist()), encoding="utf-8")
        return str(path)
    path = folder.new(name.replace(".", "_") + ".npy")
    np.save(path, numbers(array, ".".join(keys)))
    return str(path)


def _labels_of(index: Any) -> Optional[List[str]]:
    labels = np.asarray(index).tolist()
    return labels if labels and all(isinstance(label, str) for label in labels) else None


def _labelled(value: Any) -> List[Optional[List[str]]]:
    """Labels along the axes of a table of pandas or an array of xarray, where they are texts."""
    if hasattr(value, "dims"):
        return [_labels_of(value[dim].values) if dim in value.coords else None for dim in value.dims]
    return [_labels_of(getattr(value, axis)) for axis in ("index", "columns") if hasattr(value, axis)]


def _table(value: Any, keys: Tuple[str, ...], folder: Folder) -> Any:
    """Of pandas or xarray: by its labels, whatever their order, where it has some."""
    array, labels = np.asanyarray(value.to_numpy()), _labelled(value)
    what = ".".join(keys)
    if array.ndim == 2 and "connectome" in keys and any(labels):
        raise TypeError(f"{what}: a table with labels; Connectome.from_pandas minds them")
    if array.ndim == 1 and labels[0] and keys[0] not in ("sweep", "fit") and keys[-1] not in _FILE_KEYS:
        return dict(zip(labels[0], numbers(array, what).tolist()))
    if array.ndim == 2 and keys[-1] == "target" and all(labels):
        rows, columns = labels
        if sorted(rows) != sorted(columns):
            raise ValueError(f"{what}: the rows and columns of the table are not the same regions")
        path = folder.new("target.npz")
        order = [columns.index(label) for label in rows]
        np.savez(path, data=numbers(array, what)[:, order], labels=np.array(rows))
        return str(path)
    return _array(array, keys, folder)


def _sparse_file_of(matrix, keys: Sequence[str], folder: Folder) -> str:
    from scipy import sparse
    path = folder.new(("_".join(part for part in keys if not part.isdigit()) or "values").replace(".", "_") + ".npz")
    sparse.save_npz(path, matrix.tocsr())
    return str(path)


def _array(array: np.ndarray, keys: Tuple[str, ...], folder: Folder) -> Any:
    if np.ma.is_masked(array):
        numbers(array, ".".join(keys))  # says how many
    if array.ndim == 0:
        return plain(array.item(), keys, folder)
    last = keys[-1] if keys else ""
    searched = bool(keys) and keys[0] in ("sweep", "fit")
    in_connectome = "connectome" in keys and "generator" not in keys
    if in_connectome or last in _FILE_KEYS or (keys[0] == "monitors" and last in ("gain", "sensors")):
        return _file_of(array, keys, folder)
    if searched or (array.ndim == 1 and array.dtype.kind != "f"):
        return plain(array.tolist(), keys, folder)
    return {"file": _file_of(array, keys, folder)}


def plain(value: Any, keys: Tuple[str, ...], folder: Folder, base: Path = None) -> Any:
    """A value of maps, lists, texts and numbers alone.

    Parameters
    ----------
    value : any
        Arrays are written to ``.npy`` files in the folder, a Connectome as the files that it consists of. xarray's and
        pandas' are taken by their labels where they have some: values by region, and targets.
    keys : tuple of str
        Where it stands in the study.
    folder : Folder
        For arrays.
    base : path, optional
        What relative names of files are relative to; those that are there become absolute. Without it they stay.

    Raises
    ------
    TypeError
        When it can be no value of a study.
    """
    from .connectome import Connectome
    if isinstance(value, Connectome):
        return plain(value.section(), keys, folder, base)
    if isinstance(value, dict):
        out = {}
        for key, one in value.items():
            if not isinstance(key, str):
                raise TypeError(f"{'.'.join(keys)}: keys of a study are texts, not {key!r}")
            out[key] = plain(one, (*keys, *key.split(".")), folder, base)
        return out
    if isinstance(value, np.ndarray):
        return _array(value, keys, folder)
    if isinstance(value, np.generic):
        return plain(value.item(), keys, folder, base)
    if hasattr(value, "toarray"):  # of scipy.sparse
        if keys[-1] in _FILE_KEYS or "connectome" in keys:
            return _sparse_file_of(value, keys, folder)
        return _array(value.toarray(), keys, folder)
    if hasattr(value, "to_numpy"):  # of pandas and xarray
        return _table(value, keys, folder)
    if isinstance(value, (list, tuple, range)):
        return [plain(one, (*keys, str(number)), folder, base) for number, one in enumerate(value)]
    if isinstance(value, os.PathLike):
        path = Path(value)
        return str(base / path if base is not None else path)
    if isinstance(value, str):
        last = next((key for key in reversed(keys) if not key.isdigit()), "")
        if base is not None and last not in _TEXT_KEYS and value and len(value) < 4096 and "\n" not in value \
                and not os.path.isabs(value) and (base / value).is_file():
            return str(base / value)
        return value
    if value is None or isinstance(value, (bool, int, float)):
        return value
    raise TypeError(f"{'.'.join(keys)}: {type(value).__name__} can be no value of a study")


def scalar(value: Any) -> str:
    """A text, number, truth or nothing as YAML reads it."""
    if isinstance(value, float) and not math.isfinite(value):
        return ".nan" if math.isnan(value) else (".inf" if value > 0 else "-.inf")
    return json.dumps(value, ensure_ascii=False)


def flow(value: Any) -> str:
    """Maps and lists in one line, as ``--set`` takes them."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{scalar(key)}: {flow(one)}" for key, one in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(flow(one) for one in value) + "]"
    return scalar(value)


def _key(key: str) -> str:
    return key if key.replace("_", "").replace(".", "").isalnum() and not key[0].isdigit() else scalar(key)


def yaml(value: dict, indent: int = 0) -> str:
    """A map as a study file: a line for each key, maps of single values in one line."""
    lines = []
    space = " " * indent
    for key, one in value.items():
        nested = isinstance(one, dict) and any(isinstance(part, (dict, list)) and part for part in one.values())
        if nested:
            lines.append(f"{space}{_key(key)}:\n{yaml(one, indent + 2)}")
        elif isinstance(one, list) and one and all(isinstance(part, dict) for part in one):
            lines.append(f"{space}{_key(key)}:\n" + "".join(f"{space}  - {flow(part)}\n" for part in one))
        else:
            lines.append(f"{space}{_key(key)}: {flow(one)}\n")
    return "".join(lines)


def merge(target: dict, path: str, value: Any) -> None:
    """Sets a path such as ``monitors.0.period`` in maps and lists, in place.

    Raises
    ------
    KeyError
        When the path leads through what is neither, or beyond the end of a list.
    """
    at: Any = target
    keys = path.split(".")
    for number, key in enumerate(keys):
        last = number == len(keys) - 1
        if isinstance(at, list):
            if not key.isdigit() or int(key) >= len(at):
                raise KeyError(f"{path}: there is no member {key}; the list has {len(at)}")
            if last:
                at[int(key)] = value
            else:
                at = at[int(key)]
        elif isinstance(at, dict):
            if last:
                at[key] = value
            else:
                at = at.setdefault(key, {})
        else:
            raise KeyError(f"{path}: {'.'.join(keys[:number])} is neither a map nor a list")
