import type { FrozenTrial } from '../../trial/frozen-trial.ts';
import type { Look } from '../look.ts';

/** One look of a sampler, and the parameters that it chose by it. */
export interface ReplayStep {
  readonly trial: FrozenTrial;
  readonly look: Look;
  /** The stored names of the parameters that were chosen between this look and the next one. */
  readonly params: readonly string[];
  /** Whether it is the last step of its trial. */
  readonly isLast: boolean;
}

/** The steps by which a trial got its parameters. */
export function stepsOf(trial: FrozenTrial, looks: readonly Look[]): readonly ReplayStep[] {
  const names = Object.keys(trial.params);
  return looks.map((look, index) => {
    const next = looks[index + 1];
    return { trial, look, params: names.slice(look.at ?? 0, next && (next.at ?? 0)), isLast: next === undefined };
  });
}

/**
 * Steps in the order in which what they saw came to be: every reader of a storage sees all that was written before, so
 * of two sights the one with more finished trials is the later one. The steps of a trial stay in their order.
 */
export function inOrder(steps: readonly ReplayStep[]): readonly ReplayStep[] {
  const keyed = steps.map((step) => ({ step, finished: finishedCount(step.look) }));
  keyed.sort((a, b) => a.finished - b.finished || a.step.look.trials - b.step.look.trials);
  return keyed.map(({ step }) => step);
}

/** The number of trials that were finished, and with them all that was. */
function finishedCount({ trials, running = [], waiting = [], interrupted = [] }: Look): number {
  const waitingCount = waiting.reduce((sum, [first, last]) => sum + last - first + 1, 0);
  return trials - running.length - waitingCount - interrupted.length;
}
