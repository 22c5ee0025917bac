import { HpoError } from '../../base/errors.ts';
import { ownValue } from '../../base/own-value.ts';
import { distributionToJson } from '../../space/distribution-json.ts';
import type { StudyDefinition } from '../../study/definition/definition.ts';
import { LiveTrial } from '../../study/trial/live-trial.ts';
import { infeasibility } from '../../study/trial/outcome.ts';
import { runObjective } from '../../study/trial/run-objective.ts';
import type { Channel } from '../wire/channel.ts';
import type { CoordinatorMethods, RetrainOrder, TrialEnd, TrialOrder, WorkerMethods } from '../wire/protocol.ts';
import type { BackendWatch } from './backend-watch.ts';

/** The parts that {@link runTrial} works with. */
export interface TrialRunParts {
  readonly study: StudyDefinition;
  readonly coordinator: Pick<Channel<WorkerMethods, CoordinatorMethods>, 'request'>;
  readonly backend: BackendWatch;
  /** Aborted when the objective is to end. */
  readonly signal: AbortSignal;
  /** Takes a message of the objective. It returns a promise for programs, which can wait. */
  readonly log: (message: string) => Promise<void> | undefined;
  readonly warn: (message: string) => void;
}

/** Runs a study's objective for one trial, whose requests go to the coordinator until the objective has ended. */
export async function runTrial(
  order: TrialOrder,
  { study, coordinator, backend, signal, log, warn }: TrialRunParts,
): Promise<TrialEnd> {
  const { settings, studySeed } = order;
  const params = paramsOf(study, order);
  let isOver = false;
  // The coordinator takes every request for one of the trial that the worker runs now.
  const ask: typeof coordinator.request = async (method, argument) => {
    if (!isOver) return coordinator.request(method, argument);
    const mend = 'await what it does before its objective returns';
    throw new HpoError('HPO_TRIAL_STATE', `Trial ${order.number} has ended; ${mend}.`);
  };
  const trial = new LiveTrial(
    { ...order, params, flatParams: order.params },
    {
      report: (value, step, extras) => ask('report', { value, step, extras }),
      shouldPrune: () => ask('shouldPrune', undefined),
      setUserAttr: (key, value) => ask('setUserAttr', { key, value }),
      setConstraint: (name, value) => ask('setConstraint', { name, value }),
      suggest: (name, distribution) => ask('suggest', { name, distribution: distributionToJson(distribution) }),
      keepCheckpoints: (kept) => ask('keepCheckpoints', kept),
      warn,
    },
  );
  const objective = () => study.objective({ trial, params, settings, signal, studySeed, log });
  const end = await backend.watchTrial(() => runObjective(() => backend.explain(objective)));
  isOver = true;
  const values: readonly unknown[] = Array.isArray(end.told) ? end.told : [end.told];
  // A wrong result of an objective (a tensor, a function) cannot be sent; the problem with it can.
  const problem = typeof end.told === 'string' ? undefined : infeasibility(values, study.directions.length);
  return problem === undefined ? end : { ...end, told: 'FAIL', failure: { name: 'InvalidValue', message: problem } };
}

/** An order's parameters as objectives receive them. */
export function paramsOf({ space }: StudyDefinition, { params }: TrialOrder | RetrainOrder) {
  return space.assemble((name) => ownValue(params, name) ?? null);
}
