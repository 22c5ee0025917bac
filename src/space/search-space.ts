import { HpoError } from '../base/errors.ts';
import type { Distribution, ParamValue } from './distribution.ts';
import { checkDefinition, isVariant, type ParamsOf, type PartialParamsOf, type SpaceDefinition } from './variant.ts';

/** The type of the parameters that a search space gives: `Params<typeof cifarCnn>`. */
export type Params<S> = S extends SearchSpace<infer D> ? ParamsOf<D> : never;

/**
 * Some of the parameters of a space, for a trial to be enqueued with; of a variant at least its `kind`. Of a space
 * without any, whose study asks for its parameters as it runs, whatever names they have.
 */
export type PartialParams<S> =
  S extends SearchSpace<infer D> ? (keyof D extends never ? FlatParams : PartialParamsOf<D>) : never;

/** Parameters as they are stored: flat, those of a variant's branch under `<name>.<kind>.<parameter>`. */
export type FlatParams = Readonly<Record<string, ParamValue>>;

/** Answers the value of one parameter. */
export type Suggest = (...question: Question) => ParamValue;

/** Asks for the value of one parameter. */
export type Question = readonly [name: string, distribution: Distribution];

/** A declared search space, immutable. Made by {@link space}. */
export class SearchSpace<D extends SpaceDefinition = SpaceDefinition> {
  /** The object that it was declared with. */
  readonly definition: Readonly<D>;
  /** Every parameter that there can be, flat, in the order of declaration; those of all branches of a variant. */
  readonly distributions: Readonly<Record<string, Distribution>>;
  /** The names in {@link distributions} that are the choice of a variant. */
  readonly variants: ReadonlySet<string>;

  constructor(definition: D) {
    checkDefinition(definition);
    this.definition = Object.freeze({ ...definition });
    this.distributions = Object.freeze(Object.fromEntries(flatten(definition, '')));
    this.variants = new Set(variantsIn(definition, ''));
    const tooLong = Object.keys(this.distributions).find((name) => name.length > 512);
    if (tooLong !== undefined) {
      throw new HpoError(
        'HPO_INVALID_SPACE',
        `${JSON.stringify(tooLong)} is stored under a name of more than 512 characters; shorten one of its parts.`,
      );
    }
    Object.freeze(this);
  }

  /** Whether it declares no parameter, so that the objective asks for its own as it runs. */
  get isEmpty(): boolean {
    return Object.keys(this.distributions).length === 0;
  }

  /**
   * Asks for each parameter in the order of declaration, of a variant first for the choice and then for the parameters
   * of the chosen branch alone, and gives the object that objectives receive.
   */
  assemble(suggest: Suggest): Params<SearchSpace<D>> {
    const questions = this.questions();
    let next = questions.next();
    while (!next.done) next = questions.next(suggest(...next.value));
    return next.value;
  }

  /**
   * The questions of {@link assemble}, for whoever cannot answer at once: yields the name and the distribution of each
   * parameter, takes its value by `next(value)`, and returns the object.
   */
  *questions(): Generator<Question, Params<SearchSpace<D>>, ParamValue> {
    return (yield* questions(this.definition, '')) as Params<SearchSpace<D>>;
  }

  /** Those of stored parameters that are not declared here: what a trial asked for as it ran. */
  undeclared(params: FlatParams): FlatParams {
    return Object.fromEntries(Object.entries(params).filter(([name]) => !Object.hasOwn(this.distributions, name)));
  }
}

/**
 * Declares a search space: a distribution for each parameter, or a {@link variant} of parameters that depend on a
 * choice.
 *
 * @throws HpoError HPO_INVALID_SPACE for a name that is empty, longer than 512 characters, contains `.` or is `kind`
 *   (both are kept for variants), or a value that is neither a distribution nor a variant.
 * @example
 * const cnn = space({ learningRate: float(1e-4, 1e-1, { log: true }), batchSize: categorical([32, 64]) });
 * type CnnParams = Params<typeof cnn>; // { readonly learningRate: number; readonly batchSize: 32 | 64 }
 */
export function space<const D extends SpaceDefinition>(definition: D): SearchSpace<D> {
  if (typeof definition !== 'object' || definition === null) {
    throw new HpoError('HPO_INVALID_SPACE', 'space(): give an object of parameters: space({ x: float(0, 1) }).');
  }
  return new SearchSpace(definition);
}

function flatten(definition: SpaceDefinition, prefix: string): [string, Distribution][] {
  return Object.entries(definition).flatMap(([name, entry]): [string, Distribution][] => {
    const path = prefix + name;
    if (!isVariant(entry)) return [[path, entry]];
    const branches = Object.entries(entry.branches);
    return [[path, entry.kind], ...branches.flatMap(([kind, branch]) => flatten(branch, `${path}.${kind}.`))];
  });
}

function variantsIn(definition: SpaceDefinition, prefix: string): readonly string[] {
  return Object.entries(definition).flatMap(([name, entry]) => {
    const path = prefix + name;
    if (!isVariant(entry)) return [];
    return [
      path,
      ...Object.entries(entry.branches).flatMap(([kind, branch]) => variantsIn(branch, `${path}.${kind}.`)),
    ];
  });
}

function* questions(
  definition: SpaceDefinition,
  prefix: string,
): Generator<Question, Readonly<Record<string, unknown>>, ParamValue> {
  const params: [string, unknown][] = [];
  for (const [name, entry] of Object.entries(definition)) {
    const path = prefix + name;
    if (isVariant(entry)) {
      const kind = String(yield [path, entry.kind]);
      const branch = yield* questions(entry.branches[kind] ?? {}, `${path}.${kind}.`);
      params.push([name, Object.freeze({ kind, ...branch })]);
    } else params.push([name, yield [path, entry]]);
  }
  return Object.freeze(Object.fromEntries(params));
}
