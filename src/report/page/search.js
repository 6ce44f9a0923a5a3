// How the least loss fell, and which island found what. Their colours: but last that of failures.
const islandTrace = k => [0, 2, 3, 4, 5, 6, 7, 1][k % 8];
function convergence() {
  const c = data.convergence, area = {}, several = c.islands.length > 1, least = c.best.length ? c.best[c.best.length - 1][1] : 0;
  note("convergence", c.step > 1 ? "one of " + c.step + " candidates is drawn as a point" : counted(c.ended, "candidate"));
  const losses = c.points.map(p => p[1]).filter(x => x !== null).sort((a, b) => a - b);
  let low = least, high = losses.length ? losses[Math.round(0.9 * (losses.length - 1))] : 1;
  high = Math.max(high, ...c.islands.map(i => i.best.length ? i.best[i.best.length - 1][1] : least), c.best.length ? Math.min(c.best[0][1], 3 * high) : high);
  const log = low > 0 && high / low > 20, to = x => log ? Math.log10(Math.max(x, 1e-300)) : x;
  let a = to(low), b = to(high);
  if (!(b > a)) { const by = Math.abs(a) * 0.05 || 0.5; a -= by; b += by; }
  const margin = 0.05 * (b - a), inks = k => colour.traces[islandTrace(k)];
  a -= margin; b += margin;
  const x = k => area.x + k / Math.max(1, c.ended) * area.w, y = v => area.y + (1 - (Math.min(b, to(v)) - a) / (b - a)) * area.h;
  const {canvas} = chart(byId("convergence"), w => w < 500 ? 320 : 380, (pen, width, height) => {
    Object.assign(area, {x: 66, y: 30, w: width - 66 - 14, h: height - 30 - 48});
    const counts = niceTicks(0, c.ended, area.w / 90).filter(Number.isInteger);
    frame(pen, area, {ticks: counts, at: x, words: numbered(counts)},
      {...scaleOf(a, b, log, log ? 7 : 6), at: t => area.y + (1 - (t - a) / (b - a)) * area.h}, "candidates that have ended", "loss");
    for (const [k, v, , island] of c.points) {
      if (v === null) continue;
      pen.fillStyle = (several && island >= 0 ? inks(island) : colour.accent) + "66";
      pen.beginPath();
      pen.arc(x(k), y(v), 1.8, 0, 7);
      pen.fill();
    }
    for (const k of c.failed) stroke(pen, x(k), area.y, x(k), area.y + 6, colour.mark, 1);
    for (const [after, from] of c.migrations) stroke(pen, x(after), area.y + area.h - 7, x(after), area.y + area.h, inks(from), 1.4);
    if (several) c.islands.forEach(i => steps(pen, i.best, c.ended, x, y, inks(i.island), 1.3));
    steps(pen, c.best, c.ended, x, y, colour.ink, 2);
    legend(pen, area, [["best so far", colour.ink], ...(c.failed.length ? [["failed", colour.mark]] : []), ...(several && area.w > 420 ? c.islands.slice(0, 6).map(i => ["island " + i.island, inks(i.island)]) : [])]);
  }, "Convergence of the loss");
  hover(canvas, (px, py) => {
    if (px < area.x || px > area.x + area.w || py < area.y || py > area.y + area.h) return null;
    const sent = c.migrations.filter(m => Math.abs(x(m[0]) - px) < 3);
    if (py > area.y + area.h - 12 && sent.length) return sent.slice(0, 5).map(m => "island " + m[1] + " \u2192 " + m[2] + ", loss " + format(m[3])).join("\n");
    const near = nearest(c.points.map(p => [x(p[0]), p[1] === null ? -99 : y(p[1])]), px, py, 8);
    if (near >= 0) return "candidate " + c.points[near][2] + "\nloss " + format(c.points[near][1], 5) + (several ? "\nisland " + c.points[near][3] : "");
    const k = Math.round((px - area.x) / area.w * c.ended), so = c.best.filter(p => p[0] <= k).pop();
    return so ? k + " ended\nbest so far " + format(so[1], 5) + "\ncandidate " + so[2] : null;
  });
  addNote(byId("convergence"), [c.failed.length ? "marks at the top: without a result" : "", c.migrations.length ? "marks at the bottom: what an island sent, in its colour" + (c.migrated > c.migrations.length ? " (the first " + c.migrations.length + " of " + c.migrated + ")" : "") : ""].filter(Boolean).join("; "));
  islands(c);
}
function steps(pen, falls, end, x, y, ink, width) {
  if (!falls.length) return;
  pen.strokeStyle = ink;
  pen.lineWidth = width;
  pen.beginPath();
  falls.forEach(([k, v], n) => {
    if (n === 0) pen.moveTo(x(k), y(v)); else { pen.lineTo(x(k), y(falls[n - 1][1])); pen.lineTo(x(k), y(v)); }
  });
  pen.lineTo(x(end), y(falls[falls.length - 1][1]));
  pen.stroke();
}
/// In as many rows as there is room for above the area.
function legend(pen, area, entries) {
  let at = area.x, row = 0;
  for (const [words, ink] of entries) {
    const wide = legendWidth(words);
    if (at > area.x && at + wide > area.x + area.w + 14) {
      if (30 + 18 * ++row > area.y) break;
      at = area.x;
    }
    pen.fillStyle = ink;
    pen.fillRect(at, 10 + 18 * row, 11, 3);
    text(pen, words, at + 16, 12 + 18 * row, "left", "middle");
    at += wide;
  }
}
function legendWidth(words) { return 30 + 6.6 * words.length; }
/// Rows that a legend needs above an area of a width.
function legendRows(width, words) {
  let at = 0, rows = 1;
  for (const one of words) {
    if (at > 0 && at + legendWidth(one) > width + 14) { ++rows; at = 0; }
    at += legendWidth(one);
  }
  return rows;
}
function islands(c) {
  const box = byId("islands");
  box.hidden = c.islands.length < 2;
  if (box.hidden) return;
  const number = "number", t = tableIn(box, [["Island"], ["Method"], ["Candidates", number], ["Best loss", number], ["Of candidate", number], ["After", number], ["Sent", number], ["Received", number]]);
  for (const i of c.islands) {
    const row = element(t, "tr"), last = i.best[i.best.length - 1], count = at => c.migrations.filter(m => m[at] === i.island).length;
    const first = element(row, "td", " " + i.island, "name"), swatch = document.createElement("span");
    swatch.className = "swatch";
    swatch.style.background = "var(--t" + islandTrace(i.island) + ")";
    first.prepend(swatch);
    element(row, "td", i.method, "name");
    [i.candidates, last ? format(last[1], 5) : "\u2013", last ? last[2] : "\u2013", last ? last[0] : "\u2013", count(1), count(2)].forEach(v => element(row, "td", v, number));
  }
  const words = [c.migrations.length ? "sent and received: points that were taken" : data.complete ? "no island sent anything that another took" : "what islands sent each other is not known before the fit has ended"];
  if (c.migrated > c.migrations.length) words.push("of the first " + c.migrations.length + " of " + c.migrated);
  addNote(box, words.join("; "));
}
