import { isCategorical } from './categorical-distribution.ts';
import type { DistributionMap } from './distribution-map.ts';

/** A branch that a parameter's name lies in: `optimizer.adam.beta1` lies in the branch `adam` of `optimizer`. */
export interface NamedBranch {
  /** The name of the categorical parameter. */
  readonly parent: string;
  /** The index of its choice. */
  readonly index: number;
  /** The beginning of the names in the branch: `optimizer.adam.` */
  readonly prefix: string;
}

/** The branches that a name lies in, of the categorical parameters of a space; the innermost first. */
export function* namedBranches(name: string, space: DistributionMap): Generator<NamedBranch> {
  for (let end = name.lastIndexOf('.'); end > 0; end = name.lastIndexOf('.', end - 1)) {
    for (let start = name.lastIndexOf('.', end - 1); start > 0; start = name.lastIndexOf('.', start - 1)) {
      const parent = name.slice(0, start);
      const distribution = space.get(parent);
      if (distribution === undefined || !isCategorical(distribution)) continue;
      const index = distribution.indexOf(name.slice(start + 1, end));
      if (index >= 0) yield { parent, index, prefix: name.slice(0, end + 1) };
    }
  }
}
