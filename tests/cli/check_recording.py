"""Reads a recording as a user of xarray does; exits with 1 and the reason when something is missing."""
import sys

import numpy
import xarray


def main(path):
    raw = xarray.open_dataset(path, group="monitors/raw", engine="h5netcdf")
    assert raw.data.dims == ("time", "variable", "region"), raw.data.dims
    assert raw.data.shape == (50, 1, 8), raw.data.shape
    assert list(raw.variable.values) == ["r"], raw.variable.values
    assert list(raw.region_index.values) == list(range(8)), raw.region_index.values
    numpy.testing.assert_array_equal(raw.time.values, 0.001 + 0.001 * numpy.arange(50))
    assert raw.time.attrs["units"] == "s", raw.time.attrs
    one = raw.data.sel(variable="r", region=raw.region.values[5])
    assert one.shape == (50,) and numpy.isfinite(one).all() and one.std() > 0
    assert raw.data.attrs["units"] and raw.data.attrs["long_name"]
    root = xarray.open_dataset(path, engine="h5netcdf")
    assert root.attrs["complete"] == 1 and "MontbrioPazoRoxin" in root.attrs["study"], root.attrs


if __name__ == "__main__":
    main(sys.argv[1])
