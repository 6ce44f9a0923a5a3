// One job: what it does now, what it has left, its report, its study, and what can be made of it.
import * as api from "./api.js";
import {action, bytes, card, facts, field, make, report, say, span} from "./dom.js";
import {actionsOf, factsOf, over, progressOf, stateOf} from "./jobs.js";
import {Live} from "./live.js";
import {showSweep} from "./sweep.js";
import {studyOf} from "./studies.js";
import {jsonOf} from "./study_text.js";

export async function showJob(view, query, leaving, id) {
  const job = await api.get(api.jobPath(id)), page = new JobPage(job);
  leaving(() => page.stop());
  await page.show(view);
}

/// A report: in a frame that can do nothing to this page. Until it has been made, words stand behind it.
export function frameOf(address, title) {
  const waits = make("p", {class: "soft"}, "The report is being made\u2026");
  return make("div", {class: "framed"}, waits, make("iframe", {src: address, title, sandbox: "allow-scripts allow-downloads", class: "report", loading: "lazy", on: {load: () => { waits.hidden = true; }}}));
}

class JobPage {
  constructor(job) { this.job = job; }
  stop() { if (this.events) this.events.close(); clearTimeout(this.timer); this.stopped = true; }

  async show(view) {
    const job = this.job;
    this.view = view;
    this.state = make("span", {});
    this.buttons = make("p", {class: "tools", "data-problems": true});
    this.facts = make("div", {});
    this.message = make("p", {});
    this.bar = make("div", {class: "running"});
    this.liveBox = make("div", {id: "live"});
    this.sweepBox = make("div", {id: "sweep", class: "stack"});
    this.results = make("div", {id: "results", class: "stack"});
    this.log = make("pre", {class: "log", tabindex: 0, "aria-label": "Log"});
    const log = make("details", {class: "section", on: {toggle: () => { if (log.open) this.readLog(); }}}, make("summary", {}, "Log"), make("p", {class: "tools"}, action("Read again", () => this.readLog())), this.log);
    this.study = make("div", {});
    view.append(make("h1", {tabindex: -1}, job.name || job.id), make("p", {class: "summary"}, this.state, " ", this.message), this.buttons,
      make("section", {class: "card", "aria-label": "What the job is"}, this.bar, this.facts), this.liveBox, this.sweepBox, this.results,
      make("section", {class: "card", "aria-label": "Log of the job"}, log), card("study-of-job", "Study", this.study));
    this.live = new Live(this.liveBox);
    this.told(job);
    this.watch();
    await Promise.all([this.showStudy(), this.showResults()]);
  }

  told(job) {
    const before = this.job.state;
    this.job = job;
    const now = job.state + (job.message || "");
    if (now !== this.said) {
      this.said = now;
      this.state.replaceChildren(stateOf(job));
      this.message.textContent = job.message || "";
      this.buttons.replaceChildren(...actionsOf(job, (answer, what) => this.done(answer, what)));
      if (before !== job.state) { say(job.name + " is " + job.state); window.dispatchEvent(new Event("room")); }
    }
    this.facts.replaceChildren(facts(factsOf(job)));
    this.bar.hidden = over(job);
    if (!over(job)) this.progress({fraction: job.progress});
    if (before !== job.state && over(job)) this.showResults();
  }
  async done(answer, what) {
    if (what === "deleted") { location.hash = "#/jobs"; return; }
    this.told(answer && answer.id ? answer : await api.get(api.jobPath(this.job.id)));
    if (!over(this.job)) this.watch();
  }
  progress(p) {
    const words = [p.duration > 0 && +p.simulated.toPrecision(4) + " of " + +p.duration.toPrecision(4) + " s simulated", p.of > 0 && p.evaluations >= 0 && p.evaluations + " of " + p.of + " candidates" + (p.failed > 0 ? ", " + p.failed + " failed" : ""), typeof p.remaining === "number" && "about " + span(p.remaining) + " left"].filter(Boolean).join(", ");
    const part = p.fraction ?? this.job.progress;
    if (!this.meter) {
      this.meter = progressOf(this.job);
      this.words = make("span", {class: "soft"});
      this.bar.replaceChildren(this.meter, " ", this.words);
    }
    this.meter.firstChild.value = part || 0;
    this.meter.lastChild.textContent = " " + Math.floor(100 * (part || 0) + 1e-9) + " %";
    if (words) this.words.textContent = words;
    if (p.duration || p.of) this.facts.replaceChildren(facts(factsOf(this.job)));
  }

  /// Events while there are any; a job that is over has told all.
  watch() {
    if (this.events) this.events.close();
    const events = this.events = new EventSource("api/" + api.jobPath(this.job.id, "/events")), on = (name, act) => events.addEventListener(name, e => {
      let event;
      try { event = JSON.parse(e.data); } catch { return; }
      act(event);
    });
    on("state", job => { this.told(job); if (over(job)) { if (this.islands) this.live.islandsOf(this.islands); clearTimeout(this.timer); this.timer = setTimeout(() => events.close(), 1500); } });
    on("progress", p => { if (!over(this.job)) this.progress(p); });
    on("trace", t => this.live.trace(t));
    on("workers", w => this.live.workers(w));
    on("loss", l => this.live.loss(l));
    // A browser gives up where the service refuses; then the state alone is asked for.
    events.onerror = () => { if (events.readyState === EventSource.CLOSED && !this.stopped && !over(this.job)) this.timer = setTimeout(() => this.poll(), 3000); };
  }
  async poll() {
    if (this.stopped) return;
    try { this.told(await api.get(api.jobPath(this.job.id))); } catch { /* the next time */ }
    if (!over(this.job)) this.timer = setTimeout(() => this.poll(), 3000);
  }

  async readLog() { this.log.textContent = await api.getText(api.jobPath(this.job.id, "/log")) || "(empty)"; this.log.scrollTop = this.log.scrollHeight; }

  async showStudy() {
    const study = await studyOf(this.job), paths = study.leaves().map(([path]) => path.join("."));
    const path = make("input", {type: "text", list: "paths", placeholder: "coupling.gain", autocomplete: "off"}), value = make("input", {type: "text", autocomplete: "off"});
    path.addEventListener("change", () => { const k = paths.indexOf(path.value); if (k >= 0) value.placeholder = study.leaves()[k][1]; });
    const run = action("Run with this change", async () => {
      if (!path.value.trim() || !value.value.trim()) throw new Error("Both are needed: a key, and its new value.");
      const job = await api.post(api.jobPath(this.job.id, "/clone"), {set: {[path.value.trim()]: jsonOf(value.value.trim())}});
      location.hash = "#/jobs/" + encodeURIComponent(job.id);
    });
    this.study.replaceChildren(make("div", {class: "row small", "data-problems": true}, field("Change a key", path), field("to", value), make("div", {class: "field end"}, run), make("datalist", {id: "paths"}, paths.map(p => make("option", {value: p})))),
      make("p", {class: "tools"}, make("a", {href: "#/new?from=" + encodeURIComponent(this.job.id)}, "Edit as a new study")), make("pre", {tabindex: 0, "aria-label": "Study file"}, study.text));
  }

  async showResults() {
    const job = this.job, id = job.id, files = job.files || [];
    if (["sweep", "fit"].includes(job.verb)) await showSweep(this.sweepBox, job, islands => { this.islands = islands; this.live.islandsOf(islands); }).catch(problem => { this.sweepBox.replaceChildren(make("div", {class: "card", "data-problems": true})); report(this.sweepBox.firstChild, problem); });
    const parts = [];
    if (files.length) parts.push(card("files-of-job", "Files", make("ul", {class: "files"}, files.map(f => make("li", {}, make("a", {href: "api/" + api.jobPath(id, "/files/") + f.name.split("/").map(encodeURIComponent).join("/"), download: ""}, f.name), " ", make("span", {class: "soft"}, bytes(f.size)))))));
    if (job.state === "done") {
      const address = "api/" + api.jobPath(id, "/report");
      parts.unshift(card("report", "Report", frameOf(address, "Report of " + job.name), make("p", {class: "tools"}, make("a", {href: address, target: "_blank", rel: "noopener"}, "Open the report by itself"))));
    }
    this.results.replaceChildren(...parts);
  }
}
