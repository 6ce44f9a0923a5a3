"""Runs the tests of the package with this Python, or says what they need: exit code 77."""
import importlib.util
import sys
from pathlib import Path

missing = [name for name in ("numpy", "h5py", "xarray", "pytest") if importlib.util.find_spec(name) is None]
if missing:
    print(f"skipped: {sys.executable} has no {', '.join(missing)}")
    sys.exit(77)

import pytest

sys.exit(pytest.main(["-q", "-rs", "-p", "no:cacheprovider", str(Path(__file__).parent), *sys.argv[1:]]))
