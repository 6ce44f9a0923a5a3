import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import h5py
import numpy as np
import pytest
import xarray as xr
from conftest import content

import arcuate
from arcuate import launch
from arcuate.errors import error_of


def test_a_study_says_what_the_program_says_of_it(study):
    assert "SupHopf: 2 states" in repr(study)
    assert "8 regions" in study.check()


def test_a_study_is_refused_at_once_with_file_line_key_and_what_is_allowed(tmp_path):
    file = tmp_path / "study.yml"
    file.write_text("connectome: { builtin: 8 }\nmodel:\n  name: SupHopf\ncoupling: { gian: 1 }\nduration: 1 s\n")
    with pytest.raises(arcuate.StudyError, match="did you mean 'gain'") as error:
        arcuate.Study(file)
    assert (error.value.file, error.value.line, error.value.key) == (str(file), 4, "coupling.gian")
    assert error.value.code == 2 and isinstance(error.value, ValueError)


def test_a_change_that_is_refused_names_it(study):
    with pytest.raises(arcuate.StudyError, match="whole number of steps") as error:
        study.set(duration=3.00001)
    assert error.value.key == "duration"


def test_set_leaves_the_study_as_it_was(study):
    other = study.set({"coupling.gain": 0.25})
    assert "gain 0.25" in other.check() and "gain 0.02" in study.check()
    assert other.to_dict()["coupling"]["gain"] == 0.25
    assert arcuate.Study(other.to_dict()).check().splitlines()[1:] == other.check().splitlines()[1:]


def test_arrays_are_values_by_region(study):
    values = np.linspace(-0.02, 0.03, 8)
    with pytest.warns(UserWarning, match="its gain is 0"):
        run = study.set({"model.parameters.a": values, "noise": {}, "coupling.gain": 0.0}).simulate()
    # Alone, the amplitude of each goes as its own a says: dr/dt = a r - r^3.
    start, end = (np.hypot(run.raw.x, run.raw.y)[k].values for k in (0, -1))
    t = 399.0
    expected = [np.sqrt(a / (1 - (1 - a / r**2) * np.exp(-2 * a * t))) for a, r in zip(values, start)]
    np.testing.assert_allclose(end, expected, rtol=1e-3)


def test_values_with_labels_go_by_them(study):
    pandas = pytest.importorskip("pandas")
    labels = study.connectome.labels
    values = np.linspace(-0.02, 0.03, 8)
    series = pandas.Series(values, labels)[::-1]
    given = study.set({"model.parameters.a": series}).simulate().raw.x.values
    np.testing.assert_array_equal(given, study.set({"model.parameters.a": values}).simulate().raw.x.values)
    array = xr.DataArray(values[::-1], {"region": labels[::-1]}, "region")
    assert study.set({"model.parameters.a": array}).changes[-1][1] == study.set({"model.parameters.a": series}).changes[-1][1]
    with pytest.raises(TypeError, match="from_pandas"):
        arcuate.Study(content(connectome={"weights": pandas.DataFrame(np.eye(8), labels, labels)}))


def test_a_target_with_labels_goes_by_them(run, measured):
    pandas = pytest.importorskip("pandas")
    labels = run.connectome.labels
    mixed = [3, 1, 7, 0, 2, 6, 5, 4]
    table = pandas.DataFrame(measured, labels, labels).iloc[mixed, mixed[::-1]]
    losses = [arcuate.compare(run, fc=fc, loss="fc_corr", monitor="raw", variable="x")["losses"][0]["loss"]
              for fc in (measured, table)]
    assert losses[0] == losses[1]
    with pytest.raises(ValueError, match="same regions"):
        arcuate.compare(run, fc=table.iloc[:, 1:])


@pytest.mark.parametrize("value, error, message", [
    (np.ma.masked_greater(np.linspace(-1, 1, 8), 0.5), ValueError, "2 values are masked"),
    (np.ones(8) + 1j, TypeError, "complex"), (np.array(["x"] * 8, dtype=object), arcuate.StudyError, "x"),
    (np.array([np.nan, *np.zeros(7)]), arcuate.StudyError, "nan"), (np.zeros(10**6), arcuate.StudyError, "expected 8")])
def test_arrays_that_are_no_values_are_refused(study, value, error, message):
    with pytest.raises(error, match=message):
        study.set({"model.parameters.a": value})


@pytest.mark.parametrize("array", [np.asfortranarray, lambda one: np.repeat(np.repeat(one, 2, 0), 2, 1)[::2, ::2],
                                   lambda one: one[::-1].copy()[::-1], lambda one: one.astype(np.float32)])
def test_arrays_of_any_order_are_what_they_show(array):
    weights = np.arange(9.0).reshape(3, 3)
    moved = arcuate.Study(content(connectome={"weights": array(weights), "speed": "inf"})).connectome
    np.testing.assert_array_equal(moved.weights, weights)


def test_paths_of_changes_are_texts(study):
    with pytest.raises(TypeError, match="are texts"):
        study.set({5: 1.0})


def test_a_fork_leaves_the_folder_of_its_parent(tmp_path):
    script = tmp_path / "forks.py"
    script.write_text(textwrap.dedent(f"""
        import os, sys
        sys.path.insert(0, {str(Path(__file__).parent)!r})
        import arcuate
        from conftest import content
        study = arcuate.Study(content())
        child = os.fork()
        if child == 0:
            sys.exit(0)
        os.waitpid(child, 0)
        study.check()
        assert study.path.exists()
        print(study.path)
    """))
    path = subprocess.run([sys.executable, str(script)], capture_output=True, text=True, check=True).stdout.strip()
    assert path and not Path(path).exists()  # the parent removes it


def test_programs_say_which_they_are(tmp_path, monkeypatch):
    other = tmp_path / "other"
    other.write_text(f'#!/bin/sh\nif [ "$1" = --version ]; then echo arcuate 99.1.0; else exec {arcuate.program()} "$@"; fi\n')
    other.chmod(0o755)
    none = tmp_path / "none"
    none.write_text("#!/bin/sh\necho GNU arcuate of another kind\n")
    none.chmod(0o755)
    monkeypatch.setenv("ARCUATE", str(other))
    with pytest.warns(UserWarning, match="is Arcuate 99.1.0, this package is of 0.1.0"):
        arcuate.Study(content())
    monkeypatch.setenv("ARCUATE", str(none))
    with pytest.raises(arcuate.EnvironmentFault, match="of another kind"):
        arcuate.Study(content())


def test_a_connectome_of_arrays_is_what_is_simulated():
    weights = np.array([[0, 2.0, 0], [0.5, 0, 1.0], [0, 0, 0]])
    lengths = np.array([[0, 40.0, 0], [20.0, 0, 60.0], [0, 0, 0]])
    connectome = arcuate.Connectome(weights, lengths, labels=["a", "b", "c"], speed=2.0)
    study = arcuate.Study(content(connectome=connectome))
    seen = study.simulate().connectome
    np.testing.assert_array_equal(seen.weights, weights)
    np.testing.assert_array_equal(seen.lengths, lengths)
    assert seen.labels == ["a", "b", "c"]
    assert "speed 2 mm/ms" in study.check()


def test_a_dict_names_files_relative_to_the_working_folder(tmp_path, monkeypatch):
    np.savetxt(tmp_path / "w.txt", [[0, 1], [1, 0]])
    monkeypatch.chdir(tmp_path)
    assert "2 regions" in arcuate.Study(content(connectome={"weights": "w.txt", "speed": "inf"})).check()


def test_values_that_no_study_can_have_are_refused():
    with pytest.raises(TypeError, match="coupling.gain"):
        arcuate.Study(content(coupling={"gain": object()}))
    with pytest.raises(TypeError, match="model.parameters.a"):
        arcuate.Study(content(model={"name": "SupHopf", "parameters": {"a": np.array([1j, 2j])}}))


def test_a_run_is_the_recording(run):
    with h5py.File(run.path) as file:
        np.testing.assert_array_equal(run.raw.y.values, file["monitors/raw/data"][:, 1])
        np.testing.assert_array_equal(run["raw"].x[7, [3, 1, 1]], file["monitors/raw/data"][7, 0][[3, 1, 1]])
        np.testing.assert_array_equal(run.raw.x[::-1].values, file["monitors/raw/data"][:, 0][::-1])
        np.testing.assert_array_equal(run.features.fc.values, file["features/fc/fc"][()])
    assert run.raw.time.attrs["units"] == "s" and float(run.raw.time[-1]) == pytest.approx(0.4)
    assert list(run.raw.region.values) == run.connectome.labels
    assert run.features.fc.dims == ("region", "other_region")
    with pytest.raises(AttributeError, match="temporal_average"):
        run.bold


def test_samples_are_read_when_they_are_looked_at(run):
    assert not run.raw.x.variable._in_memory
    np.testing.assert_array_equal(run.raw.isel(time=slice(5, 9)).x, run.raw.x.values[5:9])


def test_a_feature_that_was_not_asked_for_is_computed(run):
    samples = run.temporal_average.x.values
    moments = run.analyze("moments", monitor="temporal_average")
    np.testing.assert_allclose(moments["mean"], samples.mean(axis=0), rtol=1e-12)
    np.testing.assert_allclose(run.features.fc, np.corrcoef(samples.T), atol=1e-12)
    with pytest.raises(AttributeError, match="no feature"):
        run.features.no_such_feature


def test_ranks_give_the_same_bits(study, run):
    two = study.simulate(ranks=2)
    assert two.attrs["ranks"] == 2
    np.testing.assert_array_equal(two.raw.x.values, run.raw.x.values)


def test_a_run_goes_on(run):
    longer = run.extend("+100 ms")
    assert float(longer.raw.time[0]) == pytest.approx(0.401) and float(longer.raw.time[-1]) == pytest.approx(0.5)


def test_the_study_of_a_run_is_that_study(run, study):
    assert run.study.simulate().attrs["seed"] == run.attrs["seed"]
    assert run.study.check().splitlines()[1:9] == study.check().splitlines()[1:9]


def test_sensors_and_their_labels(tmp_path):
    np.savetxt(tmp_path / "gain.txt", np.ones((2, 8)))
    (tmp_path / "sensors.txt").write_text("A 1 0 0\nB 0 1 0\n")
    monitors = [{"kind": "eeg", "variables": ["x"], "period": "4 ms", "gain": tmp_path / "gain.txt", "sensors": tmp_path / "sensors.txt"},
                {"kind": "temporal_average", "variables": ["x"], "period": "4 ms"}]
    run = arcuate.Study(content(monitors=monitors, features=[])).simulate()
    assert list(run.eeg.sensor.values) == ["A", "B"]
    np.testing.assert_allclose(run.eeg.x.sel(sensor="B"), run.temporal_average.x.sum("region"), rtol=1e-9)


def test_a_protocol_is_a_run_for_each_phase():
    phases = [{"name": "rest", "duration": "20 ms"}, {"name": "push", "duration": "10 ms", "set": {"coupling.gain": 0.5}}]
    study = content(phases=phases, features=[], monitors=[{"kind": "raw"}])
    del study["duration"]
    runs = arcuate.Study(study).simulate()
    assert list(runs) == ["rest", "push"] and float(runs["push"].raw.time[0]) == pytest.approx(0.0201)


def test_spikes_of_neurons():
    neurons = {"neurons": [80, 20], "background": [8, 2], "clusters": 2, "j_potentiated": [1.2, 1.2, 1.2, 1.2],
               "monitors": [{"kind": "rates", "period": "10 ms"}]}
    run = arcuate.Study({"spiking": neurons, "duration": "200 ms"}).simulate()
    spikes, trains = run.spikes, run.spike_trains
    assert 0 < float(spikes.time.min()) and float(spikes.time.max()) <= 0.2 and int(spikes.neuron.max()) < 100
    assert float((trains.rate[0] * 36 + trains.rate[1] * 36 + trains.rate[2] * 8) * 0.2) == pytest.approx(int((spikes.neuron < 80).sum()))
    with pytest.raises(AttributeError):
        run.bold


def test_compare_says_what_the_program_says(run, measured):
    simulated = np.corrcoef(run.temporal_average.x.values.T)
    above = np.triu_indices(8, 1)
    said = arcuate.compare(run, fc=measured, monitor="temporal_average", loss="fc_corr")
    assert said["losses"][0]["value"] == pytest.approx(np.corrcoef(simulated[above], measured[above])[0, 1], abs=1e-9)
    with pytest.raises(arcuate.StudyError):
        arcuate.compare(run, fc=measured[:5, :5], monitor="temporal_average")


def test_plan_and_steady_states(study):
    assert study.plan(ranks=2)["ranks"] == 2
    steady = study.set({"model.parameters.a": -0.02}).steady(starts=2)
    assert steady.fixed_points.sizes["region"] == 8 and np.abs(steady.fixed_points.state).max() < 1e-9


def test_pictures_need_nothing_from_outside(run, study):
    for one, figures in ((run, 3), (study, 1), (run.connectome, 2)):
        page = one._repr_html_()
        assert page.count("<svg") == figures and "<script" not in page
        assert "http" not in page.replace("http://www.w3.org/2000/svg", "")


def test_a_matrix_of_pairs_is_drawn_from_the_top_with_names_that_can_be_read(study):
    matplotlib = pytest.importorskip("matplotlib")
    matplotlib.use("Agg")
    names = [f"region {k}" for k in range(76)]
    values = np.corrcoef(np.random.default_rng(1).normal(size=(76, 9)))
    values[3, 5] = np.nan
    feature = arcuate.Feature(values, {"region": names, "other_region": names}, ("region", "other_region"), "fc")
    image = feature.plot()
    axes, (low, high) = image.axes, image.get_clim()
    assert low == -high and high == pytest.approx(1.0)
    assert axes.yaxis_inverted() and axes.get_title() == "fc"
    shown = [label.get_text() for label in axes.get_yticklabels()]
    assert len(shown) <= 20 and shown[:2] == ["region 0", "region 4"]
    assert axes.get_xlabel() == "other region"
    run = study.simulate()
    assert run.features.fc.plot().get_array().shape == (8, 8)
    arcuate.Feature(feature[3]).plot()  # as xarray draws it
    matplotlib.pyplot.close("all")


def test_progress_is_shown(study, capfd, monkeypatch):
    monkeypatch.setitem(sys.modules, "tqdm", None)
    monkeypatch.setitem(sys.modules, "tqdm.auto", None)
    study.simulate(progress=True)
    assert "simulate: 100.0 %" in capfd.readouterr().err


def test_progress_of_a_run_is_what_its_status_file_says(capfd, monkeypatch):
    def call(arguments, ranks, while_waiting):
        while_waiting()  # before there is a file
        Path(arguments[arguments.index("--status") + 1]).write_text('{"done": 25, "of": 100, "seconds_left": 3.4}')
        while_waiting()
        return ""

    monkeypatch.setitem(sys.modules, "tqdm", None)
    monkeypatch.setitem(sys.modules, "tqdm.auto", None)
    monkeypatch.setattr(launch, "call", call)
    launch.simulate_with_bar(["simulate"], 1, True)
    assert "simulate:  25.0 %  3 s left" in capfd.readouterr().err


def test_a_divergence_is_an_exception_of_its_own():
    wild = arcuate.Study(content(model={"name": "SupHopf", "initial": {"x": 4.0}}, integrator={"dt": 1.0}, noise={}))
    with pytest.raises(arcuate.DivergedError, match="variable 'x'") as error:
        wild.simulate()
    assert error.value.code == 4 and isinstance(error.value, ArithmeticError)


@pytest.mark.parametrize("code, kind", [(2, arcuate.StudyError), (3, arcuate.EnvironmentFault), (4, arcuate.DivergedError),
                                        (5, arcuate.UnconvergedError), (6, arcuate.DifferenceError),
                                        (75, arcuate.StoppedError), (-9, arcuate.EnvironmentFault)])
def test_every_exit_code_has_its_exception(code, kind):
    error = error_of(code, "mpirun: something\narcuate: error: a.yml:3: coupling.gain: too much (allowed: less)\nmpirun: more\n")
    assert type(error) is kind and error.message == "a.yml:3: coupling.gain: too much (allowed: less)"


def test_a_program_that_is_not_there_is_named(monkeypatch):
    monkeypatch.setenv("ARCUATE", "/no/such/program")
    with pytest.raises(arcuate.ProgramNotFound, match="/no/such/program"):
        arcuate.program()


def test_ctrl_c_stops_in_order_and_the_run_can_go_on(tmp_path):
    script = textwrap.dedent(f"""
        import signal, sys
        signal.signal(signal.SIGINT, signal.default_int_handler)  # what starts the tests may ignore it
        sys.path.insert(0, {str(Path(__file__).parent)!r})
        import arcuate
        from conftest import content
        study = arcuate.Study(content(duration="20000 s", noise={{}}, features=[], monitors=[
            {{"kind": "temporal_average", "period": "1 s"}}]))
        print("begins", flush=True)
        study.simulate(output={str(tmp_path / "long.h5")!r})
    """)
    process = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stdout.readline() == "begins\n"
    while not any(".partial-" in name for name in os.listdir(tmp_path)) and process.poll() is None:
        time.sleep(0.05)
    time.sleep(0.5)
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=300)
    assert "KeyboardInterrupt" in errors
    left = [name for name in os.listdir(tmp_path) if "checkpoint" in name]
    assert left and not (tmp_path / "long.h5").exists(), os.listdir(tmp_path)
