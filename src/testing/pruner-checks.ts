import { stringifyPythonJson } from '../base/json.ts';
import { Rng } from '../base/rng.ts';
import type { History } from '../history/history.ts';
import { RecordedHistory } from '../history/recorded-history.ts';
import { type Judgement, type Pruner, peersOf } from '../pruner/pruner.ts';
import { float } from '../space/float-distribution.ts';
import { space } from '../space/search-space.ts';
import { MemoryStorage } from '../storage/memory/memory-storage.ts';
import { createStudy } from '../study/open-study.ts';
import { replayStudy } from '../study/replay/replay-study.ts';
import type { Trial } from '../study/trial/trial.ts';
import type { Direction } from '../trial/direction.ts';
import type { FrozenTrial, TrialState } from '../trial/frozen-trial.ts';
import { addedMetrics, type Metrics } from '../trial/reported-metrics.ts';
import { type Check, checksOf, it } from './check.ts';
import { expect } from './expect.ts';

/** The studies that a pruner is checked with. */
export interface PrunerSetup {
  /** Makes the pruner; the checks make several, as several processes do. */
  readonly make: () => Pruner;
  /** The directions that it is made for. Default: one to minimise. */
  readonly directions?: readonly Direction[];
  /** The further figures of each report. Default: none. */
  readonly extras?: (value: number) => Metrics;
}

/**
 * The checks of what a pruner owes to a study: an answer whatever trials have reported, the same one in any process and
 * after a restart, attributes that can be stored, and brackets that divide the trials.
 *
 * @example for (const { name, run } of prunerChecks({ make: () => myPruner() })) test(name, run);
 */
export function prunerChecks(setup: PrunerSetup): readonly Check[] {
  const { make, directions = ['minimize'], extras = () => ({}) } = setup;
  const study = { name: 'study', directions, space: new Map() };

  return checksOf(() => {
    it('has a name, and options that can be stored', () => {
      const { name, options = null } = make();
      expect(typeof name).toBe('string');
      expect(typeof stringifyPythonJson(options)).toBe('string');
      make().checkStudy?.(study);
    });

    it('judges any trial, the same in any process, and changes nothing but by its attributes', async () => {
      for (const seed of Array.from({ length: 60 }, (_, at) => at)) {
        const trials = generated(new Rng(`trials ${seed}`), setup);
        const asking = trials.at(-1) as FrozenTrial;
        const [one, other] = [make(), make()];
        const judge = async (pruner: Pruner) => judgementOf(await judged(pruner, study, trials, asking));
        const first = await judge(one);
        expect(await judge(other), `the judgement of study ${seed} by another process`).toEqual(first);
        // What it has judged before makes no difference.
        for (let at = 0; at < 5; at++) expect(await judge(one), `the judgement of study ${seed}, again`).toEqual(first);
        expect(typeof stringifyPythonJson(first.attrs)).toBe('string');
      }
    });

    it('has brackets, if any, of which each trial is in one', () => {
      const trials = generated(new Rng('brackets'), setup, 30);
      const history = new RecordedHistory(study);
      history.update(trials);
      const pruner = make();
      const inside = (number: number) => peersOf({ number }, history, pruner).trials.map((trial) => trial.number);
      for (const { number } of trials) {
        const peers = inside(number);
        expect(peers, `the bracket of trial ${number}`).toContain(number);
        for (const peer of peers) expect(inside(peer), `the bracket of ${peer}, in that of ${number}`).toEqual(peers);
      }
    });

    it('judges the trials of a study that is interrupted as if it had not been', async () => {
      const outcome = async (interrupts: boolean) => {
        const storage = new MemoryStorage();
        const open = () => createStudy({ ...common, storage, directions, pruner: make() });
        for (let number = 0; number < 25; number++) {
          let study = await open();
          let trial = await study.ask();
          if (interrupts && number % 4 === 3) {
            await reportUntilPruned(trial, 2, extras);
            await study.requeue(trial);
            study = await open();
            trial = await study.ask();
          }
          const isPruned = await reportUntilPruned(trial, 4, extras);
          await study.tell(trial, isPruned ? 'PRUNED' : directions.map((_, at) => trial.params.x - at));
        }
        const trials = await (await open()).trials();
        return { storage, ends: trials.map(({ state, intermediateValues }) => [state, [...intermediateValues]]) };
      };
      const whole = await outcome(false);
      expect((await outcome(true)).ends).toEqual(whole.ends);
      const replay = await replayStudy({ name: 'study', storage: whole.storage, space: line, pruner: make() });
      expect(replay.differences, 'the differences of a replay').toEqual([]);
    });
  });
}

const line = space({ x: float(0, 1) });
const common = { name: 'study', space: line, seed: 1, ifExists: 'load' } as const;

/** Reports `steps` steps of a trial, less if it is pruned. @returns whether it is. */
async function reportUntilPruned(
  trial: Trial<{ readonly x: number }>,
  steps: number,
  extras: (value: number) => Metrics,
): Promise<boolean> {
  for (let step = 0; step < steps; step++) {
    const value = trial.params.x + trial.rng(`step ${step}`).normal() / (step + 1);
    await trial.report(value, step, extras(value));
    if (await trial.shouldPrune()) return true;
  }
  return false;
}

function judged(
  pruner: Pruner,
  study: History['study'],
  trials: readonly FrozenTrial[],
  asking: FrozenTrial,
): Judgement | Promise<Judgement> {
  const history = new RecordedHistory(study);
  history.update(trials);
  return pruner.judge(peersOf(asking, history, pruner), asking);
}

function judgementOf(judgement: Judgement): { readonly prune: boolean; readonly attrs: FrozenTrial['systemAttrs'] } {
  const { prune, attrs = {} } = typeof judgement === 'boolean' ? { prune: judgement } : judgement;
  expect(typeof prune, 'whether to prune').toBe('boolean');
  return { prune, attrs };
}

const STATES: readonly TrialState[] = ['COMPLETE', 'COMPLETE', 'COMPLETE', 'PRUNED', 'FAIL', 'RUNNING', 'WAITING'];
const WILD: readonly number[] = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1e300, 0];

/** Trials of every kind, with reports of every kind; the last one runs. */
function generated(
  rng: Rng,
  { directions = ['minimize'], extras = () => ({}) }: PrunerSetup,
  most = 12,
): readonly FrozenTrial[] {
  const count = 1 + rng.integer(most);
  return Array.from({ length: count }, (_, number): FrozenTrial => {
    const state = number === count - 1 ? 'RUNNING' : (STATES[rng.integer(STATES.length)] as TrialState);
    const steps = Array.from({ length: rng.integer(9) }, (_, step) => step).filter(() => rng.uniform() < 0.9);
    const reports =
      state === 'WAITING'
        ? []
        : steps.map((step): [number, number] => {
            const isWild = rng.uniform() < 0.1;
            return [step, isWild ? (WILD[rng.integer(WILD.length)] as number) : rng.normal()];
          });
    let systemAttrs: FrozenTrial['systemAttrs'] = {};
    for (const [step, value] of reports) {
      systemAttrs = { ...systemAttrs, ...addedMetrics(systemAttrs, step, extras(value)) };
    }
    return Object.freeze({
      ...{ id: number, number, state, params: {}, distributions: {}, userAttrs: {}, systemAttrs },
      values: state === 'COMPLETE' ? directions.map(() => rng.normal()) : null,
      intermediateValues: new Map(reports),
      startedAt: null,
      completedAt: null,
    });
  });
}
