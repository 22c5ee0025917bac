import { ownValue } from '../../base/own-value.ts';
import type { StudyShape } from '../../history/history.ts';
import type { Pruner } from '../../pruner/pruner.ts';
import type { Sampler } from '../../sampler/sampler.ts';
import type { Distribution, ParamValue } from '../../space/distribution.ts';
import type { FrozenTrial } from '../../trial/frozen-trial.ts';
import { continuedTrial } from '../checkpoints/kept-checkpoints.ts';
import { fixedParams } from '../enqueued-params.ts';
import { ParamChoice } from '../param-choice.ts';
import { sampledHistory } from '../sampled-history.ts';
import { ownTrial, SeenHistory } from '../seen-history.ts';
import type { ReplayDifference } from './replay.ts';
import { inOrder, type ReplayStep } from './replay-steps.ts';
import { REASONS } from './underived.ts';

/** The outcome of deriving one trial. */
export interface ReplayedTrial {
  readonly number: number;
  derived: number;
  given: number;
  readonly differences: ReplayDifference[];
  /** The reason for which not all of it could be derived. */
  problem?: string;
}

/** The parts that {@link replayTrials} works with. */
export interface ReplayParts {
  /** The study with the space that its sampler had. */
  readonly study: StudyShape;
  /** All its trials, by number. */
  readonly trials: readonly FrozenTrial[];
  readonly sampler: Sampler;
  readonly pruner: Pruner;
  readonly seed: number;
}

/** Derives parameters anew, by what their sampler saw. @returns the outcomes of the steps' trials, by number. */
export async function replayTrials(
  steps: readonly ReplayStep[],
  parts: ReplayParts,
): Promise<readonly ReplayedTrial[]> {
  const { study, trials, sampler, pruner, seed } = parts;
  const seen = new SeenHistory(study, trials);
  const replayed = new Map<number, ReplayedTrial>();
  const choices = new Map<number, ParamChoice>();
  for (const { trial, look, params, isLast } of inOrder(steps)) {
    const { number } = trial;
    const outcome = replayed.get(number) ?? { number, derived: 0, given: 0, differences: [] };
    replayed.set(number, outcome);
    if (outcome.problem !== undefined) continue;
    const own = ownTrial(trial, look);
    const whole = seen.at(look, own);
    if (whole === undefined) {
      outcome.problem = REASONS.lost;
      continue;
    }
    const history = sampledHistory({ sampler, pruner }, own, whole);
    try {
      let choice = choices.get(number);
      if (look.sampler !== undefined || choice === undefined) {
        choice = await ParamChoice.start({ sampler, seed }, history, { ...own, systemAttrs: trial.systemAttrs });
        choices.set(number, choice);
      }
      for (const name of params) {
        const distribution = trial.distributions[name] as Distribution;
        const stored = trial.params[name] as ParamValue;
        const given = givenValue(trial, name, distribution);
        if (given === undefined) outcome.derived++;
        else outcome.given++;
        const derived = given === undefined ? await choice.choose(history, name, distribution) : given;
        if (!isSame(stored, derived, distribution)) {
          outcome.differences.push({ trial: number, param: name, stored, derived });
        }
        choice.take(name, stored); // the next one was chosen beside it
      }
    } catch (error) {
      outcome.problem = `the sampler threw: ${error instanceof Error ? error.message : String(error)}`;
    }
    if (isLast) choices.delete(number);
  }
  return [...replayed.values()].sort((a, b) => a.number - b.number);
}

/**
 * The comparison of a trial that continues another one with that: no sampler chose the parameters that both have.
 * Undefined for a trial of its own, and where the other one is not there.
 */
export function replayContinued(trial: FrozenTrial, trials: readonly FrozenTrial[]): ReplayedTrial | undefined {
  const former = trials[continuedTrial(trial) ?? -1];
  if (former === undefined || former.number >= trial.number) return undefined;
  const { number } = trial;
  const names = Object.keys(trial.params).filter((name) => Object.hasOwn(former.params, name));
  const differences = names.flatMap((name): readonly ReplayDifference[] => {
    const [stored, derived] = [trial.params[name] as ParamValue, former.params[name] as ParamValue];
    const isKept = isSame(stored, derived, trial.distributions[name] as Distribution);
    return isKept ? [] : [{ trial: number, param: name, stored, derived }];
  });
  return { number, derived: 0, given: names.length, differences };
}

/** The value of a parameter for which no sampler was asked: it was enqueued, or is the only one. Undefined for others. */
function givenValue(trial: FrozenTrial, name: string, distribution: Distribution): ParamValue | undefined {
  if (distribution.isSingle) return distribution.first;
  const fixed = ownValue(fixedParams(trial), name);
  return fixed !== undefined && distribution.contains(fixed) ? fixed : undefined;
}

function isSame(stored: ParamValue, derived: ParamValue, distribution: Distribution): boolean {
  return distribution.contains(derived) && distribution.toInternal(derived) === distribution.toInternal(stored);
}
