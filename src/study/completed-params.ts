import { ownValue } from '../base/own-value.ts';
import { Rng } from '../base/rng.ts';
import { drawEvenly } from '../sampler/random.ts';
import type { ParamValue } from '../space/distribution.ts';
import type { FlatParams, Params, SearchSpace } from '../space/search-space.ts';
import type { SpaceDefinition } from '../space/variant.ts';
import type { FrozenTrial } from '../trial/frozen-trial.ts';

/** A trial's parameters, completed with those that the space declares and the trial does not have. */
export interface CompletedParams<D extends SpaceDefinition = SpaceDefinition> {
  /**
   * The parameters as objectives receive them; beside them, under their names, those that the trial asked for as it
   * ran.
   */
  readonly params: Params<SearchSpace<D>>;
  /** The parameters as they are stored. */
  readonly flatParams: FlatParams;
  /** The parameters that were drawn because the trial lacks them; mostly none. */
  readonly drawn: FlatParams;
}

/**
 * Completes the parameters of a trial that was run before the space had all its present ones, or by another program. A
 * missing one is drawn evenly from its distribution, by the study's seed, the trial's number and the parameter's name:
 * always the same value.
 */
export function completedParams<D extends SpaceDefinition>(
  space: SearchSpace<D>,
  { number, params: stored }: Pick<FrozenTrial, 'number' | 'params'>,
  seed: number,
): CompletedParams<D> {
  const taken: [string, ParamValue][] = [];
  const drawn: [string, ParamValue][] = [];
  const declared = space.assemble((name, distribution) => {
    let value = ownValue(stored, name);
    if (value === undefined) {
      value = drawEvenly(Rng.of(seed, number, `missing:${name}`), distribution);
      drawn.push([name, value]);
    }
    taken.push([name, value]);
    return value;
  });
  const asked: object = space.undeclared(stored);
  const flatParams: FlatParams = { ...asked, ...Object.fromEntries(taken) };
  return { params: Object.freeze({ ...declared, ...asked }), flatParams, drawn: Object.fromEntries(drawn) };
}

/** The names of the declared parameters that a trial would need and lacks. */
export function missingParams(space: SearchSpace, trial: Pick<FrozenTrial, 'number' | 'params'>): readonly string[] {
  return Object.keys(completedParams(space, trial, 0).drawn);
}
