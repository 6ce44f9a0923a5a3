// Each candidate as a line across all parameters.
function parallel() {
  const area = {}, points = [];
  const {canvas} = chart(byId("parallel"), w => w < 500 ? 300 : 340, (c, width, height) => {
    const q = quantity(), limits = limitsOf(q), axes = all.parameters.slice(0, Math.max(2, Math.min(16, Math.floor((width - 100) / 84))));
    Object.assign(area, {x: 48, y: 46, w: width - 48 - 130, h: height - 46 - 22, n: axes.length, axes});
    area.at = i => axes.length > 1 ? area.x + i / (axes.length - 1) * area.w : area.x + area.w / 2;
    const left = all.parameters.length - axes.length + all.parameters_left.length;
    byId("parallel").querySelector("h3").textContent = "Candidates across " + (left ? axes.length + " of " + (axes.length + left) + " parameters" : "all parameters");
    points.length = 0;
    const order = backToFront(q), best = bestRow(), ys = k => axes.map(p => placeOf(p, k));
    for (const k of order) {
      const line = ys(k);
      if (line.some(y => y === null)) continue;
      const known = q.values[k] !== null, x = limits.log ? Math.log10(q.values[k]) : q.values[k], good = known && x <= limits.low + 0.25 * (limits.high - limits.low);
      c.strokeStyle = inkOf(limits, q.values[k]);
      c.lineWidth = k === best ? 2.4 : good ? 1.2 : 0.6;
      if (k === best) c.strokeStyle = colour.mark;
      polyline(c, area, line);
      line.forEach((y, i) => points.push([area.at(i), area.y + (1 - y) * area.h, k]));
    }
    axes.forEach((p, i) => {
      stroke(c, area.at(i), area.y, area.at(i), area.y + area.h, colour.soft, 1.2);
      text(c, clip(p.short, Math.max(8, Math.floor(area.w / Math.max(1, axes.length - 1) / 7.5))), area.at(i), area.y - 24, "center", "middle", colour.ink);
      if (p.unit && p.unit !== "1") text(c, "[" + clip(p.unit, 9) + "]", area.at(i), area.y - 10, "center", "middle");
      // Beside the last axis there are no lines.
      const last = i > 0 && i === axes.length - 1;
      for (const [place, words] of axisTicks(p, 4)) {
        const y = area.y + (1 - place) * area.h;
        if (last) text(c, words, area.at(i) + 6, y, "left", "middle"); else halo(c, words, area.at(i) - 6, y);
      }
    });
    colourBar(c, width - 84, area.y, area.h, {...limits, title: withUnit(clip(q.name, 30), q.unit) + (limits.cut ? " (and above)" : "")}, limits.low, limits.high);
  }, "Candidates across parameters");
  hover(canvas, (x, y) => {
    const k = nearest(points, x, y, 10);
    return k < 0 ? null : candidateWords(points[k][2]);
  });
  const left = [...all.parameters.slice(16).map(p => p.name), ...all.parameters_left];
  addNote(byId("parallel"), (bestRow() >= 0 ? "the best candidate is marked" : "") + (left.length ? (bestRow() >= 0 ? "; " : "") + "not drawn: " + left.slice(0, 30).join(", ") + (left.length > 30 ? " and " + (left.length - 30) + " more" : "") : ""));
}
function polyline(c, area, line) {
  c.beginPath();
  if (line.length === 1) { c.arc(area.at(0), area.y + (1 - line[0]) * area.h, 2.5, 0, 7); c.stroke(); return; }
  line.forEach((y, i) => { if (i) c.lineTo(area.at(i), area.y + (1 - y) * area.h); else c.moveTo(area.at(i), area.y + (1 - y) * area.h); });
  c.stroke();
}
// Words that lie on lines.
function halo(c, words, x, y) {
  c.fillStyle = colour.paper + "cc";
  c.fillRect(x - 6.6 * words.length - 2, y - 7, 6.6 * words.length + 4, 14);
  text(c, words, x, y, "right", "middle");
}
