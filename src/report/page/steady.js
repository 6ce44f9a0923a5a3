const points = data.points;
const rangeWords = (least, most) => least === most ? least : least + " to " + most;
const pointWords = k => k + ": " + points.kind[k];

function showPoints() {
  const box = byId("points").appendChild(document.createElement("div"));
  box.className = "scroll";
  const table = box.appendChild(document.createElement("table")), head = table.insertRow();
  const cell = (row, words, name = "number") => { const td = row.insertCell(); td.textContent = words; td.className = name; };
  const columns = [["", "name"], ["kind", "name"]].concat((points.populations ? ["residual [Hz]", "starts"] : ["damping [1/s]", "frequency [Hz]", "unstable", "residual"]).map(w => [w, "number"]));
  const shown = points.populations ? points.populations.slice(0, 8).map(name => name + " [Hz]") : points.variables.slice(0, 6).map(v => withUnit(v.name, v.unit));
  for (const words of shown) columns.push([words, "number"]);
  for (const [words, name] of columns) head.appendChild(Object.assign(document.createElement("th"), {textContent: words, className: name}));
  points.kind.slice(0, 200).forEach((kind, k) => {
    const row = table.insertRow();
    cell(row, k + (points.start && points.start[k] === 0 ? "*" : ""), "name");
    cell(row, kind, "name");
    const facts = points.populations ? [format(points.residual[k], 2), points.found[k]] : [format(points.damping[k], 4), format(points.frequency[k], 4), points.unstable[k], format(points.residual[k], 2)];
    facts.forEach(words => cell(row, words));
    if (points.populations) shown.forEach((_, p) => cell(row, format(points.rate[k * points.populations.length + p], 5)));
    else points.variables.slice(0, 6).forEach(v => cell(row, points.regions > 1 ? rangeWords(format(v.least[k], 4), format(v.most[k], 4)) : format(v.mean[k], 6)));
  });
  const left = (points.populations || points.variables).length - shown.length;
  note("points", (points.start && points.start.includes(0) ? "*: where the study's initial state leads" : "") + (left > 0 ? (points.start ? "; " : "") + left + " more " + (points.populations ? "populations" : "variables") + " in the file" : ""));
}

function showBranches() {
  const b = data.branches, places = [];
  let chosen = 0;
  const parts = [];
  b.parameter.forEach((_, k) => {
    if (k === 0 || b.branch[k] !== b.branch[k - 1]) parts.push([]);
    parts[parts.length - 1].push(k);
  });
  const {canvas} = chart(byId("branches"), width => Math.max(300, Math.min(460, width * 0.45)), (c, width, h) => {
    const v = b.variables[chosen], area = areaOf(width, h), x = acrossAxis(area, extent([b.parameter])), y = upAxis(area, extent([v.least, v.most]));
    paper(c, area);
    frame(c, area, x, y, withUnit(b.path, b.unit), withUnit(v.name, v.unit) + (b.regions > 1 ? ", all regions" : ""));
    inside(c, area, () => parts.forEach((part, p) => branch(c, b, v, part, x, y, colour.traces[p % 8])));
    places.length = 0;
    b.parameter.forEach((value, k) => places.push([x.at(value), y.at(v.mean[k])]));
    b.bifurcation.forEach((kind, k) => { if (kind) bifurcation(c, kind, x.at(b.parameter[k]), y.at(v.mean[k])); });
    legend(c, area, [[(x, y) => curve(c, [x - 9, x + 9], [y, y], colour.ink), "stable"], [(x, y) => curve(c, [x - 9, x + 9], [y, y], colour.ink, 1.6, [4, 3]), "unstable"]].concat(
      ["fold", "Hopf", "branch point"].filter(kind => b.bifurcation.includes(kind)).map(kind => [(x, y) => bifurcation(c, kind, x, y), kind])));
  }, "Bifurcation diagram");
  hover(canvas, (px, py) => {
    let k = nearest(places, px, py, 14);
    if (k < 0) return null;
    // A bifurcation lies under others of its place.
    const near = places.findIndex((p, i) => b.bifurcation[i] && Math.hypot(p[0] - px, p[1] - py) < 9);
    if (near >= 0) k = near;
    const v = b.variables[chosen], hopf = b.bifurcation[k] === "Hopf" ? ", " + format(Math.abs(b.imaginary[k]) / 2 / Math.PI, 4) + " Hz" : "";
    return (b.bifurcation[k] ? b.bifurcation[k] + hopf + "\n" : "") + b.path + " " + format(b.parameter[k], 6) + (b.unit && b.unit !== "1" ? " " + b.unit : "") + "\n" + v.name + " " + amount(v.mean[k], v.unit) + "\n" + (b.unstable[k] ? b.unstable[k] + " growing" : "stable");
  });
  choose("branches-choice", b.variables.map(v => withUnit(v.name, v.unit)), k => { chosen = k; redrawAll(); });
  note("branches", (parts.length === 1 ? "1 branch" : parts.length + " branches") + (b.regions > 1 ? "; thick: mean over regions, thin: least and most" : ""));
}
// Pieces of one kind are one line, so that dashes go on.
function branch(c, b, v, part, x, y, ink) {
  let from = 0;
  const unstable = k => b.unstable[b.bifurcation[part[k]] && k + 1 < part.length ? part[k + 1] : part[k]] > 0;
  for (let k = 1; k < part.length; ++k) {
    if (k + 1 < part.length && unstable(k) === unstable(from)) continue;
    const piece = part.slice(from, k + 1), dash = unstable(from) ? [5, 4] : [], at = piece.map(i => x.at(b.parameter[i]));
    if (b.regions > 1) for (const edge of [v.least, v.most]) curve(c, at, piece.map(i => y.at(edge[i])), ink, 0.8, dash);
    curve(c, at, piece.map(i => y.at(v.mean[i])), ink, unstable(from) ? 1.6 : 2.4, dash);
    from = k;
  }
}
function bifurcation(c, kind, x, y) {
  if (kind === "fold") square(c, x, y, 4.5, colour.paper, colour.mark);
  else if (kind === "Hopf") dot(c, x, y, 5.5, colour.mark, colour.paper);
  else diamond(c, x, y, 6, colour.paper, colour.ink);
}

function showRoots() {
  let chosen = 0;
  const places = [], hertz = points.damping ? 2 * Math.PI : 1;
  const of = set => {
    const from = chosen * set.count, list = [];
    for (let k = from; k < from + set.count; ++k) if (set.real[k] !== null) list.push([set.real[k], set.imaginary[k] / hertz]);
    return list;
  };
  const unit = perSecond(data.roots[0].unit), names = points.damping ? ["real part [" + unit + "]", "imaginary part / 2\u03c0 [Hz]"] : ["real part", "imaginary part"];
  const {canvas} = chart(byId("roots"), width => Math.max(300, Math.min(420, width * 0.42)), (c, width, h) => {
    const area = areaOf(width, h), sets = data.roots.map(of), all = sets.flat();
    const x = acrossAxis(area, extent([all.map(p => p[0]), [0]])), y = upAxis(area, extent([all.map(p => p[1]), [0]], 0.08));
    paper(c, area);
    c.fillStyle = colour.mark + "14";
    c.fillRect(x.at(0), area.y, area.x + area.w - x.at(0), area.h);
    frame(c, area, x, y, names[0], names[1]);
    stroke(c, x.at(0), area.y, x.at(0), area.y + area.h, colour.mark, 1.5);
    places.length = 0;
    const mark = (n, px, py) => n === 0 ? dot(c, px, py, 4.5, colour.accent, colour.paper, 1) : dot(c, px, py, 4.5, null, colour.soft, 1.4);
    for (let n = sets.length - 1; n >= 0; --n) for (const [re, im] of sets[n]) {
      mark(n, x.at(re), y.at(im));
      places.push([x.at(re), y.at(im), re, im, n]);
    }
    if (sets.length > 1) legend(c, area, data.roots.map((set, n) => [(px, py) => mark(n, px, py), set.words]));
  }, "Eigenvalues");
  hover(canvas, (px, py) => {
    const k = nearest(places, px, py, 10);
    if (k < 0) return null;
    const [, , re, im, n] = places[k];
    return format(re, 6) + (unit ? " " + unit : "") + (im ? ", " + format(im, 5) + (unit ? " Hz" : " i") : "") + (data.roots[n].words ? "\n" + data.roots[n].words : "");
  });
  choose("roots-choice", points.kind.map((_, k) => pointWords(k)), k => { chosen = k; redrawAll(); });
  note("roots", points.damping ? "of small departures; right of the line they grow" : "in units of the time constant of the rates; right of the line departures grow");
}

function showPlane() {
  const [first, second] = data.plane, n = first.values.length, m = second.values.length, places = [];
  const {canvas} = chart(byId("plane"), width => Math.max(320, Math.min(560, width * 0.62)), (c, width, h) => {
    const area = areaOf(width, h), x = acrossAxis(area, [first.values[0], first.values[n - 1]]), y = upAxis(area, [second.values[0], second.values[m - 1]]);
    paper(c, area);
    frame(c, area, x, y, withUnit(first.name, first.unit), withUnit(second.name, second.unit));
    inside(c, area, () => {
      flow(c, area, x, y, first.values, second.values, first.rate, second.rate, colour.faint);
      [first, second].forEach((one, k) => zeroLines(one.rate, n, m).forEach(([i, j, p, q]) =>
        stroke(c, x.at(valueAlong(first.values, i)), y.at(valueAlong(second.values, j)), x.at(valueAlong(first.values, p)), y.at(valueAlong(second.values, q)), colour.traces[k], 2.2)));
    });
    places.length = 0;
    points.kind.forEach((kind, k) => {
      restMark(c, kind, x.at(first.points[k]), y.at(second.points[k]));
      places.push([x.at(first.points[k]), y.at(second.points[k])]);
    });
    legend(c, area, [first, second].map((one, k) => [(px, py) => curve(c, [px - 9, px + 9], [py, py], colour.traces[k], 2.2), "d" + one.name + "/dt = 0"]).concat(restLegend(c)));
  }, "Phase plane");
  hover(canvas, (px, py) => {
    const k = nearest(places, px, py, 10);
    return k < 0 ? null : pointWords(k) + "\n" + first.name + " " + amount(first.points[k], first.unit) + "\n" + second.name + " " + amount(second.points[k], second.unit);
  });
  note("plane", "arrows: where the states go, longer where they go faster");
}

function showLandscape() {
  const {axes, path, residual} = data.landscape, box = byId("landscape");
  byId("path").hidden = !path;
  if (!path) box.parentNode.className = "row";
  if (axes.length === 1) return force(axes[0]);
  // Of three populations a slice at a time.
  const [first, second, third] = axes, n = first.values.length, m = second.values.length, deep = third ? third.values.length : 1;
  const size = first.force.map((f, k) => axes.some(a => a.force[k] === null) ? null : Math.log10(Math.max(1e-3, Math.hypot(...axes.map(a => a.force[k])))));
  const [low, high] = extent([size], 0), pictures = {}, places = [];
  let slice = third ? sliceOfRest(third) : 0;
  const inSlice = values => deep === 1 ? values : values.filter((_, k) => k % deep === slice);
  const picture = () => {
    const key = slice + "/" + colour.dark;
    if (pictures[key]) return pictures[key];
    const grid = {rows: m, columns: n, low, high, levels: new Uint16Array(n * m)}, values = inSlice(size);
    for (let i = 0; i < n; ++i) for (let j = 0; j < m; ++j) {
      const value = values[i * m + j];
      grid.levels[(m - 1 - j) * n + i] = value === null ? 65535 : Math.round((value - low) / (high - low || 1) * 65534);
    }
    return pictures[key] = image(grid, "loss");
  };
  const near = k => !third || Math.abs(third.points[k] - third.values[slice]) <= 0.5 * (third.values[1] - third.values[0]) + 1e-9;
  const {canvas, redraw} = chart(box, plotHeightOf, (c, width, h) => {
    const area = areaOf(width, h, 112), half = values => 0.5 * (values[1] - values[0]);
    const x = acrossAxis(area, [first.values[0] - half(first.values), first.values[n - 1] + half(first.values)], 70), y = upAxis(area, [second.values[0] - half(second.values), second.values[m - 1] + half(second.values)]);
    frame(c, area, x, y, first.name + " [Hz]", second.name + " [Hz]");
    c.imageSmoothingEnabled = false;
    c.drawImage(picture(), area.x, area.y, area.w, area.h);
    colourBar(c, area.x + area.w + 12, area.y, area.h, {scale: "loss", log: true, title: "force [Hz]"}, low, high);
    inside(c, area, () => {
      flow(c, area, x, y, first.values, second.values, inSlice(first.force), inSlice(second.force), colour.dark ? "#ffffffb0" : "#ffffffd0");
      if (path) curve(c, path.first.map(v => x.at(v)), path.second.map(v => y.at(v)), colour.mark, 2.4);
    });
    places.length = 0;
    points.kind.forEach((kind, k) => {
      const px = x.at(first.points[k]), py = y.at(second.points[k]);
      if (px < area.x || px > area.x + area.w || py < area.y || py > area.y + area.h) return;
      c.globalAlpha = near(k) ? 1 : 0.3;
      restMark(c, kind, px, py);
      c.globalAlpha = 1;
      places.push([px, py, k]);
    });
    legend(c, area, (path ? [[(px, py) => curve(c, [px - 9, px + 9], [py, py], colour.mark, 2.4), "path"]] : []).concat(restLegend(c)));
  }, "Landscape");
  hover(canvas, (px, py) => {
    const k = nearest(places, px, py, 10);
    return k < 0 ? null : pointWords(places[k][2]) + "\n" + axes.map(a => a.name + " " + format(a.points[places[k][2]], 5) + " Hz").join("\n");
  });
  const unsettled = residual.filter(r => !(r <= 1e-9)).length;
  note("landscape", "the other populations follow at once" + (unsettled ? "; at " + counted(unsettled, "point") + " they do not come to rest" : "") + "; fixed points of all populations, by these two" + (third ? ", paler where they are of another slice" : ""));
  if (third) slices(box, third, deep, () => slice, value => { slice = value; redraw(); });
  if (path) potential(path);
}
// The rate of the third population at which a stable fixed point is nearest, or any when none is stable.
function sliceOfRest(third) {
  const shown = Math.max(0, points.kind.findIndex(kind => kind.startsWith("stable"))), rest = third.points[shown] || 0;
  return third.values.reduce((best, v, k) => Math.abs(v - rest) < Math.abs(third.values[best] - rest) ? k : best, 0);
}
// Moves through the rates of the third population.
function slices(box, third, deep, now, look) {
  const label = box.appendChild(document.createElement("label")), range = document.createElement("input"), words = document.createElement("span");
  Object.assign(range, {type: "range", min: 0, max: deep - 1, step: 1, value: now(), id: "landscape-slice"});
  const say = () => words.textContent = " " + third.name + " held at " + format(third.values[now()], 5) + " Hz";
  range.oninput = () => { look(+range.value); say(); };
  label.append(range, words);
  say();
}
const plotHeightOf = width => Math.max(300, Math.min(520, width * 0.85));
function potential(path) {
  chart(byId("path"), plotHeightOf, (c, width, h) => {
    const area = areaOf(width, h), x = acrossAxis(area, extent([path.displacement], 0.02), 70), y = upAxis(area, extent([path.potential]));
    paper(c, area);
    frame(c, area, x, y, "way along the path [Hz]", "potential [Hz\u00b2]");
    inside(c, area, () => curve(c, path.displacement.map(x.at), path.potential.map(y.at), colour.mark, 2.2));
  }, "Potential along the path");
}
function force(axis) {
  chart(byId("landscape"), width => Math.max(260, Math.min(380, width * 0.4)), (c, width, h) => {
    const area = areaOf(width, h), x = acrossAxis(area, extent([axis.values], 0.01)), y = upAxis(area, extent([axis.force, [0]]));
    paper(c, area);
    frame(c, area, x, y, axis.name + " [Hz]", "force [Hz]");
    stroke(c, area.x, y.at(0), area.x + area.w, y.at(0), colour.soft, 1.2);
    inside(c, area, () => curve(c, axis.values.map(x.at), axis.force.map(v => v === null ? null : y.at(v)), colour.accent, 2.2));
    points.kind.forEach((kind, k) => { if (axis.points[k] >= x.low && axis.points[k] <= x.high) restMark(c, kind, x.at(axis.points[k]), y.at(0)); });
    legend(c, area, restLegend(c));
  }, "Landscape");
  note("landscape", "response of the population less its rate, while the others follow at once");
}

function showNoise() {
  const noise = data.noise;
  let chosen = 0;
  const area = {};
  const {canvas} = chart(byId("noise"), width => Math.max(260, Math.min(360, width * 0.36)), (c, width, h) => {
    Object.assign(area, areaOf(width, h));
    const v = noise.variables[chosen], log = list => list.map(p => p > 0 ? Math.log10(p) : null), least = log(v.least), most = log(v.most), mean = log(v.mean);
    const x = acrossAxis(area, extent([noise.frequency], 0.01)), [low, high] = extent([least, most]);
    const y = {...upAxis(area, [low, high]), ...scaleOf(low, high, true, Math.max(2, area.h / 44))};
    paper(c, area);
    frame(c, area, x, y, "frequency [Hz]", v.name + " [" + (v.unit && v.unit !== "1" ? v.unit + "/Hz" : "1/Hz") + "]");
    inside(c, area, () => {
      if (noise.regions > 1) {
        const there = noise.frequency.map((_, k) => k).filter(k => least[k] !== null && most[k] !== null);
        c.beginPath();
        there.forEach((k, n) => n ? c.lineTo(x.at(noise.frequency[k]), y.at(most[k])) : c.moveTo(x.at(noise.frequency[k]), y.at(most[k])));
        [...there].reverse().forEach(k => c.lineTo(x.at(noise.frequency[k]), y.at(least[k])));
        c.fillStyle = colour.accent + "30";
        c.fill();
      }
      curve(c, noise.frequency.map(x.at), mean.map(p => p === null ? null : y.at(p)), colour.accent, 2.2);
    });
  }, "Power spectra");
  hover(canvas, px => {
    const n = noise.frequency.length, v = noise.variables[chosen];
    const k = Math.round((px - area.x) / area.w * (n - 1));
    return k < 0 || k >= n ? null : format(noise.frequency[k], 4) + " Hz\n" + v.name + " " + format(v.mean[k], 4);
  });
  choose("noise-choice", noise.variables.map(v => v.name), k => { chosen = k; redrawAll(); });
  note("noise", "around point " + pointWords(noise.point) + (noise.regions > 1 ? "; mean over regions, and from the least to the most" : ""));
}

// A figure that cannot be drawn says so and leaves the others alone.
for (const [name, draw] of [["points", showPoints], ["branches", showBranches], ["plane", showPlane], ["landscape", showLandscape], ["roots", showRoots], ["noise", showNoise]]) {
  const section = byId(name + "-section");
  if (!section) continue;
  try { draw(); } catch (problem) {
    const words = section.appendChild(document.createElement("p"));
    words.className = "problem";
    words.textContent = "This browser could not draw the section: " + problem.message;
  }
}
