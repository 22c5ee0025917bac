import { describe, expect, it } from 'vitest';
import { frozenTrial } from '../../test/support/frozen-trial.ts';
import { historyOf } from '../../test/support/history.ts';
import { NO_MACHINES } from '../study/machine-watch.ts';
import type { LiveRun } from './live-run.ts';
import { StudyModel } from './study-model.ts';
import { type Order, press, START, selectedOf, type UiState } from './ui-state.ts';

const record = {
  id: 1,
  token: 'token',
  name: 'cnn',
  directions: ['minimize'],
  userAttrs: {},
  systemAttrs: {},
} as const;
const model = new StudyModel(
  record,
  historyOf(
    [3, 1, 2, null, null].map((value, number) =>
      frozenTrial(number, { state: value === null ? 'RUNNING' : 'COMPLETE', values: value === null ? null : [value] }),
    ),
  ),
);
const running = { isPaused: false, stopping: undefined } as LiveRun;

/** The state and the orders after some keys. */
function keys(pressed: readonly string[], run: LiveRun | null = running): { state: UiState; orders: Order[] } {
  let state = START;
  const orders: Order[] = [];
  for (const key of pressed) {
    const next = press(state, key, { model, run: run ?? undefined, machines: NO_MACHINES, page: 2 });
    state = next.state;
    if (next.order) orders.push(next.order);
  }
  return { state, orders };
}
const selected = (...pressed: string[]) => selectedOf(keys(pressed).state, model);

describe('keys', () => {
  it('turn the tabs', () => {
    expect(['1', '2', '3', '4', '5'].map((key) => keys([key]).state.tab)).toEqual([
      'overview',
      'trials',
      'trial',
      'history',
      'system',
    ]);
    expect([keys([']']).state.tab, keys(['[']).state.tab]).toEqual(['trials', 'system']);
    expect(keys(['enter']).state).toMatchObject({ tab: 'trial', selected: 4 });
    expect(keys(['enter', 'escape']).state.tab).toBe('trials');
    expect(keys(['?']).state.help).toBe(true);
    expect(keys(['?', 'x']).state).toEqual(START);
  });

  it('select trials, from the first to the last', () => {
    expect([
      selected(),
      selected('j'),
      selected('down', 'down'),
      selected('j', 'k'),
      selected('j', 'up'),
      selected('k'),
    ]).toEqual([4, 3, 2, 4, 4, 4]);
    expect([selected('G'), selected('G', 'g'), selected('pagedown'), selected('pagedown', 'pageup')]).toEqual([
      0, 4, 2, 4,
    ]);
    expect(selected(...'jjjjjjjj')).toBe(0);
  });

  it('scroll the table of trials, past the last parameter but not beyond', () => {
    const params = { rate: 1, decay: 2, depth: 3 };
    const wide = new StudyModel(record, historyOf([frozenTrial(0, { params })]));
    const scrolled = (...pressed: string[]) =>
      pressed.reduce(
        (state, key) => press(state, key, { model: wide, run: undefined, machines: NO_MACHINES, page: 2 }).state,
        START,
      );
    expect(scrolled('l')).toMatchObject({ tab: 'trials', column: 1 });
    expect([scrolled('right', 'l', 'l', 'l'), scrolled('l', 'l', 'left'), scrolled('h')]).toMatchObject([
      { column: 2 },
      { column: 1 },
      { column: 0 },
    ]);
  });

  it('sort, and select in that order', () => {
    expect(keys(['s']).state).toMatchObject({ tab: 'trials', sort: 'value' });
    expect([selected('s'), selected('s', 'j'), selected('s', 'G')]).toEqual([1, 2, 3]);
    expect(keys(['s', 's', 's']).state.sort).toBe('number');
  });

  it('filter', () => {
    expect(keys([...'/complexe', 'backspace', 'backspace', ...'te']).state.entry?.text).toBe('complete');
    const { state } = keys([...'/complete', 'enter']);
    expect(state).toMatchObject({ filter: 'complete', entry: undefined });
    expect(selectedOf(state, model)).toBe(2);
    expect(keys([...'/complete', 'enter', 'escape']).state.filter).toBe('');
    expect(keys([...'/complete', 'escape']).state).toMatchObject({ filter: '', entry: undefined });
  });

  it('prune the selected running trial, once it is confirmed', () => {
    expect(keys(['x']).state.question?.text).toBe('prune trial 4?');
    expect(keys(['x', 'y']).orders).toEqual([{ type: 'prune', trial: 4 }]);
    expect(keys(['j', 'x', 'y']).orders).toEqual([{ type: 'prune', trial: 3 }]);
    expect(keys(['x', 'n']).orders).toEqual([]);
    expect(keys(['x', 'enter', 'y']).orders).toEqual([]);
  });

  it('pause, export, and change the target', () => {
    expect(keys(['p']).orders).toEqual([{ type: 'pause', paused: true }]);
    expect(keys(['p'], { ...running, isPaused: true }).orders).toEqual([{ type: 'pause', paused: false }]);
    expect(keys(['e']).orders).toEqual([{ type: 'export' }]);
    expect(keys([...'t50', 'enter']).orders).toEqual([{ type: 'target', target: 50 }]);
    for (const text of ['0', 'x', '1.5', '']) {
      const { state, orders } = keys([...`t${text}`, 'enter']);
      expect(orders).toEqual([]);
      expect(state.message).toBe(`'${text}' is no number of trials; give a whole number from 1 on`);
    }
  });

  it('stop: first gently, then at once after a question', () => {
    const draining: LiveRun = { ...running, stopping: 'drain' };
    expect(keys(['q']).orders).toEqual([{ type: 'interrupt' }]);
    expect(keys(['q'], draining)).toMatchObject({
      orders: [],
      state: { question: { text: 'hand back the 2 running trials and stop now?' } },
    });
    expect(keys(['q', 'y'], draining).orders).toEqual([{ type: 'interrupt' }]);
    expect(keys(['ctrl-c'], draining).orders).toEqual([{ type: 'interrupt' }]);
    expect(keys(['/', 'ctrl-c']).orders).toEqual([{ type: 'interrupt' }]);
  });

  it('order nothing of a study that runs elsewhere', () => {
    for (const key of ['x', 'p', 't', 'e']) {
      const { state, orders } = keys([key], null);
      expect(orders).toEqual([]);
      expect(state.entry).toBeUndefined();
    }
    expect(press(START, 'p', { model, run: undefined, machines: NO_MACHINES, page: 2 }).state.message).toMatch(
      /can only be watched/,
    );
    expect(press(START, 'q', { model, run: undefined, machines: NO_MACHINES, page: 2 }).order).toEqual({
      type: 'quit',
    });
  });
});
