import { formatDuration } from '../../text/format.ts';
import type { RecognisedClass, Retrained } from '../report-data.ts';
import { numberText } from '../text.ts';
import { element } from './dom.ts';
import { percent, tile } from './facts.ts';
import { card } from './summary.ts';

/** The results of training the winner on the full schedule, besides their charts. */
export function winner(retrained: Retrained): readonly HTMLElement[] {
  const { trial, elapsedMs, metrics, settings, classes } = retrained;
  return [
    element(
      'h2',
      { className: 'chapter', id: 'winner' },
      trial === null ? 'The retrained winner' : `Trial ${trial}, retrained`,
    ),
    element('p', { className: 'chapter caption' }, settings.map(([name, text]) => `${name} ${text}`).join(' · ')),
    element(
      'div',
      { className: 'tiles' },
      metrics.map(([name, value]) =>
        tile(name, name.toLowerCase().endsWith('accuracy') ? percent(value) : numberText(value)),
      ),
      elapsedMs === null ? undefined : tile('training time', formatDuration(elapsedMs)),
    ),
    ...(classes.length === 0 ? [] : [card('Accuracy of each class', classTable(classes))]),
  ];
}

function classTable(classes: readonly RecognisedClass[]): HTMLElement {
  const head = ['class', 'accuracy', '', 'precision', 'F1', 'images'];
  return element(
    'table',
    { className: 'classes' },
    element(
      'thead',
      {},
      element(
        'tr',
        {},
        head.map((title, at) => element('th', { className: at > 2 || at === 1 ? 'number' : '' }, title)),
      ),
    ),
    element(
      'tbody',
      {},
      classes.map(({ name, accuracy, precision, f1, support }) => {
        const bar = element('i', { className: 'bar' });
        bar.style.width = `${100 * (Number.isNaN(accuracy) ? 0 : accuracy)}%`;
        return element(
          'tr',
          {},
          element('td', { title: name }, name),
          element('td', { className: 'number' }, percent(accuracy)),
          element('td', { className: 'bars' }, bar),
          [percent(precision), percent(f1), numberText(support)].map((text) =>
            element('td', { className: 'number' }, text),
          ),
        );
      }),
    ),
  );
}
