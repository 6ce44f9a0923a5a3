function matrices() {
  const s = data.connectome, n = s.blocks, owner = s.parts > 1 ? s.owner : null, noun = data.spikes ? "population" : s.noun;
  const averaged = s.regions > n ? " (block averages)" : "";
  const pair = (row, column) => s.labels[column] + " \u2192 " + s.labels[row] + averaged;
  const axes = (c, area) => {
    text(c, "source " + noun, area.x + area.w / 2, area.y + area.h + 16, "center", "alphabetic");
    sideways(c, "target " + noun, area.x - 18, area.y + area.h / 2);
  };
  const shared = {square: true, breaks: s.breaks, owner, axes};
  const none = "\nno connection", weight = v => s.signed ? v : Math.pow(10, v);
  if (s.weights) heatMap(byId("weights"), s.weights, {...shared, scale: s.signed ? "correlation" : "weight", log: !s.signed, title: "weight",
    label: "Connection weights", describe: (r, k, v) => pair(r, k) + (v === null ? none : "\nweight " + format(weight(v)))});
  if (s.lengths) heatMap(byId("lengths"), s.lengths, {...shared, scale: "length", title: withUnit(s.length_name, s.length_unit),
    label: s.length_name + " of connections", describe: (r, k, v) => pair(r, k) + (v === null ? none : "\n" + s.length_name + " " + format(v) + " " + s.length_unit)});
  if (byId("partition")) partition(s);
}
function partition(s) {
  const legend = Math.min(s.parts, 16), area = {};
  const {canvas} = chart(byId("partition"), 64, (c, width) => {
    area.w = width;
    s.owner.forEach((part, k) => {
      c.fillStyle = ownerColour(part);
      c.fillRect(k / s.blocks * width, 0, width / s.blocks + 0.4, 26);
    });
    for (const b of s.breaks) stroke(c, b / s.blocks * width, 0, b / s.blocks * width, 30, colour.paper, 3);
    const step = Math.min(84, width / (legend + (s.parts > legend ? 1 : 0)));
    for (let part = 0; part < legend; ++part) {
      c.fillStyle = ownerColour(part);
      c.fillRect(part * step, 44, 11, 11);
      if (step > 30) text(c, step > 58 ? "rank " + part : part, part * step + 16, 50, "left", "middle");
    }
    if (s.parts > legend) text(c, "\u2026 " + s.parts, legend * step, 50, "left", "middle");
  }, "Partition over ranks");
  hover(canvas, (x, y) => {
    const k = Math.floor(x / area.w * s.blocks);
    return y < 30 && k >= 0 && k < s.blocks ? s.labels[k] + "\nrank " + s.owner[k] : null;
  });
}
