// The models and the page of one: equations, parameters with units and usual values, presets, citation.
import * as api from "./api.js";
import {card, make, table} from "./dom.js";
import {newStudy} from "./draft.js";

const span = range => range && range[0] !== null && range[1] !== null ? range[0] + " to " + range[1] : "";
const unit = u => u === "1" ? "" : u || "";

/// Texts of a reference in which DOIs are links.
function cited(words) {
  return words.split(/(doi:10\.[^\s,;]+)/).map(part => /^doi:10\./.test(part)
    ? make("a", {href: "https://doi.org/" + part.slice(4).replace(/\.$/, ""), rel: "noreferrer noopener", target: "_blank"}, part) : part);
}

export function modelPage(m) {
  const parts = [];
  if (m.picture) parts.push(make("img", {src: "data:image/svg+xml," + encodeURIComponent(m.picture), alt: "What a region of " + m.name + " does without a network", class: "picture"}));
  if (m.equations) parts.push(make("h3", {}, "Equations, time in " + (m.time_unit_name || "ms")), make("pre", {}, m.equations));
  if (m.parameters.length) parts.push(make("h3", {}, "Parameters"), table("Parameters of " + m.name, [["Name", "name"], ["Default", "number"], ["Unit", "name"], ["Usual", "name"], ["Meaning", ""]],
    m.parameters.map(p => [p.name, String(p.value), unit(p.unit), span(p.range), p.meaning + (p.allowed ? " (allowed: " + p.allowed + ")" : "")]), "stacked"));
  parts.push(make("h3", {}, "States"), table("States of " + m.name, [["Name", "name"], ["Initial", "number"], ["Unit", "name"], ["Usual", "name"], ["Meaning", ""]],
    m.states.map(s => [s.name, String(s.initial), unit(s.unit), span(s.range), s.meaning]), "stacked"));
  const others = [...m.inputs.map(i => [i.name, "input", unit(i.unit), i.meaning]), ...m.observables.map(o => [o.name, "observable", unit(o.unit), o.meaning])];
  if (others.length) parts.push(make("h3", {}, "Inputs and observables"), table("Inputs and observables of " + m.name, [["Name", "name"], ["Is", "name"], ["Unit", "name"], ["Meaning", ""]], others));
  if (m.presets && m.presets.length) parts.push(make("h3", {}, "Presets"), table("Presets of " + m.name, [["Name", "name"], ["Values", ""], ["Meaning", ""]],
    m.presets.map(p => [p.name, Object.entries(p.values).map(([k, v]) => k + " = " + v).join(", "), make("span", {}, cited(p.meaning || ""))])));
  if (m.reference) parts.push(make("h3", {}, "Reference"), make("p", {}, cited(m.reference)));
  if (m.notes) parts.push(make("h3", {}, "Notes"), make("p", {}, cited(m.notes)));
  return parts;
}

export async function showModel(view, name) {
  const m = await api.model(name);
  const use = make("button", {type: "button", class: "strong", on: {click: () => { newStudy(studyWith(m)); location.hash = "#/new"; }}}, "New study with " + m.name);
  view.append(make("h1", {tabindex: -1}, m.name), make("p", {class: "summary"}, m.title), make("p", {class: "tools"}, use), card("model", "About " + m.name, modelPage(m)));
}
/// A first study with a model.
function studyWith(m) {
  const ms = m.time_unit_ms === 1;
  return "title: " + m.name + "\nconnectome: { builtin: 80, normalize: region_sum, speed: 4 mm/ms }\nmodel:\n  name: " + m.name +
    "\ncoupling: { name: linear, gain: 0.02 }\nintegrator: { method: heun, dt: " + (ms ? "0.1 ms" : "0.01") + " }\nseed: 42\nduration: 1 s\nmonitors:\n  - { kind: temporal_average, period: 1 ms }\n";
}

export async function showModels(view) {
  const list = await api.models(), find = make("input", {type: "search", id: "find-model", autocomplete: "off"}), box = make("div", {});
  const draw = () => {
    const wanted = find.value.toLowerCase(), found = list.filter(m => (m.name + " " + m.title + " " + (m.category || "")).toLowerCase().includes(wanted));
    box.replaceChildren(found.length ? table("Models", [["Name", "name"], ["Is", ""], ["Kind", ""], ["Parameters", "number"]],
      found.map(m => [make("a", {href: "#/models/" + encodeURIComponent(m.name)}, m.name), m.title || "", m.category || "", m.parameters ? String(m.parameters.length) : ""]), "stacked") : make("p", {}, "No model is called so."));
  };
  find.addEventListener("input", draw);
  draw();
  view.append(make("h1", {tabindex: -1}, "Models"), make("section", {class: "card", "aria-label": "List of models"}, make("p", {class: "tools"}, make("label", {for: "find-model"}, "Find"), find), box));
}
