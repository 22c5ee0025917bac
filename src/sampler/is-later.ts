import type { ParamValue } from '../space/distribution.ts';

/** Whether a value is still to come. Choices from a database may be lists, which are objects, too. */
export function isLater(value: ParamValue | Promise<ParamValue>): value is Promise<ParamValue> {
  return typeof (value as Partial<Promise<ParamValue>> | null)?.then === 'function';
}
