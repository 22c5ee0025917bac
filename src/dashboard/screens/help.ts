import { line, span } from '../text/line.ts';
import type { Screen } from '../view.ts';

type Keys = readonly (readonly [keys: string, does: string])[];

const TO_LOOK: Keys = [
  ['1 to 5, [ ]', 'another tab'],
  ['j k, ↓ ↑', 'the next or former trial; page down, page up, g first, G last'],
  ['h l, ← →', 'scroll the table of trials past its parameters'],
  ['enter', 'the selected trial in detail; on tab 5, the trials of the machine'],
  ['/', 'filter trials by words: number, state, name=value, machine=host'],
  ['s', 'sort trials by number, value, duration'],
  ['esc', 'back, and no filter'],
];

const TO_STEER: Keys = [
  ['x', 'prune the selected running trial (asks)'],
  ['p', 'pause: running trials finish, no other starts; p again goes on'],
  ['t', 'another number of finished trials'],
  ['e', 'write the best configuration so far to best.json'],
  ['q, Ctrl-C', 'finish the running trials and stop; again: hand them back now'],
];

const TO_LEAVE: Keys = [['q, Ctrl-C', 'close; the study goes on elsewhere']];

/** The list of all keys. */
export const help: Screen = ({ run }) => [
  line(span('keys', { bold: true }), span('  (any key closes this)', { dim: true })),
  line(),
  ...[...TO_LOOK, ...(run ? TO_STEER : TO_LEAVE)].map(([keys, does]) =>
    line(span(keys.padEnd(13), { color: 'cyan' }), does),
  ),
];
