import type { Rng } from '../../base/rng.ts';
import { ascendingOrder } from '../../math/ascending-order.ts';
import { minimize } from '../../math/l-bfgs.ts';
import type { Hyperparameters } from './kernel.ts';
import { hyperparameterBox, hyperparametersOf, LogPosterior, type Observations, startOf } from './log-posterior.ts';

/** The most observations that hyperparameters are fitted to: of more, the best and a random rest. */
const MOST_ROWS = 100;

const STOP = { iterations: 60, gradientTolerance: 1e-2, valueTolerance: 1e-6, longestStep: 2 };

/** The most probable hyperparameters. */
export function fitHyperparameters(observations: Observations, rng: Rng): Hyperparameters {
  const rows = representative(observations, rng);
  const posterior = new LogPosterior(rows);
  const width = rows.points[0]?.length ?? 0;
  const { point } = minimize(
    (logs, gradient) => posterior.at(logs, gradient),
    startOf(width),
    hyperparameterBox(width),
    STOP,
  );
  return hyperparametersOf(point);
}

function representative(observations: Observations, rng: Rng): Observations {
  const { points, values } = observations;
  if (points.length <= MOST_ROWS) return observations;
  const order = ascendingOrder(values);
  const best = order.subarray(0, MOST_ROWS / 2);
  const rest = order.subarray(MOST_ROWS / 2);
  const others = rng.permutation(rest.length).subarray(0, MOST_ROWS - best.length);
  const chosen = [...best, ...others.toSorted().map((at) => rest[at] as number)];
  return {
    ...observations,
    points: chosen.map((at) => points[at] as Float64Array),
    values: Float64Array.from(chosen, (at) => values[at] as number),
  };
}
