const stimuli = data.stimuli.stimuli;
const view = {series: 0, chosen: new Set(), from: 0, to: 1, drag: null, own: false};
const current = () => data.traces.charts[view.series];
let traceChart = null;
function traces() {
  const charts = data.traces.charts;
  if (charts.length === 0) { byId("traces-section").hidden = true; return; }
  const select = byId("trace-series");
  charts.forEach((t, k) => select.add(new Option(t.monitor + " \u00b7 " + withUnit(t.variable, t.unit), k)));
  select.hidden = charts.length < 2;
  select.onchange = () => { view.series = +select.value; chips(); opening(); };
  byId("trace-whole").onclick = () => look(current().whole.start, current().whole.end);
  byId("trace-opening").onclick = opening;
  byId("trace-earlier").onclick = () => shift(-0.8);
  byId("trace-later").onclick = () => shift(0.8);
  byId("trace-scale").onclick = event => {
    view.own = !view.own;
    event.target.setAttribute("aria-pressed", view.own);
    look(view.from, view.to);
  };
  chips();
  [view.from, view.to] = current().window || [0, 1];
  traceChart = chart(byId("traces"), traceHeight, drawTraces, "Time series");
  const whole = () => ({...current().whole, least: (current().whole.end - current().whole.start) / current().whole.samples});
  zooming(traceChart.canvas, traceArea, view, {single: () => !current().whole || current().whole.samples < 2, whole, look, redraw: traceChart.redraw});
  hover(traceChart.canvas, describeTrace);
  look(view.from, view.to);
}
function opening() { if (current().whole) look(...current().window); else look(0, 1); }
function shift(windows) {
  const w = current().whole, span = view.to - view.from;
  const from = Math.max(w.start, Math.min(w.end - span, view.from + windows * span));
  look(from, from + span);
}
function look(from, to) {
  view.from = from;
  view.to = to;
  const t = current(), w = t.whole, single = !w || w.samples < 2;
  const all = single || (from <= w.start && to >= w.end);
  byId("trace-whole").disabled = all;
  byId("trace-opening").disabled = single || (from === t.window[0] && to === t.window[1]);
  byId("trace-earlier").disabled = all || from <= w.start;
  byId("trace-later").disabled = all || to >= w.end;
  byId("trace-scale").hidden = single || t.phase;
  for (const id of ["trace-whole", "trace-opening", "trace-earlier", "trace-later", "trace-hint"]) byId(id).hidden = single;
  byId("trace-note").textContent = traceNote(t);
  traceChart.redraw();
}
function samplesOf(t) { return t.opening && view.from >= t.opening.start - 1e-9 && view.to <= t.opening.end + 1e-9 ? t.opening : t.whole; }
function traceNote(t) {
  const words = [], shown = t.labels.length, noun = t.noun;
  if (data.traces.total > data.traces.charts.length) words.push(data.traces.charts.length + " of " + data.traces.total + " recorded variables can be chosen");
  if (t.present < t.columns) words.push(t.present + " of " + counted(t.columns, noun) + " have " + t.variable);
  if (shown < t.present) words.push(shown + " of " + counted(t.present, noun) + (t.whole && t.whole.samples < 2 ? " are drawn" : " can be chosen") + ", evenly spread");
  if (t.phase) words.push("phases from \u2212\u03c0 to \u03c0");
  else if (t.whole && t.whole.samples > 1) words.push("every trace around the middle of its own range, " + (view.own ? "each on its own scale; the numbers are that middle and half that range" : "all on one scale; the number is that middle"));
  const grid = t.whole && samplesOf(t);
  if (grid && grid.columns < grid.samples) words.push((t.phase ? "one of about " + Math.round(grid.samples / grid.columns) + " samples is drawn" : "each point is the least or the greatest of about " + Math.round(2 * grid.samples / grid.columns) + " samples") + (t.opening && grid !== t.opening ? " (fewer in the window on which the page opens)" : ""));
  if (stimuli.length && t.stimulated.some(Boolean)) words.push("\u25cf: a stimulus acts there");
  const note = words.join("; ");
  return note ? note[0].toUpperCase() + note.slice(1) + "." : "";
}

// The regions to choose from, by model where there are several. Some of every model are chosen to begin with.
function groupsOf(t) {
  const groups = new Map();
  t.labels.forEach((_, k) => {
    const name = t.models[k] || "";
    if (!groups.has(name)) groups.set(name, []);
    groups.get(name).push(k);
  });
  return groups;
}
function chips() {
  const t = current(), box = byId("trace-regions"), groups = groupsOf(t);
  view.chosen = new Set();
  box.replaceChildren();
  box.hidden = t.labels.length < 2 || !t.whole || t.whole.samples < 2;
  for (const [model, members] of groups) {
    const shown = Math.min(members.length, Math.max(2, Math.round(8 / groups.size))), row = document.createElement("div");
    const first = members.filter(k => t.stimulated[k]).slice(0, Math.ceil(shown / 2)), rest = members.filter(k => !first.includes(k));
    for (const k of first) view.chosen.add(k);
    for (let k = 0; k < shown - first.length; ++k) view.chosen.add(rest[Math.floor(k * rest.length / (shown - first.length))]);
    if (groups.size > 1) row.appendChild(document.createElement("b")).textContent = model;
    for (const k of members) {
      const chip = button(row, t.labels[k], t.labels[k], () => {
        if (!view.chosen.delete(k)) view.chosen.add(k);
        marks();
        traceChart.redraw();
      });
      chip.dataset.column = k;
      chip.classList.toggle("stimulated", t.stimulated[k]);
    }
    box.appendChild(row);
  }
  marks();
}
const chosenInOrder = () => [...view.chosen].sort((a, b) => a - b);
const traceColour = slot => colour.traces[slot % colour.traces.length];
function marks() {
  const order = chosenInOrder();
  for (const chip of byId("trace-regions").querySelectorAll("button")) {
    const k = +chip.dataset.column;
    chip.setAttribute("aria-pressed", view.chosen.has(k));
    chip.style.setProperty("--chip", "var(--t" + Math.max(0, order.indexOf(k)) % 8 + ")");
  }
}

const traceArea = {x: 118, y: 8};
const stimulusLane = 34;
const acting = () => current().whole && current().whole.samples > 1 ? stimuli : [];
function traceHeight() {
  const t = current();
  if (!t.whole || t.whole.samples < 2) return 300;
  return acting().length * stimulusLane + Math.max(190, 74 + 46 * Math.min(16, view.chosen.size));
}
function drawTraces(c, width, height) {
  const t = current(), order = chosenInOrder(), left = width < 560 ? 78 : 118;
  if (!t.whole) return text(c, "no region has " + t.variable, width / 2, height / 2, "center", "middle");
  const area = Object.assign(traceArea, {x: left, w: width - left - 92, top: 8, y: 8 + acting().length * stimulusLane});
  area.h = height - area.y - 46;
  unpack(t.whole);
  if (t.whole.samples < 2) return drawSample(c, t, Object.assign(traceArea, {x: 62, w: width - 80, y: 8, h: height - 54}));
  const at = s => area.x + (s - view.from) / (view.to - view.from) * area.w;
  frame(c, area, {...scaleOf(view.from, view.to, false, Math.max(3, area.w / 90)), at}, {ticks: [], at: 0, words: 0}, "time [s]", "");
  acting().forEach((s, k) => drawStimulus(c, s, {...area, y: area.top + k * stimulusLane, h: stimulusLane - 8}, at));
  if (order.length === 0) return text(c, "choose regions below", area.x + area.w / 2, area.y + area.h / 2, "center", "middle");
  drawLanes(c, t, order, area, at);
  if (view.drag) {
    c.fillStyle = colour.accent + "33";
    c.fillRect(Math.min(view.drag.from, view.drag.to), area.top, Math.abs(view.drag.to - view.drag.from), area.y + area.h - area.top);
  }
}
function drawLanes(c, t, order, area, at) {
  const grid = unpack(samplesOf(t)), step = grid.columns > 1 ? (grid.end - grid.start) / (grid.columns - 1) : 1;
  const first = Math.max(0, Math.floor((view.from - grid.start) / step)), last = Math.min(grid.columns - 1, Math.ceil((view.to - grid.start) / step));
  const lanes = order.map(k => {
    let low = Infinity, high = -Infinity;
    for (let i = first; i <= last; ++i) {
      const v = valueAt(grid, k * grid.columns + i);
      if (v !== null) { low = Math.min(low, v); high = Math.max(high, v); }
    }
    return t.phase ? {k, middle: 0, span: 2 * Math.PI} : high >= low ? {k, middle: (low + high) / 2, span: high - low} : {k, middle: null, span: 0};
  });
  const span = Math.max(...lanes.map(l => l.span)) || Math.max(...lanes.map(l => Math.abs(l.middle || 0))) * 0.1 || 1;
  const lane = area.h / order.length, tall = lane * (t.phase ? 0.8 : 0.88), dense = last - first > 4 * area.w;
  const own = view.own && !t.phase;
  lanes.forEach((l, slot) => {
    const middle = area.y + (slot + 0.5) * lane;
    stroke(c, area.x, middle, area.x + area.w, middle, colour.line);
    inside(c, area, () => {
      c.strokeStyle = traceColour(slot);
      c.lineWidth = dense ? 0.7 : 1.15;
      c.beginPath();
      let before = null;
      for (let i = first; i <= last; ++i) {
        const v = valueAt(grid, l.k * grid.columns + i);
        if (v === null) { before = null; continue; }
        const x = at(grid.start + i * step), y = middle - (v - l.middle) / (own && l.span || span) * tall;
        // A phase that passes pi goes on at -pi without a stroke.
        if (before === null || (t.phase && Math.abs(v - before) > Math.PI)) c.moveTo(x, y); else c.lineTo(x, y);
        before = v;
      }
      c.stroke();
    });
    const value = !t.phase && lane > 26 && l.middle !== null;
    text(c, clip(t.labels[l.k], area.x < 100 ? 10 : 15), area.x - 10, middle - (value ? 6 : 0), "right", "middle", traceColour(slot));
    if (value) smaller(c, () => text(c, format(l.middle, 4) + (own ? " \u00b1 " + format(l.span / 2, 2) : ""), area.x - 10, middle + 8, "right", "middle", colour.faint));
  });
  text(c, withUnit(t.variable, t.unit), area.x + area.w + 12, area.y + 4, "left", "top", colour.ink);
  if (!own) scaleBar(c, area, tall / span, t);
}
function scaleBar(c, area, pixels, t) {
  const size = t.phase ? 2 * Math.PI : niceBelow(48 / pixels), h = size * pixels, x = area.x + area.w + 12, y = area.y + area.h - h;
  stroke(c, x, y, x, y + h, colour.ink, 2);
  const unit = t.unit && t.unit !== "1" ? " " + t.unit : "";
  text(c, t.phase ? "2\u03c0" : format(size) + unit, x + 7, y + h / 2, "left", "middle", colour.ink);
}
function drawStimulus(c, s, area, at) {
  const low = Math.min(0, ...s.value), high = Math.max(0, ...s.value), y = v => area.y + area.h - (v - low) / (high - low || 1) * area.h;
  const line = () => {
    c.beginPath();
    s.time.forEach((time, k) => {
      if (k === 0) c.moveTo(at(time), y(s.value[k])); else c.lineTo(at(time), y(s.value[k]));
    });
    c.lineTo(Math.max(at(s.time[s.time.length - 1]), area.x + area.w), y(s.value[s.value.length - 1]));
  };
  inside(c, area, () => {
    line();
    c.lineTo(Math.max(at(s.time[s.time.length - 1]), area.x + area.w), y(0));
    c.lineTo(at(s.time[0]), y(0));
    c.fillStyle = colour.mark + "33";
    c.fill();
    line();
    c.strokeStyle = colour.mark;
    c.lineWidth = 1.2;
    c.stroke();
  });
  text(c, clip("\u25cf " + s.target, area.x < 100 ? 10 : 15), area.x - 10, area.y + area.h / 2, "right", "middle", colour.mark);
  const lines = [format(low) + " to " + format(high)].concat(s.unit !== "1" ? [clip(s.unit, 14)] : []);
  smaller(c, () => lines.forEach((words, k) => text(c, words, area.x + area.w + 12, area.y + area.h / 2 + 12 * (k - (lines.length - 1) / 2), "left", "middle", colour.mark)));
}
// One sample is no time series: the value of every region.
function drawSample(c, t, area) {
  const n = t.labels.length;
  let low = Infinity, high = -Infinity;
  for (let k = 0; k < n; ++k) { const v = valueAt(t.whole, k); if (v !== null) { low = Math.min(low, v); high = Math.max(high, v); } }
  if (!(high >= low)) return text(c, "no finite value", area.x + area.w / 2, area.y + area.h / 2, "center", "middle");
  const margin = 0.06 * (high - low) || Math.abs(high) * 0.05 || 1;
  low -= margin;
  high += margin;
  const x = k => area.x + (k + 0.5) / n * area.w, y = v => area.y + (high - v) / (high - low) * area.h;
  const every = Math.max(1, Math.ceil(n / (area.w / 60)));
  frame(c, area, {ticks: t.labels.map((_, k) => k).filter(k => k % every === 0), at: x, words: k => clip(t.labels[k], 8)},
    {...scaleOf(low, high, false, 6), at: y}, t.noun, withUnit(t.variable, t.unit));
  c.fillStyle = colour.accent;
  for (let k = 0; k < n; ++k) {
    const v = valueAt(t.whole, k);
    if (v === null) continue;
    c.beginPath();
    c.arc(x(k), y(v), 3, 0, 7);
    c.fill();
  }
}
function describeTrace(x, y) {
  const t = current(), a = traceArea, order = chosenInOrder();
  if (!t.whole || x < a.x || x > a.x + a.w || view.drag) return null;
  if (t.whole.samples < 2) {
    const k = Math.max(0, Math.min(t.labels.length - 1, Math.floor((x - a.x) / a.w * t.labels.length)));
    return t.labels[k] + "\n" + format(valueAt(t.whole, k), 5);
  }
  const time = view.from + (x - a.x) / a.w * (view.to - view.from), slot = Math.floor((y - a.y) / a.h * order.length);
  if (y < a.y) {
    const s = acting()[Math.floor((y - a.top) / stimulusLane)];
    return s ? s.target + " (" + s.kind + ")\n" + s.equation + "\n" + counted(s.regions, "region") : null;
  }
  if (slot < 0 || slot >= order.length) return null;
  const grid = samplesOf(t), i = Math.round((time - grid.start) / (grid.end - grid.start) * (grid.columns - 1));
  if (i < 0 || i >= grid.columns) return null;
  return t.labels[order[slot]] + (t.models[order[slot]] ? " (" + t.models[order[slot]] + ")" : "") + "\n" + format(time, 6) + " s: " +
    format(valueAt(unpack(grid), order[slot] * grid.columns + i), 4) + (t.unit !== "1" ? " " + t.unit : "");
}
