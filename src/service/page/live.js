// What a running job tells: traces of monitors, workers, losses and islands. Drawn again at most a few times a second.
import {choose, make} from "./dom.js";
import {clear, chart, colour, convergence, data, format, frame, hover, legend, legendRows, niceTicks, withUnit} from "./figures.js";

// Samples that are kept, and those that are drawn of a long run unless all are asked for.
const most = 4000, latest = 400;

/// Traces of one monitor: lines that grow.
class Trace {
  constructor(box, name) {
    Object.assign(this, {box, name, time: [], labels: [], values: [], from: latest});
    const select = choose([["the latest samples", latest], ["the whole run", most]], latest, v => { this.from = +v; this.draw(); });
    select.setAttribute("aria-label", "Shown of " + name);
    this.tools = make("p", {class: "tools", hidden: true}, select);
    box.append(this.tools);
  }
  /// [first sample, values from there].
  get shown() {
    const first = Math.max(0, this.time.length - this.from);
    return [this.time.slice(first), this.values.map(v => v.slice(first))];
  }
  add(event) {
    Object.assign(this, {unit: event.unit || "", variable: event.variable || this.name});
    if (event.labels.join("\n") !== this.labels.join("\n")) Object.assign(this, {labels: event.labels, time: [], values: event.labels.map(() => [])});
    // One row of values a label, or one a time.
    const byLabel = event.values.length === event.labels.length && (event.values.length !== event.time.length || event.labels.length === 1 || event.values[0].length === event.time.length);
    event.time.forEach((t, k) => {
      if (this.time.length && t <= this.time[this.time.length - 1]) return;
      this.time.push(t);
      this.labels.forEach((_, i) => this.values[i].push(byLabel ? event.values[i][k] : event.values[k][i]));
    });
    if (this.time.length > most) this.thin();
  }
  /// Every second sample of all but the newest.
  thin() {
    const keep = this.time.map((_, k) => k % 2 === 0 || k > 0.75 * this.time.length);
    this.time = this.time.filter((_, k) => keep[k]);
    this.values = this.values.map(v => v.filter((_, k) => keep[k]));
  }
  draw() {
    this.tools.hidden = this.time.length <= latest;
    if (this.drawing) { this.drawing.redraw(); return; }
    const area = {};
    this.drawing = chart(this.box, w => w < 500 ? 240 : 300, (pen, width, height) => {
      const above = 18 * (legendRows(width - 80, this.labels) - 1);
      Object.assign(area, {x: 66, y: 30 + above, w: width - 80, h: height - 78 - above});
      const [time, values] = this.shown, all = values.flat().filter(v => v !== null && isFinite(v));
      let low = Math.min(...all), high = Math.max(...all);
      if (!all.length) { low = 0; high = 1; }
      if (!(high > low)) { low -= 0.5; high += 0.5; }
      const from = time[0] || 0, to = time[time.length - 1] || 1;
      const x = t => area.x + (t - from) / (to - from || 1) * area.w, y = v => area.y + (0.97 - 0.94 * (v - low) / (high - low)) * area.h;
      this.at = px => from + (px - area.x) / area.w * (to - from);
      frame(pen, area, {at: x, ticks: niceTicks(from, to, area.w / 90), words: t => format(t, 5)}, {at: y, ticks: niceTicks(low, high, 5), words: v => format(v)}, "time [s]", withUnit(this.variable, this.unit));
      values.forEach((line, i) => {
        pen.strokeStyle = colour.traces[i % 8];
        pen.lineWidth = 1.2;
        pen.beginPath();
        let open = false;
        line.forEach((v, k) => {
          if (v === null || !isFinite(v)) { open = false; return; }
          if (open) pen.lineTo(x(time[k]), y(v)); else pen.moveTo(x(time[k]), y(v));
          open = true;
        });
        pen.stroke();
      });
      legend(pen, area, this.labels.map((l, i) => [l, colour.traces[i % 8]]));
    }, "Traces of " + this.name);
    hover(this.drawing.canvas, (px, py) => {
      if (px < area.x || px > area.x + area.w || py < area.y || py > area.y + area.h || !this.time.length) return null;
      const t = this.at(px), [time, values] = this.shown, found = time.findIndex(v => v >= t), k = found < 0 ? time.length - 1 : found;
      return format(time[k], 5) + " s\n" + this.labels.map((l, i) => l + " " + format(values[i][k])).join("\n");
    });
  }
}

/// What events do not tell of islands: their report does.
function trimIslands(box) {
  box.querySelectorAll(".note").forEach(note => note.remove());
  const table = box.querySelector("table"), methods = [...data.convergence.islands].some(i => i.method);
  if (!table) return;
  for (const row of table.rows) {
    row.deleteCell(-1);
    row.deleteCell(-1);
    if (!methods) row.deleteCell(1);
  }
  table.createCaption().className = "unseen";
  table.caption.textContent = "Islands of the fit";
}

export class Live {
  constructor(box) {
    Object.assign(this, {box, traces: new Map(), losses: [], islands: new Map(), dirty: false});
    data.convergence = {islands: [], best: [], points: [], failed: [], migrations: [], migrated: 0, ended: 0, step: 1};
    data.complete = true;
  }
  section(id, title, ...inside) {
    const part = make("section", {class: "card below", "aria-labelledby": id + "-title"}, make("div", {class: "head"}, make("h2", {id: id + "-title"}, title)), inside);
    this.box.append(part);
    return part;
  }
  trace(event) {
    if (!this.traces.has(event.monitor)) {
      const part = this.section("trace-" + this.traces.size, "Traces: " + event.monitor), inside = make("div", {});
      part.append(inside);
      this.traces.set(event.monitor, new Trace(inside, event.monitor));
    }
    this.traces.get(event.monitor).add(event);
    this.later();
  }
  workers(list) {
    if (!this.workerBox) this.section("workers", "Workers", this.workerBox = make("ul", {class: "workers"}));
    this.workerBox.replaceChildren(...list.map(w => make("li", {class: w.state}, make("b", {}, "worker " + w.worker), " " + w.state + (w.candidate !== undefined && w.candidate !== null ? ", candidate " + w.candidate : "") +
      (w.done >= 0 ? ", " + w.done + " done" : "") + (w.busy >= 0 ? ", " + Math.round(100 * w.busy) + " % busy" : ""))));
  }
  loss(event) {
    // A stream that was broken goes on, but counts anew.
    this.losses.push({...event, evaluation: this.losses.length + 1});
    this.counted(this.losses[this.losses.length - 1]);
  }
  /// islands: candidate -> island, as the table of an ended fit has it, where events did not tell.
  islandsOf(islands) {
    if (!this.losses.length || this.losses.every(e => e.island !== undefined)) return;
    const c = data.convergence;
    for (const list of [c.islands, c.best, c.points, c.failed]) list.length = 0;
    this.islands.clear();
    for (const event of this.losses) this.counted({...event, island: islands.get(event.candidate)});
  }
  counted(event) {
    const c = data.convergence, k = event.evaluation, failed = event.loss === null || event.loss === undefined, candidate = event.candidate ?? k, island = event.island ?? 0;
    if (!this.lossBox) this.section("convergence-of", "Loss", make("p", {class: "note", id: "convergence-note"}), make("div", {id: "convergence"}), make("div", {id: "islands"}));
    this.lossBox = true;
    c.ended = Math.max(c.ended, k);
    if (failed) c.failed.push(k); else c.points.push([k, event.loss, candidate, island]);
    if (!this.islands.has(island)) {
      this.islands.set(island, {island, method: event.method || "", candidates: 0, best: []});
      c.islands = [...this.islands.values()].sort((a, b) => a.island - b.island);
    }
    const own = this.islands.get(island), fell = best => !best.length || event.loss < best[best.length - 1][1];
    ++own.candidates;
    if (!failed && fell(own.best)) own.best.push([k, event.loss, candidate]);
    if (!failed && fell(c.best)) c.best.push([k, event.loss, candidate]);
    this.lossDirty = true;
    this.later();
  }
  later() {
    if (this.dirty) return;
    this.dirty = true;
    setTimeout(() => {
      this.dirty = false;
      if (!this.box.isConnected) return;
      for (const t of this.traces.values()) t.draw();
      if (this.lossDirty && data.convergence.best.length) {
        this.lossDirty = false;
        clear("convergence");
        document.getElementById("convergence").replaceChildren();
        document.getElementById("islands").replaceChildren();
        convergence();
        trimIslands(document.getElementById("islands"));
      }
    }, 300);
  }
}
