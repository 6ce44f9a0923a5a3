"""Exports are read by the readers of their own ecosystems and have the recording's samples, times, names and units.

check_export.py RECORDING [FORMAT FILE MONITOR]...; a format whose reader is not installed is said and passed over.
"""
import csv
import importlib.util
import json
import sys

import h5py
import numpy as np

READERS = {"netcdf": ["xarray", "h5netcdf"], "matlab": ["scipy"], "ptseries": ["nibabel"], "pconn": ["nibabel"],
           "placed": ["nibabel"]}


def load(recording, name):
    """What the recording has, as the names that the checks use."""
    global monitor, data, time, period, variables, regions, units
    monitor = name
    with h5py.File(recording) as file:
        group = file[f"monitors/{monitor}"]
        data, time, period = group["data"][()], group["time"][()], float(group["time"].attrs["period"])
        variables = [v.decode() for v in group["variable"][()]]
        regions = [r.decode() for r in group["region"][()]]
        units = group["data"].attrs["units"]
    units = json.loads(units) if units.startswith("{") else dict.fromkeys(variables, units)


same = np.testing.assert_array_equal


def npz():
    got = np.load(path)
    same(got["data"], data)
    same(got["time"], time)
    assert got["period"][0] == period
    assert list(got["variable"]) == variables and list(got["region"]) == regions
    assert list(got["units"]) == [units[v] for v in variables]
    same(got["region_index"], np.arange(len(regions)))
    assert str(got["monitor"]) == monitor and got["title"].shape == ()


def table():
    with open(path, newline="") as file:
        rows = list(csv.reader(file))
    names = regions if len(variables) == 1 else [f"{v} {r}" for v in variables for r in regions]
    assert rows[0] == ["time [s]"] + names, rows[0]
    got = np.array(rows[1:], dtype=float)
    same(got[:, 0], time)
    same(got[:, 1:].reshape(data.shape), data)


def netcdf():
    import xarray
    with xarray.open_dataset(path, engine="h5netcdf") as got:
        assert set(got.data_vars) == set(variables) | {"region_index"}, got
        for k, v in enumerate(variables):
            assert got[v].dims == ("time", "region") and got[v].attrs["units"] == units[v]
            same(got[v].values, data[:, k])
            same(got[v].sel(region=regions[3]).values, data[:, k, 3])
        same(got.time.values, time)
        assert list(got.region.values) == regions
        assert got.attrs["title"] and "duration" in got.attrs["study"]


def cells(array):
    return [str(np.ravel(cell)[0]) for cell in np.ravel(array)]


def matlab():
    import scipy.io
    got = scipy.io.loadmat(path)
    same(got["data"], data.transpose(2, 1, 0))
    same(got["time"][0], time)
    assert got["period"][0, 0] == period
    assert cells(got["variable"]) == variables and cells(got["region"]) == regions
    assert cells(got["units"]) == [units[v] for v in variables]
    assert got["monitor"][0] == monitor


def matlab73():
    with h5py.File(path) as got:
        assert got["data"].attrs["MATLAB_class"] == b"double"
        for t in range(0, len(time), 1000):  # dimensions are in the opposite order in HDF5
            same(got["data"][t:t + 1000], data[t:t + 1000])
        same(got["time"][:, 0], time)
        name = got[np.ravel(got["region"])[2]]
        assert "".join(chr(c) for c in np.ravel(name)) == regions[2]


def tvb():
    # As tvb.adapters.datatypes.h5.time_series_h5.TimeSeriesRegionH5 reads it, through HDF5StorageManager.get_metadata.
    import uuid
    with h5py.File(path) as got:
        meta = {k[4:]: v for k, v in got.attrs.items() if k.startswith("TVB_")}
        assert meta["written_by"] == "tvb.adapters.datatypes.h5.time_series_h5.TimeSeriesRegionH5"
        assert meta["type"] == "tvb.datatypes.time_series.TimeSeriesRegion"
        uuid.UUID(meta["gid"]), uuid.UUID(meta["connectivity"])
        assert json.loads(meta["labels_ordering"]) == ["Time", "State Variable", "Region", "Mode"]
        assert json.loads(meta["labels_dimensions"]) == {"State Variable": variables, "Region": regions}
        np.testing.assert_allclose([meta["sample_period"], meta["start_time"], meta["sample_rate"]],
                                   [1000 * period, 1000 * time[0], 1 / period])
        assert meta["sample_period_unit"] == "ms" and meta["nr_dimensions"] == 4
        same(got["data"][()], data[..., None])
        np.testing.assert_allclose(got["time"][()], 1000 * time)
        assert got["data"].attrs["TVB_Minimum"] == data.min() and got["data"].attrs["TVB_IsFinite"] == "bool:True"


def series_of(image):
    series, parcels = (image.header.get_axis(k) for k in (0, 1))
    np.testing.assert_allclose([series.start, series.step], [time[0], period])
    assert series.unit == "SECOND" and series.size == len(time)
    return parcels


def ptseries():
    import nibabel
    image = nibabel.load(path)
    assert list(series_of(image).name) == regions
    same(np.asarray(image.dataobj), data[:, 0].astype("f4"))


def pconn():
    import nibabel
    image = nibabel.load(path)
    assert list(image.header.get_axis(0).name) == regions and list(image.header.get_axis(1).name) == regions
    np.testing.assert_allclose(np.asarray(image.dataobj), np.corrcoef(data[:, 0].T), atol=3e-7)


def placed():
    """Against p.dlabel.nii as make_dlabel.py writes it: keys against the order of the regions."""
    import nibabel
    image = nibabel.load(path)
    parcels = series_of(image)
    assert list(parcels.name) == regions[::-1], parcels.name
    same(np.asarray(image.dataobj), data[:, 0, ::-1].astype("f4"))
    assert parcels.nvertices == {"CIFTI_STRUCTURE_CORTEX_LEFT": 40, "CIFTI_STRUCTURE_CORTEX_RIGHT": 30}
    same(parcels[regions[7]][1]["CIFTI_STRUCTURE_CORTEX_LEFT"], [0, 8, 16, 24, 32])
    same(parcels[regions[0]][1]["CIFTI_STRUCTURE_CORTEX_LEFT"], [7, 15, 23, 31])
    same(parcels[regions[0]][0], [[1, 2, 3]])


def placed_pairs():
    """The same parcels on both axes."""
    import nibabel
    image = nibabel.load(path)
    for axis in (0, 1):
        assert list(image.header.get_axis(axis).name) == regions[::-1]
    np.testing.assert_allclose(np.asarray(image.dataobj), np.corrcoef(data[:, 0, ::-1].T), atol=3e-7)


def bids():
    with open(path) as file:
        rows = [line.rstrip("\n").split("\t") for line in file]
    assert rows[0] == regions
    same(np.array(rows[1:], dtype=float), data[:, 0])
    side = json.load(open(path.replace(".tsv", ".json")))
    np.testing.assert_allclose([side["SamplingFrequency"], side["StartTime"]], [1 / period, time[0]])
    assert side["Units"] == units[variables[0]] and side["Columns"] == regions
    assert side["GeneratedBy"][0]["Name"] == "Arcuate"


CHECKS = dict(npz=npz, csv=table, netcdf=netcdf, matlab=matlab, matlab73=matlab73, tvb=tvb, ptseries=ptseries, pconn=pconn,
              placed=placed, placed_pairs=placed_pairs, bids=bids)
for form, path, name in zip(*[iter(sys.argv[2:])] * 3):
    missing = [reader for reader in READERS.get(form, []) if importlib.util.find_spec(reader) is None]
    if missing:
        print(f"not read: {path}: {missing} not installed")
        continue
    load(sys.argv[1], name)
    CHECKS[form]()
    print("read:", path)
