import type { Rng } from '../../base/rng.ts';
import type { Distribution, ParamValue } from '../../space/distribution.ts';
import type { DistributionMap } from '../../space/distribution-map.ts';
import { isNumeric, type NumericDistribution } from '../../space/numeric-distribution.ts';
import { UnitInterval } from '../../space/unit-interval.ts';
import type { Bounds, Crossover, Draws } from './crossover.ts';
import { dominatesConstrained, type Individual } from './individuals.ts';
import { polynomialMutation } from './mutation.ts';
import { crossoverOf, type NsgaSettings } from './options.ts';

/** The most times that parents are chosen anew since their child lies beyond the bounds; then it is moved there. */
const MOST_TRIES = 100;

/**
 * The parameters of a child of a population (Deb et al. 2002): crossed, then changed here and there. A parameter that is
 * to be drawn evenly is left out. Numbers are crossed by their places in the unit cube, so that a wide range counts no
 * more than a narrow one. (Optuna crosses them in their ranges.)
 *
 * @param space the parameters that all parents have; none has a single value.
 */
export function childOf(
  parents: readonly Individual[],
  space: DistributionMap,
  settings: NsgaSettings,
  rng: Rng,
  isMultiObjective: boolean,
): ReadonlyMap<string, ParamValue> {
  const crossed =
    rng.uniform() < settings.crossoverProb
      ? cross(parents, space, settings, rng, isMultiObjective)
      : paramsOf(parents[rng.integer(parents.length)] as Individual, space);
  const probability = settings.mutationProb ?? 1 / Math.max(1, space.size);
  const child = new Map<string, ParamValue>();
  for (const [name, distribution] of space) {
    const value = crossed.get(name) as ParamValue;
    if (rng.uniform() >= probability) child.set(name, value);
    else if (settings.mutationEta !== undefined && isNumeric(distribution)) {
      child.set(name, mutated(value as number, distribution, settings.mutationEta, rng));
    }
  }
  return child;
}

function paramsOf({ trial }: Individual, space: DistributionMap): Map<string, ParamValue> {
  return new Map([...space.keys()].map((name) => [name, trial.params[name] as ParamValue]));
}

function mutated(value: number, distribution: NumericDistribution, eta: number, random: Draws): number {
  const interval = new UnitInterval(distribution);
  return interval.valueAt(polynomialMutation(interval.placeOf(value), 0, 1, eta, random));
}

function cross(
  population: readonly Individual[],
  space: DistributionMap,
  { crossover: options, swappingProb }: NsgaSettings,
  rng: Rng,
  isMultiObjective: boolean,
): ReadonlyMap<string, ParamValue> {
  const crossover = crossoverOf(options, swappingProb);
  const numeric = [...space].flatMap(([name, distribution]) => {
    return isNumeric(distribution) ? [{ name, interval: new UnitInterval(distribution) }] : [];
  });
  const bounds: Bounds = {
    low: new Float64Array(numeric.length),
    high: new Float64Array(numeric.length).fill(1),
  };
  for (let tries = 1; ; tries++) {
    const parents = chooseParents(crossover, population, rng);
    const child = crossChoices(parents, space, swappingProb, rng);
    if (numeric.length === 0) return child;
    const places = parents.map(({ trial }) =>
      Float64Array.from(numeric, ({ name, interval }) => interval.placeOf(trial.params[name] as number)),
    );
    const crossed = crossover.cross(places, { bounds, random: rng, isMultiObjective });
    if (tries < MOST_TRIES && !isInside(crossed, bounds)) continue;
    for (const [at, { name, interval }] of numeric.entries()) {
      const place = crossed[at] as number;
      const heir = parents[places.findIndex((own) => own[at] === place)]; // the value itself, not rounded by the way
      child.set(name, heir?.trial.params[name] ?? interval.valueAt(Math.min(Math.max(place, 0), 1)));
    }
    return child;
  }
}

/** Different parents, each the winner of a tournament of two. */
function chooseParents({ parentCount }: Crossover, population: readonly Individual[], rng: Rng): readonly Individual[] {
  const parents: Individual[] = [];
  let rest = population;
  while (parents.length < parentCount) {
    const [first, second] = [rest[rng.integer(rest.length)], rest[rng.integer(rest.length)]] as [
      Individual,
      Individual,
    ];
    const parent = dominatesConstrained(first, second) ? first : second;
    parents.push(parent);
    const others = rest.filter((other) => other !== parent);
    rest = others.length > 0 ? others : population; // of which there are fewer only where it was smaller once
  }
  return parents;
}

/** Each choice is that of the first parent with the probability `swappingProb`, else of the second. */
function crossChoices(
  [first, second]: readonly Individual[],
  space: DistributionMap,
  swappingProb: number,
  rng: Rng,
): Map<string, ParamValue> {
  const choices = [...space].filter(([, distribution]: readonly [string, Distribution]) => !isNumeric(distribution));
  return new Map(
    choices.map(([name]) => {
      const parent = rng.uniform() >= swappingProb ? second : first;
      return [name, parent?.trial.params[name] as ParamValue];
    }),
  );
}

function isInside(places: Float64Array, { low, high }: Bounds): boolean {
  return places.every((place, at) => place >= (low[at] as number) && place <= (high[at] as number));
}
