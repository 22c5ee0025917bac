import { line, span } from '../text/line.ts';
import type { Screen } from '../view.ts';

const KEYS: readonly (readonly [string, string])[] = [
  ['1 to 5, [ ]', 'another tab'],
  ['j k, ↓ ↑', 'the next or former trial; page down, page up, g first, G last'],
  ['enter', 'the selected trial in detail'],
  ['/', 'filter trials by words of their number, state, name=value'],
  ['s', 'sort trials by number, value, duration'],
  ['esc', 'back, and no filter'],
  ['x', 'prune the selected running trial (asks)'],
  ['p', 'pause: running trials finish, no other starts; p again goes on'],
  ['t', 'another number of finished trials'],
  ['e', 'write the best configuration so far to best.json'],
  ['q, Ctrl-C', 'finish the running trials and stop; again: hand them back now'],
];

/** What every key does. */
export const help: Screen = () => [
  line(span('keys', { bold: true }), span('  (any key closes this)', { dim: true })),
  line(),
  ...KEYS.map(([keys, does]) => line(span(keys.padEnd(13), { color: 'cyan' }), does)),
];
