// A new study: form and text beside each other, checked while they change, with its files, and where it shall run.
import * as api from "./api.js";
import {action, byId, bytes, card, choose, facts, field, make, report, say, span} from "./dom.js";
import {draft, newStudy, setText} from "./draft.js";
import {showConnectome} from "./connectome.js";
import {StudyForm} from "./form.js";
import {modelPage} from "./model.js";
import {treeOf} from "./schema.js";
import {studyOf} from "./studies.js";
import {StudyText} from "./study_text.js";

const verbs = ["simulate", "sweep", "fit", "steady"];

/// query: {from: a job whose study is taken, candidate: "ID/K" of a sweep or fit}.
export async function showNew(view, query, leaving) {
  if (query.get("from")) await take(query.get("from"));
  if (query.get("candidate")) await takeCandidate(query.get("candidate"));
  const [schema, models] = await Promise.all([api.schema(), api.models()]);
  const page = new NewStudy(treeOf(schema["x-keys"]), models);
  leaving(() => page.stop());
  page.show(view);
}
const placeOf = job => ({ranks: job.ranks, threads: job.threads, where: job.where, from: job.id, beside: (job.files || []).map(f => f.name)});
async function take(id) {
  const job = await api.get(api.jobPath(id)), study = await studyOf(job);
  newStudy(study.text, {...placeOf(job), verb: job.verb, name: job.name + " again"});
  history.replaceState(null, "", "#/new");
}
async function takeCandidate(place) {
  const [id, number] = place.split("/"), [answer, job] = await Promise.all([api.get(api.jobPath(id, "/candidate/" + encodeURIComponent(number))), api.get(api.jobPath(id))]);
  newStudy(answer.study, {...placeOf(job), ranks: 1, verb: "simulate", name: answer.name || "candidate " + number});
  history.replaceState(null, "", "#/new");
}

class NewStudy {
  constructor(tree, models) {
    Object.assign(this, {models, descriptors: new Map(), study: new StudyText(draft.text), signed: "", timer: 0});
    this.formBox = make("div", {class: "form", id: "form"});
    this.form = new StudyForm(this.formBox, {tree, models, model: name => this.descriptor(name), study: () => this.study,
      edit: (text, rebuild) => this.edited(text, rebuild, "form"), files: () => [...draft.files.keys(), ...draft.uploads.keys()]});
  }
  stop() { clearTimeout(this.timer); if (this.asking) this.asking.abort(); }

  descriptor(name) {
    if (!name) return null;
    if (!this.descriptors.has(name)) {
      this.descriptors.set(name, this.models.find(m => m.name === name && m.parameters) || null);
      if (!this.descriptors.get(name)) api.model(name).then(m => { this.descriptors.set(name, m); this.form.build(); this.about(); }, () => {});
    }
    return this.descriptors.get(name);
  }

  show(view) {
    this.checked = make("div", {id: "checked", role: "status", "aria-live": "polite"}, make("p", {}, "checking \u2026"));
    this.text = make("textarea", {id: "study-text", spellcheck: "false", autocomplete: "off", wrap: "off", rows: 13, value: draft.text, "aria-describedby": "text-hint"});
    this.text.addEventListener("input", () => this.edited(this.text.value, true, "text"));
    this.model = make("details", {class: "section", id: "about-model"}, make("summary", {}, "About the model"), make("div", {}));
    this.find = make("input", {type: "search", id: "find-key", autocomplete: "off", list: "all-keys"});
    this.find.addEventListener("change", () => this.found());
    this.waiting = make("p", {class: "problem", hidden: true}, "\u26a0 The form waits until the text is YAML again.");
    const form = card("study-form", "Form", make("p", {class: "tools"}, make("label", {for: "find-key"}, "Find a key"), this.find, this.keyList()), this.waiting, this.formBox, this.model);
    const text = card("study-yaml", "Text", make("p", {class: "hint", id: "text-hint"}, "The study file (YAML). Form and text are one: each follows the other."),
      make("label", {for: "study-text", class: "unseen"}, "Study as YAML"), this.text);
    view.append(make("h1", {tabindex: -1}, "New study"), this.filesCard(), make("div", {class: "row two uneven"}, form, make("div", {class: "stuck"}, text, card("study-check", "Check", this.checked), this.running())));
    this.form.build();
    this.waits();
    this.about();
    this.drawFiles();
    this.check();
  }
  keyList() {
    const keys = [], walk = (node, path) => { for (const [name, child] of node.children) { keys.push([...path, name].join(".")); if (!child.item) walk(child, [...path, name]); } };
    walk(this.form.o.tree, []);
    return make("datalist", {id: "all-keys"}, keys.map(value => make("option", {value})));
  }
  found() {
    const wanted = this.find.value.trim();
    if (wanted && this.form.knows(wanted)) this.form.reveal(wanted);
    else if (wanted) say("no key is called " + wanted);
  }

  /// What was typed on one side goes to the other.
  edited(text, rebuild, by) {
    setText(text);
    const before = this.study.value(["model", "name"]);
    this.study = new StudyText(text);
    this.waits();
    if (by === "form") this.text.value = text;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      if (by === "text" && !this.study.errors.length) this.form.build();
      this.check();
    }, by === "text" ? 350 : 300);
    if (by === "form" && rebuild) this.form.build();
    if (this.study.value(["model", "name"]) !== before) this.about();
  }

  /// A text that is no YAML cannot be changed at one place.
  waits() {
    const broken = this.study.errors.length > 0;
    this.formBox.inert = broken;
    this.waiting.hidden = !broken;
  }

  async check() {
    if (this.asking) this.asking.abort();
    if (this.study.errors.length) return this.told({ok: false, messages: this.study.errors.map(e => ({severity: "error", ...e}))});
    this.asking = new AbortController();
    const files = Object.fromEntries([...draft.uploads].map(([name, u]) => [name, u.id]));
    try {
      this.told(await api.post("check", {study: this.study.text, verb: draft.verb, ranks: draft.ranks, files, pending: [...draft.files.keys(), ...draft.beside]}, {signal: this.asking.signal}));
    } catch (problem) {
      if (problem.name !== "AbortError") this.told({ok: false, messages: [{severity: "error", message: problem.message, line: problem.line, key: problem.key}]});
    }
  }
  told(answer) {
    const messages = answer.messages || [], errors = messages.filter(m => m.severity !== "warning").length;
    this.form.setWrong(messages);
    this.text.setAttribute("aria-invalid", errors ? "true" : "false");
    const plan = answer.plan, predicted = plan ? [plan.memory >= 0 && ["memory", bytes(plan.memory)], plan.seconds > 0 && ["time", span(plan.seconds)], plan.ranks && ["ranks", String(plan.ranks)]].filter(Boolean) : [];
    this.checked.replaceChildren(
      make("p", {class: "verdict " + (answer.ok ? "good" : errors ? "bad" : "")}, !answer.ok && !errors ? "\u26a0 It cannot be checked before its files are there" : answer.ok ? "\u2714 The study is right" + (messages.length ? ", with " + messages.length + (messages.length > 1 ? " warnings" : " warning") : "") : "\u2716 " + (errors > 1 ? errors + " errors" : "An error")),
      messages.length ? make("ul", {class: "messages"}, messages.map(m => this.message(m))) : "",
      predicted.length ? facts(predicted) : "",
      plan && plan.text ? make("details", {}, make("summary", {}, "The whole plan"), make("pre", {class: "wide", tabindex: 0}, plan.text)) : "");
  }
  message(m) {
    const go = () => {
      if (m.key && this.form.knows(m.key)) this.form.reveal(m.key); else if (m.line) this.selectLine(m.line);
    };
    const place = [this.form.knows(m.key || "") && m.key, m.line && "line " + m.line].filter(Boolean).join(", ");
    return make("li", {class: m.severity}, make("b", {}, m.severity === "error" ? "\u2716 error " : "\u26a0 warning "), m.message,
      m.allowed && !m.message.includes(m.allowed) ? " (allowed: " + m.allowed + ")" : "", " ", place ? make("button", {type: "button", class: "link", on: {click: go}}, "go to " + place) : "",
      m.key && m.line ? make("button", {type: "button", class: "link", on: {click: () => this.selectLine(m.line)}}, "in the text") : "");
  }
  selectLine(line) {
    const lines = this.text.value.split("\n"), start = lines.slice(0, line - 1).join("\n").length + (line > 1 ? 1 : 0);
    this.text.focus();
    this.text.setSelectionRange(start, start + (lines[line - 1] || "").length);
    this.text.scrollTop = (line - 4) * 20;
  }
  about() {
    const name = this.study.value(["model", "name"]), m = this.descriptor(name);
    this.model.hidden = !m;
    if (!m) return;
    this.model.firstChild.textContent = "About " + m.name;
    this.model.lastChild.replaceChildren(...modelPage(m));
  }

  filesCard() {
    const input = make("input", {type: "file", multiple: true, id: "files", on: {change: () => { this.takeFiles(input.files); input.value = ""; }}});
    this.drop = make("div", {class: "drop"}, make("p", {}, make("label", {for: "files"}, "Drop a connectome here, or choose files: "), input),
      make("p", {class: "hint"}, "A connectome (.zip, .npz, .csv, .h5 and others) is shown and named in the study. Other files that the study names come along."));
    this.drop.addEventListener("dragover", e => { e.preventDefault(); this.drop.classList.add("over"); });
    this.drop.addEventListener("dragleave", () => this.drop.classList.remove("over"));
    this.drop.addEventListener("drop", e => { e.preventDefault(); this.drop.classList.remove("over"); this.takeFiles(e.dataTransfer.files); });
    this.fileList = make("ul", {class: "files"});
    this.preview = make("div", {id: "preview"});
    return card("study-files", "Files and connectome", this.drop, this.fileList, this.preview);
  }
  async takeFiles(list) {
    for (const file of list) {
      const form = new FormData();
      form.append("file", file, file.name);
      say("reading " + file.name);
      try {
        const c = await api.upload("connectome", form);
        draft.uploads.set(file.name, {...c, name: file.name});
        draft.files.delete(file.name);
        // A matrix may be measured data that the study names elsewhere.
        if (!this.study.errors.length && !this.study.leaves().some(([, value]) => value === file.name)) this.useConnectome(file.name);
        say(file.name + " has " + c.regions + " regions");
      } catch (problem) {
        if (problem.status === 0 || problem.status === 401 || problem.status === 413) { report(this.drop, problem); continue; }
        draft.files.set(file.name, file);
        say(file.name + " comes along as a file");
        this.notConnectome = problem.message;
      }
    }
    this.drawFiles();
    this.check();
  }
  useConnectome(name) {
    let study = this.study;
    for (const other of ["builtin", "generator", "weights", "lengths", "labels", "centres"]) study = new StudyText(study.has(["connectome", other]) && study.keys(["connectome"]).length > 1 ? study.without(["connectome", other]) : study.text);
    let text = study.with(["connectome", "file"], name, true);
    if (study.keys(["connectome"]).length === 1 && study.has(["connectome", "builtin"])) text = new StudyText(text).without(["connectome", "builtin"]);
    this.edited(text, true, "form");
  }
  drawFiles() {
    const entry = (name, size, kind, map) => make("li", {}, name + " (" + [kind, size >= 0 && bytes(size)].filter(Boolean).join(", ") + ") ",
      make("button", {type: "button", on: {click: () => { map.delete(name); this.drawFiles(); this.check(); }}}, "Remove " + name));
    this.fileList.replaceChildren(...[...draft.uploads].map(([name, u]) => entry(name, -1, "connectome, " + u.regions + " regions", draft.uploads)), ...[...draft.files].map(([name, f]) => entry(name, f.size, "file", draft.files)));
    const last = [...draft.uploads.values()].pop();
    if (last) showConnectome(this.preview, last); else this.preview.replaceChildren(this.notConnectome && draft.files.size ? make("p", {class: "hint"}, "Not read as a connectome: " + this.notConnectome) : "");
  }

  running() {
    const number = (name, label) => {
      const input = make("input", {type: "number", min: 1, max: 100000, value: draft[name], inputmode: "numeric", on: {input: () => { draft[name] = Math.max(1, Math.floor(+input.value) || 1); this.check(); }}});
      return field(label, input);
    };
    const name = make("input", {type: "text", value: draft.name, placeholder: "the study's title", on: {input: () => draft.name = name.value}});
    const verb = choose(verbs.map(v => [v, v]), draft.verb, v => { draft.verb = v; if (this.study.has([v]) || v === "simulate") this.form.open.add(v); this.form.build(); this.check(); });
    const where = choose([["on this machine", "local"], ["through SLURM", "slurm"]], draft.where, v => draft.where = v);
    api.status().then(s => { if (!s.slurm) { where.querySelector("option[value=slurm]").disabled = true; where.querySelector("option[value=slurm]").textContent = "through SLURM (there is none)"; } }, () => {});
    return card("run", "Run", make("div", {class: "row small"}, field("Verb", verb), number("ranks", "Ranks"), number("threads", "Threads a rank"), field("Where", where), field("Name", name)),
      make("p", {class: "tools"}, action("Submit", () => this.submit(), {class: "strong", id: "submit"})));
  }
  async submit() {
    const form = new FormData();
    form.append("study", new File([this.study.text], "study.yml", {type: "application/yaml"}));
    for (const key of ["verb", "ranks", "threads", "where"]) form.append(key, draft[key]);
    const name = draft.name.trim() || this.study.value(["title"]);
    if (name) form.append("name", name);
    for (const [path, file] of draft.files) form.append("file", file, path);
    for (const [path, u] of draft.uploads) form.append("use", path + "=" + u.id);
    // The same submission once more is the same job.
    const signed = JSON.stringify([this.study.text, name, draft.verb, draft.ranks, draft.threads, draft.where, [...draft.files].map(([path, f]) => [path, f.size, f.lastModified]), [...draft.uploads].map(([path, u]) => [path, u.id])]);
    if (signed !== this.signed) Object.assign(this, {signed, once: api.onceOnly()});
    const once = {"Idempotency-Key": this.once}, change = {study: this.study.text, name, verb: draft.verb, ranks: draft.ranks, threads: draft.threads, where: draft.where};
    try {
      // The files of the job that this one is made of are at the service.
      const cloned = draft.from && !draft.files.size && !draft.uploads.size;
      const job = cloned ? await api.post(api.jobPath(draft.from, "/clone"), change, {headers: once}) : await api.upload("jobs", form, once);
      this.signed = "";
      say("submitted");
      location.hash = "#/jobs/" + encodeURIComponent(job.id);
    } catch (problem) {
      if (problem.key) this.told({ok: false, messages: [{severity: "error", message: problem.message, line: problem.line, key: problem.key, allowed: problem.allowed}]});
      throw problem;
    }
  }
}
