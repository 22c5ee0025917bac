import { HpoError } from '../base/errors.ts';
import { parsePythonJson, stringifyPythonJson } from '../base/json.ts';
import { CategoricalDistribution, isCategorical } from './categorical-distribution.ts';
import type { Distribution, ParamValue } from './distribution.ts';
import { FloatDistribution } from './float-distribution.ts';
import { IntDistribution } from './int-distribution.ts';
import { isNumeric } from './numeric-distribution.ts';

/** Optuna's JSON text of a distribution, as it stands in the column `distribution_json`. */
export function distributionToJson(distribution: Distribution): string {
  if (isCategorical(distribution)) {
    return stringifyPythonJson({ name: 'CategoricalDistribution', attributes: { choices: distribution.choices } });
  }
  if (isNumeric(distribution)) {
    const { low, high, log, step } = distribution;
    const name = distribution.kind === 'float' ? 'FloatDistribution' : 'IntDistribution';
    return stringifyPythonJson({ name, attributes: { step, low, high, log } });
  }
  throw new HpoError('HPO_INVALID_ARGUMENT', `${distribution} is none of float, int and categorical.`);
}

/**
 * Parses Optuna's JSON text of a distribution: the inverse of {@link distributionToJson}. Choices that Optuna allows
 * and `categorical()` refuses (repeated ones, NaN, lists) are kept as they are, and so are bounds of whole numbers
 * beyond 2^53, as near as a number goes.
 * @throws HpoError HPO_STORAGE for a text that is not JSON, or a class that Optuna 5 does not write; HPO_INVALID_SPACE
 *   for bounds that nothing can be drawn from.
 */
export function distributionFromJson(text: string): Distribution {
  const { name, attributes } = parse(text);
  switch (name) {
    case 'FloatDistribution':
    case 'IntDistribution': {
      const { low, high, log, step } = attributes as { low: number; high: number; log: boolean; step: number | null };
      const options = log || step === null ? { log } : { step };
      if (name === 'FloatDistribution') return new FloatDistribution(low, high, options);
      return new IntDistribution(low, high, options, 'stored');
    }
    case 'CategoricalDistribution':
      return storedChoices(text, (attributes as { choices: readonly ParamValue[] }).choices);
    default:
      throw unreadable(text);
  }
}

function storedChoices(text: string, choices: readonly ParamValue[]): Distribution {
  if (!Array.isArray(choices) || choices.length === 0) throw unreadable(text);
  return new CategoricalDistribution(choices, 'stored');
}

function parse(text: string): { name?: unknown; attributes: object } {
  let value: unknown;
  try {
    value = parsePythonJson(text);
  } catch (cause) {
    throw unreadable(text, cause);
  }
  if (typeof value === 'object' && value !== null && 'attributes' in value) {
    const { attributes } = value;
    if (typeof attributes === 'object' && attributes !== null) return { ...value, attributes };
  }
  throw unreadable(text);
}

const LONGEST_SHOWN = 200;

function unreadable(text: string, cause?: unknown): HpoError {
  const excerpt = text.length > LONGEST_SHOWN ? `${text.slice(0, LONGEST_SHOWN)}…` : text;
  const problem = `The database holds a distribution that hpo does not know: ${excerpt}`;
  return new HpoError('HPO_STORAGE', problem, { cause });
}
