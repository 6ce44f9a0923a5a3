// The study that is being written. It outlives a look at another view, and a reload of the page.
const first = `title: first study
connectome: { builtin: 80, normalize: row_sum, speed: 4 mm/ms }
model:
  name: SupHopf
  parameters: { a: 0.02, omega: 0.0628 rad/ms }
  initial: { x: [-0.1, 0.1], y: [-0.1, 0.1] }
coupling: { name: difference, gain: 0.02 }
integrator: { method: heun, dt: 0.1 ms }
noise: { x: 0.01, y: 0.01 }
seed: 42
duration: 10 s
transient: 1 s
monitors:
  - { kind: temporal_average, variables: [x], period: 4 ms }
`;
const place = "arcuate draft";
const stored = () => { try { return sessionStorage.getItem(place); } catch { return null; } };

/// text: the study; verb, ranks, threads, where, name: how it runs; files: name -> File; uploads: name -> what the service said of it;
/// from: the job it was made of, whose files come along; beside: their names.
export const draft = {text: stored() ?? first, verb: "simulate", ranks: 1, threads: 1, where: "local", name: "", from: null, beside: [], files: new Map(), uploads: new Map()};

export function setText(text) {
  draft.text = text;
  try { sessionStorage.setItem(place, text); } catch { /* a browser without storage forgets it */ }
}
export function newStudy(text, more = {}) {
  setText(text);
  Object.assign(draft, {verb: "simulate", name: "", from: null, beside: [], files: new Map(), uploads: new Map(), ...more});
}
