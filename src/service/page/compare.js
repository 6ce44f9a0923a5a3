// Jobs beside each other: what their studies differ in, their reports, and a page of its own that has both.
import * as api from "./api.js";
import {action, card, make, table} from "./dom.js";
import {frameOf} from "./job.js";
import {stateOf} from "./jobs.js";
import {studyOf} from "./studies.js";
import {differences} from "./study_text.js";

export async function showCompare(view, query) {
  const ids = (query.get("jobs") || "").split(",").filter(Boolean);
  view.append(make("h1", {tabindex: -1}, "Compare"));
  const {jobs} = await api.get("jobs?limit=100");
  view.append(chooser(jobs, ids));
  if (ids.length < 2) return;
  const chosen = await Promise.all(ids.map(id => api.get(api.jobPath(id)))), studies = await Promise.all(chosen.map(studyOf));
  view.append(differencesOf(chosen, studies));
  const place = make("div", {});
  // Not in a frame: reports inside of one that is kept apart would be asked for without the session.
  if (chosen.slice(0, 4).every(j => j.state === "done")) {
    view.append(card("comparison", "A page of its own", make("p", {class: "tools"}, action("Put them on one page", async () => {
      const answer = await api.post("compare", {jobs: ids.slice(0, 4)});
      place.replaceChildren(make("p", {class: "tools"}, make("a", {href: answer.report.replace(/^\//, ""), target: "_blank"}, "Open the comparison")));
    })), place));
  }
  view.append(make("div", {class: "row two sides"}, chosen.map((j, k) => card("side-" + k, j.name, make("p", {}, stateOf(j), " ", make("a", {href: "#/jobs/" + encodeURIComponent(j.id)}, "its page")),
    j.state === "done" ? frameOf("api/" + api.jobPath(j.id, "/report"), "Report of " + j.name) : make("p", {}, "There is no report yet.")))));
}
function chooser(jobs, ids) {
  const boxes = jobs.map(j => make("input", {type: "checkbox", value: j.id, checked: ids.includes(j.id)}));
  const entries = jobs.map((j, k) => make("li", {}, make("label", {}, boxes[k], " ", j.name, " ", stateOf(j), make("span", {class: "soft"}, " " + j.verb))));
  const go = action("Show beside each other", async () => {
    const chosen = boxes.filter(b => b.checked).map(b => b.value);
    if (chosen.length < 2) throw new Error("Choose two jobs or more.");
    location.hash = "#/compare?jobs=" + chosen.map(encodeURIComponent).join(",");
  });
  const inside = jobs.length ? make("ul", {class: "files", role: "group", "aria-label": "Jobs to compare"}, entries) : make("p", {}, "There are no jobs yet.");
  const details = make("details", {class: "section"}, make("summary", {}, "Jobs to compare"), inside, make("p", {class: "tools"}, go));
  details.open = ids.length < 2;
  return make("section", {class: "card", "aria-label": "Jobs to compare", "data-problems": true}, details);
}
function differencesOf(jobs, studies) {
  const rows = new Map();
  studies.slice(1).forEach(study => differences(studies[0], study).forEach(([key]) => rows.set(key, studies.map(s => new Map(s.leaves().map(([p, v]) => [p.join("."), v])).get(key) ?? "\u2013"))));
  return card("differences", "What differs in their studies", rows.size ? table("Differences of the studies", [["Key", "name"], ...jobs.map(j => [j.name, ""])], [...rows].map(([key, values]) => [key, ...values])) : make("p", {}, "Nothing: their studies are the same."));
}
