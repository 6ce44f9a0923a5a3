"use strict";
const font = '12px "Inter", "Segoe UI", system-ui, "Helvetica Neue", "DejaVu Sans", Arial, sans-serif';
const data = JSON.parse(document.getElementById("data").textContent);
const byId = id => document.getElementById(id);
const withUnit = (words, unit) => unit && unit !== "1" ? words + " [" + unit + "]" : words;
const amount = (x, unit) => format(x) + (unit && unit !== "1" ? " " + unit : "");
const plural = noun => noun.endsWith("vertex") ? noun.slice(0, -2) + "ices" : noun + "s";
const counted = (n, noun) => n + " " + (n === 1 ? noun : plural(noun));

// Colours are those of the style sheet at the moment of drawing.
const colour = {};
function readColours() {
  const style = getComputedStyle(document.documentElement);
  for (const name of ["ink", "soft", "faint", "line", "edge", "paper", "plot", "accent", "mark"]) colour[name] = style.getPropertyValue("--" + name).trim();
  colour.traces = Array.from({length: 8}, (_, k) => style.getPropertyValue("--t" + k).trim());
  colour.dark = style.getPropertyValue("--dark").trim() === "1";
}
readColours();

// Colour scales: anchors from little to much, interpolated; on dark paper what stands out is light.
const scales = {
  weight: ["#f4f9f4", "#d3ecd6", "#a0d6c4", "#5eb7bf", "#2f8fb8", "#20669f", "#1d3f7a", "#151f4c"],
  length: ["#fdf6ea", "#fbe0b8", "#f6bd81", "#e88f5c", "#cf6150", "#a53a55", "#6f2555", "#38173f"],
  activity: ["#440154", "#472c7a", "#3b518b", "#2c718e", "#21908d", "#27ad81", "#5cc863", "#aadc32", "#fde725"],
  correlation: ["#16456f", "#2f79b0", "#78b2d6", "#c3dcea", "#f6f6f5", "#f7d0bd", "#e5946f", "#c3483c", "#7d1222"],
  loss: ["#0b3c6f", "#1d6aa5", "#4595b4", "#86bcb2", "#c3d3a5", "#e6d79b", "#efe2c4"],
  loss_dark: ["#f9f5a6", "#bde38c", "#62c79b", "#3099a6", "#2f6f97", "#30507a", "#2d3b56"],
  phase: ["#e2d9e2", "#95b5c7", "#6276ba", "#5d3a98", "#2f1436", "#782b54", "#b3524d", "#cfa38b", "#e2d9e2"],
  weight_dark: ["#151f3c", "#1d3f7a", "#20669f", "#2f8fb8", "#5eb7bf", "#a0d6c4", "#d3ecd6", "#f4f9f4"],
  length_dark: ["#2b1532", "#6f2555", "#a53a55", "#cf6150", "#e88f5c", "#f6bd81", "#fbe0b8", "#fdf6ea"],
  correlation_dark: ["#9fd2f5", "#5fa8dc", "#3174a8", "#234a69", "#20262c", "#5c3129", "#a8452f", "#e07a55", "#f9c4a8"],
};
const tables = {};
function table(name) {
  if (colour.dark && scales[name + "_dark"]) name += "_dark";
  if (tables[name]) return tables[name];
  const anchors = scales[name].map(h => [1, 3, 5].map(k => parseInt(h.slice(k, k + 2), 16)));
  const colours = new Uint8ClampedArray(256 * 3);
  for (let k = 0; k < 256; ++k) {
    const x = k / 255 * (anchors.length - 1), i = Math.min(anchors.length - 2, Math.floor(x));
    for (let c = 0; c < 3; ++c) colours[3 * k + c] = anchors[i][c] + (x - i) * (anchors[i + 1][c] - anchors[i][c]);
  }
  return tables[name] = colours;
}
function ownerColour(part) {
  const fixed = ["#3c78b4", "#e0913a", "#4f9d69", "#b8557a", "#7a6bb5", "#b99a2f", "#48a5a8", "#a8644a"];
  return part < fixed.length ? fixed[part] : "hsl(" + Math.round(part * 137.508 % 360) + ", 45%, " + (42 + part * 7 % 26) + "%)";
}

function unpack(grid) {
  if (grid.levels) return grid;
  const bytes = atob(grid.data);
  grid.levels = new Uint16Array(bytes.length / 2);
  for (let k = 0; k < grid.levels.length; ++k) grid.levels[k] = bytes.charCodeAt(2 * k) | bytes.charCodeAt(2 * k + 1) << 8;
  delete grid.data;
  return grid;
}
function valueAt(grid, k) {
  const level = grid.levels[k];
  return level === 65535 ? null : grid.low + level / 65534 * (grid.high - grid.low);
}

function format(x, digits = 3) {
  if (x === null || !isFinite(x)) return "\u2013";
  if (x === 0) return "0";
  const size = Math.abs(x);
  if (size >= 1e5 || size < 1e-3) {
    const [m, e] = x.toExponential(digits - 1).split("e");
    return (m.includes(".") ? m.replace(/\.?0+$/, "") : m).replace("-", "\u2212") + "\u00d710" + superscript(+e);
  }
  return String(+x.toPrecision(digits)).replace("-", "\u2212");
}
function superscript(n) {
  return String(n).replace(/[-0-9]/g, c => c === "-" ? "\u207b" : "\u2070\u00b9\u00b2\u00b3\u2074\u2075\u2076\u2077\u2078\u2079"[+c]);
}
// Numbers that are long to write have a power of ten in common, which stands in the unit.
function inCommon(low, high) {
  const largest = Math.max(Math.abs(low), Math.abs(high)), e = largest > 0 && (largest < 0.01 || largest >= 1e5) ? Math.floor(Math.log10(largest)) : 0;
  const power = "10" + superscript(e);
  return {by: Math.pow(10, -e), title: words => e === 0 ? words : words.endsWith("]") ? words.replace(/ \[([^\]]*)\]$/, " [" + power + " $1]") : words + " [" + power + "]"};
}
function niceTicks(low, high, count) {
  const span = high - low;
  if (!(span > 0) || !isFinite(span)) return [low];
  const raw = span / Math.max(1, count), power = Math.pow(10, Math.floor(Math.log10(raw)));
  const step = [1, 2, 5, 10].map(m => m * power).find(s => s >= raw * 0.999) || raw;
  const ticks = [];
  for (let k = Math.ceil(low / step - 1e-9); k * step <= high + 1e-9 * span; ++k) ticks.push(+(k * step).toPrecision(12));
  // A single number is no scale.
  return ticks.length < 2 && count < 8 ? niceTicks(low, high, count + 1) : ticks;
}
// Ticks as words: with as many digits as neighbours need to differ.
function numbered(ticks, value = t => t, least = 3) {
  const values = ticks.map(value), gaps = values.slice(1).map((v, k) => Math.abs(v - values[k])).filter(g => g > 0);
  const digits = gaps.length ? Math.ceil(Math.log10(Math.max(...values.map(Math.abs)) / Math.min(...gaps))) : 0;
  return t => format(value(t), Math.max(least, Math.min(12, 1 + digits)));
}
function niceBelow(most) {
  const power = Math.pow(10, Math.floor(Math.log10(most)));
  return [5, 2, 1].map(m => m * power).find(s => s <= most) || power;
}
function logTicks(low, high, most) {
  const from = Math.ceil(low - 1e-9), to = Math.floor(high + 1e-9), step = Math.max(1, Math.ceil((to - from + 1) / most));
  const ticks = [];
  for (let e = from; e <= to; e += step) ticks.push(e);
  return ticks;
}

// {ticks, words} of an axis; of a logarithmic one low, high and ticks are exponents of ten: decades, or round numbers where few lie on it.
function scaleOf(low, high, log, most) {
  if (!log) {
    const ticks = niceTicks(low, high, most);
    return {ticks, words: numbered(ticks)};
  }
  const decades = logTicks(low, high, most);
  if (decades.length > 2) return {ticks: decades, words: e => "10" + superscript(e)};
  let ticks = logTicks(Math.floor(low), Math.ceil(high), 99).flatMap(e => [1, 2, 5].map(m => e + Math.log10(m))).filter(e => e > low - 1e-9 && e < high + 1e-9);
  if (ticks.length < 2) ticks = niceTicks(Math.pow(10, low), Math.pow(10, high), 4).map(Math.log10).filter(isFinite);
  return {ticks, words: numbered(ticks, e => Math.pow(10, e), 2)};
}

// What figures use of a canvas, written as SVG.
class SvgPen {
  constructor(width, height) {
    const holder = document.createElement("div");
    holder.innerHTML = "<svg></svg>";
    this.root = holder.firstChild;
    this.set(this.root, {width, height, viewBox: "0 0 " + width + " " + height, "font-family": font.slice(5), "font-size": 12});
    Object.assign(this, {state: {at: "", clip: ""}, kept: [], path: "", clips: 0, dash: [], lineWidth: 1, lineJoin: "round"});
  }
  set(element, attributes) { for (const [name, value] of Object.entries(attributes)) if (value !== "") element.setAttribute(name, value); return element; }
  add(name, attributes, parent = this.root) {
    const element = document.createElementNS(this.root.namespaceURI, name);
    const place = name === "clipPath" || parent !== this.root ? {} : {transform: this.state.at, "clip-path": this.state.clip};
    return parent.appendChild(this.set(element, {...attributes, ...place}));
  }
  // Eight-digit colours are newer than many programs that read SVG.
  paint(kind, value) {
    if (!/^#[0-9a-f]{8}$/i.test(value)) return {[kind]: value};
    return {[kind]: value.slice(0, 7), [kind + "-opacity"]: +(parseInt(value.slice(7), 16) / 255).toFixed(3)};
  }
  get line() { return {fill: "none", ...this.paint("stroke", this.strokeStyle), "stroke-width": this.lineWidth, "stroke-linejoin": "round", "stroke-dasharray": this.dash.join(" ")}; }
  save() { this.kept.push({...this.state}); }
  restore() { this.state = this.kept.pop(); }
  translate(x, y) { this.state.at += "translate(" + x + " " + y + ") "; }
  rotate(angle) { this.state.at += "rotate(" + angle * 180 / Math.PI + ") "; }
  setLineDash(dash) { this.dash = dash; }
  beginPath() { this.path = ""; }
  moveTo(x, y) { this.path += "M" + x.toFixed(2) + " " + y.toFixed(2); }
  lineTo(x, y) { this.path += (this.path ? "L" : "M") + x.toFixed(2) + " " + y.toFixed(2); }
  arc(x, y, r) { this.path += "M" + (x - r).toFixed(2) + " " + y.toFixed(2) + "a" + r + " " + r + " 0 1 0 " + 2 * r + " 0a" + r + " " + r + " 0 1 0 " + -2 * r + " 0"; }
  rect(x, y, w, h) { this.path += "M" + x + " " + y + "h" + w + "v" + h + "h" + -w + "z"; }
  clip() {
    const id = "clip" + ++this.clips;
    this.add("path", {d: this.path}, this.add("clipPath", {id}));
    this.state.clip = "url" + "(#" + id + ")";
  }
  fill() { this.add("path", {d: this.path, ...this.paint("fill", this.fillStyle)}); }
  stroke() { this.add("path", {d: this.path, ...this.line}); }
  fillRect(x, y, width, height) { this.add("rect", {x, y, width, height, ...this.paint("fill", this.fillStyle)}); }
  strokeRect(x, y, width, height) { this.add("rect", {x, y, width, height, ...this.line}); }
  fillText(words, x, y) {
    const anchor = {left: "start", center: "middle", right: "end"}[this.textAlign], down = {middle: "0.35em", top: "0.8em"}[this.textBaseline] || "0";
    const size = parseFloat(this.font);
    this.add("text", {x, y, dy: down, "text-anchor": anchor, "font-size": size === 12 ? "" : size, ...this.paint("fill", this.fillStyle)}).textContent = words;
  }
  // Magnified, since many programs that read SVG smooth images.
  drawImage(canvas, x, y, width, height) {
    const times = Math.max(1, Math.min(16, Math.ceil(2 * width / canvas.width))), large = document.createElement("canvas");
    large.width = canvas.width * times;
    large.height = canvas.height * Math.max(1, Math.min(16, Math.ceil(2 * height / canvas.height)));
    const c = large.getContext("2d");
    c.imageSmoothingEnabled = false;
    c.drawImage(canvas, 0, 0, large.width, large.height);
    this.add("image", {x, y, width, height, preserveAspectRatio: "none", style: "image-rendering: pixelated", href: large.toDataURL()});
  }
  get text() { return new XMLSerializer().serializeToString(this.root); }
}

// A figure fills the width of its parent, is sharp on every screen, and drawn again when the width or the colours change.
const drawings = [];
function chart(parent, height, draw, label) {
  const canvas = document.createElement("canvas"), below = document.createElement("div");
  canvas.setAttribute("role", "img");
  canvas.setAttribute("aria-label", label);
  below.className = "export";
  parent.append(canvas, below);
  const style = getComputedStyle(parent);
  const size = () => {
    const width = parent.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
    return [width, typeof height === "function" ? height(width) : height];
  };
  const paint = (canvas, scale, paper) => {
    const [width, h] = size();
    if (width <= 20) return;
    canvas.width = Math.round(width * scale);
    canvas.height = Math.round(h * scale);
    const c = canvas.getContext("2d");
    c.setTransform(scale, 0, 0, scale, 0, 0);
    if (paper) { c.fillStyle = paper; c.fillRect(0, 0, width, h); }
    c.font = font;
    c.lineJoin = "round";
    draw(c, width, h);
  };
  const redraw = () => {
    paint(canvas, Math.max(2, window.devicePixelRatio || 1));
    canvas.style.height = size()[1] + "px";
  };
  const svg = () => inLight(() => {
    const [width, h] = size(), pen = new SvgPen(width, h);
    pen.font = font;
    pen.fillStyle = colour.paper;
    pen.fillRect(0, 0, width, h);
    draw(pen, width, h);
    return pen.text;
  });
  const png = () => inLight(() => {
    const large = document.createElement("canvas");
    paint(large, 3, colour.paper);
    return large;
  });
  const name = document.title.trim().replace(/[^\p{L}\p{N}]+/gu, "_").slice(0, 60) + "_" + label.replace(/[^\p{L}\p{N}]+/gu, "_").toLowerCase();
  button(below, "SVG", "Save this figure as SVG: " + label, () => download(new Blob([svg()], {type: "image/svg+xml"}), name + ".svg"));
  button(below, "PNG", "Save this figure as PNG: " + label, () => png().toBlob(blob => download(blob, name + ".png")));
  const drawing = {parent, redraw, svg, png, canvas, below, width: 0};
  drawings.push(drawing);
  redraw();
  return drawing;
}
// Takes the figures of a card away.
function clear(id) {
  const box = byId(id);
  for (let k = drawings.length - 1; k >= 0; --k) {
    if (drawings[k].parent !== box) continue;
    drawings[k].canvas.remove();
    drawings[k].below.remove();
    drawings.splice(k, 1);
  }
  return box;
}
const plotHeight = w => Math.max(250, Math.min(360, w * 0.8));
function button(parent, words, title, act) {
  const b = document.createElement("button");
  b.type = "button";
  b.textContent = words;
  b.title = title;
  b.onclick = act;
  parent.appendChild(b);
  return b;
}
function download(blob, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
}
// What `make` returns when figures are drawn in light colours.
function inLight(make) {
  const root = document.documentElement, was = root.classList.contains("light");
  root.classList.add("light");
  readColours();
  try { return make(); } finally { if (!was) root.classList.remove("light"); readColours(); }
}
const redrawAll = () => { readColours(); drawings.forEach(d => d.redraw()); };
new ResizeObserver(() => drawings.forEach(d => {
  if (d.width === d.parent.clientWidth) return;
  d.width = d.parent.clientWidth;
  d.redraw();
})).observe(document.querySelector("main"));
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redrawAll);
window.addEventListener("beforeprint", () => { document.documentElement.classList.add("light", "printing"); redrawAll(); });
window.addEventListener("afterprint", () => { document.documentElement.classList.remove("light", "printing"); redrawAll(); });

function text(c, words, x, y, align = "left", baseline = "alphabetic", ink = colour.soft) {
  c.fillStyle = ink;
  c.textAlign = align;
  c.textBaseline = baseline;
  c.fillText(words, x, y);
}
function stroke(c, x0, y0, x1, y1, ink = colour.line, width = 1) {
  c.strokeStyle = ink;
  c.lineWidth = width;
  c.beginPath();
  c.moveTo(x0, y0);
  c.lineTo(x1, y1);
  c.stroke();
}
function sideways(c, words, x, y) {
  c.save();
  c.translate(x, y);
  c.rotate(-Math.PI / 2);
  text(c, words, 0, 0, "center", "middle");
  c.restore();
}
function inside(c, area, draw) {
  c.save();
  c.beginPath();
  c.rect(area.x, area.y, area.w, area.h);
  c.clip();
  draw();
  c.restore();
}
function clip(words, most) {
  const letters = Array.from(words);
  return letters.length > most ? letters.slice(0, most - 1).join("") + "\u2026" : words;
}

const tip = byId("tip");
function hover(canvas, describe) {
  canvas.addEventListener("pointermove", event => {
    const box = canvas.getBoundingClientRect();
    const words = describe(event.clientX - box.left, event.clientY - box.top);
    tip.style.visibility = words ? "visible" : "hidden";
    if (!words) return;
    tip.textContent = words;
    const x = event.pageX + 14, wide = tip.offsetWidth;
    tip.style.left = (x + wide > document.documentElement.clientWidth - 8 ? Math.max(4, event.pageX - wide - 14) : x) + "px";
    tip.style.top = event.pageY + 14 + "px";
  });
  canvas.addEventListener("pointerleave", () => tip.style.visibility = "hidden");
}

// The place that is nearest to a point, within a distance; -1: none is.
function nearest(places, x, y, within) {
  let best = -1, least = within * within;
  places.forEach((p, k) => {
    const d = (p[0] - x) ** 2 + (p[1] - y) ** 2;
    if (d < least) { least = d; best = k; }
  });
  return best;
}
function frame(c, area, x, y, xTitle, yTitle) {
  for (const t of y.ticks) {
    stroke(c, area.x, y.at(t), area.x + area.w, y.at(t));
    text(c, y.words(t), area.x - 6, y.at(t), "right", "middle");
  }
  for (const t of x.ticks) {
    stroke(c, x.at(t), area.y, x.at(t), area.y + area.h);
    text(c, x.words(t), x.at(t), area.y + area.h + 6, "center", "top");
  }
  stroke(c, area.x, area.y + area.h, area.x + area.w, area.y + area.h, colour.faint);
  text(c, xTitle, area.x + area.w / 2, area.y + area.h + 36, "center", "alphabetic");
  if (yTitle) sideways(c, yTitle, 9, area.y + area.h / 2);
}
const angles = [-Math.PI, -Math.PI / 2, 0, Math.PI / 2, Math.PI];
const angleWords = a => ["\u2212\u03c0", "\u2212\u03c0/2", "0", "\u03c0/2", "\u03c0"][angles.indexOf(a)];
function smaller(c, draw) {
  c.font = font.replace("12px", "10px");
  draw();
  c.font = font;
}
