// What workers did when.
function workers() {
  const w = data.workers, area = {}, lanes = w.lanes.length, shown = w.bars ? lanes : w.grid.rows;
  const unit = w.seconds >= 7200 ? ["h", 3600] : w.seconds >= 240 ? ["min", 60] : ["s", 1], inks = () => [colour.accent, colour.traces[3], colour.mark];
  const share = w.busy / (w.seconds * lanes);
  note("workers", counted(w.evaluations, "simulation") + " on " + counted(lanes, "worker") + (w.seconds > 0 ? "; " + format(100 * share) + " % busy" : "") + (w.breaks.length ? "; " + counted(w.breaks.length, "pause") + " cut out" : ""));
  const x = s => area.x + s / (w.seconds || 1) * area.w;
  if (!w.bars) return busyMap(w, unit);
  const {canvas} = chart(byId("workers"), 30 + 46 + shown * Math.max(7, Math.min(22, 300 / shown)), (c, width, height) => {
    Object.assign(area, {x: 66, y: 28, w: width - 66 - 14, h: height - 28 - 46});
    const tall = area.h / lanes, every = Math.max(1, Math.ceil(14 / tall));
    frame(c, area, {...scaleOf(0, w.seconds / unit[1], false, area.w / 80), at: t => x(t * unit[1])}, {ticks: [], at: t => t, words: t => t}, "time [" + unit[0] + "]", "worker");
    w.lanes.forEach((name, k) => { if (k % every === 0) text(c, name, area.x - 8, area.y + (k + 0.5) * tall, "right", "middle"); });
    inside(c, area, () => {
      for (const [lane, from, to, kind] of w.bars) {
        c.fillStyle = inks()[kind];
        const wide = x(to) - x(from);
        c.fillRect(x(from), area.y + (lane + 0.1) * tall, Math.max(0.5, wide > 3 ? wide - 0.8 : wide), tall * 0.8);
      }
    });
    for (const [at] of w.breaks) { c.setLineDash([4, 3]); stroke(c, x(at), area.y - 4, x(at), area.y + area.h, colour.ink); c.setLineDash([]); }
    const kinds = new Set(w.bars.map(b => b[3]));
    legend(c, area, [["in a simulation", inks()[0]], ["verification", inks()[1]], ["without a result", inks()[2]]].filter((_, k) => kinds.has(k)));
  }, "Workers over time");
  hover(canvas, (px, py) => {
    const lane = Math.floor((py - area.y) / area.h * lanes), bar = w.bars.find(b => b[0] === lane && px >= x(b[1]) - 1 && px <= x(b[2]) + 1);
    const pause = w.breaks.find(b => Math.abs(x(b[0]) - px) < 4);
    if (pause) return format(pause[1]) + " s in which no worker was busy are cut out";
    if (lane < 0 || lane >= lanes) return null;
    return "worker " + w.lanes[lane] + ", " + format(100 * w.shares[lane]) + " % busy" + (bar ? "\ncandidate " + bar[4] + ", " + format(bar[2] - bar[1]) + " s" + (bar[3] === 2 ? "\nwithout a result" : bar[3] === 1 ? "\nof the verification" : "") : "");
  });
}
function busyMap(w, unit) {
  const at = k => format(k / w.grid.columns * w.seconds / unit[1]) + " " + unit[0];
  heatMap(byId("workers"), w.grid, {height: Math.min(380, 90 + 8 * w.grid.rows), left: 40, bottom: 44, scale: "activity", title: "busy", label: "Workers over time",
    axes: (c, area) => {
      const {ticks, words} = scaleOf(0, w.seconds / unit[1], false, area.w / 80);
      for (const t of ticks) text(c, words(t), area.x + t * unit[1] / w.seconds * area.w, area.y + area.h + 6, "center", "top");
      text(c, "time [" + unit[0] + "]", area.x + area.w / 2, area.y + area.h + 38, "center", "alphabetic");
      sideways(c, w.grid.rows < w.lanes.length ? "workers (means of blocks)" : "workers", 12, area.y + area.h / 2);
    },
    describe: (r, k, v) => "worker " + w.lanes[Math.ceil(r * w.lanes.length / w.grid.rows)] + "\n" + at(k) + " to " + at(k + 1) + "\n" + format(100 * v) + " % busy"});
}
