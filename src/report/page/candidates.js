// The best candidate, failures, and all candidates as a table that is sorted by a click.
function valueTable(box, list, bars) {
  const t = tableIn(box, [["Name"], ["Value", "number"], ...(bars ? [["In its range"]] : [])]);
  for (const one of list) {
    const row = element(t, "tr"), name = element(row, "td", one.name);
    if (one.meaning) name.title = one.meaning;
    element(row, "td", typeof one.value === "number" ? amountOf(one) : one.value === null ? "\u2013" : one.value, "number");
    if (!bars) continue;
    const cell = element(row, "td");
    if (one.place === undefined || one.place === null) continue;
    const track = element(cell, "div", undefined, "track"), dot = element(track, "i");
    dot.style.left = 100 * Math.max(0, Math.min(1, one.place)) + "%";
    track.title = format(one.low) + " to " + format(one.high);
    element(track, "span", format(one.low));
    element(track, "span", format(one.high));
  }
}
function besideTable(box, list) {
  const t = tableIn(box, [["Feature"], ["Value", "number"], ["Target", "number"], ["Difference", "number"]]);
  for (const one of list) {
    const row = element(t, "tr"), there = one.value !== null;
    element(row, "td", one.name, "name");
    element(row, "td", there ? amountOf(one) : "\u2013", "number");
    element(row, "td", amountOf({value: one.target, unit: one.unit}), "number");
    element(row, "td", there && one.target !== 0 ? (one.value >= one.target ? "+" : "\u2212") + format(100 * Math.abs(one.value / one.target - 1), 3) + " %" : "\u2013", "number");
  }
}
const amountOf = one => format(one.value, 6) + (one.unit && one.unit !== "1" ? " " + one.unit : "");
function best() {
  const b = data.best;
  const again = b.terms.find(t => t.name === "verified_loss");
  note("best", "candidate " + b.number + (b.loss === null ? "" : ", loss " + format(b.loss, 6)) + (again ? "; the least loss with other seeds, " + format(again.value, 6) : ""));
  valueTable(byId("best-parameters"), [...b.parameters, ...b.design], b.parameters.some(p => p.place !== undefined));
  valueTable(byId("best-values"), [...b.terms, ...b.features], false);
  if (b.beside.length) besideTable(byId("best-beside"), b.beside);
  const box = byId("best-array"), select = byId("best-choice");
  box.hidden = select.hidden = !b.arrays.length;
  if (b.arrays.length < 2) select.hidden = true;
  if (!b.arrays.length) return;
  const title = box.insertBefore(document.createElement("h3"), box.firstChild);
  b.arrays.forEach((a, k) => select.add(new Option(arrayName(a), k)));
  const show = k => {
    clear("best-array");
    title.textContent = arrayName(b.arrays[k]);
    if (b.arrays[k].matrix) featureMatrix(box, b.arrays[k]); else featureLine(box, b.arrays[k]);
    redrawAll();
  };
  select.onchange = () => show(+select.value);
  show(0);
}
function failures() {
  const f = data.failures, box = byId("failures"), t = tableIn(box, [["Ending"], ["Candidates", "number"], ["Reason"], ["Numbers"]]);
  note("failures", f.total > f.kinds.length ? "the " + f.kinds.length + " most frequent of " + f.total + " reasons" : counted(f.total, "reason"));
  for (const one of f.kinds) {
    const row = element(t, "tr");
    element(row, "td", one.ending.replace("_", " "), "name");
    element(row, "td", one.count, "number");
    element(row, "td", one.reason || "\u2013");
    element(row, "td", one.numbers.join(", ") + (one.count > one.numbers.length ? ", \u2026" : ""));
  }
  addNote(box, "reasons that differ in numbers alone count as one: the first is shown.");
}
const listed = {most: 100, by: null, down: false};
function candidates() {
  const some = (list, most) => list.slice(0, most), columns = [
    {name: "Candidate", values: all.number}, {name: "Status", values: all.status.values.map(k => all.status.words[k].replace("_", " ")), words: true},
    ...some(all.quantities, 6), ...some(all.parameters, 12),
    ...(all.island.some(i => i >= 0) ? [{name: "Island", values: all.island}] : []), ...(all.quantities.some(q => q.name === "seconds") ? [] : [{name: "Seconds", values: all.seconds.values}])];
  for (const c of columns) if (c.words && c.words !== true) c.texts = c.values.map(k => c.words[k]);
  listed.by = all.minimised ? columns[2] : columns[0];
  drawList(columns);
}
function drawList(columns) {
  const box = byId("candidates"), by = listed.by, key = k => (by.texts || by.values)[k];
  box.textContent = "";
  const order = all.number.map((_, k) => k).sort((a, b) => {
    const x = key(a), y = key(b);
    if (x === null || y === null) return (x === null) - (y === null) || a - b;
    return (x < y ? -1 : x > y ? 1 : a - b) * (listed.down && x !== y ? -1 : 1);
  });
  const rows = Math.min(order.length, listed.most), t = element(element(box, "div", undefined, "scroll"), "table", undefined, "sortable"), head = element(t, "tr");
  for (const c of columns) {
    const th = element(head, "th", undefined, c.words ? "" : "number"), b = element(th, "button", withUnit(c.short || c.name, c.unit) + (c === by ? listed.down ? " \u2193" : " \u2191" : ""));
    b.type = "button";
    b.title = c.name + (c.meaning ? ": " + c.meaning : "");
    th.setAttribute("aria-sort", c === by ? listed.down ? "descending" : "ascending" : "none");
    b.onclick = () => { listed.down = c === by && !listed.down; listed.by = c; drawList(columns); };
  }
  for (const k of order.slice(0, rows)) {
    const row = element(t, "tr", undefined, data.best && all.number[k] === data.best.number ? "winner" : "");
    for (const c of columns) element(row, "td", c.texts ? c.texts[k] : typeof c.values[k] === "number" ? (Number.isInteger(c.values[k]) ? String(c.values[k]).replace("-", "\u2212") : format(c.values[k], 5)) : c.values[k] === null ? "\u2013" : c.values[k], c.words ? "name" : "number");
  }
  note("candidates", (rows < all.total ? rows + " of " + all.total + " are shown" : counted(all.total, "candidate")) + (all.shown < all.total ? "; the page has " + all.shown + ": the best, and of the others every so many; all are in table.csv" : ""));
  if (rows < order.length) {
    const tools = element(box, "p", undefined, "tools");
    button(tools, "Show " + Math.min(200, order.length - rows) + " more", "Show more candidates", () => { listed.most += 200; drawList(columns); });
  }
  const left = [...all.quantities.slice(6).map(q => q.name), ...all.quantities_left, ...all.parameters.slice(12).map(p => p.name), ...all.parameters_left];
  addNote(box, left.length ? "no columns here for " + left.slice(0, 20).join(", ") + (left.length > 20 ? " and " + (left.length - 20) + " more" : "") : "");
}
