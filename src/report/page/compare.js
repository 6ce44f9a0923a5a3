// What was simulated beside what was measured.
const correlation = {square: true, scale: "correlation", title: "correlation"};
function connectivityOf(side, name) {
  const names = data.fc.labels, cells = data.fc[side].rows, block = k => names[Math.floor(k * names.length / cells)];
  heatMap(byId("fc-" + side), data.fc[side], {...correlation, label: "Functional connectivity, " + name,
    describe: (row, column, v) => block(row) + " \u2013 " + block(column) + (v === null ? "\nleft out" : "\nr " + format(v))});
}
function dynamicsOf(side, name) {
  const axes = (c, area) => {
    text(c, "window", area.x + area.w / 2, area.y + area.h + 16, "center", "alphabetic");
    sideways(c, "window", area.x - 18, area.y + area.h / 2);
  };
  heatMap(byId("fcd-" + side), data.fcd[side], {...correlation, axes, label: "Dynamics of functional connectivity, " + name,
    describe: (row, column, v) => "windows at " + format(row / data.fcd[side].rows, 2) + " and " + format(column / data.fcd[side].columns, 2) + " of the run" + (v === null ? "" : "\nr " + format(v))});
}
function distributions() {
  const sides = [["simulated", data.fcd.bars, colour.traces[0]], ["target", data.fcd.target_bars, colour.traces[1]]];
  const n = data.fcd.bars.length, most = Math.max(...data.fcd.bars, ...data.fcd.target_bars) * 1.05, area = {};
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
if (data.fc) {
  connectivityOf("predicted", "simulated");
  connectivityOf("target", "target");
}
if (data.fcd) {
  dynamicsOf("predicted", "simulated");
  if (data.fcd.target) dynamicsOf("target", "target");
  distributions();
}
