import type * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';

/** The weights that a model without files of weights may have: 1 GB of them. */
const WITHOUT_FILES = 2 ** 28;

/** The mark of a method that counts already; there may be a second copy of hpo. */
const counting = Symbol.for('hpo.counts-weights');

type Weight = { dispose(): void };
type AddWeight = (
  this: unknown,
  name: string,
  shape: readonly number[],
  dtype: unknown,
  initializer: unknown,
  ...others: unknown[]
) => Weight;

/** The number of weights that the model which is just being built may still have, and those that it has. */
interface Allowance {
  left: number;
  readonly made: Weight[];
}

/** Undefined while no model is tried. */
const holder = globalThis as { [counting]?: Allowance | undefined };

/**
 * Refuses a model whose layers have more weights than its files. Layers make their weights before those of the files
 * are looked at, so a description of a few lines could fill the memory. The model is built once, of zeros, and disposed
 * of again.
 *
 * @param weights the number of weights in the files; undefined where there are none.
 */
export async function checkWeights(
  modelTopology: tf.io.ModelArtifacts['modelTopology'],
  weights = WITHOUT_FILES,
): Promise<void> {
  countWeights();
  const made: Weight[] = [];
  try {
    holder[counting] = { left: weights, made };
    const built = tfl.models.modelFromJSON({ modelTopology } as Parameters<typeof tfl.models.modelFromJSON>[0]);
    holder[counting] = undefined; // the layers are built at once, not when the promise is fulfilled
    await built;
  } finally {
    holder[counting] = undefined;
    for (const weight of made) weight.dispose();
  }
}

/** Has the layers of tfjs count the weights that they make. */
function countWeights(): void {
  const prototype = tfl.layers.Layer.prototype as unknown as { addWeight: AddWeight & { [counting]?: true } };
  const { addWeight } = prototype;
  if (addWeight[counting]) return;
  const count: AddWeight = function (this: unknown, name, shape, dtype, initializer, ...others) {
    const allowed = holder[counting];
    if (allowed === undefined) return addWeight.call(this, name, shape, dtype, initializer, ...others);
    allowed.left -= shape.reduce((product, size) => product * size, 1);
    if (!(allowed.left >= 0)) throw new Error('its layers have more weights than its files');
    const weight = addWeight.call(this, name, shape, dtype, tfl.initializers.zeros(), ...others);
    allowed.made.push(weight);
    return weight;
  };
  prototype.addWeight = Object.assign(count, { [counting]: true as const });
}
