import { describe, expect, it } from 'vitest';
import type { RecordedHistory } from '../../../src/history/recorded-history.ts';
import { bracketsOf } from '../../../src/pruner/brackets.ts';
import {
  hyperband,
  median,
  type Pruner,
  patient,
  successiveHalving,
  threshold,
  wilcoxon,
} from '../../../src/pruner/index.ts';
import { peersOf } from '../../../src/pruner/pruner.ts';
import type { Direction } from '../../../src/trial/direction.ts';
import type { Attributes, FrozenTrial, TrialState } from '../../../src/trial/frozen-trial.ts';
import { frozenTrial } from '../../support/frozen-trial.ts';
import { historyOf } from '../../support/history.ts';
import { golden } from './golden.ts';

type Event =
  | readonly [trial: number, step: number, value: number, prune: number, rungs?: Attributes]
  | readonly [trial: number, state: TrialState, value?: number];

interface GoldenStudy {
  readonly name: string;
  readonly direction: Direction;
  readonly options: object;
  readonly events: readonly Event[];
}

interface PatientOptions {
  readonly pruner: 'none' | 'median' | 'hyperband';
  readonly patience: number;
  readonly minDelta: number;
}

const wrapped = { none: undefined, median: median({ startupTrials: 1 }), hyperband: hyperband({ maxResource: 9 }) };

const PRUNERS: Readonly<Record<string, (options: object) => Pruner>> = {
  'successive-halving': successiveHalving,
  hyperband,
  patient(options) {
    const { pruner, patience, minDelta } = options as PatientOptions;
    return patient(wrapped[pruner], patience, minDelta);
  },
  threshold,
  wilcoxon,
};

/** Changes the trial of a history, made RUNNING where it is new. */
function change(history: RecordedHistory, number: number, edit: (trial: FrozenTrial) => Partial<FrozenTrial>) {
  const trial = history.trials[number] ?? frozenTrial(number, { state: 'RUNNING' });
  history.update([frozenTrial(number, { ...trial, ...edit(trial) })]);
  return history.trials[number] as FrozenTrial;
}

async function replay({ name, direction, events }: GoldenStudy, pruner: Pruner): Promise<number> {
  const history = historyOf([], { name, directions: [direction] });
  let pruned = 0;
  for (const event of events) {
    const [number, what] = event;
    while (history.trials.length <= number) change(history, history.trials.length, () => ({}));
    if (typeof what === 'string') {
      change(history, number, () => ({ state: what, values: event[2] === undefined ? null : [event[2]] }));
      continue;
    }
    const [, step, value, expected, rungs = {}] = event as Event & { readonly 1: number };
    const trial = change(history, number, ({ intermediateValues }) => ({
      intermediateValues: new Map([...intermediateValues, [step, Number(value)]]),
    }));
    const judgement = await pruner.judge(peersOf(trial, history, pruner), trial);
    const { prune, attrs = {} } = typeof judgement === 'boolean' ? { prune: judgement } : judgement;
    const judged = change(history, number, ({ systemAttrs }) => ({ systemAttrs: { ...systemAttrs, ...attrs } }));
    const where = `${name}: trial ${number}, step ${step}`;
    expect(prune, where).toBe(expected === 1);
    expect(judged.systemAttrs, where).toEqual(rungs);
    pruned += expected as number;
  }
  return pruned;
}

describe('decides as Optuna 5.0.0 does', () => {
  it.each(Object.entries(PRUNERS))('%s', async (file, make) => {
    const studies = golden<GoldenStudy[]>(`${file}.json`);
    let [pruned, reports] = [0, 0];
    for (const study of studies) {
      pruned += await replay(study, make(study.options));
      reports += study.events.filter((event) => typeof event[1] === 'number').length;
    }
    expect(studies).toHaveLength(500);
    expect(pruned).toBeGreaterThan(250);
    expect(reports - pruned).toBeGreaterThan(5000);
  });
});

describe('the brackets of hyperband()', () => {
  const { counts, assigned } = golden<{
    readonly counts: readonly (readonly [min: number, max: number, factor: number, count: number])[];
    readonly assigned: readonly (readonly [study: string, max: number, factor: number, brackets: readonly number[]])[];
  }>('brackets.json');

  it('are as many as Optuna 5.0.0 makes, with powers of the factor and beside them', () => {
    for (const [min, max, factor, count] of counts) {
      expect(bracketsOf(min, max, factor).count, `${min} ${max} ${factor}`).toBe(count);
    }
    expect(counts.length).toBeGreaterThan(1000);
  });

  it('have the trials that they have in Optuna 5.0.0', () => {
    for (const [study, max, factor, expected] of assigned) {
      const brackets = bracketsOf(1, max, factor);
      expect(expected.map((_, number) => brackets.of(study, number))).toEqual(expected);
    }
  });
});
