// The keys of study files as a tree, from the flat table of the schema.

const leaf = name => ({name, info: null, children: new Map(), item: null, any: null, anyName: ""});

/// rows: [{path: "monitors[].kind", type, unit, default, allowed, choices, meaning}].
export function treeOf(rows) {
  const root = leaf("");
  for (const row of rows) {
    let at = root;
    for (const part of row.path.split(".")) {
      if (part.startsWith("<")) {
        at.any = at.any || leaf(part);
        at.anyName = part;
        at = at.any;
        continue;
      }
      const name = part.endsWith("[]") ? part.slice(0, -2) : part;
      if (!at.children.has(name)) at.children.set(name, leaf(name));
      at = at.children.get(name);
      if (part.endsWith("[]")) at = at.item = at.item || leaf(name);
    }
    if (!at.info) at.info = row;
  }
  return root;
}

/// The node of a path of keys and indices; null: the table has none.
export function nodeAt(root, path) {
  let at = root;
  for (const part of path) {
    if (typeof part === "number") at = at.item;
    else at = at.children.get(part) || at.any;
    if (!at) return null;
  }
  return at;
}

/// "kernel: ..." or "eeg, meg: ..." at the beginning of a meaning: the words that another key of the section must have.
function wordsBefore(meaning) {
  const found = /^([a-z_0-9]+(?:, [a-z_0-9]+)*): /.exec(meaning || "");
  return found ? found[1].split(", ") : [];
}

/// Whether a key of a section means anything beside what its other keys say. valueOf(name): the section's value.
export function applies(section, name, valueOf) {
  const words = wordsBefore(section.children.get(name).info && section.children.get(name).info.meaning);
  if (!words.length) return true;
  for (const [other, node] of section.children) {
    const choices = node.info && node.info.choices;
    if (other === name || !choices || !words.every(w => choices.includes(w))) continue;
    return words.includes(valueOf(other) || node.info.default);
  }
  return true;
}

/// "a: what a is; b: what b is": what the chosen word is; another meaning as it is.
function meaningOf(info, value) {
  const chosen = value || info.default, starts = (info.choices || []).map(word => {
    const found = new RegExp("(?:^|[;.] )" + word + ": ").exec(info.meaning);
    return found ? [found.index, found.index + found[0].length, word] : null;
  }).filter(Boolean).sort((a, b) => a[0] - b[0]);
  const k = starts.findIndex(s => s[2] === chosen);
  if (starts.length < 2) return info.meaning;
  if (k < 0) return info.meaning.slice(0, starts[0][0]);
  return info.meaning.slice(starts[k][1], k + 1 < starts.length ? starts[k + 1][0] : undefined);
}

/// What a key takes, in words. value: of a choice, whose meaning alone is told then.
export function hintOf(info, value = "") {
  const parts = [meaningOf(info, value)];
  if (info.allowed && !info.choices && !info.allowed.startsWith("see `")) parts.push("allowed: " + info.allowed);
  return parts.filter(Boolean).join(" \u00b7 ").replace(/\[([^\]]+)\]\([^)]*\)/g, "$1").replace(/`/g, "");
}

export const words = path => path.join(".");
export const pathOf = key => key.split(".").map(part => /^\d+$/.test(part) ? +part : part);
