// A form made from the schema, for the keys of a study. What is typed goes into the text at once; the text is what is checked and run.
import {byId, choose, fresh, make} from "./dom.js";
import {applies, hintOf, nodeAt, words} from "./schema.js";

const essential = ["title", "connectome", "model", "coupling", "integrator", "noise", "seed", "duration", "transient", "monitors"];

export class StudyForm {
  /// host: an element. o: {tree, models, model(name): descriptor or null, study(): StudyText, edit(text, rebuild), files(): names}.
  constructor(host, o) {
    Object.assign(this, {host, o, open: new Set(["connectome", "model", "model.parameters", "coupling", "integrator", "monitors"]), wrong: new Map(), ids: new Map()});
  }
  get study() { return this.o.study(); }

  build() {
    const focus = document.activeElement && this.host.contains(document.activeElement) ? document.activeElement.dataset.key : null;
    this.ids.clear();
    const top = this.o.tree.children, first = essential.filter(k => top.has(k)), rest = [...top.keys()].filter(k => !essential.includes(k));
    const used = rest.filter(k => this.study.has([k])), more = rest.filter(k => !used.includes(k));
    const others = make("details", {class: "more", on: {toggle: e => { if (e.target === others) this.keep("+more", others.open); }}}, make("summary", {}, "More sections (" + more.length + ")"));
    others.open = this.open.has("+more");
    others.append(...more.map(k => this.part(top.get(k), [k])));
    this.host.replaceChildren(...[...first, ...used].map(k => this.part(top.get(k), [k])), others);
    this.showWrong();
    if (focus) this.focus(focus);
  }
  keep(key, open) { if (open) this.open.add(key); else this.open.delete(key); }
  focus(key) {
    const id = this.ids.get(key);
    if (id && byId(id)) byId(id).focus();
    return Boolean(id);
  }
  /// Opens what holds a key and goes there.
  reveal(key) {
    const path = key.split(".");
    for (let k = 1; k <= path.length; ++k) this.open.add(path.slice(0, k).join("."));
    this.open.add("+more");
    this.build();
    for (let at = path; at.length; at = at.slice(0, -1)) if (this.focus(at.join("."))) return;
  }

  part(node, path) {
    const info = node.info || {}, kind = this.study.kind(path);
    const holds = node.children.size || node.any || node.item;
    if (!holds || kind === "scalar" && this.study.value(path) !== "") return this.input(node, path);
    if (kind === "list" && (!node.item || info.type !== "section")) return this.input(node, path);
    if (info.type !== "section" && kind !== "map" && !(kind === "list" && node.item)) return this.input(node, path);
    return this.section(node, path);
  }

  section(node, path) {
    const key = words(path), body = make("div", {class: "keys"}), has = this.study.has(path);
    const id = fresh("section"), title = make("summary", {id, "data-key": key}, make("span", {class: "key"}, path[path.length - 1] + ""), has ? "" : make("span", {class: "soft"}, " not in the study"));
    const wrong = make("p", {class: "problem", hidden: true, "data-wrong": key});
    const details = make("details", {class: "section", on: {toggle: event => {
      if (event.target !== details) return;
      this.keep(key, details.open);
      if (details.open && !body.childNodes.length) this.fill(node, path, body);
    }}}, title, wrong, body);
    this.ids.set(key, id);
    details.open = this.open.has(key);
    if (details.open) this.fill(node, path, body);
    return details;
  }
  fill(node, path, body) {
    if (node.info && node.info.meaning) body.append(make("p", {class: "hint"}, hintOf(node.info)));
    if (node.item) { this.entries(node, path, body); return; }
    const value = name => this.study.value([...path, name]);
    const shown = [...node.children].filter(([name]) => this.study.has([...path, name]) || applies(node, name, value));
    for (const [, child] of shown) body.append(this.part(child, [...path, child.name]));
    if (node.any) this.named(node, path, body, [...node.children.keys()]);
    this.showWrong();
  }
  /// Entries of a list, with what adds and removes them.
  entries(node, path, body) {
    for (let k = 0; k < this.study.size(path); ++k) {
      const at = [...path, k], legend = make("legend", {}, path[path.length - 1] + " " + (k + 1)), box = make("fieldset", {}, legend);
      if (this.study.kind(at) === "map") this.fill(node.item, at, box); else box.append(this.input(node.item, at));
      box.append(this.button("Remove " + path[path.length - 1] + " " + (k + 1), () => this.o.edit(this.study.without(at), true)));
      body.append(box);
    }
    const kinds = node.item.children.get("kind") || node.item.children.get("name") || node.item.children.get("shape"), choices = kinds && kinds.info.choices;
    const select = choices && choose(choices.map(c => [c, c]), choices[0], () => {});
    if (select) select.setAttribute("aria-label", "Kind of the new entry of " + words(path));
    const add = () => this.o.edit(this.study.appended(path, select ? "{ " + kinds.name + ": " + select.value + " }" : this.stub(node.item)), true);
    body.append(make("p", {class: "tools"}, select, this.button("Add to " + words(path), add)));
  }
  stub(item) {
    const required = [...item.children.values()].find(c => c.info && c.info.default === "required") || [...item.children.values()][0];
    return required ? "{ " + required.name + ": " + (required.info.type === "number" ? "1" : "name") + " }" : "name";
  }
  /// Keys that are names of parameters, states or inputs.
  named(node, path, body, known) {
    const present = this.study.keys(path).filter(k => !known.includes(k)), about = this.namesOf(node, path);
    const always = path[path.length - 1] === "parameters" && about.length < 60;
    const listed = always ? [...about.map(a => a.name), ...present.filter(p => !about.some(a => a.name === p))] : present;
    for (const name of listed) body.append(this.part({...node.any, name, info: this.infoOf(node.any, about.find(a => a.name === name))}, [...path, name]));
    const left = about.filter(a => !listed.includes(a.name));
    if (always && about.length) return;
    const input = left.length ? choose(left.map(a => [a.name + (a.meaning ? " \u2013 " + a.meaning : ""), a.name]), left[0].name, () => {}) : make("input", {type: "text", size: 16});
    input.setAttribute("aria-label", "Name to add to " + words(path));
    if (about.length && !left.length) return;
    body.append(make("p", {class: "tools"}, input, this.button("Add to " + words(path), () => {
      if (input.value.trim()) this.o.edit(this.study.with([...path, input.value.trim()], this.firstOf(left.find(a => a.name === input.value))), true);
    })));
  }
  firstOf(about) { return about && typeof about.first === "number" ? String(about.first) : "0"; }
  infoOf(any, about) {
    if (!about) return {...any.info, unit: any.info.unit === "1" ? "" : any.info.unit};
    const usual = about.range ? "usual: " + about.range[0] + " to " + about.range[1] : "";
    return {...any.info, unit: about.unit === "1" ? "" : about.unit, default: about.first === undefined ? "" : String(about.first), allowed: about.allowed || "", choices: undefined,
      meaning: [about.meaning, usual].filter(Boolean).join(" \u00b7 ")};
  }
  /// [{name, unit, meaning, first}] of what a model has.
  namesOf(node, path) {
    const holder = path[0] === "models" ? path.slice(0, 2) : ["model"], model = this.o.model(this.study.value([...holder, "name"]));
    if (!model) return [];
    const states = model.states.map(s => ({...s, first: s.initial})), inputs = model.inputs.map(i => ({...i}));
    if (node.anyName === "<name>" && path[path.length - 1] === "parameters") return model.parameters.map(p => ({...p, first: p.value}));
    if (node.anyName === "<state>") return states;
    if (node.anyName === "<target>" && path.includes("noise")) return [...states, ...inputs].map(({initial, range, ...s}) => ({...s, first: 0.01}));
    return [];
  }

  input(node, path) {
    const info = node.info || {type: "values"}, key = words(path), value = this.study.value(path), name = String(node.name || path[path.length - 1]);
    const id = fresh("key"), hint = hintOf(info, value);
    const attributes = {id, "data-key": key, "aria-describedby": id + "-hint " + id + "-wrong", autocomplete: "off", spellcheck: "false"};
    const control = this.control(node, path, info, value, attributes);
    const unit = info.unit && info.unit !== "1" ? make("span", {class: "unit"}, " [" + info.unit + "]") : null;
    const label = make("label", {for: id}, make("span", {class: "key"}, typeof path[path.length - 1] === "number" ? "entry" : name), unit, info.default === "required" ? make("span", {class: "soft"}, " required") : null);
    this.ids.set(key, id);
    return make("div", {class: "field" + (value ? " set" : "")}, label, control,
      make("p", {class: "hint", id: id + "-hint"}, hint), make("p", {class: "problem", id: id + "-wrong", "data-wrong": key, hidden: true}));
  }
  control(node, path, info, value, attributes) {
    const asText = ["text", "file", "choice"].includes(info.type) && !/^[[{]/.test(value), fallback = info.default === "required" ? "" : info.default || "";
    const change = (v, rebuild) => this.o.edit(this.study.with(path, v, asText && !/^\s*[[{]/.test(v)), rebuild);
    const structural = node.info && (info.choices || info.type === "flag") || path[path.length - 1] === "name";
    const isModel = (path[0] === "model" && path.length === 2 || path[0] === "models" && path.length === 3) && path[path.length - 1] === "name";
    if (isModel && this.o.models.length) return this.modelSelect(value, attributes, v => change(v, true));
    const choices = info.type === "flag" ? ["true", "false"] : info.choices;
    if (choices && (value === "" || choices.includes(value))) {
      const select = choose([[fallback ? "default: " + fallback : "\u2013", ""], ...choices.map(c => [c, c])], value, v => change(v, true));
      for (const [k, v] of Object.entries(attributes)) select.setAttribute(k, v);
      return select;
    }
    const long = value.length > 60 || info.type === "section" && !node.children.size;
    const box = make(long ? "textarea" : "input", {...attributes, placeholder: fallback, value, rows: long ? 2 : null, type: long ? null : "text"});
    if (info.type === "file" && this.o.files().length) {
      box.setAttribute("list", attributes.id + "-files");
      box.append(make("datalist", {id: attributes.id + "-files"}, this.o.files().map(f => make("option", {value: f}))));
    }
    box.addEventListener("input", () => change(box.value.replace(/\s*\n\s*/g, " "), false));
    if (structural) box.addEventListener("change", () => this.build());
    return box;
  }
  modelSelect(value, attributes, act) {
    const groups = new Map();
    for (const m of this.o.models) groups.set(m.category || "models", [...(groups.get(m.category || "models") || []), m]);
    const option = m => make("option", {value: m.name}, m.name + " \u2013 " + (m.title || ""));
    const select = make("select", attributes, make("option", {value: ""}, "choose a model"), [...groups].map(([name, list]) => make("optgroup", {label: name}, list.map(option))));
    if (value && !this.o.models.some(m => m.name === value)) select.append(make("option", {value}, value));
    select.value = value;
    select.addEventListener("change", () => act(select.value));
    return select;
  }
  button(text, act) { return make("button", {type: "button", on: {click: act}}, text); }

  /// messages: [{severity, message, key}]. Those of keys that are shown stand beside them.
  setWrong(messages) {
    this.wrong = new Map();
    for (const m of messages) if (m.key) this.wrong.set(m.key, [...(this.wrong.get(m.key) || []), m]);
    this.showWrong();
  }
  showWrong() {
    for (const place of this.host.querySelectorAll("[data-wrong]")) {
      const list = this.wrong.get(place.dataset.wrong) || [], error = list.some(m => m.severity === "error");
      place.hidden = !list.length;
      place.textContent = list.map(m => (m.severity === "error" ? "\u2716 " : "\u26a0 ") + m.message).join(" ");
      const input = place.id && byId(place.id.replace(/-wrong$/, ""));
      if (input) input.setAttribute("aria-invalid", error ? "true" : "false");
    }
  }
  knows(key) { return nodeAt(this.o.tree, key.split(".").map(p => /^\d+$/.test(p) ? +p : p)) !== null; }
}
