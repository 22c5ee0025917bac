import { justify, type Line, line, span } from '../text/line.ts';
import type { Screen, View } from '../view.ts';

/** Two lines: the last message, and the keys. */
export const foot: Screen = (view, width) => [said(view), keys(view, width)];

function said({ ui, run }: View): Line {
  const { entry, question, message } = ui;
  if (entry?.what === 'filter') return line(span('filter: ', { bold: true }), entry.text, span(' ', { inverse: true }));
  if (entry) return line(span('finished trials wanted: ', { bold: true }), entry.text, span(' ', { inverse: true }));
  if (question) return line(span(question.text, { bold: true, color: 'yellow' }), ' y: yes, any other key: no');
  if (message !== '') return line(span(message, { color: 'yellow' }));
  return line(span(run?.log.at(-1)?.text ?? '', { dim: true }));
}

function keys({ run }: View, width: number): Line {
  const watch = 'j k move  enter trial  / filter  s sort  ? help';
  const act = run ? 'x prune  p pause  q stop' : 'q close';
  return justify(line(span(watch, { dim: true })), line(span(act, { dim: true })), width);
}
