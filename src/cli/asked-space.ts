import { HpoError } from '../base/errors.ts';
import { isObject } from '../base/is-object.ts';
import { type JsonValue, stringifyPythonJson } from '../base/json.ts';
import { didYouMean } from '../base/nearest-name.ts';
import { incompatibility } from '../space/compatibility.ts';
import type { Distribution, ParamValue } from '../space/distribution.ts';
import { distributionFromJson } from '../space/distribution-json.ts';
import { variantNames } from '../space/nested-params.ts';
import type { FlatParams } from '../space/search-space.ts';
import type { Inventory } from '../storage/storage.ts';

/** Distributions by the names under which parameters are stored. */
export type AskedSpace = ReadonlyMap<string, Distribution>;

/**
 * Parses a search space in the JSON of `optuna ask --search-space`: under each name a distribution as Optuna writes it.
 * `log` and `step` may be left out.
 * @throws HpoError HPO_INVALID_ARGUMENT naming the part that is wrong.
 */
export function parseSpace(text: string): AskedSpace {
  const refuse = (problem: string, cause?: unknown): never => {
    throw new HpoError('HPO_INVALID_ARGUMENT', `--space: ${problem}`, { cause });
  };
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch (cause) {
    return refuse(`this is not JSON: ${text}; ${FORM}`, cause);
  }
  if (typeof content !== 'object' || content === null || Array.isArray(content)) return refuse(FORM);
  const entries = Object.entries(content).map(([name, entry]): [string, Distribution] => {
    try {
      checkAttributes(entry, (problem) => refuse(`\`${name}\`: ${problem}`));
      return [name, distributionFromJson(stringifyPythonJson(entry as JsonValue))];
    } catch (cause) {
      if (cause instanceof RangeError) return refuse(`\`${name}\` is nested too deeply; ${FORM}`, cause);
      if (!HpoError.is(cause) || cause.code === 'HPO_INVALID_ARGUMENT') throw cause;
      // The error for a value that is not a distribution at all is about a database.
      return refuse(`\`${name}\`: ${cause.code === 'HPO_STORAGE' ? FORM : cause.message}`, cause);
    }
  });
  return entries.length === 0 ? refuse(`it is empty; ${FORM}`) : new Map(entries);
}

const FORM =
  'write {"x": {"name": "FloatDistribution", "attributes": {"low": 0, "high": 1}}}, with FloatDistribution, IntDistribution or CategoricalDistribution.';

const ATTRIBUTES = ['low', 'high', 'log', 'step', 'choices'];

/** Refuses unknown attributes, which would be ignored silently, and choices that no parameter can have. */
function checkAttributes(entry: unknown, refuse: (problem: string) => never): void {
  const { attributes } = Object(entry) as { readonly attributes?: unknown };
  if (typeof attributes !== 'object' || attributes === null) return;
  const unknown = Object.keys(attributes).find((name) => !ATTRIBUTES.includes(name));
  if (unknown !== undefined) {
    const meant = didYouMean(unknown, ATTRIBUTES);
    refuse(`there is no attribute \`${unknown}\`${meant === '' ? `; there are ${ATTRIBUTES.join(', ')}.` : meant}`);
  }
  const { choices } = attributes as { readonly choices?: unknown };
  if (Array.isArray(choices) && choices.some(isObject)) {
    refuse('a choice is an object; give strings, numbers, booleans or null.');
  }
}

/** Every parameter that a study's trials have had, each with its newest distribution. */
export function storedSpace({ parameters }: Pick<Inventory, 'parameters'>): AskedSpace {
  return new Map(parameters.flatMap(({ name, distributions }) => distributions.map((each) => [name, each])));
}

/** Checks a space. @throws HpoError HPO_STUDY_DIFFERS naming the first parameter that does not fit the stored ones. */
export function checkSpace(space: AskedSpace, stored: AskedSpace): void {
  for (const [name, wanted] of space) {
    const known = stored.get(name);
    const problem = known && incompatibility(known, wanted);
    if (problem === undefined) continue;
    const mend = 'start a new study or give the parameter another name';
    throw new HpoError('HPO_STUDY_DIFFERS', `--space: of the parameter \`${name}\`, ${problem}; ${mend}.`);
  }
}

/**
 * Asks for each parameter of a space; in a variant only for those of the chosen branch.
 * @returns the parameters in the order of the space, a variant before its branch.
 */
export async function suggestAll(
  space: AskedSpace,
  suggest: (name: string, distribution: Distribution) => Promise<ParamValue>,
): Promise<FlatParams> {
  const variants = [...variantNames(space)];
  const params = new Map<string, ParamValue>();
  const ask = async (name: string, distribution: Distribution): Promise<void> => {
    if (params.has(name)) return;
    for (const [outer, choice] of space) {
      if (variants.includes(outer) && name.startsWith(`${outer}.`)) await ask(outer, choice);
    }
    if (isTaken(name, variants, params)) params.set(name, await suggest(name, distribution));
  };
  for (const [name, distribution] of space) await ask(name, distribution);
  return Object.fromEntries(params);
}

/** Whether the branches that a parameter lies in were chosen in all their variants. */
function isTaken(name: string, variants: readonly string[], params: ReadonlyMap<string, ParamValue>): boolean {
  return variants.every((outer) => {
    if (!name.startsWith(`${outer}.`)) return true;
    return params.has(outer) && name.startsWith(`${outer}.${params.get(outer)}.`);
  });
}
