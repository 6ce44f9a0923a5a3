// Drag to zoom in, double-click to see all: `area` of the canvas shows times from v.from to v.to.
function zooming(canvas, area, v, o) {
  canvas.classList.add("zoom");
  const inArea = event => {
    const x = event.clientX - canvas.getBoundingClientRect().left;
    return Math.max(area.x, Math.min(area.x + area.w, x));
  };
  canvas.addEventListener("pointerdown", event => {
    if (o.single()) return;
    canvas.setPointerCapture(event.pointerId);
    v.drag = {from: inArea(event), to: inArea(event)};
  });
  canvas.addEventListener("pointermove", event => { if (v.drag) { v.drag.to = inArea(event); o.redraw(); } });
  canvas.addEventListener("pointerup", () => {
    const drag = v.drag;
    v.drag = null;
    if (!drag) return;
    const part = x => v.from + (x - area.x) / area.w * (v.to - v.from);
    const a = part(Math.min(drag.from, drag.to)), b = part(Math.max(drag.from, drag.to));
    if (Math.abs(drag.to - drag.from) > 5 && b - a > o.whole().least) o.look(a, b); else o.redraw();
  });
  canvas.addEventListener("pointercancel", () => { v.drag = null; o.redraw(); });
  canvas.addEventListener("dblclick", () => { if (!o.single()) o.look(o.whole().start, o.whole().end); });
}
