// Elements without HTML in texts: what users wrote becomes text and attributes only.

/// An element: attributes by name; `on` holds listeners; children are elements, texts, or nothing.
export function make(name, attributes = {}, ...children) {
  const e = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    if (key === "on") for (const [event, act] of Object.entries(value)) e.addEventListener(event, act);
    else if (key === "value" || key === "checked" || key === "disabled" || key === "hidden") e[key] = value;
    else e.setAttribute(key, value === true ? "" : value);
  }
  e.append(...children.flat(Infinity).filter(c => c !== undefined && c !== null && c !== false));
  return e;
}

export const byId = id => document.getElementById(id);

/// A button that cannot be pressed twice while its work goes on; what goes wrong is said beside it.
export function action(words, act, attributes = {}) {
  const b = make("button", {type: "button", ...attributes}, words);
  b.addEventListener("click", async () => {
    b.disabled = true;
    try { await act(); } catch (problem) { report(b, problem); } finally { b.disabled = false; }
  });
  return b;
}

/// Writes an error where the eye is, and tells it to screen readers.
export function report(near, problem) {
  const words = problem.message || String(problem);
  say(words);
  const place = near.closest("[data-problems]") || near.parentElement;
  let line = place.querySelector(":scope > .problem");
  if (!line) place.append(line = make("p", {class: "problem"}));
  line.textContent = "\u26a0 " + words;
}

/// A short news for screen readers.
export function say(words) { byId("says").textContent = words; }

/// A titled card with an id that figures can be drawn into.
export function card(id, title, ...children) {
  const head = make("div", {class: "head"}, make("h2", {id: id + "-title"}, title));
  return make("section", {class: "card", "aria-labelledby": id + "-title", "data-problems": true}, head, children);
}

/// A table from rows of texts or elements. heads: [words, class]. kind: "stacked" has a block for each row on a phone.
export function table(caption, heads, rows, kind = "") {
  const row = cells => make("tr", {}, cells.map((c, k) => make("td", {class: heads[k][1] || "words", "data-head": heads[k][0]}, c)));
  return make("div", {class: "scroll", tabindex: 0, role: "region", "aria-label": caption}, make("table", {class: kind},
    make("caption", {class: "unseen"}, caption),
    make("thead", {}, make("tr", {}, heads.map(([words, shape]) => make("th", {scope: "col", class: shape}, words)))),
    make("tbody", {}, rows.map(row))));
}

/// Pairs of words: what something is called, and what it is.
export const facts = pairs => make("dl", {class: "facts-list"}, pairs.map(([k, v]) => make("div", {}, make("dt", {}, k), make("dd", {}, v))));

let counter = 0;
export const fresh = prefix => prefix + "-" + ++counter;

/// A label with its input, the hint below it and a place for what is wrong.
export function field(words, input, hint) {
  const id = fresh("field");
  input.id = id;
  const note = hint && make("p", {class: "hint", id: id + "-hint"}, hint);
  if (note) input.setAttribute("aria-describedby", note.id);
  return make("div", {class: "field"}, make("label", {for: id}, words), input, note);
}

export function choose(options, value, act) {
  const select = make("select", {on: {change: () => act(select.value)}}, options.map(([words, v]) => make("option", {value: v}, words)));
  select.value = value;
  return select;
}

const sizes = ["B", "kB", "MB", "GB", "TB"];
export function bytes(n) {
  if (!(n >= 0)) return "\u2013";
  let k = 0;
  while (n >= 1000 && k < sizes.length - 1) { n /= 1000; ++k; }
  return (k ? n.toPrecision(3) : n) + " " + sizes[k];
}
export function span(seconds) {
  if (!(seconds >= 0)) return "\u2013";
  if (seconds < 1) return Math.round(1000 * seconds) + " ms";
  if (seconds < 120) return +seconds.toPrecision(3) + " s";
  const minutes = Math.round(seconds / 60);
  return minutes < 120 ? minutes + " min" : Math.floor(minutes / 60) + " h " + minutes % 60 + " min";
}
/// A time as the reader writes it. Seconds since 1970, or a text that dates have.
export function when(time) {
  if (time === undefined || time === null || time === "" || time === 0) return "\u2013";
  const date = new Date(typeof time === "number" ? 1000 * time : time);
  return isNaN(date) ? String(time) : date.toLocaleString([], {dateStyle: "medium", timeStyle: "short"});
}
