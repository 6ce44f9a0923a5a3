"""Reads features as a user of xarray does, and compares them with NumPy's of the recorded samples."""
import sys

import numpy
import xarray


def signal(path, monitor, variable):
    data = xarray.open_dataset(path, group="monitors/" + monitor, engine="h5netcdf")
    return data.time.values, data.data.sel(variable=variable).values


def fcd_of_neurolib(x):
    windows = [numpy.corrcoef(x[t : t + 30].T).ravel() for t in range(0, len(x) - 30, 5)]
    return numpy.corrcoef(windows)


def main(path):
    def feature(name):
        return xarray.open_dataset(path, group="features/" + name, engine="h5netcdf")

    time, slow = signal(path, "slow", "V")
    fc = feature("fc")
    assert fc.fc.dims == ("region", "other_region"), fc.fc.dims
    numpy.testing.assert_allclose(fc.fc.values, numpy.corrcoef(slow[time >= 0.1 - 1e-9].T), atol=1e-12)
    labels = list(fc.region.values)
    assert labels == list(fc.other_region.values) and len(labels) == 12, labels
    assert float(fc.fc.sel(region=labels[3], other_region=labels[7])) == fc.fc.values[3, 7]
    assert fc.attrs["monitor"] == "slow" and "from: 0.1" in fc.attrs["options"], fc.attrs
    _, raw = signal(path, "raw", "V")
    fcd = feature("fcd")
    assert fcd.fcd.dims == ("window", "other_window"), fcd.fcd.dims
    expected = fcd_of_neurolib(raw)
    numpy.testing.assert_allclose(fcd.fcd.values, expected, atol=1e-10)
    upper = expected[numpy.triu_indices(len(expected), 1)]
    numpy.testing.assert_allclose(fcd["values"].values, upper, atol=1e-10)
    numpy.testing.assert_allclose(fcd.window.values[:2], [0.001, 0.006])
    assert fcd.entropy.dims == () and float(fcd.window_samples) == 30
    psd = feature("psd")
    assert psd.power.dims == ("frequency", "region") and psd.frequency.attrs["units"] == "Hz"
    assert list(psd.band.values) == ["alpha", "beta"], psd.band.values
    numpy.testing.assert_allclose(psd.frequency.values[:3], [0, 5, 10])
    numpy.testing.assert_allclose(feature("moments").variance.values, raw.var(axis=0), rtol=1e-12)


if __name__ == "__main__":
    main(sys.argv[1])
