import type { Affinities } from './affinities.ts';
import { QuadTree } from './quad-tree.ts';

/** The angle of Barnes and Hut's approximation, as in scikit-learn. */
const angle = 0.5;
/** The factor on the attraction at first, which gathers the clusters, and the steps that have it. */
const exaggeration = 12;
const exaggerated = 250;
const leastGain = 0.01;

/**
 * The gradient descent of t-SNE (van der Maaten and Hinton 2008), with scikit-learn's rules and constants: momentum 0.5
 * while the attraction is exaggerated and 0.8 afterwards, a gain for each coordinate, and a learning rate of a 48th of
 * the number of points, at least 50.
 */
export class Descent {
  /** x and y of each point. */
  readonly places: Float64Array;
  readonly #affinities: Affinities;
  readonly #tree: QuadTree;
  readonly #learningRate: number;
  readonly #steps: Float64Array;
  readonly #gains: Float64Array;
  readonly #attraction: Float64Array;
  readonly #repulsion: Float64Array;
  #done = 0;

  /** @param places the first places; they are changed. */
  constructor(joint: Affinities, places: Float64Array) {
    const count = places.length / 2;
    this.places = places;
    this.#affinities = joint;
    this.#tree = new QuadTree(count, angle);
    this.#learningRate = Math.max(count / exaggeration / 4, 50);
    this.#steps = new Float64Array(places.length);
    this.#gains = new Float64Array(places.length).fill(1);
    this.#attraction = new Float64Array(places.length);
    this.#repulsion = new Float64Array(places.length);
  }

  step(): void {
    const isExaggerated = this.#done < exaggerated;
    if (this.#done === exaggerated) {
      this.#steps.fill(0);
      this.#gains.fill(1);
    }
    this.#done++;
    this.#attract();
    const sum = this.#tree.repel(this.places, this.#repulsion);
    const factor = isExaggerated ? exaggeration : 1;
    const momentum = isExaggerated ? 0.5 : 0.8;
    const { places } = this;
    for (let at = 0; at < places.length; at++) {
      const gradient = 4 * (factor * (this.#attraction[at] as number) - (this.#repulsion[at] as number) / sum);
      const last = this.#steps[at] as number;
      const gain = this.#gains[at] as number;
      const changed = last * gradient < 0 ? gain + 0.2 : Math.max(gain * 0.8, leastGain);
      this.#gains[at] = changed;
      const step = momentum * last - this.#learningRate * changed * gradient;
      this.#steps[at] = step;
      places[at] = (places[at] as number) + step;
    }
  }

  /**
   * The Kullback-Leibler divergence of the plane's affinities from the given ones, in nats; repulsion is approximated.
   */
  divergence(): number {
    const { starts, columns, values } = this.#affinities;
    const { places } = this;
    const sum = this.#tree.repel(places, this.#repulsion);
    let divergence = 0;
    for (let point = 0; point + 1 < starts.length; point++) {
      for (let at = starts[point] as number; at < (starts[point + 1] as number); at++) {
        const p = values[at] as number;
        const other = columns[at] as number;
        const dx = (places[2 * point] as number) - (places[2 * other] as number);
        const dy = (places[2 * point + 1] as number) - (places[2 * other + 1] as number);
        if (p > 0) divergence += p * Math.log(p * sum * (1 + dx * dx + dy * dy));
      }
    }
    return divergence;
  }

  #attract(): void {
    const { starts, columns, values } = this.#affinities;
    const { places } = this;
    for (let point = 0; point + 1 < starts.length; point++) {
      const x = places[2 * point] as number;
      const y = places[2 * point + 1] as number;
      let [forceX, forceY] = [0, 0];
      for (let at = starts[point] as number; at < (starts[point + 1] as number); at++) {
        const other = columns[at] as number;
        const dx = x - (places[2 * other] as number);
        const dy = y - (places[2 * other + 1] as number);
        const weight = (values[at] as number) / (1 + dx * dx + dy * dy);
        forceX += weight * dx;
        forceY += weight * dy;
      }
      this.#attraction[2 * point] = forceX;
      this.#attraction[2 * point + 1] = forceY;
    }
  }
}
