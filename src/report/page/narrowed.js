// How narrow parameters are among the best candidates, and how they go together: a hint, no posterior.
function narrowed() {
  const n = data.narrowed, names = shortNames(n.widths.map(w => w.name)), area = {};
  note("narrowed", "of the best " + n.chosen + " of " + counted(n.of, "candidate") + " with a loss" + (n.parameters > n.widths.length ? "; the first " + n.widths.length + " of " + n.parameters + " parameters" : ""));
  const {canvas} = chart(byId("widths"), 40 + 26 * n.widths.length + 14, (c, width) => {
    const label = Math.min(150, width * 0.34);
    Object.assign(area, {x: label, y: 6, w: width - label - 60, h: 26 * n.widths.length});
    for (const t of [0, 0.25, 0.5, 0.75, 1]) {
      stroke(c, area.x + t * area.w, area.y, area.x + t * area.w, area.y + area.h);
      if (area.w > 220 || t !== 0.25 && t !== 0.75) text(c, 100 * t + " %", area.x + t * area.w, area.y + area.h + 6, "center", "top");
    }
    text(c, "of the range that was searched", area.x + area.w / 2, area.y + area.h + 36, "center", "alphabetic");
    n.widths.forEach((one, k) => {
      const y = area.y + 26 * k + 13, x = v => area.x + Math.max(0, Math.min(1, v)) * area.w;
      text(c, clip(names[k], Math.max(6, Math.floor(label / 7.2))), label - 8, y, "right", "middle", colour.ink);
      if (one.from === null) return text(c, "not finite", area.x + 4, y, "left", "middle");
      c.fillStyle = colour.accent;
      c.fillRect(x(one.from), y - 6, Math.max(2, x(one.to) - x(one.from)), 12);
      stroke(c, x(one.middle), y - 9, x(one.middle), y + 9, colour.mark, 2);
      text(c, format(100 * one.width) + " %", area.x + area.w + 8, y, "left", "middle");
    });
  }, "Range of the best candidates");
  hover(canvas, (x, y) => {
    const one = n.widths[Math.floor((y - area.y) / 26)];
    return one && one.from !== null ? one.name + "\n5 to 95 %: " + format(100 * one.from) + " to " + format(100 * one.to) + " % of the range\nmedian at " + format(100 * one.middle) + " %" : null;
  });
  addNote(byId("widths"), "bars: where 90 % of the best lie; marks: their median. A wide bar is a hint that the loss says little about the parameter. It is no posterior: where candidates lie is the search's choice.");
  const box = byId("together");
  if (n.widths.length < 2) { box.hidden = true; byId("widths").parentElement.classList.remove("two"); return; }
  const levels = Uint16Array.from(n.correlation.flat(), r => r === null ? 65535 : Math.round(65534 * (r + 1) / 2)), m = n.widths.length, few = m <= 16;
  heatMap(box, {rows: m, columns: m, low: -1, high: 1, levels}, {square: false, height: 40 + 26 * m + 14 > 220 ? Math.min(460, 40 + 26 * m + 14) : 220, left: few ? 110 : 30, bottom: 40, scale: "correlation", title: "correlation", label: "Correlation of parameters among the best",
    axes: (c, area) => {
      for (let k = 0; few && k < m; ++k) {
        text(c, clip(names[k], 13) + "  " + (k + 1), area.x - 6, area.y + (k + 0.5) / m * area.h, "right", "middle");
        text(c, k + 1, area.x + (k + 0.5) / m * area.w, area.y + area.h + 6, "center", "top");
      }
      if (m <= 7 && area.w > 40 * m) n.correlation.forEach((row, i) => row.forEach((r, j) => text(c, r === null ? "\u2013" : format(r, 2), area.x + (j + 0.5) / m * area.w, area.y + (i + 0.5) / m * area.h, "center", "middle", r !== null && Math.abs(r) > 0.6 ? colour.paper : colour.ink)));
    },
    describe: (i, j, r) => n.widths[i].name + "\n" + n.widths[j].name + "\n" + (r === null ? "undefined: one does not vary" : "r = " + format(r))});
  addNote(box, "near 1 or \u22121 only a combination of two parameters is narrowed.");
}
