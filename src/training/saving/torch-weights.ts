import * as tf from '@tensorflow/tfjs-core';
import type * as tfl from '@tensorflow/tfjs-layers';
import { HpoError } from '../../base/errors.ts';
import type { FiledTensor } from './tensor-file.ts';

/** The numbers of a weight of ours in PyTorch's state of a module, and their place there. */
interface Counterpart {
  /** The name behind the layer's. */
  readonly name: string;
  /** PyTorch's axes in the order of ours. */
  readonly axes: (rank: number) => readonly number[];
}

const asItIs = (): readonly number[] => [0];
/** Kernels have the outputs first in PyTorch and last here: [out, in, h, w] → [h, w, in, out], [out, in] → [in, out]. */
const outputsLast = (rank: number): readonly number[] => (rank === 4 ? [2, 3, 1, 0] : [1, 0]);

const counterparts: Readonly<Record<string, Counterpart>> = {
  kernel: { name: 'weight', axes: outputsLast },
  bias: { name: 'bias', axes: asItIs },
  scale: { name: 'weight', axes: asItIs },
  shift: { name: 'bias', axes: asItIs },
  moving_mean: { name: 'running_mean', axes: asItIs },
  moving_variance: { name: 'running_var', axes: asItIs },
};

/**
 * Gives a model the weights of a PyTorch module whose layers have the same names (its `state_dict()`), running
 * statistics included. Tensors of layers that the model lacks, and `num_batches_tracked`, are ignored. Nothing is
 * changed where one of the model's own is missing.
 *
 * A dense layer behind a `Flatten` of more than one pixel would need another order, since channels come first in PyTorch;
 * one behind a global pooling, as ResNet's, does not.
 *
 * @param source where the tensors come from, for messages.
 * @throws HpoError HPO_DATA naming the layer that is missing, or whose shape does not fit.
 */
export function setTorchWeights(
  model: tfl.LayersModel,
  tensors: ReadonlyMap<string, FiledTensor>,
  source: string,
): void {
  const weights = model.layers.flatMap((layer) => layer.weights.map((weight) => ({ layer: layer.name, weight })));
  const assignments = weights.map(({ layer, weight }) => {
    const kind = weight.originalName.split('/').at(-1) as string;
    const { name, axes } = counterparts[kind] as Counterpart;
    const shape = weight.shape as number[];
    const order = axes(shape.length);
    const wanted = shape.map((_, axis) => shape[order.indexOf(axis)] as number);
    const tensor = tensors.get(`${layer}.${name}`);
    if (tensor === undefined) throw unfit(source, `it has no '${layer}.${name}'`);
    if (`${tensor.shape}` !== `${wanted}`) {
      const found = `[${tensor.shape.join(', ')}]`;
      throw unfit(source, `'${layer}.${name}' has the shape ${found} instead of [${wanted.join(', ')}]`);
    }
    return { weight, tensor, order };
  });
  for (const { weight, tensor, order } of assignments) {
    tf.tidy(() => {
      weight.write(tf.transpose(tf.tensor(tensor.values, [...tensor.shape], 'float32'), [...order]));
    });
  }
}

const unfit = (source: string, why: string): HpoError =>
  new HpoError('HPO_DATA', `the weights of ${source} do not fit: ${why}; take those of the same net.`, {
    data: { source },
  });
