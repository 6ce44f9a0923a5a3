// What a view lacks for those who do not see it, or see it on a phone: run in the page by check_page.py.
() => {
  const wrong = [], seen = e => e.checkVisibility({visibilityProperty: true}) && !e.closest(".unseen"), what = e => e.tagName.toLowerCase() + (e.id ? "#" + e.id : "") + (e.className && e.className.baseVal === undefined ? "." + e.className : "") + " '" + e.textContent.trim().slice(0, 30) + "'";
  const ids = new Map();
  for (const e of document.querySelectorAll("[id]")) ids.set(e.id, (ids.get(e.id) || 0) + 1);
  for (const [id, n] of ids) if (n > 1) wrong.push("an id twice: " + id);
  for (const name of ["aria-describedby", "aria-labelledby", "for"]) for (const e of document.querySelectorAll("[" + name + "]")) for (const id of e.getAttribute(name).split(/\s+/)) if (!ids.has(id)) wrong.push(name + " names nothing: " + id);
  if (document.querySelectorAll("h1").length !== 1) wrong.push("one first heading is wanted: " + document.querySelectorAll("h1").length);
  let before = 1;
  for (const h of [...document.querySelectorAll("main h1, main h2, main h3")].filter(seen)) {
    const level = +h.tagName[1];
    if (level > before + 1) wrong.push("a heading skips a level: " + what(h));
    before = level;
  }
  for (const e of document.querySelectorAll("table")) if (!e.caption) wrong.push("a table without a caption: " + what(e));
  for (const e of document.querySelectorAll("iframe")) if (!e.title || !e.sandbox.length || e.sandbox.contains("allow-same-origin")) wrong.push("a frame without a title or a sandbox");
  for (const e of document.querySelectorAll("canvas")) if (!e.getAttribute("aria-label")) wrong.push("a figure without a name");
  for (const e of document.querySelectorAll("[tabindex]")) if (+e.getAttribute("tabindex") > 0) wrong.push("an order of its own: " + what(e));
  for (const e of document.querySelectorAll("[onclick], [onload], [style]")) if (e.getAttribute("onclick") || e.getAttribute("onload")) wrong.push("a script in an attribute: " + what(e));
  // Text against what is behind it: 4.5 to 1, large text 3 to 1 (WCAG 2, 1.4.3).
  const rgb = c => { const m = /rgba?\(([^)]+)\)/.exec(c); return m ? m[1].split(/[ ,/]+/).map(Number) : null; };
  const light = c => c.slice(0, 3).map(v => v / 255).map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4).reduce((s, v, k) => s + v * [0.2126, 0.7152, 0.0722][k], 0);
  const behind = e => { for (; e; e = e.parentElement) { const c = rgb(getComputedStyle(e).backgroundColor); if (c && (c.length < 4 || c[3] === 1)) return c; } return [255, 255, 255]; };
  const poor = new Set();
  for (const e of document.querySelectorAll("body *")) {
    if (!seen(e) || e.disabled || e.closest(".export") || ![...e.childNodes].some(n => n.nodeType === 3 && n.data.trim()) || e.tagName === "OPTION") continue;
    const style = getComputedStyle(e), ink = rgb(style.color), large = parseFloat(style.fontSize) >= 24 || parseFloat(style.fontSize) >= 18.6 && +style.fontWeight >= 700;
    if (!ink) continue;
    const [a, b] = [light(ink), light(behind(e))].sort((x, y) => y - x), ratio = (a + 0.05) / (b + 0.05);
    if (ratio < (large ? 3 : 4.5) - 0.01) poor.add(style.color + " on " + behind(e) + " has " + ratio.toFixed(2) + ", as in " + what(e));
  }
  wrong.push(...[...poor].slice(0, 5));
  const wide = document.documentElement.scrollWidth, room = document.documentElement.clientWidth;
  if (wide > room) wrong.push("the view scrolls sideways: " + wide + " of " + room);
  return wrong;
}
