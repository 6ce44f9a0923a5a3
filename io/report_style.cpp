#include "report_parts.hpp"

namespace arcuate::io {

const std::string_view report_style = R"css(
:root {
  --ink: #17212b; --soft: #566372; --faint: #8a96a3; --line: #e2e7ec; --paper: #ffffff; --desk: #f4f6f8;
  --accent: #1d5b8a; --accent-soft: #e6eff6;
}
* { box-sizing: border-box; }
[hidden] { display: none !important; }
body {
  margin: 0; background: var(--desk); color: var(--ink);
  font: 15px/1.5 "Inter", "Segoe UI", system-ui, -apple-system, "Helvetica Neue", "DejaVu Sans", Arial, sans-serif;
  font-variant-numeric: tabular-nums;
}
main { max-width: 1320px; margin: 0 auto; padding: 36px 32px 24px; }
header h1 { font-size: 32px; line-height: 1.2; letter-spacing: -0.015em; margin: 0 0 6px; overflow-wrap: anywhere; }
header .kicker { color: var(--accent); font-size: 12.5px; font-weight: 600; letter-spacing: .09em; text-transform: uppercase; margin: 0 0 8px; }
header .summary { color: var(--soft); font-size: 16px; margin: 0 0 22px; overflow-wrap: anywhere; }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(132px, 1fr)); border: 1px solid var(--line);
  border-radius: 10px; background: var(--paper); overflow: hidden; margin: 0 0 30px; }
.tile { padding: 14px 18px 12px; box-shadow: -1px -1px 0 var(--line); }
.tile b { display: block; font-size: 23px; font-weight: 600; letter-spacing: -0.01em; line-height: 1.25; white-space: nowrap; }
.tile b small { font-size: 14px; font-weight: 500; color: var(--soft); margin-left: 3px; }
.tile span { color: var(--soft); font-size: 13px; }
section { margin: 0 0 30px; }
.head { display: flex; flex-wrap: wrap; align-items: baseline; gap: 4px 16px; margin: 0 0 10px; }
h2 { font-size: 20px; letter-spacing: -0.01em; margin: 0; }
h3 { font-size: 14px; font-weight: 600; margin: 0 0 8px; }
h3 small, .head small { font-weight: 400; font-size: 13px; color: var(--soft); }
.head .tools { margin-left: auto; display: flex; gap: 8px; align-items: center; }
.card { background: var(--paper); border: 1px solid var(--line); border-radius: 10px; padding: 16px 18px 12px; min-width: 0; }
.card + .card.below { margin-top: 14px; }
.row { display: grid; gap: 14px; }
.two { grid-template-columns: repeat(2, minmax(0, 1fr)); }
.three { grid-template-columns: repeat(3, minmax(0, 1fr)); }
.below { margin-top: 14px; }
.row > * { min-width: 0; }
.three .head { min-height: 32px; align-items: center; }
.three h3 { margin: 0; }
canvas { display: block; width: 100%; touch-action: pan-y; }
canvas.zoom { cursor: crosshair; }
.note { color: var(--soft); font-size: 13px; margin: 8px 0 2px; }
select, button { font: inherit; font-size: 13.5px; color: var(--ink); background: var(--paper); border: 1px solid #cbd3db;
  border-radius: 6px; padding: 4px 10px; cursor: pointer; max-width: 100%; }
button:hover, select:hover { border-color: var(--accent); }
button[aria-pressed="true"] { background: var(--accent-soft); border-color: var(--accent); color: var(--accent); }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 1px; }
.chips { display: flex; flex-wrap: wrap; gap: 4px; margin: 10px 0 4px; max-height: 92px; overflow-y: auto; }
.chips button { padding: 1px 8px; font-size: 12px; color: var(--soft); border-color: var(--line); max-width: 180px;
  overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.chips button[aria-pressed="true"] { color: var(--ink); background: var(--paper); border-color: currentColor; box-shadow: inset 0 -2px 0 var(--chip); }
table { width: 100%; border-collapse: collapse; font-size: 14px; }
th { text-align: left; color: var(--soft); font-weight: 500; font-size: 13px; border-bottom: 1px solid var(--line); padding: 4px 12px 6px 0; }
td { border-bottom: 1px solid var(--line); padding: 6px 12px 6px 0; vertical-align: top; overflow-wrap: anywhere; }
tr:last-child td { border-bottom: 0; }
td.name { white-space: nowrap; }
td.number, th.number { text-align: right; white-space: nowrap; }
.facts td:first-child { color: var(--soft); white-space: nowrap; width: 1%; }
.scroll { overflow-x: auto; }
summary { cursor: pointer; font-weight: 600; font-size: 14px; }
pre { font: 13px/1.55 "JetBrains Mono", ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace; margin: 12px 0 4px; overflow-x: auto; }
.y-key { color: #1d5b8a; } .y-number { color: #9a3f14; } .y-text { color: #2f6f3e; } .y-comment { color: #8a96a3; font-style: italic; }
#tip { position: absolute; z-index: 5; pointer-events: none; background: #17212bf2; color: #fff; font-size: 12.5px; line-height: 1.4;
  padding: 5px 9px; border-radius: 5px; max-width: 320px; overflow-wrap: anywhere; visibility: hidden; white-space: pre-line; }
footer { color: var(--faint); font-size: 13px; padding: 4px 0 20px; }
@media (max-width: 1000px) { .three { grid-template-columns: repeat(2, minmax(0, 1fr)); } }
@media (max-width: 720px) {
  main { padding: 22px 14px; } header h1 { font-size: 25px; } .two, .three { grid-template-columns: minmax(0, 1fr); }
  .head .tools { margin-left: 0; } .card { padding: 14px 12px 10px; }
}
@media print {
  @page { size: A4; margin: 12mm; }
  body { background: #fff; font-size: 11px; } main { padding: 0; max-width: none; }
  .card, .tiles { break-inside: avoid; } .head .tools, .chips, #tip { display: none; }
  section { break-inside: auto; } .head, h2, h3 { break-after: avoid; }
  * { -webkit-print-color-adjust: exact; print-color-adjust: exact; }
}
)css";

}  // namespace arcuate::io
