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

function colourBar(c, x, y, h, o, low, high) {
  const colours = table(o.scale);
  for (let k = 0; k < 256; ++k) {
    c.fillStyle = "rgb(" + colours.slice(3 * k, 3 * k + 3).join(",") + ")";
    c.fillRect(x, y + h * (255 - k) / 256, 10, h / 256 + 0.6);
  }
  c.strokeStyle = colour.edge;
  c.lineWidth = 1;
  c.strokeRect(x + 0.5, y + 0.5, 9, h - 1);
  const common = o.log || o.phase ? inCommon(0, 0) : inCommon(low, high), scale = scaleOf(low, high, o.log, o.log ? 7 : Math.min(6, h / 36));
  const ticks = o.phase ? angles : scale.ticks, words = o.phase ? angleWords : o.log ? scale.words : numbered(ticks, t => t * common.by);
  let widest = 0;
  for (const tick of ticks) {
    widest = Math.max(widest, 7 * words(tick).length);
    const at = y + h * (1 - (tick - low) / (high - low));
    stroke(c, x + 10, at, x + 13, at, colour.soft);
    text(c, words(tick), x + 16, at, "left", "middle");
  }
  sideways(c, common.title(o.title), x + Math.max(72, widest + 28), y + h / 2);
}

// A matrix or a carpet with separators, partition strips, colour bar and read-out.
function heatMap(parent, grid, o) {
  const place = {left: o.left || 26, top: o.owner ? 9 : 6, right: 92, bottom: o.bottom || 22};
  const area = {}, pictures = {};
  const height = width => o.square ? Math.min(width, 620) - place.left - place.right + place.top + place.bottom : o.height;
  const {canvas} = chart(parent, height, (c, width, h) => {
    area.y = place.top;
    area.h = h - place.top - place.bottom;
    area.w = o.square ? area.h : width - place.left - place.right;
    area.x = o.square ? place.left + (width - place.left - place.right - area.w) / 2 : place.left;
    c.fillStyle = colour.plot;
    c.fillRect(area.x, area.y, area.w, area.h);
    c.imageSmoothingEnabled = !o.phase && grid.columns > area.w * 2;
    c.drawImage(pictures[colour.dark] = pictures[colour.dark] || image(grid, o.scale), area.x, area.y, area.w, area.h);
    const rowAt = k => area.y + k / grid.rows * area.h, columnAt = k => area.x + k / grid.columns * area.w;
    for (const b of o.breaks || []) {
      const ink = o.square ? colour.ink + "88" : "#ffffffcc";
      stroke(c, area.x, rowAt(b), area.x + area.w, rowAt(b), ink);
      if (o.square) stroke(c, columnAt(b), area.y, columnAt(b), area.y + area.h, ink);
    }
    if (o.owner) strips(c, o.owner, area);
    c.strokeStyle = colour.edge;
    c.lineWidth = 1;
    c.strokeRect(area.x - 0.5, area.y - 0.5, area.w + 1, area.h + 1);
    colourBar(c, area.x + area.w + 12, area.y, area.h, o, grid.low, grid.high);
    if (o.axes) o.axes(c, area);
  }, o.label);
  const cellAt = (x, y, act) => {
    const column = Math.floor((x - area.x) / area.w * grid.columns), row = Math.floor((y - area.y) / area.h * grid.rows);
    return row < 0 || column < 0 || row >= grid.rows || column >= grid.columns ? null : act(row, column);
  };
  hover(canvas, (x, y) => cellAt(x, y, (row, column) => o.describe(row, column, valueAt(grid, row * grid.columns + column))));
  if (o.choose) opens(canvas, (x, y) => cellAt(x, y, o.choose));
}
// A figure whose parts can be clicked.
function opens(canvas, act) {
  canvas.classList.add("opens");
  canvas.addEventListener("click", event => {
    const box = canvas.getBoundingClientRect();
    act(event.clientX - box.left, event.clientY - box.top);
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
