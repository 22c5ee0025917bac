import type { JsonValue } from '../base/json.ts';
import { checkOption, type OptionKind, refusal, wholeNumberFrom, wrongValue } from '../base/option-checks.ts';
import type { History, StudyShape } from '../history/history.ts';
import type { Direction } from '../trial/direction.ts';
import type { FrozenTrial } from '../trial/frozen-trial.ts';
import { bestReport } from './best-report.ts';
import { checkOneDirection } from './one-direction.ts';
import type { Pruner } from './pruner.ts';

const delta: OptionKind = {
  wanted: 'a number from 0 on',
  accepts: (value) => typeof value === 'number' && value >= 0,
};

/**
 * Lets another pruner judge a trial only while it does not improve, as Optuna's patient pruner: when the best of its
 * last `patience` + 1 reports is worse than the best before by more than `minDelta`. NaN is left out on either side; a
 * side with nothing else never prunes.
 *
 * @param pruner the pruner that judges such a trial; undefined to prune it right away, which stops a trial early by its
 *   own reports alone. Its brackets, if it has any, are those of this one.
 * @param patience a number of reports, from 0 on.
 * @param minDelta from 0 on; default 0.
 * @throws HpoError HPO_INVALID_STUDY for an argument that is out of its range. A study with several directions, or one
 *   that the other pruner refuses, is refused when it is declared or opened.
 * @example defineStudy({ pruner: patient(median(), 3), … })
 */
export function patient(pruner: Pruner | undefined, patience: number, minDelta = 0): Pruner {
  const refuse = refusal('HPO_INVALID_STUDY', 'patient()');
  if (pruner !== undefined && typeof (pruner as Partial<Pruner> | null)?.judge !== 'function') {
    refuse(wrongValue('the first argument', pruner, 'a pruner, such as median(), or undefined'));
  }
  checkOption('patience', patience, wholeNumberFrom(0), refuse);
  checkOption('minDelta', minDelta, delta, refuse);
  const peers = pruner?.peers?.bind(pruner);
  const wrapped: JsonValue = pruner ? { name: pruner.name, options: pruner.options ?? null } : null;
  return Object.freeze<Pruner>({
    name: 'patient',
    options: { pruner: wrapped, patience, minDelta },
    ...(peers && { peers }),
    ignoresRunningReports: pruner?.ignoresRunningReports ?? true,
    checkStudy(study: StudyShape) {
      checkOneDirection('patient', study);
      pruner?.checkStudy?.(study);
    },
    judge(history: History, trial: FrozenTrial) {
      const direction = history.study.directions[0] as Direction;
      if (!isStuck(trial, direction, patience, minDelta)) return false;
      return pruner === undefined ? true : pruner.judge(history, trial);
    },
  });
}

/** Whether the last `patience` + 1 reports are worse, by more than `minDelta`, than the best before them. */
function isStuck(trial: FrozenTrial, direction: Direction, patience: number, minDelta: number): boolean {
  const reports = [...trial.intermediateValues].sort(([a], [b]) => a - b).map(([, value]) => value);
  const lateFrom = reports.length - patience - 1;
  if (lateFrom <= 0) return false;
  const before = bestReport(reports.slice(0, lateFrom), direction) ?? Number.NaN;
  const late = bestReport(reports.slice(lateFrom), direction) ?? Number.NaN;
  return direction === 'minimize' ? before + minDelta < late : before - minDelta > late;
}
