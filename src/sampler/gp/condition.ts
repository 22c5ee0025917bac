import { ownValue } from '../../base/own-value.ts';
import { isCategorical } from '../../space/categorical-distribution.ts';
import type { Distribution } from '../../space/distribution.ts';
import type { DistributionMap } from '../../space/distribution-map.ts';
import { namedBranches } from '../../space/named-branches.ts';
import type { FrozenTrial } from '../../trial/frozen-trial.ts';

/** The values of another parameter with which a parameter is there. Plain data. */
export interface Condition {
  /** The name of the other parameter. */
  readonly parent: string;
  /** The indices of its choices; for a number, the ends of an interval of its values. */
  readonly when: { readonly choices: readonly number[] } | { readonly from: number; readonly to: number };
}

/** The conditions by the names of the parameters that have one. */
export type Conditions = ReadonlyMap<string, Condition>;

/** Whether a condition allows an internal value (the index of a choice, or a number). */
export function allows({ when }: Condition, internal: number): boolean {
  return 'choices' in when ? when.choices.includes(internal) : internal >= when.from && internal <= when.to;
}

/**
 * The conditions of a space's parameters. Those of a variant's branches follow from their names, as long as no trial
 * has one without its branch. (A space may hold a plain choice `a` beside a plain `a.b.c`.) Those of parameters that
 * are not declared, which objectives ask for as they run, are learnt from the trials.
 *
 * @param declared the names of declared parameters.
 * @param trials what conditions are learnt from, COMPLETE and PRUNED ones.
 */
export function conditionsOf(
  space: DistributionMap,
  declared: { has(name: string): boolean },
  trials: readonly FrozenTrial[],
): Conditions {
  const conditions = new Map<string, Condition>();
  for (const [name] of space) {
    const condition =
      namedCondition(name, space, trials) ?? (declared.has(name) ? undefined : learnt(name, space, trials));
    if (condition) conditions.set(name, condition);
  }
  return conditions;
}

/** The condition of `optimizer.adam.beta1`: that `optimizer` is `adam`; of several, the innermost. */
function namedCondition(name: string, space: DistributionMap, trials: readonly FrozenTrial[]): Condition | undefined {
  for (const { parent, index } of namedBranches(name, space)) {
    const distribution = space.get(parent) as Distribution;
    const condition: Condition = { parent, when: { choices: [index] } };
    const contradicts = (trial: FrozenTrial) =>
      Object.hasOwn(trial.params, name) && !holds(condition, distribution, trial);
    if (!trials.some(contradicts)) return condition;
  }
  return undefined;
}

function holds(condition: Condition, distribution: Distribution, trial: FrozenTrial): boolean {
  const value = ownValue(trial.params, condition.parent);
  return value !== undefined && distribution.contains(value) && allows(condition, distribution.toInternal(value));
}

/**
 * The condition that tells the trials with a parameter from those without it: choices of another parameter, or numbers
 * from a threshold on. Of several, that of the parameter with the fewest values, since one with many tells anything
 * apart; of equals, the first. Undefined where all trials have the parameter or nothing tells them apart.
 */
function learnt(name: string, space: DistributionMap, trials: readonly FrozenTrial[]): Condition | undefined {
  const having = trials.filter(({ params }) => Object.hasOwn(params, name));
  const lacking = trials.filter(({ state, params }) => state === 'COMPLETE' && !Object.hasOwn(params, name));
  if (lacking.length === 0) return undefined;
  let found: Condition | undefined;
  let fewest = Infinity;
  for (const [parent, distribution] of space) {
    const count = isCategorical(distribution) ? distribution.choices.length : DECISIVE_NUMBER;
    if (parent === name || count >= fewest) continue;
    const condition = dividing(parent, distribution, having, lacking);
    if (condition === undefined) continue;
    found = condition;
    fewest = count;
  }
  return found;
}

/** A number counts as a choice of so many values. */
const DECISIVE_NUMBER = 16;

function dividing(
  parent: string,
  distribution: Distribution,
  having: readonly FrozenTrial[],
  lacking: readonly FrozenTrial[],
): Condition | undefined {
  const internals = (trials: readonly FrozenTrial[]) =>
    trials.flatMap(({ params }) => {
      const value = ownValue(params, parent);
      return value !== undefined && distribution.contains(value) ? [distribution.toInternal(value)] : [];
    });
  const [inside, outside] = [internals(having), internals(lacking)];
  // A parameter that some trial has without the parent, or that never lacks beside it, does not depend on it.
  if (inside.length < having.length || inside.length === 0 || outside.length === 0) return undefined;
  if (isCategorical(distribution)) {
    const choices = new Set(inside);
    if (outside.some((index) => choices.has(index))) return undefined;
    return { parent, when: { choices: [...choices].sort((a, b) => a - b) } };
  }
  if (distribution.kind !== 'int') return undefined;
  const [low, high] = [Math.min(...inside), Math.max(...inside)];
  const [lowOutside, highOutside] = [Math.min(...outside), Math.max(...outside)];
  if (highOutside < low) return { parent, when: { from: (highOutside + low) / 2, to: Infinity } };
  if (high < lowOutside) return { parent, when: { from: -Infinity, to: (high + lowOutside) / 2 } };
  return undefined;
}
