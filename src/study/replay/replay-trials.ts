import type { StudyShape } from '../../history/history.ts';
import type { Pruner } from '../../pruner/pruner.ts';
import type { Sampler } from '../../sampler/sampler.ts';
import type { Distribution, ParamValue } from '../../space/distribution.ts';
import type { FrozenTrial } from '../../trial/frozen-trial.ts';
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
        if (isGiven(trial, name, distribution)) outcome.given++;
        else {
          const derived = await choice.choose(history, name, distribution);
          outcome.derived++;
          if (!isSame(stored, derived, distribution))
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

/** Whether no sampler was asked for the parameter: it was enqueued, or has no other value. */
function isGiven(trial: FrozenTrial, name: string, distribution: Distribution): boolean {
  const fixed = fixedParams(trial);
  return distribution.isSingle || (Object.hasOwn(fixed, name) && distribution.contains(fixed[name]));
}

function isSame(stored: ParamValue, derived: ParamValue, distribution: Distribution): boolean {
  return distribution.contains(derived) && distribution.toInternal(derived) === distribution.toInternal(stored);
}
