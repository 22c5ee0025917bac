import { cut, type Line } from '../text/line.ts';
import type { Tab } from '../ui-state.ts';
import type { Screen, View } from '../view.ts';
import { foot } from './foot.ts';
import { head } from './head.ts';
import { help } from './help.ts';
import { history } from './history.ts';
import { overview } from './overview.ts';
import { system } from './system.ts';
import { trial } from './trial.ts';
import { trials } from './trials.ts';

const screens: Readonly<Record<Tab, Screen>> = { overview, trials, trial, history, system };

/** The lines above the body: the head and an empty one. */
const HEAD = 4;
/** The lines below the body. */
const FOOT = 2;

/** The number of lines that the body has on a terminal. */
export function bodyHeight(rows: number): number {
  return Math.max(1, rows - HEAD - FOOT);
}

/** The whole screen: exactly `rows` lines where there are at least seven, each at most `columns` wide. */
export function draw(view: View, columns: number, rows: number): Line[] {
  const height = bodyHeight(rows);
  const body = (view.ui.help ? help : screens[view.ui.tab])(view, columns, height).slice(0, height);
  const empty = Array.from({ length: height - body.length }, (): Line => []);
  return [...head(view, columns, HEAD), [], ...body, ...empty, ...foot(view, columns, FOOT)]
    .slice(0, rows)
    .map((each) => cut(each, columns));
}
