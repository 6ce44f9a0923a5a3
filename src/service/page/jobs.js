// All jobs, newest first; what a job is in a line; what can be done to it.
import * as api from "./api.js";
import {action, bytes, choose, make, report, say, span, table, when} from "./dom.js";

export const states = ["queued", "running", "stopping", "done", "failed", "cancelled", "interrupted"];
const signs = {queued: "\u25cb", running: "\u25b6", stopping: "\u25a0", done: "\u2714", failed: "\u2716", cancelled: "\u2298", interrupted: "\u26a0"};
export const over = job => ["done", "failed", "cancelled", "interrupted"].includes(job.state);

/// A state in a sign and a word; its colour says nothing that they do not.
export const stateOf = job => make("span", {class: "state " + job.state}, (signs[job.state] || "?") + " " + job.state);
export function progressOf(job) {
  const part = Math.max(0, Math.min(1, job.progress || 0));
  return make("span", {class: "progress"}, make("progress", {max: 1, value: part, "aria-label": "Progress of " + job.name}), " " + Math.floor(100 * part + 1e-9) + " %");
}

/// Buttons of a job. after: what happens when one has worked.
export function actionsOf(job, after) {
  const name = words => ({"aria-label": words + " " + job.name}), ask = (path, said) => async () => { const answer = await path(); say(said); await after(answer, said); };
  const buttons = [];
  if (!over(job) && job.state !== "stopping") buttons.push(action("Cancel", ask(() => api.post(api.jobPath(job.id, "/cancel")), "is being cancelled"), name("Cancel")));
  if (job.resumable ?? ["failed", "cancelled", "interrupted"].includes(job.state)) buttons.push(action("Resume", ask(() => api.post(api.jobPath(job.id, "/resume")), "goes on"), name("Resume")));
  buttons.push(make("a", {class: "button", href: "#/new?from=" + encodeURIComponent(job.id), ...name("Clone")}, "Clone"));
  if (over(job)) {
    const gone = action("Delete", async () => {
      if (gone.dataset.sure !== "yes") {
        gone.dataset.sure = "yes";
        gone.textContent = "Really delete?";
        gone.setAttribute("aria-label", "Really delete " + job.name + "?");
        say("press again to delete " + job.name);
        return;
      }
      await api.remove(api.jobPath(job.id));
      say(job.name + " is deleted");
      await after(null, "deleted");
    }, name("Delete"));
    gone.addEventListener("blur", () => { delete gone.dataset.sure; gone.textContent = "Delete"; gone.setAttribute("aria-label", "Delete " + job.name); });
    buttons.push(gone);
  }
  return buttons;
}

export async function showJobs(view, query, leaving) {
  const list = new JobList(view, query.get("state") || "");
  leaving(() => list.stop());
  await list.show();
}

class JobList {
  constructor(view, state) { Object.assign(this, {view, state, chosen: new Set(), shown: "", more: 50, stopped: false}); }
  stop() { this.stopped = true; clearTimeout(this.timer); }
  async show() {
    this.box = make("div", {"data-problems": true});
    this.find = make("input", {type: "search", id: "find-job", autocomplete: "off", on: {input: () => this.draw()}});
    const filter = choose([["all", ""], ...states.map(s => [s, s])], this.state, v => { this.state = v; this.load(); });
    filter.id = "filter";
    this.compare = make("button", {type: "button", disabled: true, on: {click: () => location.hash = "#/compare?jobs=" + [...this.chosen].map(encodeURIComponent).join(",")}}, "Compare");
    this.view.append(make("h1", {tabindex: -1}, "Jobs"), make("section", {class: "card", "aria-label": "List of jobs"}, make("p", {class: "tools"},
      make("label", {for: "filter"}, "State"), filter, make("span", {class: "pair"}, make("label", {for: "find-job"}, "Find"), this.find), this.compare, make("a", {class: "button strong", href: "#/new"}, "New study")), this.box));
    await this.load();
  }
  async load() {
    clearTimeout(this.timer);
    try {
      const answer = await api.get("jobs?limit=" + this.more + (this.state ? "&state=" + this.state : ""));
      this.jobs = answer.jobs;
      this.next = answer.next;
      this.draw();
    } catch (problem) { if (!this.stopped) report(this.box, problem); }
    if (!this.stopped) this.timer = setTimeout(() => this.load(), this.jobs && this.jobs.some(j => !over(j)) ? 2000 : 10000);
  }
  draw() {
    const wanted = this.find.value.toLowerCase(), found = (this.jobs || []).filter(j => (j.name + " " + j.id + " " + j.verb).toLowerCase().includes(wanted));
    // A table that is drawn anew takes the focus away.
    const now = JSON.stringify([found, this.next, [...this.chosen].filter(id => !found.some(j => j.id === id))]);
    if (now === this.shown) return;
    if (this.box.contains(document.activeElement) && this.shown && document.activeElement.matches("button, a, input")) { this.update(found); return; }
    this.shown = now;
    this.box.replaceChildren(found.length ? table("Jobs", [["Compare", ""], ["Name", "wide"], ["State", "name"], ["Progress", "name"], ["Verb", "name"], ["Where", "name"], ["Created", "name"], ["Actions", "name"]], found.map(j => this.row(j)), "stacked")
      : make("p", {class: "empty"}, this.jobs.length || this.state ? "No job is so." : "There are no jobs yet. ", this.jobs.length || this.state ? "" : make("a", {href: "#/new"}, "Write a first study")));
    if (this.next) this.box.append(action("Show more", async () => { this.more += 100; await this.load(); }));
  }
  /// Only what moves.
  update(found) {
    for (const j of found) {
      const cells = [...this.box.querySelectorAll("[data-job]")].filter(e => e.dataset.job === j.id);
      for (const e of cells) e.replaceChildren(e.dataset.part === "state" ? stateOf(j) : progressOf(j));
    }
  }
  row(j) {
    const box = make("input", {type: "checkbox", checked: this.chosen.has(j.id), "aria-label": "Compare " + j.name, on: {change: () => {
      if (box.checked) this.chosen.add(j.id); else this.chosen.delete(j.id);
      this.compare.disabled = this.chosen.size < 2;
      this.compare.textContent = this.chosen.size < 2 ? "Compare" : "Compare " + this.chosen.size;
    }}});
    return [box, make("a", {href: "#/jobs/" + encodeURIComponent(j.id)}, j.name || j.id), make("span", {"data-job": j.id, "data-part": "state"}, stateOf(j)), make("span", {"data-job": j.id, "data-part": "progress"}, progressOf(j)), j.verb,
      (j.where === "slurm" ? "SLURM, " : "") + j.ranks + (j.threads > 1 ? " \u00d7 " + j.threads : "") + (j.ranks * j.threads > 1 ? " cores" : " core"), when(j.created), make("div", {class: "tools"}, actionsOf(j, () => this.again()))];
  }
  async again() { this.shown = ""; if (document.activeElement) document.activeElement.blur(); await this.load(); }
}

/// What a job is, as pairs of words.
export function factsOf(j) {
  const end = j.ended || (over(j) ? null : Date.now() / 1000), seconds = t => typeof t === "string" ? Date.parse(t) / 1000 : t;
  return [["verb", j.verb], ["where", j.where === "slurm" ? "SLURM" : "this machine"], ["ranks", j.ranks + (j.threads > 1 ? " \u00d7 " + j.threads + " threads" : "")], ["memory", bytes(j.memory)],
    ["created", when(j.created)], ["started", when(j.started)], j.ended && ["ended", when(j.ended)], j.started && end && ["took", span(seconds(end) - seconds(j.started))],
    j.exit_code !== undefined && j.exit_code !== null && over(j) && ["exit code", String(j.exit_code)], (j.set || []).length && ["changed", j.set.join(", ")], j.parent && ["from", make("a", {href: "#/jobs/" + encodeURIComponent(j.parent)}, j.parent)]].filter(Boolean);
}
