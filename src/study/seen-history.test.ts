import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { frozenTrial } from '../../test/support/frozen-trial.ts';
import { historyOf } from '../../test/support/history.ts';
import type { HistoryReader } from '../history/history.ts';
import { float } from '../space/float-distribution.ts';
import { type FrozenTrial, isFinished } from '../trial/frozen-trial.ts';
import { isSameSight, looksOf, type Sight, sightOf } from './look.ts';
import { ownTrial, SeenHistory } from './seen-history.ts';
import { FIXED_PARAMS_KEY, SEEN_KEY } from './study-keys.ts';

const OWN = 2;
const STUDY = historyOf([]).study;
const reports = (count: number) => new Map(Array.from({ length: count }, (_, step) => [step, step] as const));
const fields = (count: number) => Object.fromEntries(['p', 'q', 'r'].slice(0, count).map((name, at) => [name, at]));

/** A trial with some of its parts, as it grows. */
function grown(number: number, state: FrozenTrial['state'], size: number): FrozenTrial {
  const params = fields(size);
  return frozenTrial(number, {
    state,
    params,
    distributions: Object.fromEntries(Object.keys(params).map((name) => [name, float(0, 9)])),
    intermediateValues: reports(size),
    userAttrs: fields(size),
    systemAttrs: { ...fields(size), 'hpo:lease': { counter: size } },
  });
}

/** A trial without the attributes that are ours, and the times. */
const content = ({ startedAt, completedAt, systemAttrs, ...trial }: FrozenTrial) => ({
  ...trial,
  systemAttrs: Object.fromEntries(Object.entries(systemAttrs).filter(([key]) => !key.startsWith('hpo:'))),
});

/** A study that grows at random: trials start, get parts, are taken back, and end. */
const growth = fc.array(fc.record({ number: fc.nat(7), what: fc.constantFrom('more', 'end', 'back', 'new') }), {
  minLength: 5,
  maxLength: 60,
});

describe('what a sampler saw', () => {
  it('can be seen again, in any order, once the study has gone on', () => {
    fc.assert(
      fc.property(growth, fc.nat(), (events, shuffle) => {
        const history = historyOf([0, 1, OWN].map((number) => grown(number, 'RUNNING', 0)));
        const sizes = new Map<number, number>();
        const seen: { sight: Sight; trials: readonly FrozenTrial[] }[] = [];
        for (const { number, what } of events) {
          const trial = history.trials[number];
          const size = sizes.get(number) ?? 0;
          if (what === 'new') history.update([grown(history.trials.length, 'RUNNING', 0)]);
          else if (trial !== undefined && number !== OWN && !isFinished(trial.state)) {
            sizes.set(number, Math.min(size + (what === 'more' ? 1 : 0), 3));
            const state = what === 'end' ? 'COMPLETE' : what === 'back' ? 'WAITING' : 'RUNNING';
            history.update([grown(number, state, sizes.get(number) ?? 0)]);
          }
          seen.push({ sight: sightOf(history, OWN), trials: [...history.trials] });
        }
        const now = history.trials.map((trial) => (isFinished(trial.state) ? trial : grown(trial.number, 'FAIL', 3)));
        const again = new SeenHistory(STUDY, now);
        const last = grown(OWN, 'RUNNING', 0);
        for (const at of [...seen.keys(), ...[...seen.keys()].reverse(), shuffle % seen.length]) {
          const { sight, trials } = seen[at] as (typeof seen)[number];
          expect(again.at(sight, last)?.trials.map(content)).toEqual(trials.map(content));
        }
      }),
    );
  });

  it('is gone on from by the trials that have changed', () => {
    const shown: number[] = [];
    const witness: HistoryReader<null> = { start: () => null, take: (_, { number }) => shown.push(number) };
    const trials = Array.from({ length: 1000 }, (_, number) => frozenTrial(number));
    const seen = new SeenHistory(STUDY, trials);
    for (let own = 500; own < 1000; own++) {
      const sight = { trials: own + 1, running: [[own - 1, 1] as const] };
      seen.at(sight, ownTrial(trials[own] as FrozenTrial, sight))?.summary(witness);
    }
    expect(shown.length).toBeLessThan(2600);
  });

  it('is lost where a trial that was finished is not there, or not finished', () => {
    const trials = [frozenTrial(0), frozenTrial(1, { state: 'RUNNING' }), frozenTrial(2)];
    const at = (sight: Sight) => new SeenHistory(STUDY, trials).at(sight, trials[OWN] as FrozenTrial);
    expect(at({ trials: 3, running: [[1]] })?.trials).toHaveLength(3);
    expect(at({ trials: 3 })).toBeUndefined();
    expect(at({ trials: 4, running: [[1]] })).toBeUndefined();
    expect(at({ trials: 2, running: [[1]] })).toBeUndefined();
  });
});

describe('a sight', () => {
  const enqueued = (number: number) =>
    frozenTrial(number, { state: 'WAITING', systemAttrs: { [FIXED_PARAMS_KEY]: {} } });

  it('of finished trials is their number, and says of others how far they were', () => {
    const trials = [frozenTrial(0), grown(1, 'RUNNING', 2), frozenTrial(OWN, { state: 'RUNNING' })];
    expect(sightOf(historyOf(trials.slice(0, 1)), 7)).toEqual({ trials: 1 });
    expect(sightOf(historyOf(trials), OWN)).toEqual({ trials: 3, running: [[1, 2, 2, 2, 2]] });
    const own = frozenTrial(OWN, { state: 'RUNNING', intermediateValues: reports(2) });
    expect(sightOf(historyOf([...trials.slice(0, 2), own]), OWN)).toMatchObject({ reports: 2 });
  });

  it('of many enqueued trials is short', () => {
    const waiting = Array.from({ length: 500 }, (_, at) => enqueued(3 + at + (at < 250 ? 0 : 1)));
    const trials = [...[0, 1, 2].map((number) => frozenTrial(number)), ...waiting, grown(253, 'WAITING', 1)];
    const sight = sightOf(historyOf(trials), OWN);
    expect(sight).toEqual({
      trials: 504,
      waiting: [
        [3, 252],
        [254, 503],
      ],
      interrupted: [[253, 1, 1, 1, 1]],
    });
    expect(isSameSight(sight, sightOf(historyOf(trials), 1))).toBe(true);
  });
});

describe('the looks of a trial', () => {
  const read = (stored: unknown) => looksOf({ systemAttrs: { [SEEN_KEY]: stored as never } });

  it('are read as they were stored', () => {
    const looks = [
      { sampler: 0, trials: 3, running: [[1, 2]] },
      {
        at: 2,
        trials: 9,
        waiting: [
          [4, 5],
          [7, 7],
        ],
      },
    ];
    expect(read(looks)).toEqual(looks);
  });

  it.each([
    ['none', []],
    ['of another kind', { sampler: 0, trials: 3 }],
    ['without a start', [{ trials: 3 }]],
    ['with a number that is none', [{ sampler: 0, trials: -1 }]],
    [
      'out of order',
      [
        { sampler: 0, at: 3, trials: 3 },
        { at: 2, trials: 3 },
      ],
    ],
    ['with a list that is none', [{ sampler: 0, trials: 3, running: 7 }]],
    ['with a trial twice', [{ sampler: 0, trials: 9, running: [[3], [3]] }]],
    [
      'with ranges that overlap',
      [
        {
          sampler: 0,
          trials: 9,
          waiting: [
            [0, 1e15],
            [5, 1e15],
          ],
        },
      ],
    ],
  ])('are not read where they are %s', (_, stored) => {
    expect(read(stored)).toBeUndefined();
  });

  it('that name more trials than there are cost nothing', () => {
    const looks = read([{ sampler: 0, trials: 1e15, waiting: [[0, 1e15]] }]);
    expect(new SeenHistory(STUDY, [frozenTrial(0)]).at(looks?.[0] as Sight, frozenTrial(0))).toBeUndefined();
  });
});
