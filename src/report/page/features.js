// Dynamics of functional connectivity, and what `analyze` wrote.
function dynamics(box, v) {
  const d = v.dynamics, at = k => format(d.start + k / d.matrix.rows * d.windows * d.step, 4) + " s";
  byId("dynamics-note").textContent = "windows of " + format(d.window, 4) + " s every " + format(d.step, 4) + " s" +
    (d.windows > d.matrix.rows ? "; " + d.matrix.rows + " blocks of " + d.windows + " windows" : "") + (d.left_out ? "; without " + counted(d.left_out, "constant " + v.noun) : "");
  heatMap(box, d.matrix, {square: true, scale: "correlation", title: "correlation", label: "Dynamics of functional connectivity",
    left: 66, bottom: 44, axes: (c, area) => {
      const starts = Array.from({length: d.matrix.rows}, (_, k) => d.start + k / d.matrix.rows * d.windows * d.step);
      placeAxes(c, area, spots(starts, area.w / 60), spots(starts, area.h / 40), "window [s]", "window [s]", 54);
    },
    describe: (r, k, x) => "windows from " + at(r) + " and " + at(k) + "\n" + (x === null ? "undefined: a signal is constant" : "r = " + format(x))});
}
function dynamicsBars(box, v) {
  const d = v.dynamics, n = d.histogram.length;
  byId("dynamics-bars-note").textContent = "all pairs of " + d.windows + " windows" + (d.mean === undefined ? "" : ", mean " + format(d.mean));
  bars(box, d.histogram.map((count, k) => ({from: -1 + 2 * k / n, to: -1 + 2 * (k + 1) / n, count})), -1, 1, "correlation of two windows", "pairs", "Histogram of FCD");
}
function bars(box, all, low, high, across, up, label) {
  const most = Math.max(1, ...all.map(b => b.count)), area = {};
  const {canvas} = chart(box, plotHeight, (c, width, height) => {
    Object.assign(area, {x: 62, y: 8, w: width - 62 - 12, h: height - 8 - 46});
    const x = e => area.x + (e - low) / (high - low) * area.w, y = n => area.y + (1 - n / most / 1.05) * area.h;
    const counts = niceTicks(0, most, 5).filter(Number.isInteger);
    frame(c, area, {...scaleOf(low, high, false, 5), at: x}, {ticks: counts, at: y, words: numbered(counts)}, across, up);
    c.fillStyle = colour.accent;
    for (const b of all) c.fillRect(x(b.from) + 0.5, y(b.count), Math.max(1, x(b.to) - x(b.from) - 1), area.y + area.h - y(b.count));
  }, label);
  hover(canvas, x => {
    const e = low + (x - area.x) / area.w * (high - low), b = all.find(one => e >= one.from && e < one.to);
    return b ? format(b.from) + " to " + format(b.to) + "\n" + counted(b.count, "pair") : null;
  });
}
const arrayName = a => a.feature + (a.name === a.feature ? "" : " \u00b7 " + a.name);
function showFeatures() {
  const section = byId("features-section"), drawn = data.features.arrays.filter(a => a.line || a.matrix);
  if (!section) return;
  const select = byId("feature-array"), box = byId("feature-figure");
  drawn.forEach((a, k) => select.add(new Option(arrayName(a), k)));
  select.hidden = drawn.length < 2;
  box.hidden = drawn.length === 0;
  const show = k => {
    clear(box.id);
    const a = drawn[k], title = byId("feature-title");
    title.textContent = arrayName(a) + " ";
    title.appendChild(document.createElement("small")).textContent = a.meaning + (a.matrix && (a.shape[0] > a.matrix.rows || a.shape[1] > a.matrix.columns) ? "; means of blocks, " + a.shape.join(" \u00d7 ") + " in the recording" : "") +
      (a.line && a.line.length < a.shape[0] ? "; " + a.line.length + " of " + a.shape[0] + " values" : "");
    if (a.matrix) featureMatrix(box, a); else featureLine(box, a);
    redrawAll();
  };
  select.onchange = () => show(+select.value);
  if (drawn.length) show(0);
}
const numeric = names => Array.isArray(names) && names.length > 1 && names.every(x => typeof x === "number") && names[0] !== names[names.length - 1];
// Where along an axis, from 0 to 1, which words stand: numbers at round values, names where there is room for all.
function spots(names, most) {
  const n = names === null ? 0 : names.length;
  if (!numeric(names)) return n > 1 && n <= most ? names.map((name, k) => [(k + 0.5) / n, clip(String(name), 12)]) : [];
  const first = names[0], last = names[n - 1];
  const ticks = niceTicks(first, last, most), words = numbered(ticks);
  return ticks.map(x => [((x - first) / (last - first) * (n - 1) + 0.5) / n, words(x)]);
}
// Ticks and titles below and to the left of a matrix.
function placeAxes(c, area, across, down, below, beside, left) {
  for (const [at, words] of down) { stroke(c, area.x - 4, area.y + at * area.h, area.x, area.y + at * area.h, colour.soft); text(c, words, area.x - 7, area.y + at * area.h, "right", "middle"); }
  for (const [at, words] of across) { stroke(c, area.x + at * area.w, area.y + area.h, area.x + at * area.w, area.y + area.h + 4, colour.soft); text(c, words, area.x + at * area.w, area.y + area.h + 7, "center", "top"); }
  text(c, below, area.x + area.w / 2, area.y + area.h + (across.length ? 38 : 18), "center", "alphabetic");
  sideways(c, beside, area.x - left, area.y + area.h / 2);
}
// What the features of sensors, averages or vertices call regions.
const axisWord = (a, k) => a.axes[k].replace("region", a.noun || "region").replace("_", " ");
const axisTitle = (a, k) => withUnit(axisWord(a, k), a.axis_units[k]);
function featureMatrix(box, a) {
  const g = a.matrix, place = (names, k, axis) => axisWord(a, axis) + " " + (names === null || names[k] === null ? k : typeof names[k] === "number" ? amount(names[k], a.axis_units[axis]) : names[k]);
  const square = a.shape[0] === a.shape[1], down = spots(a.rows, 12), left = !down.length ? 30 : numeric(a.rows) ? 66 : 100;
  heatMap(box, g, {square, height: 360, bottom: 44, left, log: a.log, scale: g.low < 0 && !a.log ? "correlation" : "activity", title: withUnit(a.name, a.unit), label: arrayName(a),
    axes: (c, area) => placeAxes(c, area, spots(a.columns, area.w / 80), down, axisTitle(a, 1), axisTitle(a, 0), left - 12),
    describe: (r, k, x) => place(a.rows, r, 0) + "\n" + place(a.columns, k, 1) + "\n" + amount(x !== null && a.log ? Math.pow(10, x) : x, a.unit)});
}
function featureLine(box, a) {
  const numbers = a.along !== null && a.along.length > 1 && a.along.every(x => typeof x === "number"), n = a.line.length;
  const place = k => numbers ? a.along[k] : k, known = a.line.filter(x => x !== null), area = {};
  let low = Math.min(...known), high = Math.max(...known);
  if (!known.length) { low = 0; high = 1; }
  if (!(high > low)) { const by = Math.abs(low) * 0.05 || 0.5; low -= by; high += by; }
  const common = inCommon(low, high);
  const {canvas} = chart(box, 300, (c, width, height) => {
    Object.assign(area, {x: 66, y: 8, w: width - 66 - 12, h: height - 8 - 46});
    const first = place(0), last = place(n - 1), margin = numbers ? 0 : 0.5;
    area.at = k => area.x + (place(k) - first + margin) / (last - first + 2 * margin || 1) * area.w;
    const y = v => area.y + (1 - (v - low) / (high - low) * 0.9 - 0.05) * area.h;
    const ticks = niceTicks(first, last, area.w / 90).filter(t => numbers || Number.isInteger(t)), values = niceTicks(low, high, 5), plain = numbered(ticks);
    const x = {ticks, at: t => area.x + (t - first + margin) / (last - first + 2 * margin || 1) * area.w, words: t => numbers ? plain(t) : clip(String(a.along === null ? t : a.along[t]), 12)};
    frame(c, area, x, {ticks: values, at: y, words: numbered(values, v => v * common.by)}, axisTitle(a, 0), common.title(withUnit(a.name, a.unit)));
    c.fillStyle = c.strokeStyle = colour.accent;
    c.lineWidth = 1.4;
    if (!numbers) return a.line.forEach((v, k) => { if (v === null) return; c.beginPath(); c.arc(area.at(k), y(v), n > 200 ? 1.8 : 3, 0, 7); c.fill(); });
    c.beginPath();
    let down = false;
    a.line.forEach((v, k) => { if (v === null) { down = false; return; } if (down) c.lineTo(area.at(k), y(v)); else c.moveTo(area.at(k), y(v)); down = true; });
    c.stroke();
  }, arrayName(a));
  hover(canvas, x => {
    if (x < area.x || x > area.x + area.w) return null;
    let best = 0;
    for (let k = 1; k < n; ++k) if (Math.abs(area.at(k) - x) < Math.abs(area.at(best) - x)) best = k;
    return axisWord(a, 0) + " " + (a.along === null ? best : numbers ? amount(a.along[best], a.axis_units[0]) : a.along[best]) + "\n" + amount(a.line[best], a.unit);
  });
}
