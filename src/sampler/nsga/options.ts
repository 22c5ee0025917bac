import { isObject } from '../../base/is-object.ts';
import {
  checkFields,
  type Fields,
  numberFrom,
  type OptionKind,
  positiveNumber,
  type Refuse,
  refusal,
  shown,
  wholeNumberFrom,
  withDefaults,
} from '../../base/option-checks.ts';
import type { Crossover } from './crossover.ts';
import { blxAlphaCrossover } from './crossovers/blx-alpha.ts';
import type { TwoChildrenOptions } from './crossovers/mixed-genes.ts';
import { sbxCrossover } from './crossovers/sbx.ts';
import { spxCrossover } from './crossovers/spx.ts';
import { type UndxOptions, undxCrossover } from './crossovers/undx.ts';
import { uniformCrossover } from './crossovers/uniform.ts';
import { vsbxCrossover } from './crossovers/vsbx.ts';

/** A crossover of numeric parameters, by its name alone or with its options. */
export type CrossoverOptions =
  | { readonly kind: 'uniform' }
  | { readonly kind: 'blxAlpha'; readonly alpha?: number }
  | { readonly kind: 'spx'; readonly epsilon?: number }
  | ({ readonly kind: 'sbx' | 'vsbx' } & TwoChildrenOptions)
  | ({ readonly kind: 'undx' } & UndxOptions);

/** The options of {@link nsga2}. The defaults are Optuna's. */
export interface NsgaOptions {
  /** The number of COMPLETE trials of each generation, and of parents; from 2 on, default 50. */
  readonly populationSize?: number;
  /** The probability that a parameter of a child is changed; default: one over the number of its parameters. */
  readonly mutationProb?: number;
  /**
   * The way a number is changed: `polynomial` to a near one (Deb et al. 2002), the nearer the greater `eta` is (default
   * 20). Default: to any value, evenly, as choices are.
   */
  readonly mutation?: 'polynomial' | { readonly kind: 'polynomial'; readonly eta?: number };
  /**
   * The way that a child's numbers follow from its parents'; default `uniform`: each is that of one of two parents.
   * Choices are always crossed uniformly.
   */
  readonly crossover?: CrossoverOptions['kind'] | CrossoverOptions;
  /** The probability that a child has several parents and not one; default 0.9. */
  readonly crossoverProb?: number;
  /** The probability that uniform crossover takes a parameter from the first parent; default 0.5. */
  readonly swappingProb?: number;
}

/** The options of {@link nsga3}. The defaults are Optuna's. */
export interface Nsga3Options extends NsgaOptions {
  /**
   * Directions from the best losses found, each a list of one number from 0 on for each objective: trials near them are
   * kept. Default: evenly spread ones (Das and Dennis 1998).
   */
  readonly referencePoints?: readonly (readonly number[])[];
  /** The number of equal parts of each edge between default reference points; default 3. */
  readonly dividingParameter?: number;
}

/** The options with their defaults. `mutationProb` is undefined where the number of parameters decides. */
export interface NsgaSettings {
  readonly populationSize: number;
  readonly mutationProb: number | undefined;
  /** The index of polynomial mutation; undefined for values drawn evenly. */
  readonly mutationEta: number | undefined;
  readonly crossover: CrossoverOptions;
  readonly crossoverProb: number;
  readonly swappingProb: number;
}

const probability = numberFrom(0, 1);
const fromZero: OptionKind = {
  wanted: 'a number from 0 on',
  accepts: (value) => typeof value === 'number' && Number.isFinite(value) && value >= 0,
};

const FIELDS: Fields<NsgaOptions> = {
  populationSize: wholeNumberFrom(2),
  mutationProb: probability,
  mutation: true,
  crossover: true,
  crossoverProb: probability,
  swappingProb: probability,
};

const NSGA3_FIELDS: Fields<Nsga3Options> = { ...FIELDS, referencePoints: true, dividingParameter: wholeNumberFrom(1) };

const TWO_CHILDREN: Fields<TwoChildrenOptions> = {
  eta: fromZero,
  uniformCrossoverProb: probability,
  useChildGeneProb: { wanted: 'a number above 0 and up to 1', accepts: (p) => probability.accepts(p) && p !== 0 },
};

const CROSSOVERS: Readonly<Record<CrossoverOptions['kind'], Fields<Record<string, unknown>>>> = {
  uniform: {},
  blxAlpha: { alpha: fromZero },
  spx: { epsilon: positiveNumber },
  sbx: TWO_CHILDREN,
  vsbx: TWO_CHILDREN,
  undx: { sigmaXi: fromZero, sigmaEta: fromZero },
};

/** Checks options. @throws HpoError HPO_INVALID_STUDY naming the first option that is out of its range. */
export function nsgaSettings(options: NsgaOptions, owner: string): NsgaSettings {
  const refuse = refusal('HPO_INVALID_STUDY', owner);
  checkFields(options, owner === 'nsga3()' ? NSGA3_FIELDS : FIELDS, refuse);
  const defaults = { populationSize: 50, crossoverProb: 0.9, swappingProb: 0.5 };
  const { populationSize, crossoverProb, swappingProb, mutationProb } = withDefaults<NsgaOptions>(
    defaults,
    options,
  ) as Required<NsgaOptions>;
  const crossover = named(options.crossover ?? 'uniform', 'crossover', CROSSOVERS, refuse) as CrossoverOptions;
  const mutation = options.mutation && named(options.mutation, 'mutation', { polynomial: { eta: fromZero } }, refuse);
  const mutationEta = mutation && ((mutation as { eta?: number }).eta ?? 20);
  const needed = crossoverOf(crossover, swappingProb).parentCount;
  if (populationSize < needed) {
    refuse(`\`populationSize\` is ${populationSize}; \`${crossover.kind}\` needs at least ${needed}.`);
  }
  return { populationSize, mutationProb, mutationEta, crossover, crossoverProb, swappingProb };
}

/** The crossover of these options. */
export function crossoverOf(options: CrossoverOptions, swappingProb: number): Crossover {
  switch (options.kind) {
    case 'uniform':
      return uniformCrossover(swappingProb);
    case 'blxAlpha':
      return blxAlphaCrossover(options);
    case 'spx':
      return spxCrossover(options);
    case 'sbx':
      return sbxCrossover(options);
    case 'vsbx':
      return vsbxCrossover(options);
    case 'undx':
      return undxCrossover(options);
  }
}

/** An option that is a name, or an object with the name as its `kind`: the object, checked. */
function named(
  given: unknown,
  option: string,
  kinds: Readonly<Record<string, Fields<Record<string, unknown>>>>,
  refuse: Refuse,
): { readonly kind: string } {
  const { kind, ...own } = isObject(given) ? given : { kind: given };
  const fields = typeof kind === 'string' && Object.hasOwn(kinds, kind) ? kinds[kind] : undefined;
  if (fields === undefined) {
    const names = Object.keys(kinds).map((name) => `'${name}'`);
    refuse(`\`${option}\` is ${shown(kind)}; give ${names.join(', ')}.`, { [option]: kind });
  }
  checkFields(own, fields as Fields<Record<string, unknown>>, refuse);
  return { ...own, kind: kind as string };
}

/**
 * Checks reference points.
 * @throws HpoError HPO_INVALID_STUDY for points without direction, and those of another number of objectives.
 */
export function checkReferencePoints(points: unknown, refuse: Refuse): readonly (readonly number[])[] | undefined {
  if (points === undefined) return undefined;
  const isPoint = (point: unknown) =>
    Array.isArray(point) && point.every((x) => fromZero.accepts(x)) && point.some((x) => x > 0);
  if (!Array.isArray(points) || points.length === 0 || !points.every(isPoint)) {
    refuse('`referencePoints` must be a list of points, each of numbers from 0 on that are not all 0.');
  }
  return (points as readonly (readonly number[])[]).map((point) => [...point]);
}
