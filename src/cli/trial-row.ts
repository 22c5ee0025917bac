import type { JsonValue } from '../json.ts';
import type { FrozenTrial } from '../trial/frozen-trial.ts';
import type { Row } from './table.ts';

/** A trial as commands print it: one value under `value`, several under `values`. */
export function trialRow(trial: FrozenTrial): Row {
  const { number, state, values, params, startedAt, completedAt, userAttrs } = trial;
  const seconds = startedAt && completedAt ? (completedAt.getTime() - startedAt.getTime()) / 1000 : null;
  const value: JsonValue = values?.length === 1 ? (values[0] ?? null) : values;
  return {
    trial: number,
    state,
    [values !== null && values.length > 1 ? 'values' : 'value']: value,
    seconds,
    params,
    ...(Object.keys(userAttrs).length > 0 && { user: userAttrs }),
  };
}
