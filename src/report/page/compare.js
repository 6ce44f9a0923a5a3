// What was simulated beside what was measured: on a page of its own, or of the best candidate of a fit.
const beside = data.beside || data;
const correlation = {square: true, scale: "correlation", title: "correlation"};
function connectivityOf(side, name) {
  const names = beside.fc.labels, cells = beside.fc[side].rows, block = k => names[Math.floor(k * names.length / cells)];
  const axes = (c, area) => {
    text(c, "region", area.x + area.w / 2, area.y + area.h + 16, "center", "alphabetic");
    sideways(c, "region", area.x - 18, area.y + area.h / 2);
  };
  heatMap(byId("fc-" + side), beside.fc[side], {...correlation, axes, label: "Functional connectivity, " + name,
    describe: (row, column, v) => block(row) + " \u2013 " + block(column) + (v === null ? "\nleft out" : "\nr " + format(v))});
}
function dynamicsOf(side, name) {
  const axes = (c, area) => {
    text(c, "window", area.x + area.w / 2, area.y + area.h + 16, "center", "alphabetic");
    sideways(c, "window", area.x - 18, area.y + area.h / 2);
  };
  heatMap(byId("fcd-" + side), beside.fcd[side], {...correlation, axes, label: "Dynamics of functional connectivity, " + name,
    describe: (row, column, v) => "windows at " + format(row / beside.fcd[side].rows, 2) + " and " + format(column / beside.fcd[side].columns, 2) + " of the run" + (v === null ? "" : "\nr " + format(v))});
}
function distributions() {
  const sides = [["simulated", beside.fcd.bars, colour.traces[0]], ["target", beside.fcd.target_bars, colour.traces[1]]];
  const n = beside.fcd.bars.length, most = Math.max(...beside.fcd.bars, ...beside.fcd.target_bars) * 1.05, area = {};
  const {canvas} = chart(byId("fcd-bars"), 380, (c, width, h) => {
    Object.assign(area, {x: 52, y: 30, w: width - 70, h: h - 80});
    const x = {at: v => area.x + (v + 1) / 2 * area.w, ticks: niceTicks(-1, 1, 4), words: v => format(v)};
    const y = {at: v => area.y + area.h * (1 - v / most), ticks: niceTicks(0, most, 4), words: v => format(v)};
    frame(c, area, x, y, "correlation of two windows", "density");
    [colour.traces[0], colour.traces[1]].forEach((ink, k) => {
      const bars = sides[k][1];
      const line = () => {
        c.beginPath();
        c.moveTo(x.at(-1), y.at(0));
        bars.forEach((v, b) => { c.lineTo(x.at(2 * b / n - 1), y.at(v)); c.lineTo(x.at(2 * (b + 1) / n - 1), y.at(v)); });
        c.lineTo(x.at(1), y.at(0));
      };
      c.fillStyle = ink + "33";
      line();
      c.fill();
      c.strokeStyle = ink;
      c.lineWidth = 1.8;
      line();
      c.stroke();
      c.fillStyle = ink;
      c.fillRect(area.x + k * 110, 8, 11, 11);
      text(c, sides[k][0], area.x + k * 110 + 16, 14, "left", "middle");
    });
  }, "Distribution of FCD");
  hover(canvas, (px, py) => {
    const b = Math.floor((px - area.x) / area.w * n);
    if (b < 0 || b >= n || py < area.y || py > area.y + area.h) return null;
    return format(2 * b / n - 1) + " to " + format(2 * (b + 1) / n - 1) + sides.map(s => "\n" + s[0] + " " + format(s[1][b])).join("");
  });
}
// Means over regions of both sides.
function linesOf(id, lines, log, across, up) {
  const powerOf = v => log ? Math.log10(v) : v, both = lines.predicted.concat(lines.target).filter(v => !log || v > 0).map(powerOf);
  const low = Math.min(...both), high = Math.max(...both), spare = (high - low) * 0.05 || 1, first = lines.at[0], last = lines.at[lines.at.length - 1], area = {};
  const sides = [["simulated", lines.predicted, colour.traces[0]], ["target", lines.target, colour.traces[1]]];
  const {canvas} = chart(byId(id), 380, (c, width, h) => {
    Object.assign(area, {x: 66, y: 30, w: width - 84, h: h - 80});
    const x = {at: v => area.x + (v - first) / (last - first || 1) * area.w, ...scaleOf(first, last, false, area.w / 80)};
    const y = {at: v => area.y + area.h * (1 - (v - low + spare) / (high - low + 2 * spare)), ...scaleOf(low - spare, high + spare, log, log ? 7 : 5)};
    frame(c, area, x, y, across, up);
    [colour.traces[0], colour.traces[1]].forEach((ink, k) => {
      c.strokeStyle = ink;
      c.lineWidth = k === 0 ? 1.8 : 1.2;
      c.beginPath();
      let open = false;
      sides[k][1].forEach((v, i) => {
        if (log && !(v > 0)) { open = false; return; }
        if (open) c.lineTo(x.at(lines.at[i]), y.at(powerOf(v))); else c.moveTo(x.at(lines.at[i]), y.at(powerOf(v)));
        open = true;
      });
      c.stroke();
      c.fillStyle = ink;
      c.fillRect(area.x + k * 110, 8, 11, 11);
      text(c, sides[k][0], area.x + k * 110 + 16, 14, "left", "middle");
    });
  }, across + ": simulated and target, " + (lines.regions > 1 ? "means over " + lines.regions + " regions" : "one region"));
  hover(canvas, (px, py) => {
    if (px < area.x || px > area.x + area.w || py < area.y || py > area.y + area.h) return null;
    const i = Math.round((px - area.x) / area.w * (lines.at.length - 1));
    return across + " " + format(lines.at[i]) + sides.map(s => "\n" + s[0] + " " + format(s[1][i])).join("");
  });
}
if (beside.fc && byId("fc-predicted")) {
  connectivityOf("predicted", "simulated");
  connectivityOf("target", "target");
}
if (beside.fcd && byId("fcd-predicted")) {
  dynamicsOf("predicted", "simulated");
  if (beside.fcd.target) dynamicsOf("target", "target");
  distributions();
}
if (beside.psd && byId("psd-lines")) linesOf("psd-lines", beside.psd, true, "frequency [Hz]", "power");
if (beside.samples && byId("samples-lines")) linesOf("samples-lines", beside.samples, false, "time [s]", "value");
