import { incompatibility } from '../space/compatibility.ts';
import type { Distribution } from '../space/distribution.ts';
import type { SuggestedParam } from './storage.ts';
import { paramDiffers } from './storage-errors.ts';

/**
 * The known parameters of one study. One distribution for each name is enough: compatibility is transitive, and an
 * incompatible distribution is never stored.
 */
export class KnownDistributions {
  readonly #known = new Map<string, Distribution>();
  readonly #lookUp: (name: string) => Distribution | undefined;

  /** @param lookUp finds a distribution stored under the name, by any process; called only until there is one. */
  constructor(lookUp: (name: string) => Distribution | undefined = () => undefined) {
    this.#lookUp = lookUp;
  }

  /** Whether a parameter of this name is known without looking it up. */
  has(name: string): boolean {
    return this.#known.has(name);
  }

  /** Makes a parameter known that is stored under a name; one that is known stays as it is. */
  learn(name: string, distribution: Distribution): void {
    if (!this.#known.has(name)) this.#known.set(name, distribution);
  }

  /** Whether parameters are compatible with those of their names that are known, and with each other. */
  allows(params: readonly SuggestedParam[]): boolean {
    const fresh = new Map<string, Distribution>();
    return params.every(({ name, distribution }) => {
      const known = this.#known.get(name) ?? fresh.get(name);
      if (known === undefined) fresh.set(name, distribution);
      return known === undefined || incompatibility(known, distribution) === undefined;
    });
  }

  /**
   * Checks parameters that are about to be stored.
   * @returns a function that makes them known, to be called once they are stored.
   * @throws HpoError HPO_STUDY_DIFFERS naming the first that is incompatible.
   */
  check(params: readonly SuggestedParam[]): () => void {
    const fresh = new Map<string, Distribution>();
    for (const { name, distribution } of params) {
      const remembered = this.#known.get(name); // as mostly
      const known = remembered ?? fresh.get(name) ?? this.#lookUp(name);
      const problem = known && incompatibility(known, distribution);
      if (problem !== undefined) throw paramDiffers(name, problem);
      if (remembered === undefined) fresh.set(name, known ?? distribution);
    }
    return () => {
      for (const [name, distribution] of fresh) this.#known.set(name, distribution);
    };
  }
}
