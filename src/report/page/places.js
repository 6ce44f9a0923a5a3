// Where in the head something is: maps of the scalp, views of the brain.
function chooser(box, names, draw) {
  const tools = document.createElement("span"), select = document.createElement("select");
  tools.className = "tools";
  select.setAttribute("aria-label", "Quantity");
  names.forEach((name, k) => select.add(new Option(name, k)));
  select.hidden = names.length < 2;
  const head = box.querySelector(".head"), old = head.querySelector(".tools");
  if (old) old.remove();
  tools.appendChild(select);
  head.appendChild(tools);
  select.onchange = () => { clear(box.id); draw(+select.value); };
  draw(0);
}
function scalp(box, v) {
  const s = v.scalp;
  chooser(box, s.quantities.map(q => q.name), k => scalpMap(box, v, s, s.quantities[k]));
}
function scalpNote(s, q) {
  return (q.band ? q.band[0] + " to " + q.band[1] + " Hz" : "all frequencies") + "; spherical splines between " + counted(s.places.length, "sensor") +
    "; nose " + (s.by_names ? "by the names of electrodes" : "along y");
}
function scalpMap(box, v, s, q) {
  byId("scalp-note").textContent = scalpNote(s, q);
  const pictures = {}, at = {};
  const {canvas} = chart(box, w => Math.min(430, w * 0.86), (c, width, h) => {
    const r = Math.min((h - 36) / 2, (width - 150) / 2) / s.reach, x = (width - 92) / 2, y = 22 + r * s.reach;
    Object.assign(at, {x, y, r});
    const size = 2 * r * s.reach;
    c.imageSmoothingEnabled = true;
    c.drawImage(pictures[colour.dark] = pictures[colour.dark] || smooth(q.map, "activity"), x - size / 2, y - size / 2, size, size);
    headOutline(c, x, y, r);
    s.places.forEach(p => {
      c.beginPath();
      c.arc(x + p[0] * r, y - p[1] * r, 2.6, 0, 7);
      c.fillStyle = "#ffffff";
      c.fill();
      c.lineWidth = 1;
      c.strokeStyle = "#17212b";
      c.stroke();
    });
    colourBar(c, width - 84, y - size / 2, size, {scale: "activity", title: withUnit(q.name, q.unit)}, q.map.low, q.map.high);
    text(c, "L", x - Math.max(r * s.reach, 1.05 * r) - 12, y, "center", "middle");
    text(c, "R", x + Math.max(r * s.reach, 1.05 * r) + 12, y, "center", "middle");
  }, "Scalp map of " + q.name);
  hover(canvas, (px, py) => {
    const k = nearest(s.places.map(p => [at.x + p[0] * at.r, at.y - p[1] * at.r]), px, py, 14);
    return k < 0 ? null : v.labels[k] + "\n" + q.name + " " + amount(q.values[k], q.unit);
  });
}
// Enlarged before it is cut to a circle, so that the edge is no staircase.
function smooth(grid, scale) {
  const small = filled(grid, scale), large = document.createElement("canvas");
  large.width = large.height = 640;
  const c = large.getContext("2d");
  c.beginPath();
  c.arc(320, 320, 319, 0, 7);
  c.clip();
  c.imageSmoothingEnabled = true;
  c.imageSmoothingQuality = "high";
  c.drawImage(small, 0, 0, 640, 640);
  return large;
}
// Cells outside the circle have the value of the nearest one within their row or column, which smoothing needs.
function filled(grid, scale) {
  unpack(grid);
  const n = grid.columns, levels = grid.levels.slice(), middle = (n - 1) / 2;
  for (let k = 0; k < levels.length; ++k) {
    if (levels[k] !== 65535) continue;
    let row = Math.floor(k / n), column = k % n;
    for (let step = 1; step < n && grid.levels[Math.round(row) * n + Math.round(column)] === 65535; ++step) {
      row += (middle - row) * 0.04;
      column += (middle - column) * 0.04;
    }
    levels[k] = grid.levels[Math.round(row) * n + Math.round(column)];
  }
  return image({...grid, levels}, scale);
}
function headOutline(c, x, y, r) {
  c.strokeStyle = colour.ink;
  c.lineWidth = 1.6;
  c.beginPath();
  c.arc(x, y, r, 0, 7);
  c.stroke();
  c.beginPath();
  c.moveTo(x - 0.12 * r, y - 0.993 * r);
  c.lineTo(x, y - 1.0 * r - 16);
  c.lineTo(x + 0.12 * r, y - 0.993 * r);
  c.stroke();
  for (const side of [-1, 1]) {
    c.beginPath();
    [[0.985, 0.17], [1.025, 0.18], [1.045, 0.13], [1.04, 0.02], [1.05, -0.08], [1.03, -0.17], [0.98, -0.19]].forEach(([a, b], k) => {
      const px = x + side * a * r, py = y - b * r;
      if (k === 0) c.moveTo(px, py); else c.lineTo(px, py);
    });
    c.stroke();
  }
}
// What `analyze` wrote for these regions can be looked at in the brain too.
function analysed(v) {
  return data.features.arrays.filter(a => a.line && a.axes[0] === "region" && a.monitor === v.monitor && a.variable === v.name).map(a => {
    const found = new Map(a.along.map((label, k) => [label, a.line[k]]));
    return v.labels.every(l => found.has(l)) && {name: a.feature + (a.name === a.feature ? "" : "." + a.name), unit: a.unit, values: v.labels.map(l => found.get(l))};
  }).filter(Boolean);
}
function brain(box, v) {
  const features = [...v.brain.features, ...analysed(v)];
  byId("brain-note").textContent = counted(v.labels.length, v.noun) + (v.brain.sides.length ? "; right hemisphere: ringed" : "") + "; x to the right, y to the front, z up; colours from percentile 2 to 98";
  chooser(box, features.map(f => f.name), k => brainViews(box, v, features[k]));
}
const views = [["axial, from above", 0, 1, 2, "L", "R"], ["sagittal, from the right", 1, 2, 0, "P", "A"], ["coronal, from behind", 0, 2, 1, "L", "R"]];
function brainViews(box, v, f) {
  const b = v.brain, known = f.values.filter(x => x !== null);
  // One outlier must not leave the others with one colour.
  known.sort((x, y) => x - y);
  const at = q => known[Math.round(q * (known.length - 1))];
  let [low, high] = known.length ? [at(0.02), at(0.98)] : [0, 1];
  if (!(high > low)) { const by = Math.abs(low) * 0.05 || 0.5; low -= by; high += by; }
  const ends = [0, 1, 2].map(d => [Math.min(...b.places.map(p => p[d])), Math.max(...b.places.map(p => p[d]))]);
  const span = ends.map(([a, z]) => Math.max(z - a, 1)), spots = [];
  const below = width => width < 560;
  const scaleOf = (width, gap) => below(width) ? Math.min(...views.map(([, i]) => (width - 140) / span[i])) :
    Math.min((width - 92 - 3 * gap) / (span[0] * 2 + span[1]), 330 / Math.max(span[1], span[2]));
  const height = width => {
    const k = scaleOf(width, 64), tall = views.map(([, , j]) => span[j] * k + 62);
    return below(width) ? tall.reduce((a, x) => a + x, 0) : Math.max(190, ...tall);
  };
  const radius = (k, n) => Math.max(3, Math.min(n < 20 ? 11 : 9, k * Math.max(...span) / Math.sqrt(n) / 2.6));
  const {canvas} = chart(box, height, (c, width, h) => {
    const gap = 64, k = scaleOf(width, gap), r = radius(k, b.places.length), colours = table("activity");
    spots.length = 0;
    let left = below(width) ? 0 : Math.max(0, (width - 92 - k * (span[0] * 2 + span[1]) - 3 * gap) / 2), top = 0;
    for (const [title, i, j, depth, from, to] of views) {
      const w = span[i] * k, tall = span[j] * k, x0 = below(width) ? (width - 92 - w) / 2 : left + gap / 2, y0 = top + 32;
      text(c, title, x0 + w / 2, top + 8, "center", "middle", colour.ink);
      c.strokeStyle = colour.line;
      c.lineWidth = 1;
      c.strokeRect(x0 - 12, y0 - 12, w + 24, tall + 24);
      text(c, from, x0 - 20, y0 + tall / 2, "center", "middle");
      text(c, to, x0 + w + 20, y0 + tall / 2, "center", "middle");
      // The coronal view is from behind, the sagittal one from the right: the near lie on top.
      const near = j === 2 && i === 0 ? -1 : 1;
      const order = b.places.map((_, n) => n).sort((p, q) => near * (b.places[p][depth] - b.places[q][depth]));
      for (const n of order) {
        const x = x0 + (b.places[n][i] - ends[i][0]) * k, y = y0 + tall - (b.places[n][j] - ends[j][0]) * k, value = f.values[n];
        const level = value === null ? -1 : Math.max(0, Math.min(255, Math.round((value - low) / (high - low) * 255)));
        c.beginPath();
        c.arc(x, y, r, 0, 7);
        c.fillStyle = level < 0 ? colour.plot : "rgb(" + [...colours.slice(3 * level, 3 * level + 3)].join(",") + ")";
        c.fill();
        c.strokeStyle = b.sides[n] === 1 ? colour.ink : colour.paper;
        c.lineWidth = b.sides[n] === 1 ? 1.4 : 0.8;
        c.stroke();
        spots.push([x, y, n]);
      }
      if (below(width)) top += tall + 62; else left += w + gap;
    }
    colourBar(c, width - 84, 24, Math.min(220, h - 40), {scale: "activity", title: withUnit(f.name, f.unit)}, low, high);
  }, "Brain views of " + f.name);
  hover(canvas, (x, y) => {
    const k = nearest([...spots].reverse(), x, y, 12);
    if (k < 0) return null;
    const n = spots[spots.length - 1 - k][2];
    return v.labels[n] + "\n" + b.places[n].map(p => format(p)).join(", ") + " mm\n" + f.name + " " + amount(f.values[n], f.unit);
  });
}
