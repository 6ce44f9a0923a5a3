// What a sweep or a fit has found: a map over any two parameters whose cells open runs, the best values, and all candidates.
import * as api from "./api.js";
import {action, card, choose, facts, make, table} from "./dom.js";
import {all, chart, clear, colour, colourBar, counted, data, format, frame, hover, nearest, niceTicks, showGrid, table as colours, withUnit} from "./figures.js";

const largest = 20000;

/// A table of the service as columns by what they are.
class Candidates {
  constructor(answer) {
    const of = role => answer.columns.map((c, k) => ({...c, unit: c.unit === "1" ? "" : c.unit || "", at: k})).filter(c => (Array.isArray(role) ? role : [role]).includes(c.role));
    Object.assign(this, {rows: answer.rows, parameters: of("parameter"), measures: of(["loss", "measure", "ending"]), number: of("candidate")[0], status: of("status")[0], island: of("island")[0], loss: of("loss").find(c => c.name === "loss") || of("loss")[0]});
    // How long a candidate took is the last that one wants to see.
    const at = this.loss && this.loss.at, late = m => m.role === "ending" || ["seconds", "worker"].includes(m.name);
    this.measures = this.measures.filter(m => this.rows.some(r => typeof r[m.at] === "number")).sort((a, b) => (b.at === at) - (a.at === at) || late(a) - late(b));
    if (this.loss) this.loss = this.measures.find(m => m.at === this.loss.at) || null;
  }
  numberOf(row, k) { return this.number ? row[this.number.at] : k; }
  failed(row) { return this.status ? row[this.status.at] === "failed" : this.measures.length > 0 && this.measures.every(m => row[m.at] === null); }
  open(row) { return this.status ? ["open", "running"].includes(row[this.status.at]) : false; }
  /// Those with a loss, the least first.
  best() { return this.loss ? this.rows.filter(r => typeof r[this.loss.at] === "number").sort((a, b) => a[this.loss.at] - b[this.loss.at]) : []; }
}

/// The table as the grid that reports draw; null: its rows are no grid.
function gridOf(c, opened) {
  const axes = c.parameters.map(p => {
    const values = [...new Set(c.rows.map(r => r[p.at]))];
    return values.every(v => typeof v === "number") ? {name: p.name, unit: p.unit, values: values.sort((a, b) => a - b), at: p.at} : {name: p.name, unit: "", texts: values.map(String), at: p.at};
  });
  const extent = a => (a.texts || a.values).length, size = axes.reduce((n, a) => n * extent(a), 1);
  if (!axes.length || size > largest || size > Math.max(4, 2 * c.rows.length)) return null;
  const places = axes.map(a => new Map((a.texts || a.values).map((v, k) => [v, k])));
  const rows = new Array(size).fill(-1);
  c.rows.forEach((r, k) => {
    const cell = axes.reduce((at, a, d) => at * extent(a) + places[d].get(a.texts ? String(r[a.at]) : r[a.at]), 0);
    if (rows[cell] < 0) rows[cell] = k;
  });
  const quantities = c.measures.map(m => {
    const known = c.rows.map(r => r[m.at]).filter(v => typeof v === "number"), low = known.length ? Math.min(...known) : 0, high = known.length ? Math.max(...known) : 1;
    return {name: m.name, unit: m.unit, low, high, levels: Uint16Array.from(rows, k => k < 0 || typeof c.rows[k][m.at] !== "number" ? 65535 : Math.round(65534 * (c.rows[k][m.at] - low) / (high - low || 1)))};
  });
  const endings = rows.map(k => k < 0 || c.open(c.rows[k]) ? "2" : c.failed(c.rows[k]) ? "1" : "0").join("");
  return {axes, quantities, endings, total: quantities.length, numbers: rows.map(k => k < 0 ? null : c.numberOf(c.rows[k], k)), open: cells => { if (cells.length && rows[cells[0]] >= 0) opened(c.numberOf(c.rows[rows[cells[0]]], rows[cells[0]])); }};
}

/// told: takes the islands of candidates, where there are any.
export async function showSweep(box, job, told = () => {}) {
  const reread = action("Read again", async () => showSweep(box, await api.get(api.jobPath(job.id)), told));
  clear("grid");
  if (!(job.files || []).some(f => f.name.endsWith("table.csv"))) { box.replaceChildren(card("map", "Candidates", make("p", {}, "There is no table of candidates yet."), make("p", {class: "tools"}, reread))); return; }
  const c = new Candidates(await api.get(api.jobPath(job.id, "/table"))), opened = number => { location.hash = "#/new?candidate=" + encodeURIComponent(job.id + "/" + number); };
  if (!c.rows.length || !c.measures.length) { box.replaceChildren(card("map", "Candidates", make("p", {}, "No candidate has ended yet."), make("p", {class: "tools"}, reread))); return; }
  if (c.island) told(new Map(c.rows.map((r, k) => [c.numberOf(r, k), r[c.island.at]])));
  all.minimised = job.verb === "fit";
  const map = card("map", c.parameters.length > 1 ? "Map" : "Along the parameter", make("p", {class: "tools", id: "grid-tools"}), make("p", {class: "note", id: "grid-note"}), make("div", {id: "grid"}),
    make("p", {class: "hint"}, "A click on a cell opens its study. With the keyboard: the table below."));
  const best = bestOf(c, opened);
  box.replaceChildren(...[best, map, card("candidates", "Candidates", make("p", {class: "tools"}, reread), list(c, job))].filter(Boolean));
  const grid = gridOf(c, opened);
  if (grid) { data.grid = grid; showGrid(); } else scatter(c, opened);
}

function bestOf(c, opened) {
  const row = c.best()[0];
  if (!row) return null;
  const number = c.numberOf(row, c.rows.indexOf(row));
  return card("best", "Best candidate", facts([["candidate", String(number)], [c.loss.name, format(row[c.loss.at], 5)], ...c.parameters.map(p => [p.name, (typeof row[p.at] === "number" ? format(row[p.at], 5) : String(row[p.at])) + (p.unit ? " " + p.unit : "")])]), make("p", {class: "tools"}, make("button", {type: "button", class: "strong", on: {click: () => opened(number)}}, "Open the best as a study")));
}

/// Candidates that lie nowhere in rows and columns: points, coloured by a measure.
function scatter(c, opened) {
  const at = {x: 0, y: Math.min(1, c.parameters.length - 1), measure: 0}, tools = document.getElementById("grid-tools");
  const pick = (words, list, name) => { const select = choose(list.map((p, k) => [withUnit(p.name, p.unit), k]), at[name], v => { at[name] = +v; draw(); }); select.setAttribute("aria-label", words); return make("label", {}, words + " ", select); };
  tools.replaceChildren(pick("quantity", c.measures, "measure"), pick("across", c.parameters, "x"), pick("up", c.parameters, "y"));
  const draw = () => {
    clear("grid");
    const x = c.parameters[at.x], y = c.parameters[at.y], m = c.measures[at.measure], rows = c.rows.filter(r => typeof r[x.at] === "number" && typeof r[y.at] === "number"), points = [];
    const range = k => { const v = rows.map(r => r[k]).filter(n => typeof n === "number"), low = Math.min(...v), high = Math.max(...v); return v.length ? [low, high > low ? high : low + 1] : [0, 1]; };
    const [x0, x1] = range(x.at), [y0, y1] = range(y.at), [low, high] = range(m.at), area = {};
    document.getElementById("grid-note").textContent = counted(rows.length, "candidate");
    const {canvas} = chart(document.getElementById("grid"), w => w < 500 ? 320 : 420, (pen, width, height) => {
      Object.assign(area, {x: 72, y: 10, w: width - 176, h: height - 58});
      const px = v => area.x + (0.02 + 0.96 * (v - x0) / (x1 - x0)) * area.w, py = v => area.y + (0.98 - 0.96 * (v - y0) / (y1 - y0)) * area.h, ink = colours(all.minimised ? "loss" : "activity");
      frame(pen, area, {at: px, ticks: niceTicks(x0, x1, area.w / 90), words: v => format(v)}, {at: py, ticks: niceTicks(y0, y1, 5), words: v => format(v)}, withUnit(x.name, x.unit), withUnit(y.name, y.unit));
      colourBar(pen, area.x + area.w + 14, area.y, area.h, {scale: all.minimised ? "loss" : "activity", title: withUnit(m.name, m.unit)}, low, high);
      points.length = 0;
      rows.slice().sort((a, b) => (b[m.at] ?? Infinity) - (a[m.at] ?? Infinity)).forEach(r => {
        const value = r[m.at], k = 3 * Math.round(255 * (value - low) / (high - low));
        pen.beginPath();
        pen.arc(px(r[x.at]), py(r[y.at]), 4, 0, 7);
        pen.fillStyle = typeof value === "number" ? "rgb(" + ink[k] + "," + ink[k + 1] + "," + ink[k + 2] + ")" : colour.edge;
        pen.fill();
        points.push([px(r[x.at]), py(r[y.at]), r]);
      });
    }, "Candidates by " + x.name + " and " + y.name);
    const near = (px, py) => { const k = nearest(points, px, py, 10); return k < 0 ? null : points[k][2]; };
    hover(canvas, (px, py) => { const r = near(px, py); return r && "candidate " + c.numberOf(r, c.rows.indexOf(r)) + "\n" + [...c.measures, ...c.parameters].slice(0, 10).map(p => p.name + " " + (typeof r[p.at] === "number" ? format(r[p.at], 4) : r[p.at] ?? "\u2013") + " " + p.unit).join("\n"); });
    canvas.classList.add("opens");
    canvas.addEventListener("click", e => { const b = canvas.getBoundingClientRect(), r = near(e.clientX - b.left, e.clientY - b.top); if (r) opened(c.numberOf(r, c.rows.indexOf(r))); });
  };
  draw();
}

/// All candidates as a table that can be sorted; each opens its study.
function list(c, job) {
  const columns = [...c.parameters, ...c.measures, c.island].filter(Boolean), box = make("div", {});
  let by = c.loss ? columns.findIndex(p => p.at === c.loss.at) : -1, up = true, most = 20;
  const draw = () => {
    const column = columns[by], order = c.rows.map((r, k) => [r, k]);
    if (column) order.sort(([a], [b]) => (a[column.at] === null) - (b[column.at] === null) || (up ? 1 : -1) * (a[column.at] < b[column.at] ? -1 : a[column.at] > b[column.at] ? 1 : 0));
    const sorted = table("Candidates", [["Candidate", "name"], ...columns.map(p => [withUnit(p.name, p.unit), "number"])], order.slice(0, most).map(([r, k]) =>
      [make("a", {href: "#/new?candidate=" + encodeURIComponent(job.id + "/" + c.numberOf(r, k))}, "open " + c.numberOf(r, k)), ...columns.map(p => r[p.at] === null ? (c.failed(r) ? "failed" : "\u2013") : typeof r[p.at] === "number" ? format(r[p.at], 5) : String(r[p.at]))]));
    sorted.querySelectorAll("th").forEach((th, n) => {
      if (!n) return;
      th.setAttribute("aria-sort", by === n - 1 ? (up ? "ascending" : "descending") : "none");
      const words = th.textContent;
      th.replaceChildren(make("button", {type: "button", class: "link", on: {click: () => { up = by === n - 1 ? !up : true; by = n - 1; draw(); box.querySelectorAll("th button")[n - 1].focus(); }}}, words + (by === n - 1 ? (up ? " \u25b2" : " \u25bc") : "")));
    });
    box.replaceChildren(sorted, ...(order.length > most ? [make("p", {class: "tools"}, counted(order.length, "candidate") + ", " + most + " shown ", make("button", {type: "button", on: {click: () => { most += 200; draw(); }}}, "Show more"))] : []));
  };
  draw();
  return box;
}
