"""HDF5 files of the program as xarray's datasets, read when they are looked at."""
from __future__ import annotations

from pathlib import Path
from typing import Any, List

import h5py
import numpy as np
import xarray as xr
from xarray.backends import BackendArray
from xarray.core import indexing


class _Stored(BackendArray):
    """An array in a file, of which one variable (a place along an axis) may be picked."""

    def __init__(self, path: Path, name: str, axis: int = -1, at: int = 0):
        self.path, self.name, self.axis, self.at = str(path), name, axis, at
        with h5py.File(self.path, "r") as file:
            shape = list(file[name].shape)
            self.dtype = file[name].dtype
        if axis >= 0:
            del shape[axis]
        self.shape = tuple(shape)

    def __getitem__(self, key):
        return indexing.explicit_indexing_adapter(key, self.shape, indexing.IndexingSupport.OUTER_1VECTOR, self._read)

    def _read(self, key):
        key = list(key) + [slice(None)] * (len(self.shape) - len(key))
        # HDF5 wants rising places, each once, and steps forward; NumPy puts them back.
        back: List[Any] = []
        for axis, part in enumerate(key):
            if isinstance(part, np.ndarray):
                unique, inverse = np.unique(part % max(self.shape[axis], 1), return_inverse=True)
                key[axis] = unique
                back.append(inverse.ravel())
            elif isinstance(part, slice) and (part.step or 1) < 0:
                places = np.arange(self.shape[axis])[part]
                key[axis] = slice(int(places[-1]), int(places[0]) + 1, -part.step) if len(places) else slice(0, 0)
                back.append(slice(None, None, -1))
            elif isinstance(part, (int, np.integer)):
                key[axis] = int(part)
            else:
                back.append(slice(None))
        if self.axis >= 0:
            key.insert(self.axis, self.at)
        with h5py.File(self.path, "r") as file:
            values = file[self.name][tuple(key)]
        for axis, part in enumerate(back):
            if not isinstance(part, slice) or part.step is not None:
                values = values[(slice(None),) * axis + (part,)]
        return values


def lazy(path: Path, name: str, axis: int = -1, at: int = 0):
    """Data for an xarray.Variable, which reads the file when it is asked for numbers."""
    return indexing.LazilyIndexedArray(_Stored(path, name, axis, at))


def text(value: Any) -> Any:
    """Bytes as text, arrays of one as that one."""
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    if isinstance(value, np.ndarray) and value.shape == (1,):
        return text(value[0])
    if isinstance(value, np.generic):
        return text(value.item())
    return value


def texts(dataset) -> List[str]:
    """A dataset of texts."""
    return [text(one) for one in dataset[()].tolist()]


def attributes(item) -> dict:
    """Those that say what it is, without those of HDF5's dimension scales."""
    hidden = {"CLASS", "NAME", "DIMENSION_LIST", "REFERENCE_LIST", "checksum", "position", "_Netcdf4Dimid",
              "_Netcdf4Coordinates"}
    return {name: text(value) for name, value in item.attrs.items() if name not in hidden}


def dataset_of(path: Path, group: str) -> xr.Dataset:
    """A group whose arrays have dimension scales, as a Dataset; its numbers are read when they are looked at."""
    data, coordinates = {}, {}
    with h5py.File(path, "r") as file:
        node = file[group]
        for name, item in node.items():
            if not isinstance(item, h5py.Dataset):
                continue
            scale = text(item.attrs.get("CLASS", b"")) == "DIMENSION_SCALE"
            dims = [name] if scale else [
                dim[0].name.rsplit("/", 1)[-1] if len(dim) else f"{name}_{axis}" for axis, dim in enumerate(item.dims)]
            if item.dtype.kind in "OS":
                values = np.asarray(item[()])
                values = np.array([text(one) for one in values.ravel().tolist()], dtype=str).reshape(values.shape)
            else:
                values = item[()] if scale or item.ndim == 0 else lazy(path, f"{group}/{name}")
            variable = xr.Variable(dims, values, attributes(item))
            (coordinates if scale else data)[name] = variable
        return xr.Dataset(data, coordinates, attributes(node))


def groups_of(path: Path, group: str) -> List[str]:
    """The groups in a group; none where it is not there."""
    with h5py.File(path, "r") as file:
        if group not in file:
            return []
        return [name for name, item in file[group].items() if isinstance(item, h5py.Group)]
