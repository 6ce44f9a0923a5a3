// A quantity along the axes of a grid: lines of one axis, a map of two, slices of the others.
const grid = {x: 0, y: -1, quantity: 0, slice: []};
const along = (axis, k) => axis.texts ? axis.texts[k] : amount(axis.values[k], axis.unit), extent = axis => (axis.texts || axis.values).length;
function showGrid() {
  const g = data.grid, tools = byId("grid-tools"), names = shortNames(g.axes.map(a => a.name));
  g.axes.forEach((a, k) => a.short = names[k]);
  g.quantities.forEach(unpack);
  const long = g.axes.map((a, k) => k).filter(k => extent(g.axes[k]) > 1 && g.axes[k].name !== "repeat");
  grid.x = long.length ? long[long.length - 1] : 0;
  grid.y = long.length > 1 ? long[long.length - 2] : -1;
  let rest = g.best === undefined ? 0 : g.best;
  const of = [];
  for (let k = g.axes.length - 1; k >= 0; --k) { of[k] = rest % extent(g.axes[k]); rest = Math.floor(rest / extent(g.axes[k])); }
  grid.slice = g.axes.map((a, k) => a.name === "repeat" ? -1 : of[k]);
  const choose = (label, options, value, act) => {
    const box = element(tools, "label", label + " "), select = element(box, "select");
    options.forEach(([words, v]) => select.add(new Option(words, v)));
    select.value = value;
    select.setAttribute("aria-label", label);
    select.onchange = () => { act(+select.value); draw(); };
    return box;
  };
  const draw = () => {
    tools.textContent = "";
    if (g.quantities.length > 1) choose("quantity", g.quantities.map((q, k) => [withUnit(q.name, q.unit), k]), grid.quantity, v => grid.quantity = v);
    const axes = g.axes.map((a, k) => [a.short, k]);
    if (g.axes.length > 1) {
      choose("across", axes, grid.x, v => { if (v === grid.y) grid.y = grid.x; grid.x = v; });
      choose("up", [["the quantity", -1], ...axes.filter(a => a[1] !== grid.x)], grid.y, v => grid.y = v);
    }
    g.axes.forEach((a, k) => {
      if (k === grid.x || k === grid.y || extent(a) < 2) return;
      choose(a.short, [["mean", -1], ...Array.from({length: extent(a)}, (_, i) => [along(a, i), i])], grid.slice[k], v => grid.slice[k] = v);
    });
    clear("grid");
    const q = g.quantities[grid.quantity], failed = [...g.endings].filter(e => e === "1").length, open = [...g.endings].filter(e => e === "2").length;
    note("grid", [g.axes.map(a => a.short + " (" + extent(a) + ")").join(" \u00d7 "), failed ? failed + " failed" : "", open ? open + " not yet done" : "", g.total > g.quantities.length ? "the first " + g.quantities.length + " of " + g.total + " quantities" : ""].filter(Boolean).join("; "));
    if (grid.y < 0) gridLines(g, q); else gridMap(g, q);
    redrawAll();
  };
  draw();
}
// {mean, low, high, count, cells} of a quantity where axes have these places; a mean over those that have none.
function cellOf(g, q, places) {
  let sum = 0, count = 0, low = Infinity, high = -Infinity;
  const cells = [];
  const walk = (k, at) => {
    if (k === g.axes.length) {
      const v = valueAt(q, at);
      cells.push(at);
      if (v !== null) { sum += v; ++count; low = Math.min(low, v); high = Math.max(high, v); }
      return;
    }
    const n = extent(g.axes[k]);
    if (places[k] >= 0) return walk(k + 1, at * n + places[k]);
    for (let i = 0; i < n; ++i) walk(k + 1, at * n + i);
  };
  walk(0, 0);
  return {mean: count ? sum / count : null, low, high, count, cells};
}
function cellWords(g, q, cell) {
  const words = cell.mean === null ? (cell.cells.some(k => g.endings[k] === "1") ? "failed" : "no value") : q.name + " " + amount(cell.mean, q.unit);
  if (cell.cells.length === 1) return words + "\ncandidate " + (g.numbers ? g.numbers[cell.cells[0]] ?? "\u2013" : cell.cells[0]);
  return words + "\nmean of " + cell.count + " of " + cell.cells.length + (cell.count > 1 ? ", " + format(cell.low) + " to " + format(cell.high) : "");
}
function gridLines(g, q) {
  const axis = g.axes[grid.x], n = extent(axis), area = {}, log = !axis.texts && geometric(axis.values), numbers = !axis.texts;
  const cells = Array.from({length: n}, (_, i) => cellOf(g, q, g.axes.map((_, k) => k === grid.x ? i : grid.slice[k])));
  const known = cells.filter(c => c.mean !== null);
  let low = Math.min(...known.map(c => c.low)), high = Math.max(...known.map(c => c.high));
  if (!known.length) { low = 0; high = 1; }
  if (!(high > low)) { const by = Math.abs(low) * 0.05 || 0.5; low -= by; high += by; }
  const to = v => log ? Math.log10(v) : v, ends = numbers ? [to(axis.values[0]), to(axis.values[n - 1])] : [-0.5, n - 0.5];
  const x = v => area.x + (numbers ? 0.02 + 0.96 * (to(v) - ends[0]) / (ends[1] - ends[0] || 1) : (v - ends[0]) / (ends[1] - ends[0])) * area.w, at = i => x(numbers ? axis.values[i] : i);
  const y = v => area.y + (0.97 - 0.94 * (v - low) / (high - low)) * area.h;
  const {canvas} = chart(byId("grid"), w => w < 500 ? 300 : 360, (c, width, height) => {
    Object.assign(area, {x: 72, y: 10, w: width - 72 - 16, h: height - 10 - 48});
    const few = numbers ? (log ? logTicks(Math.min(...ends), Math.max(...ends), 8).map(e => Math.pow(10, e)) : niceTicks(Math.min(...ends), Math.max(...ends), area.w / 90)) : [];
    const ticks = numbers ? (few.length > 1 ? few : [axis.values[0], axis.values[n - 1]]) : spreadTicks(n, area.w / 70);
    frame(c, area, {ticks, at: x, words: numbers ? numbered(ticks) : t => clip(axis.texts[t], 12)}, {...scaleOf(low, high, false, 5), at: y}, withUnit(axis.name, axis.unit), withUnit(clip(q.name, 40), q.unit));
    c.strokeStyle = colour.accent;
    c.lineWidth = 1;
    cells.forEach((cell, i) => { if (cell.count > 1) stroke(c, at(i), y(cell.low), at(i), y(cell.high), colour.faint, 2); });
    c.strokeStyle = colour.accent;
    c.lineWidth = 1.6;
    c.beginPath();
    let down = false;
    if (numbers) cells.forEach((cell, i) => { if (cell.mean === null) { down = false; return; } if (down) c.lineTo(at(i), y(cell.mean)); else c.moveTo(at(i), y(cell.mean)); down = true; });
    c.stroke();
    cells.forEach((cell, i) => {
      if (cell.mean === null) { stroke(c, at(i), area.y + area.h - 8, at(i), area.y + area.h, colour.mark, 2); return; }
      c.beginPath();
      c.arc(at(i), y(cell.mean), n > 120 ? 1.6 : 3, 0, 7);
      c.fillStyle = colour.accent;
      c.fill();
    });
  }, "Sweep along " + axis.name);
  hover(canvas, px => {
    let best = 0;
    for (let i = 1; i < n; ++i) if (Math.abs(at(i) - px) < Math.abs(at(best) - px)) best = i;
    return axis.name + " " + along(axis, best) + "\n" + cellWords(g, q, cells[best]);
  });
  // The service's page opens candidates.
  if (g.open) opens(canvas, px => {
    let best = 0;
    for (let i = 1; i < n; ++i) if (Math.abs(at(i) - px) < Math.abs(at(best) - px)) best = i;
    g.open(cells[best].cells);
  });
}
const spreadTicks = (n, most) => Array.from({length: n}, (_, k) => k).filter(k => k % Math.max(1, Math.ceil(n / Math.max(1, most))) === 0);
function gridMap(g, q) {
  const across = g.axes[grid.x], up = g.axes[grid.y], columns = extent(across), rows = extent(up), cells = [];
  for (let r = 0; r < rows; ++r) for (let k = 0; k < columns; ++k)
    cells.push(cellOf(g, q, g.axes.map((_, d) => d === grid.x ? k : d === grid.y ? rows - 1 - r : grid.slice[d])));
  const known = cells.map(c => c.mean).filter(v => v !== null);
  let low = Math.min(...known), high = Math.max(...known);
  if (!known.length) { low = 0; high = 1; }
  if (!(high > low)) { const by = Math.abs(low) * 0.05 || 0.5; low -= by; high += by; }
  const log = spreads(low, high), to = v => log ? Math.log10(v) : v;
  low = to(low); high = to(high);
  const levels = Uint16Array.from(cells, c => c.mean === null ? 65535 : Math.round(65534 * (to(c.mean) - low) / (high - low)));
  const minimum = known.length ? cells.findIndex(c => c.mean === Math.min(...known)) : -1;
  const signed = low < 0 && high > 0 && !all.minimised;
  if (signed) { const most = Math.max(-low, high); levels.forEach((_, k) => levels[k] = cells[k].mean === null ? 65535 : Math.round(65534 * (cells[k].mean + most) / 2 / most)); low = -most; high = most; }
  heatMap(byId("grid"), {rows, columns, low, high, levels}, {height: 420, left: 78, bottom: 50, log, scale: all.minimised ? "loss" : signed ? "correlation" : "activity", title: withUnit(clip(q.name, 40), q.unit), label: "Map of " + q.name,
    axes: (c, area) => {
      spreadTicks(columns, area.w / 56).forEach(k => text(c, across.texts ? clip(across.texts[k], 9) : format(across.values[k]), area.x + (k + 0.5) / columns * area.w, area.y + area.h + 6, "center", "top"));
      spreadTicks(rows, area.h / 20).forEach(k => text(c, up.texts ? clip(up.texts[k], 9) : format(up.values[k]), area.x - 6, area.y + area.h - (k + 0.5) / rows * area.h, "right", "middle"));
      text(c, withUnit(across.name, across.unit), area.x + area.w / 2, area.y + area.h + 38, "center", "alphabetic");
      sideways(c, withUnit(up.name, up.unit), 10, area.y + area.h / 2);
      const wide = area.w / columns, tall = area.h / rows;
      cells.forEach((cell, k) => {
        if (cell.mean !== null || !cell.cells.some(at => g.endings[at] === "1") || wide < 5 || tall < 5) return;
        const x = area.x + (k % columns + 0.5) * wide, y = area.y + (Math.floor(k / columns) + 0.5) * tall, s = Math.min(5, wide / 4, tall / 4);
        stroke(c, x - s, y - s, x + s, y + s, colour.mark, 1.4);
        stroke(c, x - s, y + s, x + s, y - s, colour.mark, 1.4);
      });
      if (all.minimised && minimum >= 0) {
        c.strokeStyle = colour.mark;
        c.lineWidth = 2;
        c.strokeRect(area.x + minimum % columns * wide, area.y + Math.floor(minimum / columns) * tall, wide, tall);
      }
    },
    choose: g.open && ((r, k) => g.open(cells[r * columns + k].cells)),
    describe: (r, k) => across.name + " " + along(across, k) + "\n" + up.name + " " + along(up, rows - 1 - r) + "\n" + cellWords(g, q, cells[r * columns + k])});
}
