import { HpoError } from '../base/errors.ts';
import { recordOf } from '../base/own-value.ts';
import type { Distribution, ParamValue } from './distribution.ts';
import { checkDefinition, isVariant, type ParamsOf, type PartialParamsOf, type SpaceDefinition } from './variant.ts';

/** The type of the parameters that a search space gives: `Params<typeof cifarCnn>`. */
export type Params<S> = S extends SearchSpace<infer D> ? ParamsOf<D> : never;

/**
 * Some of the parameters of a space, with which a trial is enqueued; a variant has at least its `kind`. A space without
 * parameters, whose objective asks for them as it runs, takes any names.
 */
export type PartialParams<S> =
  S extends SearchSpace<infer D> ? (keyof D extends never ? FlatParams : PartialParamsOf<D>) : never;

/** Parameters as they are stored: flat; those of a variant's branch are named `<name>.<kind>.<parameter>`. */
export type FlatParams = Readonly<Record<string, ParamValue>>;

/** Returns the value of one parameter. */
export type Suggest = (...question: Question) => ParamValue;

/** The request for the value of one parameter. */
export type Question = readonly [name: string, distribution: Distribution];

/** A declared search space, immutable. Made by {@link space}. */
export class SearchSpace<D extends SpaceDefinition = SpaceDefinition> {
  /** The object that it was declared with. */
  readonly definition: Readonly<D>;
  /** Every parameter that there can be, flat, in the order of declaration; those of all branches of a variant. */
  readonly distributions: Readonly<Record<string, Distribution>>;
  /** The names in {@link distributions} that stand for the choice of a variant. */
  readonly variants: ReadonlySet<string>;

  constructor(definition: D) {
    checkDefinition(definition);
    this.definition = Object.freeze({ ...definition });
    const parameters = flatten(definition, []);
    checkCollisions(parameters);
    this.distributions = Object.freeze(Object.fromEntries(parameters.map(({ name, entry }) => [name, entry])));
    this.variants = new Set(parameters.flatMap(({ name, ownBranches }) => (ownBranches ? [name] : [])));
    const tooLong = Object.keys(this.distributions).find((name) => name.length > 512);
    if (tooLong !== undefined) {
      throw new HpoError(
        'HPO_INVALID_SPACE',
        `${JSON.stringify(tooLong)} is stored under a name of more than 512 characters; shorten one of its parts.`,
      );
    }
    Object.freeze(this);
  }

  /** Whether the space declares no parameter, so that the objective asks for its own as it runs. */
  get isEmpty(): boolean {
    return Object.keys(this.distributions).length === 0;
  }

  /**
   * Asks for each parameter in the order of declaration, and returns the object that objectives receive. In a variant
   * it asks for the choice first and then for the parameters of the chosen branch alone.
   */
  assemble(suggest: Suggest): Params<SearchSpace<D>> {
    const questions = this.questions();
    let next = questions.next();
    while (!next.done) next = questions.next(suggest(...next.value));
    return next.value;
  }

  /**
   * The questions of {@link assemble}, for callers that cannot answer at once: yields the name and the distribution of
   * each parameter, takes its value by `next(value)`, and returns the object.
   */
  *questions(): Generator<Question, Params<SearchSpace<D>>, ParamValue> {
    return (yield* questions(this.definition, '')) as Params<SearchSpace<D>>;
  }

  /** The stored parameters that are not declared here: a trial asked for them as it ran. */
  undeclared(params: FlatParams): FlatParams {
    return Object.fromEntries(Object.entries(params).filter(([name]) => !Object.hasOwn(this.distributions, name)));
  }
}

/**
 * Declares a search space: a distribution for each parameter, or a {@link variant} of parameters that depend on a
 * choice.
 *
 * Names may hold dots, as those of other frameworks' studies do (`optimizer.lr`), and are then keys in quotes:
 * `params['optimizer.lr']`.
 *
 * @throws HpoError HPO_INVALID_SPACE for a name that is empty, longer than 512 characters, or stored under the same
 *   name as what lies in the branch of a variant, and for a value that is neither a distribution nor a variant.
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

/** A parameter as it is stored. */
interface StoredParam {
  readonly name: string;
  readonly entry: Distribution;
  /** The beginnings of the names in each of its branches; undefined unless it is a variant. */
  readonly ownBranches?: readonly string[];
  /** The beginnings that its name has in common with all of the branches that it lies in: `optimizer.adam.`. */
  readonly branches: readonly string[];
}

function flatten(definition: SpaceDefinition, branches: readonly string[]): StoredParam[] {
  return Object.entries(definition).flatMap(([own, entry]): StoredParam[] => {
    const name = (branches.at(-1) ?? '') + own;
    if (!isVariant(entry)) return [{ name, entry, branches }];
    const inside = Object.entries(entry.branches).flatMap(([kind, branch]) => {
      return flatten(branch, [...branches, `${name}.${kind}.`]);
    });
    const ownBranches = Object.keys(entry.branches).map((kind) => `${name}.${kind}.`);
    return [{ name, entry: entry.kind, ownBranches, branches }, ...inside];
  });
}

/**
 * Refuses a name with dots that would be stored under a name of a variant's branch, since a database cannot distinguish
 * the two.
 */
function checkCollisions(parameters: readonly StoredParam[]): void {
  const known = new Set(parameters.flatMap(({ ownBranches = [] }) => ownBranches));
  for (const { name, branches } of parameters) {
    for (let dot = name.indexOf('.'); dot >= 0; dot = name.indexOf('.', dot + 1)) {
      const branch = name.slice(0, dot + 1);
      if (!known.has(branch) || branches.includes(branch)) continue;
      const problem = `The parameter \`${name}\` has the name of one in the branch \`${branch.slice(0, -1)}\` of a variant`;
      throw new HpoError('HPO_INVALID_SPACE', `${problem}; give one of them another.`, { data: { name, branch } });
    }
  }
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
  return Object.freeze(recordOf(params));
}
