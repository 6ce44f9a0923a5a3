// A quantity against each parameter, and below the parameters by pairs.
function panels() {
  const most = width => Math.max(1, Math.min(6, Math.floor((width - 60) / 120))), points = [];
  const count = width => Math.min(all.parameters.length, most(width));
  const layout = width => {
    // Of up to two columns the scale of colours is beside them, where there is room.
    const n = count(width), bar = n > 2 ? 6 : width > 520 ? 96 : 6, w = Math.min(n === 1 ? 900 : n < 3 ? 420 : 300, (width - 66 - 14 * (n - 1) - bar) / n), h = Math.min(w, n === 1 ? 300 : 220);
    return {n, w, h, bar, top: 12, left: 66, gap: 14, height: 12 + n * h + (n - 1) * 14 + 52 + (n > 1 ? 34 : 0)};
  };
  const {canvas} = chart(byId("panels"), width => layout(width).height, (c, width) => {
    const l = layout(width), q = quantity(), limits = limitsOf(q), order = backToFront(q), best = bestRow(), shown = all.parameters.slice(0, l.n);
    const column = j => l.left + j * (l.w + l.gap), row = i => l.top + i * (l.h + l.gap) + (i > 0 ? 34 : 0);
    const up = {name: q.name, short: q.name, unit: q.unit, values: q.values, scale: limits.log ? "log" : "linear", low: limits.log ? Math.pow(10, limits.low) : limits.low, high: limits.log ? Math.pow(10, limits.high) : limits.high};
    points.length = 0;
    for (let i = 0; i < l.n; ++i) for (let j = 0; j < (i === 0 ? l.n : i); ++j) {
      const area = {x: column(j), y: row(i), w: l.w, h: l.h};
      panel(c, area, shown[j], i === 0 ? up : shown[i], {q, limits, order, best, points, left: j === 0, below: i === l.n - 1 || (i === 0)});
    }
    const left = all.parameters.length - l.n + all.parameters_left.length;
    byId("panels").querySelector("h3").textContent = l.n > 1 ? "Pairs of " + (left ? "the first " + l.n + " of " + (l.n + left) + " " : "") + "parameters" : "Against " + (left ? "the first of " + (left + 1) + " parameters" : "the parameter");
    const x = l.n > 2 ? column(l.n - 1) + 10 : width - 84;
    if (l.n > 2 || l.bar > 6) colourBar(c, x, row(l.n > 2 ? 1 : 0), Math.min(200, l.h), {...limits, title: withUnit(clip(q.name, 24), q.unit)}, limits.low, limits.high);
  }, "Pairs of parameters");
  hover(canvas, (x, y) => {
    const k = nearest(points, x, y, 8);
    return k < 0 ? null : candidateWords(points[points.length - 1 - [...points].reverse().findIndex(p => p === points[k])][2]);
  });
  const left = [...all.parameters.slice(6).map(p => p.name), ...all.parameters_left];
  addNote(byId("panels"), left.length ? "not drawn: " + left.slice(0, 30).join(", ") + (left.length > 30 ? " and " + (left.length - 30) + " more" : "") : "");
}
function panel(c, area, across, up, o) {
  c.fillStyle = colour.plot;
  c.fillRect(area.x, area.y, area.w, area.h);
  const pad = 0.04, px = v => area.x + (pad + (1 - 2 * pad) * v) * area.w, py = v => area.y + (1 - pad - (1 - 2 * pad) * v) * area.h;
  const xs = axisTicks(across, Math.max(2, area.w / 60)), ys = axisTicks(up, Math.max(2, area.h / 45));
  xs.forEach(([v]) => stroke(c, px(v), area.y, px(v), area.y + area.h));
  ys.forEach(([v]) => stroke(c, area.x, py(v), area.x + area.w, py(v)));
  const size = all.shown > 800 ? 1.7 : all.shown > 150 ? 2.3 : 3.2;
  for (const k of o.order) {
    const x = placeOf(across, k), y = placeOf(up, k);
    if (x === null || y === null) continue;
    c.beginPath();
    c.arc(px(x), py(y), size, 0, 7);
    c.fillStyle = inkOf(o.limits, o.q.values[k]);
    c.fill();
    o.points.push([px(x), py(y), k]);
  }
  if (o.best >= 0 && placeOf(across, o.best) !== null && placeOf(up, o.best) !== null) {
    c.beginPath();
    c.arc(px(placeOf(across, o.best)), py(placeOf(up, o.best)), size + 3, 0, 7);
    c.strokeStyle = colour.mark;
    c.lineWidth = 2;
    c.stroke();
  }
  c.strokeStyle = colour.edge;
  c.lineWidth = 1;
  c.strokeRect(area.x, area.y, area.w, area.h);
  if (o.left) {
    ys.forEach(([v, words]) => text(c, words, area.x - 6, py(v), "right", "middle"));
    sideways(c, withUnit(clip(up.short, Math.max(8, Math.floor(area.h / 9))), up.unit), 9, area.y + area.h / 2);
  }
  if (o.below) {
    const fit = xs.filter((t, k) => xs.length * 46 < area.w || k === 0 || k === xs.length - 1);
    // Words at the ends stay within the panel, whose neighbours have their own.
    fit.forEach(([v, words]) => { const half = 3.4 * words.length; text(c, words, Math.max(area.x + half - 4, Math.min(area.x + area.w - half + 4, px(v))), area.y + area.h + 5, "center", "top"); });
    text(c, withUnit(clip(across.short, Math.max(8, Math.floor(area.w / 9))), across.unit), area.x + area.w / 2, area.y + area.h + 31, "center", "alphabetic");
  }
}
