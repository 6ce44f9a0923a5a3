"""Cortices of The Virtual Brain as the section `surface` of a study."""
from __future__ import annotations

import zipfile
from typing import Any, Dict

import numpy as np

from .errors import StudyError
from .values import Folder

__all__ = ["surface_section"]

# Models in whose equations local input is added where that of the network is.
_SAME_PLACE = {"Linear", "SupHopf", "ReducedWongWang", "ReducedWongWangExcInh", "DecoBalancedExcInh"}
# Where the network has several inputs and local connectivity one: from what to what it leads.
_ENDS = {"SupHopf": {"source": "x", "target": "c_x"}}
# Models that do not read it.
_WITHOUT = {"MontbrioPazoRoxin", "CoombesByrne", "CoombesByrne2D", "GastSchmidtKnosche_SD", "GastSchmidtKnosche_SF",
            "DumontGutkin", "Hopfield", "KIonEx", "EpileptorCodim3", "EpileptorCodim3SlowMod"}


def surface_section(simulator, model: str, folder: Folder) -> Dict[str, Any]:
    """The mesh, its regions and its local edges, of a configured simulator.

    Parameters
    ----------
    model : str
        Its name here.
    folder : Folder
        Where the mesh is written.

    Raises
    ------
    StudyError
        When local input enters the model's equations at another place than the input of the network.
    """
    cortex = simulator.surface
    count = len(cortex.vertices)
    section: Dict[str, Any] = {"file": str(_mesh(cortex, folder)),
                               "mapping": np.ravel(cortex.region_mapping)[:count].astype(int)}
    strength = np.ravel(np.asarray(cortex.coupling_strength, dtype=float))
    local = cortex.local_connectivity.matrix.tocsr()[:count, :count]
    if local.nnz == 0 or not np.any(strength) or model in _WITHOUT:
        return section
    gamma = np.ravel(getattr(simulator.model, "gamma", np.nan))
    if model not in _SAME_PLACE and not (model == "Generic2dOscillator" and np.all(gamma == 1.0)):
        raise StudyError(f"surface: in {model} of The Virtual Brain local input has a place of its own in the equations; "
                         f"taken are {', '.join(sorted(_SAME_PLACE))}, Generic2dOscillator with gamma = 1, models without "
                         "local input, and coupling_strength 0")
    section["local_connectivity"] = {"file": local}
    section.update(_ENDS.get(model, {}))
    if strength.size == 1:
        section["strength"] = float(strength[0])
    else:  # regions without vertices have no local edges
        section["strength"] = np.concatenate([strength, np.zeros(simulator.number_of_nodes - count)])
    return section


def _mesh(cortex, folder: Folder):
    path = folder.new("surface.zip")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, table, form in (("vertices.txt", cortex.vertices, "%.17g"), ("triangles.txt", cortex.triangles, "%d"),
                                  ("vertex_normals.txt", cortex.vertex_normals, "%.17g")):
            with archive.open(name, "w") as file:
                np.savetxt(file, np.asarray(table), fmt=form)
    return path
