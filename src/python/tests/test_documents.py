"""The reference says what the docstrings say, and the notebooks run."""
import importlib.util
import json
import os
import sys
from pathlib import Path

import numpy as np
import pytest

import arcuate

root = Path(__file__).resolve().parents[3]


def test_the_reference_is_up_to_date():
    spec = importlib.util.spec_from_file_location("document", root / "src/python/document.py")
    document = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(document)
    assert (root / "docs/python-api.md").read_text() == document.reference(), \
        "write it anew: python src/python/document.py > docs/python-api.md"


def test_everything_public_says_what_it_is():
    for name in arcuate.__all__:
        assert getattr(arcuate, name).__doc__, name


def test_from_a_study_to_a_plot_in_under_ten_lines(tmp_path, monkeypatch):
    matplotlib = pytest.importorskip("matplotlib")
    matplotlib.use("Agg")
    text = (root / "docs/python.md").read_text()
    code = text.split("```python\n", 1)[1].split("```", 1)[0]
    assert len(code.splitlines()) < 10 and "plot()" in code
    monkeypatch.chdir(tmp_path)
    arcuate.Connectome(1 - np.eye(8), 50 * (1 - np.eye(8))).save("connectivity_76.zip")
    names = {}
    exec(code.replace('"60 s"', '"1 s"').replace("progress=True", "progress=False"), names)
    assert names["run"].features.fc.shape == (8, 8) and matplotlib.pyplot.gcf().axes[0].images


@pytest.mark.parametrize("name", ["moved_from_the_virtual_brain", "fit_of_measured_connectivity"])
def test_a_notebook_runs(name, tmp_path):
    nbformat, client = pytest.importorskip("nbformat"), pytest.importorskip("nbclient")
    pytest.importorskip("ipykernel")
    pytest.importorskip("matplotlib")
    shared = Path(os.environ.get("ARCUATE_SHARED", root.parent / "shared"))
    if not (shared / "data").is_dir():
        pytest.skip(f"{shared}/data is not there: the measured data that the notebook reads")
    notebook = nbformat.read(root / "docs/notebooks" / f"{name}.ipynb", as_version=4)
    kernel = {"argv": [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"], "display_name": "p",
              "language": "python"}
    folder = tmp_path / "jupyter/kernels/python3"
    folder.mkdir(parents=True)
    (folder / "kernel.json").write_text(json.dumps(kernel))
    old = {key: os.environ.get(key) for key in ("JUPYTER_PATH", "JUPYTER_DATA_DIR", "ARCUATE_DATA", "IPYTHONDIR")}
    os.environ.update(JUPYTER_PATH=str(tmp_path / "jupyter"), JUPYTER_DATA_DIR=str(tmp_path / "jupyter"),
                      ARCUATE_DATA=str(shared / "data"), IPYTHONDIR=str(tmp_path / "ipython"))
    try:
        client.NotebookClient(notebook, timeout=600, kernel_name="python3",
                              resources={"metadata": {"path": str(tmp_path)}}).execute()
    finally:
        for key, value in old.items():
            os.environ.pop(key, None) if value is None else os.environ.update({key: value})
    outputs = [output for cell in notebook.cells if cell.cell_type == "code" for output in cell.outputs]
    assert any("image/png" in output.get("data", {}) for output in outputs), "a picture"
