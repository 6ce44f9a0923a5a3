// Views by the address after `#`, logging in, and what stands above every view.
import * as api from "./api.js";
import {byId, bytes, field, make, report, say} from "./dom.js";
import {showCompare} from "./compare.js";
import {showJob} from "./job.js";
import {showJobs} from "./jobs.js";
import {showModel, showModels} from "./model.js";
import {showNew} from "./create.js";
import {drawings} from "./figures.js";

const views = [
  [/^\/jobs$/, "Jobs", showJobs], [/^\/jobs\/(.+)$/, "Job", showJob], [/^\/new$/, "New study", showNew],
  [/^\/models$/, "Models", view => showModels(view)], [/^\/models\/(.+)$/, "Model", (view, query, leaving, name) => showModel(view, name)], [/^\/compare$/, "Compare", showCompare],
];
const links = [["#/jobs", "Jobs"], ["#/new", "New study"], ["#/models", "Models"], ["#/compare", "Compare"]];
let leave = [], turn = 0;

async function show() {
  const [path, search] = location.hash.slice(1).split("?"), main = byId("view"), mine = ++turn;
  // The skip link's target is no view.
  if (location.hash === "#view") return;
  const found = views.map(([form, title, act]) => [form.exec(path), title, act]).find(v => v[0]);
  if (!found) { location.replace("#/jobs"); return; }
  leave.forEach(act => act());
  leave = [];
  byId("tip").style.visibility = "hidden";
  const [match, title, act] = found, view = make("div", {});
  mark(path);
  document.title = title + " \u2013 Arcuate";
  try {
    main.replaceChildren(view);
    drawings.length = 0;
    await act(view, new URLSearchParams(search || ""), stop => { if (mine === turn) leave.push(stop); else stop(); }, match[1] && decodeURIComponent(match[1]));
  } catch (problem) {
    if (mine === turn && problem.status !== 401) { view.append(make("h1", {tabindex: -1}, title), make("div", {class: "card", "data-problems": true})); report(view.lastChild, problem); }
  }
  if (mine !== turn) return;
  const heading = view.querySelector("h1");
  if (heading) { document.title = heading.textContent + " \u2013 Arcuate"; if (turn > 1) heading.focus(); }
}
function mark(path) {
  byId("views").replaceChildren(...links.map(([href, words]) => make("a", {href, "aria-current": ("#" + path).startsWith(href) ? "page" : null}, words)));
}

function logIn(said) {
  leave.forEach(act => act());
  leave = [];
  ++turn;
  byId("leave").hidden = true;
  byId("views").replaceChildren();
  byId("host").textContent = "";
  const token = make("input", {type: "password", autocomplete: "current-password", required: true, name: "token"});
  const enter = async event => {
    event.preventDefault();
    try { await api.post("session", {token: token.value.trim()}); } catch (problem) { report(form.lastChild, problem.status === 401 || problem.status === 403 ? {message: "The service does not know this token."} : problem); token.focus(); return; }
    await begin();
  };
  const form = make("form", {class: "card login", on: {submit: enter}}, field("Token", token, "It is in the file that the service names when it starts."), make("div", {class: "tools", "data-problems": true}, make("button", {class: "strong"}, "Log in")));
  byId("view").replaceChildren(make("h1", {tabindex: -1}, "Log in"), said ? make("p", {}, said) : "", form);
  document.title = "Log in \u2013 Arcuate";
  token.focus();
}

let clock = 0;
async function host() {
  clearTimeout(clock);
  const s = await api.status();
  byId("host").textContent = (s.host || location.hostname) + ": " + s.cores_used + " of " + s.cores + " cores, " + bytes(s.memory_used) + " of " + bytes(s.memory) + " in use";
  byId("host").title = "Arcuate " + s.version;
  byId("leave").hidden = false;
  clock = setTimeout(() => host().catch(() => {}), 15000);
}
async function begin() {
  try { await host(); } catch (problem) { if (problem.status !== 401) { byId("view").replaceChildren(make("div", {class: "card", "data-problems": true})); report(byId("view").firstChild, problem); } return; }
  await show();
}

let asked = false;
api.whenLoggedOut(() => {
  clearTimeout(clock);
  logIn(asked ? "" : turn ? "You are logged out." : "");
  asked = false;
});
byId("leave").addEventListener("click", async () => { asked = true; await api.remove("session").catch(() => {}); logIn("You are logged out."); say("logged out"); });
// A job that begins or ends changes what is in use.
window.addEventListener("room", () => host().catch(() => {}));
window.addEventListener("hashchange", () => { if (!byId("leave").hidden) show(); });
document.querySelector(".skip").addEventListener("click", event => { event.preventDefault(); byId("view").focus(); });
begin();
