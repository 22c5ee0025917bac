import type { Rng } from '../../base/rng.ts';
import type { History } from '../../history/history.ts';
import { type Direction, signOf } from '../../trial/direction.ts';
import type { FrozenTrial } from '../../trial/frozen-trial.ts';
import { Forecast } from './forecast.ts';
import { scalarLosses } from './scalarization.ts';

/** A trial with the loss that the model is to know. */
export interface TrialWithLoss {
  readonly trial: FrozenTrial;
  readonly loss: number;
}

/** The trials of a history as the model looks at them, each list by number. */
export interface TrialGroups {
  /** COMPLETE trials, and PRUNED ones that have reported, with a finite loss each. */
  readonly known: readonly TrialWithLoss[];
  /** The number of trials that are COMPLETE or PRUNED. */
  readonly finishedCount: number;
  /** FAILED trials that have parameters. */
  readonly failed: readonly FrozenTrial[];
  /** RUNNING trials that have parameters. */
  readonly running: readonly FrozenTrial[];
}

/**
 * Groups the trials of a history. The loss of a PRUNED trial is a forecast; one that is infinite or NaN, whatever its
 * sign, counts as the worst of the others. With several directions the losses are those of {@link scalarLosses}, and
 * PRUNED trials have none.
 *
 * @param own the number of a trial to leave out: the one that a suggestion is for.
 * @param rng draws the weights of several directions.
 */
export function trialGroups({ study, trials }: History, own: number, rng: Rng): TrialGroups {
  const { directions } = study;
  const others = trials.filter(({ number }) => number !== own);
  const inState = (state: FrozenTrial['state']) => others.filter((trial) => trial.state === state);
  const [complete, pruned] = [inState('COMPLETE'), inState('PRUNED')];
  return {
    known:
      directions.length === 1 ? ofOne(complete, pruned, signOf(directions[0])) : ofSeveral(complete, directions, rng),
    finishedCount: complete.length + pruned.length,
    failed: inState('FAIL').filter(hasParams),
    running: inState('RUNNING').filter(hasParams),
  };
}

/** COMPLETE trials with their loss, and PRUNED ones with a forecast. */
function ofOne(
  complete: readonly FrozenTrial[],
  pruned: readonly FrozenTrial[],
  sign: 1 | -1,
): readonly TrialWithLoss[] {
  const ended = complete.map((trial) => ({ trial, loss: sign * (trial.values?.[0] ?? Number.NaN) }));
  const forecast = new Forecast(ended, sign);
  const forecasts = pruned.flatMap((trial) => {
    const loss = forecast.of(trial);
    return loss === undefined ? [] : [{ trial, loss }];
  });
  const known = [...ended, ...forecasts].sort((a, b) => a.trial.number - b.trial.number);
  const finite = finiteLosses(known.map(({ loss }) => loss));
  return known.map(({ trial }, at) => ({ trial, loss: finite[at] as number }));
}

/** COMPLETE trials with one loss of their several ones. */
function ofSeveral(
  complete: readonly FrozenTrial[],
  directions: readonly Direction[],
  rng: Rng,
): readonly TrialWithLoss[] {
  const byDirection = directions.map((direction, i) => {
    return finiteLosses(complete.map(({ values }) => signOf(direction) * (values?.[i] ?? Number.NaN)));
  });
  const losses = complete.map((_, at) => byDirection.map((own) => own[at] as number));
  const scalars = scalarLosses(losses, rng);
  return complete.map((trial, at) => ({ trial, loss: scalars[at] as number }));
}

/** Losses of which infinite ones and NaN, whatever their sign, are the worst of the others. */
function finiteLosses(losses: readonly number[]): readonly number[] {
  const worst = losses.reduce((most, loss) => (Number.isFinite(loss) ? Math.max(most, loss) : most), -Infinity);
  const instead = Number.isFinite(worst) ? worst : 0;
  return losses.map((loss) => (Number.isFinite(loss) ? loss : instead));
}

function hasParams({ params }: FrozenTrial): boolean {
  return Object.keys(params).length > 0;
}
