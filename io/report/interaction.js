const data = JSON.parse(document.getElementById("data").textContent);
const byId = id => document.getElementById(id);
const withUnit = (words, unit) => unit && unit !== "1" ? words + " [" + unit + "]" : words;
// "1/ms" reads badly behind a number.
for (const chart of [...data.traces, ...data.activity.variables]) chart.unit = chart.unit.replace(/^1\/(\w+)$/, "$1\u207b\u00b9");
function hide(id) { const e = byId(id); if (e) e.hidden = true; }

// Connectome -----------------------------------------------------------------------------------
function matrices() {
  const s = data.connectome, n = s.blocks;
  const averaged = s.regions > n ? " (block averages)" : "";
  const pair = (row, column) => s.labels[column] + " \u2192 " + s.labels[row] + averaged;
  const axes = (c, area) => {
    text(c, "source region", area.x + area.w / 2, area.y + area.h + 16, "center", "alphabetic");
    sideways(c, "target region", 8, area.y + area.h / 2);
  };
  heatMap(byId("weights"), s.weights, {square: true, scale: "weight", log: true, title: "weight", breaks: s.breaks, owner: s.owner,
    axes, label: "Matrix of connection weights", describe: (r, k, v) => pair(r, k) + (v === null ? "\nno connection" : "\nweight " + format(Math.pow(10, v)))});
  heatMap(byId("lengths"), s.lengths, {square: true, scale: "length", title: withUnit(s.length_name, s.length_unit), breaks: s.breaks, owner: s.owner,
    axes, label: "Matrix of tract lengths", describe: (r, k, v) => pair(r, k) + (v === null ? "\nno connection" : "\n" + s.length_name + " " + format(v) + " " + s.length_unit)});
  partition(s);
}
function partition(s) {
  const legend = Math.min(s.parts, 16), area = {};
  const {canvas} = chart(byId("partition"), 64, (c, width) => {
    area.w = width;
    s.owner.forEach((part, k) => {
      c.fillStyle = ownerColour(part);
      c.fillRect(k / s.blocks * width, 0, width / s.blocks + 0.4, 26);
    });
    for (const b of s.breaks) stroke(c, b / s.blocks * width, 0, b / s.blocks * width, 30, "#ffffff", 3);
    const step = Math.min(84, width / (legend + (s.parts > legend ? 1 : 0)));
    for (let part = 0; part < legend; ++part) {
      c.fillStyle = ownerColour(part);
      c.fillRect(part * step, 44, 11, 11);
      if (step > 30) text(c, step > 58 ? "rank " + part : part, part * step + 16, 50, "left", "middle");
    }
    if (s.parts > legend) text(c, "\u2026 " + s.parts, legend * step, 50, "left", "middle");
  }, "Which rank owns each region");
  hover(canvas, (x, y) => {
    const k = Math.floor(x / area.w * s.blocks);
    return y < 30 && k >= 0 && k < s.blocks ? s.labels[k] + "\nrank " + s.owner[k] : null;
  });
}

// Time series ----------------------------------------------------------------------------------
const view = {series: 0, chosen: new Set(), from: 0, to: 1, drag: null};
let traceChart = null;
function traces() {
  if (data.traces.length === 0) return hide("traces-section");
  const select = byId("trace-series");
  data.traces.forEach((t, k) => select.add(new Option(t.monitor + " \u00b7 " + withUnit(t.variable, t.unit), k)));
  select.hidden = data.traces.length < 2;
  select.onchange = () => { view.series = +select.value; view.from = 0; view.to = 1; chips(); traceChart.redraw(); };
  byId("trace-reset").onclick = () => { view.from = 0; view.to = 1; traceChart.redraw(); };
  chips();
  traceChart = chart(byId("traces"), () => Math.max(190, 74 + 46 * Math.min(16, view.chosen.size)), drawTraces, "Time series of the chosen regions");
  zooming(traceChart.canvas);
}
function chips() {
  const t = unpack(data.traces[view.series]), box = byId("trace-regions");
  const n = t.labels.length, shown = Math.min(n, 8);
  view.chosen = new Set(Array.from({length: shown}, (_, k) => Math.floor(k * n / shown)));
  box.replaceChildren();
  box.hidden = n < 2;
  t.labels.forEach((label, k) => {
    const chip = document.createElement("button");
    chip.textContent = label;
    chip.title = label;
    chip.onclick = () => {
      if (!view.chosen.delete(k)) view.chosen.add(k);
      marks();
      traceChart.redraw();
    };
    box.appendChild(chip);
  });
  marks();
}
function marks() {
  const order = [...view.chosen].sort((a, b) => a - b);
  [...byId("trace-regions").children].forEach((chip, k) => {
    chip.setAttribute("aria-pressed", view.chosen.has(k));
    chip.style.setProperty("--chip", traceColours[Math.max(0, order.indexOf(k)) % traceColours.length]);
  });
}
const traceArea = {x: 118, y: 8};
function drawTraces(c, width, height) {
  const t = data.traces[view.series], order = [...view.chosen].sort((a, b) => a - b);
  const area = Object.assign(traceArea, {x: width < 560 ? 78 : 118, w: width - (width < 560 ? 78 : 118) - 84, h: height - 8 - 46});
  const span = t.end - t.start || 1, origin = t.end > t.start ? t.start : t.start - 0.5;
  const from = origin + view.from * span, to = origin + view.to * span;
  const at = s => area.x + (s - from) / (to - from) * area.w;
  frame(c, area, {ticks: t.end > t.start ? niceTicks(from, to, area.w / 90) : [t.start], at, words: s => format(s, 6)},
    {ticks: [], at: 0, words: 0}, "time [s]", "");
  byId("trace-reset").disabled = view.from === 0 && view.to === 1;
  if (order.length === 0) return text(c, "choose regions below", area.x + area.w / 2, area.y + area.h / 2, "center", "middle");
  const first = Math.max(0, Math.floor(view.from * (t.columns - 1))), last = Math.min(t.columns - 1, Math.ceil(view.to * (t.columns - 1)));
  let low = Infinity, high = -Infinity;
  for (const k of order) for (let i = first; i <= last; ++i) {
    const v = valueAt(t, k * t.columns + i);
    if (v !== null) { low = Math.min(low, v); high = Math.max(high, v); }
  }
  if (!(high > low)) { high = (isFinite(high) ? high : 0) + 1; low = high - 2; }
  // Lanes overlap a little, except over the edges of the chart.
  const overlap = order.length > 1 ? 0.3 : 0, lane = area.h / (order.length + overlap), tall = lane * (0.96 + overlap);
  const middleOf = slot => area.y + (slot + 0.5 + overlap / 2) * lane;
  c.save();
  c.beginPath();
  c.rect(area.x, area.y, area.w, area.h);
  c.clip();
  order.forEach((k, slot) => {
    const middle = middleOf(slot);
    c.strokeStyle = traceColours[slot % traceColours.length];
    c.lineWidth = last - first > 4 * area.w ? 0.7 : 1.15;
    c.beginPath();
    let pen = false;
    for (let i = first; i <= last; ++i) {
      const v = valueAt(t, k * t.columns + i);
      if (v === null) { pen = false; continue; }
      const x = at(t.start + (t.columns > 1 ? i / (t.columns - 1) * span : 0)), y = middle - ((v - low) / (high - low) - 0.5) * tall;
      if (pen) c.lineTo(x, y); else { c.moveTo(x, y); if (t.columns === 1) c.arc(x, y, 3, 0, 7); }
      pen = true;
    }
    c.stroke();
  });
  c.restore();
  order.forEach((k, slot) => text(c, clip(t.labels[k], area.x < 100 ? 10 : 15), area.x - 10, middleOf(slot), "right", "middle", traceColours[slot % traceColours.length]));
  scaleBar(c, area, tall / (high - low), t.unit);
  if (view.drag) {
    c.fillStyle = "#1d5b8a22";
    c.fillRect(Math.min(view.drag.from, view.drag.to), area.y, Math.abs(view.drag.to - view.drag.from), area.h);
  }
}
function scaleBar(c, area, pixels, unit) {
  const size = niceBelow(48 / pixels), h = size * pixels, x = area.x + area.w + 12, y = area.y + area.h - h;
  stroke(c, x, y, x, y + h, ink, 2);
  text(c, format(size) + (unit && unit !== "1" ? " " + unit : ""), x + 7, y + h / 2, "left", "middle", ink);
}
function zooming(canvas) {
  canvas.classList.add("zoom");
  const inside = event => {
    const x = event.clientX - canvas.getBoundingClientRect().left;
    return Math.max(traceArea.x, Math.min(traceArea.x + traceArea.w, x));
  };
  canvas.addEventListener("pointerdown", event => { canvas.setPointerCapture(event.pointerId); view.drag = {from: inside(event), to: inside(event)}; });
  canvas.addEventListener("pointermove", event => { if (view.drag) { view.drag.to = inside(event); traceChart.redraw(); } });
  canvas.addEventListener("pointerup", () => {
    const drag = view.drag;
    view.drag = null;
    if (drag && Math.abs(drag.to - drag.from) > 5) {
      const part = x => view.from + (x - traceArea.x) / traceArea.w * (view.to - view.from);
      const a = part(Math.min(drag.from, drag.to)), b = part(Math.max(drag.from, drag.to));
      if (b - a > 1e-5) { view.from = a; view.to = b; }
    }
    traceChart.redraw();
  });
  canvas.addEventListener("pointercancel", () => { view.drag = null; traceChart.redraw(); });
  canvas.addEventListener("dblclick", () => { view.from = 0; view.to = 1; traceChart.redraw(); });
}

// Activity -------------------------------------------------------------------------------------
const activity = data.activity;
let logFrequency = true;
function showActivity() {
  if (activity.variables.length === 0) return hide("activity-section");
  const select = byId("activity-variable");
  activity.variables.forEach((v, k) => select.add(new Option(withUnit(v.name, v.unit), k)));
  select.hidden = activity.variables.length < 2;
  select.onchange = () => drawActivity(activity.variables[+select.value]);
  drawActivity(activity.variables[0]);
}
function clear(id) {
  const box = byId(id);
  for (let k = drawings.length - 1; k >= 0; --k) if (drawings[k].parent === box) drawings.splice(k, 1);
  [...box.querySelectorAll("canvas, .none")].forEach(e => e.remove());
  return box;
}
function none(box, why) {
  const p = document.createElement("p");
  p.className = "note none";
  p.textContent = why;
  box.appendChild(p);
}
function drawActivity(v) {
  tip.style.visibility = "hidden";
  carpet(clear("carpet"), v);
  const spectrumBox = clear("spectrum"), fcBox = clear("connectivity"), scatterBox = clear("structure");
  if (v.spectrum) spectrum(spectrumBox, v); else none(spectrumBox, "Too few samples for a spectrum.");
  const few = activity.columns < 2 ? "Needs at least two regions." : "Too few samples.";
  if (!v.connectivity) { none(fcBox, few); none(scatterBox, few); return; }
  connectivity(fcBox, v.connectivity);
  if (v.connectivity.structure) structure(scatterBox, v.connectivity.structure); else histogram(scatterBox, v.connectivity);
}
function carpet(box, v) {
  const g = v.carpet, n = g.rows;
  const rowLabel = r => activity.labels[Math.floor(r * activity.labels.length / n)];
  heatMap(box, g, {scale: "activity", height: Math.min(420, 150 + 3 * n), breaks: activity.breaks.map(b => b * n / activity.labels.length),
    bottom: 44, left: 26, title: withUnit(v.name, v.unit), label: "Activity of all regions over time",
    axes: (c, area) => {
      const at = s => area.x + (g.end > g.start ? (s - g.start) / (g.end - g.start) : 0.5) * area.w;
      for (const t of g.end > g.start ? niceTicks(g.start, g.end, area.w / 90) : [g.start]) {
        stroke(c, at(t), area.y + area.h, at(t), area.y + area.h + 4, soft);
        text(c, format(t, 6), at(t), area.y + area.h + 7, "center", "top");
      }
      text(c, "time [s]", area.x + area.w / 2, area.y + area.h + 38, "center", "alphabetic");
      sideways(c, activity.shown > 1 ? "region" : "", 10, area.y + area.h / 2);
    },
    describe: (r, k, x) => rowLabel(r) + "\n" + format(g.start + (k + 0.5) / g.columns * (g.end - g.start), 5) + " s: " + format(x) + (v.unit !== "1" ? " " + v.unit : "")});
}
function spectrum(box, v) {
  const s = v.spectrum, f = s.frequency, unit = v.unit && v.unit !== "1" ? "(" + v.unit + ")\u00b2/Hz" : "1/Hz", area = {};
  const button = byId("frequency-axis");
  const log = x => x > 0 ? Math.log10(x) : null;
  const last = s.peak ? Math.min(f.length - 1, Math.max(...f.map((x, k) => x <= Math.max(60, 5 * s.peak) ? k : 0))) : f.length - 1;
  let place = null;
  const drawing = chart(box, w => Math.max(250, Math.min(360, w * 0.8)), (c, width, height) => {
    Object.assign(area, {x: 62, y: 18, w: width - 62 - 12, h: height - 18 - 46});
    const end = logFrequency ? Math.max(2, f.length - 2) : Math.max(2, last);
    let low = Infinity, high = -Infinity;
    for (let k = 1; k <= end; ++k) for (const y of [s.mean[k], s.p5[k], s.p95[k]]) {
      const l = log(y);
      if (l !== null && isFinite(l)) { low = Math.min(low, l); high = Math.max(high, l); }
    }
    if (!(high >= low)) return text(c, "no power: the signal is constant", area.x + area.w / 2, area.y + area.h / 2, "center", "middle");
    low = Math.max(low, high - 14) - 0.15;
    high += 0.25;
    const a = logFrequency ? log(f[1]) : 0, b = logFrequency ? log(f[end]) : f[end];
    const px = x => area.x + (x - a) / (b - a || 1) * area.w, x = k => px(logFrequency ? log(f[k]) : f[k]);
    const y = e => area.y + (1 - (e - low) / (high - low)) * area.h;
    const fTicks = logFrequency ? [0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000].map(log).filter(t => t >= a - 1e-9 && t <= b + 1e-9) : niceTicks(a, b, area.w / 60);
    let powers = logTicks(low, high, 7);
    const fine = powers.length < 2;
    if (fine) powers = niceTicks(low, high, 4);
    frame(c, area, {ticks: fTicks, at: px, words: t => logFrequency ? format(Math.pow(10, t)) : format(t)},
      {ticks: powers, at: y, words: e => fine ? format(Math.pow(10, e), 2) : "10" + superscript(e)}, "frequency [Hz]", "power [" + unit + "]");
    c.save();
    c.beginPath();
    c.rect(area.x, area.y, area.w, area.h);
    c.clip();
    const level = z => y(Math.max(low - 1, log(z) === null ? low - 1 : log(z)));
    const band = (lower, upper, colour) => {
      c.fillStyle = colour;
      c.beginPath();
      for (let k = 1; k <= end; ++k) c.lineTo(x(k), level(upper[k]));
      for (let k = end; k >= 1; --k) c.lineTo(x(k), level(lower[k]));
      c.fill();
    };
    if (s.regions > 1) { band(s.p5, s.p95, "#1d5b8a1c"); band(s.p25, s.p75, "#1d5b8a38"); }
    c.strokeStyle = accent;
    c.lineWidth = 1.8;
    c.beginPath();
    for (let k = 1; k <= end; ++k) c.lineTo(x(k), level(s.mean[k]));
    c.stroke();
    c.restore();
    if (s.peak) peakMark(c, area, s, px(logFrequency ? log(s.peak) : s.peak), level);
    place = {x, end};
  }, "Power spectrum");
  button.hidden = false;
  button.textContent = logFrequency ? "linear frequency" : "log frequency";
  button.onclick = () => { logFrequency = !logFrequency; button.textContent = logFrequency ? "linear frequency" : "log frequency"; drawing.redraw(); };
  hover(drawing.canvas, (px, py) => {
    if (!place || px < area.x || px > area.x + area.w || py > area.y + area.h) return null;
    let best = 1;
    for (let k = 1; k <= place.end; ++k) if (Math.abs(place.x(k) - px) < Math.abs(place.x(best) - px)) best = k;
    return format(f[best], 4) + " Hz\nmean " + format(s.mean[best]) + " " + unit + (s.regions > 1 ? "\n5\u201395 %: " + format(s.p5[best]) + " \u2013 " + format(s.p95[best]) : "");
  });
}
function peakMark(c, area, s, x, level) {
  const k = s.frequency.reduce((best, f, i) => Math.abs(f - s.peak) < Math.abs(s.frequency[best] - s.peak) ? i : best, 0), y = level(s.mean[k]);
  c.setLineDash([3, 3]);
  stroke(c, x, area.y + 2, x, area.y + area.h, "#c4572e");
  c.setLineDash([]);
  c.fillStyle = "#c4572e";
  c.beginPath();
  c.arc(x, y, 3.5, 0, 7);
  c.fill();
  const right = x > area.x + area.w * 0.7;
  text(c, format(s.peak) + " Hz", x + (right ? -6 : 6), area.y - 6, right ? "right" : "left", "alphabetic", "#c4572e");
}
function connectivity(box, g) {
  heatMap(box, g, {square: true, scale: "correlation", title: "correlation", breaks: activity.breaks, label: "Functional connectivity",
    axes: (c, area) => { text(c, "region", area.x + area.w / 2, area.y + area.h + 16, "center", "alphabetic"); sideways(c, "region", 10, area.y + area.h / 2); },
    describe: (r, k, v) => activity.labels[r] + "\n" + activity.labels[k] + "\n" + (v === null ? "undefined: a signal is constant" : "r = " + format(v))});
}
function structure(box, s) {
  byId("structure-title").firstChild.textContent = "Structure and function ";
  byId("structure-note").textContent = (s.r === null ? "" : "r = " + format(s.r, 2) + ", ") + s.pairs + " pairs";
  chart(box, w => Math.max(250, Math.min(360, w * 0.8)), (c, width, height) => {
    const area = {x: 52, y: 8, w: width - 52 - 12, h: height - 8 - 46};
    let low = Math.min(...s.x), high = Math.max(...s.x);
    if (!(high > low)) { low -= 0.5; high += 0.5; }
    const margin = 0.03 * (high - low), bottom = Math.max(-1, Math.min(...s.y) - 0.04), top = Math.min(1, Math.max(...s.y) + 0.04);
    const x = e => area.x + (e - low + margin) / (high - low + 2 * margin) * area.w, y = r => area.y + (1 - (r - bottom) / (top - bottom || 1)) * area.h;
    let ticks = logTicks(low, high, 8);
    const fine = ticks.length < 2;
    if (fine) ticks = niceTicks(low, high, 4);
    frame(c, area, {ticks, at: x, words: e => fine ? format(Math.pow(10, e), 2) : "10" + superscript(e)}, {ticks: niceTicks(bottom, top, 6), at: y, words: r => format(r)}, "weight", "correlation");
    c.fillStyle = s.x.length > 1000 ? "#1d5b8a55" : "#1d5b8a80";
    s.x.forEach((e, k) => { c.beginPath(); c.arc(x(e), y(s.y[k]), 2.1, 0, 7); c.fill(); });
  }, "Correlation against connection weight");
}
function histogram(box, g) {
  byId("structure-title").firstChild.textContent = "Correlations ";
  byId("structure-note").textContent = g.mean === undefined ? "" : "mean " + format(g.mean);
  const most = Math.max(1, ...g.histogram);
  chart(box, w => Math.max(250, Math.min(360, w * 0.8)), (c, width, height) => {
    const area = {x: 52, y: 8, w: width - 52 - 12, h: height - 8 - 46};
    const x = r => area.x + (r + 1) / 2 * area.w, y = n => area.y + (1 - n / most / 1.05) * area.h;
    frame(c, area, {ticks: [-1, -0.5, 0, 0.5, 1], at: x, words: r => format(r)}, {ticks: niceTicks(0, most, 5).filter(Number.isInteger), at: y, words: n => format(n)}, "correlation", "pairs");
    c.fillStyle = accent;
    g.histogram.forEach((n, k) => c.fillRect(x(-1 + k / 20) + 0.5, y(n), area.w / 40 - 1, area.y + area.h - y(n)));
  }, "Histogram of correlations");
}

matrices();
traces();
showActivity();
window.addEventListener("beforeprint", () => drawings.forEach(d => d.redraw()));
