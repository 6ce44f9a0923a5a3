"""Pictures for notebooks: SVG without scripts or anything from outside."""
from __future__ import annotations

import base64
import html
import struct
import zlib
from typing import Iterable, List, Optional, Sequence

import numpy as np

# The report's colours: text and lines follow those of the page.
_SERIES = ["#3366aa", "#cc6633", "#339966", "#9955aa", "#aa8800", "#5599bb", "#bb4466", "#667788"]
_SEQUENTIAL = [(0.0, (247, 251, 255)), (0.35, (158, 202, 225)), (0.7, (49, 130, 189)), (1.0, (8, 48, 107))]
_DIVERGING = [(0.0, (33, 102, 172)), (0.25, (146, 197, 222)), (0.5, (247, 247, 247)), (0.75, (244, 165, 130)),
              (1.0, (178, 24, 43))]


def _png(rgb: np.ndarray) -> str:
    """An image (rows, columns, 3) of bytes as a PNG in a data URL."""
    rows, columns, _ = rgb.shape
    raw = b"".join(b"\0" + rgb[row].tobytes() for row in range(rows))

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    data = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", columns, rows, 8, 2, 0, 0, 0)) \
        + chunk(b"IDAT", zlib.compress(raw)) + chunk(b"IEND", b"")
    return "data:image/png;base64," + base64.b64encode(data).decode("ascii")


def _colours(share: np.ndarray, stops) -> np.ndarray:
    places = [place for place, _ in stops]
    channels = [np.interp(share, places, [colour[k] for _, colour in stops]) for k in range(3)]
    return np.stack(channels, axis=-1).round().astype(np.uint8)


def heat_map(matrix: np.ndarray, title: str, names: Optional[Sequence[str]] = None, size: int = 240) -> str:
    """A matrix as colours, with the range of its values; cells without a number are grey."""
    matrix = np.asarray(matrix, dtype=float)
    most = max(1, -(-max(matrix.shape) // 400))
    shown = matrix[::most, ::most]
    finite = shown[np.isfinite(shown)]
    low, high = (float(finite.min()), float(finite.max())) if finite.size else (0.0, 1.0)
    if low < 0 < high:
        reach = max(-low, high)
        rgb = _colours(np.nan_to_num((shown + reach) / (2 * reach)), _DIVERGING)
    else:
        rgb = _colours(np.nan_to_num((shown - low) / ((high - low) or 1.0)), _SEQUENTIAL)
    rgb[~np.isfinite(shown)] = 160
    height = size * matrix.shape[0] / matrix.shape[1] if matrix.shape[1] else size
    what = html.escape(f"{title}: {matrix.shape[0]} x {matrix.shape[1]}, {low:.3g} to {high:.3g}")
    return (f'<svg role="img" style="overflow:visible" aria-label="{what}" width="{size + 8}" height="{height + 24:.0f}" '
            f'xmlns="http://www.w3.org/2000/svg"><title>{what}</title>'
            f'<image x="4" y="18" width="{size}" height="{height:.0f}" preserveAspectRatio="none" '
            f'style="image-rendering:pixelated" href="{_png(rgb)}"/>'
            f'<text x="4" y="12" font-size="11" fill="currentColor">{html.escape(title)}, {low:.3g} … {high:.3g}</text>'
            '</svg>')


def traces(time: np.ndarray, values: np.ndarray, title: str, x_label: str = "time (s)", width: int = 420,
           height: int = 170) -> str:
    """Lines (times, series), of each the least and the greatest value in every pixel."""
    time, values = np.asarray(time, dtype=float), np.asarray(values, dtype=float)
    values = values[:, None] if values.ndim == 1 else values
    finite = values[np.isfinite(values)]
    low, high = (float(finite.min()), float(finite.max())) if finite.size else (0.0, 1.0)
    span, (left, right) = (high - low) or 1.0, (float(time[0]), float(time[-1])) if len(time) else (0.0, 1.0)
    lines: List[str] = []
    for number in range(min(values.shape[1], 8)):
        x, y = _thinned(time, values[:, number], width - 60)
        across = 46 + (x - left) / ((right - left) or 1.0) * (width - 54)
        down = 20 + (high - y) / span * (height - 50)
        points = " ".join(f"{a:.1f},{b:.1f}" for a, b in zip(across, down) if np.isfinite(b))
        lines.append(f'<polyline fill="none" stroke="{_SERIES[number]}" stroke-width="1" points="{points}"/>')
    what = html.escape(title)
    return (f'<svg role="img" style="overflow:visible" aria-label="{what}" width="{width}" height="{height}" xmlns="http://www.w3.org/2000/svg">'
            f'<title>{what}</title><g font-size="11" fill="currentColor"><text x="4" y="12">{what}</text>'
            f'<text x="42" y="27" text-anchor="end">{high:.3g}</text>'
            f'<text x="42" y="{height - 30}" text-anchor="end">{low:.3g}</text>'
            f'<text x="46" y="{height - 14}">{left:.4g}</text>'
            f'<text x="{width - 8}" y="{height - 14}" text-anchor="end">{right:.4g} {html.escape(x_label)}</text></g>'
            f'<rect x="46" y="20" width="{width - 54}" height="{height - 50}" fill="none" stroke="currentColor" '
            f'stroke-opacity="0.3"/>{"".join(lines)}</svg>')


def _thinned(time: np.ndarray, values: np.ndarray, pixels: int):
    if len(values) <= 2 * pixels:
        return time, values
    edges = np.linspace(0, len(values), pixels + 1).astype(int)
    places = sorted({place for begin, end in zip(edges[:-1], edges[1:])
                     for place in (begin + int(np.argmin(values[begin:end])), begin + int(np.argmax(values[begin:end])))})
    return time[places], values[places]


def _page(title: str, text: str, figures: Iterable[str]) -> str:
    parts = "".join(f'<div style="display:inline-block;vertical-align:top;margin:4px 12px 4px 0">{one}</div>'
                    for one in figures)
    return (f'<div class="arcuate"><strong>{html.escape(title)}</strong>'
            f'<pre style="font-size:12px;line-height:1.35;margin:4px 0;white-space:pre-wrap">{html.escape(text)}</pre>'
            f'{parts}</div>')


def of_connectome(connectome) -> str:
    figures = [heat_map(connectome.weights, "weights (row = target)")]
    for name, unit in (("lengths", "mm"), ("delays", "ms")):
        matrix = getattr(connectome, name)
        if matrix is not None:
            figures.append(heat_map(np.where(connectome.weights != 0, matrix, np.nan), f"{name} ({unit})"))
    return _page(repr(connectome).strip("<>"), "", figures)


def of_study(study, says: str) -> str:
    left = [f"left out: {one}" for one in study.left_out]
    try:
        figures = [heat_map(study.connectome.weights, "weights, as they are simulated (row = target)")]
    except Exception:  # of spiking neurons, of a plug-in that is not here: a picture is no reason to fail
        figures = []
    return _page(f"arcuate.Study {study.path.name}", "\n".join([says.rstrip(), *left]), figures)


def of_run(run) -> str:
    figures: List[str] = []
    for monitor in run.monitors[:3]:
        samples = run[monitor]
        for name in list(samples.data_vars)[:1]:
            array = samples[name][:, :8]
            if array.sizes["time"]:
                title = f"{monitor}: {name} [{array.attrs.get('units', '1')}], {array.shape[1]} of {samples[name].shape[1]}"
                figures.append(traces(array["time"].values, array.values, title))
    for name in run.features.names:
        dataset = run.features.dataset(name)
        array = dataset[name] if name in dataset else None
        if array is not None and array.ndim == 2:
            figures.append(heat_map(array.values, name))
    title, *lines = repr(run).splitlines()
    return _page(title.strip("<>"), "\n".join(lines), figures)


def of_job(job) -> str:
    figures: List[str] = []
    table = job.candidates()
    if "loss" in table:
        loss = table["loss"].values.astype(float)
        least = np.fmin.accumulate(np.where(np.isfinite(loss), loss, np.inf))
        least[~np.isfinite(least)] = np.nan
        figures.append(traces(table["candidate"].values, np.stack([least, loss], axis=1),
                              "least loss so far, and each candidate's", "candidate"))
    grid = job.to_xarray()
    axes = [dim for dim in grid.dims if any(dim in array.dims for array in grid.data_vars.values())]
    maps = [name for name, array in grid.data_vars.items()
            if array.ndim == 2 and array.dtype.kind == "f" and set(array.dims) <= set(axes[:2])
            and name not in ("seconds", "worker")]
    figures += [heat_map(grid[name].values, f"{name} ({' x '.join(map(str, grid[name].dims))})") for name in maps[:2]]
    return _page(repr(job).strip("<>"), "", figures)
