"""Values of Python as values of study files: YAML, with arrays in files beside it."""
from __future__ import annotations

import json
import math
import os
import shutil
import tempfile
import weakref
from pathlib import Path
from typing import Any, Sequence, Tuple

import numpy as np

# Keys whose value is the name of a file itself; elsewhere values by region are {file: NAME}.
_FILE_KEYS = {"file", "map", "target", "covariance", "mapping"}
# Texts that are no names of files, whatever files there are.
_TEXT_KEYS = {"title", "output", "name", "kind", "method", "source", "variable", "variables", "unit", "expression",
              "preset", "normalize"}


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
            self._end = weakref.finalize(self, shutil.rmtree, str(self.path), ignore_errors=True)
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


def _file_of(array: np.ndarray, keys: Sequence[str], folder: Folder) -> str:
    name = "_".join(part for part in keys if not part.isdigit()) or "values"
    if array.dtype.kind in "US":
        path = folder.new(name.replace(".", "_") + ".txt")
        path.write_text("".join(f"{text}\n" for text in array.ravel().tolist()), encoding="utf-8")
        return str(path)
    if array.dtype.kind not in "biuf":
        raise TypeError(f"{'.'.join(keys)}: an array of {array.dtype} is none of real numbers")
    path = folder.new(name.replace(".", "_") + ".npy")
    np.save(path, np.ascontiguousarray(array, dtype=np.float64))
    return str(path)


def _sparse_file_of(matrix, keys: Sequence[str], folder: Folder) -> str:
    from scipy import sparse
    path = folder.new(("_".join(part for part in keys if not part.isdigit()) or "values").replace(".", "_") + ".npz")
    sparse.save_npz(path, matrix.tocsr())
    return str(path)


def _array(array: np.ndarray, keys: Tuple[str, ...], folder: Folder) -> Any:
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
        Arrays are written to ``.npy`` files in the folder; xarray's and pandas' are taken as NumPy's, a Connectome as
        the files that it consists of.
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
        return _array(value.to_numpy(), keys, folder)
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
