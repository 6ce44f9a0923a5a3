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
  const features = [...v.brain.features, ...(v.brain.places.length ? analysed(v) : [])];
  const regions = v.brain.places.length ? (v.labels.length < v.present ? v.labels.length + " of " : "") + counted(v.present, v.noun) + (v.brain.sides.length ? "; right hemisphere: ringed" : "") + "; " : "";
  const mesh = data.surface ? counted(data.surface.triangles.length / 3, "triangle") + "; " : "";
  chooser(box, features.map(f => f.name), k => {
    const surface = features[k].surface;
    byId("brain-note").textContent = (surface ? mesh : regions) + axisWords() + "z up; colours from percentile 2 to 98";
    if (surface) surfaceViews(box, features[k]); else brainViews(box, v, features[k]);
  });
}
// Coordinates to the right, to the front and up, of a place in those of the file.
const dot = (a, b) => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
const seen = p => [dot(p, data.axes.right), dot(p, data.axes.front), p[2]];
function axisWords() {
  return [["right", "left"], ["front", "back"]].map(([to, away]) => {
    const axis = data.axes[to], k = axis.findIndex(x => x !== 0);
    return "xyz"[k] + " to the " + (axis[k] > 0 ? to : away) + ", ";
  }).join("");
}
// Of each: axes to the right, upwards and towards the reader; whether its positive end is near; names of the ends.
const views = [["axial, from above", 0, 1, 2, 1, "L", "R"], ["sagittal, from the right", 1, 2, 0, 1, "P", "A"], ["coronal, from behind", 0, 2, 1, -1, "L", "R"]];
// Three views side by side, or one below the other. ends: least and largest of each coordinate. paint(c, view, x, y, k): x and y turn a place
// into pixels, k are pixels per mm.
function threeViews(box, f, ends, limits, paint) {
  const span = ends.map(([a, z]) => Math.max(z - a, 1));
  const below = width => width < 560;
  const scaleOf = (width, gap) => below(width) ? Math.min(...views.map(([, i]) => (width - 140) / span[i])) :
    Math.min((width - 92 - 3 * gap) / (span[0] * 2 + span[1]), 330 / Math.max(span[1], span[2]));
  const height = width => {
    const k = scaleOf(width, 64), tall = views.map(([, , j]) => span[j] * k + 62);
    return below(width) ? tall.reduce((a, x) => a + x, 0) : Math.max(190, ...tall);
  };
  return chart(box, height, (c, width, h) => {
    const gap = 64, k = scaleOf(width, gap);
    let left = below(width) ? 0 : Math.max(0, (width - 92 - k * (span[0] * 2 + span[1]) - 3 * gap) / 2), top = 0;
    for (const view of views) {
      const [title, i, j, , , from, to] = view;
      const w = span[i] * k, tall = span[j] * k, x0 = below(width) ? (width - 92 - w) / 2 : left + gap / 2, y0 = top + 32;
      text(c, title, x0 + w / 2, top + 8, "center", "middle", colour.ink);
      c.strokeStyle = colour.line;
      c.lineWidth = 1;
      c.strokeRect(x0 - 12, y0 - 12, w + 24, tall + 24);
      text(c, from, x0 - 20, y0 + tall / 2, "center", "middle");
      text(c, to, x0 + w + 20, y0 + tall / 2, "center", "middle");
      paint(c, view, p => x0 + (p[i] - ends[i][0]) * k, p => y0 + tall - (p[j] - ends[j][0]) * k, k);
      if (below(width)) top += tall + 62; else left += w + gap;
    }
    colourBar(c, width - 84, 24, Math.min(220, h - 40), {scale: "activity", title: withUnit(f.name, f.unit)}, ...limits);
  }, "Brain views of " + f.name).canvas;
}
const endsOf = places => [0, 1, 2].map(d => places.reduce(([a, z], p) => [Math.min(a, p[d]), Math.max(z, p[d])], [Infinity, -Infinity]));
function brainViews(box, v, f) {
  const b = v.brain, known = f.values.filter(x => x !== null);
  // One outlier must not leave the others with one colour.
  known.sort((x, y) => x - y);
  const at = q => known[Math.round(q * (known.length - 1))];
  let [low, high] = known.length ? [at(0.02), at(0.98)] : [0, 1];
  if (!(high > low)) { const by = Math.abs(low) * 0.05 || 0.5; low -= by; high += by; }
  const places = b.places.map(seen), ends = endsOf(places), n = places.length, spots = [];
  const longest = Math.max(...ends.map(([a, z]) => Math.max(z - a, 1)));
  const canvas = threeViews(box, f, ends, [low, high], (c, view, x, y, k) => {
    const [, , , depth, near] = view, colours = table("activity");
    if (view === views[0]) spots.length = 0;
    const r = Math.max(3, Math.min(n < 20 ? 11 : 9, k * longest / Math.sqrt(n) / 2.6));
    const order = places.map((_, m) => m).sort((p, q) => near * (places[p][depth] - places[q][depth]));
    for (const m of order) {
      const value = f.values[m], at = [x(places[m]), y(places[m])];
      const level = value === null ? -1 : Math.max(0, Math.min(255, Math.round((value - low) / (high - low) * 255)));
      c.beginPath();
      c.arc(...at, r, 0, 7);
      c.fillStyle = level < 0 ? colour.plot : "rgb(" + [...colours.slice(3 * level, 3 * level + 3)].join(",") + ")";
      c.fill();
      c.strokeStyle = b.sides[m] === 1 ? colour.ink : colour.paper;
      c.lineWidth = b.sides[m] === 1 ? 1.4 : 0.8;
      c.stroke();
      spots.push([...at, m]);
    }
  });
  hover(canvas, (x, y) => {
    const k = nearest([...spots].reverse(), x, y, 12);
    if (k < 0) return null;
    const m = spots[spots.length - 1 - k][2];
    return v.labels[m] + "\n" + b.places[m].map(p => format(p)).join(", ") + " mm\n" + f.name + " " + amount(f.values[m], f.unit);
  });
}
// Corners and directions of the triangles, computed once: [mm], unit vectors.
function mesh() {
  const s = data.surface;
  if (s.places) return s;
  s.places = [];
  for (let k = 0; k < s.vertices.length; k += 3) s.places.push(seen([s.vertices[k] / 10, s.vertices[k + 1] / 10, s.vertices[k + 2] / 10]));
  s.faces = [];
  for (let k = 0; k < s.triangles.length; k += 3) {
    const corners = [s.triangles[k], s.triangles[k + 1], s.triangles[k + 2]], [p, q, r] = corners.map(n => s.places[n]);
    const a = [0, 1, 2].map(d => q[d] - p[d]), b = [0, 1, 2].map(d => r[d] - p[d]);
    const n = [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]], size = Math.hypot(...n) || 1;
    s.faces.push({corners, normal: n.map(x => x / size), middle: [0, 1, 2].map(d => (p[d] + q[d] + r[d]) / 3)});
  }
  return s;
}
function surfaceViews(box, f) {
  const s = mesh(), grid = unpack(f.surface);
  threeViews(box, f, endsOf(s.places), [grid.low, grid.high], (c, view, x, y) => {
    const [, , , depth, near] = view, colours = table("activity");
    const px = s.places.map(x), py = s.places.map(y);
    c.lineWidth = 0.7;
    c.lineJoin = "round";
    // What is far away is painted first; what turns away from the reader is as bright as what turns to them: meshes differ in their sense.
    for (const face of s.faces.slice().sort((p, q) => near * (p.middle[depth] - q.middle[depth]))) {
      const levels = face.corners.map(n => grid.levels[n]), known = levels.every(l => l !== 65535);
      const level = known ? Math.round((levels[0] + levels[1] + levels[2]) / 3 / 65534 * 255) : -1;
      const light = 0.5 + 0.5 * Math.abs(face.normal[depth]);
      const rgb = known ? [0, 1, 2].map(d => Math.round(colours[3 * level + d] * light)) : [150, 150, 150].map(g => Math.round(g * light));
      c.fillStyle = c.strokeStyle = "rgb(" + rgb.join(",") + ")";
      c.beginPath();
      c.moveTo(px[face.corners[0]], py[face.corners[0]]);
      c.lineTo(px[face.corners[1]], py[face.corners[1]]);
      c.lineTo(px[face.corners[2]], py[face.corners[2]]);
      c.lineTo(px[face.corners[0]], py[face.corners[0]]);
      c.fill();
      c.stroke();
    }
  });
}
