// Spikes, attractors and rates of a spiking network over one stretch of time.
const spiking = data.spikes, rasterView = {from: 0, to: 1, drag: null}, rasterArea = {x: 92, y: 8};
const laneOfState = 13, lanesOfStates = 12, strip = 26;
let rasterChart = null;
function spikes() {
  if (!spiking) return;
  if (!spiking.opening) spiking.opening = spiking.whole;
  for (const one of new Set([spiking.whole, spiking.opening])) {
    one.times = unpack({data: one.time}).levels;
    one.rows = unpack({data: one.row}).levels;
    unpack(one.rates);
  }
  byId("spike-whole").onclick = () => lookAtSpikes(spiking.begin, spiking.end);
  byId("spike-opening").onclick = () => lookAtSpikes(...spiking.window);
  byId("spike-earlier").onclick = () => shiftSpikes(-0.8);
  byId("spike-later").onclick = () => shiftSpikes(0.8);
  [rasterView.from, rasterView.to] = spiking.window;
  rasterChart = chart(byId("spikes"), spikeLayout, drawSpikes, "Spikes");
  zooming(rasterChart.canvas, rasterArea, rasterView, {
    single: () => false, whole: () => ({start: spiking.begin, end: spiking.end, least: 0.005}), look: lookAtSpikes, redraw: rasterChart.redraw});
  hover(rasterChart.canvas, describeSpikes);
  lookAtSpikes(...spiking.window);
  if (byId("transitions")) transitions(byId("transitions"));
}
// On paper there is room for less below the head of the page.
const onPaper = () => document.documentElement.classList.contains("printing");
const rasterHeight = () => onPaper() ? 210 : 430;
const lanes = () => Math.min(onPaper() ? 7 : lanesOfStates, spiking.states.length);
const timelineHeight = () => lanes() ? strip + 6 + lanes() * laneOfState : 0;
const spikeLayout = () => 8 + timelineHeight() + (lanes() ? 16 : 0) + rasterHeight() + 14 + 130 + 46;
function shiftSpikes(windows) {
  const span = rasterView.to - rasterView.from, from = Math.max(spiking.begin, Math.min(spiking.end - span, rasterView.from + windows * span));
  lookAtSpikes(from, from + span);
}
const spikesNow = () => rasterView.from >= spiking.opening.start - 1e-9 && rasterView.to <= spiking.opening.end + 1e-9 ? spiking.opening : spiking.whole;
function lookAtSpikes(from, to) {
  rasterView.from = from;
  rasterView.to = to;
  const all = from <= spiking.begin && to >= spiking.end;
  byId("spike-whole").disabled = all;
  byId("spike-opening").disabled = from === spiking.window[0] && to === spiking.window[1];
  byId("spike-earlier").disabled = from <= spiking.begin;
  byId("spike-later").disabled = to >= spiking.end;
  byId("spike-note").textContent = spikeNote();
  rasterChart.redraw();
}
const thousands = n => String(n).replace(/\B(?=(\d{3})+$)/g, ",");
function spikeNote() {
  const s = spikesNow(), words = [], stretch = format(s.start, 4) + " to " + format(s.end, 4) + " s";
  words.push(s.drawn < s.spikes ? thousands(s.drawn) + " of " + thousands(s.spikes) + " spikes from " + stretch + " are drawn: " + (s.one_of > 1 ? "one of " + s.one_of + " " : "all ") + "of " + thousands(s.neurons.length) + " of " + thousands(spiking.neurons) + " neurons"
    : "All " + thousands(s.spikes) + " spikes from " + stretch + " are drawn");
  words.push("rates are means of " + format(1000 * s.bin, 3) + " ms, each excitatory cluster in its colour");
  if (lanes()) words.push("above, attractors in the colours of their clusters, and those with most time in view" + (spiking.occurrences.length < spiking.n_occurrences ? ", the first " + thousands(spiking.occurrences.length) + " of " + thousands(spiking.n_occurrences) + " times" : ""));
  if (spiking.perturbations.length) words.push("shaded: populations whose external rate is perturbed, from " + spiking.perturbations.map(w => format(w.begin, 4) + " to " + format(w.end, 4) + " s").join(", ") + ", more and (paler) less");
  return words.join("; ") + ".";
}
// Neighbours differ by more than a third of the circle of hues.
const populationColour = p => p.cluster < 0 ? colour.soft : "hsl(" + Math.round((210 + p.cluster * 137.508) % 360) + ", 58%, " + (colour.dark ? 63 : 42) + "%)";
function drawSpikes(c, width, height) {
  const left = width < 560 ? 60 : 92, right = 74, states = timelineHeight();
  const area = Object.assign(rasterArea, {x: left, w: width - left - right, y: 8, h: height - 8 - 46});
  const timeline = {x: area.x, w: area.w, y: 8, h: states}, raster = {x: area.x, w: area.w, y: 8 + states + (states ? 16 : 0), h: rasterHeight()};
  const rates = {x: area.x, w: area.w, y: raster.y + raster.h + 14, h: 130};
  Object.assign(rasterArea, {timeline, raster, rates});
  const at = s => area.x + (s - rasterView.from) / (rasterView.to - rasterView.from) * area.w;
  frame(c, {...area, h: rates.y + rates.h - area.y}, {...scaleOf(rasterView.from, rasterView.to, false, Math.max(3, area.w / 90)), at}, {ticks: [], at: 0, words: 0}, "time [s]", "");
  if (states) drawTimeline(c, timeline, at);
  drawRaster(c, raster, at);
  drawRates(c, rates, at);
  if (!rasterView.drag) return;
  c.fillStyle = colour.accent + "33";
  c.fillRect(Math.min(rasterView.drag.from, rasterView.drag.to), area.y, Math.abs(rasterView.drag.to - rasterView.drag.from), area.h);
}
// All occurrences as stripes in the colours of their clusters, and below a lane for each of the states with most time in view,
// then of those with most time in all.
function drawTimeline(c, area, at) {
  const seen = spiking.occurrences.filter(([, begin, end]) => end >= rasterView.from && begin <= rasterView.to);
  const time = new Map();
  for (const [state, begin, end] of seen) time.set(state, (time.get(state) || 0) + Math.min(end, rasterView.to) - Math.max(begin, rasterView.from));
  rasterArea.lanes = spiking.states.map((_, k) => k).sort((a, b) => (time.get(b) || 0) - (time.get(a) || 0) || a - b).slice(0, lanes());
  const top = area.y + strip + 6, wide = (begin, end) => Math.max(1, at(end) - at(begin));
  rasterArea.lanes.forEach((state, k) => {
    smaller(c, () => text(c, clip(spiking.states[state].name, area.x < 80 ? 9 : 15), area.x - 8, top + (k + 0.5) * laneOfState, "right", "middle", colour.soft));
    stroke(c, area.x, top + (k + 1) * laneOfState - 0.5, area.x + area.w, top + (k + 1) * laneOfState - 0.5);
  });
  c.fillStyle = colour.plot;
  c.fillRect(area.x, area.y, area.w, strip);
  inside(c, area, () => {
    for (const [state, begin, end] of seen) {
      const members = state < spiking.states.length ? spiking.states[state].clusters.map(k => spiking.populations[k]) : [], lane = rasterArea.lanes.indexOf(state);
      if (!members.length) { c.fillStyle = colour.faint; c.fillRect(at(begin), area.y + strip / 2 - 1, wide(begin, end), 2); }
      members.forEach((p, k) => { c.fillStyle = populationColour(p); c.fillRect(at(begin), area.y + k * strip / members.length, wide(begin, end), strip / members.length - (members.length > 1 ? 1 : 0)); });
      c.fillStyle = members.length ? colour.accent : colour.faint;
      if (lane >= 0) c.fillRect(at(begin), top + lane * laneOfState + 2, wide(begin, end), laneOfState - 5);
    }
  });
  text(c, "attractors", area.x + area.w + 10, area.y + 2, "left", "top", colour.ink);
}
// Where and when a perturbation of rates acts: bands of populations that get more, and, paler, of those that get less.
function perturbedBands(c, area, at, y, w) {
  if (w.end < rasterView.from || w.begin > rasterView.to) return;
  const most = Math.max(...w.values.map(Math.abs)), from = at(w.begin), wide = Math.max(1, at(w.end) - from);
  spiking.populations.forEach((p, k) => {
    if (!w.values[k] || !p.size) return;
    c.globalAlpha = (w.values[k] > 0 ? 0.28 : 0.12) * (0.3 + 0.7 * Math.abs(w.values[k]) / most);
    c.fillStyle = w.values[k] > 0 ? colour.accent : colour.ink;
    c.fillRect(from, y(p.first), wide, y(p.first + p.size) - y(p.first));
    c.globalAlpha = 1;
  });
  for (const x of [from, from + wide]) if (x > area.x + 1 && x < area.x + area.w - 1) stroke(c, x, area.y, x, area.y + area.h, colour.accent);
}
function drawRaster(c, area, at) {
  const s = spikesNow(), n = spiking.neurons, y = neuron => area.y + neuron / n * area.h, tall = Math.max(1.2, 0.85 * area.h / n * s.stride);
  c.fillStyle = colour.plot;
  c.fillRect(area.x, area.y, area.w, area.h);
  inside(c, area, () => spiking.perturbations.forEach(w => perturbedBands(c, area, at, y, w)));
  let label = -Infinity, drawn = 0;
  for (const p of spiking.populations) {
    if (!p.size) continue;
    const middle = y(p.first + p.size / 2);
    stroke(c, area.x, y(p.first), area.x + area.w, y(p.first), colour.line);
    if (middle - label >= 11) { label = middle; smaller(c, () => text(c, p.name, area.x - 8, middle, "right", "middle", populationColour(p))); }
  }
  const ofRow = new Int32Array(s.neurons.length);
  s.neurons.forEach((neuron, row) => { while (drawn + 1 < spiking.populations.length && neuron >= spiking.populations[drawn + 1].first) ++drawn; ofRow[row] = drawn; });
  const byPopulation = spiking.populations.map(() => []), span = s.end - s.start;
  for (let k = 0; k < s.times.length; ++k) {
    const time = s.start + s.times[k] / 65534 * span;
    if (time >= rasterView.from && time <= rasterView.to) byPopulation[ofRow[s.rows[k]]].push(k);
  }
  inside(c, area, () => byPopulation.forEach((members, p) => {
    if (!members.length) return;
    c.strokeStyle = populationColour(spiking.populations[p]);
    c.lineWidth = 1.2;
    c.beginPath();
    for (const k of members) {
      const x = at(s.start + s.times[k] / 65534 * span), top = y(s.neurons[s.rows[k]]);
      c.moveTo(x, top);
      c.lineTo(x, top + tall);
    }
    c.stroke();
  }));
  c.strokeStyle = colour.edge;
  c.lineWidth = 1;
  c.strokeRect(area.x - 0.5, area.y - 0.5, area.w + 1, area.h + 1);
  const firstOfI = spiking.populations.find(p => p.inhibitory).first;
  text(c, "excitatory", area.x + area.w + 10, area.y + 2, "left", "top", colour.ink);
  if (firstOfI < n) text(c, "inhibitory", area.x + area.w + 10, Math.min(area.y + area.h - 14, y(firstOfI) + 2), "left", "top", colour.ink);
}
const rateOf = (s, p, bin) => valueAt(s.rates, p * s.rates.columns + bin);
// Means over neurons of one type, by bins.
function meanRates(s, inhibitory) {
  const means = new Float64Array(s.rates.columns);
  let neurons = 0;
  spiking.populations.forEach((p, k) => {
    if (p.inhibitory !== inhibitory || !p.size) return;
    neurons += p.size;
    for (let b = 0; b < means.length; ++b) means[b] += p.size * rateOf(s, k, b);
  });
  return means.map(sum => sum / neurons);
}
function drawRates(c, area, at) {
  const s = spikesNow(), bins = s.rates.columns, first = Math.max(0, Math.floor((rasterView.from - s.start) / s.bin)), last = Math.min(bins - 1, Math.ceil((rasterView.to - s.start) / s.bin));
  const types = [meanRates(s, false), meanRates(s, true)], clusters = spiking.populations.map((p, k) => [p, k]).filter(([p]) => !p.inhibitory && p.cluster >= 0 && p.size);
  let most = 1;
  for (let b = first; b <= last; ++b) for (const v of [...clusters.map(([, k]) => rateOf(s, k, b)), types[0][b], types[1][b]]) if (v > most) most = v;
  const y = v => area.y + (1 - v / most / 1.04) * area.h, middle = b => at(Math.min(s.end, s.start + (b + 0.5) * s.bin));
  const {ticks, words} = scaleOf(0, most, false, 4);
  for (const t of ticks) { stroke(c, area.x, y(t), area.x + area.w, y(t)); text(c, words(t), area.x - 6, y(t), "right", "middle"); }
  const line = (value, ink, wide) => {
    c.strokeStyle = ink;
    c.lineWidth = wide;
    c.beginPath();
    for (let b = first; b <= last; ++b) if (b === first) c.moveTo(middle(b), y(value(b))); else c.lineTo(middle(b), y(value(b)));
    c.stroke();
  };
  inside(c, area, () => {
    for (const [p, k] of clusters) line(b => rateOf(s, k, b), populationColour(p), 1);
    line(b => types[0][b], colour.ink, 1.8);
    c.setLineDash([5, 3]);
    line(b => types[1][b], colour.ink, 1.4);
    c.setLineDash([]);
  });
  stroke(c, area.x, area.y + area.h, area.x + area.w, area.y + area.h, colour.faint);
  sideways(c, "rate [Hz]", 9, area.y + area.h / 2);
  [["E, mean", []], ["I, mean", [5, 3]]].forEach(([words, dash], k) => {
    c.setLineDash(dash);
    stroke(c, area.x + area.w + 10, area.y + 8 + 16 * k, area.x + area.w + 24, area.y + 8 + 16 * k, colour.ink, 1.6);
    c.setLineDash([]);
    smaller(c, () => text(c, words, area.x + area.w + 28, area.y + 8 + 16 * k, "left", "middle", colour.ink));
  });
}
function describeSpikes(x, y) {
  const {timeline, raster, rates} = rasterArea, within = a => a && y >= a.y && y < a.y + a.h;
  if (x < rasterArea.x || x > rasterArea.x + rasterArea.w || rasterView.drag) return null;
  const time = rasterView.from + (x - rasterArea.x) / rasterArea.w * (rasterView.to - rasterView.from), when = format(time, 6) + " s";
  if (within(timeline)) {
    const lane = Math.floor((y - timeline.y - strip - 6) / laneOfState), state = rasterArea.lanes[lane];
    const found = spiking.occurrences.find(([k, begin, end]) => (y < timeline.y + strip || k === state) && time >= begin && time <= end);
    const name = k => k < spiking.states.length ? spiking.states[k].name : "a rare state";
    if (found) return name(found[0]) + "\n" + format(found[1], 6) + " to " + format(found[2], 6) + " s: " + format(1000 * (found[2] - found[1]), 4) + " ms";
    return state === undefined ? null : name(state) + "\n" + counted(spiking.states[state].count, "time") + " in the recording";
  }
  if (within(raster)) {
    const neuron = Math.min(spiking.neurons - 1, Math.floor((y - raster.y) / raster.h * spiking.neurons)), p = spiking.populations.findLast(one => one.size && one.first <= neuron);
    return p.name + ", neuron " + neuron + "\n" + when;
  }
  if (!within(rates)) return null;
  const s = spikesNow(), bin = Math.floor((time - s.start) / s.bin);
  if (bin < 0 || bin >= s.rates.columns) return null;
  const high = spiking.populations.map((p, k) => [p, rateOf(s, k, bin)]).filter(([p]) => !p.inhibitory && p.cluster >= 0 && p.size).sort((a, b) => b[1] - a[1]).slice(0, 4);
  return when + "\n" + high.map(([p, rate]) => p.name + " " + format(rate) + " Hz").join("\n");
}
function transitions(box) {
  const g = spiking.matrix, n = g.rows, name = k => spiking.states[k].name, words = n <= 40;
  byId("transitions-note").textContent = "from the row to the column, share of the times of the row" + (n < spiking.n_states ? "; the " + n + " with most time of " + spiking.n_states : "");
  heatMap(box, g, {square: true, left: words ? 96 : 30, scale: "weight", title: "probability", label: "Transitions between attractors", height: 400,
    axes: (c, area) => {
      text(c, "to", area.x + area.w / 2, area.y + area.h + 16, "center", "alphabetic");
      if (!words) return sideways(c, "from", area.x - 16, area.y + area.h / 2);
      const row = area.h / n, every = Math.ceil(11 / row);
      smaller(c, () => { for (let k = 0; k < n; k += every) text(c, clip(name(k), 15), area.x - 6, area.y + (k + 0.5) * row, "right", "middle"); });
    },
    describe: (r, k, v) => name(r) + " \u2192 " + name(k) + "\n" + (v === null ? "never" : format(v))});
}
