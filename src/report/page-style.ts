/** The page's style sheet, for light and dark. */
export const PAGE_STYLE = `
:root { color-scheme: light; --ground: #f4f6f9; --card: #ffffff; --text: #1c2330; --muted: #667085; --line: #e3e7ee;
  --accent: #2563b8; --best: #b83c06; --shadow: 0 1px 2px rgb(16 24 40 / 6%);
  --COMPLETE: #2563b8; --PRUNED: #e69f00; --FAIL: #b5179e; --RUNNING: #009e73; --WAITING: #b3bac7; }
:root[data-theme="dark"] { color-scheme: dark; --ground: #0e121a; --card: #161b25; --text: #e8ecf3; --muted: #97a1b3;
  --line: #262d3b; --accent: #6ea8fe; --best: #ff9e57; --shadow: none;
  --COMPLETE: #6ea8fe; --PRUNED: #f0b429; --FAIL: #e879d9; --RUNNING: #35c99b; --WAITING: #4d576a; }
* { box-sizing: border-box; }
[hidden] { display: none !important; }
body { margin: 0; background: var(--ground); color: var(--text);
  font: 14px/1.5 Inter, ui-sans-serif, system-ui, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; }
button, select, input { font: inherit; color: inherit; }
button { cursor: pointer; border: 1px solid var(--line); background: var(--card); border-radius: 7px; padding: 3px 10px; }
button:hover:enabled { border-color: var(--accent); }
button:disabled { opacity: 0.4; cursor: default; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 1px; }
select, input[type="search"] { border: 1px solid var(--line); background: var(--card); border-radius: 7px;
  padding: 4px 8px; max-width: 220px; }
input[type="search"] { width: 320px; max-width: 60vw; }
.field { display: inline-flex; gap: 6px; align-items: center; color: var(--muted); }
header.page { position: sticky; top: 0; z-index: 5; display: flex; align-items: center; gap: 12px;
  padding: 10px max(20px, calc(50vw - 640px)); background: var(--card); border-bottom: 1px solid var(--line); }
header.page h1 { margin: 0; font-size: 17px; font-weight: 600; min-width: 0; overflow: hidden; text-overflow: ellipsis;
  white-space: nowrap; flex: 1; }
.mark { font-weight: 700; letter-spacing: 0.02em; color: #fff; background: #2563b8; border-radius: 6px; padding: 2px 8px; }
.controls { display: flex; flex-wrap: wrap; gap: 12px; align-items: center; }
.theme { font-size: 16px; line-height: 1; padding: 6px 9px; }
main { max-width: 1320px; margin: 0 auto; padding: 20px; display: grid; gap: 16px;
  grid-template-columns: repeat(2, minmax(0, 1fr)); }
.wide, .tiles, .chapter { grid-column: 1 / -1; }
h2.chapter { margin: 12px 0 -4px; font-size: 18px; font-weight: 600; overflow-wrap: anywhere; }
.card { background: var(--card); border: 1px solid var(--line); border-radius: 12px; padding: 16px 18px;
  box-shadow: var(--shadow); min-width: 0; }
.card > header { display: flex; flex-wrap: wrap; gap: 8px; justify-content: space-between; align-items: center; }
h2 { margin: 0; font-size: 15px; font-weight: 600; }
h3 { margin: 14px 0 4px; font-size: 12px; font-weight: 600; color: var(--muted); }
.chapter.caption { margin: 0; } .caption, .lacks, .caveat { margin: 2px 0 12px; color: var(--muted); font-size: 13px; } .caveat { color: var(--text); }
.tiles { display: grid; gap: 16px; grid-template-columns: repeat(auto-fit, minmax(190px, 1fr)); }
.tile { background: var(--card); border: 1px solid var(--line); border-radius: 12px; padding: 12px 18px;
  box-shadow: var(--shadow); min-width: 0; }
.tile .name, .tile .more { display: block; color: var(--muted); font-size: 12px; overflow: hidden;
  text-overflow: ellipsis; white-space: nowrap; }
.tile strong { display: block; font-size: 24px; font-weight: 600; line-height: 1.3; font-variant-numeric: tabular-nums;
  overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.tile.states .more { white-space: normal; }
.tile.states .state { margin-right: 10px; }
.shares { display: flex; gap: 1px; height: 5px; border-radius: 3px; overflow: hidden; margin: 4px 0; }
.shares i { background: var(--state); min-width: 2px; }
[data-state="COMPLETE"] { --state: var(--COMPLETE); } [data-state="PRUNED"] { --state: var(--PRUNED); }
[data-state="FAIL"] { --state: var(--FAIL); } [data-state="RUNNING"] { --state: var(--RUNNING); }
[data-state="WAITING"] { --state: var(--WAITING); }
.state { white-space: nowrap; }
.state::before { content: ""; display: inline-block; width: 8px; height: 8px; border-radius: 50%; margin-right: 6px;
  background: var(--state); }
.facts { display: grid; grid-template-columns: minmax(90px, max-content) minmax(0, 1fr); gap: 3px 18px; margin: 8px 0 0; }
.facts dt { color: var(--muted); max-width: 240px; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.facts dd { margin: 0; font-variant-numeric: tabular-nums; overflow-wrap: anywhere; max-height: 7.5em; overflow: auto;
  white-space: pre-wrap; }
.members { display: grid; gap: 8px; margin-top: 10px; grid-template-columns: repeat(auto-fill, minmax(150px, 1fr)); }
.member { text-align: left; display: grid; padding: 8px 12px; font-variant-numeric: tabular-nums; }
.member span { color: var(--muted); overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.chart h4 { margin: 0 0 4px; font-size: 13px; font-weight: 600; }
.chart dl { display: grid; grid-template-columns: max-content max-content; gap: 0 14px; margin: 0; font-size: 12px; }
.chart dt { opacity: 0.65; } .chart dd { margin: 0; text-align: right; font-variant-numeric: tabular-nums; }
.chart p { margin: 4px 0 0; opacity: 0.65; font-size: 12px; }
.scroll { overflow-x: auto; margin: 10px -18px 0; }
.part { display: contents; }
table { border-collapse: collapse; width: 100%; font-size: 13px; font-variant-numeric: tabular-nums; }
th, td { padding: 5px 12px; text-align: left; border-bottom: 1px solid var(--line); white-space: nowrap;
  max-width: 220px; overflow: hidden; text-overflow: ellipsis; }
th:first-child, td:first-child { padding-left: 18px; }
th { color: var(--muted); font-weight: 500; }
th button { border: 0; background: none; padding: 0; max-width: 200px; overflow: hidden; text-overflow: ellipsis;
  font-weight: 500; }
.number { text-align: right; }
.rows { overflow: auto; max-height: min(704px, 76vh); border-top: 1px solid var(--line); overflow-anchor: none; }
.rows table { table-layout: fixed; } .rows table:focus-visible { outline-offset: -2px; }
.rows tr { height: 32px; } .rows td, .rows th { height: 32px; padding: 0 12px; max-width: none; }
.rows th { position: sticky; top: 0; z-index: 1; background: var(--card); }
#trials tbody tr { cursor: pointer; }
#trials tbody tr[aria-selected="true"] { background: color-mix(in srgb, var(--accent) 14%, transparent); }
#trials tbody tr:hover { background: color-mix(in srgb, var(--accent) 8%, transparent); }
tr.best td:first-child { color: var(--best); font-weight: 700; }
tr.best td:first-child::before { content: "★ "; }
#trials footer { display: flex; justify-content: space-between; align-items: center; margin-top: 10px; color: var(--muted); }
.classes { margin-top: 8px; } .classes th, .classes td { padding: 4px 8px; }
.classes th:first-child, .classes td:first-child { padding-left: 0; }
.bars { width: 35%; } .bar { display: block; height: 8px; border-radius: 4px; background: var(--accent); }
.mistakes { display: grid; gap: 14px 12px; grid-template-columns: repeat(auto-fill, minmax(140px, 1fr)); }
figure { margin: 0; min-width: 0; }
figure > div { display: grid; grid-template-columns: 1fr 1fr; gap: 3px; }
figure img { width: 100%; display: block; border-radius: 4px; image-rendering: pixelated; }
figcaption { margin-top: 3px; font-size: 12px; color: var(--muted); overflow: hidden; text-overflow: ellipsis;
  white-space: nowrap; font-variant-numeric: tabular-nums; }
figcaption span, figcaption b { color: var(--text); font-weight: 500; }
figcaption b { color: var(--best); }
.samples td { padding: 3px 10px 3px 0; border: 0; } .samples td:first-child { padding-left: 18px; max-width: 110px; }
.strip { max-width: none; width: 100%; }
.strip img { display: block; height: 40px; border-radius: 4px; image-rendering: pixelated; }
.channels img { display: block; width: 100%; max-width: 640px; border-radius: 4px; image-rendering: pixelated; }
dialog { border: 1px solid var(--line); border-radius: 14px; background: var(--card); color: var(--text); padding: 0;
  width: min(640px, 92vw); max-height: 84vh; box-shadow: 0 20px 60px rgb(0 0 0 / 30%); }
dialog::backdrop { background: rgb(8 12 20 / 45%); }
dialog .inside { padding: 18px 22px; }
dialog header { display: flex; gap: 14px; align-items: center; }
dialog .title { display: flex; gap: 14px; align-items: center; }
dialog header button { margin-left: auto; }
dialog h2 { font-size: 17px; }
footer.page { max-width: 1320px; margin: 0 auto; padding: 0 20px 30px; color: var(--muted); font-size: 12px; }
footer.page p { margin: 2px 0; }
@media (max-width: 860px) {
  main { grid-template-columns: minmax(0, 1fr); padding: 12px; }
  header.page { padding: 10px 12px; flex-wrap: wrap; }
}
@media (max-width: 560px) {
  header.page h1 { order: 1; flex: 1 0 100%; }
  header.page .controls { margin-left: auto; }
}
@media print { header.page .controls, #trials .controls { display: none; } .card, .tile { break-inside: avoid; } }
`;
