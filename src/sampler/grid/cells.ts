import type { Distribution, ParamValue } from '../../space/distribution.ts';
import type { FiniteValues } from '../../space/finite-values.ts';
import { allows, type Conditions } from '../gp/condition.ts';

/** A parameter of a grid with its values. */
export interface GridParam {
  readonly name: string;
  readonly values: FiniteValues;
}

/** A parameter, and for each of its values the parameters that are there with it alone. */
interface Axis extends GridParam {
  /** The number of cells of the axis: of its values, each with those of its branch. */
  readonly size: number;
  /** By the index of the value; undefined where no parameter depends on this one. */
  readonly branches: readonly Box[] | undefined;
}

/** Parameters that are independent of each other. */
interface Box {
  readonly axes: readonly Axis[];
  readonly size: number;
}

/**
 * The cells of a grid: every combination of its parameters' values, those of a variant's branches with the choice of
 * their branch alone. They are numbered, and made from their number.
 */
export class Cells {
  readonly #box: Box;

  /**
   * @param params each before those that depend on it.
   * @param space the distributions that conditions speak of.
   */
  constructor(params: readonly GridParam[], conditions: Conditions, space: ReadonlyMap<string, Distribution>) {
    const childrenOf = (name: string) => params.filter((param) => conditions.get(param.name)?.parent === name);
    const axisOf = (param: GridParam): Axis => {
      const children = childrenOf(param.name);
      const distribution = space.get(param.name);
      if (children.length === 0 || distribution === undefined) {
        return { ...param, size: param.values.count, branches: undefined };
      }
      const branches = Array.from({ length: param.values.count }, (_, index) => {
        const internal = distribution.toInternal(param.values.at(index));
        return boxOf(children.filter(({ name }) => allowed(conditions, name, internal)));
      });
      return { ...param, size: branches.reduce((sum, { size }) => sum + size, 0), branches };
    };
    const boxOf = (own: readonly GridParam[]): Box => {
      const axes = own.map(axisOf);
      return { axes, size: axes.reduce((product, { size }) => product * size, 1) };
    };
    this.#box = boxOf(params.filter(({ name }) => !conditions.has(name)));
  }

  /** The number of cells; as near as a number goes where there are more than 2^53. */
  get count(): number {
    return this.#box.size;
  }

  /** The parameters of the cell of an index from 0 to `count - 1`; with the next index the last parameter moves first. */
  cell(index: number): ReadonlyMap<string, ParamValue> {
    const params = new Map<string, ParamValue>();
    place(this.#box, index, params);
    return params;
  }
}

function allowed(conditions: Conditions, name: string, internal: number): boolean {
  const condition = conditions.get(name);
  return condition !== undefined && allows(condition, internal);
}

function place({ axes }: Box, index: number, params: Map<string, ParamValue>): void {
  let rest = index;
  for (const axis of axes.toReversed()) {
    let own = rest % axis.size;
    rest = Math.floor(rest / axis.size);
    if (axis.branches === undefined) {
      params.set(axis.name, axis.values.at(own));
      continue;
    }
    for (const [at, branch] of axis.branches.entries()) {
      if (own < branch.size) {
        params.set(axis.name, axis.values.at(at));
        place(branch, own, params);
        break;
      }
      own -= branch.size;
    }
  }
}
