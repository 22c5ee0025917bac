import { HpoError } from '../../base/errors.ts';
import { isObject } from '../../base/is-object.ts';
import { type JsonValue, stringifyPythonJson } from '../../base/json.ts';
import { type Refuse, refusal, shown } from '../../base/option-checks.ts';
import { ownValue } from '../../base/own-value.ts';
import { shortHash } from '../../base/short-hash.ts';
import type { StudyShape } from '../../history/history.ts';
import type { Distribution, ParamValue } from '../../space/distribution.ts';
import { distributionToJson } from '../../space/distribution-json.ts';
import { type FiniteValues, finiteValues, valuesOf } from '../../space/finite-values.ts';
import { conditionsOf } from '../gp/condition.ts';
import { Cells, type GridParam } from './cells.ts';

/** The values to try of each parameter, by the names that parameters are stored under. */
export type SearchGrid = Readonly<Record<string, readonly ParamValue[]>>;

/** The most cells of a grid. Searches that cannot come to an end are not for a grid. */
const MOST_CELLS = 2 ** 26;

const refuse: Refuse = refusal('HPO_INVALID_STUDY', 'grid()');

/** Checks values. @throws HpoError HPO_INVALID_STUDY naming the first parameter whose values are wrong. */
export function checkSearchGrid(given: SearchGrid): void {
  if (!isObject(given)) refuse(`the values are ${shown(given)}; give an object, such as { x: [1, 2, 3] }.`);
  for (const [name, values] of Object.entries(given)) {
    if (!Array.isArray(values) || values.length === 0) {
      refuse(`\`${name}\` is ${shown(values)}; give an array of at least one value.`, { [name]: values });
    }
    for (const [at, value] of values.entries()) {
      const isValue = value === null || ['string', 'number', 'boolean'].includes(typeof value);
      if (!isValue || Number.isNaN(value)) refuse(`a value of \`${name}\` is ${shown(value)}; no parameter has it.`);
      if (values.indexOf(value) !== at) refuse(`${shown(value)} stands twice among the values of \`${name}\`.`);
    }
  }
}

/** The grid of one study: the values given, and all values of declared parameters for which none are. */
export class StudyGrid {
  readonly cells: Cells;
  /** Tells the grid from others that trials of the study have tried. */
  readonly key: string;
  readonly #values: ReadonlyMap<string, FiniteValues>;

  /** @throws HpoError HPO_INVALID_STUDY naming the parameter that has no values on the grid, or wrong ones. */
  constructor({ name: study, space }: StudyShape, given: SearchGrid) {
    if (space.size === 0 && Object.keys(given).length === 0) {
      refuse(
        `the study "${study}" declares no parameters; give their values, grid({ x: [1, 2, 3] }), or use bruteForce().`,
      );
    }
    const unknown = Object.keys(given).find((name) => space.size > 0 && !space.has(name));
    if (unknown !== undefined) {
      refuse(`the study "${study}" has no \`${unknown}\`; it has ${[...space.keys()].join(', ')}.`, { unknown });
    }
    const params: GridParam[] = [];
    for (const name of space.size > 0 ? space.keys() : Object.keys(given)) {
      params.push({ name, values: valuesFor(name, space.get(name), ownValue(given, name)) });
    }
    this.#values = new Map(params.map(({ name, values }) => [name, values]));
    this.cells = new Cells(params, conditionsOf(space, space, []), space);
    if (this.cells.count > MOST_CELLS) {
      const count = this.cells.count < 1e15 ? this.cells.count : this.cells.count.toExponential(0);
      refuse(
        `the grid of "${study}" has ${count} cells, of at most ${MOST_CELLS}; give fewer values, or use qmc() to fill it.`,
      );
    }
    const content = params.map(({ name }) => {
      const distribution = space.get(name);
      return [name, ownValue(given, name) ?? (distribution ? distributionToJson(distribution) : null)];
    });
    this.key = shortHash(stringifyPythonJson(content as JsonValue), 16);
  }

  /**
   * The values that a parameter has on the grid and in a distribution.
   * @throws HpoError HPO_INVALID_ARGUMENT where there are none.
   */
  valuesIn(name: string, distribution: Distribution): readonly ParamValue[] {
    const values = this.#values.get(name);
    const problem = (what: string) => new HpoError('HPO_INVALID_ARGUMENT', `grid(): ${what}`, { data: { name } });
    if (values === undefined)
      throw problem(`there are no values of \`${name}\`, which the objective asks for; add some.`);
    const all = Array.from({ length: values.count }, (_, index) => values.at(index));
    const contained = all.filter((value) => distribution.contains(value));
    if (contained.length === 0) throw problem(`none of the values of \`${name}\` is one of ${distribution}.`);
    return contained;
  }
}

function valuesFor(name: string, distribution: Distribution | undefined, given: readonly ParamValue[] | undefined) {
  if (given === undefined) {
    const values = distribution && finiteValues(distribution);
    return values ?? refuse(`\`${name}\` is continuous, ${distribution}; give its values: grid({ ${name}: [ … ] }).`);
  }
  const wrong = given.find((value) => distribution && !distribution.contains(value));
  if (wrong !== undefined) refuse(`${shown(wrong)} is not a value of \`${name}\`, ${distribution}.`, { wrong });
  return valuesOf(given);
}
