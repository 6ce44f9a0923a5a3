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
    for tables in ((w[["rC", "lA"]],), (w, l.rename(index={"lA": "lX"}, columns={"lA": "lX"}))):
        with pytest.raises(ValueError, match="same regions"):
            arcuate.Connectome.from_pandas(*tables)


@pytest.mark.parametrize("label", ["#a", " ", "a\nb"])
def test_labels_that_no_file_can_hold_are_refused(label):
    with pytest.raises(ValueError, match="no line of a file"):
        arcuate.Study({"connectome": arcuate.Connectome(weights, labels=[label, "ö b", "c: d"])})


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
    looks.Cmat, looks.Dmat, looks.params["signalV"] = weights, lengths, 7.0  # which its models have too
    assert arcuate.Connectome.of(looks).speed == 7.0
    one_node = arcuate.Connectome.of(SimpleNamespace(params={"Cmat": np.array(0.0), "lengthMat": np.array(0.0), "signalV": 20.0}))
    assert one_node.weights.shape == one_node.lengths.shape == (1, 1)
    data = arcuate.Connectome.of(SimpleNamespace(Cmat=weights, Dmat=lengths))
    np.testing.assert_array_equal(data.lengths, lengths)
    np.testing.assert_array_equal(data.to_neurolib()[1], lengths)


def test_what_looks_like_a_network_of_brainmass():
    """As brainmass 0.1.1 keeps them: in the coupling, with delays made of distances."""
    source = SimpleNamespace(delay_time=(lengths / 10.0, np.zeros((3, 3), int)))
    moved = arcuate.Connectome.of(SimpleNamespace(coupling=SimpleNamespace(conn=weights, x=source)))
    np.testing.assert_array_equal(moved.weights, weights)
    np.testing.assert_array_equal(moved.delays, lengths / 10.0)
    keywords = moved.to_brainmass()
    np.testing.assert_array_equal(keywords["distance"] / keywords["speed"], lengths / 10.0)
    with pytest.raises(ValueError, match="delays"):
        moved.to_neurolib()


def test_neurolib_itself():
    models = pytest.importorskip("neurolib.models.hopf", reason="neurolib (PyPI) is not installed")
    model = models.HopfModel(Cmat=weights + np.eye(3), Dmat=lengths)
    model.params["signalV"] = 7.0
    moved = arcuate.Connectome.of(model)
    np.testing.assert_array_equal(moved.weights, weights)
    np.testing.assert_array_equal(moved.lengths, lengths)
    assert moved.speed == 7.0
    cmat, dmat = moved.to_neurolib()
    again = models.HopfModel(Cmat=cmat, Dmat=dmat)
    np.testing.assert_array_equal(again.params["Cmat"], weights)
    np.testing.assert_array_equal(again.params["lengthMat"], lengths)
    assert len(arcuate.Connectome.of(models.HopfModel())) == 1


def test_brainmass_itself():
    brainmass = pytest.importorskip("brainmass", reason="brainmass (PyPI) is not installed")
    import brainstate
    import brainunit
    brainstate.environ.set(dt=0.1 * brainunit.ms)

    def network(**keywords):
        return brainmass.Network(brainmass.HopfStep(3), coupled_var="x", **keywords)

    moved = arcuate.Connectome.of(network(conn=weights + np.eye(3), distance=lengths * brainunit.mm,
                                          speed=2.0 * brainunit.meter / brainunit.second))
    np.testing.assert_allclose(moved.weights, weights, rtol=1e-6)  # it keeps numbers in single precision
    np.testing.assert_allclose(moved.delays, lengths / 2.0, rtol=1e-6)
    for one in (moved, arcuate.Connectome(weights + np.eye(3), lengths, speed=2.0)):
        again = arcuate.Connectome.of(network(**one.to_brainmass()))
        np.testing.assert_allclose(again.weights, one.weights, rtol=1e-6)
        np.testing.assert_allclose(again.delays, lengths / 2.0 * (1 - np.eye(3)), rtol=1e-6)
    assert arcuate.Connectome.of(network(conn=weights)).delays is None
    data = brainmass.datasets.load_dataset("example_connectome")
    same_as_data = arcuate.Connectome.of(data)
    np.testing.assert_array_equal(same_as_data.weights, data.weights)
    assert same_as_data.lengths.max() == pytest.approx(float(data.distances.max() / brainunit.mm))


@pytest.mark.parametrize("arguments, message", [
    ((weights[:2],), "regions, regions"), ((weights, lengths[:2, :2]), "lengths"), ((weights, lengths, lengths), "one of both"),
    ((weights, None, None, ["a", "b"]), "2 of 3"), ((weights, None, None, ["a", "b", "a"]), "twice"),
    ((weights, None, None, None, np.zeros((3, 2))), "centres"), ((np.ma.masked_equal(weights, 2.0),), "1 values are masked")])
def test_what_cannot_be_is_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        arcuate.Connectome(*arguments)


def test_nothing_is_made_of_what_is_none():
    with pytest.raises(TypeError, match="list"):
        arcuate.Connectome.of([[1]])
