import { expect, it } from 'vitest';
import { FakeClock } from '../../../test/support/fake-clock.ts';
import { frozenTrial } from '../../../test/support/frozen-trial.ts';
import { historyOf } from '../../../test/support/history.ts';
import { leasedTrial, type TestLease } from '../../../test/support/leased-trial.ts';
import { runStarted } from '../../../test/support/run-started.ts';
import { thisProcess } from '../../machine/process-identity.ts';
import { MachineWatch } from '../../study/machine-watch.ts';
import { liveRunOf } from '../live-run.ts';
import { StudyModel } from '../study-model.ts';
import { UNKNOWN_SYSTEM } from '../system-state.ts';
import { widthOf } from '../text/line.ts';
import { press, START, type UiState } from '../ui-state.ts';
import type { View } from '../view.ts';
import { bodyHeight, draw } from './index.ts';
import { machinePage } from './system.ts';

const NOW = new Date('2026-11-21T12:01:15Z');
const record = {
  id: 1,
  token: 'token',
  name: 'cnn',
  directions: ['minimize'],
  userAttrs: {},
  systemAttrs: {},
} as const;
const run = liveRunOf(runStarted({ target: 30 }), NOW);

const on = (host: string, more: TestLease = {}): TestLease => ({
  process: { host },
  about: { workers: 2, device: 'NVIDIA H100' },
  ...more,
});

/** A study on five machines, 70 seconds after the first look at it. */
async function fiveMachines(): Promise<Pick<View, 'model' | 'machines'>> {
  const clock = new FakeClock();
  const watch = new MachineWatch(clock);
  const history = historyOf([
    leasedTrial(0, on('node-2'), { state: 'COMPLETE', values: [1.5] }),
    leasedTrial(1, on('old'), { state: 'PRUNED' }),
    leasedTrial(2, on('node-2')),
    leasedTrial(3, on('node-10')),
    leasedTrial(4, on('node-10')),
    leasedTrial(5, on('node-3')),
    leasedTrial(6, { process: { host: 'node-3', pid: 5 } }),
    frozenTrial(7, { state: 'RUNNING' }),
  ]);
  watch.look(history);
  await clock.advance(20_000);
  history.update([leasedTrial(6, { process: { host: 'node-3', pid: 5 }, counter: 1 })]);
  watch.look(history);
  await clock.advance(46_000);
  history.update([leasedTrial(2, on('node-2', { counter: 1 }))]);
  watch.look(history);
  await clock.advance(4_000);
  history.update([leasedTrial(8, on('node-1', { graceMs: 5_000 }))]);
  watch.look(history);
  return { machines: watch.look(history), model: new StudyModel(record, history) };
}

function linesOf(
  given: Partial<View> & Pick<View, 'model' | 'machines'>,
  ui: Partial<UiState>,
  columns: number,
  rows = 24,
) {
  const system = { ...UNKNOWN_SYSTEM, load: 1.5, usedBytes: 3 * 2 ** 30, totalBytes: 24 * 2 ** 30 };
  const view = {
    run: undefined,
    storageLabel: 'postgresql://db/hpo',
    ui: { ...START, ...ui },
    system,
    now: NOW,
    ...given,
  };
  return draw(view, columns, rows);
}

const textOf = (lines: ReturnType<typeof linesOf>) =>
  lines
    .map((spans) =>
      spans
        .map((span) => span.text)
        .join('')
        .trimEnd(),
    )
    .join('\n')
    .replace(/\n+(?=\nj k move)/, '');

it('shows the machines of a study that runs elsewhere, those that need attention first', async () => {
  const five = await fiveMachines();
  expect(textOf(linesOf(five, { tab: 'system' }, 80))).toMatchInlineSnapshot(`
    "hpo cnn                      1 overview  2 trials  3 trial  4 history  5 system
    ● 1 complete  ▶ 7 running  ◌ 1 pruned
    watching; runs elsewhere, on 4 machines                      postgresql://db/hpo

    5 machines, 2 to look after; 1 trial runs under no lease of hpo's
      machine      busy  done  last sign of life                         processes
    › ! node-3        2     0  1 of 2: none for 70 s, given up at 120 s          2
      ! node-10  2 of 2     0  none for 70 s, given up at 120 s                  1
      ● node-1   1 of 2     0  now                                               1
      ● node-2   1 of 2     1  4 s ago                                           1
      ○ old                 1  runs no trial any more
    j k move  enter trial  / filter  s sort  ? help                          q close"
  `);
  expect(textOf(linesOf(five, { tab: 'system' }, 120))).toMatchInlineSnapshot(`
    "hpo cnn                                                              1 overview  2 trials  3 trial  4 history  5 system
    ● 1 complete  ▶ 7 running  ◌ 1 pruned
    watching; runs elsewhere, on 4 machines                                                              postgresql://db/hpo

    5 machines, 2 to look after; 1 trial runs under no lease of hpo's
      machine      busy  done  last sign of life                         processes  running trials  device
    › ! node-3        2     0  1 of 2: none for 70 s, given up at 120 s          2  5 6             NVIDIA H100
      ! node-10  2 of 2     0  none for 70 s, given up at 120 s                  1  3 4             NVIDIA H100
      ● node-1   1 of 2     0  now                                               1  8               NVIDIA H100
      ● node-2   1 of 2     1  4 s ago                                           1  2               NVIDIA H100
      ○ old                 1  runs no trial any more
    j k move  enter trial  / filter  s sort  ? help                                                                  q close"
  `);
});

it('names them where trials are shown', async () => {
  const five = await fiveMachines();
  expect(textOf(linesOf(five, {}, 80))).toMatchInlineSnapshot(`
    "hpo cnn                      1 overview  2 trials  3 trial  4 history  5 system
    ● 1 complete  ▶ 7 running  ◌ 1 pruned
    watching; runs elsewhere, on 4 machines                      postgresql://db/hpo

    minimize
    4 machines run 6 trials  node-3: 1 of 2: no sign of life for 70 s, and 1 more

    ▶ trial 2      0.0 s  node-2   no report yet
    ▶ trial 3      0.0 s  node-10  no report yet
    ▶ trial 4      0.0 s  node-10  no report yet
    ▶ trial 5      0.0 s  node-3   no report yet
    ▶ trial 6      0.0 s  node-3   no report yet
    ▶ trial 7      0.0 s           no report yet
    ▶ trial 8      0.0 s  node-1   no report yet

    ★ best is trial 0: 1.5


    best value so far, by trial
    1.5 ⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤
    j k move  enter trial  / filter  s sort  ? help                          q close"
  `);
  expect(textOf(linesOf(five, { tab: 'trials' }, 80))).toMatchInlineSnapshot(`
    "hpo cnn                      1 overview  2 trials  3 trial  4 history  5 system
    ● 1 complete  ▶ 7 running  ◌ 1 pruned
    watching; runs elsewhere, on 4 machines                      postgresql://db/hpo

    9 trials, by number
      trial  state       value   time  machine
    ›     8  ▶ running          0.0 s  node-1
          7  ▶ running          0.0 s
          6  ▶ running          0.0 s  node-3
          5  ▶ running          0.0 s  node-3
          4  ▶ running          0.0 s  node-10
          3  ▶ running          0.0 s  node-10
          2  ▶ running          0.0 s  node-2
          1  ◌ pruned           0.0 s  old
          0  ● complete    1.5  0.0 s  node-2
    j k move  enter trial  / filter  s sort  ? help                          q close"
  `);
  expect(textOf(linesOf(five, { tab: 'trial', selected: 4 }, 80)).split('\n')[4]).toMatchInlineSnapshot(
    `"trial 4  ▶ running    0.0 s  process 4711 on node-10"`,
  );
});

it('are above the workers of our own run, where other processes have a part in the study', async () => {
  const five = await fiveMachines();
  expect(textOf(linesOf({ ...five, run }, { tab: 'system' }, 80))).toMatchInlineSnapshot(`
    "hpo cnn                      1 overview  2 trials  3 trial  4 history  5 system
    ● 1 complete  ▶ 7 running  ◌ 1 pruned               █▍·················· 2 of 30
    0.0 s elapsed                                                postgresql://db/hpo

    5 machines, 2 to look after; 1 trial runs under no lease of hpo's
      machine      busy  done  last sign of life                         processes
    › ! node-3        2     0  1 of 2: none for 70 s, given up at 120 s          2
      ! node-10  2 of 2     0  none for 70 s, given up at 120 s                  1
      ● node-1   1 of 2     0  now                                               1
      ● node-2   1 of 2     1  4 s ago                                           1
      ○ old                 1  runs no trial any more

    no worker yet

    load     1.50
    memory   3.0 of 24.0 GiB  ██▌
    j k move  enter trial  / filter  s sort  ? help         x prune  p pause  q stop"
  `);
  const history = historyOf([leasedTrial(0, { process: thisProcess() })]);
  const alone = { model: new StudyModel(record, history), machines: new MachineWatch(new FakeClock()).look(history) };
  expect(textOf(linesOf({ ...alone, run }, { tab: 'system' }, 80))).not.toMatch(/machine|sign of life/);
  expect(textOf(linesOf(alone, { tab: 'system' }, 80))).toMatch(/last sign of life .*\n. ● .* now/);
});

it('are whole lines of a table that is scrolled, however many they are', () => {
  const history = historyOf(Array.from({ length: 200 }, (_, n) => leasedTrial(n, on(`node-${n + 1}`))));
  const machines = new MachineWatch(new FakeClock()).look(history);
  const many = { machines, model: new StudyModel(record, history) };
  const sight = { ...many, run: undefined, system: UNKNOWN_SYSTEM };
  const shown = new Set<string>();
  let ui: UiState = { ...START, tab: 'system' };
  for (let page = 0; page < 20; page++) {
    const text = textOf(linesOf(many, ui, 80));
    for (const [, name] of text.matchAll(/● (node-\d+) /g)) shown.add(name as string);
    ui = press(ui, 'pagedown', { ...sight, page: machinePage(sight, bodyHeight(24)) }).state;
  }
  expect(shown.size).toBe(200);
  expect(
    textOf(linesOf(many, ui, 80))
      .split('\n')
      .slice(4, 6),
  ).toMatchInlineSnapshot(`
    [
      "200 machines, 186 to 200 of 200",
      "  machine       busy  done  last sign of life  processes  running trials",
    ]
  `);
  expect(textOf(linesOf(many, ui, 80))).toMatch(/^› ● node-200 .*\n\n*j k/m);
  const { state } = press(ui, 'enter', { ...sight, page: 1 });
  expect(state).toMatchObject({ tab: 'trials', filter: 'machine=node-200' });
  expect(textOf(linesOf(many, state, 80))).toMatch(/^1 of 200: machine=node-200, by number$/m);
});

it('never leave the terminal, whatever their names are', () => {
  const hostile = '名前🎉👨‍👩‍👧é\u001b[2J\u0007\u202eabc'.repeat(9);
  const about = { workers: 1e9, device: hostile };
  const history = historyOf([0, 1].map((n) => leasedTrial(n, { process: { host: hostile + n }, about })));
  const given = { model: new StudyModel(record, history), machines: new MachineWatch(new FakeClock()).look(history) };
  expect(given.machines.all).toHaveLength(2);
  for (const own of [run, undefined]) {
    for (const tab of ['overview', 'trials', 'trial', 'system'] as const) {
      for (const columns of [1, 7, 40, 80, 200]) {
        for (const rows of [1, 5, 10, 24]) {
          const lines = linesOf({ ...given, run: own }, { tab }, columns, rows);
          expect(lines.length).toBeLessThanOrEqual(rows);
          for (const line of lines) {
            expect(widthOf(line)).toBeLessThanOrEqual(columns);
            // biome-ignore lint/suspicious/noControlCharactersInRegex: there must be none
            expect(line.map(({ text }) => text).join('')).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202e]/);
          }
        }
      }
    }
  }
});
