// What form and text do to each other: run in the page by check_page.py, which takes the list of what went wrong.
async () => {
  const {StudyText, differences} = await import("./assets/study_text.js"), {applies, nodeAt, treeOf} = await import("./assets/schema.js");
  const wrong = [], equal = (what, got, wanted) => { if (JSON.stringify(got) !== JSON.stringify(wanted)) wrong.push(what + ": " + JSON.stringify(got) + " is not " + JSON.stringify(wanted)); };
  const text = [
    "# by hand", "title: quick   # a note", "connectome: { builtin: 80, speed: 4 mm/ms }", "model:", "  name: SupHopf", "  parameters: { a: 0.020, omega: 0.0628 rad/ms }",
    "noise: { x: 0.01 }", "nothing:", "monitors:", "  - { kind: raw, variables: [x], period: 4 ms }   # first", "  - kind: bold   # second", "    period: 2 s", "",
  ].join("\n");
  const study = new StudyText(text), line = (from, to) => text.replace(from, to);
  equal("no errors", study.errors, []);
  equal("keys", study.keys(["model"]), ["name", "parameters"]);
  equal("a number as it is written", study.value(["model", "parameters", "a"]), "0.020");
  equal("a list on one line", study.value(["monitors", 0, "variables"]), "[ x ]");
  equal("an empty value", [study.value(["nothing"]), study.kind(["nothing"])], ["", "scalar"]);
  equal("the line of a key", study.line(["monitors", 1, "period"]), 12);

  equal("a value is replaced", study.with(["model", "parameters", "a"], "0.04"), line("0.020", "0.04"));
  equal("a key is added in braces", study.with(["connectome", "normalize"], "row_sum"), line("4 mm/ms }", "4 mm/ms, normalize: row_sum }"));
  equal("a key is added in a block", study.with(["model", "initial", "x"], "[-0.1, 0.1]"), line("rad/ms }\n", "rad/ms }\n  initial:\n    x: [-0.1, 0.1]\n"));
  equal("a section is added at the end", study.with(["integrator", "dt"], "0.1 ms"), text + "integrator:\n  dt: 0.1 ms\n");
  equal("a key is added to an entry", study.with(["monitors", 0, "name"], "fast"), line("4 ms }", "4 ms, name: fast }"));
  equal("a key is taken away in braces", study.with(["connectome", "builtin"], ""), line("builtin: 80, ", ""));
  equal("a key is taken away in a block", study.without(["monitors", 1, "period"]), line("    period: 2 s\n", ""));
  equal("with the last key goes its section", study.without(["noise", "x"]), line("noise: { x: 0.01 }\n", ""));
  equal("an entry is added", study.appended(["monitors"], "{ kind: global_average }"), text + "  - { kind: global_average }\n");
  equal("an entry is taken away", study.without(["monitors", 0]), line("  - { kind: raw, variables: [x], period: 4 ms }   # first\n", ""));
  equal("the last entry of a block is taken away", study.without(["monitors", 1]), line("  - kind: bold   # second\n    period: 2 s\n", ""));
  equal("a first list", new StudyText("title: a\n").appended(["monitors"], "{ kind: raw }"), "title: a\nmonitors:\n  - { kind: raw }\n");
  equal("a first key", new StudyText("").with(["title"], "x", true), "title: x\n");
  equal("the last key", new StudyText("title: x\n").without(["title"]), "");

  for (const hostile of ["a: b # c", "- x", "{a", "'", "\"", "yes: [", "null", "#", "&a", "*a", "!x", "%", "a\tb", "<script>alert(1)</script>", "\u00e9\u4e2d"]) {
    const changed = new StudyText(study.with(["title"], hostile, true));
    equal("a text of any letters: " + hostile, [changed.errors, changed.value(["title"]), changed.leaves().length], [[], hostile, study.leaves().length]);
  }
  equal("what is no YAML becomes a text", new StudyText(study.with(["noise", "x"], "[1, 2")).value(["noise", "x"]), "[1, 2");
  equal("an error has its line", new StudyText("a: 1\nb: [1\nc: 2\n").errors.map(e => e.line)[0] > 1, true);
  equal("a key twice is an error", new StudyText("a: 1\na: 2\n").errors.length, 1);
  equal("a list is no study", new StudyText("- a\n").errors.length, 1);
  equal("differences", differences(study, new StudyText(line("80", "90"))), [["connectome.builtin", "80", "90"]]);

  const {niceTicks} = await import("./assets/figures.js");
  equal("an axis of a phone has two numbers", [niceTicks(0.004, 1.996, 2.2), niceTicks(790, 812, 1)].map(ticks => ticks.length > 1), [true, true]);

  const schema = await (await fetch("api/schema")).json(), tree = treeOf(schema["x-keys"]);
  equal("every key has a place", schema["x-keys"].filter(k => { const node = nodeAt(tree, k.path.replace(/\[\]/g, ".0").split(".").map(p => p === "0" ? 0 : p)); return !node || !node.info; }).map(k => k.path), []);
  const monitor = nodeAt(tree, ["monitors", 0]), shown = kind => [...monitor.children.keys()].filter(name => applies(monitor, name, key => key === "kind" ? kind : ""));
  equal("keys of a monitor's kind", [shown("raw").includes("preset"), shown("bold").includes("preset"), shown("raw").includes("gain"), shown("eeg").includes("gain"), shown("raw").includes("period")], [false, true, false, true, true]);
  return wrong;
}
