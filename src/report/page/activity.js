const activity = data.activity;
let logFrequency = true;
function showActivity() {
  // One sample has no course, no spectrum and no correlation.
  const shown = activity.variables.filter(v => v.recorded > 1);
  if (shown.length === 0) { byId("activity-section").hidden = true; return; }
  const select = byId("activity-variable"), monitors = new Set(shown.map(v => v.monitor));
  shown.forEach((v, k) => select.add(new Option((monitors.size > 1 ? v.monitor + " \u00b7 " : "") + withUnit(v.name, v.unit), k)));
  select.hidden = shown.length < 2;
  select.onchange = () => drawActivity(shown[+select.value]);
  drawActivity(shown[0]);
}
// Draws into a card, or takes it away when there is nothing to draw.
function card(id, content, draw) {
  const box = clear(id);
  box.hidden = !content;
  if (content) draw(box, content);
}
function activityNote(v) {
  const words = [];
  if (activity.total > activity.variables.length) words.push(activity.variables.length + " of " + activity.total + " recorded variables");
  if (v.present < v.columns) words.push(v.present + " of " + counted(v.columns, v.noun) + " have " + v.name);
  if (v.shown < v.present) words.push(v.shown + " of " + counted(v.present, v.noun) + ", evenly chosen");
  if (v.samples < v.recorded) words.push("the last " + v.samples + " of " + v.recorded + " samples");
  return "monitor " + v.monitor + (words.length ? "; " + words.join("; ") : "");
}
function drawActivity(v) {
  tip.style.visibility = "hidden";
  byId("activity-note").textContent = activityNote(v);
  card("carpet", v.carpet, (box, g) => carpet(box, v, g));
  card("spectrum", v.spectrum, box => spectrum(box, v));
  card("order", v.order, orderParameter);
  const c = v.connectivity;
  card("connectivity", c, connectivity(v));
  card("structure", c && (c.structure || c.histogram), box => c.structure ? structure(box, c) : histogram(box, c, v.noun));
  card("dynamics", v.dynamics, box => dynamics(box, v));
  card("dynamics-bars", v.dynamics, box => dynamicsBars(box, v));
  card("scalp", v.scalp, box => scalp(box, v));
  card("brain", v.brain, box => brain(box, v));
  const cards = byId("spectrum").parentElement;
  cards.classList.toggle("even", [...cards.children].filter(e => !e.hidden).length === 4);
  const notes = [];
  if (v.spectrum) notes.push("Spectrum" + (v.phase ? " of the cosine of the phase" : "") + ": " + (v.spectrum.regions > 1 ? "mean (line), quartiles and 5 to 95 % (bands) over " + plural(v.noun) + ", " : "") + "by Welch\u2019s method with a Hann window." + bandWords(v.spectrum));
  else notes.push("Too few samples for a spectrum.");
  if (v.order) notes.push("Order parameter: the length of the mean of exp(i\u03b8) over regions, 1 where all phases agree. Phase locking: the same of the difference of two phases, over time.");
  byId("spectrum-note").textContent = notes.join(" ");
  redrawAll();
}
// Bands that the sampling rate does not reach are not drawn.
function bandWords(s) {
  return s.bands.length ? " Shaded: " + s.bands.map(b => b.name + " " + b.low + " to " + b.high).join(", ") + " Hz." : "";
}
const greek = {delta: "\u03b4", theta: "\u03b8", alpha: "\u03b1", beta: "\u03b2", gamma: "\u03b3"};
function shadeBands(c, area, bands, at) {
  bands.forEach((b, k) => {
    const from = Math.max(area.x, at(b.low)), to = Math.min(area.x + area.w, at(b.high));
    if (!(to > from)) return;
    c.fillStyle = colour.ink + (k % 2 ? "08" : "12");
    c.fillRect(from, area.y, to - from, area.h);
    if (to - from > 12) text(c, to - from > 46 ? b.name : greek[b.name], (from + to) / 2, area.y + area.h - 8, "center", "alphabetic");
  });
}
function timeAxis(c, area, g) {
  const at = s => area.x + (g.end > g.start ? (s - g.start) / (g.end - g.start) : 0.5) * area.w;
  const ticks = g.end > g.start ? niceTicks(g.start, g.end, Math.max(3, area.w / 90)) : [g.start], words = numbered(ticks, s => s, 6);
  for (const t of ticks) {
    stroke(c, at(t), area.y + area.h, at(t), area.y + area.h + 4, colour.soft);
    text(c, words(t), at(t), area.y + area.h + 7, "center", "top");
  }
  text(c, "time [s]", area.x + area.w / 2, area.y + area.h + 38, "center", "alphabetic");
}
function carpet(box, v, g) {
  const n = g.rows, label = r => v.labels[g.places[r]], title = byId("carpet-title");
  const several = Math.round(g.samples / g.columns);
  title.textContent = v.shown > 1 ? plural(v.noun)[0].toUpperCase() + plural(v.noun).slice(1) + " over time " : "Over time ";
  const words = [];
  if (n < v.shown) words.push(n + " of them, evenly chosen");
  if (v.phase && g.end - g.start < (v.recorded - 1) * (g.end - g.start) / (g.samples - 1) * 0.99) words.push("the window on which the page opens");
  if (g.columns < g.samples) words.push("each column is the " + (v.phase ? "circular " : "") + "mean of about " + counted(Math.max(2, several), "sample"));
  if (g.standardised) words.unshift("in standard deviations of each " + v.noun);
  title.appendChild(document.createElement("small")).textContent = words.join("; ");
  const breaks = v.breaks.map(b => { const at = g.places.findIndex(p => p >= b); return at < 0 ? n : at; });
  heatMap(box, g, {scale: v.phase ? "phase" : g.standardised ? "correlation" : "activity", phase: v.phase, height: Math.max(190, Math.min(420, 110 + 4 * n)), breaks, bottom: 44, left: 26,
    title: g.standardised ? v.name + " [standard deviations]" : withUnit(v.name, v.unit), label: "Activity of " + plural(v.noun) + " over time",
    axes: (c, area) => { timeAxis(c, area, g); if (v.shown > 1) sideways(c, v.noun, 10, area.y + area.h / 2); },
    describe: (r, k, x) => label(r) + "\n" + format(g.start + (k + 0.5) / g.columns * (g.end - g.start), 5) + " s: " + format(x) + (g.standardised ? " standard deviations" : v.unit !== "1" ? " " + v.unit : "")});
}
function spectrum(box, v) {
  const s = unpack(v.spectrum), bins = s.columns, phase = v.phase, area = {};
  const unit = phase || !v.unit || v.unit === "1" ? "1/Hz" : "(" + v.unit + ")\u00b2/Hz";
  const row = r => k => valueAt(s, r * bins + k), [mean, p5, p25, p75, p95] = [0, 1, 2, 3, 4].map(row), f = k => k * s.step;
  const toggle = byId("frequency-axis");
  const last = s.peak ? Math.min(bins - 1, Math.floor(Math.max(60, 5 * s.peak) / s.step)) : bins - 1;
  let place = null;
  const drawing = chart(box, plotHeight, (c, width, height) => {
    Object.assign(area, {x: 62, y: 18, w: width - 62 - 12, h: height - 18 - 46});
    const end = Math.max(2, logFrequency ? bins - 2 : last);
    let low = Infinity, high = -Infinity;
    for (let k = 1; k <= end; ++k) for (const l of [mean(k), p5(k), p95(k)]) {
      if (l !== null) { low = Math.min(low, l); high = Math.max(high, l); }
    }
    if (!(high >= low)) return text(c, "no power: the signal is constant", area.x + area.w / 2, area.y + area.h / 2, "center", "middle");
    low = Math.max(low, high - 14) - 0.15;
    high += 0.25;
    const place_of = x => logFrequency ? Math.log10(x) : x, a = logFrequency ? place_of(f(1)) : 0, b = place_of(f(end));
    const px = x => area.x + (x - a) / (b - a || 1) * area.w, x = k => px(place_of(f(k)));
    const y = e => area.y + (1 - (e - low) / (high - low)) * area.h;
    const decades = logTicks(a, b, 9).flatMap(e => area.w > 300 ? [e, e + Math.log10(2), e + Math.log10(5)] : [e]).filter(t => t <= b + 1e-9);
    const halves = logTicks(Math.floor(a), Math.ceil(b), 9).flatMap(e => [e, e + Math.log10(2), e + Math.log10(5)]).filter(t => t >= a - 1e-9 && t <= b + 1e-9);
    const few = halves.length > 2 ? halves : niceTicks(Math.pow(10, a), Math.pow(10, b), 4).map(Math.log10).filter(isFinite);
    const ticks = !logFrequency ? niceTicks(a, b, area.w / 60) : decades.length > 1 ? decades : few;
    frame(c, area, {ticks, at: px, words: numbered(ticks, t => logFrequency ? Math.pow(10, t) : t)},
      {...scaleOf(low, high, true, 7), at: y}, "frequency [Hz]", "power [" + unit + "]");
    shadeBands(c, area, s.bands, f => px(place_of(f)));
    const level = l => y(l === null ? low - 1 : Math.max(low - 1, l));
    inside(c, area, () => {
      const band = (lower, upper, ink) => {
        c.fillStyle = ink;
        c.beginPath();
        for (let k = 1; k <= end; ++k) c.lineTo(x(k), level(upper(k)));
        for (let k = end; k >= 1; --k) c.lineTo(x(k), level(lower(k)));
        c.fill();
      };
      if (s.regions > 1) { band(p5, p95, colour.accent + "20"); band(p25, p75, colour.accent + "40"); }
      c.strokeStyle = colour.accent;
      c.lineWidth = 1.8;
      c.beginPath();
      for (let k = 1; k <= end; ++k) c.lineTo(x(k), level(mean(k)));
      c.stroke();
    });
    if (s.peak) peakMark(c, area, s, px(place_of(s.peak)), level(mean(Math.round(s.peak / s.step))));
    place = {x, end};
  }, "Power spectrum");
  toggle.hidden = false;
  const name = () => { toggle.textContent = logFrequency ? "linear frequency" : "log frequency"; };
  name();
  toggle.onclick = () => { logFrequency = !logFrequency; name(); drawing.redraw(); };
  const power = l => l === null ? "0" : format(Math.pow(10, l));
  hover(drawing.canvas, (px, py) => {
    if (!place || px < area.x || px > area.x + area.w || py > area.y + area.h) return null;
    let best = 1;
    for (let k = 1; k <= place.end; ++k) if (Math.abs(place.x(k) - px) < Math.abs(place.x(best) - px)) best = k;
    const band = s.bands.find(b => f(best) >= b.low && f(best) <= b.high);
    return format(f(best), 4) + " Hz" + (band ? ", " + band.name + " (" + format(band.power) + " in all)" : "") + "\nmean " + power(mean(best)) + " " + unit + (s.regions > 1 ? "\n5\u201395 %: " + power(p5(best)) + " \u2013 " + power(p95(best)) : "");
  });
}
function peakMark(c, area, s, x, y) {
  c.setLineDash([3, 3]);
  stroke(c, x, area.y + 2, x, area.y + area.h, colour.mark);
  c.setLineDash([]);
  c.fillStyle = colour.mark;
  c.beginPath();
  c.arc(x, y, 3.5, 0, 7);
  c.fill();
  const right = x > area.x + area.w * 0.7;
  text(c, format(s.peak) + " Hz", x + (right ? -6 : 6), area.y - 6, right ? "right" : "left", "alphabetic", colour.mark);
}
function orderParameter(box, o) {
  unpack(o);
  const area = {};
  byId("order-note").textContent = "mean " + format(o.mean) + (o.frequency === undefined ? "" : ", mean frequency " + format(o.frequency) + " Hz");
  const {canvas} = chart(box, plotHeight, (c, width, height) => {
    Object.assign(area, {x: 44, y: 8, w: width - 44 - 12, h: height - 8 - 46});
    const at = s => area.x + (o.end > o.start ? (s - o.start) / (o.end - o.start) : 0.5) * area.w, y = r => area.y + (1 - r) * area.h;
    frame(c, area, {...scaleOf(o.start, o.end, false, area.w / 70), at}, {ticks: [0, 0.2, 0.4, 0.6, 0.8, 1], at: y, words: r => format(r)}, "time [s]", "R");
    c.strokeStyle = colour.accent;
    c.lineWidth = o.columns > 2 * area.w ? 0.7 : 1.3;
    c.beginPath();
    for (let k = 0; k < o.columns; ++k) {
      const x = at(o.start + (o.columns > 1 ? k / (o.columns - 1) : 0) * (o.end - o.start));
      if (k === 0) c.moveTo(x, y(valueAt(o, k))); else c.lineTo(x, y(valueAt(o, k)));
    }
    c.stroke();
    c.setLineDash([4, 4]);
    stroke(c, area.x, y(o.mean), area.x + area.w, y(o.mean), colour.mark);
    c.setLineDash([]);
  }, "Order parameter");
  hover(canvas, x => {
    const part = (x - area.x) / area.w;
    return part < 0 || part > 1 ? null : format(o.start + part * (o.end - o.start), 5) + " s\nR = " + format(valueAt(o, Math.round(part * (o.columns - 1))));
  });
}
function connectivity(v) {
  return (box, g) => {
    byId("connectivity-title").firstChild.textContent = v.phase ? "Phase locking " : "Functional connectivity ";
    byId("connectivity-note").textContent = v.phase ? "" : "Pearson";
    const name = v.phase ? "locking = " : "r = ";
    heatMap(box, g, {square: true, scale: v.phase ? "weight" : "correlation", title: g.measure, breaks: v.breaks, label: v.phase ? "Phase locking" : "Functional connectivity",
      axes: (c, area) => { text(c, v.noun, area.x + area.w / 2, area.y + area.h + 16, "center", "alphabetic"); sideways(c, v.noun, area.x - 16, area.y + area.h / 2); },
      describe: (r, k, x) => v.labels[r] + "\n" + v.labels[k] + "\n" + (x === null ? "undefined: a signal is constant" : name + format(x))});
  };
}
function structure(box, g) {
  const s = g.structure, log = s.log;
  byId("structure-title").firstChild.textContent = "Structure and function ";
  byId("structure-note").textContent = (s.r === null ? "" : "r = " + format(s.r, 2) + ", ") + counted(s.pairs, "pair") + (s.x.length < s.pairs ? ", " + s.x.length + " of them drawn" : "");
  chart(box, plotHeight, (c, width, height) => {
    const area = {x: 52, y: 8, w: width - 52 - 12, h: height - 8 - 46};
    let low = Math.min(...s.x), high = Math.max(...s.x);
    if (!(high > low)) { low -= 0.5; high += 0.5; }
    const margin = 0.03 * (high - low), bottom = Math.max(g.low, Math.min(...s.y) - 0.04), top = Math.min(1, Math.max(...s.y) + 0.04);
    const x = e => area.x + (e - low + margin) / (high - low + 2 * margin) * area.w, y = r => area.y + (1 - (r - bottom) / (top - bottom || 1)) * area.h;
    frame(c, area, {...scaleOf(low, high, log, log ? 8 : 5), at: x}, {...scaleOf(bottom, top, false, 6), at: y}, "weight", g.measure);
    c.fillStyle = colour.accent + (s.x.length > 1000 ? "55" : "80");
    s.x.forEach((e, k) => { c.beginPath(); c.arc(x(e), y(s.y[k]), 2.1, 0, 7); c.fill(); });
  }, "Structure and function");
}
function histogram(box, g, noun) {
  byId("structure-title").firstChild.textContent = "All pairs of " + plural(noun) + " ";
  byId("structure-note").textContent = g.mean === undefined ? "" : "mean " + format(g.mean);
  const most = Math.max(1, ...g.histogram), span = 1 - g.low;
  chart(box, plotHeight, (c, width, height) => {
    const area = {x: 52, y: 8, w: width - 52 - 12, h: height - 8 - 46};
    const x = r => area.x + (r - g.low) / span * area.w, y = n => area.y + (1 - n / most / 1.05) * area.h;
    const counts = niceTicks(0, most, 5).filter(Number.isInteger);
    frame(c, area, {...scaleOf(g.low, 1, false, 5), at: x}, {ticks: counts, at: y, words: numbered(counts)}, g.measure, "pairs");
    c.fillStyle = colour.accent;
    g.histogram.forEach((n, k) => c.fillRect(x(g.low + k / 40 * span) + 0.5, y(n), area.w / 40 - 1, area.y + area.h - y(n)));
  }, "Histogram of " + g.measure);
}
