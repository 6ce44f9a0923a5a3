// What the service is asked. Paths are relative to the page, whatever it stands behind.

/// An answer that is none: the service's own words, and where they belong.
export class Refused extends Error {
  constructor(status, error) {
    super(error.message || "the service answered " + status);
    Object.assign(this, {status, line: error.line, key: error.key, value: error.value, allowed: error.allowed});
  }
}

let loggedOut = () => {};
export function whenLoggedOut(act) { loggedOut = act; }

async function request(path, options = {}) {
  let answer;
  try { answer = await fetch(path, {credentials: "same-origin", cache: "no-store", ...options}); } catch (problem) {
    if (problem.name === "AbortError") throw problem;
    throw new Refused(0, {message: "The service cannot be reached."});
  }
  if (answer.ok) return answer;
  const error = await answer.json().then(body => body.error || {}, () => ({}));
  if (answer.status === 401 && path !== "api/session") loggedOut();
  throw new Refused(answer.status, error);
}
const json = (method, body, more = {}) => ({method, headers: {"Content-Type": "application/json", ...more.headers}, body: JSON.stringify(body), signal: more.signal});

export const get = path => request("api/" + path).then(a => a.json());
export const getText = path => request("api/" + path).then(a => a.text());
/// Without a body where there is nothing to say.
export const post = (path, body, more) => request("api/" + path, body === undefined ? {method: "POST"} : json("POST", body, more)).then(a => a.status === 204 ? {} : a.json());
export const remove = path => request("api/" + path, {method: "DELETE"});
export const upload = (path, form, headers = {}) => request("api/" + path, {method: "POST", body: form, headers}).then(a => a.json());
export const jobPath = (id, rest = "") => "jobs/" + encodeURIComponent(id) + rest;

/// A word that no other submission has; `crypto.randomUUID` exists on encrypted pages only.
export const onceOnly = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), b => b.toString(16).padStart(2, "0")).join("");

// What does not change while the page is open.
const kept = {};
const keep = (name, path) => kept[name] = kept[name] || get(path).catch(problem => { delete kept[name]; throw problem; });
export const schema = () => keep("schema", "schema");
export const models = () => keep("models", "models").then(list => list.models || list);
export const model = name => keep("model " + name, "models/" + encodeURIComponent(name));
export const status = () => get("status");
