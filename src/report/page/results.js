// What is 1/ms in a table reads badly behind a number.
for (const list of [all.parameters, all.quantities]) for (const one of list) one.unit = (one.unit || "").replace(/^1\/(\w+)$/, "$1\u207b\u00b9");
function parameters() {
  const select = byId("quantity"), section = byId("parameters-section");
  if (!all.total || !all.parameters.length) { section.hidden = true; return; }
  all.quantities.forEach((q, k) => select.add(new Option(withUnit(q.name, q.unit), k)));
  select.hidden = all.quantities.length < 2;
  select.onchange = () => { chosen.quantity = +select.value; redrawAll(); };
  byId("parallel").hidden = all.parameters.length < 2;
  if (!byId("parallel").hidden) parallel();
  note("parameters", shownWords());
  panels();
}
// A figure that cannot be drawn says so and leaves the others alone.
for (const [name, draw] of [["best", best], ["spikes", spikes], ["convergence", convergence], ["grid", showGrid], ["parameters", parameters], ["narrowed", narrowed], ["workers", workers], ["failures", failures], ["candidates", candidates]]) {
  const section = byId(name + "-section");
  if (!section) continue;
  try { draw(); } catch (problem) {
    element(section, "p", "This browser could not draw the section: " + problem.message, "problem");
  }
}
