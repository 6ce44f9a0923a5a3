// A connectome that somebody brings: its matrix and its centres.
import {make} from "./dom.js";
import {chart, colour, format, frame, heatMap, hover, nearest, niceTicks, text} from "./figures.js";

/// Rows of numbers as the levels that heat maps take. Weights that differ much: their logarithms.
function gridOf(rows) {
  const known = rows.flat().filter(v => typeof v === "number" && v !== 0), signed = known.some(v => v < 0);
  let low = Math.min(...known), high = Math.max(...known);
  if (!known.length) { low = 0; high = 1; }
  const log = !signed && high / low > 30, to = v => log ? Math.log10(v) : v;
  if (signed) { high = Math.max(-low, high); low = -high; } else if (!log) low = 0;
  low = to(low); high = to(high);
  if (!(high > low)) high = low + 1;
  const levels = Uint16Array.from(rows.flat(), v => typeof v !== "number" || v === 0 ? 65535 : Math.round(65534 * (to(v) - low) / (high - low)));
  return {grid: {rows: rows.length, columns: rows[0].length, low, high, levels}, log, signed};
}

/// Draws what the service says of a connectome into a box.
export function showConnectome(box, c) {
  const facts = [c.regions + " regions", c.edges + " edges"];
  if (c.lengths && c.lengths.high > 0) facts.push("lengths " + format(c.lengths.low) + " to " + format(c.lengths.high) + " " + (c.lengths.unit || "mm"));
  const matrix = make("div", {}), places = make("div", {});
  box.replaceChildren(make("p", {class: "summary"}, c.name + ": " + facts.join(", ")), make("div", {class: "row fitting"}, matrix, places));
  if (c.weights && c.weights.length) weights(matrix, c);
  if (c.centres && c.centres.length) centres(places, c); else places.append(make("p", {class: "hint"}, "The file holds no centres of regions."));
}
function weights(box, c) {
  const {grid, log, signed} = gridOf(c.weights), n = grid.rows, label = k => c.labels && c.labels.length === n ? c.labels[k] : "rows " + Math.floor(k * c.regions / n) + " on";
  heatMap(box, grid, {square: true, scale: signed ? "correlation" : "weight", log, title: "weight", label: "Connection weights of " + c.name + ", rows: targets",
    describe: (r, k, v) => label(k) + " \u2192 " + label(r) + (v === null ? "\nno connection" : "\nweight " + format(log ? Math.pow(10, v) : v))});
}
/// From above and from the side.
function centres(box, c) {
  const views = [["x", "y", 0, 1], ["y", "z", 1, 2]], at = [];
  const strength = c.weights && c.weights.length === c.centres.length ? c.weights.map(row => row.reduce((s, v) => s + (v || 0), 0)) : c.centres.map(() => 1), most = Math.max(...strength, 1e-300);
  const {canvas} = chart(box, w => Math.min(420, Math.max(240, 0.62 * w)), (pen, width, height) => {
    at.length = 0;
    views.forEach(([across, up, i, j], k) => {
      const area = {x: 44 + k * width / 2, y: 26, w: width / 2 - 56, h: height - 74}, range = d => [Math.min(...c.centres.map(p => p[d])), Math.max(...c.centres.map(p => p[d]))];
      const [x0, x1] = range(i), [y0, y1] = range(j), scale = 0.94 * Math.min(area.w / (x1 - x0 || 1), area.h / (y1 - y0 || 1));
      const x = v => area.x + area.w / 2 + (v - (x0 + x1) / 2) * scale, y = v => area.y + area.h / 2 - (v - (y0 + y1) / 2) * scale;
      frame(pen, area, {at: x, ticks: niceTicks(x0, x1, area.w / 70), words: v => format(v)}, {at: y, ticks: niceTicks(y0, y1, 5), words: v => format(v)}, across + " [mm]", "");
      text(pen, (k ? "from the side, " : "from above, ") + up + " up", area.x, 12, "left", "middle");
      c.centres.forEach((p, n) => {
        pen.beginPath();
        pen.arc(x(p[i]), y(p[j]), 2 + 4 * Math.sqrt(Math.max(0, strength[n]) / most), 0, 7);
        pen.fillStyle = colour.traces[0] + "bb";
        pen.fill();
        at.push([x(p[i]), y(p[j]), n]);
      });
    });
  }, "Centres of the regions of " + c.name + " from above and from the side; larger: more input");
  hover(canvas, (x, y) => {
    const k = nearest(at, x, y, 12);
    return k < 0 ? null : (c.labels ? c.labels[at[k][2]] : "region " + at[k][2]) + "\n" + c.centres[at[k][2]].map(v => format(v)).join(", ") + " mm";
  });
}
