// What figures of candidates have in common: short names, places on scales, colours of a quantity.
const all = data.candidates, chosen = {quantity: 0};
// The end of a path that tells it from the others: "gain" of "coupling.gain".
function shortNames(names) {
  const tails = names.map(n => n.split(".")), used = names.map(() => 1), tail = k => tails[k].slice(-used[k]).join(".");
  for (let again = true; again;) {
    again = false;
    const seen = new Map();
    names.forEach((_, k) => seen.set(tail(k), [...(seen.get(tail(k)) || []), k]));
    for (const same of seen.values()) for (const k of same.length > 1 ? same : []) if (used[k] < tails[k].length) { ++used[k]; again = true; }
  }
  return names.map((_, k) => tail(k));
}
shortNames(all.parameters.map(p => p.name)).forEach((name, k) => all.parameters[k].short = name);
const geometric = v => v.length > 2 && v.every(x => x > 0) && v.every((x, k) => k < 2 || Math.abs(Math.log(v[k] / v[k - 1]) / Math.log(v[1] / v[0]) - 1) < 1e-3) && Math.abs((v[2] - v[1]) / (v[1] - v[0]) - 1) > 1e-3;
// Values that a grid has in equal ratios lie on a logarithmic axis, as searches between bounds say their scale.
for (const p of all.parameters) if (!p.words && !p.scale) p.scale = geometric([...new Set(p.values.filter(v => v !== null))].sort((a, b) => a - b)) ? "log" : "linear";
const onScale = (x, scale) => scale === "log" ? Math.log(x) : scale === "logit" ? Math.log(x / (1 - x)) : x;
// The place of a candidate along a parameter, from 0 to 1.
function placeOf(p, k) {
  const v = p.values[k];
  if (v === null) return null;
  if (p.words) return p.words.length > 1 ? v / (p.words.length - 1) : 0.5;
  const a = onScale(p.low, p.scale), b = onScale(p.high, p.scale), x = onScale(v, p.scale);
  return b > a && isFinite(x) ? Math.max(0, Math.min(1, (x - a) / (b - a))) : null;
}
const valueWords = (p, k) => p.values[k] === null ? "\u2013" : p.words ? p.words[p.values[k]] : amount(p.values[k], p.unit);
// [place, words] along an axis: both ends and round numbers between them.
function axisTicks(p, most) {
  if (p.words) {
    const n = p.words.length, step = Math.max(1, Math.ceil(n / most));
    return p.words.map((w, k) => [n > 1 ? k / (n - 1) : 0.5, clip(w, 12), k]).filter(t => t[2] % step === 0);
  }
  const a = onScale(p.low, p.scale), b = onScale(p.high, p.scale);
  let values = niceTicks(p.low, p.high, most);
  if (p.scale === "log") {
    values = logTicks(a / Math.LN10, b / Math.LN10, most).map(e => Math.pow(10, e));
    if (values.length < 2) values = niceTicks(p.low, p.high, most);
    if (values.length < 2) values = [p.low, p.high];
  }
  if (p.scale === "logit") values = [p.low, 0.5, p.high].filter(v => v >= p.low && v <= p.high);
  const plain = numbered(values), words = v => p.scale === "log" && Math.abs(Math.log10(v) % 1) < 1e-9 && (v > 100 || v < 0.1) ? "10" + superscript(Math.round(Math.log10(v))) : plain(v);
  return values.map(v => [(onScale(v, p.scale) - a) / (b - a), words(v)]).filter(t => t[0] > -1e-9 && t[0] < 1 + 1e-9);
}
const quantity = () => all.quantities[chosen.quantity];
// Whether losses differ so much that their logarithms are drawn.
const spreads = (low, high) => all.minimised && low > 0 && high / low > 30;
// Losses that are much worse than most have the last colour. Of logarithms: limits too.
function limitsOf(q) {
  const known = q.values.filter(v => v !== null).sort((a, b) => a - b), at = part => known[Math.round(part * (known.length - 1))];
  if (!known.length) return {low: 0, high: 1, cut: false, scale: "loss"};
  let low = known[0], high = all.minimised ? at(0.8) : at(1);
  if (!(high > low)) high = at(1);
  if (!(high > low)) { const by = Math.abs(low) * 0.05 || 0.5; low -= by; high += by; }
  const cut = high < at(1), log = spreads(low, high);
  if (log) { low = Math.log10(low); high = Math.log10(high); }
  return {low, high, log, cut, scale: all.minimised ? "loss" : "activity"};
}
function inkOf(limits, v) {
  if (v === null) return colour.edge;
  const x = limits.log ? Math.log10(Math.max(v, 1e-300)) : v;
  const at = 3 * Math.round(255 * Math.max(0, Math.min(1, (x - limits.low) / (limits.high - limits.low)))), colours = table(limits.scale);
  return "rgb(" + colours[at] + "," + colours[at + 1] + "," + colours[at + 2] + ")";
}
// Candidates, those with the most of a quantity first: the best lie on top. Without a value: below all.
function backToFront(q) {
  return q.values.map((_, k) => k).sort((a, b) => (q.values[b] === null ? Infinity : q.values[b]) - (q.values[a] === null ? Infinity : q.values[a]) || 0);
}
const bestRow = () => data.best ? all.number.indexOf(data.best.number) : -1;
function candidateWords(k) {
  const q = quantity(), lines = ["candidate " + all.number[k] + (all.status.words[all.status.values[k]] === "done" ? "" : " (" + all.status.words[all.status.values[k]] + ")")];
  lines.push(q.name + " " + amount(q.values[k], q.unit));
  all.parameters.slice(0, 12).forEach(p => lines.push(p.name + " " + valueWords(p, k)));
  return lines.join("\n");
}
const shownWords = () => all.shown < all.total ? all.shown + " of " + all.total + " candidates are drawn: the best, and of the others every so many" : counted(all.total, "candidate");
function element(parent, name, words, classes) {
  const e = parent.appendChild(document.createElement(name));
  if (words !== undefined) e.textContent = words;
  if (classes) e.className = classes;
  return e;
}
function tableIn(box, heads) {
  const t = element(element(box, "div", undefined, "scroll"), "table"), row = element(t, "tr");
  heads.forEach(([words, classes]) => element(row, "th", words, classes));
  return t;
}
function note(id, words) { byId(id + "-note").textContent = words; }
function addNote(box, words) { if (words) element(box, "p", words, "note"); }
