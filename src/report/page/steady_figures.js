// What the figures of steady states share.
const perSecond = unit => unit === "s-1" ? "1/s" : unit;
const stableKind = kind => kind.startsWith("stable");
function extent(lists, margin = 0.05) {
  let low = Infinity, high = -Infinity;
  for (const list of lists) for (const x of list) {
    if (x === null || !isFinite(x)) continue;
    low = Math.min(low, x);
    high = Math.max(high, x);
  }
  if (!(low <= high)) return [0, 1];
  const wide = high - low || Math.abs(high) || 1;
  return [low - margin * wide, high + margin * wide];
}
function acrossAxis(area, [low, high], most = 90) {
  return {low, high, at: v => area.x + (v - low) / (high - low) * area.w, ...scaleOf(low, high, false, Math.max(2, area.w / most))};
}
function upAxis(area, [low, high], most = 52) {
  return {low, high, at: v => area.y + area.h - (v - low) / (high - low) * area.h, ...scaleOf(low, high, false, Math.max(2, area.h / most))};
}
const areaOf = (width, h, right = 16) => ({x: 78, y: 30, w: width - 78 - right, h: h - 30 - 48});
function paper(c, area) {
  c.fillStyle = colour.plot;
  c.fillRect(area.x, area.y, area.w, area.h);
}
// Lines through points, broken where there is none.
function curve(c, xs, ys, ink, width = 2, dash = []) {
  c.strokeStyle = ink;
  c.lineWidth = width;
  c.setLineDash(dash);
  c.beginPath();
  let down = false;
  xs.forEach((x, k) => {
    if (x === null || ys[k] === null || !isFinite(x) || !isFinite(ys[k])) { down = false; return; }
    down ? c.lineTo(x, ys[k]) : c.moveTo(x, ys[k]);
    down = true;
  });
  c.stroke();
  c.setLineDash([]);
}
function dot(c, x, y, r, fill, edge, width = 1.5) {
  c.beginPath();
  c.arc(x, y, r, 0, 7);
  if (fill) { c.fillStyle = fill; c.fill(); }
  c.strokeStyle = edge;
  c.lineWidth = width;
  c.stroke();
}
function square(c, x, y, r, fill, edge) {
  c.fillStyle = fill;
  c.fillRect(x - r, y - r, 2 * r, 2 * r);
  c.strokeStyle = edge;
  c.lineWidth = 1.5;
  c.strokeRect(x - r, y - r, 2 * r, 2 * r);
}
function diamond(c, x, y, r, fill, edge) {
  c.beginPath();
  c.moveTo(x - r, y);
  c.lineTo(x, y - r);
  c.lineTo(x + r, y);
  c.lineTo(x, y + r);
  c.lineTo(x - r, y);
  c.fillStyle = fill;
  c.fill();
  c.strokeStyle = edge;
  c.lineWidth = 1.5;
  c.stroke();
}
// A fixed point: full where it is stable, open where not, a saddle with a bar.
function restMark(c, kind, x, y) {
  dot(c, x, y, 5.5, stableKind(kind) ? colour.ink : colour.paper, colour.ink, 2);
  if (kind.startsWith("saddle")) stroke(c, x - 5.5, y, x + 5.5, y, colour.ink, 2);
}
// Words above a figure, each with its mark: [draw(x, y), words].
function legend(c, area, entries) {
  let x = area.x + 2;
  for (const [mark, words] of entries) {
    const wide = 30 + 6.7 * words.length;
    if (x + wide > area.x + area.w + 12) break;
    mark(x + 9, area.y - 14);
    text(c, words, x + 24, area.y - 14, "left", "middle");
    x += wide + 8;
  }
}
const restLegend = c => [[(x, y) => restMark(c, "stable", x, y), "stable"], [(x, y) => restMark(c, "unstable", x, y), "unstable"], [(x, y) => restMark(c, "saddle", x, y), "saddle"]];
// An arrow from a place, as long as (dx, dy).
function arrow(c, x, y, dx, dy, ink) {
  const size = Math.hypot(dx, dy);
  if (!(size > 0.5)) return;
  const ux = dx / size, uy = dy / size, head = Math.min(4, size * 0.5);
  c.strokeStyle = ink;
  c.lineWidth = 1.1;
  c.beginPath();
  c.moveTo(x - dx / 2, y - dy / 2);
  c.lineTo(x + dx / 2, y + dy / 2);
  c.moveTo(x + dx / 2 - head * (ux - 0.6 * uy), y + dy / 2 - head * (uy + 0.6 * ux));
  c.lineTo(x + dx / 2, y + dy / 2);
  c.lineTo(x + dx / 2 - head * (ux + 0.6 * uy), y + dy / 2 - head * (uy - 0.6 * ux));
  c.stroke();
}
// Where values on a grid (first, second) are 0: pieces of lines [x0, y0, x1, y1] in places along the axes.
function zeroLines(values, n, m) {
  const pieces = [], at = (i, j) => values[i * m + j];
  for (let i = 0; i + 1 < n; ++i) for (let j = 0; j + 1 < m; ++j) {
    const corner = [[i, j], [i + 1, j], [i + 1, j + 1], [i, j + 1]], cuts = [];
    if (corner.some(([a, b]) => at(a, b) === null)) continue;
    for (let k = 0; k < 4; ++k) {
      const [a, b] = corner[k], [p, q] = corner[(k + 1) % 4], u = at(a, b), v = at(p, q);
      if ((u < 0) === (v < 0)) continue;
      const s = u / (u - v);
      cuts.push([a + s * (p - a), b + s * (q - b)]);
    }
    for (let k = 0; k + 1 < cuts.length; k += 2) pieces.push([...cuts[k], ...cuts[k + 1]]);
  }
  return pieces;
}
const valueAlong = (values, place) => {
  const k = Math.min(values.length - 2, Math.floor(place));
  return values[k] + (place - k) * (values[k + 1] - values[k]);
};
// Arrows of two components on a grid, about one each 26 pixels, by the square root of their size.
function flow(c, area, x, y, first, second, u, v, ink) {
  const n = first.length, m = second.length, arrows = [];
  const every = (count, room) => Math.max(1, Math.ceil(26 * (count - 1) / room)), di = every(n, area.w), dj = every(m, area.h);
  let most = 0;
  for (let i = Math.floor(di / 2); i < n; i += di) for (let j = Math.floor(dj / 2); j < m; j += dj) {
    const k = i * m + j;
    if (u[k] === null || v[k] === null) continue;
    const dx = u[k] / (x.high - x.low) * area.w, dy = -v[k] / (y.high - y.low) * area.h;
    arrows.push([x.at(first[i]), y.at(second[j]), dx, dy]);
    most = Math.max(most, Math.hypot(dx, dy));
  }
  for (const [px, py, dx, dy] of arrows) {
    const size = Math.hypot(dx, dy), long = 5 + 17 * Math.sqrt(size / most);
    if (size > 0) arrow(c, px, py, dx / size * long, dy / size * long, ink);
  }
}
function choose(id, words, change) {
  const select = byId(id);
  words.forEach((one, k) => select.add(new Option(one, k)));
  select.hidden = words.length < 2;
  select.onchange = () => change(+select.value);
}
function note(id, words) { byId(id + "-note").textContent = words; }
