"use strict";
const ink = "#17212b", soft = "#566372", line = "#e2e7ec", accent = "#1d5b8a";
const font = '12px "Inter", "Segoe UI", system-ui, "Helvetica Neue", "DejaVu Sans", Arial, sans-serif';

// Colour scales: anchors from light or neutral to strong, interpolated.
const scales = {
  weight: ["#f4f9f4", "#d3ecd6", "#a0d6c4", "#5eb7bf", "#2f8fb8", "#20669f", "#1d3f7a", "#151f4c"],
  length: ["#fdf6ea", "#fbe0b8", "#f6bd81", "#e88f5c", "#cf6150", "#a53a55", "#6f2555", "#38173f"],
  activity: ["#440154", "#472c7a", "#3b518b", "#2c718e", "#21908d", "#27ad81", "#5cc863", "#aadc32", "#fde725"],
  correlation: ["#16456f", "#2f79b0", "#78b2d6", "#c3dcea", "#f6f6f5", "#f7d0bd", "#e5946f", "#c3483c", "#7d1222"],
};
const tables = {};
function table(name) {
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
  return part < fixed.length ? fixed[part] : "hsl(" + Math.round(part * 137.508 % 360) + " 45% " + (42 + part * 7 % 26) + "%)";
}
const traceColours = ["#1d5b8a", "#c4572e", "#2f7d55", "#8d4585", "#a67c00", "#3d7f8c", "#b23a55", "#5a5fb0"];

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
    return m.replace(/\.?0+$/, "").replace("-", "\u2212") + "\u00d710" + superscript(+e);
  }
  return String(+x.toPrecision(digits)).replace("-", "\u2212");
}
function superscript(n) {
  return String(n).replace(/[-0-9]/g, c => c === "-" ? "\u207b" : "\u2070\u00b9\u00b2\u00b3\u2074\u2075\u2076\u2077\u2078\u2079"[+c]);
}
function niceTicks(low, high, count) {
  const span = high - low;
  if (!(span > 0) || !isFinite(span)) return [low];
  const raw = span / Math.max(1, count), power = Math.pow(10, Math.floor(Math.log10(raw)));
  const step = [1, 2, 5, 10].map(m => m * power).find(s => s >= raw * 0.999) || raw;
  const ticks = [];
  for (let k = Math.ceil(low / step - 1e-9); k * step <= high + 1e-9 * span; ++k) ticks.push(+(k * step).toPrecision(12));
  return ticks;
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

// A canvas as wide as its parent, sharp on every screen. Redrawn when its width changes.
const drawings = [];
function chart(parent, height, draw, label) {
  const canvas = document.createElement("canvas");
  canvas.setAttribute("role", "img");
  canvas.setAttribute("aria-label", label);
  parent.appendChild(canvas);
  const c = canvas.getContext("2d");
  const redraw = () => {
    const width = parent.clientWidth - parseFloat(getComputedStyle(parent).paddingLeft) - parseFloat(getComputedStyle(parent).paddingRight);
    if (width <= 20) return;
    const h = typeof height === "function" ? height(width) : height, scale = Math.max(2, window.devicePixelRatio || 1);
    canvas.width = Math.round(width * scale);
    canvas.height = Math.round(h * scale);
    canvas.style.height = h + "px";
    c.setTransform(scale, 0, 0, scale, 0, 0);
    c.clearRect(0, 0, width, h);
    c.font = font;
    c.lineJoin = "round";
    draw(c, width, h);
  };
  drawings.push({parent, redraw, width: 0});
  redraw();
  return {canvas, redraw};
}
new ResizeObserver(() => drawings.forEach(d => {
  if (d.width === d.parent.clientWidth) return;
  d.width = d.parent.clientWidth;
  d.redraw();
})).observe(document.querySelector("main"));

function text(c, words, x, y, align = "left", baseline = "alphabetic", colour = soft) {
  c.fillStyle = colour;
  c.textAlign = align;
  c.textBaseline = baseline;
  c.fillText(words, x, y);
}
function stroke(c, x0, y0, x1, y1, colour = line, width = 1) {
  c.strokeStyle = colour;
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
function clip(words, most) {
  const letters = Array.from(words);
  return letters.length > most ? letters.slice(0, most - 1).join("") + "\u2026" : words;
}

const tip = document.getElementById("tip");
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

function image(grid, scale) {
  unpack(grid);
  const canvas = document.createElement("canvas"), colours = table(scale);
  canvas.width = grid.columns;
  canvas.height = grid.rows;
  const c = canvas.getContext("2d"), pixels = c.createImageData(grid.columns, grid.rows);
  for (let k = 0; k < grid.levels.length; ++k) {
    const level = grid.levels[k];
    if (level === 65535) continue;
    const at = 3 * Math.round(level / 65534 * 255);
    for (let d = 0; d < 3; ++d) pixels.data[4 * k + d] = colours[at + d];
    pixels.data[4 * k + 3] = 255;
  }
  c.putImageData(pixels, 0, 0);
  return canvas;
}

function colourBar(c, x, y, h, scale, low, high, log, title) {
  const colours = table(scale);
  for (let k = 0; k < 256; ++k) {
    c.fillStyle = "rgb(" + colours.slice(3 * k, 3 * k + 3).join(",") + ")";
    c.fillRect(x, y + h * (255 - k) / 256, 10, h / 256 + 0.6);
  }
  c.strokeStyle = line;
  c.lineWidth = 1;
  c.strokeRect(x + 0.5, y + 0.5, 9, h - 1);
  let ticks = log ? logTicks(low, high, 7) : niceTicks(low, high, Math.min(6, h / 36));
  if (log && ticks.length < 2) ticks = niceTicks(low, high, 4);
  for (const tick of ticks) {
    const at = y + h * (1 - (tick - low) / (high - low));
    stroke(c, x + 10, at, x + 13, at, soft);
    text(c, log ? (Number.isInteger(tick) ? "10" + superscript(tick) : format(Math.pow(10, tick), 2)) : format(tick), x + 16, at, "left", "middle");
  }
  sideways(c, title, x + 64, y + h / 2);
}

// A matrix or a carpet with separators, partition strips, colour bar and read-out.
function heatMap(parent, grid, o) {
  const picture = image(grid, o.scale);
  const place = {left: o.left || 26, top: o.owner ? 9 : 6, right: 86, bottom: o.bottom || 22};
  const area = {};
  const height = width => o.square ? width - place.left - place.right + place.top + place.bottom : o.height;
  const {canvas} = chart(parent, height, (c, width, h) => {
    area.x = place.left;
    area.y = place.top;
    area.w = width - place.left - place.right;
    area.h = h - place.top - place.bottom;
    c.fillStyle = "#fafbfc";
    c.fillRect(area.x, area.y, area.w, area.h);
    c.imageSmoothingEnabled = grid.columns > area.w * 2;
    c.drawImage(picture, area.x, area.y, area.w, area.h);
    const rowAt = k => area.y + k / grid.rows * area.h, columnAt = k => area.x + k / grid.columns * area.w;
    for (const b of o.breaks || []) {
      const colour = o.square ? "#17212b88" : "#ffffffcc";
      stroke(c, area.x, rowAt(b), area.x + area.w, rowAt(b), colour);
      if (o.square) stroke(c, columnAt(b), area.y, columnAt(b), area.y + area.h, colour);
    }
    if (o.owner) strips(c, o.owner, area);
    c.strokeStyle = "#cbd3db";
    c.lineWidth = 1;
    c.strokeRect(area.x - 0.5, area.y - 0.5, area.w + 1, area.h + 1);
    colourBar(c, area.x + area.w + 12, area.y, area.h, o.scale, grid.low, grid.high, o.log, o.title);
    if (o.axes) o.axes(c, area);
  }, o.label);
  hover(canvas, (x, y) => {
    const column = Math.floor((x - area.x) / area.w * grid.columns), row = Math.floor((y - area.y) / area.h * grid.rows);
    if (row < 0 || column < 0 || row >= grid.rows || column >= grid.columns) return null;
    return o.describe(row, column, valueAt(grid, row * grid.columns + column));
  });
}
function strips(c, owner, area) {
  owner.forEach((part, k) => {
    c.fillStyle = ownerColour(part);
    const from = k / owner.length, size = 1 / owner.length;
    c.fillRect(area.x + from * area.w, area.y - 7, size * area.w + 0.4, 5);
    c.fillRect(area.x - 7, area.y + from * area.h, 5, size * area.h + 0.4);
  });
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
  stroke(c, area.x, area.y + area.h, area.x + area.w, area.y + area.h, "#8a96a3");
  text(c, xTitle, area.x + area.w / 2, area.y + area.h + 36, "center", "alphabetic");
  if (yTitle) sideways(c, yTitle, 9, area.y + area.h / 2);
}
