import time

import numpy as np
import pytest

import arcuate


@pytest.fixture(scope="module")
def table(study):
    return study.sweep({"coupling.gain": np.linspace(0.01, 0.03, 3), "model.parameters.omega": [0.05, 0.06]}, ranks=2)


def test_a_sweep_is_a_dataset_along_its_axes(table, study):
    dataset = table.to_xarray()
    assert dataset.fc.dims == ("coupling.gain", "model.parameters.omega", "region", "other_region")
    np.testing.assert_allclose(dataset["coupling.gain"], [0.01, 0.02, 0.03])
    alone = study.set({"coupling.gain": 0.03, "model.parameters.omega": 0.05}).simulate()
    np.testing.assert_array_equal(dataset.fc.isel({"coupling.gain": 2, "model.parameters.omega": 0}), alone.features.fc)


def test_a_sweep_is_a_table(table):
    frame = table.to_pandas()
    assert len(frame) == 6 and set(frame["status"]) == {"done"}
    assert table.status["evaluations"] == 6
    assert "6 of 6" in repr(table) and "<div" in table._repr_html_()


def test_a_fit_finds_what_it_is_told_to_find(study, measured):
    fit = study.fit(vary={"coupling.gain": [0, 0.1]}, minimise=[
        {"loss": "fc_corr", "source": "temporal_average", "target": measured}], budget=9, ranks=2)
    table = fit.candidates()
    best = fit.best
    assert best.loss == pytest.approx(float(table["loss"].min()))
    assert best.parameters == {"coupling.gain": float(table["coupling.gain"][int(np.argmin(table["loss"].values))])}
    run = best.study.simulate()
    said = arcuate.compare(run, fc=measured, monitor="temporal_average", loss="fc_corr")
    assert said["losses"][0]["loss"] == pytest.approx(best.loss, abs=1e-12)
    assert "coupling" in best.to_yaml()
    assert fit.report().stat().st_size > 10000


def test_what_cannot_be_swept_is_refused(study):
    with pytest.raises(arcuate.StudyError, match="gian"):
        study.sweep({"coupling.gian": [1, 2]})


def test_an_evaluator_answers_each_candidate(study):
    with study.evaluator(ranks=2) as evaluate:
        futures = [evaluate.submit({"coupling.gain": gain}) for gain in (0.01, 0.02, 0.03)]
        answers = [future.result(timeout=300) for future in futures]
        with pytest.raises(arcuate.StudyError, match="gian"):
            evaluate.submit({"coupling.gian": 1.0})
        assert [answer["status"] for answer in evaluate.map([{"coupling.gain": 0.04}])] == ["done"]
    alone = study.set({"coupling.gain": 0.03}).simulate()
    np.testing.assert_array_equal(answers[2].feature("fc"), alone.features.fc)


def test_a_candidate_that_diverges_ranks_behind_all_others(study):
    with study.evaluator() as evaluate:
        answer = evaluate.submit({"integrator.dt": 80.0, "monitors.0.period": 80.0, "monitors.1.period": 80.0}).result()
    assert not answer.done and answer.loss == float("inf") and answer["error"]


@pytest.mark.parametrize("later", [False, True])
def test_an_evaluator_that_ends_says_so_to_all_that_wait_and_all_that_come(study, later):
    with pytest.raises(arcuate.StudyError, match="features"):
        with study.set(features=[]).evaluator() as evaluate:
            if later:
                evaluate._reader.join()
            evaluate.submit({"coupling.gain": 0.01}).result(timeout=300)


class Drawn:
    """An optimiser that draws, and remembers what it was told."""

    def __init__(self, seconds):
        self.random, self.seconds, self.told = np.random.default_rng(1), seconds, []

    def ask(self):
        return float(self.random.choice(self.seconds))

    def tell(self, candidate, loss):
        self.told.append((candidate, loss))


def test_workers_are_busy_with_candidates_of_uneven_length(study):
    # Simulations of 20, 40 and 80 s of model time; 8 workers share the cores of the machine.
    long = study.set({"features": [{"kind": "moments", "monitor": "temporal_average"}], "monitors": [
        {"kind": "temporal_average", "variables": ["x"], "period": "4 ms", "record": False}]})
    optimiser = Drawn([20e3, 40e3, 80e3])
    with long.evaluator(ranks=8) as evaluate:
        for future in [evaluate.submit({"duration": 400.0}) for _ in range(8)]:
            future.result(timeout=300)  # all have started
        began = time.perf_counter()
        asked = []

        def candidate(duration):
            asked.append(time.perf_counter())
            return {"duration": duration}

        answers = evaluate.minimise(optimiser, 60, candidate)
    until = asked[-1]  # then there is nothing left to hand out: the tail of any finite search
    assert len(optimiser.told) == 60 and all(answer.done for answer in answers)
    # 0.9 and more on a machine that does nothing else (tests/bench/busy_workers.py); with a barrier between rounds 0.6.
    assert _busy(answers, began, until, evaluate) > 0.75


def _busy(answers, began, until, evaluate):
    """The share of the workers' time in which they simulated, between two moments."""
    spent = 0.0
    for answer in answers:
        end = answer.ended
        spent += max(0.0, min(end, until) - max(end - answer["seconds"], began))
    return spent / ((until - began) * evaluate.ranks)
