import { isCategorical } from './categorical-distribution.ts';
import type { Distribution } from './distribution.ts';
import { isNumeric } from './numeric-distribution.ts';

/**
 * Why a parameter that has been `known` may not go on as `wanted` in the same study, or undefined where it may.
 * Optuna's rule: the kind, the `log` flag and the choices must stay; bounds and step may change.
 */
export function incompatibility(known: Distribution, wanted: Distribution): string | undefined {
  if (known === wanted) return undefined;
  if (known.kind !== wanted.kind) return `it was ${known.kind} and is ${wanted.kind} now`;
  if (isNumeric(known) && isNumeric(wanted) && known.log !== wanted.log) {
    return known.log ? 'it was logarithmic and is linear now' : 'it was linear and is logarithmic now';
  }
  if (isCategorical(known) && isCategorical(wanted) && !known.hasSameChoices(wanted)) {
    return `its choices were ${known.choicesText} and are ${wanted.choicesText} now`;
  }
  return undefined;
}
