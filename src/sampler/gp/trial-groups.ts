import type { History } from '../../history/history.ts';
import type { FrozenTrial } from '../../trial/frozen-trial.ts';
import { Forecast } from './forecast.ts';

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
 * Groups the trials of a history of one direction. The loss of a PRUNED trial is a forecast; one that is infinite or
 * NaN, whatever its sign, counts as the worst of the others.
 *
 * @param own the number of a trial to leave out: the one that a suggestion is for.
 */
export function trialGroups({ study, trials }: History, own: number): TrialGroups {
  const sign = study.directions[0] === 'maximize' ? -1 : 1;
  const others = trials.filter(({ number }) => number !== own);
  const inState = (state: FrozenTrial['state']) => others.filter((trial) => trial.state === state);
  const complete = inState('COMPLETE').map((trial) => ({ trial, loss: sign * (trial.values?.[0] ?? Number.NaN) }));
  const pruned = inState('PRUNED');
  const forecast = new Forecast(complete, sign);
  const forecasts = pruned.flatMap((trial) => {
    const loss = forecast.of(trial);
    return loss === undefined ? [] : [{ trial, loss }];
  });
  const known = [...complete, ...forecasts].sort((a, b) => a.trial.number - b.trial.number);
  const worst = known.reduce((most, { loss }) => (Number.isFinite(loss) ? Math.max(most, loss) : most), -Infinity);
  const instead = Number.isFinite(worst) ? worst : 0;
  return {
    known: known.map(({ trial, loss }) => ({ trial, loss: Number.isFinite(loss) ? loss : instead })),
    finishedCount: complete.length + pruned.length,
    failed: inState('FAIL').filter(hasParams),
    running: inState('RUNNING').filter(hasParams),
  };
}

function hasParams({ params }: FrozenTrial): boolean {
  return Object.keys(params).length > 0;
}
