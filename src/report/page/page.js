// "1/ms" reads badly behind a number.
const inBrains = data.activity.variables.flatMap(v => v.brain ? v.brain.features : []);
for (const one of [...data.traces.charts, ...data.activity.variables, ...inBrains, ...data.features.arrays, ...stimuli]) one.unit = one.unit.replace(/\b1\/(\w+)/, "$1\u207b\u00b9");
// A figure that cannot be drawn says so and leaves the others alone.
for (const [section, draw] of [["spikes-section", spikes], ["connectome-section", matrices], ["traces-section", traces], ["activity-section", showActivity], ["features-section", showFeatures]]) {
  try { draw(); } catch (problem) {
    const words = byId(section).appendChild(document.createElement("p"));
    words.className = "problem";
    words.textContent = "This browser could not draw the section: " + problem.message;
  }
}
