"""Verbs that are about files, models, clusters and services."""
import re
import shutil
import subprocess

import numpy as np
import pytest

import arcuate
from conftest import content


def test_models_are_as_the_program_lists_them():
    everything = arcuate.models()
    assert len(everything) > 20 and everything["SupHopf"] == arcuate.models("SupHopf")
    assert [one["name"] for one in everything["SupHopf"]["states"]] == ["x", "y"]
    with pytest.raises(arcuate.StudyError, match="Nobody"):
        arcuate.models("Nobody")


def test_any_verb_can_be_called():
    assert "fc_corr" in arcuate.call("loss", "list")
    with pytest.raises(arcuate.StudyError):
        arcuate.call("loss", "list", "--no-such-option")


def test_a_recording_is_verified_replayed_and_found_to_be_damaged(run, tmp_path):
    arcuate.verify(run.path)
    assert "same" in run.replay() or "identical" in run.replay()
    copy = tmp_path / "copy.h5"
    whole = bytearray(run.path.read_bytes())
    place = whole.find(run["raw"]["x"].values[100:101].tobytes())
    assert place > 0
    whole[place] ^= 1
    copy.write_bytes(whole)
    with pytest.raises(arcuate.DifferenceError, match="copy.h5"):
        arcuate.verify(run.path, copy)


def test_what_an_interrupted_run_has_done_is_recovered(tmp_path):
    path = tmp_path / "out.h5"
    with pytest.raises(arcuate.StudyError, match="out.h5"):
        arcuate.recover(path, tmp_path / "part.h5")
    slow = {"monitors": [{"kind": "temporal_average", "variables": ["x"], "period": "40 ms"}], "features": []}
    study = arcuate.Study(content(duration="5000 s", checkpoint={"every": "1 s"}, **slow))
    process = subprocess.Popen([arcuate.program(), "simulate", *study.arguments(), "--set", f"output={path}", "--quiet"])
    while not (tmp_path / "out.h5.checkpoint").exists():
        assert process.poll() is None
    process.kill()
    process.wait()
    part = arcuate.recover(path, tmp_path / "part.h5")
    whole = arcuate.Study(content(duration="1 s", **slow)).simulate()
    assert np.array_equal(part["temporal_average"]["x"].values[:25], whole["temporal_average"]["x"].values)


def inhibited(**more):
    return arcuate.Study({"connectome": {"builtin": 6, "normalize": "row_sum"}, "model": {"name": "ReducedWongWangExcInh"},
                          "coupling": {"name": "linear", "gain": 0.5}, "integrator": {"dt": 0.1}, "duration": "100 ms",
                          "monitors": [{"kind": "raw", "period": "1 ms"}], **more})


def test_inhibition_is_tuned_to_a_rate(tmp_path):
    study = inhibited()
    tuned = study.tune_inhibition(target_rate=3, tolerance=0.5, transient="2 s", window="1 s", output=tmp_path / "J.csv")
    assert tuned.changes[-1] == ("model.parameters.J_i", {"file": str(tmp_path / "J.csv")}) and study.changes == []
    late = tuned.set({"duration": "2500 ms", "monitors": [{"kind": "raw", "variables": ["H_e"], "period": "1 ms"}]}).simulate()
    assert np.abs(late["raw"]["H_e"].values[2000:].mean(0) - 3).max() < 0.5
    with pytest.raises(arcuate.UnconvergedError, match="unconverged"):
        study.tune_inhibition(method="heuristic", target_rate=3, tolerance=0.01, transient="100 ms", window="100 ms")


def test_a_partition_says_whose_regions_are(study):
    found = study.partition(2)
    assert found["parts"] == 2 and sorted(set(found["owner"])) == [0, 1] and len(found["owner"]) == 8


def test_a_script_for_slurm_asks_for_what_is_given(study, tmp_path):
    kept = arcuate.Study(content(), folder=tmp_path / "kept")
    script = kept.submit(ranks=2, sbatch=["--partition=long"], arguments=["--quiet"], time="01:00:00", only_print=True)
    assert re.search(r"^#SBATCH --ntasks=2$", script, re.MULTILINE) and "--partition=long" in script
    assert str(kept.path) in script and "--quiet" in script
    with pytest.raises(ValueError, match="folder"):
        study.submit()


def test_a_service_runs_a_study_with_its_files(tmp_path, monkeypatch):
    monkeypatch.setenv("ARCUATE_TOKEN", "another")  # the file that is named comes first
    folder = tmp_path / "jobs"
    process = subprocess.Popen([arcuate.program(), "serve", str(folder), "--port", "0", "--cores", "2", "--memory", "1"],
                               stdout=subprocess.PIPE, text=True)
    try:
        url = process.stdout.readline().split(" at ")[1].strip()
        assert process.stdout.readline()
        service = arcuate.Service(url, token_file=folder / "token")
        weights, a = np.ones((8, 8)) - np.eye(8), np.linspace(0.01, 0.02, 8)
        model = {**content()["model"], "parameters": {"a": a, "omega": "0.0628 rad/ms"}}
        study = arcuate.Study(content(connectome={"weights": weights, "lengths": 40 * weights, "speed": 4}, model=model))
        study = study.set({"coupling.gain": 0.01, "noise": {"x": {"kind": "white", "sigma": 0.02 * np.ones(8)}}})
        job = service.submit(study, name="from Python")
        service.wait(job)
        assert any(job in line and "done" in line and "from Python" in line for line in service.jobs())
        there = arcuate.Run(service.fetch(job, tmp_path / "results") / "study.h5")
        assert there["raw"].x.values.tobytes() == study.simulate()["raw"].x.values.tobytes()
        with pytest.raises(arcuate.StudyError, match="ended"):
            service.cancel(job)
        (tmp_path / "wrong").write_text("0" * 64)
        with pytest.raises(arcuate.StudyError, match="token"):
            arcuate.Service(url, token_file=tmp_path / "wrong").jobs()
    finally:
        process.terminate()
        process.wait()
        process.stdout.close()
        shutil.rmtree(folder)
