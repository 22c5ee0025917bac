import { HpoError } from '../base/errors.ts';
import { isObject } from '../base/is-object.ts';
import type { JsonValue } from '../base/json.ts';
import { refusal, shown, wrongValue } from '../base/option-checks.ts';
import { ownValue } from '../base/own-value.ts';
import type { History, StudyShape } from '../history/history.ts';
import type { Distribution, ParamValue } from '../space/distribution.ts';
import { flattenParams } from '../space/nested-params.ts';
import type { FlatParams } from '../space/search-space.ts';
import type { Draw, Sampler, StartingTrial } from './sampler.ts';

const refuse = refusal('HPO_INVALID_STUDY', 'partialFixed()');

/** Keeps some parameters at given values and leaves the others to another sampler. Made by {@link partialFixed}. */
class PartialFixedSampler implements Sampler {
  readonly name = 'partialFixed';
  readonly #fixed: FlatParams;
  readonly #sampler: Sampler;

  constructor(fixed: object, sampler: Sampler) {
    if (!isObject(fixed)) refuse(`the values are ${shown(fixed)}; give an object, such as { layers: 3 }.`);
    if (typeof sampler?.start !== 'function' || typeof sampler.sample !== 'function') {
      refuse(wrongValue('the second argument', sampler, 'a sampler, such as tpe()'));
    }
    this.#fixed = flattenParams(fixed, (name, problem) => refuse(`\`${name}\` ${problem}.`, { name }));
    this.#sampler = sampler;
  }

  get options(): JsonValue {
    const { name, options } = this.#sampler;
    return { fixed: this.#fixed, sampler: { name, ...(options !== undefined && { options }) } };
  }

  get ignoresRunningReports(): boolean {
    return this.#sampler.ignoresRunningReports ?? false;
  }

  get seesAllTrials(): boolean {
    return this.#sampler.seesAllTrials ?? false;
  }

  get learnsFromEarlier(): boolean {
    return this.#sampler.learnsFromEarlier ?? false;
  }

  checkStudy(study: StudyShape): void {
    this.#sampler.checkStudy?.(study);
    if (study.space.size === 0) return;
    for (const [name, value] of Object.entries(this.#fixed)) {
      const distribution = study.space.get(name);
      if (distribution === undefined) {
        refuse(`the study "${study.name}" has no \`${name}\`; it has ${[...study.space.keys()].join(', ')}.`, { name });
      } else if (!distribution.contains(value)) {
        refuse(`${shown(value)} is not a value of \`${name}\`, ${distribution}.`, { [name]: value });
      }
    }
  }

  remaining(history: History): number | undefined {
    return this.#sampler.remaining?.(history);
  }

  start(history: History, trial: StartingTrial): Draw | Promise<Draw> {
    const draw = this.#sampler.start(history, this.#with(trial));
    const fix = (own: Draw): Draw => ({ ...own, params: new Map([...own.params, ...Object.entries(this.#fixed)]) });
    return draw instanceof Promise ? draw.then(fix) : fix(draw);
  }

  /** @throws HpoError HPO_INVALID_ARGUMENT for a fixed value that the distribution does not contain. */
  sample(
    history: History,
    trial: StartingTrial,
    name: string,
    distribution: Distribution,
  ): ParamValue | Promise<ParamValue> {
    const value = ownValue(this.#fixed, name);
    if (value === undefined) return this.#sampler.sample(history, this.#with(trial), name, distribution);
    const problem = `partialFixed(): ${shown(value)} is not a value of \`${name}\`, ${distribution}.`;
    throw new HpoError('HPO_INVALID_ARGUMENT', problem, { data: { [name]: value } });
  }

  #with(trial: StartingTrial): StartingTrial {
    const { number, params, rng, studyRng } = trial;
    return { number, params: { ...this.#fixed, ...params }, rng, studyRng };
  }
}

/**
 * Keeps some parameters at given values and leaves the others to another sampler, such as to search on around the best
 * trial's architecture. Values that a trial was enqueued with come before these.
 *
 * @param fixed values as objectives receive them: a variant is an object with its `kind`, and perhaps some of the
 *   parameters of that branch.
 * @throws HpoError HPO_INVALID_STUDY for wrong arguments; when a study is declared or opened, for a value that its
 *   space does not contain. A trial whose objective asks for a parameter that cannot take its fixed value fails.
 * @example defineStudy({ sampler: partialFixed({ layers: 3 }, tpe()), … })
 */
export function partialFixed(fixed: object, sampler: Sampler): Sampler {
  return new PartialFixedSampler(fixed, sampler);
}
