"""Features exported from a recording, as the readers of other programs see them: FILE.h5 STEM."""
import csv
import importlib.util
import sys

import h5py
import numpy as np

recording, stem = sys.argv[1:]
features = h5py.File(recording)["features"]
fc = features["fc/fc"][()]
regions = [r.decode() for r in features["fc/region"][()]]
power = features["psd/power"][()]
frequency = features["psd/frequency"][()]
same = np.testing.assert_array_equal


def has(*names):
    return all(importlib.util.find_spec(name) for name in names)


file = np.load(stem + "_fc.npz")
same(file["fc"], fc)
same(file["region"], regions)
assert str(file["feature"]) == "fc" and str(file["monitor"]) == "slow" and list(file["units"]) == ["1"]
file = np.load(stem + "_psd.npz")
same(file["power"], power)
same(file["frequency"], frequency)

rows = list(csv.reader(open(stem + "_fc.csv")))
assert rows[0] == ["arcuate feature fc: region"] + regions and [row[0] for row in rows[1:]] == regions
same(np.array([row[1:] for row in rows[1:]], float), fc)
rows = list(csv.reader(open(stem + "_power.csv")))
assert rows[0] == ["arcuate feature psd: frequency [Hz]"] + regions
same(np.array(rows[1:], float), np.column_stack([frequency, power]))
rows = list(csv.reader(open(stem + "_moments.csv")))
assert rows[0] == ["arcuate feature moments: region", "kurtosis", "mean", "skewness", "variance"], rows[0]
same(np.array([row[2] for row in rows[1:]], float), features["moments/mean"][()])

if has("xarray", "h5netcdf"):
    import xarray
    data = xarray.open_dataset(stem + "_psd.nc", engine="h5netcdf")
    assert data.power.dims == ("frequency", "region") and data.power.attrs["units"] == "1/Hz"
    same(data.power.sel(region=regions[2]), power[:, 2])
    assert data.attrs["kind"] == "psd" and "segment" in data.attrs["options"]
if has("scipy"):
    import scipy.io
    data = scipy.io.loadmat(stem + "_psd.mat")
    same(data["power"], power)
    same(data["frequency"][:, 0], frequency)
    assert [r[0] for r in data["region"][:, 0]] == regions
    same(scipy.io.loadmat(stem + "_kuramoto.mat")["mean"], [[features["kuramoto/mean"][()]]])
if has("nibabel"):
    import nibabel
    image = nibabel.load(stem + "_fc.pconn.nii")
    assert [list(image.header.get_axis(k).name) for k in (0, 1)] == [regions, regions]
    same(image.get_fdata(dtype=np.float32), fc.astype(np.float32))
print("read")
