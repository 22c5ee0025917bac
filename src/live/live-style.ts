/** The style sheet of the live page beside that of a report. */
export const LIVE_STYLE = `
.banner { padding: 10px 16px; border-radius: 10px; border: 1px solid var(--best); background: var(--card); }
.live { font-size: 12px; color: var(--muted); white-space: nowrap; }
.live::before { content: ""; display: inline-block; width: 8px; height: 8px; border-radius: 50%; margin-right: 6px;
  background: var(--RUNNING); }
.live[data-live="false"]::before { background: var(--best); }
a { color: var(--accent); } a.studies { text-decoration: none; white-space: nowrap; }
header.page .live { margin-right: 6px; }
.way { display: flex; flex-wrap: wrap; gap: 6px 14px; align-items: center; font-variant-numeric: tabular-nums; }
.target { flex: 1; min-width: 160px; height: 8px; border-radius: 4px; background: var(--line); overflow: hidden; }
.target i { display: block; height: 100%; background: var(--accent); }
.run { margin-top: 12px; } .part:empty + .run { margin-top: 0; }
.run .runstate { color: var(--muted); }
.run input[type="number"] { width: 90px; border: 1px solid var(--line); background: var(--card); border-radius: 7px;
  padding: 3px 8px; }
.log { margin: 12px 0 0; max-height: 132px; overflow: auto; font: 12px/1.5 ui-monospace, Menlo, Consolas, monospace;
  white-space: pre-wrap; overflow-wrap: anywhere; color: var(--muted); }
.problem { color: var(--best); margin: 8px 0 0; }
.running .more { width: 100%; max-width: 0; color: var(--muted); }
.running tr:last-child td { border-bottom: 0; }
button.plain { border: 0; background: none; padding: 0; color: var(--accent); text-decoration: underline; }
.card > .noting { margin-top: 8px; }
.note { white-space: pre-wrap; overflow-wrap: anywhere; margin: 8px 0 10px; max-height: 320px; overflow: auto; }
.editor textarea { width: 100%; margin-top: 8px; font: inherit; color: inherit; background: var(--ground);
  border: 1px solid var(--line); border-radius: 7px; padding: 8px; }
.answers { display: flex; gap: 10px; justify-content: flex-end; margin-top: 10px; }
dialog .own { margin-top: 12px; }
dialog.question { width: min(440px, 92vw); } dialog.question p { margin: 0; }
#studies table { margin-top: 4px; }
`;
